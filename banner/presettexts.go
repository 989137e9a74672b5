package banner

// presetTexts are what a preset says in one language.
type presetTexts struct {
	Purpose         string `json:"purpose"`
	Necessity       string `json:"necessity"`
	OtherRecipients string `json:"otherRecipients"`
	// What a cookie is for, by its name, and an entry of storage by its type and name.
	Cookies map[string]string            `json:"cookies"`
	Storage map[string]map[string]string `json:"storage"`
}

// addPresetTexts lays a language's texts over the presets known so far.
func (c *Catalog) addPresetTexts(d *document, language string, all map[string]presetTexts) {
	for _, id := range sortedKeys(all) {
		at := childPath("presets", id)
		s, known := c.services[id]
		if !known {
			d.fault(at, "there is no preset "+quote(id), suggest(id, sortedKeys(c.services)))
			continue
		}
		l := presetLanguage{&serviceRules{document: d, service: s, prefix: at, wordings: c.wordings}, language}
		texts := all[id]
		l.say(rulePurpose, "purpose", texts.Purpose, leastPurpose, s.Purpose)
		l.say(ruleEssential, "necessity", texts.Necessity, leastReason, s.Necessity)
		l.say(ruleRecipients, "otherRecipients", texts.OtherRecipients, leastLetters, s.OtherRecipients)
		cookies, storage := map[string][]Localised{}, map[string]map[string][]Localised{}
		for _, cookie := range s.Cookies {
			cookies[cookie.Name] = append(cookies[cookie.Name], cookie.Purpose)
		}
		for _, entry := range s.Storage {
			if storage[entry.Type] == nil {
				storage[entry.Type] = map[string][]Localised{}
			}
			storage[entry.Type][entry.Name] = append(storage[entry.Type][entry.Name], entry.Purpose)
		}
		l.sayEach("cookies", texts.Cookies, cookies)
		for _, kind := range sortedKeys(texts.Storage) {
			l.sayEach(childPath("storage", kind), texts.Storage[kind], storage[kind])
		}
	}
}

// inherit takes over what the preset that this one replaces said in other
// languages, wherever both say the same in English: who copies a preset of ours
// to change its retention keeps 24 languages.
func (s *Service) inherit(old *Service) {
	take := func(to, from Localised) {
		if to["en"] != from["en"] {
			return
		}
		for language, text := range from {
			if to[language] == "" && to != nil {
				to[language] = text
			}
		}
	}
	take(s.Purpose, old.Purpose)
	take(s.Necessity, old.Necessity)
	take(s.OtherRecipients, old.OtherRecipients)
	for _, cookie := range s.Cookies {
		for _, known := range old.Cookies {
			if known.Name == cookie.Name {
				take(cookie.Purpose, known.Purpose)
			}
		}
	}
	for _, entry := range s.Storage {
		for _, known := range old.Storage {
			if known.Type == entry.Type && known.Name == entry.Name {
				take(entry.Purpose, known.Purpose)
			}
		}
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

func (l presetLanguage) sayEach(path string, texts map[string]string, in map[string][]Localised) {
	for _, name := range sortedKeys(texts) {
		at := childPath(path, name)
		if in[name] == nil {
			l.wrong(ruleLifetimes, at, l.service.Name+" has nothing of this name there", "name it as the preset does, or leave it out")
		}
		for _, purpose := range in[name] {
			l.say(ruleLifetimes, at, texts[name], leastCookie, purpose)
		}
	}
}
