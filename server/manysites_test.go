package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// manySites writes the files shop-001.yaml and so on into a folder.
func manySites(t *testing.T, folder string, count int) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range count {
		name := fmt.Sprintf("shop-%03d", i+1)
		if err := os.WriteFile(filepath.Join(folder, name+".yaml"), []byte(strings.Replace(soundSite, "//shop.", "//"+name+".", 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Protects: whoever runs thousands of sites can read what a command says. A slip
// in the name of one printed the names of all, between which the advice was lost.
func TestKeyForAnUnknownSiteAmongMany(t *testing.T) {
	t.Parallel()
	sites := filepath.Join(t.TempDir(), "sites")
	manySites(t, sites, 40)
	_, said, err := commandIn(t.TempDir(), []string{"SLUIS_SITES=" + sites}, "key", "create", "--role", "reader", "--site", "shop-o17")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"there is no site shop-o17", "40 sites, shop-017 among them", "revoke"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in %s", want, said)
		}
	}
	if strings.Contains(said, "shop-039") {
		t.Errorf("all are listed: %s", said)
	}
}

// Protects: a start beside thousands of sites prints its own state where one
// sees it, and where the tags of the others are.
func TestStartBesideManySites(t *testing.T) {
	t.Parallel()
	data := shortDir(t)
	manySites(t, filepath.Join(data, "sites"), 40)
	said := startSluis(t, data).said.String()
	for _, want := range []string{"/shop-001.js\"></script>", "and 28 more", "sluis check --verbose"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in %s", want, said)
		}
	}
	if n := strings.Count(said, "<script"); n != 12 {
		t.Errorf("%d tags are listed", n)
	}
}
