package banner_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"sluis/banner"
)

// goodPreset is a preset that uses every part of the form.
const goodPreset = `{
  "id": "chat",
  "name": "Chat",
  "category": "functional",
  "provider": "Chat B.V.",
  "purpose": {"en": "Answers questions."},
  "recipients": ["Chat B.V."],
  "privacy": "https://chat.example/privacy",
  "retention": "{kept}",
  "transfer": {"countries": ["US"], "ground": "scc"},
  "hosts": [
    {"type": "script", "host": "cdn.chat.example", "path": "/w/"},
    {"type": "iframe", "host": "www.chat.example"}
  ],
  "cookies": [{"name": "chat_", "match": "prefix", "party": "third", "domain": ".chat.example", "lifetime": "P1Y", "purpose": {"en": "Recognises you."}}],
  "storage": [{"type": "localStorage", "name": "chat", "match": "exact", "party": "first", "purpose": {"en": "Keeps the talk."}}],
  "parameters": {
    "app": {"pattern": "^[0-9]+$", "required": true, "example": "12", "help": {"en": "Number of the chat"}},
    "kept": {"pattern": "^P[0-9]M$", "default": "P6M", "example": "P3M", "help": {"en": "How long talks are kept"}}
  },
  "load": {
    "script": "https://cdn.chat.example/w/{app}.js",
    "before": [{"do": "set", "name": "chatSettings", "args": [{"app": "{app}", "ask": [1, true]}]}]
  },
  "embed": {"replace": {"www.chat.example": "www.chat.example"}},
  "example": {"parameters": {"app": "12"}, "request": "https://cdn.chat.example/w/12.js"},
  "confidence": "high",
  "sources": ["chat.example/docs"]
}
`

func overlay(files ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i+1 < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return m
}

// Protects: an operator adds a service, overrides one, rewords a text and adds
// nothing but the difference.
func TestOverlay(t *testing.T) {
	c, err := banner.LoadCatalog(
		overlay("services/chat.json", goodPreset, "texts/nl.json", `{"accept": "Alles mag"}`),
		overlay("services/chat.json", change(t, goodPreset, `"name": "Chat"`, `"name": "Better chat"`), "README.md", "x"))
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := c.Service("chat"); !ok || s.Name != "Better chat" {
		t.Errorf("the last overlay does not win: %+v", s)
	}
	if _, ok := c.Service("youtube"); !ok {
		t.Error("an overlay hides what is embedded")
	}
	if texts := c.Texts("nl"); texts["accept"] != "Alles mag" || texts["refuse"] != catalog(t).Texts("nl")["refuse"] {
		t.Errorf("%q %q", texts["accept"], texts["refuse"])
	}
	if c.Texts("xx") != nil {
		t.Error("an unknown language has texts")
	}
	s, err := banner.ParseSite("shop", "shop.yaml", []byte(change(t, goodSite, "youtube: {}", "chat: {app: 77}")), c)
	if err != nil {
		t.Fatal(err)
	}
	chat, _ := s.Service("chat")
	if got := chat.Service; got.Load.Script != "https://cdn.chat.example/w/77.js" || got.Retention != "P6M" || got.Load.Before[0].Args[0].(map[string]any)["app"] != "77" {
		t.Errorf("not filled in: %+v", got.Load)
	}
	if preset, _ := c.Service("chat"); preset.Load.Before[0].Args[0].(map[string]any)["app"] != "{app}" {
		t.Error("one site's value went into the preset of all")
	}
}

