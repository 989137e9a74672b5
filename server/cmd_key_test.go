package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Protects: the key is alone on standard output, so that a script can take it;
// list never shows it; a revoked key is gone.
func TestKeyCommands(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	out, _, err := command(data, "key", "create", "--site", "shop", "--site", "blog", "--role", "reader", "--expires", "P90D")
	if err != nil || !regexp.MustCompile(`^sluis_[A-Za-z0-9_-]{43}\n$`).MatchString(out) {
		t.Fatalf("create: %q %v", out, err)
	}
	list, _, err := command(data, "key", "list")
	if err != nil || strings.Contains(list, strings.TrimSpace(out)) {
		t.Fatalf("list: %q %v", list, err)
	}
	until := time.Now().UTC().AddDate(0, 0, 90).Format(time.DateOnly)
	row := regexp.MustCompile(`(?m)^([0-9a-f]{8})  reader  shop,blog  \S+  ` + until + `$`).FindStringSubmatch(list)
	if row == nil {
		t.Fatalf("list: %s", list)
	}
	if _, _, err := command(data, "key", "revoke", row[1]); err != nil {
		t.Fatal(err)
	}
	if _, _, err := command(data, "key", "revoke", row[1]); err == nil || !strings.Contains(err.Error(), "there is no key "+row[1]) {
		t.Errorf("revoked twice: %v", err)
	}
}

// Protects: a slip in the name of a site is told at once, with the folder that
// was looked into and the sites that there are; the key is made all the same and
// stays alone on standard output.
func TestKeyForAnUnknownSite(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	said := func(sites ...string) string {
		t.Helper()
		args := []string{"key", "create", "--role", "reader"}
		for _, site := range sites {
			args = append(args, "--site", site)
		}
		out, said, err := commandIn(data, []string{"SLUIS_SITES=" + data}, args...)
		if err != nil || strings.Count(out, "\n") != 1 {
			t.Fatalf("%q %v", out, err)
		}
		return said
	}
	if s := said("demo", "*"); strings.Contains(s, "Careful") {
		t.Errorf("without site files: %s", s)
	}
	for _, site := range []string{"shop", "blog"} {
		if err := os.WriteFile(filepath.Join(data, site+".yaml"), []byte(soundSite), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if s := said("shop", "blog"); strings.Contains(s, "Careful") {
		t.Errorf("for sites that there are: %s", s)
	}
	for _, site := range []string{"shpo", "demo"} {
		s := said("shop", site)
		for _, want := range []string{"no site " + site, "no " + site + ".yaml in " + data, "blog, shop", "revoke"} {
			if !strings.Contains(s, want) {
				t.Errorf("%s: %q is not in %s", site, want, s)
			}
		}
	}
}

// Protects: help is there under the name that people try first, for one command
// as for all.
func TestHelpByItsName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ args, want string }{{"help", "Make a key and print it"}, {"help key create", "--expires"}} {
		if out, _, err := command(t.TempDir(), strings.Fields(c.args)...); err != nil || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v\n%s", c.args, err, out)
		}
	}
}

// Protects: a key command that makes no sense says why and makes no key.
func TestKeyCreateRefuses(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	for _, c := range []struct{ want, args string }{
		{"--role", "key create --site shop"},
		{"--site", "key create --role reader"},
		{"reader", "key create --site shop --role writer"},
		{"is no duration", "key create --site shop --role reader --expires 90"},
		{"expired already", "key create --site shop --role reader --expires P0D"},
		{"is not the id of a site", "key create --site Shop! --role reader"},
		{"the name of its file without .yaml", "key create --site https://shop.example --role reader"},
		{"(see: sluis key create --help)", "key create --site shop"},
		{"(see: sluis key --help)", "key"},
		{"(see: sluis --help)", "kye"},
	} {
		if _, _, err := command(data, strings.Fields(c.args)...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.args, err)
		}
	}
	if list, _, _ := command(data, "key", "list"); strings.Count(list, "\n") != 1 {
		t.Errorf("a key was made:\n%s", list)
	}
}
