package banner

import (
	"regexp"
	"slices"
	"strings"

	"sluis/consentlog"
)

// layerConstants is what the banner of one language knows of its site, on top
// of what the gate knows. src/site.d.ts says what each name means.
func layerConstants(site *Site, say locale, texts map[string]string) constants {
	language := say.language
	// Only what a decision is read by: how a service is loaded is the gate's.
	services := ordered{}
	for _, used := range site.Services {
		services = append(services, member{used.Service.ID, []int{categoryBit(used.Service.Category)}})
	}
	c := constants{
		"LANGUAGE": language, "DIRECTION": direction(language), "LAYOUT": site.Layout, "ALL_CSS": []string{site.sheet(language)},
		"WITH_PAGE_FONT": site.Theme.Font != "system", "PRIVACY": site.Privacy.In(language), "LOGO": site.Theme.Logo,
		"NEWS": site.news(texts), "GROUPS": groups(site, say, texts), "TRACES": traces(site),
		"SERVICES": services, "WITH_NET": site.Caught != "off",
	}
	c["CALLS"] = consentCalls(site)
	c["WITH_FOREIGN"] = slices.ContainsFunc(site.Services, func(used SiteService) bool { return used.Service.foreign(language) })
	c["WITH_TRACES"] = len(traces(site)) > 0
	for kind, name := range map[string]string{"localStorage": "WITH_STORAGE", "sessionStorage": "WITH_STORAGE", "indexedDB": "WITH_DATABASES", "cache": "WITH_CACHES"} {
		c[name] = c[name] == true || leaves(site, kind)
	}
	c["DATE_LOCALE"], c["DATE_STYLE"] = dates(language)
	// One mark for whatever a script fills in: no text leaves two things open.
	left := strings.NewReplacer("{service}", "{}", "{count}", "{}")
	for key, text := range texts {
		c["TEXT_"+strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(key))] = left.Replace(text)
	}
	return c
}

// shownTexts are those that the banner shows, with what depends on the site
// filled in. Left in braces is what depends on a service: "{service}", "{count}".
func shownTexts(site *Site, say locale, texts map[string]string) map[string]string {
	social := "purpose.social-media"
	if site.Advertising {
		social = "purpose.advertising"
	}
	purposes := texts["purpose.functional"] + ", " + texts["purpose.analytics"] + " " + texts["and"] + " " + texts[social]
	fill := strings.NewReplacer("{controller}", site.Controller.Name, "{purposes}", purposes, "{validity}", say.duration(site.Validity, texts["and"]))
	shown := bannerTexts(texts)
	for key, text := range shown {
		shown[key] = fill.Replace(text)
	}
	return shown
}

// bannerTexts leaves out what only the declaration shows: what no visitor saw
// in the banner does not belong into its script or its notice.
func bannerTexts(texts map[string]string) map[string]string {
	shown := make(map[string]string, len(texts))
	for key, text := range texts {
		if !strings.HasPrefix(key, declarationPrefix) {
			shown[key] = text
		}
	}
	return shown
}

// declarationPrefix begins the keys of texts of the declaration.
const declarationPrefix = "declaration."

// categoryKey begins the keys of a category's texts.
func (s *Site) categoryKey(category consentlog.Category) string {
	if category == consentlog.SocialMedia && s.Advertising {
		return "advertising"
	}
	return string(category)
}

// groups are the four categories with what a visitor reads about each service.
func groups(site *Site, say locale, texts map[string]string) [][]any {
	var all [][]any
	language := say.language
	for _, category := range consentlog.Categories {
		key := site.categoryKey(category)
		members := [][]any{}
		for _, used := range site.Services {
			if s := used.Service; s.Category == category {
				tongue := s.tongue(language)
				purpose := strings.TrimSpace(s.Purpose.In(tongue) + " " + s.Necessity.In(tongue))
				row := append([]any{s.ID, s.Name, purpose, site.statement(s.Privacy, language)}, facts(s, say, texts)...)
				if s.foreign(language) {
					row = append(row, 1)
				}
				members = append(members, row)
			}
		}
		all = append(all, []any{texts[key+".name"], texts[key+".text"], members})
	}
	return all
}

// statement is where a service says what it does with data: the site's own
// statement, which a service of the site has, in the language of the visitor.
func (s *Site) statement(address, language string) string {
	if s.states(address) {
		return s.Privacy.In(language)
	}
	return address
}

