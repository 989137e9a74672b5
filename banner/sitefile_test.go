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

// Protects: a site file with a fault is never served, and whoever wrote it is
// told the line, the column, the place and the mend.
func TestParseSiteRefuses(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		place, path    string
		detail, fix    string
	}{
		{"unknown key", "layout: bar", "layuot: bar", "18:1", "layuot", "unknown key", "did you mean “layout”?"},
		{"doubled key", "corner: end", "layout: box", "19:1", "layout", "a second time", "the first is in line 18"},
		{"text for a list", `[https://www.example.nl, "http://localhost:8080"]`, "https://www.example.nl", "1:10", "origins", "where a list belongs", "[https://www.example.nl]"},
		{"list for a text", "layout: bar", "layout: [bar]", "18:1", "layout", "where a text belongs", "write a text"},
		{"number for a text", "name: Example", "name: 5", "4:9", "controller.name", "where a text belongs", `"5"`},
		{"text for a number", "radius: 0", `radius: "0"`, "23:11", "theme.radius", "where a number belongs", "write a number"},
		{"fraction", "legalVersion: 2", "legalVersion: 1.5", "16:15", "legalVersion", "not a whole number", "digits"},
		{"empty value", "layout: bar", "layout:", "18:8", "layout", "nothing", "leave the key out"},
		{"colour without quotes", `accent: "#0b5fa5"`, "accent: #0b5fa5", "22:10", "theme.accent", "nothing", "needs quotes"},
		{"control character", "name: Example", `name: "Exa\u0007mple"`, "4:9", "controller.name", "control character", "one line"},
		{"anchor", "name: Example", "name: &n Example", "4:9", "", "anchors", "write the value out"},
		{"alias", "name: Example", "name: *n", "4:9", "", "anchors", "write the value out"},
		{"tag", "name: Example", "name: !!str Example", "4:9", "", "tags", "leave !!str out"},

		{"origin not encrypted", "https://www.example.nl,", "http://www.example.nl,", "1:11", "origins[0]", "not encrypted", "https://www.example.nl"},
		{"origin with a path", "https://www.example.nl,", "https://www.example.nl/shop,", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl"},
		{"origin with a slash", "https://www.example.nl,", "https://www.example.nl/,", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl"},
		{"origin with a query", "https://www.example.nl,", "https://www.example.nl?a=1,", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl"},
		{"origin with its usual port", "https://www.example.nl,", "https://www.example.nl:443,", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl"},
		{"origin in capitals", "https://www.example.nl,", "https://WWW.example.nl,", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl"},
		{"origin with a name", "https://www.example.nl,", "https://me@www.example.nl,", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl"},
		{"origin with a wildcard", "https://www.example.nl,", `"https://*.example.nl",`, "1:11", "origins[0]", "wildcard", "list each host"},
		{"origin not in ASCII", "https://www.example.nl,", "https://bakkerij-één.nl,", "1:11", "origins[0]", "as browsers send it", "xn--"},
		{"origin without scheme", "https://www.example.nl,", "www.example.nl,", "1:11", "origins[0]", "not the address", "https://www.example.nl"},
		{"origin of another scheme", "https://www.example.nl,", "ftp://www.example.nl,", "1:11", "origins[0]", "not the address", "https://"},
		{"origin twice", "https://www.example.nl,", "http://localhost:8080,", "1:34", "origins[1]", "twice", "keep one"},
		{"no origins", `origins: [https://www.example.nl, "http://localhost:8080"]`, "origins: []", "1:1", "origins", "missing", "list the addresses"},
		{"unknown language", "languages: [nl, en]", "languages: [nl, eng]", "2:17", "languages[1]", "no texts", "did you mean “en”?"},
		{"language twice", "languages: [nl, en]", "languages: [nl, nl, en]", "2:17", "languages[1]", "twice", "keep one"},
		{"no name", "  name: Example\n", "", "3:1", "controller.name", "missing", "registered"},
		{"no address", `  address: "Street 1, 1234 AB Town"` + "\n", "", "3:1", "controller.address", "missing", "postcode"},
		{"no e-mail", "  email: privacy@example.nl\n", "", "3:1", "controller.email", "missing", "email:"},
		{"bad e-mail", "privacy@example.nl", "privacy(at)example.nl", "6:10", "controller.email", "not an e-mail", "name@example.nl"},
		{"unknown authority", "autoriteit-persoonsgegevens", "autoriteit-persoonsgegeven", "7:14", "controller.authority", "no authority", "did you mean “autoriteit-persoonsgegevens”?"},
		{"privacy not encrypted", "https://www.example.nl/privacy\n", "http://www.example.nl/privacy\n", "9:3", "privacy.nl", "not a web address", "in full"},
		{"privacy in one language only", "  en: https://www.example.nl/en/privacy\n", "", "8:1", "privacy", "no privacy statement in “en”", "add en:"},
		{"privacy in another language", "  en: https://www.example.nl/en/privacy", "  de: https://www.example.nl/de", "10:3", "privacy.de", "not among", "use one of"},
		{"unknown preset", "youtube: {}", "youtub: {}", "12:3", "services.youtub", "no preset", "did you mean “youtube”?"},
		{"sluis itself", "youtube: {}", "sluis: {}", "12:3", "services.sluis", "part of every site", "leave it out"},
		{"parameter missing", "    measurement_id: G-ABCDEF1234\n", "", "13:3", "services.google-analytics-4.measurement_id", "needs measurement_id", "G-EXAMPLE123"},
		{"parameter malformed", "G-ABCDEF1234", "UA-12345-1", "14:5", "services.google-analytics-4.measurement_id", "not a valid", "G-EXAMPLE123"},
		{"parameter unknown", "measurement_id:", "measurment_id:", "14:5", "services.google-analytics-4.measurment_id", "no parameter", "did you mean “measurement_id”?"},
		{"legal version zero", "legalVersion: 2", "legalVersion: 0", "16:15", "legalVersion", "not a version", "from 1"},
		{"validity not ISO 8601", "validity: P3M", "validity: 3 months", "17:11", "validity", "ISO 8601", "P6M"},
		{"validity without number", "validity: P3M", "validity: P", "17:11", "validity", "ISO 8601", "P6M"},
		{"validity in hours", "validity: P3M", "validity: PT12H", "17:11", "validity", "whole days", "P6M"},
		{"validity above six months", "validity: P3M", "validity: P7M", "17:11", "validity", "longer than six months", "validityReason"},
		{"validity above thirteen months", "validity: P3M", "validityReason: because\nvalidity: P14M", "18:11", "validity", "any authority", "P6M"},
		{"layout", "layout: bar", "layout: baar", "18:9", "layout", "not known", "did you mean “bar”?"},
		{"corner", "corner: end", "corner: left", "19:9", "corner", "not known", "end, start"},
		{"mode", "mode: light", "mode: lite", "21:9", "theme.mode", "not known", "auto, dark, light"},
		{"font", "font: system", "font: Arial", "24:9", "theme.font", "not known", "inherit, system"},
		{"radius", "radius: 0", "radius: 25", "23:11", "theme.radius", "between 0 and 24", "0 to 24"},
		{"colour by name", `"#0b5fa5"`, "blue", "22:11", "theme.accent", "not a colour", "#1a4fd6"},
		{"colour that cannot be seen", `"#0b5fa5"`, `"#dddddd"`, "22:11", "theme.accent", "1.36:1, below 3.0:1", "take #949494"},
		{"text that cannot be read", "radius: 0", `light: {text: "#999999"}`, "23:17", "theme.light.text", "2.85:1, below 4.5:1", "take #767676"},
		{"text override unknown", "accept: Alles toestaan", "acept: Alles toestaan", "27:12", "texts.nl.acept", "no text", "did you mean “accept”?"},
		{"text override empty", "accept: Alles toestaan", `accept: ""`, "27:13", "texts.nl.accept", "empty", "leave the key out"},
		{"text override without its placeholder", "accept: Alles toestaan", "embed.always: Altijd", "27:19", "texts.nl.embed.always", "{service} is missing", "keep {service}"},
		{"text override with a placeholder of its own", "accept: Alles toestaan", "accept: Akkoord {site}", "27:13", "texts.nl.accept", "{site} is not filled in", "leave {site} out"},
		{"text override too long", "accept: Alles toestaan", "accept: " + strings.Repeat("ja ", 40), "27:14", "texts.nl.accept", "longer than", "shorter"},
		{"text override in another language", "texts:\n  nl:", "texts:\n  de:", "26:3", "texts.de", "not among", "nl"},
		{"signal ignored without reason", "gpc: deny", "gpc: ignore", "28:6", "gpc", "without a reason", "gpcReason"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := banner.ParseSite("shop", "sites/shop.yaml", []byte(change(t, goodSite, c.old, c.new)), catalog(t))
			var faults *banner.SiteError
			if !errors.As(err, &faults) {
				t.Fatalf("accepted, or another error: %v", err)
			}
			prefix := "sites/shop.yaml:" + c.place + ": "
			for _, fault := range faults.Faults {
				if strings.HasPrefix(fault.String(), prefix) && fault.Path == c.path && strings.Contains(fault.Detail, c.detail) && strings.Contains(fault.Fix, c.fix) {
					return
				}
			}
			t.Errorf("want a fault at %s in %q saying %q and %q, got\n%v", c.place, c.path, c.detail, c.fix, err)
		})
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
		"another port":                {"https://www.example.nl,", "https://www.example.nl:8443,"},
		"authority by address":        {"autoriteit-persoonsgegevens", "https://www.dataprotection.ie/complain"},
		"longer with a reason":        {"validity: P3M", "validity: P12M\nvalidityReason: the authority of this country allows twelve months"},
		"weeks and days":              {"validity: P3M", "validity: P2W3D"},
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
				if fault.Detail == "" || fault.Fix == "" || fault.File == "" {
					t.Errorf("not helpful: %+v", fault)
				}
			}
		}
	})
}
