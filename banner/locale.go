package banner

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

//go:embed locales.json
var localesFile []byte

// locale says durations, dates and countries in one language. It is baked into
// what is shown, not left to the browser: not every browser speaks Irish or
// Maltese, and the notice is to hold the very words.
type locale struct {
	language string
	tag      language.Tag // of the words, which may be English ones
	words    localeWords
}

// localeWords are patterns per plural category, "#" being the number.
type localeWords struct {
	Year   map[string]string `json:"year"`
	Month  map[string]string `json:"month"`
	Week   map[string]string `json:"week"`
	Day    map[string]string `json:"day"`
	Hour   map[string]string `json:"hour"`
	Minute map[string]string `json:"minute"`
	Second map[string]string `json:"second"`
	Months []string          `json:"months"` // as they stand in a date
	Date   string            `json:"date"`
}

// locales are those of the languages that we ship, and of some that only
// operators bring texts in.
var locales = sync.OnceValue(func() map[string]localeWords {
	all := map[string]localeWords{}
	if err := json.Unmarshal(localesFile, &all); err != nil {
		panic(fmt.Sprintf("locales.json: %v", err))
	}
	for language, shipped := range shippedLanguages() {
		if shipped.Locale != nil {
			all[language] = *shipped.Locale
		}
	}
	return all
})

// newLocale counts in English where the words of a language are not known.
func newLocale(tag string) locale {
	words, ok := locales()[tag]
	if !ok {
		return locale{tag, language.English, locales()["en"]}
	}
	return locale{tag, language.Make(tag), words}
}

// locale of a language: one that an operator brings may bring its own.
func (c *Catalog) locale(tag string) locale {
	if words := c.locales[tag]; words != nil {
		return locale{tag, language.Make(tag), *words}
	}
	return newLocale(tag)
}

// Duration says an ISO 8601 duration as visitors read it: "6 maanden".
func (c *Catalog) Duration(language, iso string) string {
	return c.locale(language).duration(iso, c.texts[language]["and"])
}

// Countries says ISO 3166-1 codes as visitors read them: "Verenigde Staten".
func (c *Catalog) Countries(language string, codes []string) string {
	return c.locale(language).countries(codes)
}

// duration says an ISO 8601 duration: "6 maanden". What is none stays as it
// is. and joins the last two parts.
func (l locale) duration(iso, and string) string {
	parts := durationForm.FindStringSubmatch(iso)
	if parts == nil {
		return iso
	}
	var said []string
	for i, unit := range []map[string]string{1: l.words.Year, 2: l.words.Month, 3: l.words.Week, 4: l.words.Day, 6: l.words.Hour, 7: l.words.Minute, 8: l.words.Second} {
		if unit != nil && parts[i] != "" {
			said = append(said, l.count(parts[i], unit))
		}
	}
	if last := len(said) - 1; last > 0 {
		return strings.Join(said[:last], ", ") + " " + and + " " + said[last]
	}
	return strings.Join(said, "")
}

func (l locale) count(number string, unit map[string]string) string {
	n, _ := strconv.Atoi(number)
	return strings.ReplaceAll(l.pattern(n, unit), "#", strconv.Itoa(n))
}

// pattern is how so many are said.
func (l locale) pattern(n int, unit map[string]string) string {
	forms := map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}
	pattern, ok := unit[forms[plural.Cardinal.MatchPlural(l.tag, n, 0, 0, 0, 0)]]
	if !ok {
		pattern = unit["other"]
	}
	return pattern
}

// date says a day: "3 maart 2026".
func (l locale) date(t time.Time) string {
	t = t.UTC()
	return strings.NewReplacer("{day}", strconv.Itoa(t.Day()), "{month}", l.words.Months[t.Month()-1], "{year}", strconv.Itoa(t.Year())).Replace(l.words.Date)
}

// countries says ISO 3166-1 codes.
func (l locale) countries(codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = l.country(code)
	}
	return strings.Join(names, ", ")
}

// country leaves as it is what is no country's code.
func (l locale) country(code string) string {
	if region, err := language.ParseRegion(code); err == nil && region.IsCountry() {
		for _, tag := range []language.Tag{language.Make(l.language), language.English} {
			if names := display.Regions(tag); names != nil {
				if name := names.Name(region); name != "" {
					return name
				}
			}
		}
	}
	return code
}

// ownName is what a language calls itself.
func ownName(tag string) string {
	if name := display.Self.Name(language.Make(tag)); name != "" {
		return name
	}
	return tag
}
