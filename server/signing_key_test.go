package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Protects: the key of the first start stays, under the name of the first
// start, readable for its owner alone.
func TestSigningKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "signing.key")
	first, err := openSigningKey(path, "consent.example.nl")
	if err != nil {
		t.Fatal(err)
	}
	again, err := openSigningKey(path, "elsewhere.example.nl")
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
	path := filepath.Join(t.TempDir(), "signing.key")
	keys := make([]signingKey, 16)
	var group sync.WaitGroup
	for i := range keys {
		group.Go(func() {
			var err error
			if keys[i], err = openSigningKey(path, "consent.example.nl"); err != nil {
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
		_, err := openSigningKey(path, "a.example")
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "Put back the copy you kept") {
			t.Errorf("%q: %v", damage, err)
		}
		if now, _ := os.ReadFile(path); string(now) != damage {
			t.Errorf("%q was overwritten", damage)
		}
	}
}
