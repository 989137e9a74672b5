package api_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sluis/api"
)

func openKeys(t *testing.T, path string) *api.Keys {
	t.Helper()
	k, err := api.OpenKeys(path)
	must(t, err)
	return k
}

// A key is 256 random bits in a form that scanners of leaked secrets know, and
// the file that is left behind does not hold it.
func TestKeyIsShownOnceAndStoredHashed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "keys.json")
	keys := openKeys(t, path)
	token, key, err := keys.Create(api.KeyOptions{Sites: []string{"demo"}, Role: api.Reader})
	must(t, err)
	if !regexp.MustCompile(`^sluis_[A-Za-z0-9_-]{43}$`).MatchString(token) {
		t.Errorf("the key is %q", token)
	}
	src, err := os.ReadFile(path)
	must(t, err)
	if strings.Contains(string(src), token) || strings.Contains(string(src), strings.TrimPrefix(token, "sluis_")) {
		t.Errorf("the file holds the key: %s", src)
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file can be read by others: %s", info.Mode())
	}
	found, err := keys.Check(token)
	must(t, err)
	if found.ID != key.ID || !found.Reads("demo") || found.Reads("other") {
		t.Errorf("found %+v", found)
	}
}

// Protects: a key that root makes or revokes for a service of another account
// does not close the keys to that service. Whoever runs the tests, root in CI,
// the files stay their owner's.
func TestKeysStayTheirOwners(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "keys.json")
	owner := os.Geteuid()
	if owner == 0 {
		owner = 65534
		must(t, os.Chown(folder, owner, owner))
	}
	owned := func(after string) {
		t.Helper()
		for _, file := range []string{path, path + ".lock"} {
			info, err := os.Stat(file)
			must(t, err)
			if got := int(info.Sys().(*syscall.Stat_t).Uid); got != owner {
				t.Errorf("%s: %s belongs to %d, want %d", after, filepath.Base(file), got, owner)
			}
		}
	}
	keys := openKeys(t, path)
	_, key, err := keys.Create(api.KeyOptions{Sites: []string{"demo"}, Role: api.Reader})
	must(t, err)
	owned("the first key")
	if os.Geteuid() == 0 { // a file of another owner than the folder's
		owner = 65533
		must(t, os.Chown(path, owner, owner))
		must(t, os.Chown(path+".lock", owner, owner))
	}
	must(t, keys.Revoke(key.ID))
	owned("revoked")
}

// What one process does to the keys, another that runs already sees with its
// next request: the command makes and revokes keys of a running server.
func TestKeyChangesAreSeenAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	server, command := openKeys(t, path), openKeys(t, path)
	for range 20 {
		token, key, err := command.Create(api.KeyOptions{Sites: []string{api.AllSites}, Role: api.Admin})
		must(t, err)
		if _, err := server.Check(token); err != nil {
			t.Fatalf("a new key does not hold: %v", err)
		}
		must(t, command.Revoke(key.ID))
		if _, err := server.Check(token); !errors.Is(err, api.ErrKeyUnknown) {
			t.Fatalf("a revoked key gives %v", err)
		}
	}
}

// Two commands at once lose neither key.
func TestKeysMadeAtOnceAreAllKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	var work sync.WaitGroup
	for range 16 {
		keys := openKeys(t, path)
		work.Go(func() {
			if _, _, err := keys.Create(api.KeyOptions{Sites: []string{"demo"}, Role: api.Reader}); err != nil {
				t.Error(err)
			}
		})
	}
	work.Wait()
	all, err := openKeys(t, path).List()
	must(t, err)
	if len(all) != 16 {
		t.Errorf("%d of 16 keys are left", len(all))
	}
}

// A key ends when it said it would.
func TestKeyExpires(t *testing.T) {
	keys := openKeys(t, filepath.Join(t.TempDir(), "keys.json"))
	var c clock
	keys.SetClock(c.now)
	token, _, err := keys.Create(api.KeyOptions{Sites: []string{"demo"}, Role: api.Reader, Expires: c.now().Add(time.Hour)})
	must(t, err)
	_, err = keys.Check(token)
	must(t, err)
	c.forward(time.Hour)
	if _, err := keys.Check(token); !errors.Is(err, api.ErrKeyExpired) {
		t.Errorf("an expired key gives %v", err)
	}
}

// A key that could never hold, or would hold for nothing, is not made.
func TestKeyThatMakesNoSenseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	keys := openKeys(t, path)
	for _, o := range []api.KeyOptions{
		{Role: api.Reader},
		{Sites: []string{"demo"}},
		{Sites: []string{"demo"}, Role: "owner"},
		{Sites: []string{"Demo Site"}, Role: api.Reader},
		{Sites: []string{"demo"}, Role: api.Reader, Expires: time.Now().Add(-time.Hour)},
	} {
		if token, _, err := keys.Create(o); err == nil || token != "" {
			t.Errorf("%+v made a key", o)
		}
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("something was written: %v", err)
	}
}

// A file that cannot be read lets nobody in, rather than everybody or those of
// before.
func TestBrokenKeyFileLetsNobodyIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	keys := openKeys(t, path)
	token, _, err := keys.Create(api.KeyOptions{Sites: []string{"demo"}, Role: api.Reader})
	must(t, err)
	must(t, os.WriteFile(path, []byte(`{"v":2,"keys":[]}`), 0o600))
	if _, err := keys.Check(token); err == nil {
		t.Error("the key still holds")
	}
	if _, err := api.OpenKeys(path); err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Errorf("opened with %v", err)
	}
}
