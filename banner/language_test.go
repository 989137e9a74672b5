package banner_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sluis/banner"
)

// official are the languages of the European Union, Regulation No 1/1958.
var official = strings.Fields("bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv")

// Protects: every citizen of the Union can be asked in an official language.
func TestEveryOfficialLanguage(t *testing.T) {
	have := catalog(t).Languages()
	for _, language := range official {
		if !slices.Contains(have, language) {
			t.Errorf("%s is missing", language)
		}
	}
}

// Protects: every language says all that English says, with the same facts
// filled in, and briefly enough for the same place on the screen.
func TestLanguagesAreWhole(t *testing.T) {
	placeholder := regexp.MustCompile(`\{[^}]*\}`)
	facts := func(text string) []string {
		found := placeholder.FindAllString(text, -1)
		slices.Sort(found)
		return slices.Compact(found)
	}
	english := catalog(t).Texts("en")
	for _, language := range catalog(t).Languages() {
		texts := catalog(t).Texts(language)
		if have, want := slices.Sorted(maps.Keys(texts)), slices.Sorted(maps.Keys(english)); !slices.Equal(have, want) {
			t.Errorf("%s has not the keys of English: %v, want %v", language, have, want)
		}
		for key, text := range texts {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s is empty", language, key)
			}
			if have, want := facts(text), facts(english[key]); !slices.Equal(have, want) {
				t.Errorf("%s: %s fills in %v, English %v", language, key, have, want)
			}
			if length, most := utf8.RuneCountInString(text), utf8.RuneCountInString(english[key])*8/5+12; length > most {
				t.Errorf("%s: %s has %d characters, more than %d", language, key, length, most)
			}
		}
	}
}

// Protects: the sentence about withdrawing names the button as the button is
// labelled, in every language.
func TestWithdrawalNamesTheButton(t *testing.T) {
	for _, language := range catalog(t).Languages() {
		texts := catalog(t).Texts(language)
		if !strings.Contains(texts["withdrawal"], texts["reopen"]) {
			t.Errorf("%s: %q does not name %q", language, texts["withdrawal"], texts["reopen"])
		}
	}
}

// Protects: the script and the notice hold what the banner shows and nothing
// that a visitor reads elsewhere.
func TestDeclarationTextsStayOutOfTheBanner(t *testing.T) {
	s, c := site(t), catalog(t)
	bundler := banner.NewBundler(banner.BundlerOptions{Catalog: c})
	defer bundler.Close()
	before := bundler.Release(s)
	n, err := bundler.Notice(t.Context(), s, "nl")
	if err != nil {
		t.Fatal(err)
	}
	asset, err := bundler.Banner(t.Context(), s, "nl")
	if err != nil {
		t.Fatal(err)
	}
	for key, text := range c.Texts("nl") {
		if !strings.HasPrefix(key, "declaration.") || len(text) < 12 {
			continue
		}
		if strings.Contains(string(n.Content), key) || strings.Contains(string(n.Content), text) {
			t.Errorf("the notice holds %s", key)
		}
		if strings.Contains(string(asset.Body), text) {
			t.Errorf("the script holds %s", key)
		}
	}
	s = site(t, "    accept: Alles toestaan\n", "    accept: Alles toestaan\n    declaration.changes.title: Nieuw\n")
	if bundler.Release(s) != before {
		t.Error("a word of the declaration makes visitors fetch the banner again")
	}
}

