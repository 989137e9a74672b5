package main

import (
	"strings"
	"testing"
)

const soundSite = `origins: [https://shop.example]
languages: [nl, en]
controller: {name: Shop, address: "Straat 1, 1234 AB Stad", email: info@shop.example, authority: autoriteit-persoonsgegevens}
privacy: https://shop.example/privacy
services:
  youtube: {}
`

// Protects: check shows what is in force, and the tag to paste.
func TestCheckPrintsTheEffectiveConfiguration(t *testing.T) {
	out, _, err := command(t.TempDir(), "check")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"SLUIS_LISTEN", "127.0.0.1:8080", "(default)", "(set)", "site demo", `<script src="http://localhost:8080/demo.js"></script>`, "youtube (social-media)"} {
		if !strings.Contains(out, want) {
			t.Errorf("not said: %s\n%s", want, out)
		}
	}
}

// Protects: check judges each file given, all faults of all files at once, and
// its exit status tells scripts.
func TestCheckFiles(t *testing.T) {
	good := write(t, "shop.yaml", []byte(soundSite))
	if out, _, err := command(t.TempDir(), "check", good); err != nil || !strings.Contains(out, "site shop") {
		t.Errorf("sound file: %s %v", out, err)
	}
	bad := write(t, "bad.yaml", []byte(strings.Replace(soundSite, "https://shop.example]", "shop.example]", 1)))
	worse := write(t, "worse.yaml", []byte("languages: [xx]\n"))
	out, _, err := command(t.TempDir(), "check", bad, good, worse)
	if err == nil || !strings.Contains(err.Error(), bad+":1:") || !strings.Contains(err.Error(), worse+":1:") || !strings.Contains(out, "site shop") {
		t.Errorf("faulty files: %s %v", out, err)
	}
}
