package banner_test

import (
	"errors"
	"slices"
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

// Protects: a preset that leaves a visitor or the gate in the dark is refused,
// with file, line and mend.
func TestPresetRules(t *testing.T) {
	if _, err := banner.ParseService("chat", "services/chat.json", []byte(goodPreset)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, new, place, detail, fix string }{
		{"not JSON", `"name": "Chat",`, `"name": "Chat"`, ":4:", "not JSON", "correct"},
		{"something behind", "docs\"]\n}", "docs\"]\n} x", ":29:", "not JSON", "correct"},
		{"unknown key", `"provider"`, `"providr"`, ":5:3: providr", "unknown key", "did you mean “provider”?"},
		{"key twice", `"provider": "Chat B.V.",`, `"name": "x", "provider": "y",`, ":5:3: name", "second time", "line 3"},
		{"missing purpose", `{"en": "Answers questions."}`, `{"en": ""}`, ":6:21: purpose.en", "missing in “en”", "one short sentence"},
		{"purpose in no language", `{"en": "Answers questions."}`, `{}`, ":6:3: purpose", "purpose is missing", "one short sentence"},
		{"purpose in a strange language", `"Answers questions."}`, `"Answers.", "dutch": "x"}`, ":6:42: purpose.dutch", "not a language", "two letters"},
		{"another name than the file", `"id": "chat"`, `"id": "talk"`, ":2:9: id", "name of the file", `"id": "chat"`},
		{"category", `"functional"`, `"marketing"`, ":4:15: category", "not known", "social-media"},
		{"necessary without reason", `"functional"`, `"necessary"`, ":1:1: necessity", "missing", "without it"},
		{"reason though not necessary", `"provider": "Chat B.V."`, `"provider": "x", "necessity": {"en": "x"}`, ":5:20: necessity", "only what is necessary", "leave it out"},
		{"nobody receives", `["Chat B.V."]`, `[]`, ":7:3: recipients", "missing", "list who"},
		{"privacy not encrypted", "https://chat.example/privacy", "http://chat.example", ":8:14: privacy", "not a web address", "https://"},
		{"retention", `"{kept}"`, `"a year"`, ":9:16: retention", "ISO 8601", "P14M"},
		{"retention of nothing", `"{kept}"`, `"P0D"`, ":9:16: retention", "ISO 8601", "P14M"},
		{"transfer not said", `"transfer": {"countries": ["US"], "ground": "scc"},`, "", ":1:1: transfer", "missing", "null"},
		{"country by name", `["US"]`, `["USA"]`, "transfer.countries[0]", "country code", "US"},
		{"country in the EEA", `["US"]`, `["US", "DE"]`, "transfer.countries[1]", "in the EEA", "not a transfer"},
		{"ground", `"scc"`, `"shield"`, "transfer.ground", "not known", "adequacy"},
		{"host with scheme", `"cdn.chat.example"`, `"https://cdn.chat.example"`, ":12:32: hosts[0].host", "not a host", "without https"},
		{"host type", `"type": "iframe"`, `"type": "frame"`, "hosts[1].type", "not known", "did you mean “iframe”?"},
		{"path", `"/w/"`, `"w/"`, "hosts[0].path", "not a path", "begin"},
		{"host twice", `{"type": "iframe", "host": "www.chat.example"}`, `{"type": "iframe", "host": "www.chat.example"}, {"type": "iframe", "host": "www.chat.example"}`, "hosts[2]", "twice", "keep one"},
		{"cookie without lifetime", `"lifetime": "P1Y", `, "", "cookies[0].lifetime", "missing", "session"},
		{"cookie lifetime", `"P1Y"`, `"1 year"`, "cookies[0].lifetime", "ISO 8601", "P90D"},
		{"cookie without purpose", `, "purpose": {"en": "Recognises you."}`, "", "cookies[0].purpose", "missing", "what this cookie"},
		{"cookie party", `"party": "third"`, `"party": "other"`, "cookies[0].party", "not known", "first, third"},
		{"third-party cookie without domain", `"domain": ".chat.example", `, "", "cookies[0].domain", "names it", "add the domain"},
		{"first-party cookie with domain", `"party": "third"`, `"party": "first"`, "cookies[0].domain", "has none", "leave domain out"},
		{"storage type", `"localStorage"`, `"local"`, "storage[0].type", "not known", "localStorage"},
		{"pattern not anchored", `"^[0-9]+$"`, `"[0-9]+"`, "parameters.app.pattern", "not an anchored", "begin it with ^"},
		{"pattern with loose alternatives", `"^[0-9]+$"`, `"^1|2$"`, "parameters.app.pattern", "not an anchored", "parentheses"},
		{"pattern that is none", `"^[0-9]+$"`, `"^[$"`, "parameters.app.pattern", "not an anchored", "begin it with ^"},
		{"example against the pattern", `"example": "12", "help"`, `"example": "x", "help"`, "parameters.app.example", "does not match", "value that does"},
		{"default against the pattern", `"P6M"`, `"6"`, "parameters.kept.default", "does not match", "value that does"},
		{"required and default", `"required": true,`, `"required": true, "default": "1",`, "parameters.app", "either required or has a default", "one of the two"},
		{"no help", `"help": {"en": "Number of the chat"}`, `"help": {}`, "parameters.app.help", "missing", "finds this value"},
		{"reserved parameter", `"kept": {`, `"validity": {`, "parameters.validity", "cannot be the name", "another"},
		{"placeholder that nothing fills", `w/{app}.js`, `w/{ap}.js`, "load.script", "{ap} is not filled in", "did you mean “app”?"},
		{"parameter that fills nothing", `"{kept}"`, `"P6M"`, "parameters.kept", "nothing uses", "{kept}"},
		{"script not encrypted", `"https://cdn.chat.example/w/{app}.js"`, `"//cdn.chat.example/w/{app}.js"`, "load.script", "not an https address", "in full"},
		{"script of another host", `"https://cdn.chat.example/w/{app}.js"`, `"https://evil.example/w/{app}.js"`, "load.script", "not among the hosts", "type script"},
		{"step", `"do": "set"`, `"do": "eval"`, "load.before[0].do", "not known", "set"},
		{"step without a global", `"chatSettings"`, `"chat settings"`, "load.before[0].name", "not the name of a global", "dataLayer"},
		{"step with a fraction", `[1, true]`, `[1.5, true]`, "load.before[0].args[0].ask[0]", "not a whole number", "quotes"},
		{"adapter", `"embed":`, `"consent": "gogle", "embed":`, "consent", "not known", "google"},
		{"embed host", `{"www.chat.example": "www.chat.example"}`, `{"www.chat.example": "other.example"}`, "embed.replace.www.chat.example", "not among the hosts", "type iframe"},
		{"confidence", `"high"`, `"certain"`, "confidence", "not known", "high"},
		{"no sources", `["chat.example/docs"]`, `[]`, "sources", "missing", "where the facts"},
		{"example that cannot run", `"parameters": {"app": "12"}, `, "", "example.parameters.app", "missing", "runs"},
		{"example without a request", `, "request": "https://cdn.chat.example/w/12.js"`, "", "example.request", "missing", "fetched first"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := banner.LoadCatalog(overlay("services/chat.json", change(t, goodPreset, c.old, c.new)))
			var faults *banner.SiteError
			if !errors.As(err, &faults) {
				t.Fatalf("accepted, or another error: %v", err)
			}
			if !slices.ContainsFunc(faults.Faults, func(f banner.SiteFault) bool {
				return strings.HasPrefix(f.String(), "services/chat.json:") && strings.Contains(f.String(), c.place) && strings.Contains(f.Detail, c.detail) && strings.Contains(f.Fix, c.fix)
			}) {
				t.Errorf("want a fault at %s saying %q and %q, got\n%v", c.place, c.detail, c.fix, err)
			}
		})
	}
}

// Protects: a language is whole or refused: every text, every placeholder, no
// strangers.
func TestTextRules(t *testing.T) {
	for _, c := range []struct{ name, file, src, want string }{
		{"a language with one text", "texts/is.json", `{"accept": "Leyfa allt"}`, "“refuse” is missing"},
		{"a text that nobody shows", "texts/nl.json", `{"acept": "x"}`, "did you mean “accept”?"},
		{"a placeholder lost", "texts/nl.json", `{"embed.always": "Altijd"}`, "placeholders are not those of English"},
		{"a placeholder of its own", "texts/nl.json", `{"accept": "Ja {name}"}`, "placeholders are not those of English"},
		{"empty", "texts/nl.json", `{"accept": " "}`, "this text is empty"},
		{"not a text", "texts/nl.json", `{"accept": 5}`, "this is a number where a text belongs"},
		{"a line break", "texts/nl.json", `{"accept": "a\nb"}`, "control character"},
		{"a line separator", "texts/nl.json", "{\"accept\": \"a\u2028b\"}", "control character"},
		{"not a language", "texts/Dutch.json", `{}`, "not a language"},
		{"not JSON", "texts/nl.json", "{", "texts/nl.json:1:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := banner.LoadCatalog(overlay(c.file, c.src))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}
