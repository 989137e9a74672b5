package banner

import (
	"slices"
	"strings"
	"unicode"
)

// wording is how a language says what a banner must say, and must not. Each
// entry is the beginning of a word; with $ behind it the whole word; several
// stand for words in this order with at most two others between them.
type wording struct {
	Accept      []string `json:"accept"`
	Refuse      []string `json:"refuse"`
	Only        []string `json:"only"`
	Necessary   []string `json:"necessary"` // with Only a refusal too: “only what is necessary”
	Withdraw    []string `json:"withdraw"`
	Settings    []string `json:"settings"` // what a label says that decides nothing
	Vague       []string `json:"vague"`    // purposes that say nothing: a better “experience”
	Coaxing     []string `json:"coaxing"`
	Interest    []string `json:"interest"` // legitimate interest
	Advertising []string `json:"advertising"`
	GoingOn     []string `json:"goingOn"` // browsing on as consent
}

// wordingOf a language that we ship.
func wordingOf(language string) (say wording, known bool) {
	words := shippedLanguages()[language].Wording
	if words == nil {
		return wording{}, false
	}
	return *words, true
}

// wording of any language: one that an operator brings may bring its own.
func (c *Catalog) wording(language string) (say wording, known bool) {
	if words := c.wordings[language]; words != nil {
		return *words, true
	}
	return wording{}, false
}

// findable tells whether some text can hold a phrase.
func findable(phrase string) bool {
	stems := strings.Fields(phrase)
	return len(stems) > 0 && !slices.ContainsFunc(stems, func(stem string) bool {
		stem = strings.TrimSuffix(stem, "$")
		return !slices.Equal(words(stem), []string{stem})
	})
}

// words are those of a text, in lower case.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

// mentions gives the first of the phrases that a text holds, as it stands
// there, or "".
func mentions(text string, phrases []string) string {
	said := words(text)
	for _, phrase := range phrases {
		stems := strings.Fields(phrase)
		for i := range said {
			if end := follows(said, i, stems); end > 0 {
				return strings.Join(said[i:end], " ")
			}
		}
	}
	return ""
}

// follows tells where the stems end that begin at a place, 0 when they do not.
func follows(said []string, at int, stems []string) int {
	for i, stem := range stems {
		within := at + 1
		if i > 0 {
			within = at + 3
		}
		for ; at < min(within, len(said)); at++ {
			if whole, exact := strings.CutSuffix(stem, "$"); exact && said[at] == whole || !exact && strings.HasPrefix(said[at], stem) {
				break
			}
		}
		if at >= min(within, len(said)) {
			return 0
		}
		at++
	}
	return at
}

// refusal gives the words by which a label refuses, or "".
func (w wording) refusal(label string) string {
	if said := mentions(label, w.Refuse); said != "" {
		return said
	}
	only, necessary := mentions(label, w.Only), mentions(label, w.Necessary)
	if only == "" || necessary == "" {
		return ""
	}
	return only + " " + necessary
}
