package banner_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"sluis/banner"
)

// Protects: a purpose that a preset has in English only is marked as English in
// other languages, and a site whose services speak its language pays nothing.
func TestOnlyForeignPurposesAreMarked(t *testing.T) {
	own := "  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n"
	shop := "  shop: {define: {name: Shop, category: functional, provider: Shop, purpose: {de: Merkt sich Ihren Warenkorb., en: Remembers your basket.}, recipients: [Shop], privacy: \"https://shop.example/\", retention: P1M, transfer: null, hosts: [], cookies: []}}\n"
	c := foreign(t)
	b := banner.NewBundler(banner.BundlerOptions{Catalog: c})
	defer b.Close()
	german := func(services string) *banner.Site {
		return siteIn(t, c, "languages: [nl, en]", "languages: [de]", "texts:\n  nl:\n    accept: Alles toestaan\n", "",
			"  nl: https://www.example.nl/privacy\n  en: https://www.example.nl/en/privacy\n", "  de: https://www.example.nl/privacy\n", own, services)
	}
	body := func(s *banner.Site, language string) string {
		asset, err := b.Banner(t.Context(), s, language)
		if err != nil {
			t.Fatal(err)
		}
		return string(asset.Body)
	}
	mark := regexp.MustCompile(`\{lang:"en"\}|\.lang="en"`)
	if found := mark.FindAllString(body(german("  chat: {app: 12}\n"), "de"), -1); len(found) != 3 {
		t.Errorf("English is marked in German by %q, want the purpose, in the preferences and in placeholders, and what describes its switch", found)
	}
	for name, body := range map[string]string{
		"a service of the site's own": body(german(shop), "de"),
		"a preset of ours":            body(german("  youtube: {}\n"), "de"),
		"Dutch":                       body(site(t), "nl"),
	} {
		if mark.MatchString(body) {
			t.Errorf("%s: something is marked", name)
		}
	}
}

// Protects: what a service is for and why it needs no consent stand in one
// sentence after the other, so they are read in one tongue. A preset that says
// only the purpose in the visitor's language shows both in English, marked.
func TestPurposeAndReasonAreOfOneTongue(t *testing.T) {
	half := change(t, goodPreset, `"functional"`, `"necessary", "necessity": {"en": "Nobody could ask us anything without it."}`, `{"en": "Answers questions."}`, `{"en": "Answers questions.", "nl": "Beantwoordt je vragen."}`)
	c, err := banner.LoadCatalog(overlay("services/chat.json", half))
	if err != nil {
		t.Fatal(err)
	}
	s := siteIn(t, c, "youtube: {}", "chat: {app: 12}")
	b := banner.NewBundler(banner.BundlerOptions{Catalog: c})
	defer b.Close()
	script, err := b.Banner(t.Context(), s, "nl")
	if err != nil {
		t.Fatal(err)
	}
	notice, err := b.Notice(t.Context(), s, "nl")
	if err != nil {
		t.Fatal(err)
	}
	page, err := b.Declaration(t.Context(), s, "nl", banner.Standing{})
	if err != nil {
		t.Fatal(err)
	}
	for what, said := range map[string][]string{
		string(script.Body):    {"Answers questions. Nobody could ask us anything without it.", `.lang="en"`},
		string(notice.Content): {`"purpose":"Answers questions."`, `"necessity":"Nobody could ask us anything without it."`},
		string(page.Page.Body): {`<dd lang="en">Answers questions.</dd>`, `<dd lang="en">Nobody could ask us anything without it.</dd>`},
	} {
		for _, want := range said {
			if !strings.Contains(what, want) {
				t.Errorf("%q is not said in\n%.3000s", want, what)
			}
		}
		if strings.Contains(what, "Beantwoordt je vragen.") {
			t.Error("Dutch and English stand side by side")
		}
	}
	if !slices.ContainsFunc(s.Check(), func(w banner.Warning) bool {
		return w.Path == "services.chat" && strings.Contains(w.Detail, "why it needs no consent is not described in “nl”")
	}) {
		t.Errorf("nobody tells the operator: %v", s.Check())
	}
}
