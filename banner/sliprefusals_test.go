package banner_test

import (
	"regexp"
	"strings"
	"testing"

	"sluis/banner"
)

// goodController is the controller of goodSite.
const goodController = `controller:
  name: Example
  address: "Street 1, 1234 AB Town"
  email: privacy@example.nl
  authority: autoriteit-persoonsgegevens`

// slipRefusals change goodSite too: slips of whoever writes YAML for the first
// time, which a parser has no words for.
var slipRefusals = []refusal{
	{"off where a word belongs", "gpc: deny", "gpc: false", "28:6", "gpc", "true or false where a text belongs", "use one of: deny, ignore", "Sluis form"},
	{"on where a word belongs", "gpc: deny", "caught: true", "28:9", "caught", "true or false where a text belongs", "use one of: catalogue, off, services", "Sluis form"},
	{"quotes of a word processor", goodController, `controller: {name: Example, address: “Street 1, 1234 AB Town”, email: privacy@example.nl}`, "3:49", "controller.address", "comma ends the text", `address: "Street 1, 1234 AB Town"`, "Sluis form"},
	{"a side by its name", "corner: end", "corner: right", "19:9", "corner", "not known", "write end, the right", "Sluis look"},
	{"a colour in capitals", `"#0b5fa5"`, `"#0B5FA5"`, "22:11", "theme.accent", "not a colour", `write "#0b5fa5"`, "Sluis form"},
	{"a colour in three digits", `"#0b5fa5"`, `"#05A"`, "22:11", "theme.accent", "not a colour", `write "#0055aa"`, "Sluis form"},
	{"a colour without its sign", `"#0b5fa5"`, `"0b5fa5"`, "22:11", "theme.accent", "not a colour", `write "#0b5fa5"`, "Sluis form"},
	{"a colour as a style sheet says it", `"#0b5fa5"`, `rgb(11, 95, 165)`, "22:11", "theme.accent", "not a colour", `write "#0b5fa5"`, "Sluis form"},
	{"a colour of no screen", `"#0b5fa5"`, `rgb(11, 95, 300)`, "22:11", "theme.accent", "not a colour", "six hexadecimal digits", "Sluis form"},
	{"a service without a colon", "  youtube: {}", "  youtube {}", "12:3", "", "no colon behind the name", "write youtube: {}", "Sluis form"},
	{"texts in a language to be added", "texts:\n  nl:", "texts:\n  de:", "26:3", "texts.de", "not among", "or add de to languages", "EDPB patterns: language"},
	{"a statement in a language to be added", "  en: https://www.example.nl/en/privacy", "  de: https://www.example.nl/de", "10:3", "privacy.de", "not among", "or add de to languages", "EDPB patterns: language"},
	{"comma in a text between braces", goodController, `controller: {name: Example, address: Street 1, 1234 AB Town, email: privacy@example.nl}`, "3:48", "controller.address", "comma ends the text before “1234 AB Town”", `address: "Street 1, 1234 AB Town"`, "Sluis form"},
	{"several commas in a text between braces", goodController, `controller: {name: Example, Inc, "1st", address: Street 1, email: privacy@example.nl}`, "3:29", "controller.name", "comma ends", `name: "Example, Inc, 1st"`, "Sluis form"},
	{"comma in the text of a language", "    accept: Alles toestaan", "    {accept: Alles toestaan, ja}", "27:30", "texts.nl.accept", "comma ends", `accept: "Alles toestaan, ja"`, "Sluis form"},
	{"tab for spaces", "  mode: light\n", "\tmode: light\n", "21:1", "", "indented with a tab", "two spaces", "Sluis form"},
	{"no-break spaces for spaces", "  mode: light\n  accent", "\u00a0\u00a0mode: light\n\u00a0\u00a0accent", "21:1", "", "no-break space, which YAML takes for a letter, the first of 2", "type it anew", "Sluis form"},
	{"no-break space after a colon", "layout: bar", "layout:\u00a0bar", "18:8", "", "no-break space", "ordinary space", "Sluis form"},
	{"no-break space after a hyphen", "languages: [nl, en]", "languages:\n  -\u00a0nl", "3:4", "", "no-break space", "ordinary space", "Sluis form"},
	{"services as a list", "services:\n  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n", "services:\n  - youtube\n  - vimeo: {}\n  - hotjar: {site_id: 5}\n", "11:1", "services", "a list where a mapping belongs", "without a hyphen: {youtube: {}, vimeo: {}, hotjar: {…}}", "Sluis form"},
	{"a colour between braces without quotes", "theme:\n  mode: light\n  accent: \"#0b5fa5\"\n  radius: 0\n  font: system\n", "theme: {mode: light, accent: #0b5fa5}\n", "20:30", "", "# begins a comment", `between quotes: "#0b5fa5"`, "Sluis form"},
	{"no space after a colon", "layout: bar", "layout:bar", "18:8", "", "no space after the colon", "layout: bar", "Sluis form"},
	{"no space after a colon before a list", "languages: [nl, en]", "languages:[nl, en]", "2:11", "", "no space after the colon", "languages: [nl, en]", "Sluis form"},
	{"a service switched on", "  youtube: {}", "  youtube: true", "12:3", "services.youtube", "true or false where a mapping belongs", "youtube: {}", "Sluis form"},
	{"a service switched on in a word", "  youtube: {}", "  youtube: yes", "12:3", "services.youtube", "a text where a mapping belongs", "youtube: {}", "Sluis form"},
	{"a service named without a colon", "services:\n  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n", "services: youtube\n", "11:11", "services", "a text where a mapping belongs", "with a colon behind it: {youtube: {}}", "Sluis form"},
	{"services named without colons", "services:\n  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n", "services:\n  youtube\n  vimeo\n", "12:3", "services", "a text where a mapping belongs", "with a colon behind it: {youtube: {}, vimeo: {}}", "Sluis form"},
	{"a service without a space after its colon", "services:\n  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n", "services:\n  youtube:{}\n", "12:3", "services", "a text where a mapping belongs", "with a colon behind it: {youtube: {}}", "Sluis form"},
	{"a service that is not indented", "services:\n  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n", "services:\nyoutube: {}\n", "12:1", "youtube", "unknown key", "indent it below “services”", "Sluis form"},
	{"a parameter beside its service", "    measurement_id", "  measurement_id", "14:3", "services.measurement_id", "stands beside google-analytics-4", "indent it below “google-analytics-4”", "Sluis form"},
	{"a line that is too deep", "  address:", "   address:", "5:4", "", "begins in column 4", "line 4 begins in column 3", "Sluis form"},
	{"a line that is not deep enough", "  email:", " email:", "6:2", "", "begins in column 2", "line 5 begins in column 3", "Sluis form"},
	{"a line too deep below a service", "  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n", "    vimeo: {}\n", "13:5", "", "begins in column 5", "line 12 begins in column 3", "Sluis form"},
	{"a space before the first line", "origins: [", " origins: [", "2:1", "", "begins in column 1", "line 1 begins in column 2", "Sluis form"},
	{"a key of the controller at the top", "gpc: deny", "gpc: deny\nauthority: autoriteit-persoonsgegevens", "29:1", "authority", "unknown key", "indent it below “controller”", "Sluis form"},
	{"a key of the look at the top", "gpc: deny", "logo: https://www.example.nl/logo.svg", "28:1", "logo", "unknown key", "indent it below “theme”", "Sluis form"},
	{"a colour where a look belongs", "theme:\n  mode: light\n  accent: \"#0b5fa5\"\n  radius: 0\n  font: system\n", "theme: \"#0b5fa5\"\n", "20:8", "theme", "a text where a mapping belongs", "indented below it: accent, dark, font, light, logo, mode, radius", "Sluis form"},
	{"a text without its language", "  nl:\n    accept: Alles toestaan", "  title: Uw keuze", "26:10", "texts.title", "is no language", "nl: {title: …}", "Sluis form"},
	{"an apostrophe that begins a name", "  name: Example", "  name: 't Bakkertje", "4:9", "", "apostrophe begins a text between quotes", `double quotes: "'t Bakkertje"`, "Sluis form"},
	{"an apostrophe between braces", goodController, `controller: {name: 't Bakkertje, address: Street 1, email: privacy@example.nl}`, "3:20", "", "apostrophe begins a text between quotes", `double quotes: "'t Bakkertje"`, "Sluis form"},
	{"a colon in a text", "  name: Example", "  name: Bakker: Jansen", "4:9", "", "a colon and a space begin a value", `between quotes: "Bakker: Jansen"`, "Sluis form"},
	{"a brace that is not closed", "  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n", "  google-analytics-4: {measurement_id: G-ABCDEF1234\n  youtube: {}\n", "12:23", "", "this brace is not closed", "end the line with }", "Sluis form"},
	{"a file in another encoding", "Street 1", "Caf\xe9straat 1", "5:16", "", "not in UTF-8", "save it as UTF-8", "Sluis form"},
}

