package banner_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Protects: a folder that cannot be read is told once and not every two seconds,
// again where the cause is another, and once more when it is read again.
func TestAFolderThatCannotBeReadIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "sites")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, dir, "shop.yaml", goodSite)
		var log bytes.Buffer
		s := open(t, dir, &log)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { s.Run(ctx) })
		told := func(step string, notRead, again int) {
			t.Helper()
			time.Sleep(9 * time.Second) // of the bubble's clock: four looks
			synctest.Wait()
			if n, m := strings.Count(log.String(), "sites not read"), strings.Count(log.String(), "sites are read again"); n != notRead || m != again {
				t.Errorf("%s: not read told %d times, read again %d times\n%s", step, n, m, &log)
			}
		}
		told("sound", 0, 0)
		if err := os.Rename(dir, dir+".gone"); err != nil {
			t.Fatal(err)
		}
		told("gone", 1, 0)
		if err := os.WriteFile(dir, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		told("a file in its place", 2, 0)
		if err := os.Rename(dir+".gone", dir+".back"); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(dir+".back", dir); err != nil {
			t.Fatal(err)
		}
		told("back", 2, 1)
		cancel()
		running.Wait()
		if got := ids(s); got != "shop" {
			t.Errorf("sites %q", got)
		}
	})
}

// Protects: who watches learns of a site's file that became a folder, each time
// that it does, and no longer when a file stands there again.
func TestAFolderInTheNameOfASiteIsTold(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "shop.yaml", goodSite, "news.yaml", goodSiteAt(t, "news.example"))
	var log bytes.Buffer
	s := open(t, dir, &log)
	path := filepath.Join(dir, "news.yaml")
	for round := 1; round <= 2; round++ {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		reload(t, s)
		reload(t, s)
		if none := s.NoFiles(); len(none) != 1 || none[0].Path != path || none[0].Is != "a folder" || ids(s) != "shop" {
			t.Errorf("%v, sites %q", none, ids(s))
		}
		if n := strings.Count(log.String(), `name=news.yaml wanted="a file; this is a folder"`); n != round {
			t.Errorf("told %d times, want %d\n%s", n, round, &log)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		write(t, dir, "news.yaml", goodSiteAt(t, "news.example"))
		reload(t, s)
		if none := s.NoFiles(); len(none) != 0 || ids(s) != "news shop" {
			t.Errorf("mended, but %v, sites %q", none, ids(s))
		}
	}
}
