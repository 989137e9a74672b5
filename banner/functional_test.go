package banner_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"sluis/banner"
)

// Protects: the first layer and the preferences say what functional services are
// for, which is more than remembering settings where they come from somewhere else
// (GDPR 6(1)(a), AP 1), and say no such thing on a site that has none. A site's own
// words stand alone.
func TestFunctionalServicesAreNamed(t *testing.T) {
	c := catalog(t)
	bundler := banner.NewBundler(banner.BundlerOptions{Catalog: c})
	defer bundler.Close()
	basket := "  shop: {define: {name: Shop, category: functional, provider: Shop, purpose: {nl: Onthoudt je mandje voor je., en: Remembers your basket for you.}, recipients: [Shop], privacy: \"https://shop.example/\", retention: P1M, transfer: null, hosts: [], cookies: []}}\n"
	for _, language := range []string{"nl", "en"} {
		texts := c.Texts(language)
		first, text := texts["purpose.functional.services"], texts["functional.services.text"]
		for name, test := range map[string]struct {
			services  string
			own, said bool
		}{
			"none":         {"  youtube: {}\n", false, false},
			"a map":        {"  openstreetmap: {}\n", false, true},
			"of its own":   {basket, false, false},
			"in own words": {"  openstreetmap: {}\n", true, false},
		} {
			s := site(t, "  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n", test.services)
			s.Languages = []string{language}
			if test.own {
				s.Texts = map[string]map[string]string{language: {"purpose.functional": "show where our shop is", "functional.text": "Shows where our shop is."}}
			}
			asset, err := bundler.Banner(t.Context(), s, language)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{first, text} {
				if got := strings.Contains(string(asset.Body), want); got != test.said {
					t.Errorf("%s, %s: %q is said: %v", language, name, want, got)
				}
			}
		}
	}
}

// Protects: the preset that the docs show for what a website cannot do without is one.
func TestNecessaryPresetOfTheDocs(t *testing.T) {
	page, err := os.ReadFile(siteFilePage)
	if err != nil {
		t.Fatal(err)
	}
	preset := regexp.MustCompile("(?s)```json\n(.*?)```").FindSubmatch(page)
	if preset == nil {
		t.Fatal("the page shows none")
	}
	c, err := banner.LoadCatalog(overlay("services/basket.json", string(preset[1])))
	if err != nil {
		t.Fatal(err)
	}
	siteIn(t, c, "  youtube: {}\n", "  youtube: {}\n  basket: {}\n")
}
