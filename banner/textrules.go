package banner

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How long the words on a button may be. On a screen of 320 px accept and
// refuse stand side by side with 108 px of room each, in letters of 9 px, as wide as those of Arial are; the
// others have a row for themselves.
const (
	longestLabel = 28
	longestWord  = 12
	leastLetters = 2
)

// textRules judge the words of one language as a site shows them. Where the
// language is one whose wording we know, buttons must say what they do;
// elsewhere they must at least differ.
type textRules struct {
	texts map[string]string
	ours  map[string]string // the same as shipped, nil where we do not speak the language
	say   wording
	known bool // say holds the language's words
	// note takes a fault about one text, or about several that do not go
	// together, the likeliest culprit first.
	note func(rule string, keys []string, detail, fix string)
}

func (r *textRules) check() {
	for _, key := range []string{"accept", "refuse", "changed.accept", "changed.refuse", "choose", "save", "reopen", "embed.once"} {
		r.label(key)
	}
	// The twins of the first question, and those that ask about what was added since.
	for _, of := range []string{"", "changed."} {
		r.acceptance(of + "accept")
		r.refusal(of+"refuse", of+"accept")
		r.whole(of+"accept", of+"refuse")
		r.twins(of+"accept", of+"refuse")
	}
	r.others()
	r.withdrawal()
	r.categories()
	r.sentences()
}

func (r *textRules) fault(rule, key, detail, fix string) { r.note(rule, []string{key}, detail, fix) }

// label looks at the form of what stands on a button.
func (r *textRules) label(key string) {
	text := r.texts[key]
	if letters(text) < leastLetters {
		r.fault(rulePlain, key, quote(text)+" cannot be read as a word", "write what the button does")
		return
	}
	if n := utf8.RuneCountInString(text); n > longestLabel {
		r.fault(ruleOverload, key, fmt.Sprintf("%d characters are too many for a button", n), fmt.Sprintf("say it in at most %d", longestLabel))
	}
	if i := strings.IndexFunc(text, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsMark(c) && !unicode.IsDigit(c) && !strings.ContainsRune(" -‐’'ʼ,.\u00a0\u00ad", c)
	}); i >= 0 {
		sign, _ := utf8.DecodeRuneInString(text[i:])
		r.fault(ruleTwins, key, quote(string(sign))+" draws the eye to this button", "write words only")
	}
	if said := mentions(text, append(slices.Clone(r.say.Coaxing), r.say.Vague...)); said != "" {
		r.fault(ruleSteering, key, quote(said)+" coaxes", "say what the button does and nothing about it")
	}
}

// whole judges the words of the two buttons that share a row, after what they say.
func (r *textRules) whole(keys ...string) {
	for _, key := range keys {
		for word := range strings.FieldsSeq(r.texts[key]) {
			if n := utf8.RuneCountInString(word); n > longestWord {
				r.fault(ruleReflow, key, fmt.Sprintf("%s has %d letters and would be torn apart at 320 px", quote(word), n), fmt.Sprintf("take words of at most %d letters", longestWord))
			}
		}
	}
}

// twins may not be told apart by their weight of words.
func (r *textRules) twins(acceptKey, refuseKey string) {
	accept, refuse := r.texts[acceptKey], r.texts[refuseKey]
	pair := []string{refuseKey, acceptKey}
	if same(accept, refuse) {
		r.note(ruleWords, pair, "accepting and refusing have the same label", "write on each button what it does")
		return
	}
	long, short := utf8.RuneCountInString(accept), utf8.RuneCountInString(refuse)
	if long < short {
		long, short = short, long
	}
	if long > short*3/2+4 {
		r.note(ruleTwins, pair, fmt.Sprintf("%s and %s are of unlike length", quote(accept), quote(refuse)), "word both alike"+r.like(acceptKey, refuseKey))
	}
	if capitals(accept) != capitals(refuse) {
		r.note(ruleTwins, pair, fmt.Sprintf("of %s and %s one is in capitals", quote(accept), quote(refuse)), "write both in the same way")
	}
}

