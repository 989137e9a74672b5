package banner_test

import (
	"strings"
	"testing"

	"sluis/banner"
)

// Protects: what is lawful but unwise is said, with the better way, and a site
// without such things hears nothing.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes []string
		want    string
	}{
		{"http for development", nil, "origins[1]: http://localhost:8080 is for development"},
		{"advice of a preset", nil, "services.google-analytics-4: there is advice"},
		{"facts not confirmed", nil, "services.x-embed: not all facts"},
		{"statistics kept too long", []string{"G-ABCDEF1234", "G-ABCDEF1234\n    retention: P38M"}, "services.google-analytics-4.retention: statistics are kept for P38M"},
		{"bare address missing", nil, "origins[0]: https://example.nl is not listed"},
		{"address with www missing", []string{"https://www.example.nl, ", "https://example.nl, "}, "origins[0]: https://www.example.nl is not listed"},
		{"placeholder of the README", []string{"G-ABCDEF1234", "G-XXXXXXX"}, "services.google-analytics-4.measurement_id: “G-XXXXXXX” is a placeholder"},
		{"example of the mend", []string{"G-ABCDEF1234", "G-EXAMPLE123"}, "services.google-analytics-4.measurement_id: “G-EXAMPLE123” is a placeholder"},
		{"example of another preset", []string{"youtube: {}", "hotjar: {site_id: 1234567}"}, "services.hotjar.site_id: “1234567” is a placeholder"},
		{"no services", []string{"  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n", ""}, "services: the site lists no service"},
		{"advertising without any", []string{"gpc: deny", "advertising: true"}, "advertising: the banner names advertising but no service does any"},
		{"reason without need", []string{"gpc: deny", "validityReason: just so"}, "validityReason: one to six months need no reason"},
		{"asked again early", nil, "validity: whoever refused is asked again after P3M"},
		{"purpose in English only", []string{"  youtube: {}", "  youtube: {}\n  chat: {app: 12}"}, "services.chat: its purpose is not described in “nl”"},
		{"signal ignored", []string{"gpc: deny", "gpc: ignore\ngpcReason: an intranet outside the EEA"}, "gpc: the browser's privacy signal is ignored"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var all []string
			for _, w := range siteIn(t, foreign(t), c.changes...).Check() {
				all = append(all, w.String())
				if w.Path == "" || w.Detail == "" || w.Fix == "" {
					t.Errorf("not helpful: %+v", w)
				}
			}
			if !strings.Contains(strings.Join(all, "\n"), c.want) {
				t.Errorf("want %q among\n%s", c.want, strings.Join(all, "\n"))
			}
		})
	}
	quiet := site(t, "validity: P3M", "validity: P6M", `, "http://localhost:8080"`, ", https://example.nl, https://shop.example.nl, https://192.0.2.7, https://example.nl:8443, https://www.example.nl:8443", "  x-embed:\n", "", "  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n", "", "  youtube: {}", "  chat:\n    define:\n"+ownService)
	if warnings := quiet.Check(); len(warnings) > 0 {
		t.Errorf("a wise site hears %v", warnings)
	}
}

// ownService is an inline definition, indented to stand under define.
const ownService = `      name: Our chat
      category: functional
      provider: Chat B.V.
      purpose: {nl: Beantwoordt vragen., en: Answers questions.}
      recipients: [Chat B.V.]
      privacy: https://chat.example/privacy
      retention: P1M
      transfer: null
      hosts: [{type: script, host: cdn.chat.example}]
      cookies: []
      load: {script: "https://cdn.chat.example/w.js"}`

// Protects: a site describes a service of its own without waiting for us, and
// owes its visitors the same words as a preset, in every language it speaks.
func TestOwnService(t *testing.T) {
	define := "  chat:\n    define:\n" + ownService
	s := site(t, "  youtube: {}", define)
	chat, ok := s.Service("chat")
	if !ok || chat.Service.ID != "chat" || chat.Service.Purpose.In("nl") != "Beantwoordt vragen." {
		t.Errorf("%+v", chat.Service)
	}
	if csp := s.CSP(s.Allowed(banner.Choice{Services: map[string]bool{"chat": true}})); !strings.Contains(csp, "script-src 'self' https://cdn.chat.example;") {
		t.Error(csp)
	}
}

// Protects: advertising stays out of a site whose banner does not name it.
func TestAdvertisingNeedsItsName(t *testing.T) {
	pixel := change(t, goodPreset, `"functional"`, `"social-media", "advertising": true`)
	c, err := banner.LoadCatalog(overlay("services/chat.json", pixel))
	if err != nil {
		t.Fatal(err)
	}
	src := change(t, goodSite, "youtube: {}", "chat: {app: 5}")
	if _, err := banner.ParseSite("shop", "shop.yaml", []byte(src), c); err == nil || !strings.Contains(err.Error(), "shop.yaml:12:3: services.chat: Chat profiles visitors for advertising") {
		t.Errorf("accepted, or other words: %v", err)
	}
	s, err := banner.ParseSite("shop", "shop.yaml", []byte(src+"advertising: true\n"), c)
	if err != nil {
		t.Fatal(err)
	}
	n, err := banner.NewNotice(s, "nl", c.SiteTexts(s, "nl"), "x")
	if err != nil {
		t.Fatal(err)
	}
	if name := c.Texts("nl")["advertising.name"]; name == "" || !strings.Contains(string(n.Content), `"name":"`+name+`"`) {
		t.Errorf("the notice does not call the category %q", name)
	}
}

// Protects: the demo keeps the rules of every site, wherever it is served.
func TestDemoSite(t *testing.T) {
	s, err := banner.DemoSite(catalog(t), "https://demo.example.nl", "http://127.0.0.1:4711")
	if err != nil {
		t.Fatal(err)
	}
	if s.ID != "demo" || len(s.Origins) != 2 || s.Origins[1] != "http://127.0.0.1:4711" || s.Privacy.In("nl") != "https://demo.example.nl/demo/privacy/" {
		t.Errorf("%+v", s)
	}
	for _, id := range []string{"sluis", "google-analytics-4", "youtube", "facebook-plugins", "x-embed"} {
		if _, ok := s.Service(id); !ok {
			t.Errorf("%s is missing", id)
		}
	}
	if _, err := banner.DemoSite(catalog(t), "http://demo.example.nl"); err == nil {
		t.Error("the demo accepts an origin that no site may have")
	}
}
