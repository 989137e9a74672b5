package banner_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"sluis/banner"
)

// Protects: what a site file says is what is served, in the order of the file,
// with sluis itself in front and every parameter filled in.
func TestParseSiteReadsEverything(t *testing.T) {
	s := site(t)
	var ids []string
	for _, service := range s.Services {
		ids = append(ids, service.ID)
	}
	if want := []string{"sluis", "youtube", "google-analytics-4", "x-embed"}; !slices.Equal(ids, want) {
		t.Errorf("services %v, want %v", ids, want)
	}
	ga, _ := s.Service("google-analytics-4")
	if want := map[string]string{"measurement_id": "G-ABCDEF1234", "retention": "P2M"}; !maps.Equal(ga.Parameters, want) {
		t.Errorf("parameters %v, want %v", ga.Parameters, want)
	}
	if got := ga.Service.Load.Script; got != "https://www.googletagmanager.com/gtag/js?id=G-ABCDEF1234" {
		t.Errorf("script %s", got)
	}
	if ga.Service.Retention != "P2M" {
		t.Errorf("retention %s", ga.Service.Retention)
	}
	own, _ := s.Service("sluis")
	if own.Service.Provider != "Example" || own.Service.Cookies[0].Lifetime != "P3M" || own.Service.Retention != "P5Y3M" || own.Service.Privacy != "https://www.example.nl/privacy" {
		t.Errorf("sluis is not filled in from the site: %+v", own.Service)
	}
	if s.ID != "shop" || s.Source != "sites/shop.yaml" || s.LegalVersion != 2 || s.Layout != "bar" || s.Corner != "end" || s.Theme.Radius != 0 || s.Theme.Mode != "light" || s.Privacy.In("en") != "https://www.example.nl/en/privacy" {
		t.Errorf("%+v", s)
	}
	preset, _ := catalog(t).Service("google-analytics-4")
	if preset.Retention != "{retention}" {
		t.Error("filling in one site changed the preset of all sites")
	}
}

// Protects: the small file of the documentation is enough, and its defaults
// are the careful ones.
func TestParseSiteDefaults(t *testing.T) {
	s, err := banner.ParseSite("a", "a.yaml", []byte(`origins: [https://a.nl]
languages: [nl]
controller: {name: A, address: B, email: a@a.nl}
privacy: https://a.nl/privacy
`), catalog(t))
	if err != nil {
		t.Fatal(err)
	}
	if s.Controller.Complaints().Name != "Autoriteit Persoonsgegevens" || s.LegalVersion != 1 || s.Validity != "P6M" || s.ValidDays() != 182 ||
		s.Layout != "box" || s.Corner != "start" || s.Theme.Mode != "auto" || s.Theme.Radius != 12 || s.Theme.Font != "inherit" || s.GPC != "deny" || s.Advertising || len(s.Services) != 1 {
		t.Errorf("%+v", s)
	}
}

// Protects: one reading is enough to mend a file: no fault hides another, and
// none is reported twice.
func TestParseSiteReportsEveryFaultAtOnce(t *testing.T) {
	_, err := banner.ParseSite("Shop!", "Shop!.yaml", []byte(`origins: [http://a.nl, https://a.nl/]
languages: [xx]
controller: {email: nobody}
services:
  youtub: {}
  google-analytics-4: {measurement_id: 5, colour: red}
theme: {accent: red, radius: -1}
validity: forever
layuot: bar
`), catalog(t))
	var faults *banner.SiteError
	if !errors.As(err, &faults) {
		t.Fatalf("accepted, or another error: %v", err)
	}
	var paths []string
	for _, fault := range faults.Faults {
		paths = append(paths, fault.Path)
		if fault.Detail == "" || fault.Fix == "" || fault.File != "Shop!.yaml" {
			t.Errorf("not helpful: %+v", fault)
		}
	}
	want := []string{"", "privacy", "origins[0]", "origins[1]", "languages[0]", "controller.name", "controller.address", "controller.email", "services.youtub",
		"services.google-analytics-4.measurement_id", "services.google-analytics-4.colour", "theme.accent", "theme.radius", "validity", "layuot"}
	slices.Sort(paths)
	slices.Sort(want)
	if !slices.Equal(paths, want) {
		t.Errorf("faults at\n%q, want\n%q\n%v", paths, want, err)
	}
}