// Protects: durations and countries are said in the visitor's language by us,
// so that a browser without Irish or Maltese shows the words that the notice
// holds.
func TestBannerSpeaksWhereBrowsersCannot(t *testing.T) {
	for language, want := range map[string][]string{
		"nl": {"3 maanden", "Verenigde Staten", "2 jaar"},
		"en": {"3 months", "United States", "2 years"},
		"ga": {"3 mhí", "Stáit Aontaithe Mheiriceá", "2 bhliain"},
		"mt": {"3 xhur", "l-Istati Uniti", "2 snin"},
		"lv": {"3 mēneši", "Amerikas Savienotās Valstis", "2 gadi"},
		"pl": {"3 miesiące", "Stany Zjednoczone", "2 lata"},
	} {
		s := site(t, "languages: [nl, en]", "languages: ["+language+"]", "texts:\n  nl:\n    accept: Alles toestaan\n", "",
			"  nl: https://www.example.nl/privacy\n  en: https://www.example.nl/en/privacy\n", "  "+language+": https://www.example.nl/privacy\n")
		bundler := banner.NewBundler(banner.BundlerOptions{Catalog: catalog(t)})
		asset, err := bundler.Banner(t.Context(), s, language)
		if err != nil {
			t.Fatal(err)
		}
		n, err := bundler.Notice(t.Context(), s, language)
		if err != nil {
			t.Fatal(err)
		}
		bundler.Close()
		for _, said := range want {
			said := strings.ReplaceAll(said, " ", "\u00a0")
			plain := strings.ReplaceAll(string(asset.Body), " ", "\u00a0")
			if !strings.Contains(plain, said) {
				t.Errorf("%s: the banner does not say %q", language, said)
			}
		}
		if first := strings.ReplaceAll(want[0], " ", "\u00a0"); !strings.Contains(strings.ReplaceAll(string(n.Content), " ", "\u00a0"), first) {
			t.Errorf("%s: the notice does not say %q", language, first)
		}
	}
}

// Protects: the notice holds what visitors were shown and nothing else: every
// text of the banner comes out of its scripts on some site, and a text that no
// script shows is dead and stands in no notice.
func TestEveryBannerTextIsShown(t *testing.T) {
	c := catalog(t)
	shown, marked := map[string]bool{}, map[string]string{}
	noted := map[string]bool{}
	for key, text := range c.Texts("en") {
		if strings.HasPrefix(key, "declaration.") {
			continue
		}
		mark := "(" + key + ")"
		for _, placeholder := range regexp.MustCompile(`\{[a-z]+\}`).FindAllString(text, -1) {
			mark += " " + placeholder
		}
		marked[key] = mark
	}
	plain := "  youtube: {}\n  google-analytics-4: {measurement_id: G-ABCDEF1234, since: 2}\n  umami: {website_id: 94db1cb1-74f4-4a40-ad6c-962362670409}\n  openstreetmap: {}\n" +
		"  shop: {define: {name: Shop, category: functional, provider: Shop, purpose: {nl: Onthoudt je mandje voor je., en: Remembers your basket for you.}, recipients: [Shop], privacy: \"https://shop.example/\", retention: P1M, transfer: {countries: [US], ground: consent}, hosts: [], cookies: []}}\n"
	for name, services := range map[string]string{"without advertising": plain, "with advertising": plain + "  klaviyo: {company_id: AbC123}\nadvertising: true\n"} {
		s := *site(t, "  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n", services)
		s.Texts = map[string]map[string]string{"nl": marked, "en": marked}
		bundler := banner.NewBundler(banner.BundlerOptions{Catalog: c})
		defer bundler.Close()
		gate, err := bundler.Gate(t.Context(), &s)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		layers, err := bundler.Banner(t.Context(), &s, "en")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		proof, err := bundler.Proof(t.Context(), &s, "en")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for key := range marked {
			if strings.Contains(string(gate.Body)+string(layers.Body)+string(proof.Body), "("+key+")") {
				shown[key] = true
			}
		}
		notice, err := bundler.Notice(t.Context(), &s, "en")
		if err != nil {
			t.Fatal(err)
		}
		var content struct{ Texts map[string]string }
		if err := json.Unmarshal(notice.Content, &content); err != nil {
			t.Fatal(err)
		}
		for key := range content.Texts {
			noted[key] = true
		}
	}
	for key := range marked {
		if !shown[key] {
			t.Errorf("%s is shown by no script", key)
		}
		if !noted[key] {
			t.Errorf("%s is in no notice", key)
		}
	}
	for key := range noted {
		if !shown[key] {
			t.Errorf("the notice holds %s, which no script shows", key)
		}
	}
}
