package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Protects: every fault of the environment is reported at once, each with the
// variable's name, what is wrong and how to mend it.
func TestConfigReportsEveryFault(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := LoadConfig([]string{
		"SLUIS_LISTEN=8080", "SLUIS_PUBLIC_URL=http://consent.example.nl", "SLUIS_SITES=" + file, "SLUIS_DATA=" + file,
		"SLUIS_REDIS_URL=http://user:geheim@redis", "SLUIS_PRESETS=/does/not/exist", "SLUIS_TRUSTED_PROXIES=10.0.0.0/8,proxy",
		"SLUIS_RATE_SITE=many", "SLUIS_LOG_LEVEL=loud", "SLUIS_LOG_FORMAT=xml", "SLUIS_LISTN=:8080", "SLUIS_COLOUR=blue", "PATH=/bin",
	})
	if err == nil {
		t.Fatal("no fault found")
	}
	for _, want := range []string{
		`SLUIS_LISTEN: "8080" is no address to listen on. Give host:port`,
		`SLUIS_PUBLIC_URL: "http://consent.example.nl" is plain http`, "Use https",
		"SLUIS_SITES: ", "SLUIS_DATA: ", "is a file. Give the folder",
		"SLUIS_REDIS_URL: the value is no Redis address. Give redis://",
		"SLUIS_PRESETS: ", `holds "proxy", which is no address`, "SLUIS_RATE_SITE", "SLUIS_LOG_LEVEL", "SLUIS_LOG_FORMAT",
		"SLUIS_LISTN: there is no such setting. Did you mean SLUIS_LISTEN?",
		"SLUIS_COLOUR: there is no such setting. Remove it; the settings are SLUIS_LISTEN",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not said: %s", want)
		}
	}
	if strings.Contains(err.Error(), "geheim") {
		t.Error("a password is in the error")
	}
}