// Protects: a file that is no YAML, or not one site, has one clear fault.
func TestParseSiteRefusesWhatIsNoSite(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{
		"empty":          {"", "the file is empty"},
		"only a comment": {"# nothing\n", "the file is empty"},
		"a text":         {"hello", "where a mapping belongs"},
		"a list":         {"- a\n- b\n", "where a mapping belongs"},
		"not closed":     {"origins: [https://a.nl\nlanguages: {", "this is not YAML"},
		"tabs":           {"controller:\n\tname: A\n", "this is not YAML"},
		"two documents":  {goodSite + "---\n" + goodSite, "second document"},
		"merge key":      {goodSite + "<<: {layout: box}\n", "merge keys"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := banner.ParseSite("shop", "shop.yaml", []byte(c.src), catalog(t))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}

// Protects: the forms that the documentation promises are accepted.
func TestParseSiteAccepts(t *testing.T) {
	for name, c := range map[string][2]string{
		"loopback by number":          {`"http://localhost:8080"`, `"http://127.0.0.1:3000"`},
		"loopback in IPv6":            {`"http://localhost:8080"`, `"http://[::1]:3000"`},
		"a host of one name":          {"https://www.example.nl,", "https://intranet,"},
		"a host by number":            {"https://www.example.nl,", "https://192.0.2.7,"},
		"a host by number in IPv6":    {"https://www.example.nl,", "\"https://[2001:db8::1]:8443\","},
		"a host with an underscore":   {"https://www.example.nl,", "https://our_shop.example.nl,"},
		"the highest port":            {"https://www.example.nl,", "https://www.example.nl:65535,"},
		"another port":                {"https://www.example.nl,", "https://www.example.nl:8443,"},
		"authority by address":        {"autoriteit-persoonsgegevens", "https://www.dataprotection.ie/complain"},
		"longer with a reason":        {"validity: P3M", "validity: P12M\nvalidityReason: the authority of this country allows twelve months"},
		"weeks and days":              {"validity: P3M", "validity: P2W3D\nvalidityReason: an event of two weeks"},
		"signal ignored, with reason": {"gpc: deny", "gpc: ignore\ngpcReason: an intranet outside the EEA"},
		"no services":                 {"  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n", ""},
		"folded text":                 {"accept: Alles toestaan", "accept: >-\n      Alles\n      toestaan"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := banner.ParseSite("shop", "shop.yaml", []byte(change(t, goodSite, c[0], c[1])), catalog(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

// Protects: the mark that some editors of Windows put in front of a file changes
// neither what it says nor where its faults are.
func TestByteOrderMark(t *testing.T) {
	if _, err := banner.ParseSite("shop", "shop.yaml", []byte("\ufeff"+goodSite), catalog(t)); err != nil {
		t.Error(err)
	}
	_, err := banner.ParseSite("shop", "shop.yaml", []byte("\ufeff"+change(t, goodSite, "[https://www.example.nl,", "[http://www.example.nl,")), catalog(t))
	if err == nil || !strings.HasPrefix(err.Error(), "shop.yaml:1:11: origins[0]") {
		t.Errorf("got %v", err)
	}
}

// Protects: every spelling of true that YAML has is true, not false in silence.
func TestTrueIsTrueInEverySpelling(t *testing.T) {
	for spelling, want := range map[string]bool{"true": true, "True": true, "TRUE": true, "false": false, "False": false, "FALSE": false} {
		s, err := banner.ParseSite("shop", "shop.yaml", []byte(goodSite+"advertising: "+spelling+"\n"), catalog(t))
		if err != nil || s.Advertising != want {
			t.Errorf("%s: %v, %v", spelling, s, err)
		}
	}
	pushed := change(t, definition, "w.js\"}", "w.js\", after: [{do: call, name: chat, args: [TRUE]}]}")
	s := site(t, "  youtube: {}", pushed)
	chat, _ := s.Service("chat")
	if got := chat.Service.Load.After[0].Args[0]; got != true {
		t.Errorf("as an argument: %v", got)
	}
}

// Protects: a definition with any fault is not used, whoever noted the fault:
// of a doubled key the first counts, and it may be unusable.
func TestFaultyDefinitionIsNotUsed(t *testing.T) {
	src := change(t, goodSite, "  youtube: {}", change(t, definition, "    define:", "    p: abc\n    define:", "privacy: https://chat.example/privacy", `privacy: https://chat.example/privacy
      parameters:
        p: {pattern: "^(a$", pattern: "^abc$", required: true, example: abc, help: {nl: Staat in de chat., en: Stands in the chat.}}`,
		"chat.example/w.js", "chat.example/w.js?{p}"))
	_, err := banner.ParseSite("shop", "shop.yaml", []byte(src), catalog(t))
	if err == nil || !strings.Contains(err.Error(), "“pattern” stands here a second time") {
		t.Errorf("got %v", err)
	}
}

// Protects: no file, however odd, stops the process or passes with a fault
// that has no words.
func FuzzParseSite(f *testing.F) {
	f.Add([]byte(goodSite))
	f.Add([]byte("a: &a [*a]\n? [b]\n: !!binary c\n"))
	f.Add([]byte("services: {x: {define: {hosts: [{}], parameters: {a: {}}}}}"))
	c := catalog(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := banner.ParseSite("shop", "shop.yaml", src, c)
		var faults *banner.SiteError
		switch {
		case err == nil && (len(s.Origins) == 0 || len(s.Languages) == 0 || s.Controller.Email == ""):
			t.Errorf("incomplete site accepted: %+v", s)
		case err != nil && !errors.As(err, &faults):
			t.Errorf("not a SiteError: %v", err)
		case faults != nil:
			for _, fault := range faults.Faults {
				if _, known := banner.RuleOf(fault.Rule); !known || fault.Detail == "" || fault.Fix == "" || fault.File == "" {
					t.Errorf("not helpful: %+v", fault)
				}
			}
		}
	})
}
