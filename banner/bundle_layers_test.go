package banner_test

import (
	"regexp"
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
