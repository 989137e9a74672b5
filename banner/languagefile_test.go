package banner_test

import (
	"encoding/json"
	"maps"
	"os"
	"strings"
	"testing"

	"sluis/banner"
)

// esperanto is a whole language in one file, as an operator would bring it:
// English words, and its own where the test looks.
func esperanto(t *testing.T, changes ...any) string {
	t.Helper()
	src, err := os.ReadFile("texts/en.json")
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	if err := json.Unmarshal(src, &file); err != nil {
		t.Fatal(err)
	}
	maps.Copy(file, map[string]any{"accept": "Jes, ĉion", "refuse": "Ne, nenion", "changed.accept": "Jes, ankaŭ", "changed.refuse": "Ne, ĉi tion"})
	locale := file["locale"].(map[string]any)
	locale["month"] = map[string]string{"one": "# monato", "other": "# monatoj"}
	locale["date"] = "la {day}-a de {month} {year}"
	wording := file["wording"].(map[string]any)
	wording["accept"], wording["refuse"] = []string{"jes$"}, []string{"ne$"}
	file["presets"] = map[string]any{
		"sluis":   map[string]any{"purpose": "Memoras vian elekton.", "necessity": "Sen ĝi ni demandus sur ĉiu paĝo.", "storage": map[string]any{"localStorage": map[string]string{"sluis": "Elekto ankoraŭ ne sendita."}}},
		"youtube": map[string]any{"purpose": "Montras filmetojn de YouTube."},
	}
	for i := 0; i+1 < len(changes); i += 2 {
		file[changes[i].(string)] = changes[i+1]
	}
	src, err = json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// wordsOf is the wording of English with one word for one thing.
func wordsOf(t *testing.T, key, word string) map[string]any {
	t.Helper()
	var file map[string]any
	if err := json.Unmarshal([]byte(esperanto(t)), &file); err != nil {
		t.Fatal(err)
	}
	words := file["wording"].(map[string]any)
	words[key] = []string{word}
	return words
}

const esperantoSite = "origins: [https://a.nl]\nlanguages: [eo]\ncontroller: {name: A, address: B, email: a@a.nl}\nprivacy: https://a.nl/privacy\nservices: {youtube: {}}\n"

// Protects: a language is one file. What it says of durations, of services and
// of its own buttons is heeded, whoever brings it.
func TestLanguageIsOneFile(t *testing.T) {
	c, err := banner.LoadCatalog(overlay("texts/eo.json", esperanto(t)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := banner.ParseSite("a", "a.yaml", []byte(esperantoSite), c)
	if err != nil {
		t.Fatal(err)
	}
	bundler := banner.NewBundler(banner.BundlerOptions{Catalog: c})
	defer bundler.Close()
	script, err := bundler.Banner(t.Context(), s, "eo")
	if err != nil {
		t.Fatal(err)
	}
	notice, err := bundler.Notice(t.Context(), s, "eo")
	if err != nil {
		t.Fatal(err)
	}
	page, err := bundler.Declaration(t.Context(), s, "eo", banner.Standing{})
	if err != nil {
		t.Fatal(err)
	}
	for what, said := range map[string]string{"banner": string(script.Body), "notice": string(notice.Content), "declaration": string(page.Page.Body)} {
		for _, want := range []string{"Memoras vian elekton.", "Sen ĝi ni demandus", "Montras filmetojn de YouTube."} {
			if !strings.Contains(said, want) {
				t.Errorf("the %s does not say %q", what, want)
			}
		}
		if strings.Contains(said, "months") || what != "notice" && !strings.Contains(said, "6 monatoj") {
			t.Errorf("the %s does not count months in the language", what)
		}
		if !strings.Contains(said, "Google LLC (Usono)") {
			t.Errorf("the %s does not name countries in the language", what)
		}
	}
	_, err = banner.ParseSite("a", "a.yaml", []byte(esperantoSite+"texts: {eo: {refuse: Poste}}\n"), c)
	if err == nil || !strings.Contains(err.Error(), "does not say that it refuses") {
		t.Errorf("a refusal that is none is not refused by the language's own words: %v", err)
	}
	shop := `{shop: {define: {name: Shop, category: functional, provider: Shop, purpose: {en: Remembers your basket., eo: Via legitimate interest ĉe ni.}, recipients: [Shop], privacy: "https://shop.example/", retention: P1M, transfer: null, hosts: [], cookies: []}}}`
	_, err = banner.ParseSite("a", "a.yaml", []byte(change(t, esperantoSite, "{youtube: {}}", shop)), c)
	if err == nil || !strings.Contains(err.Error(), "services.shop.define.purpose.eo: “legitimate interest” is no ground") {
		t.Errorf("a ground that is none is not refused by the language's own words: %v", err)
	}
}

// Protects: what a language says wrongly about itself or about a service is
// refused with its place.
func TestLanguageFileRules(t *testing.T) {
	en := map[string]any{}
	src, _ := os.ReadFile("texts/en.json")
	if err := json.Unmarshal(src, &en); err != nil {
		t.Fatal(err)
	}
	with := func(section, key string, value any) map[string]any {
		changed := maps.Clone(en[section].(map[string]any))
		changed[key] = value
		return changed
	}
	preset := func(texts any) map[string]any { return map[string]any{"sluis": texts} }
	for _, c := range []struct {
		name, section string
		value         any
		want          string
	}{
		{"a plural that is missing", "locale", with("locale", "day", map[string]string{"one": "# tago"}), "locale.day: there is no word for 2."},
		{"eleven months", "locale", with("locale", "months", []string{"januaro"}), "locale.months: 1 months are not 12."},
		{"a date without a year", "locale", with("locale", "date", "{day} {month}"), "locale.date: {year} is missing."},
		{"a number that is not said", "locale", with("locale", "day", map[string]string{"one": "# tago", "other": "tagoj"}), "locale.day: 2 and 3 are both “tagoj”."},
		{"a month without a name", "locale", with("locale", "months", append(make([]string, 11), "decembro")), "locale.months[0]: this month has no name."},
		{"an unknown unit", "locale", with("locale", "century", map[string]string{"other": "#"}), "unknown key “century”"},
		{"no word for refusing", "wording", with("wording", "refuse", []string{}), "wording.refuse: no word is listed."},
		{"a word of nothing", "wording", with("wording", "coaxing", []string{"plej$", ""}), "wording.coaxing[1]: “” begins no word of any text."},
		{"a word in capitals", "wording", with("wording", "interest", []string{"Legitima intereso"}), "wording.interest[0]: “Legitima intereso” begins no word of any text."},
		{"a word with a sign in it", "wording", with("wording", "goingOn", []string{"se vi daŭrigas,"}), "wording.goingOn[0]: “se vi daŭrigas,” begins no word of any text."},
		{"a preset that is none", "presets", map[string]any{"slui": map[string]string{"purpose": "Memoras vian elekton."}}, "there is no preset “slui”. Rule Sluis form. Fix: did you mean “sluis”?"},
		{"a cookie that is none", "presets", preset(map[string]any{"cookies": map[string]string{"_ga": "Memoras vian elekton."}}), "presets.sluis.cookies._ga: Sluis has nothing of this name there."},
		{"nothing to translate", "presets", preset(map[string]string{"otherRecipients": "reklamistoj"}), "presets.sluis.otherRecipients: Sluis says nothing of the kind in English."},
		{"a purpose that says nothing", "presets", preset(map[string]string{"purpose": "Sluis"}), "presets.sluis.purpose: “Sluis” tells nothing. Rule AP 1."},
		{"a purpose that its own words know", "presets", preset(map[string]string{"purpose": "Memoras por legitimate interest vian elekton."}), "presets.sluis.purpose: “legitimate interest” is no ground"},
		{"a purpose with a hole", "presets", preset(map[string]string{"purpose": "Memoras por {controller} vian elekton."}), "presets.sluis.purpose: {controller} is not filled in here."},
		{"an empty purpose", "presets", preset(map[string]string{"purpose": ""}), "presets.sluis.purpose: this text is empty."},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := banner.LoadCatalog(overlay("texts/eo.json", esperanto(t, c.section, c.value)))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}

// Protects: what a refusal is called in a language that we know is not for the
// operator to decide.
func TestShippedWordingStands(t *testing.T) {
	_, err := banner.LoadCatalog(overlay("texts/nl.json", `{"wording": {"accept": ["ja"], "refuse": ["instell"], "only": ["a"], "necessary": ["a"], "withdraw": ["a"], "settings": ["a"], "vague": ["a"], "coaxing": ["a"], "interest": ["a"], "advertising": ["a"], "goingOn": ["a"]}}`))
	if err == nil || !strings.Contains(err.Error(), "texts/nl.json:1:2: wording: Sluis knows the words of “nl” itself") {
		t.Errorf("%v", err)
	}
}
