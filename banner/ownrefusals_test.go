package banner_test

import (
	"os"
	"testing"

	"sluis/banner"
)

// definition takes the place of youtube in goodSite: line 12 on.
const definition = "  chat:\n    define:\n" + ownService

// hostless is the end of definition, which filledIn replaces by a service whose
// host is a parameter with a default.
const hostless = `hosts: [{type: script, host: cdn.chat.example}]
      cookies: []
      load: {script: "https://cdn.chat.example/w.js"}`

func filledIn(host string) string {
	return `hosts: [{type: script, host: "{h}"}]
      cookies: []
      parameters: {h: {pattern: "^[a-z.; *-]+$", default: ` + host + `, example: cdn.chat.example, help: {nl: Staat in de chat., en: Stands in the chat.}}}`
}

// ownRefusals change goodSite with definition in it.
var ownRefusals = []refusal{
	{"purpose missing in a language", "{nl: Beantwoordt vragen., en: Answers questions.}", "{en: Answers questions.}", "17:7", "services.chat.define.purpose.nl", "missing in “nl”", "one short sentence", "EDPB patterns: language"},
	{"purpose that says nothing", "nl: Beantwoordt vragen.", "nl: Voor een betere ervaring.", "17:21", "services.chat.define.purpose.nl", "“ervaring” is no purpose", "done with the data", "AP 1"},
	{"no recipients", "recipients: [Chat B.V.]", "recipients: []", "18:7", "services.chat.define.recipients", "recipients is missing", "list who", "GDPR 13(1)(e)"},
	{"a recipient in no country", "recipients: [Chat B.V.]", "recipients: ['Chat B.V. ({USA})']", "18:20", "services.chat.define.recipients[0]", "“{USA}” is not a country", "two capital letters", "GDPR 13(1)(e)"},
	{"a recipient's country in small letters", "recipients: [Chat B.V.]", "recipients: ['Chat B.V. ({us})']", "18:20", "services.chat.define.recipients[0]", "{us} is not filled in", "capital letters: {US}", "Sluis service"},
	{"a recipient's country without quotes", "recipients: [Chat B.V.]", "recipients: [Chat B.V., Chat Inc. ({US})]", "18:31", "", "braces have a meaning of their own", "between quotes: 'Chat Inc. ({US})'", "Sluis form"},
	{"recipients without a name in one language alone", "recipients: [Chat B.V.]", "recipients: [Chat B.V.]\n      otherRecipients: {en: its partners}", "19:7", "services.chat.define.otherRecipients.nl", "missing in “nl”", "say who", "EDPB patterns: language"},
	{"no retention", "      retention: P1M\n", "", "13:5", "services.chat.define.retention", "retention is missing", "how long", "GDPR 13(2)(a)"},
	{"no word on transfers", "      transfer: null\n", "", "13:5", "services.chat.define.transfer", "transfer is missing", "say null", "GDPR 13(1)(f)"},
	{"privacy not encrypted", "https://chat.example/privacy", "http://chat.example/privacy", "19:16", "services.chat.define.privacy", "not a web address", "https://", "GDPR 12"},
	{"misspelt key", "retention: P1M", "retension: P1M", "20:7", "services.chat.define.retension", "unknown key", "did you mean “retention”?", "Sluis form"},
	{"the id of a preset", "  chat:\n", "  vimeo:\n", "12:3", "services.vimeo", "is a preset already", "another id", "Sluis service"},
	{"an id that is no slug", "  chat:\n", "  Our Chat:\n", "12:3", "services.Our Chat", "cannot be an id", "our-chat", "Sluis service"},
	{"necessary, without a word why", "category: functional", "category: necessary", "15:17", "services.chat.define.category", "only presets can be necessary", "functional, analytics, social-media; what the website cannot do without", "EDPB banners 25"},
	{"a category that there is not", "category: functional", "category: marketing", "15:17", "services.chat.define.category", "not known here", "use one of: analytics, functional, social-media", "GDPR 6(1)(a)"},
	{"necessary by its own word", "category: functional", "category: necessary\n      necessity: {nl: Zonder kan niemand ons iets vragen., en: Nobody could ask us anything without it.}", "15:17", "services.chat.define.category", "only presets can be necessary", "visitors decide", "EDPB banners 25"},
	{"no word on cookies", "      cookies: []\n", "", "13:5", "services.chat.define.cookies", "cookies is missing", "or [] where", "Planet49"},
	{"measuring as functional", "cdn.chat.example}", "cdn.chat.example}, {type: connect, host: region1.google-analytics.com}", "22:77", "services.chat.define.hosts[1].host", "belongs to Google Analytics, which measures visits", "use its preset", "GDPR 6(1)(a)"},
	{"a pixel under the address of a plug-in", "cdn.chat.example}", "cdn.chat.example}, {type: script, host: connect.facebook.net, path: /en_US/fbevents.js}", "22:76", "services.chat.define.hosts[1].host", "belongs to Meta", "use its preset", "GDPR 6(1)(a)"},
	{"measuring by a parameter's default", hostless, filledIn("static.hotjar.com"), "22:36", "services.chat.define.hosts[0].host", "static.hotjar.com belongs to Hotjar, which measures visits", "use its preset", "GDPR 6(1)(a)"},
	{"a parameter that opens the policy", hostless, filledIn("'*'"), "22:36", "services.chat.define.hosts[0].host", "“*” is not a host", "www.example.com", "Sluis service"},
	{"a parameter that writes the policy", hostless, filledIn("x.nl; script-src *"), "22:36", "services.chat.define.hosts[0].host", "is not a host", "www.example.com", "Sluis service"},
	{"braces that nothing fills in a host", "host: cdn.chat.example}]", `host: "{H}.chat.example"}, {type: script, host: cdn.chat.example}]`, "22:36", "services.chat.define.hosts[0].host", "is not a host", "www.example.com", "Sluis service"},
	{"a retention of no time", "retention: P1M", "retention: \"{controller}\"", "20:18", "services.chat.define.retention", "“Example” is not an ISO 8601 duration", "P14M", "GDPR 13(2)(a)"},
	{"a script of no host that is told of", "load: {script: \"https://cdn.chat.example/w.js\"}", `load: {script: "https://{h}/w.js"}
      parameters: {h: {pattern: "^[a-z.-]+$", default: api.chat.example, example: cdn.chat.example, help: {nl: Staat in de chat., en: Stands in the chat.}}}`, "24:22", "services.chat.define.load.script", "is not among the hosts", "add it to hosts", "Sluis service"},
	{"advertising without its name", "cdn.chat.example}", "cdn.chat.example}, {type: script, host: static.ads-twitter.com}", "22:76", "services.chat.define.hosts[1].host", "belongs to X Pixel, which profiles visitors", "use its preset", "GDPR 6(1)(a)"},
}

