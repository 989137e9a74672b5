package banner_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sluis/banner"
)

func write(t *testing.T, dir string, files ...string) {
	t.Helper()
	for i := 0; i+1 < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func open(t *testing.T, dir string, log *bytes.Buffer) *banner.Sites {
	t.Helper()
	var logger *slog.Logger
	if log != nil {
		logger = slog.New(slog.NewTextHandler(log, nil))
	}
	c := catalog(t)
	demo, err := banner.DemoSite(c)
	if err != nil {
		t.Fatal(err)
	}
	s, err := banner.OpenSites(banner.SitesOptions{Dir: dir, Fallback: demo, Catalog: c, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ids(s *banner.Sites) string {
	var all []string
	for _, site := range s.All() {
		all = append(all, site.ID)
	}
	return strings.Join(all, " ")
}

func reload(t *testing.T, s *banner.Sites) {
	t.Helper()
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Protects: without site files the demo serves, so that the first start shows
// something; with the first file it goes.
func TestSitesFallBackToTheDemo(t *testing.T) {
	dir := t.TempDir()
	if got := ids(open(t, filepath.Join(dir, "missing"), nil)); got != "demo" {
		t.Errorf("missing folder: %q", got)
	}
	s := open(t, dir, nil)
	if got := ids(s); got != "demo" {
		t.Errorf("empty folder: %q", got)
	}
	write(t, dir, "shop.yaml", goodSite)
	reload(t, s)
	if got := ids(s); got != "shop" {
		t.Errorf("after the first file: %q", got)
	}
	if err := os.Remove(filepath.Join(dir, "shop.yaml")); err != nil {
		t.Fatal(err)
	}
	reload(t, s)
	reload(t, s)
	if got := ids(s); got != "demo" {
		t.Errorf("after the last file went: %q", got)
	}
}

// Protects: whoever starts is told the faults of all files together.
func TestOpenSitesRefusesEveryFaultOfEveryFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.yaml", change(t, goodSite, "layout: bar", "layout: baar"),
		"b.yaml", change(t, goodSite, "G-ABCDEF1234", "x", "corner: end", "corner: left"), "c.yaml", goodSite, "Not-A-Slug.yaml", goodSite)
	var log bytes.Buffer
	_, err := banner.OpenSites(banner.SitesOptions{Dir: dir, Catalog: catalog(t), Logger: slog.New(slog.NewTextHandler(&log, nil))})
	var faults *banner.SiteError
	if !errors.As(err, &faults) || len(faults.Faults) != 4 {
		t.Fatalf("want four faults, got %v", err)
	}
	if strings.Contains(log.String(), "refused") {
		t.Errorf("what is returned is logged as well:\n%s", &log)
	}
	for _, want := range []string{"a.yaml:18:9", "b.yaml:14:5", "b.yaml:19:9", "Not-A-Slug.yaml: the name"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not named in\n%v", want, err)
		}
	}
}

// Protects: one faulty file among many costs its own website the gate, and no
// other: a machine that restarted at night with one bad file served none of
// thousands. It is served as soon as it is mended, and nothing of it before.
func TestOpenSitesHasTheSoundSites(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "bad.yaml", goodSiteAt(t, "bad.example", "layout: bar", "layout: baar"), "shop.yaml", goodSite)
	s, err := banner.OpenSites(banner.SitesOptions{Dir: dir, Catalog: catalog(t)})
	var faults *banner.SiteError
	if !errors.As(err, &faults) || s == nil {
		t.Fatalf("sites %v, error %v", s, err)
	}
	if ids(s) != "shop" || !slices.Equal(s.Refused(), []string{"bad"}) || !slices.Equal(s.Faults(), faults.Faults) || len(faults.Faults) != 1 {
		t.Errorf("sites %q, refused %q, faults %v", ids(s), s.Refused(), s.Faults())
	}
	write(t, dir, "bad.yaml", goodSiteAt(t, "bad.example"))
	reload(t, s)
	if ids(s) != "bad shop" || len(s.Refused()) > 0 || len(s.Faults()) > 0 {
		t.Errorf("mended: sites %q, refused %q, faults %v", ids(s), s.Refused(), s.Faults())
	}
	write(t, dir, "bad.yaml", "origins: [")
	reload(t, s)
	if ids(s) != "bad shop" || len(s.Refused()) > 0 || len(s.Faults()) == 0 {
		t.Errorf("faulty again, with a good version: sites %q, refused %q, faults %v", ids(s), s.Refused(), s.Faults())
	}
}

// Protects: a start that could serve nothing does not take the place of one that
// can: without one sound file there are no sites, and no demo in their stead.
func TestOpenSitesWithoutASoundOne(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.yaml", "origins: [", "b.yaml", goodSiteAt(t, "b.example", "layout: bar", "layout: baar"))
	demo, err := banner.DemoSite(catalog(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := banner.OpenSites(banner.SitesOptions{Dir: dir, Fallback: demo, Catalog: catalog(t)})
	var faults *banner.SiteError
	if s != nil || !errors.As(err, &faults) || len(faults.Faults) != 2 {
		t.Errorf("sites %v, error %v", s, err)
	}
}

// Protects: a mistake in a file does not take a running site down: its last
// good version stays, the fault is on show until it is mended.
func TestReloadKeepsTheLastGoodVersion(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "shop.yaml", goodSite)
	var log bytes.Buffer
	s := open(t, dir, &log)
	before, _ := s.Get("shop")

	write(t, dir, "shop.yaml", change(t, goodSite, "layout: bar", "layout: baar"), "new.yaml", "origins: 5\n")
	reload(t, s)
	reload(t, s)
	if after, ok := s.Get("shop"); !ok || after != before {
		t.Errorf("the last good version is not served: %v", after)
	}
	if _, ok := s.Get("new"); ok {
		t.Error("a file that never was good is served")
	}
	if f := s.Faults(); len(f) < 2 || !strings.HasSuffix(f[len(f)-1].File, "shop.yaml") || f[len(f)-1].Line != 18 {
		t.Errorf("faults: %v", f)
	}
	if n := strings.Count(log.String(), "baar"); n != 1 {
		t.Errorf("the fault is told %d times, want once:\n%s", n, &log)
	}

	write(t, dir, "shop.yaml", change(t, goodSite, "layout: bar", "layout: box"))
	if err := os.Remove(filepath.Join(dir, "new.yaml")); err != nil {
		t.Fatal(err)
	}
	reload(t, s)
	if after, _ := s.Get("shop"); after.Layout != "box" || len(s.Faults()) != 0 {
		t.Errorf("mended, but %s with %v", after.Layout, s.Faults())
	}
}

// Protects: a change counts even where the file keeps its time and its size,
// as after a checkout or an rsync.
func TestReloadLooksAtContent(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "shop.yaml", goodSite)
	s := open(t, dir, nil)
	path := filepath.Join(dir, "shop.yaml")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "shop.yaml", change(t, goodSite, "layout: bar", "layout: box"))
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	reload(t, s)
	if site, _ := s.Get("shop"); site.Layout != "box" {
		t.Error("the old version is still served")
	}
}

// Protects: an unchanged file keeps its very Site, so that scripts built for
// it stay in the cache.
func TestReloadKeepsWhatDidNotChange(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.yaml", goodSite, "b.yaml", goodSiteAt(t, "b.example"))
	s := open(t, dir, nil)
	a, _ := s.Get("a")
	write(t, dir, "b.yaml", goodSiteAt(t, "b.example", "layout: bar", "layout: box"))
	reload(t, s)
	if again, _ := s.Get("a"); again != a {
		t.Error("a was read anew although only b changed")
	}
}

// Protects: notes, backups and editors' files beside the sites are no sites,
// and the operator hears once which files do not count.
func TestSitesIgnoreOtherFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "shop.yaml", goodSite, ".shop.yaml.swp", "x", ".hidden.yaml", "x", "shop.yaml~", "x", "other.yml", "x", "README.md", "x")
	for _, folder := range []string{"folder.yaml", "services", "texts"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	s := open(t, dir, &log)
	reload(t, s)
	if got := ids(s); got != "shop" {
		t.Errorf("sites %q", got)
	}
	for _, name := range []string{".shop.yaml.swp", ".hidden.yaml", "shop.yaml~", "other.yml", "README.md", "folder.yaml"} {
		if n := strings.Count(log.String(), "name="+name+" "); n != 1 {
			t.Errorf("%s is named %d times, want once", name, n)
		}
	}
	if strings.Contains(log.String(), "name=services") {
		t.Error("the operator's own presets are called strange")
	}
}