func (r *textRules) acceptance(key string) {
	text := r.texts[key]
	if !r.known || letters(text) < leastLetters {
		return
	}
	if said := r.say.refusal(text); said != "" {
		r.fault(ruleWords, key, "the button that accepts says "+quote(said), "say that it accepts and nothing else"+r.like(key))
	} else if said := mentions(text, append(slices.Clone(r.say.Settings), r.say.Necessary...)); said != "" {
		r.fault(ruleWords, key, "the button that accepts all says "+quote(said), "say that it accepts and nothing else"+r.like(key))
	} else if mentions(text, r.say.Accept) == "" {
		r.fault(ruleWords, key, quote(text)+" does not say that it accepts", "use a clear word"+r.like(key))
	}
}

func (r *textRules) refusal(key, twin string) {
	text := r.texts[key]
	if !r.known || letters(text) < leastLetters || same(text, r.texts[twin]) {
		return
	}
	if said := mentions(text, r.say.Settings); said != "" {
		r.fault(ruleWords, key, "the button that refuses says "+quote(said), "say that it refuses and nothing else"+r.like(key))
	} else if r.say.refusal(text) == "" {
		r.fault(ruleWords, key, quote(text)+" does not say that it refuses", "use a clear word"+r.like(key))
	}
}

// others must not be taken for one of the twins: who wants to refuse and lands
// in the preferences needs another click.
func (r *textRules) others() {
	decides := append(slices.Clone(r.say.Accept), r.say.Refuse...)
	for _, c := range []struct{ key, rule, does string }{
		{"choose", ruleClicks, "opens the preferences"},
		{"save", ruleClicks, "saves what is switched on"},
		{"close", ruleConduct, "closes without a choice"},
		{"saved", ruleWords, "is said after every choice"},
	} {
		text := r.texts[c.key]
		if said := mentions(text, decides); said != "" {
			r.fault(c.rule, c.key, "this "+c.does+" but says "+quote(said), "say what it does: no word of accepting or refusing")
		}
		for _, twin := range []string{"accept", "refuse"} {
			if same(text, r.texts[twin]) {
				r.note(c.rule, []string{c.key, twin}, "this "+c.does+" but reads as "+quote(r.texts[twin]), "give it words of its own")
			}
		}
	}
}

// withdrawal is told on the first layer, with the control that does it.
func (r *textRules) withdrawal() {
	text, reopen := r.texts["withdrawal"], r.texts["reopen"]
	if !strings.Contains(strings.ToLower(text), strings.ToLower(reopen)) {
		r.note(ruleWithdrawing, []string{"withdrawal", "reopen"}, "the sentence about withdrawing does not name the button "+quote(reopen), "name the button as it is labelled, in withdrawal and in reopen alike")
	}
	if r.known && mentions(text, r.say.Withdraw) == "" {
		r.fault(ruleWithdrawing, "withdrawal", "this does not say that consent can be withdrawn", "say that, and where"+r.like("withdrawal"))
	}
}

// like gives our own words as an example.
func (r *textRules) like(keys ...string) string {
	var said []string
	for _, key := range keys {
		if r.ours[key] != "" {
			said = append(said, quote(r.ours[key]))
		}
	}
	if len(said) == 0 {
		return ""
	}
	return ", as ours: " + strings.Join(said, " and ")
}

func letters(text string) int {
	n := 0
	for _, c := range text {
		if unicode.IsLetter(c) {
			n++
		}
	}
	return n
}

// same compares what is read, not how it is written.
func same(a, b string) bool {
	return a != "" && slices.Equal(words(a), words(b))
}

// capitals tells whether a label shouts.
func capitals(label string) bool {
	return label == strings.ToUpper(label) && label != strings.ToLower(label)
}