// Protects: a service that a site describes itself owes its visitors the same
// words as a preset, in every language, and cannot be another under its name.
func TestOwnServiceRules(t *testing.T) {
	base := change(t, goodSite, "  youtube: {}", definition)
	for _, c := range ownRefusals {
		t.Run(c.name, func(t *testing.T) {
			_, err := banner.ParseSite("shop", "sites/shop.yaml", []byte(change(t, base, c.old, c.new)), catalog(t))
			c.found(t, "sites/shop.yaml", err)
		})
	}
}

// Protects: two services never claim one frame, for nobody could say whose
// consent opens it.
func TestSharedHosts(t *testing.T) {
	both := change(t, definition, "cdn.chat.example}", "cdn.chat.example}, {type: iframe, host: www.youtube.com, path: /embed/}")
	_, err := banner.ParseSite("shop", "sites/shop.yaml", []byte(change(t, goodSite, "  youtube: {}", "  youtube: {}\n"+both)), catalog(t))
	refusal{place: "13:3", path: "services.chat", detail: "chat and youtube both claim iframe www.youtube.com/embed/", fix: "keep one of the two", rule: "GDPR 6(1)(a)"}.found(t, "sites/shop.yaml", err)
}

// Protects: an operator's folder cannot turn what the catalogue asks consent
// for into something milder, under its own id or another.
func TestOverlayHidesNothing(t *testing.T) {
	for _, c := range []struct {
		preset, file string
		changes      []string
		want         refusal
	}{
		{"google-analytics-4", "google-analytics-4", []string{`"category": "analytics"`, `"category": "necessary", "necessity": {"en": "The shop cannot be run without figures."}`},
			refusal{place: "4:15", path: "category", detail: "Google Analytics needs consent", fix: "write category analytics", rule: "EDPB banners 25"}},
		{"google-analytics-4", "our-figures", []string{`"id": "google-analytics-4"`, `"id": "our-figures"`, `"category": "analytics"`, `"category": "necessary", "necessity": {"en": "The shop cannot be run without figures."}`},
			refusal{place: "16:32", path: "hosts[1].host", detail: "belongs to Google Analytics, which needs consent", fix: "use its preset", rule: "EDPB banners 25"}},
		{"sluis", "sluis", []string{`"category": "necessary"`, `"category": "functional"`, `  "necessity": {`, `  "advice": "x",
  "necessity": {`},
			refusal{place: "4:15", path: "category", detail: "own choice is kept under “functional”", fix: "category necessary", rule: "Sluis service"}},
		{"meta-pixel", "meta-pixel", []string{"  \"advertising\": true,\n", ""},
			refusal{place: "4:15", path: "category", detail: "profiles visitors for advertising", fix: "advertising: true", rule: "GDPR 6(1)(a)"}},
	} {
		t.Run(c.file, func(t *testing.T) {
			src, err := os.ReadFile("services/" + c.preset + ".json")
			if err != nil {
				t.Fatal(err)
			}
			_, err = banner.LoadCatalog(overlay("services/"+c.file+".json", change(t, string(src), c.changes...)))
			c.want.found(t, "services/"+c.file+".json", err)
		})
	}
}

// Protects: an operator may describe a preset anew as long as it stays what it is.
func TestOverlayRenewsPresets(t *testing.T) {
	for _, id := range []string{"google-analytics-4", "meta-pixel", "stripe", "youtube", "google-tag-manager"} {
		src, err := os.ReadFile("services/" + id + ".json")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := banner.LoadCatalog(overlay("services/"+id+".json", string(src))); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// Protects: no site takes an address of the service itself.
func TestReservedIDs(t *testing.T) {
	for _, id := range []string{"docs", "healthz", "metrics", "openapi", "readyz", "sluis", "v", "v1"} {
		_, err := banner.ParseSite(id, id+".yaml", []byte(goodSite), catalog(t))
		if err == nil || err.Error() != id+".yaml: the name “"+id+"” is an address of the service's own. Rule Sluis origin. Fix: give the file the name of the website: bakery.yaml." {
			t.Errorf("%s: %v", id, err)
		}
	}
}
