package banner

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// texts lets a site word things its own way but not lose what they must say.
func (r *siteRules) texts() {
	for _, language := range sortedKeys(r.site.Texts) {
		path := childPath("texts", language)
		if _, text := r.catalog.Texts("en")[language]; text {
			r.faults = slices.DeleteFunc(r.faults, func(f SiteFault) bool { return f.Path == path }) // what a parser says of it helps nobody
			r.breaks(ruleForm, path, quote(language)+" is no language, but a text", "indent it below its language: nl: {"+language+": …}")
			continue
		}
		if !slices.Contains(r.site.Languages, language) {
			r.breaks(ruleOneTongue, path, quote(language)+" is not among the site's languages", r.tongueMend(language))
			continue
		}
		known := r.catalog.Texts(language)
		for _, key := range sortedKeys(r.site.Texts[language]) {
			at := childPath(path, key)
			original, ok := known[key]
			if !ok {
				r.breaks(ruleForm, at, "there is no text "+quote(key), suggest(key, sortedKeys(known)))
				continue
			}
			r.text(at, key, original, r.site.Texts[language][key])
		}
		r.wording(language)
	}
}

func (r *siteRules) text(path, key, original, own string) {
	if r.faulty(path) {
		return
	}
	if letters(own) == 0 {
		r.breaks(rulePlain, path, "this text is empty", "write it, or leave the key out")
		return
	}
	if long, fix := tooLong(original, own); long != "" {
		r.breaks(ruleOverload, path, long, fix)
	}
	want, have := placeholders(original), placeholders(own)
	for _, name := range want {
		if !slices.Contains(have, name) {
			r.breaks(placeholderRule(key), path, "{"+name+"} is missing", "keep {"+name+"} in the text: "+quote(original))
		}
	}
	for _, name := range have {
		if !slices.Contains(want, name) {
			r.breaks(rulePlain, path, "{"+name+"} is not filled in here", suggestPlaceholder(name, want))
		}
	}
}

// tooLong tells of a text that floods its reader beside ours, or "".
func tooLong(ours, text string) (detail, fix string) {
	limit := max(3*utf8.RuneCountInString(ours), 60)
	if utf8.RuneCountInString(text) <= limit {
		return "", ""
	}
	return fmt.Sprintf("this text is longer than %d characters", limit), "say it shorter: visitors read it on a telephone"
}

func suggestPlaceholder(name string, known []string) string {
	if len(known) == 0 {
		return "this text takes no placeholders: leave {" + name + "} out"
	}
	return suggest(name, known)
}

// wording judges a language as the site shows it. What it did not word itself
// was judged with the catalogue.
func (r *siteRules) wording(language string) {
	own := r.site.Texts[language]
	say, known := r.catalog.wording(language)
	rules := textRules{texts: r.catalog.SiteTexts(r.site, language), ours: r.catalog.Texts(language), say: say, known: known, note: func(rule string, keys []string, detail, fix string) {
		for _, key := range keys {
			if _, ours := own[key]; ours {
				if path := childPath(childPath("texts", language), key); !r.faulty(path) {
					r.breaks(rule, path, detail, fix)
				}
				return
			}
		}
	}}
	rules.check()
}
