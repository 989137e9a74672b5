package banner

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"sluis/consentlog"
)

// constants is what esbuild bakes into a script: identifier → JavaScript value.
type constants map[string]any

func (c constants) encode() map[string]string {
	encoded := make(map[string]string, len(c))
	for name, value := range c {
		// Strings, numbers, booleans, arrays and maps of them: this cannot fail.
		b, _ := json.Marshal(value)
		encoded[name] = string(b)
	}
	return encoded
}

// categoryBit is the category's bit in the choice cookie.
func categoryBit(category consentlog.Category) int {
	if category == consentlog.Necessary {
		return 1
	}
	return int(optionalBits[category])
}

// gateConstants is what the gate knows of its site. src/site.d.ts says what
// each name means.
func gateConstants(site *Site, catalog *Catalog, texts map[string]map[string]string) constants {
	c := constants{
		"LEGAL": site.LegalVersion, "LEGALS": site.legals(), "EARLIER": site.earlier(), "WITH_EARLIER": len(site.earlier()) > 0, "DAYS": site.ValidDays(), "SITE": site.ID,
		"LANGUAGES": strings.Join(site.Languages, "|"), "DEFAULT_LANGUAGE": site.Languages[0],
		"WITH_LANGUAGES": len(site.Languages) > 1,
		"REOPEN":         reopenLabels(site, texts), "REOPEN_STYLE": reopenSide(site) + ":14px;color-scheme:" + site.Theme.colorScheme(),
		"WITH_SIGNAL": site.GPC != "ignore", "WITH_ADVERTISING": site.Advertising, "GOOGLE": "", "ADS": "",
	}
	services := ordered{}
	sparing, queries := map[string]string{}, map[string]string{}
	var necessary, load, when, attributes, scriptAttributes, google, container, steps, after bool
	for _, used := range site.Services {
		service := used.Service
		if service.Category == consentlog.Necessary && service.Load == nil && len(service.Hosts) == 0 {
			continue // nothing of it is ever held back; what has a switch may be marked in the page
		}
		if service.Consent == "google" || service.Load != nil && service.Load.Adapter == "google" {
			google = true
			if c["GOOGLE"] == "" && service.Category == consentlog.Analytics {
				c["GOOGLE"] = service.ID
			}
			if service.Advertising {
				c["ADS"] = service.ID
			}
		}
		steps = steps || service.Signals != nil
		necessary = necessary || service.Category == consentlog.Necessary
		row := []any{categoryBit(service.Category)}
		if l := service.Load; l != nil {
			load = true
			when = when || l.When != ""
			row = append(row, l.Script, 0, 0, 0, 0, 0, 0)
			if l.When != "" {
				row[3] = strings.ReplaceAll(l.When, ", ", ",")
			}
			if service.Embed != nil && len(service.Embed.Attributes) > 0 && l.When != "" {
				attributes = true
				row[4] = service.Embed.Attributes
			}
			switch {
			case l.Adapter == "google":
				c["GOOGLE"] = service.ID
				row[2] = used.Parameters["measurement_id"]
			case service.container():
				container = true
				row[2] = used.Parameters["container_id"]
			}
			if set := worthSetting(l.Attributes); len(set) > 0 {
				scriptAttributes = true
				row[5] = set
			}
			if list := service.before(); len(list) > 0 {
				steps = true
				row[6] = list
			}
			if list := service.after(); len(list) > 0 {
				steps, after = true, true
				row[7] = list
			}
			for row[len(row)-1] == 0 {
				row = row[:len(row)-1]
			}
		}
		services = append(services, member{service.ID, row})
		if e := service.Embed; e != nil {
			query := url.Values{}
			for name, value := range e.Query {
				query.Set(name, value)
			}
			if len(query) > 0 {
				queries[service.ID] = query.Encode()
			}
			for _, host := range sortedKeys(e.Replace) {
				sparing[service.ID] = e.Replace[host]
			}
		}
	}
	embeds, paths := embeds(site)
	starts := defaults(site)
	c["SERVICES"], c["EMBEDS"], c["SPARING"], c["QUERIES"], c["DEFAULTS"] = services, embeds, sparing, queries, starts
	maps.Copy(c, constants{
		"WITH_SERVICES": len(services) > 0, "WITH_NECESSARY": necessary, "WITH_LOAD": load, "WITH_WHEN": when, "WITH_ATTRIBUTES": attributes,
		"WITH_SCRIPT_ATTRIBUTES": scriptAttributes, "WITH_GOOGLE": google, "WITH_CONTAINER": container,
		"WITH_EMBEDS": len(embeds) > 0, "WITH_PATHS": paths, "WITH_SPARING": len(sparing) > 0, "WITH_QUERY": len(queries) > 0,
		"WITH_STEPS": steps, "WITH_AFTER": after, "WITH_DEFAULTS": len(starts) > 0,
	})
	maps.Copy(c, netConstants(site, catalog))
	return c
}

// worthSetting leaves out what changes nothing: a character set that is the
// page's own anyway.
func worthSetting(attributes map[string]string) map[string]string {
	set := maps.Clone(attributes)
	delete(set, "charset")
	return set
}

// ordered is a JavaScript object that keeps its order: services load in the
// order of the site file.
type ordered []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in their order.
func (o ordered) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		name, _ := json.Marshal(m.name)
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

// reopenLabels is one label where all languages say the same.
func reopenLabels(site *Site, texts map[string]map[string]string) any {
	labels := map[string]string{}
	same := true
	for _, language := range site.Languages {
		labels[language] = texts[language]["reopen"]
		same = same && labels[language] == labels[site.Languages[0]]
	}
	if same {
		return labels[site.Languages[0]]
	}
	return labels
}

// reopenSide is where the reopen control stands. Most sites are written from
// left to right only, and the shorter name is as true for them.
func reopenSide(site *Site) string {
	leftToRight := !slices.ContainsFunc(site.Languages, func(language string) bool {
		return slices.Contains([]string{"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}, language)
	})
	switch {
	case !leftToRight:
		return "inset-inline-" + site.Corner
	case site.Corner == "end":
		return "right"
	}
	return "left"
}

// colorScheme is the CSS property of that name.
func (t Theme) colorScheme() string {
	if t.Mode == "light" || t.Mode == "dark" {
		return t.Mode
	}
	return "light dark"
}
