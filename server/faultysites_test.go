package main

import (
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluis/banner"
)

// put writes site files into a folder, name and content in turn.
func put(t *testing.T, folder string, files ...string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(folder, files[i]), []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// siteAt is a sound site of its own address.
func siteAt(host string) string { return strings.ReplaceAll(soundSite, "shop.example", host) }

// siteStates is what /readyz says of the sites.
type siteStates struct {
	Ready bool
	Sites struct {
		Served int
		Faults []banner.SiteFault
	}
}

// Protects: a start with one faulty file among sound ones serves the sound ones,
// and says loudly which it refuses and why: in the log, in what it prints, in
// /readyz and in the figures. Nothing of the faulty site is there, so its pages
// hold everything back; it is served when its file is mended, without a restart.
func TestStartServesTheSoundSites(t *testing.T) {
	t.Parallel()
	needRedis(t)
	data := shortDir(t)
	sites := filepath.Join(data, "sites")
	put(t, sites, "bad.yaml", siteAt("bad.example")+"colour: blue\n", "shop.yaml", soundSite)
	r := startSluis(t, data)
	if said := r.said.String(); !strings.Contains(said, "Refused: 1 site file, bad.\n") || !strings.Contains(said, "sluis check") || strings.Contains(said, "/bad.js") {
		t.Errorf("printed: %s", said)
	}
	if n := strings.Count(r.log.String(), "site file refused"); n != 1 || !strings.Contains(r.log.String(), filepath.Join(sites, "bad.yaml")+":7:1: colour") {
		t.Errorf("logged %d times: %s", n, r.log)
	}
	if status, _ := r.get("/shop.js", ""); status != http.StatusOK {
		t.Errorf("gate of the sound site: %d", status)
	}
	for path, kind := range map[string]string{"/bad.js": "unknown-script", "/v/0/bad.nl.js": "unknown-script", "/bad/cookies": "unknown-site", "/v1/sites/bad/scripts": "unknown-site"} {
		if status, body := r.get(path, ""); status != http.StatusNotFound || !strings.Contains(string(body), kind) || !strings.Contains(string(body), "refused") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	var state siteStates
	r.decode("/readyz", "", &state)
	if f := state.Sites.Faults; !state.Ready || state.Sites.Served != 1 || len(f) != 1 || f[0].File != "bad.yaml" || f[0].Line != 7 {
		t.Errorf("/readyz: %+v", state)
	}
	if _, body := r.get("/metrics", ""); !strings.Contains(string(body), "\nsluis_site_files_faulty 1\n") || !strings.Contains(string(body), "\nsluis_sites_served 1\n") {
		t.Error("/metrics does not count the faulty file, or the served site")
	}
	put(t, sites, "bad.yaml", siteAt("bad.example"))
	eventually(t, "the mended site is served", func() bool {
		status, _ := r.get("/bad.js", "")
		return status == http.StatusOK
	})
	if _, body := r.get("/metrics", ""); !strings.Contains(string(body), "\nsluis_site_files_faulty 0\n") {
		t.Error("/metrics still counts a faulty file")
	}
}

// Protects: a copied file that still lists the address of the original does not
// take it at the next start, although it comes first by name; check blames the
// same file as the start does, and both tell of a memory they cannot read. The
// service that keeps this forgets nothing else.
func TestRestartLeavesAnOriginWhereItWas(t *testing.T) {
	t.Parallel()
	needRedis(t)
	data := shortDir(t)
	sites := filepath.Join(data, "sites")
	put(t, sites, "shop.yaml", soundSite)
	r := startSluis(t, data)
	put(t, sites, "copy.yaml", soundSite)
	blames := func(r *running, file string) bool {
		var state siteStates
		r.decode("/readyz", "", &state)
		return slices.ContainsFunc(state.Sites.Faults, func(f banner.SiteFault) bool { return f.File == file })
	}
	eventually(t, "the copy is refused", func() bool { return blames(r, "copy.yaml") })
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	out, _, err := commandIn(data, []string{"SLUIS_SITES=" + sites}, "check")
	if err == nil || !strings.Contains(out, "copy.yaml:1:11: origins[0]") || strings.Contains(out, "shop.yaml:1:11: origins[0]") {
		t.Errorf("check: %v\n%s", err, out)
	}
	r = startSluis(t, data)
	if status, _ := r.get("/shop.js", ""); status != http.StatusOK || !blames(r, "copy.yaml") {
		t.Errorf("restarted: %d %s", status, r.log)
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}

	// What is unreadable there is told, and stops nothing.
	if err := os.WriteFile(filepath.Join(data, "origins.json"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, told, _ := commandIn(data, []string{"SLUIS_SITES=" + sites}, "check"); !strings.Contains(told, "not known which site had which origin") {
		t.Errorf("check with a broken memory: %s", told)
	}
	r = startSluis(t, data)
	if !blames(r, "shop.yaml") || !strings.Contains(r.log.String(), "not known which site had which origin") {
		t.Errorf("with a broken memory: %s", r.log)
	}
	// Nor is it lost: that of a newer program is there when that comes back.
	if _, err := os.Stat(filepath.Join(data, "origins.json.unread")); err != nil {
		t.Error(err)
	}
}

// Protects: a folder that was empty at one start, since it was not mounted yet,
// takes from nobody what the next one has to know.
func TestAnEmptyFolderForgetsNoOrigin(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	logger := slog.New(slog.DiscardHandler)
	held := map[string][]string{"shop": {"https://shop.example"}}
	h := openHeldOrigins(data, logger)
	h.keep(held)
	h.keep(map[string][]string{})
	if got := openHeldOrigins(data, logger).last; !maps.EqualFunc(got, held, slices.Equal) {
		t.Errorf("kept %v", got)
	}
}
