package api_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// warnings is what /readyz asks somebody to look at, of a service that is ready.
func (s *service) warnings() []string {
	s.t.Helper()
	var said struct {
		Ready    bool
		Warnings []string
	}
	_, body := s.request(http.MethodGet, "/readyz", "")
	must(s.t, json.Unmarshal([]byte(body), &said))
	if !said.Ready {
		s.t.Errorf("not ready: %s", body)
	}
	return said.Warnings
}

// Protects: a sites folder that cannot be read is told where the watch looks, and
// not in the log alone: every change to a site was lost while all said "ok". Where
// the folder lies is nobody's business there.
func TestReadinessTellsOfAFolderThatCannotBeRead(t *testing.T) {
	s := start(t, setup{redis: []string{"--appendonly", "yes"}})
	sites := filepath.Join(s.dir, "sites")
	must(t, os.Rename(sites, sites+".gone"))
	if err := s.sites.Reload(t.Context()); err == nil {
		t.Fatal("a lost folder is no error")
	}
	if got := s.warnings(); len(got) != 1 || !strings.Contains(got[0], "SLUIS_SITES cannot be read (no such file or directory)") || !strings.Contains(got[0], "Mend: put the folder back") || strings.Contains(got[0], s.dir) {
		t.Errorf("warnings %q", got)
	}
	must(t, os.Rename(sites+".gone", sites))
	must(t, s.sites.Reload(t.Context()))
	if got := s.warnings(); len(got) != 0 {
		t.Errorf("read again, but %q", got)
	}
}

// Protects: a site's file that is none is told where the watch looks; its scripts
// were gone and nothing else said so.
func TestReadinessTellsOfNoFiles(t *testing.T) {
	s := start(t, setup{redis: []string{"--appendonly", "yes"}})
	sites := filepath.Join(s.dir, "sites")
	must(t, os.Mkdir(filepath.Join(sites, "shop.yaml"), 0o700))
	must(t, os.Symlink("nowhere", filepath.Join(sites, "gone.yaml")))
	must(t, syscall.Mkfifo(filepath.Join(sites, "pipe.yaml"), 0o600))
	must(t, os.Mkdir(filepath.Join(sites, "services"), 0o700))
	must(t, s.sites.Reload(t.Context()))
	got := s.warnings()
	for _, want := range []string{"shop.yaml in SLUIS_SITES is a folder and no file", "gone.yaml in SLUIS_SITES is a link that leads nowhere and no file", "pipe.yaml in SLUIS_SITES is a pipe and no file"} {
		if !slices.ContainsFunc(got, func(w string) bool { return strings.HasPrefix(w, want) && strings.Contains(w, "Mend: ") }) {
			t.Errorf("not told: %s, in %q", want, got)
		}
	}
	if len(got) != 3 {
		t.Errorf("warnings %q", got)
	}
}

// Protects: who mistyped SLUIS_SITES and serves the demo to the world is told;
// who looks at the demo on a machine of their own is left alone, and so is a
// service with a site.
func TestReadinessTellsOfAPublicDemo(t *testing.T) {
	for address, told := range map[string]bool{"https://consent.example": true, "http://localhost:8080": false} {
		s := start(t, setup{redis: []string{"--appendonly", "yes"}, demo: true, address: address})
		got := s.warnings()
		if told != (len(got) == 1) || told && !strings.HasPrefix(got[0], "Only the demo is served, and under an https address: SLUIS_SITES has no site file. Mend: set SLUIS_SITES") {
			t.Errorf("%s: warnings %q", address, got)
		}
		must(t, os.WriteFile(filepath.Join(s.dir, "sites", "other.yaml"), []byte(otherSite), 0o600))
		must(t, s.sites.Reload(t.Context()))
		if got := s.warnings(); len(got) != 0 {
			t.Errorf("%s, with a site: warnings %q", address, got)
		}
	}
}
