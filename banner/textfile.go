package banner

import (
	"cmp"
	"maps"
	"slices"
)

// textPlace is where a text stands: the last file that says it.
type textPlace struct {
	file string
	place
	own bool // shipped, not the operator's
}

// addTexts reads one file of texts and lays it over what is there.
func (c *Catalog) addTexts(d *document, language string, src []byte, own bool) {
	root := d.parseJSON(src)
	if root == nil {
		return
	}
	if !languageForm.MatchString(language) {
		d.fault("", quote(language)+" is not a language", "name the file with its two letters: de.json")
		return // under its right name it may lack nothing
	}
	if asked := askedFor(language); asked != language {
		d.fault("", quote(language)+" is what browsers call "+quote(asked), "name the file "+asked+".json")
		return
	}
	var file languageFile
	if d.decode(root, "", &file); root.kind != mapNode {
		return
	}
	file.check(d, language)
	c.addLanguage(d, language, file)
	texts := file.texts
	c.addPresetTexts(d, language, file.Presets)
	if c.texts[language] == nil {
		c.texts[language], c.textPlaces[language] = map[string]string{}, map[string]textPlace{}
	}
	for _, key := range sortedKeys(texts) {
		if texts[key] == "" {
			d.breaks(rulePlain, key, "this text is empty", "write it")
		}
		c.textPlaces[language][key] = textPlace{d.file, d.at(key), own}
	}
	c.textPlaces[language][""] = textPlace{d.file, place{1, 1}, own}
	maps.Copy(c.texts[language], texts)
	if own {
		c.shipped[language] = texts
	}
}

// addLanguage takes over what a language says about itself. Words that are not
// right would find fault with every label.
func (c *Catalog) addLanguage(d *document, language string, file languageFile) {
	if file.Locale != nil {
		c.locales[language] = file.Locale
	}
	if file.Wording != nil && !d.faultyWithin("wording") {
		c.wordings[language] = file.Wording
	}
}

// languageFaults compares every language with English, key by key: a missing
// text would be a hole in what a visitor agrees to. What is whole is judged.
func (c *Catalog) languageFaults() []SiteFault {
	var faults []SiteFault
	english := c.shipped["en"] // not the operator's, by whose slip every other language would be wrong
	for _, language := range c.Languages() {
		add := func(rule, key, detail, fix string) {
			at, known := c.textPlaces[language][key]
			if !known {
				at = c.textPlaces[language][""]
			}
			faults = append(faults, SiteFault{File: at.file, Line: at.line, Column: at.column, Rule: rule, Path: key, Detail: detail, Fix: fix})
		}
		before := len(faults)
		texts := c.texts[language]
		for _, key := range sortedKeys(english) {
			switch have, ok := texts[key]; {
			case !ok:
				add(ruleOneTongue, key, quote(key)+" is missing", "translate "+quote(english[key]))
			case !slices.Equal(placeholders(have), placeholders(english[key])):
				add(placeholderRule(key), key, "the placeholders are not those of English", "keep them: "+quote(english[key]))
			case have != "" && letters(have) == 0:
				add(rulePlain, key, "this text is empty", "write it, or leave the key out")
			default:
				if long, fix := tooLong(cmp.Or(c.shipped[language][key], english[key]), have); long != "" {
					add(ruleOverload, key, long, fix)
				}
			}
		}
		for _, key := range sortedKeys(texts) {
			if _, ok := english[key]; !ok {
				add(ruleForm, key, "there is no text "+quote(key), suggest(key, sortedKeys(english)))
			}
		}
		if len(faults) > before {
			continue
		}
		say, known := c.wording(language)
		rules := textRules{texts: texts, ours: c.shipped[language], say: say, known: known, note: func(rule string, keys []string, detail, fix string) {
			add(rule, c.changed(language, keys), detail, fix)
		}}
		rules.check()
	}
	return faults
}

// changed is the key among several that the operator's own files say, for what
// we ship goes together.
func (c *Catalog) changed(language string, keys []string) string {
	for _, key := range keys {
		if at, known := c.textPlaces[language][key]; known && !at.own {
			return key
		}
	}
	return keys[0]
}

// placeholderRule is what a text breaks that lost its facts.
func placeholderRule(key string) string {
	if key == "intro" {
		return rulePurpose
	}
	return rulePlain
}
