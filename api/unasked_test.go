package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sluis/api"
	"sluis/banner"
)

// A service that joined a category without a new legal version is granted by
// choices made before: the operator is told at once, wherever he looks, also
// after visitors were shown it, and no longer once it is mended.
func TestOperatorIsToldWhatVisitorsWereNotAsked(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.api.WatchNotices(ctx) }()
	t.Cleanup(func() { stop(); must(t, <-done) })
	log, err := s.store.Log(t.Context(), "demo")
	must(t, err)
	show := func() {
		notice, err := s.bundler.Notice(t.Context(), s.site("demo"), "nl")
		must(t, err)
		must(t, log.Publish(t.Context(), notice))
	}
	write := func(more string) {
		must(t, os.WriteFile(filepath.Join(s.dir, "sites", "demo.yaml"), []byte(demoSite+more), 0o600))
		must(t, s.sites.Reload(t.Context()))
	}
	token, _, err := s.keys.Create(api.KeyOptions{Sites: []string{"demo"}, Role: api.Reader})
	must(t, err)
	found := func() []banner.Unasked {
		_, body := s.request(http.MethodGet, "/v1/sites/demo", "", "Authorization", "Bearer "+token)
		var site struct{ Unasked []banner.Unasked }
		must(t, json.Unmarshal([]byte(body), &site))
		return site.Unasked
	}
	show()
	if got := found(); len(got) != 0 {
		t.Fatalf("found before anything changed: %v", got)
	}
	write("  vimeo: {}\n")
	show()
	eventually(t, "the site tells", func() bool { return len(found()) == 1 && found()[0].Service == "vimeo" })
	if _, body := s.request(http.MethodGet, "/readyz", ""); !strings.Contains(body, "Site demo: vimeo was not listed") || !strings.Contains(body, "since: 2 to vimeo") {
		t.Errorf("/readyz says %s", body)
	}
	if told := s.log.String(); strings.Count(told, "visitors were not asked") != 1 || !strings.Contains(told, "service=vimeo") || !strings.Contains(told, "raise legalVersion to 2") {
		t.Errorf("logged:\n%s", told)
	}
	write("  vimeo: {since: 2}\nlegalVersion: 2\n")
	eventually(t, "it is mended", func() bool {
		_, body := s.request(http.MethodGet, "/readyz", "")
		return len(found()) == 0 && !strings.Contains(body, "vimeo")
	})
}

// A log that does not answer is one line for all sites, and what it says later is
// told as if it had answered at once.
func TestOperatorIsToldOnceTheLogAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	log, err := s.store.Log(t.Context(), "demo")
	must(t, err)
	notice, err := s.bundler.Notice(t.Context(), s.site("demo"), "nl")
	must(t, err)
	must(t, log.Publish(t.Context(), notice))
	must(t, os.WriteFile(filepath.Join(s.dir, "sites", "demo.yaml"), []byte(demoSite+"  vimeo: {}\n"), 0o600))
	must(t, s.sites.Reload(t.Context()))
	s.redis.stop()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.api.WatchNotices(ctx) }()
	t.Cleanup(func() { stop(); must(t, <-done) })
	eventually(t, "the operator is told", func() bool { return strings.Contains(s.log.String(), "not compared") })
	s.redis.start()
	eventually(t, "the log answers", func() bool {
		s.clock.forward(time.Minute)
		return strings.Contains(s.log.String(), "visitors were not asked")
	})
	for line := range strings.Lines(s.log.String()) {
		if strings.Contains(line, "not compared") && !strings.Contains(line, "sites=2") {
			t.Errorf("one line for each site: %s", line)
		}
	}
}
