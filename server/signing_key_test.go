package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Protects: the key of the first start stays, under the name of the first
// start, readable for its owner alone.
func TestSigningKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "signing.key")
	first, err := openSigningKey(path, "consent.example.nl", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	again, err := openSigningKey(path, "elsewhere.example.nl", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if first != again || first.Name != "consent.example.nl" || first.Secret == [32]byte{} {
		t.Errorf("first %s, again %s", first.Name, again.Name)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %s", info.Mode())
	}
}

// Protects: processes that start together for the first time agree on one key.
func TestSigningKeyIsOneForAll(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "signing.key")
	keys := make([]signingKey, 16)
	var group sync.WaitGroup
	for i := range keys {
		group.Go(func() {
			var err error
			if keys[i], err = openSigningKey(path, "consent.example.nl", t.TempDir()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, key := range keys {
		if key != keys[0] {
			t.Fatal("two keys")
		}
	}
}

// Protects: a damaged key stops the service with words on what to do, and is
// never replaced by another, which would end every log.
func TestDamagedSigningKeyIsRefusedAndKept(t *testing.T) {
	t.Parallel()
	for damage, want := range map[string]string{
		"":                            "the name \"\" is missing",
		"name a.example\n":            "has 0 bytes and needs 32",
		"name a.example\nsecret !\n":  "line 2: the secret is no base64",
		"name a.example\nsecret AA==": "has 1 bytes and needs 32",
		"name a b\nsecret AA==":       "missing or malformed",
		"key AA==":                    "line 1 begins with \"key\"",
	} {
		path := filepath.Join(t.TempDir(), "signing.key")
		if err := os.WriteFile(path, []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := openSigningKey(path, "a.example", t.TempDir())
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "Put back the copy you kept") {
			t.Errorf("%q: %v", damage, err)
		}
		if now, _ := os.ReadFile(path); string(now) != damage {
			t.Errorf("%q was overwritten", damage)
		}
	}
}

// Protects: without its key a log is not taken for a new one, on which every
// record would fail. The start says which file is missing, or whose log it is.
func TestLogWithoutItsKeyRefusesToStart(t *testing.T) {
	t.Parallel()
	needRedis(t)
	data := shortDir(t)
	first := startSluis(t, data)
	first.record("demo", first.notice("demo", first.readerKey("demo")))
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	refused := func(want string) {
		t.Helper()
		var out, log lockedBuffer
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		err := run(ctx, []string{"serve"}, &out, &log, []string{"SLUIS_LISTEN=127.0.0.1:0", "SLUIS_DATA=" + data, "SLUIS_SITES=" + filepath.Join(data, "sites")})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("said %v, not %q", err, want)
		}
	}
	key := filepath.Join(data, "signing.key")
	if err := os.Rename(key, key+".copy"); err != nil {
		t.Fatal(err)
	}
	refused("signing.key is missing")
	if _, err := os.Stat(key); err == nil {
		t.Error("a key was made all the same")
	}
	// Redis alone is left, as for a second process on the same Redis.
	if err := os.RemoveAll(filepath.Join(data, "state")); err != nil {
		t.Fatal(err)
	}
	refused("the log of the site demo was begun with another signing key")
	if err := os.Rename(key+".copy", key); err != nil {
		t.Fatal(err)
	}
	again := startSluis(t, data)
	if n := again.records("demo", again.readerKey("demo")); n != 1 {
		t.Errorf("%d records with the key put back", n)
	}
}

// Protects: a Redis in which only some of the logs were begun with our key is
// refused by the name of one that was not, whichever comes first: its records
// could neither be sealed nor read.
func TestOneLogOfAnotherKeyIsRefused(t *testing.T) {
	t.Parallel()
	redis := needRedis(t)
	for _, of := range []struct{ ours, theirs string }{{"aaa", "zzz"}, {"zzz", "aaa"}} {
		t.Run("ours "+of.ours, func(t *testing.T) {
			shared, err := startRedis(t.Context(), redis, shortDir(t), newLogger(Config{}, &lockedBuffer{}))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { shared.Close() })
			begin := func(site string) (data string) {
				data = shortDir(t)
				siteIn(t, data, site)
				r := startSluis(t, data, "SLUIS_REDIS_URL="+shared.URL())
				r.notice(site, r.readerKey(site))
				if err := r.stop(); err != nil {
					t.Fatal(err)
				}
				return data
			}
			begin(of.theirs)
			data := begin(of.ours)
			siteIn(t, data, of.theirs)
			environ := []string{"SLUIS_LISTEN=127.0.0.1:0", "SLUIS_DATA=" + data, "SLUIS_SITES=" + filepath.Join(data, "sites"), "SLUIS_REDIS_URL=" + shared.URL()}
			refused := func(when string) {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // should it start after all
				defer cancel()
				out := &lockedBuffer{}
				err := run(ctx, []string{"serve"}, out, out, environ)
				if want := "the log of the site " + of.theirs + " was begun with another signing key"; err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: not said: %s\nbut: %v", when, want, err)
				}
			}
			refused("its file is sound")
			put(t, filepath.Join(data, "sites"), of.theirs+".yaml", "origins: [")
			refused("its file has a fault, which somebody will mend")
		})
	}
}

// siteIn writes the file of a site with an origin of its own.
func siteIn(t *testing.T, data, id string) {
	t.Helper()
	sites := filepath.Join(data, "sites")
	if err := os.MkdirAll(sites, 0o700); err != nil {
		t.Fatal(err)
	}
	yaml := strings.ReplaceAll(soundSite, "shop.example", id+".example")
	if err := os.WriteFile(filepath.Join(sites, id+".yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
}