// Protects: a value from a site file cannot leave its place in an address.
func TestParametersAreEncodedInAddresses(t *testing.T) {
	c, err := banner.LoadCatalog(overlay("services/chat.json", change(t, goodPreset, `"^[0-9]+$"`, `"^.+$"`)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := banner.ParseSite("shop", "shop.yaml", []byte(change(t, goodSite, "youtube: {}", `chat: {app: "a b/../?x=1#&"}`)), c)
	if err != nil {
		t.Fatal(err)
	}
	chat, _ := s.Service("chat")
	if got, want := chat.Service.Load.Script, "https://cdn.chat.example/w/a%20b%2F..%2F%3Fx%3D1%23%26.js"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Protects: a language is whole or refused: every text, every placeholder, no
// strangers.
func TestTextRules(t *testing.T) {
	for _, c := range []struct{ name, file, src, want string }{
		{"a language with one text", "texts/xx.json", `{"accept": "Alles"}`, "“refuse” is missing"},
		{"a text that nobody shows", "texts/nl.json", `{"acept": "x"}`, "did you mean “accept”?"},
		{"a placeholder lost", "texts/nl.json", `{"embed.always": "Altijd"}`, "placeholders are not those of English"},
		{"a placeholder of its own", "texts/nl.json", `{"accept": "Ja {name}"}`, "placeholders are not those of English"},
		{"empty", "texts/nl.json", `{"accept": " "}`, "this text is empty"},
		{"not a text", "texts/nl.json", `{"accept": 5}`, "this is a number where a text belongs"},
		{"a line break", "texts/nl.json", `{"accept": "a\nb"}`, "control character"},
		{"a line separator", "texts/nl.json", "{\"accept\": \"a\u2028b\"}", "control character"},
		{"not a language", "texts/Dutch.json", `{}`, "not a language"},
		{"a language that no browser names so", "texts/deu.json", `{"accept": "Ja"}`, "texts/deu.json:1:1: “deu” is what browsers call “de”. Rule Sluis form. Fix: name the file de.json."},
		{"another encoding", "texts/nl.json", "{\n  \"title\": \"Caf\xe9\"}", "texts/nl.json:2:16: the file is not in UTF-8."},
		{"not JSON", "texts/nl.json", "{", "texts/nl.json:1:"},
		{"a refusal that is none", "texts/nl.json", "{\n  \"refuse\": \"Instellingen\"\n}", "texts/nl.json:2:13: refuse: the button that refuses says “instellingen”. Rule AP 3. Fix: say that it refuses and nothing else, as ours: “Alles weigeren”."},
		{"a button of another name", "texts/nl.json", `{"reopen": "Privacy"}`, "texts/nl.json:1:12: reopen: the sentence about withdrawing does not name the button “Privacy”. Rule AP 8."},
		{"the purposes lost", "texts/nl.json", `{"intro": "{controller} vraagt iets"}`, "texts/nl.json:1:11: intro: the placeholders are not those of English. Rule AP 1."},
		{"a text of dots", "texts/nl.json", `{"title": "…"}`, "texts/nl.json:1:11: title: this text is empty. Rule GDPR 7(2)."},
		{"a flood of words", "texts/nl.json", `{"saved": "` + strings.Repeat("Je keuze staat. ", 9) + `"}`, "texts/nl.json:1:11: saved: this text is longer than "},
		{"a flood of words in a new language", "texts/eo.json", esperanto(t, "saved", strings.Repeat("Via elekto staras. ", 9)), "saved: this text is longer than "},
		{"an invisible sign", "texts/nl.json", "{\"accept\": \"Alles\u202e toestaan\"}", "invisible sign"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := banner.LoadCatalog(overlay(c.file, c.src))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}

// Protects: one mistake is one fault: a file of another name lacks nothing, and
// the mark that editors of Windows put in front is none.
func TestFilesOfTextsAreReadAsTheyCome(t *testing.T) {
	for _, c := range []struct{ file, src string }{
		{"texts/nl-BE.json", `{"accept": "Alles toestaan"}`},
		{"texts/Dutch.json", `{"accept": "Alles toestaan"}`},
		{"texts/deu.json", `{"accept": "Alles toestaan"}`},
		{"texts/eo.json", `[]`},
		{"texts/eo.json", esperanto(t, "wording", wordsOf(t, "refuse", "Ne$"))},
		// What other languages are measured by is our English.
		{"texts/en.json", `{"acept": "Accept all"}`},
		{"texts/en.json", `{"embed.always": "Always allow"}`},
	} {
		_, err := banner.LoadCatalog(overlay(c.file, c.src))
		var faults *banner.SiteError
		if !errors.As(err, &faults) || len(faults.Faults) != 1 || faults.Faults[0].File != c.file {
			t.Errorf("%s %s: %v", c.file, c.src, err)
		}
	}
	for _, file := range []string{"texts/no.json", "texts/nb.json", "texts/fil.json"} {
		if _, err := banner.LoadCatalog(overlay(file, esperanto(t))); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	if _, err := banner.LoadCatalog(overlay("texts/._nl.json", "\x00\x05\x16\x07", "services/.chat.json", "half a")); err != nil {
		t.Errorf("what a desktop leaves beside a file is read as one: %v", err)
	}
	if _, err := banner.LoadCatalog(overlay("texts/nl.json", "\ufeff"+`{"accept": "Alles mag"}`, "services/chat.json", "\ufeff"+goodPreset)); err != nil {
		t.Error(err)
	}
}

// Protects: an operator may copy any preset of ours and change it a little, to
// add a language or another retention: as it is it cannot be refused.
// A copy that says the same in English keeps our other languages; one that says
// something else does not.
func TestOurPresetsMayBeLaidOverThemselves(t *testing.T) {
	src, err := os.ReadFile("services/youtube.json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := banner.LoadCatalog(overlay("services/youtube.json", change(t, string(src), `"Plays videos from YouTube on the page."`, `"Plays our own films from YouTube."`)))
	if err != nil {
		t.Fatal(err)
	}
	ours, _ := catalog(t).Service("youtube")
	copied, _ := c.Service("youtube")
	if copied.Purpose["de"] != "" {
		t.Errorf("another purpose is said in German as %q", copied.Purpose["de"])
	}
	if german := ours.Cookies[0].Purpose["de"]; german == "" || copied.Cookies[0].Purpose["de"] != german || copied.Storage[0].Purpose["de"] != ours.Storage[0].Purpose["de"] {
		t.Error("cookies that are described as before lost their German")
	}
	if _, err := banner.LoadCatalog(os.DirFS(".")); err != nil {
		t.Error(err)
	}
}
