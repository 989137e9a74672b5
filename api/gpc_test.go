package api_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A website promises by /.well-known/gpc.json what we answer here: it must not
// go on saying that the signal is heeded once its site file ignores it, not to
// who has the earlier answer either.
func TestNoPromiseOfASignalThatIsIgnored(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	resp, body := s.request(http.MethodGet, "/demo/gpc.json", "")
	if resp.StatusCode != http.StatusOK || !strings.Contains(body, `"gpc":true`) {
		t.Fatalf("gpc: deny answers %d %s", resp.StatusCode, body)
	}
	must(t, os.WriteFile(filepath.Join(s.dir, "sites", "demo.yaml"), []byte(demoSite+"gpc: ignore\ngpcReason: Only for visitors outside the EEA\n"), 0o600))
	must(t, s.sites.Reload(t.Context()))
	for _, known := range []string{"", resp.Header.Get("ETag")} {
		answer, body := s.request(http.MethodGet, "/demo/gpc.json", "", "If-None-Match", known)
		if answer.StatusCode != http.StatusOK || !strings.Contains(body, `"gpc":false`) || strings.Contains(body, "true") {
			t.Errorf("gpc: ignore answers %d %s to who knows %q", answer.StatusCode, body, known)
		}
	}
}