// tongue is the language in which visitors read what a service is for and why
// it needs no consent, which stand together: their own where both are said in
// it, else English.
func (s *Service) tongue(language string) string {
	if s.Purpose[language] == "" || len(s.Necessity) > 0 && s.Necessity[language] == "" {
		return "en"
	}
	return language
}

// foreign tells whether that is English instead of their own language, so that
// it is marked as such (WCAG 3.1.2).
func (s *Service) foreign(language string) bool { return s.tongue(language) != language }

// facts are in the order of the labels that preferences.ts puts before them.
func facts(s *Service, say locale, texts map[string]string) []any {
	return []any{
		strings.Join(s.recipients(say.language), ", "), stored(s, say, texts),
		saidRetention(s.Retention, say, texts), saidTransfer(s.Transfer, say, texts),
	}
}

func saidRetention(retention string, say locale, texts map[string]string) string {
	if retention == "provider" {
		return texts["service.retention.provider"]
	}
	return say.duration(retention, texts["and"])
}

func saidTransfer(t *Transfer, say locale, texts map[string]string) string {
	if t == nil {
		return texts["service.transfer.none"]
	}
	return strings.ReplaceAll(texts["service.transfer."+t.Ground], "{countries}", say.countries(t.Countries))
}

func saidLifetime(lifetime string, say locale, texts map[string]string) string {
	if lifetime == "session" {
		return texts["service.session"]
	}
	return say.duration(lifetime, texts["and"])
}

// stored lists a service's cookies by lifetime, then its web storage by kind.
func stored(s *Service, say locale, texts map[string]string) string {
	var kinds []string
	names := map[string][]string{}
	add := func(kind, name, match string) {
		if match == "prefix" {
			name += "*"
		}
		if direction(say.language) == "rtl" {
			// Isolated: its signs would be shown on the wrong side.
			name = "\u2066" + name + "\u2069"
		}
		if names[kind] == nil {
			kinds = append(kinds, kind)
		}
		names[kind] = append(names[kind], name)
	}
	for _, cookie := range s.Cookies {
		add(saidLifetime(cookie.Lifetime, say, texts), cookie.Name, cookie.Match)
	}
	for _, storage := range s.Storage {
		add(storage.Type, storage.Name, storage.Match)
	}
	if len(kinds) == 0 {
		return texts["service.cookies.none"]
	}
	for i, kind := range kinds {
		kinds[i] = strings.Join(names[kind], ", ") + " (" + kind + ")"
	}
	return strings.Join(kinds, "; ")
}

// traces are patterns of what each service leaves on the site's own origin, but
// for a visitor's own objection: that outlives every choice.
func traces(site *Site) [][]string {
	all := [][]string{}
	for _, used := range site.Services {
		s := used.Service
		if s.Category == consentlog.Necessary {
			continue
		}
		var names []string
		add := func(name, match string) {
			name = regexp.QuoteMeta(name)
			if match == "prefix" {
				name += ".*"
			}
			names = append(names, name)
		}
		for _, cookie := range s.Cookies {
			if cookie.Party == "first" && !cookie.OptOut {
				add(cookie.Name, cookie.Match)
			}
		}
		for _, remnant := range s.Remnants {
			add(remnant.Name, remnant.Match)
		}
		for _, storage := range s.Storage {
			if storage.Party == "first" && !storage.OptOut {
				add(storage.Name, storage.Match)
			}
		}
		if len(names) > 0 {
			all = append(all, []string{s.ID, strings.Join(names, "|")})
		}
	}
	return all
}

// leaves tells whether a service of the site uses such storage of the site's own origin.
func leaves(site *Site, kind string) bool {
	return slices.ContainsFunc(site.Services, func(used SiteService) bool {
		return used.Service.Category != consentlog.Necessary && slices.ContainsFunc(used.Service.Storage, func(s Storage) bool { return s.Party == "first" && !s.OptOut && s.Type == kind })
	})
}

// dates is how browsers are to write a date. Those that many of them do not
// speak get digits as they are written in Ireland and Malta.
func dates(language string) (locale, style string) {
	switch language {
	case "en":
		return "en-GB", "long"
	case "ga", "mt", "fy", "lb":
		return "en-GB", "short"
	}
	return language, "long"
}

// direction is the way a language is written: texts keep theirs in a page that
// is written the other way.
func direction(language string) string {
	switch language {
	case "ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi":
		return "rtl"
	}
	return "ltr"
}
