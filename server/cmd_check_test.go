package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sluis/banner"
)

const soundSite = `origins: [https://shop.example]
languages: [nl, en]
controller: {name: Shop, address: "Straat 1, 1234 AB Stad", email: info@shop.example, authority: autoriteit-persoonsgegevens}
privacy: https://shop.example/privacy
services:
  youtube: {}
`

// Protects: a folder of site files that cannot be read is told with the variable
// that names it and the mend, by whatever reads it; it was the path alone, and a
// start advised to run check, which said no more.
func TestUnreadableSitesAreTold(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	sites := filepath.Join(write(t, "file", nil), "sites") // of root no right is taken away
	for _, args := range [][]string{{"check"}, {"check", write(t, "shop.yaml", []byte(soundSite))}, {"serve"}, {"key", "create", "--site", "shop", "--role", "reader"}} {
		_, said, err := commandIn(data, []string{"SLUIS_SITES=" + sites, "SLUIS_LISTEN=127.0.0.1:0"}, args...)
		if err != nil {
			said += err.Error()
		}
		for _, want := range []string{"SLUIS_SITES", sites + ": not a directory", "Give a folder that this account may read"} {
			if !strings.Contains(said, want) {
				t.Errorf("%v: %q is not in %s", args, want, said)
			}
		}
		if strings.Contains(said, "each fault in its line") {
			t.Errorf("%v: sent on to where no more is said: %s", args, said)
		}
	}
}

// Protects: check shows what is in force, and the tag to paste.
func TestCheckPrintsTheEffectiveConfiguration(t *testing.T) {
	t.Parallel()
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

// Protects: check judges each file given, all faults of all files at once and
// in order, and its exit status tells scripts.
func TestCheckFiles(t *testing.T) {
	t.Parallel()
	good := write(t, "shop.yaml", []byte(soundSite))
	if out, _, err := command(t.TempDir(), "check", good); err != nil || !strings.Contains(out, "site shop") || !strings.HasSuffix(out, "\nNothing is refused: 1 site can be served.\n") {
		t.Errorf("sound file: %s %v", out, err)
	}
	bad := write(t, "bad.yaml", []byte(strings.Replace(soundSite, "https://shop.example]", "http://shop.example]", 1)+"layuot: bar\n"))
	worse := write(t, "worse.yaml", []byte("languages: [xx]\n"))
	out, _, err := command(t.TempDir(), "check", bad, good, worse, "missing.yaml")
	if err == nil || err.Error() != "7 faults in 3 of 4 site files" || !strings.Contains(out, "site shop") {
		t.Errorf("faulty files: %s %v", out, err)
	}
	last := 0
	for _, want := range []string{"site shop", bad + `:1:11: origins[0]: “http://shop.example” is not encrypted
  | origins: [http://shop.example]
  |           ^
  rule  GDPR 32: Choices travel encrypted
  mend  use https://shop.example; http is for localhost only
`, bad + ":7:1: layuot", worse + ":1:1: controller", worse + ":1:13: languages[0]", "missing.yaml: the file cannot be read"} {
		at := strings.Index(out, want)
		if at < last {
			t.Errorf("not said, or not in its place: %s\n%s", want, out)
		}
		last = at
	}
}

// Protects: what each site weighs is said for the gate and for the banner of
// each language, beside the limit.
func TestCheckWeighs(t *testing.T) {
	t.Parallel()
	out, _, err := command(t.TempDir(), "check", write(t, "shop.yaml", []byte(soundSite)))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`size +gate, \d{4} of at most 5120 bytes`, `size +banner in nl, \d{4} of at most 12288 bytes`, `size +banner in en, \d{4} of at most 12288 bytes`} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("not said: %s\n%s", want, out)
		}
	}
}

// Protects: programs read the same report, nothing but JSON on standard output.
func TestCheckAsJSON(t *testing.T) {
	t.Parallel()
	good := write(t, "shop.yaml", []byte(soundSite))
	bad := write(t, "bad.yaml", []byte(strings.Replace(soundSite, "https://shop.example]", "http://shop.example]", 1)))
	out, _, err := command(t.TempDir(), "check", "--json", good, bad)
	if err == nil || err.Error() != "1 fault in 1 of 2 site files" {
		t.Errorf("verdict: %v", err)
	}
	var report struct {
		Presets []banner.SiteFault
		Sites   []banner.SiteReport
		Ignored []string
	}
	decoder := json.NewDecoder(strings.NewReader(out))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&report); err != nil || len(report.Sites) != 2 || report.Presets == nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if shop := report.Sites[0]; shop.ID != "shop" || len(shop.Weights) != 3 || shop.Weights[0].Script != "gate" || shop.Weights[0].Bytes == 0 || len(shop.Warnings) == 0 || len(shop.Faults) != 0 {
		t.Errorf("%+v", shop)
	}
	if fault := report.Sites[1].Faults; len(fault) != 1 || fault[0].Rule != "GDPR 32" || fault[0].Line != 1 || fault[0].Column != 11 || fault[0].File != bad {
		t.Errorf("%+v", fault)
	}
}