// Protects: a folder of presets that holds none by its form, such as services/
// itself, is told and not passed over: what the operator words there would be
// nowhere.
func TestConfigRefusesAFolderWithoutPresets(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if _, err := LoadConfig([]string{"SLUIS_PRESETS=" + folder}); err == nil || !strings.Contains(err.Error(), "holds neither services/ nor texts/") {
		t.Errorf("an empty one: %v", err)
	}
	if err := os.Mkdir(filepath.Join(folder, "texts"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadConfig([]string{"SLUIS_PRESETS=" + folder}); err != nil {
		t.Errorf("one with texts: %v", err)
	}
}

// Protects: without any variable the service starts on loopback, in folders
// beside it, and variables of other programs do not matter.
func TestConfigDefaults(t *testing.T) {
	t.Parallel()
	c, err := LoadConfig([]string{"HOME=/root", "SLUIS_PUBLIC_URL="})
	if err != nil {
		t.Fatal(err)
	}
	c.completePublicURL()
	if c.Listen != "127.0.0.1:8080" || c.PublicURL != "http://localhost:8080" || c.Sites != "sites" || c.Data != "data" || c.RedisURL != "" {
		t.Errorf("defaults: %+v", c)
	}
}

// Protects: a proxy may be given as an address or as a prefix.
func TestConfigTrustedProxies(t *testing.T) {
	t.Parallel()
	c, err := LoadConfig([]string{"SLUIS_TRUSTED_PROXIES=10.1.2.3/8, ::1"})
	if err != nil {
		t.Fatal(err)
	}
	if got := showTrustedProxies(&c); got != "10.0.0.0/8, ::1/128" {
		t.Errorf("got %s", got)
	}
}

// Protects: the README's table of settings is the list the service knows, with
// its defaults.
func TestReadmeNamesEverySetting(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings() {
		row := "| `" + s.name + "` |"
		if s.fallback != "" {
			row += " `" + s.fallback + "` |"
		}
		if !strings.Contains(string(readme), row) {
			t.Errorf("README.md has no row %s", row)
		}
	}
}

// Protects: addresses are compared with what browsers send: in lower case, the
// host in its shortest form, without the port that a scheme has anyway.
func TestConfigPublicURLIsAsBrowsersSendIt(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"https://Consent.Example.nl:8443/":  "https://consent.example.nl:8443",
		"https://consent.example.nl:443":    "https://consent.example.nl",
		"https://consent.example.nl:":       "https://consent.example.nl",
		"https://consent.example.nl:08443":  "https://consent.example.nl:8443",
		"https://[2001:0db8:0::1]:8443":     "https://[2001:db8::1]:8443",
		"https://xn--bakkerij-n-b4a7b.nl":   "https://xn--bakkerij-n-b4a7b.nl",
		"http://LOCALHOST:80":               "http://localhost",
		"http://127.0.0.1:8080":             "http://127.0.0.1:8080",
		"https://consent.example.nl:80":     "https://consent.example.nl:80",
		"https://consent.example.nl:8443//": "https://consent.example.nl:8443",
	} {
		c, err := LoadConfig([]string{"SLUIS_PUBLIC_URL=" + value})
		if err != nil || c.PublicURL != want {
			t.Errorf("%s: %q %v", value, c.PublicURL, err)
		}
	}
}

// Protects: what no browser would send is refused where it was set, by check as
// by a start. The demo, which stands there, used to blame a file of ours.
func TestBadPublicURLIsRefusedByItsName(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"https://:8443":                 "has a host that is none. Give a name of a-z",
		"https://consent_x.example.nl":  "has a host that is none. Give a name of a-z",
		"https://bakkerij-één.nl":       "has a host that is none. Give a name of a-z, 0-9, - and dots, other letters in their xn-- form",
		"https://1.2.3.04":              "has a host that is none. Give a name of a-z",
		"https://consent.example.nl:0":  "has a port that is none. Give a number from 1 to 65535, or leave it out: https://consent.example.nl.",
		"https://[2001:0db8::1]:99999":  "has a port that is none. Give a number from 1 to 65535, or leave it out: https://[2001:db8::1].",
		"http://consent.localhost:8080": "is plain http, which browsers do not let an https page load. Use https; http is for localhost only.",
		"http://127.0.0.2:8080":         "is plain http",
	} {
		said := "SLUIS_PUBLIC_URL: " + strconv.Quote(value) + " " + want
		for _, name := range []string{"check", "serve"} {
			_, _, err := commandIn(t.TempDir(), []string{"SLUIS_PUBLIC_URL=" + value, "SLUIS_LISTEN=127.0.0.1:0", "SLUIS_SITES=" + t.TempDir()}, name)
			if err == nil || !strings.Contains(err.Error(), said) {
				t.Errorf("%s: %v, want %s", name, err, said)
			}
		}
	}
}

// Protects: the demo is served at each address that the settings let through,
// without a port where browsers leave it out, and under both names of this machine.
func TestDemoStandsWhereverItMay(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]string{
		"SLUIS_LISTEN=:80":                                "http://localhost http://127.0.0.1",
		"SLUIS_LISTEN=127.0.0.1:0":                        "http://localhost http://127.0.0.1",
		"SLUIS_LISTEN=:8081":                              "http://localhost:8081 http://127.0.0.1:8081",
		"SLUIS_PUBLIC_URL=https://consent.example.nl:443": "https://consent.example.nl",
		"SLUIS_PUBLIC_URL=http://[::1]:80":                "http://[::1] http://localhost http://127.0.0.1",
	} {
		c, err := LoadConfig([]string{setting})
		if err != nil {
			t.Fatal(err)
		}
		c.completePublicURL()
		if got := strings.Join(demoOrigins(c), " "); got != want {
			t.Errorf("%s: %s, want %s", setting, got, want)
		}
		if out, _, err := commandIn(t.TempDir(), []string{setting, "SLUIS_SITES=" + t.TempDir()}, "check"); err != nil {
			t.Errorf("%s: %v\n%s", setting, err, out)
		}
	}
}
