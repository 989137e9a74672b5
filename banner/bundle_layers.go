package banner

import (
	"fmt"
	"regexp"
	"strings"

	"sluis/consentlog"
)

// layerConstants is what the banner of one language knows of its site, on top
// of what the gate knows. src/site.d.ts says what each name means.
func layerConstants(site *Site, language string, texts map[string]string) constants {
	c := constants{
		"LANGUAGE": language, "LAYOUT": site.Layout, "CORNER": site.Corner, "THEME": site.Theme.css(),
		"WITH_PAGE_FONT": site.Theme.Font != "system", "PRIVACY": site.Privacy.In(language),
		"GROUPS": groups(site, language, texts), "TRACES": traces(site),
	}
	for key, text := range texts {
		c["TEXT_"+strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(key))] = text
	}
	return c
}

// shownTexts fills in what depends on the site. What is left in braces is
// filled in by the browser, which knows every language's plurals and country
// names: "{6 month}", "{US}", and per service "{service}" and "{count}".
func shownTexts(site *Site, texts map[string]string) map[string]string {
	social := "purpose.social-media"
	if site.Advertising {
		social = "purpose.advertising"
	}
	purposes := texts["purpose.functional"] + ", " + texts["purpose.analytics"] + " " + texts["and"] + " " + texts[social]
	fill := strings.NewReplacer("{controller}", site.Controller.Name, "{purposes}", purposes, "{validity}", spoken(site.Validity))
	shown := make(map[string]string, len(texts))
	for key, text := range texts {
		shown[key] = fill.Replace(text)
	}
	return shown
}

// groups are the four categories with what a visitor reads about each service.
func groups(site *Site, language string, texts map[string]string) [][]any {
	var all [][]any
	for _, category := range consentlog.Categories {
		key := string(category)
		if category == consentlog.SocialMedia && site.Advertising {
			key = "advertising"
		}
		members := [][]any{}
		for _, used := range site.Services {
			if s := used.Service; s.Category == category {
				purpose := strings.TrimSpace(s.Purpose.In(language) + " " + s.Necessity.In(language))
				members = append(members, []any{s.ID, s.Name, purpose, facts(s, texts), s.Privacy})
			}
		}
		all = append(all, []any{texts[key+".name"], texts[key+".text"], members})
	}
	return all
}

func facts(s *Service, texts map[string]string) [][]string {
	retention := spoken(s.Retention)
	if s.Retention == "provider" {
		retention = texts["service.retention.provider"]
	}
	transfer := texts["service.transfer.none"]
	if t := s.Transfer; t != nil {
		countries := "{" + strings.Join(t.Countries, "}, {") + "}"
		transfer = strings.ReplaceAll(texts["service.transfer."+t.Ground], "{countries}", countries)
	}
	return [][]string{
		{texts["service.recipients"], strings.Join(s.Recipients, ", ")},
		{texts["service.cookies"], stored(s, texts)},
		{texts["service.retention"], retention},
		{texts["service.transfer"], transfer},
	}
}

// stored lists a service's cookies by lifetime, then its web storage by kind.
func stored(s *Service, texts map[string]string) string {
	var kinds []string
	names := map[string][]string{}
	add := func(kind, name, match string) {
		if match == "prefix" {
			name += "*"
		}
		if names[kind] == nil {
			kinds = append(kinds, kind)
		}
		names[kind] = append(names[kind], name)
	}
	for _, cookie := range s.Cookies {
		lifetime := texts["service.session"]
		if cookie.Lifetime != "session" {
			lifetime = spoken(cookie.Lifetime)
		}
		add(lifetime, cookie.Name, cookie.Match)
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

// spoken turns an ISO 8601 duration into "{2 year}", which the browser says in
// its own language. What is no duration stays as it is.
func spoken(duration string) string {
	parts := durationForm.FindStringSubmatch(duration)
	if parts == nil {
		return duration
	}
	var words []string
	for i, unit := range []string{1: "year", 2: "month", 3: "week", 4: "day", 6: "hour", 7: "minute", 8: "second"} {
		if unit != "" && parts[i] != "" {
			words = append(words, "{"+parts[i]+" "+unit+"}")
		}
	}
	return strings.Join(words, " ")
}

// traces are patterns of what each service leaves on the site's own origin.
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
			if cookie.Party == "first" {
				add(cookie.Name, cookie.Match)
			}
		}
		for _, remnant := range s.Remnants {
			add(remnant.Name, remnant.Match)
		}
		for _, storage := range s.Storage {
			if storage.Party == "first" {
				add(storage.Name, storage.Match)
			}
		}
		if len(names) > 0 {
			all = append(all, []string{s.ID, strings.Join(names, "|")})
		}
	}
	return all
}

// css is the theme as custom properties. It is written behind the style sheet,
// whose reset would undo the colour scheme.
func (t Theme) css() string {
	p := t.Palette()
	colour := func(light, dark string) string {
		switch t.Mode {
		case "light":
			return light
		case "dark":
			return dark
		}
		return "light-dark(" + light + "," + dark + ")"
	}
	return fmt.Sprintf(":host{--b:%s;--t:%s;--m:%s;--l:%s;--a:%s;--o:%s;--k:%s;--f:%s;--r:%dpx;color-scheme:%s!important}",
		colour(p.Light.Background, p.Dark.Background), colour(p.Light.Text, p.Dark.Text), colour(p.Light.Muted, p.Dark.Muted),
		colour(p.Light.Border, p.Dark.Border), colour(p.Light.Accent, p.Dark.Accent), colour(p.Light.OnAccent, p.Dark.OnAccent),
		colour(p.Light.Link, p.Dark.Link), colour(p.Light.Focus, p.Dark.Focus), t.Radius, t.colorScheme())
}