// commandIn is command with more of the environment.
func commandIn(data string, environ []string, args ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	err = run(context.Background(), args, &out, &errs, append([]string{"SLUIS_DATA=" + data}, environ...))
	return out.String(), errs.String(), err
}

// Protects: a fault in the operator's own presets and texts is shown in the
// file that he opens, and stops a start as well.
func TestCheckShowsTheFileOfAPreset(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "texts"), 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "texts", "nl.json")
	if err := os.WriteFile(file, []byte("{\n  \"refuse\": \"Instellingen\"\n}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	want := file + `:2:13: refuse: the button that refuses says “instellingen”
  |   "refuse": "Instellingen"
  |             ^
  rule  AP 3: Clear words on the buttons
`
	data := t.TempDir()
	out, _, err := commandIn(data, []string{"SLUIS_PRESETS=" + folder}, "check")
	if err == nil || err.Error() != "1 fault in the presets and texts; no site was looked at" || !strings.Contains(out, want) {
		t.Errorf("%s %v", out, err)
	}
	if _, _, err := commandIn(data, []string{"SLUIS_PRESETS=" + folder, "SLUIS_LISTEN=127.0.0.1:0"}, "serve"); err == nil || !strings.Contains(err.Error(), file+":2:13: refuse:") || !strings.Contains(err.Error(), "Rule AP 3") {
		t.Errorf("serve: %v", err)
	}
}

// Protects: a start refuses what check refuses, with the same words.
func TestStartRefusesWhatCheckRefuses(t *testing.T) {
	t.Parallel()
	sites := t.TempDir()
	if err := os.WriteFile(filepath.Join(sites, "shop.yaml"), []byte(soundSite+"texts: {nl: {refuse: Instellingen}}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, _, err := commandIn(t.TempDir(), []string{"SLUIS_SITES=" + sites, "SLUIS_LISTEN=127.0.0.1:0"}, "serve")
	if err == nil || !strings.Contains(err.Error(), filepath.Join(sites, "shop.yaml")+":7:22: texts.nl.refuse: the button that refuses says “instellingen”. Rule AP 3. Fix: say that it refuses and nothing else, as ours: “Alles weigeren”.") {
		t.Errorf("%v", err)
	}
}

// Protects: every rule can be read where the program is, without the docs.
func TestCheckPrintsTheRules(t *testing.T) {
	t.Parallel()
	out, _, err := command(t.TempDir(), "check", "--rules")
	if err != nil || out != banner.RulePage() {
		t.Errorf("%s %v", out, err)
	}
}

// Protects: what check calls sound is served: a start looks at *.yaml alone.
func TestCheckRefusesAnotherEnding(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "shop.yml")
	if err := os.WriteFile(file, []byte("origins: [https://shop.example]\ncontroller: {name: Shop, address: Kade 1, email: a@shop.example}\nprivacy: https://shop.example/privacy\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, err := command(t.TempDir(), "check", file)
	if err == nil || !strings.Contains(out, "rename it to shop.yaml") {
		t.Errorf("%v\n%s", err, out)
	}
}

// Protects: check refuses an origin of two sites as the start does, among the
// files it is given and between them and those that are in service.
func TestCheckRefusesAnOriginOfTwoSites(t *testing.T) {
	t.Parallel()
	one, two := write(t, "one.yaml", []byte(soundSite)), write(t, "two.yaml", []byte(soundSite))
	out, _, err := command(t.TempDir(), "check", one, two)
	if err == nil || err.Error() != "1 fault in 1 of 2 site files" || !strings.Contains(out, two+":1:11: origins[0]: “https://shop.example” is an origin of another site too, in "+one+":1;") ||
		!strings.Contains(out, "rule  Sluis origin") {
		t.Errorf("together: %s %v", out, err)
	}
	served := []string{"SLUIS_SITES=" + filepath.Dir(one)}
	if out, _, err := commandIn(t.TempDir(), served, "check", two); err == nil || !strings.Contains(out, two+":1:11: origins[0]") {
		t.Errorf("beside what is served: %s %v", out, err)
	}
	if out, _, err := commandIn(t.TempDir(), served, "check", write(t, "one.yaml", []byte(soundSite))); err != nil {
		t.Errorf("a new version of a file: %s %v", out, err)
	}

	// The one that has it is faulty now: a start gives it to nobody else.
	data := t.TempDir()
	put(t, data, "origins.json", `{"v":1,"sites":{"one":["https://shop.example"]}}`)
	put(t, filepath.Dir(one), "one.yaml", "origins: [")
	for _, files := range [][]string{{two}, {one, two}} {
		if out, _, err := commandIn(data, served, append([]string{"check"}, files...)...); err == nil || !strings.Contains(out, two+":1:11: origins[0]") {
			t.Errorf("beside a faulty file of its owner: %s %v", out, err)
		}
	}
}

// Protects: who names the folder is told to name its files, and who gets the demo
// is told why: a folder that is misspelt has no site files either.
func TestCheckTellsOfFolders(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if out, _, err := command(t.TempDir(), "check", folder); err == nil || !strings.Contains(out, "this is a folder") || !strings.Contains(out, "SLUIS_SITES") {
		t.Errorf("a folder: %s %v", out, err)
	}
	missing := filepath.Join(folder, "sitse")
	if out, _, err := commandIn(t.TempDir(), []string{"SLUIS_SITES=" + missing}, "check"); err != nil || !strings.Contains(out, "site demo (built in: no .yaml file in "+missing+")") {
		t.Errorf("no site files: %s %v", out, err)
	}
}

// Protects: a file that was meant for a site and is not read is named, where one
// looks: by check, and where the demo comes in its place.
func TestCheckTellsOfFilesThatAreNotRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, name := range []string{"shop.yml", "bakery.YAML", "blog.yaml.txt", "shop.yaml~", "README.md", ".shop.yaml"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(soundSite), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	meant := []string{"bakery.YAML", "blog.yaml.txt", "shop.yml"}
	out, _, err := commandIn(t.TempDir(), []string{"SLUIS_SITES=" + folder}, "check")
	for _, name := range meant {
		if err != nil || !strings.Contains(out, "careful: "+filepath.Join(folder, name)+" is not read. Better: ") {
			t.Errorf("%s is not named: %v\n%s", name, err, out)
		}
	}
	if n := strings.Count(out, " is not read. Better"); n != len(meant) || !strings.Contains(out, "no .yaml file in "+folder+", but bakery.YAML") {
		t.Errorf("%d named\n%s", n, out)
	}
	raw, _, err := commandIn(t.TempDir(), []string{"SLUIS_SITES=" + folder}, "check", "--json")
	var report struct{ Ignored []string }
	if err := errors.Join(err, json.Unmarshal([]byte(raw), &report)); err != nil || len(report.Ignored) != len(meant) {
		t.Errorf("%v %v", report, err)
	}
}

// Protects: whoever checks thousands of sites, which takes minutes, sees that it goes on.
func TestALongCheckSaysHowFarItIs(t *testing.T) {
	t.Parallel()
	file := write(t, "shop.yaml", []byte(soundSite))
	catalog, err := loadCatalog(Config{})
	if err != nil {
		t.Fatal(err)
	}
	bundler := banner.NewBundler(banner.BundlerOptions{Catalog: catalog})
	defer bundler.Close()
	var said bytes.Buffer
	if _, err := reportFiles(t.Context(), bundler, []string{file, file, file}, progress(&said, "site files", 0)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "checked 2 of 3 site files (66 %)\n") {
		t.Errorf("said: %s", &said)
	}
}

// Protects: of thousands of sites check prints a line each, so that a fault and
// advice are found: both stand at the end in full, the same advice once with the
// sites that it is for, and a last line sums up. All of a site is there for who
// names its file, or asks for it.
func TestCheckOfManySites(t *testing.T) {
	t.Parallel()
	sites := filepath.Join(t.TempDir(), "sites")
	manySites(t, sites, 14)
	put(t, sites, "wrong.yaml", siteAt("wrong.example")+"layuot: bar\n")
	environ := []string{"SLUIS_SITES=" + sites}
	out, _, err := commandIn(t.TempDir(), environ, "check")
	if err == nil || err.Error() != "1 fault in 1 of 15 site files" {
		t.Errorf("verdict: %v", err)
	}
	if strings.Contains(out, "controller") || !regexp.MustCompile(`(?m)^shop-014 +nl, en +\d{4} bytes +\d{4} bytes +\d$`).MatchString(out) {
		t.Errorf("no line for each site, or more:\n%s", out)
	}
	advice := regexp.MustCompile(`(?s)  careful: origins\[0\]: https://www\.shop-001\.example is not listed.*?\n    for shop-001\n`)
	shared := regexp.MustCompile(`  careful: services\.youtube: .*\n    for shop-001, .*shop-012 and 2 more\n`)
	if len(advice.FindAllString(out, -1)) != 1 || len(shared.FindAllString(out, -1)) == 0 {
		t.Errorf("advice:\n%s", out)
	}
	fault := strings.Index(out, "wrong.yaml:7:1: layuot")
	if fault < strings.LastIndex(out, "careful: ") || !regexp.MustCompile(`\nSound: 14 sites\. Refused: 1 site file\. Advice: \d+\.\n$`).MatchString(out) {
		t.Errorf("the end:\n%s", out)
	}
	if out, _, _ := commandIn(t.TempDir(), environ, "check", "-v"); strings.Count(out, "controller") != 14 {
		t.Errorf("in full:\n%s", out)
	}
	if out, _, err := commandIn(t.TempDir(), environ, "check", filepath.Join(sites, "shop-003.yaml")); err != nil || !strings.Contains(out, "controller") || !regexp.MustCompile(`\nAdvice: \d+, under “careful”\.\n`).MatchString(out) {
		t.Errorf("one of them: %v\n%s", err, out)
	}
}
