package banner

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

//go:embed wording.json
var wordingFile []byte

// wording is how a language says what a banner must say, and must not. Each
// entry is the beginning of a word; with $ behind it the whole word; several
// stand for words in this order with at most two others between them.
type wording struct {
	Accept, Refuse  []string
	Only, Necessary []string // together they are a refusal too: “only what is necessary”
	Withdraw        []string
	Settings        []string // what a label says that decides nothing
	Vague           []string // purposes that say nothing: a better “experience”
	Coaxing         []string
	Interest        []string // legitimate interest
	Advertising     []string
	GoingOn         []string // browsing on as consent
}

var wordings = readWordings()

// readWordings panics on a broken file as a broken regular expression in the
// code does: it is ours, and no test passes with it.
func readWordings() map[string]wording {
	var all map[string]wording
	if err := json.Unmarshal(wordingFile, &all); err != nil {
		panic(fmt.Sprintf("wording.json: %v", err))
	}
	return all
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