// Protects: what only looks like such a slip is served: a no-break space where a
// language writes one, and services named between braces without a colon.
func TestNoSlip(t *testing.T) {
	s := site(t, "    accept: Alles toestaan", "    title: >-\n      Keuze:\u00a0wat mag\u00a0?\n    accept: \"Alles\u00a0toestaan\"",
		"services:\n  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n", "services: {youtube, x-embed}\n")
	if len(s.Services) != 3 || s.Texts["nl"]["title"] != "Keuze:\u00a0wat mag\u00a0?" {
		t.Errorf("%v %q", s.Services, s.Texts["nl"])
	}
}

// Protects: who gives a service its number and no more is told where the number
// goes, beside the name of the parameter that it needs.
func TestNumberOfAServiceAlone(t *testing.T) {
	_, err := banner.ParseSite("shop", "shop.yaml", []byte(change(t, goodSite, "  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n", "  google-analytics-4: G-ABCDEF1234\n")), catalog(t))
	for _, want := range []string{"google-analytics-4: {…: G-ABCDEF1234}", "Google Analytics needs measurement_id"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
}

// offers lists what the mend of the only fault at a path offers.
func offers(t *testing.T, src, path string) string {
	t.Helper()
	_, err := banner.ParseSite("shop", "shop.yaml", []byte(src), catalog(t))
	faults, _ := err.(*banner.SiteError)
	if faults == nil {
		t.Fatalf("%s is accepted", path)
	}
	for _, f := range faults.Faults {
		if f.Path == path {
			var offered []string
			for _, m := range regexp.MustCompile(`“([^”]*)”`).FindAllStringSubmatch(f.Fix, -1) {
				offered = append(offered, m[1])
			}
			return strings.Join(offered, " ")
		}
	}
	t.Fatalf("nothing is said of %s: %v", path, err)
	return ""
}

// Protects: a language is guessed by what people write for it, and never by how
// its letters look; where there is nothing to guess all are listed.
func TestGuessedLanguages(t *testing.T) {
	for word, want := range map[string]string{
		"nl-NL": "nl", "en-GB": "en", "pt-BR": "pt", "en_US": "en", "NL": "nl", "dut": "nl", "nld": "nl", "ned": "nl", "Nederlands": "nl", "dutch": "nl", "deutsch": "de",
		"dk": "da", "gr": "el", "cz": "cs", "se": "sv", "ee": "et", "si": "sl", "at": "de", "us": "en", "uk": "en",
		"jp": "", "xx": "", "ru": "", "klingon": "",
	} {
		if got := offers(t, change(t, goodSite, "[nl, en]", "["+word+"]"), "languages[0]"); got != want {
			t.Errorf("%s: %q, not %q", word, got, want)
		}
	}
}

// Protects: a service under the name that people know it by is found, in every
// preset that is meant by it.
func TestGuessedPresets(t *testing.T) {
	for word, want := range map[string]string{
		"gtm": "google-tag-manager", "ga4": "google-analytics-4", "ga": "google-analytics-4", "analytics": "google-analytics-4", "google-analytics": "google-analytics-4",
		"google_analytics": "google-analytics-4", "GA4": "google-analytics-4", "twitter": "x-embed x-pixel", "x": "x-embed x-pixel", "fb": "facebook-plugins meta-pixel",
		"facebook": "facebook-plugins meta-pixel", "tiktok": "tiktok-embed tiktok-pixel", "linkedin": "linkedin-insight linkedin-plugins", "maps": "google-maps",
		"yuotube": "youtube", "adwords": "google-ads", "bing": "microsoft-uet", "our-chat": "",
	} {
		if got := offers(t, change(t, goodSite, "  youtube: {}", "  "+word+": {}"), "services."+word); got != want {
			t.Errorf("%s: %q, not %q", word, got, want)
		}
	}
	for name, ids := range banner.PresetNames {
		for _, id := range ids {
			if _, known := catalog(t).Service(id); !known {
				t.Errorf("%s is said to mean %s, which is no preset", name, id)
			}
		}
		if _, known := catalog(t).Service(name); known {
			t.Errorf("%s is a preset itself", name)
		}
	}
}
