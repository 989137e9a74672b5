package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// Protects: a site of one's own may be called demo and has all that sites have:
// its declaration, as a page and as a script, and its statement about GPC. Both
// where it came into a service that showed the demo, and where it was there at
// the start; what the demo had says then that it is gone, and why, to HEAD too.
func TestASiteCalledDemoIsWhole(t *testing.T) {
	t.Parallel()
	first := startSluis(t, shortDir(t))
	sites := filepath.Join(first.data, "sites")
	put(t, sites, "demo.yaml", soundSite)
	gone := func(r *running) bool { status, _ := r.get("/demo/", ""); return status == http.StatusNotFound }
	eventually(t, "the demo goes", func() bool { return gone(first) })
	whole := func(r *running, when string) {
		t.Helper()
		for path, want := range map[string]int{
			"/demo.js": 200, "/demo/cookies": 200, "/demo/cookies.js": 200, "/demo/gpc.json": 200, "/demo": 404, "/demo/": 404, "/demo/en/": 404, "/demo/log": 404,
		} {
			status, body := r.get(path, "")
			if status != want || want == 404 && !strings.Contains(string(body), "no site file") {
				t.Errorf("%s: GET %s: %d %.200s", when, path, status, body)
			}
			if res, err := http.Head(r.url + path); err != nil || res.StatusCode != want {
				t.Errorf("%s: HEAD %s: %v %v", when, path, res, err)
			}
		}
	}
	whole(first, "beside the demo")
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	whole(startSluis(t, first.data), "from the start")
}
