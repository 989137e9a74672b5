package banner

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Protects: lifetimes are said as a native speaker says them, with the plural
// of each number, also where browsers have no words.
func TestDurationsAreSaid(t *testing.T) {
	for _, c := range []struct{ language, duration, want string }{
		{"nl", "P1M", "1 maand"}, {"nl", "P5Y6M", "5 jaar and 6 maanden"}, {"nl", "PT30M", "30 minuten"},
		{"en", "P1Y2M3D", "1 year, 2 months and 3 days"}, {"en", "P395D", "395 days"},
		{"pl", "P1M", "1 miesiąc"}, {"pl", "P2M", "2 miesiące"}, {"pl", "P5M", "5 miesięcy"}, {"pl", "P22M", "22 miesiące"},
		{"sl", "P1M", "1 mesec"}, {"sl", "P2M", "2 meseca"}, {"sl", "P3M", "3 meseci"}, {"sl", "P6M", "6 mesecev"},
		{"sl", "P2Y", "2 leti"}, {"sl", "P3Y", "3 leta"}, {"sl", "P5Y", "5 let"}, {"sl", "P101D", "101 dan"}, {"cs", "P2Y", "2 roky"}, {"cs", "P5Y", "5 let"}, {"hr", "P21D", "21 dan"}, {"hr", "P22M", "22 mjeseca"}, {"ro", "P101D", "101 zile"},
		{"lt", "P6M", "6 mėnesiai"}, {"lt", "P13M", "13 mėnesių"}, {"lv", "P21D", "21 diena"}, {"ro", "P20D", "20 de zile"},
		{"ga", "P6M", "6 mhí"}, {"ga", "P7Y", "7 mbliana"}, {"ga", "P2Y", "2 bhliain"}, {"mt", "P6M", "6 xhur"}, {"mt", "P13M", "13-il xahar"}, {"mt", "P2Y", "2 snin"},
		{"xx", "P2Y", "2 years"}, {"nl", "until further notice", "until further notice"},
	} {
		if got := newLocale(c.language).duration(c.duration, "and"); spaced(got) != c.want {
			t.Errorf("%s %s: %q, want %q", c.language, c.duration, got, c.want)
		}
	}
}

// Protects: dates and countries are said in the visitor's language.
func TestDatesAndCountriesAreSaid(t *testing.T) {
	day := time.Date(2026, time.March, 3, 23, 30, 0, 0, time.UTC)
	for _, c := range []struct{ language, date, country string }{
		{"nl", "3 maart 2026", "Verenigde Staten"}, {"en", "3 March 2026", "United States"}, {"de", "3. März 2026", "Vereinigte Staaten"},
		{"hu", "2026. március 3.", "Egyesült Államok"}, {"lv", "2026. gada 3. marts", "Amerikas Savienotās Valstis"},
		{"ga", "3 Márta 2026", "Stáit Aontaithe Mheiriceá"}, {"mt", "3 ta’ Marzu 2026", "l-Istati Uniti"},
	} {
		if got := spaced(newLocale(c.language).date(day)); got != c.date {
			t.Errorf("%s: %q, want %q", c.language, got, c.date)
		}
		if got := newLocale(c.language).countries([]string{"US", "XX"}); got != c.country+", XX" {
			t.Errorf("%s: %q, want %q", c.language, got, c.country)
		}
	}
}

// Protects: no language of ours falls back to English for its durations.
func TestEveryLanguageHasItsWords(t *testing.T) {
	c, err := LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	var operators map[string]localeWords
	if err := json.Unmarshal(localesFile, &operators); err != nil {
		t.Fatal(err)
	}
	for _, language := range c.Languages() {
		if _, double := operators[language]; double {
			t.Errorf("locales.json says %s, which is said in texts/%s.json", language, language)
		}
		file := shippedLanguages()[language]
		if file.Wording == nil {
			t.Errorf("texts/%s.json has no wording", language)
		}
		if file.Locale == nil {
			t.Errorf("texts/%s.json has no locale", language)
			continue
		}
		words := file.Locale
		for i, unit := range []map[string]string{words.Year, words.Month, words.Week, words.Day, words.Hour, words.Minute, words.Second} {
			for n := range 400 {
				if newLocale(language).count(strconv.Itoa(n), unit) == "" {
					t.Errorf("%s: no words for %d of unit %d", language, n, i)
				}
			}
		}
	}
}

// spaced makes every space an ordinary one: some languages hold a number and
// its word together.
func spaced(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
}
