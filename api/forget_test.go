package api_test

import (
	"os"
	"path/filepath"
	"testing"
)

// Protects: a site that is gone leaves nothing behind in a process that runs
// for years, and one that changes is kept once.
func TestWhatIsGoneIsForgotten(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	serve := func(paths ...string) {
		for _, path := range paths {
			if resp, body := s.get(path); resp.StatusCode != 200 {
				t.Fatal(path, resp.Status, body)
			}
		}
	}
	kept := func(what string, wantDeclarations, wantNotices int) {
		t.Helper()
		if declarations, notices := s.api.Kept(); declarations != wantDeclarations || notices != wantNotices {
			t.Errorf("%s: %d declarations and %d notices are kept", what, declarations, notices)
		}
	}
	files := []string{"/demo/cookies?lang=nl", "/other/cookies", "/v/any/demo.nl.js", "/v/any/other.en.js"}
	serve(files...)
	kept("two sites", 2, 2)
	demo := filepath.Join(s.dir, "sites", "demo.yaml")
	must(t, os.WriteFile(demo, []byte(demoSite+"legalVersion: 2\n"), 0o600))
	must(t, s.sites.Reload(t.Context()))
	serve(files...)
	kept("one changed", 2, 2)
	must(t, os.Remove(filepath.Join(s.dir, "sites", "other.yaml")))
	must(t, s.sites.Reload(t.Context()))
	must(t, s.sites.Reload(t.Context()))
	kept("one gone", 1, 1)
}
