package banner_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"sluis/banner"
)

// Protects: what cannot be read is a fault of its own site and stops no other
// from being read; the last good version stays until it is mended.
func TestUnreadableFileIsItsOwnFault(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.yaml", goodSite, "b.yaml", goodSiteAt(t, "b.example"))
	var log bytes.Buffer
	s := open(t, dir, &log)
	before, _ := s.Get("a")

	path := filepath.Join(dir, "a.yaml")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a.yaml", path); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "b.yaml", goodSiteAt(t, "b.example", "layout: bar", "layout: box"))
	for range 3 {
		reload(t, s)
	}
	if b, _ := s.Get("b"); b.Layout != "box" {
		t.Error("b is not read any more")
	}
	if a, ok := s.Get("a"); !ok || a != before {
		t.Error("the last good version of a is gone")
	}
	if f := s.Faults(); len(f) != 1 || f[0].File != path || !strings.Contains(f[0].Detail, "cannot be read") || strings.Contains(f[0].Detail, dir) {
		t.Errorf("faults: %v", f)
	}
	if n := strings.Count(log.String(), "site file refused"); n != 1 {
		t.Errorf("told %d times, want once:\n%s", n, &log)
	}
	if files, err := banner.SiteFiles(dir); err != nil || len(files) != 2 {
		t.Errorf("sluis check looks at %v, %v", files, err)
	}

	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "a.yaml", goodSite)
	reload(t, s)
	if len(s.Faults()) > 0 {
		t.Errorf("mended, but %v", s.Faults())
	}
}

// Protects: a file that is away for a moment, or comes back faulty, costs the
// site nothing; one that stays away is a site that was removed.
func TestSiteGoesWhenItsFileIsMissingTwice(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.yaml", goodSite, "b.yaml", goodSiteAt(t, "b.example"))
	s := open(t, dir, nil)
	before, _ := s.Get("a")
	path := filepath.Join(dir, "a.yaml")
	for _, back := range []string{goodSite, "origins: ["} {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		reload(t, s)
		write(t, dir, "a.yaml", back)
		reload(t, s)
		if a, ok := s.Get("a"); !ok || a != before {
			t.Errorf("back as %.12q: the last good version is gone", back)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", path); err != nil {
		t.Fatal(err)
	}
	reload(t, s)
	reload(t, s)
	if got := ids(s); got != "b" {
		t.Errorf("sites %q", got)
	}
}

// Protects: a link that leads nowhere is told once, and is no silence in the
// place of a website.
func TestLinkToNowhereIsTold(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "shop.yaml", goodSite)
	if err := os.Symlink("nowhere", filepath.Join(dir, "gone.yaml")); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s := open(t, dir, &log)
	reload(t, s)
	if n := strings.Count(log.String(), "level=WARN msg=\"not a site file, ignored\" name=gone.yaml wanted=\"a file; this is a link that leads nowhere\""); n != 1 || ids(s) != "shop" {
		t.Errorf("told %d times, sites %q\n%s", n, ids(s), &log)
	}
}

// Protects: a pipe in the folder is no site file, and nobody waits for what
// comes out of it.
func TestPipeIsNoSiteFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "shop.yaml", goodSite)
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s := open(t, dir, &log)
	reload(t, s)
	if got := ids(s); got != "shop" || !strings.Contains(log.String(), "name=pipe.yaml") {
		t.Errorf("sites %q\n%s", got, &log)
	}
	if files, err := banner.SiteFiles(dir); err != nil || len(files) != 1 {
		t.Errorf("sluis check looks at %v, %v", files, err)
	}
}
