package banner

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// languageMend is the mend for a language that there are no texts in. Letters
// that look alike say nothing here: dk is a country, and not nearly de.
func languageMend(word string, known []string) string {
	if guess := guessLanguage(word, known); guess != "" {
		return "did you mean " + quote(guess) + "?"
	}
	return "use one of: " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
}

// askedFor is the name by which browsers ask for a language: de for deu. Under
// another its texts would be there and nobody would get them.
func askedFor(word string) string {
	tag, err := language.Parse(word)
	if err != nil {
		return word
	}
	base, _ := tag.Base()
	return base.String()
}

// guessLanguage knows the ways in which people write a language: with a region
// (nl-NL), in three letters (dut), by the country (dk, gr, cz) and by its name or
// how that begins (dutch, ned).
func guessLanguage(word string, known []string) string {
	tag, err := language.Parse(word)
	tags := []language.Tag{tag}
	if err != nil {
		tags = nil
	}
	if tag, err := language.Parse("und-" + word); err == nil && len(word) == 2 {
		tags = append(tags, tag)
	}
	for _, tag := range tags {
		if base, sure := tag.Base(); sure >= language.High && slices.Contains(known, base.String()) {
			return base.String()
		}
	}
	if len(word) < 3 {
		return ""
	}
	named := func(code string) bool {
		tag := language.Make(code)
		return slices.ContainsFunc([]string{display.Self.Name(tag), display.English.Languages().Name(tag)}, func(name string) bool {
			return strings.HasPrefix(strings.ToLower(name), strings.ToLower(word))
		})
	}
	found := slices.DeleteFunc(slices.Clone(known), func(code string) bool { return !named(code) })
	if len(found) != 1 {
		return ""
	}
	return found[0]
}
