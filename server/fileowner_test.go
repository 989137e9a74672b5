package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Protects: who erases as root, with the service stopped, leaves its account
// everything that the service needs to start again, Redis' files included.
// Whoever runs the tests, root in CI, all stays its owner's.
func TestErasureLeavesTheServiceItsFiles(t *testing.T) {
	t.Parallel()
	needRedis(t)
	r := startSluis(t, shortDir(t))
	receipt := r.record("demo", r.notice("demo", r.readerKey("demo")))
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(r.data, "redis", "lock")); err != nil { // no backup has it
		t.Fatal(err)
	}
	owner := os.Geteuid()
	each := func(do func(path string, info fs.FileInfo) error) {
		t.Helper()
		err := filepath.WalkDir(r.data, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			return do(path, info)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if owner == 0 {
		owner = 65534
		each(func(path string, _ fs.FileInfo) error { return os.Lchown(path, owner, owner) })
	}
	if _, _, err := command(r.data, "erase", "--site", "demo", "--consent-id", consentIDOf(t, receipt)); err != nil {
		t.Fatal(err)
	}
	each(func(path string, info fs.FileInfo) error {
		if got := int(info.Sys().(*syscall.Stat_t).Uid); got != owner {
			t.Errorf("%s belongs to %d, want %d", path, got, owner)
		}
		return nil
	})
}

// Protects: a folder of another account in which root's Redis wrote before can still be
// started by root, who alone can read all of it.
func TestRootGoesOnWhereRootWrote(t *testing.T) {
	t.Parallel()
	needRedis(t)
	r := startSluis(t, shortDir(t))
	r.record("demo", r.notice("demo", r.readerKey("demo")))
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		for _, path := range []string{r.data, filepath.Join(r.data, "redis")} {
			if err := os.Chown(path, 65534, 65534); err != nil {
				t.Fatal(err)
			}
		}
	}
	again := startSluis(t, r.data)
	again.readerKey("demo")
	if err := again.stop(); err != nil {
		t.Fatal(err)
	}
}