// Protects: a folder that goes away while running (an unmounted volume) takes
// no site down and is an error.
func TestReloadSurvivesALostFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sites")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "shop.yaml", goodSite)
	s := open(t, dir, nil)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := s.Reload(t.Context()); err == nil {
		t.Error("a lost folder is no error")
	}
	if got := ids(s); got != "shop" {
		t.Errorf("sites %q", got)
	}
}

// Protects: whatever breaks while a file is judged is that file's fault and ends
// nothing. Here it is the catalogue that is not there.
func TestJudgingAFileNeverPanics(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "shop.yaml", goodSite)
	_, err := banner.OpenSites(banner.SitesOptions{Dir: dir})
	var faults *banner.SiteError
	if !errors.As(err, &faults) || len(faults.Faults) != 1 || !strings.Contains(err.Error(), "shop.yaml: this file could not be judged") {
		t.Errorf("got %v", err)
	}
}

// Protects: a changed file takes effect within two seconds, without a restart
// and without a pause for those who read, until the context ends.
func TestRunFollowsTheFolder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir, "shop.yaml", goodSite)
		s := open(t, dir, nil)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() {
			if err := s.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		write(t, dir, "shop.yaml", change(t, goodSite, "layout: bar", "layout: box"))
		deadline := time.Now().Add(2100 * time.Millisecond)
		for time.Now().Before(deadline) {
			if site, _ := s.Get("shop"); site.Layout == "box" {
				break
			}
			<-time.After(100 * time.Millisecond)
		}
		if site, _ := s.Get("shop"); site.Layout != "box" {
			t.Error("not seen within two seconds")
		}
		cancel()
		running.Wait()
	})
}
