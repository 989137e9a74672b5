package banner

import (
	"slices"
	"strings"
)

// leastPurpose is how many letters it takes to say what something is for.
const leastPurpose = 12

// categories must be told apart, and say what they are for.
func (r *textRules) categories() {
	names := []string{"necessary.name", "functional.name", "analytics.name", "social-media.name", "advertising.name"}
	for i, key := range names {
		if letters(r.texts[key]) < leastLetters {
			r.fault(rulePlain, key, quote(r.texts[key])+" cannot be read as a word", "name the category")
		}
		for _, other := range names[:i] {
			// A site shows one of these two.
			if same(r.texts[key], r.texts[other]) && (other != "social-media.name" || key != "advertising.name") {
				r.note(ruleOnePurpose, []string{key, other}, "two categories are called "+quote(r.texts[key]), "give each its own name")
			}
		}
	}
	for _, key := range sortedKeys(r.texts) {
		purpose := strings.HasPrefix(key, "purpose.")
		if !purpose && !slices.Contains(names, strings.TrimSuffix(key, ".text")+".name") {
			continue
		}
		if !slices.Contains(names, key) && letters(r.texts[key]) < leastPurpose {
			r.fault(rulePurpose, key, quote(r.texts[key])+" does not say what for", "say in a few words what is done with the data")
		}
	}
	if r.known {
		for _, key := range []string{"advertising.name", "advertising.text", "purpose.advertising"} {
			if mentions(r.texts[key], r.say.Advertising) == "" {
				r.fault(ruleOnePurpose, key, quote(r.texts[key])+" does not name advertising", "name it: this stands where services profile visitors for it")
			}
		}
	}
}

// sentences must not lead around the choice.
func (r *textRules) sentences() {
	for _, key := range sortedKeys(r.texts) {
		if said := mentions(r.texts[key], r.say.Interest); said != "" {
			r.fault(ruleInterest, key, quote(said)+" is no ground for reading or storing on a device", "leave it out: the banner asks for consent and nothing else")
		}
	}
	for _, key := range []string{"title", "intro", "withdrawal", "preferences.intro", "saved", "embed.text", "gpc", "changed"} {
		if said := mentions(r.texts[key], r.say.GoingOn); said != "" {
			r.fault(ruleConduct, key, quote(said)+" takes going on for consent", "leave it out: only the buttons decide")
		}
	}
	for _, key := range []string{"title", "intro", "withdrawal", "preferences", "preferences.intro"} {
		if said := mentions(r.texts[key], r.say.Vague); said != "" {
			r.fault(ruleSteering, key, quote(said)+" coaxes and says nothing", "say what is done with the data")
		}
	}
	for _, key := range sortedKeys(r.texts) {
		if !strings.HasPrefix(key, "purpose.") && !(strings.HasSuffix(key, ".text") && !strings.HasPrefix(key, declarationPrefix)) {
			continue
		}
		if said := mentions(r.texts[key], r.say.Vague); said != "" {
			r.fault(rulePurpose, key, quote(said)+" is no purpose", "say what is done with the data: measure visits, show videos")
		}
	}
}
