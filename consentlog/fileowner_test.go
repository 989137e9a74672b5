package consentlog_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Protects: what root leaves in the state folder, by an erasure beside a service
// of another account, keeps that service neither from starting nor from reading.
// Whoever runs the tests, root in CI, all belongs to whom the folder belongs.
func TestStateStaysItsOwners(t *testing.T) {
	t.Parallel()
	owner := os.Geteuid()
	data := t.TempDir()
	if owner == 0 {
		owner = 65534
		if err := os.Chown(data, owner, owner); err != nil {
			t.Fatal(err)
		}
	}
	o := options(startRedis(t).url())
	o.StateDir = filepath.Join(data, "state")
	one, two := openStore(t, o), openStore(t, o) // one as a service would be, beside which a command runs
	publish(t, logOf(t, two))
	add(t, logOf(t, two), grant())
	one.Close()
	two.Close()
	var files []string
	err := filepath.WalkDir(data, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		if got := int(info.Sys().(*syscall.Stat_t).Uid); got != owner {
			t.Errorf("%s belongs to %d, want %d", path, got, owner)
		}
		files = append(files, path)
		return nil
	})
	if err != nil || len(files) != 7 { // data, state, two folders with a lock in each, a checkpoint
		t.Errorf("%d files: %q %v", len(files), files, err)
	}
}
