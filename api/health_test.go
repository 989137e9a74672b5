package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluis/banner"
)

// Protects: who gave Sluis a Redis that forgets everything when it restarts is
// warned where the watch looks, and not in one line at the start alone.
func TestForgetfulRedisIsWarnedOf(t *testing.T) {
	const told = `"warnings":["Redis keeps no append-only file`
	for _, c := range []struct {
		appendonly string
		warned     bool
	}{{"no", true}, {"yes", false}} {
		s := start(t, setup{redis: []string{"--appendonly", c.appendonly}})
		if _, body := s.request(http.MethodGet, "/readyz", ""); strings.Contains(body, told) != c.warned {
			t.Errorf("appendonly %s: %s", c.appendonly, body)
		}
	}
}

// Protects: whoever runs thousands of sites has an answer that probes can ask for
// every few seconds, and that sluis health --ready reads whole, when one slip was
// copied into each file: some faults, and how many there are beside them.
func TestReadinessStaysShort(t *testing.T) {
	s := start(t, setup{})
	for i := range 130 {
		must(t, os.WriteFile(filepath.Join(s.dir, "sites", fmt.Sprintf("shop-%03d.yaml", i)), []byte("origins: [\n"), 0o600))
	}
	must(t, s.sites.Reload(t.Context()))
	all := len(s.sites.Faults())
	var said struct {
		Sites    struct{ Faults []banner.SiteFault }
		Warnings []string
	}
	_, body := s.request(http.MethodGet, "/readyz", "")
	must(t, json.Unmarshal([]byte(body), &said))
	if want := fmt.Sprintf("%d faults of site files are not listed here", all-100); all < 130 || len(said.Sites.Faults) != 100 || len(said.Warnings) != 2 || !strings.HasPrefix(said.Warnings[1], want) {
		t.Errorf("%d of %d faults, warnings %q", len(said.Sites.Faults), all, said.Warnings)
	}
}
