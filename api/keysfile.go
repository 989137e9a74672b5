package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"sluis/consentlog"
)

// keyFile is the form on disk.
type keyFile struct {
	V    int   `json:"v"`
	Keys []Key `json:"keys"`
}

const keyFileVersion = 1

// refresh reads the file again if it is not the one that was read last. A
// change replaces the file, so its identity tells even where two changes fall
// into one tick of the file system's clock.
func (k *Keys) refresh() error {
	info, err := os.Stat(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		k.seen, k.keys = nil, nil
		return nil
	}
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if k.seen != nil && os.SameFile(k.seen, info) && k.seen.ModTime().Equal(info.ModTime()) && k.seen.Size() == info.Size() {
		return nil
	}
	keys, err := readKeys(k.path)
	if err != nil {
		return err
	}
	k.seen, k.keys = info, keys
	return nil
}

func readKeys(path string) ([]Key, error) {
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	d := json.NewDecoder(strings.NewReader(string(src)))
	d.DisallowUnknownFields()
	var f keyFile
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("keys: %s: %w", path, err)
	}
	if f.V != keyFileVersion {
		return nil, fmt.Errorf("keys: %s has version %d; this program knows %d", path, f.V, keyFileVersion)
	}
	return f.Keys, nil
}

// change rewrites the file under a lock that other processes heed, whole or
// not at all, and durably: a revoked key does not come back with the power.
func (k *Keys) change(edit func([]Key) ([]Key, error)) error {
	dir := filepath.Dir(k.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	// The lock lies beside the file, since the file itself is replaced.
	lock, err := consentlog.OpenLock(k.path + ".lock")
	if err != nil {
		return err
	}
	defer lock.Close() // lets go of the lock too
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("lock %s: %w", lock.Name(), err)
	}
	keys, err := readKeys(k.path)
	if err != nil {
		return err
	}
	if keys, err = edit(keys); err != nil {
		return err
	}
	src, err := json.MarshalIndent(keyFile{V: keyFileVersion, Keys: keys}, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(k.path, append(src, '\n'))
}

// replaceFile puts a new content in the place of a file in one step. The file
// stays its owner's: root may make a key for a service of another account.
func replaceFile(path string, content []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // fails once it is renamed, as it should
	_, err = temp.Write(content)
	if err = errors.Join(err, consentlog.GiveToOwner(temp, path, filepath.Dir(path)), temp.Sync(), temp.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
