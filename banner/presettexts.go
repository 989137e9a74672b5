package banner

import "slices"

// presetTexts are what a preset says in one language.
type presetTexts struct {
	Purpose         string            `json:"purpose"`
	Necessity       string            `json:"necessity"`
	OtherRecipients string            `json:"otherRecipients"`
	Cookies         map[string]string `json:"cookies"` // purposes by the cookie's name
	Storage         map[string]string `json:"storage"` // purposes by the entry's name
}

// addPresetTexts lays a language's texts over the presets known so far: a
// preset that comes later says what its own file says.
func (c *Catalog) addPresetTexts(d *document, language string, all map[string]presetTexts) {
	for _, id := range sortedKeys(all) {
		at := childPath("presets", id)
		s, known := c.services[id]
		if !known {
			d.fault(at, "there is no preset "+quote(id), suggest(id, sortedKeys(c.services)))
			continue
		}
		l := presetLanguage{&serviceRules{document: d, service: s, prefix: at}, language}
		texts := all[id]
		l.say(rulePurpose, "purpose", texts.Purpose, leastPurpose, s.Purpose)
		l.say(ruleEssential, "necessity", texts.Necessity, leastReason, s.Necessity)
		l.say(ruleRecipients, "otherRecipients", texts.OtherRecipients, leastLetters, s.OtherRecipients)
		cookies, storage := map[string]Localised{}, map[string]Localised{}
		for _, cookie := range s.Cookies {
			cookies[cookie.Name] = cookie.Purpose
		}
		for _, entry := range s.Storage {
			storage[entry.Name] = entry.Purpose
		}
		l.sayEach("cookies", texts.Cookies, cookies)
		l.sayEach("storage", texts.Storage, storage)
	}
}

// presetLanguage says a preset in one language.
type presetLanguage struct {
	*serviceRules
	language string
}

// say puts a text beside what the preset says in other languages.
func (l presetLanguage) say(rule, path, text string, least int, in Localised) {
	switch _, said := l.places[l.serviceRules.in(path)]; {
	case !said:
	case in == nil:
		l.wrong(rule, path, l.service.Name+" says nothing of the kind in English", "leave it out")
	case text == "":
		l.wrong(rule, path, "this text is empty", "write it, or leave it out")
	default:
		l.tells(rule, path, l.language, text, least)
		in[l.language] = text
	}
}

func (l presetLanguage) sayEach(path string, texts map[string]string, in map[string]Localised) {
	names := sortedKeys(in)
	for _, name := range sortedKeys(texts) {
		at := childPath(path, name)
		if !slices.Contains(names, name) {
			l.wrong(ruleLifetimes, at, "there is no "+quote(name)+" among its "+path, suggest(name, names))
			continue
		}
		l.say(ruleLifetimes, at, texts[name], leastCookie, in[name])
	}
}
