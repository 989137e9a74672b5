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
func gateConstants(site *Site, texts map[string]map[string]string) constants {
	c := constants{
		"LEGAL": site.LegalVersion, "DAYS": site.ValidDays(), "SITE": site.ID,
		"LANGUAGES": strings.Join(site.Languages, "|"), "DEFAULT_LANGUAGE": site.Languages[0],
		"WITH_LANGUAGES": len(site.Languages) > 1,
		"REOPEN":         reopenLabels(site, texts), "REOPEN_STYLE": "inset-inline-" + site.Corner + ":12px;color-scheme:" + site.Theme.colorScheme(),
		"AD_BIT": 0,
	}
	if site.Advertising {
		c["AD_BIT"] = categoryBit(consentlog.SocialMedia)
	}
	services, embeds := [][]any{}, [][]any{}
	var load, when, attributes, scriptAttributes, google, replace, query bool
	for _, used := range site.Services {
		service := used.Service
		if service.Load == nil && len(service.Hosts) == 0 {
			continue // nothing of it is ever held back
		}
		row := []any{service.ID, categoryBit(service.Category)}
		if l := service.Load; l != nil {
			load = true
			when = when || l.When != ""
			row = append(row, l.Script, l.When, 0, 0, 0)
			if service.Embed != nil && len(service.Embed.Attributes) > 0 && l.When != "" {
				attributes = true
				row[4] = service.Embed.Attributes
			}
			if l.Adapter == "google" {
				google = true
				row[5] = used.Parameters["measurement_id"]
			}
			if len(l.Attributes) > 0 {
				scriptAttributes = true
				row[6] = l.Attributes
			}
			for row[len(row)-1] == 0 {
				row = row[:len(row)-1]
			}
		}
		services = append(services, row)
		for _, row := range embedRows(service) {
			replace, query = replace || len(row) > 2 && row[2] != "", query || len(row) > 3
			embeds = append(embeds, row)
		}
	}
	c["SERVICES"], c["EMBEDS"] = services, embeds
	maps.Copy(c, constants{
		"WITH_SERVICES": len(services) > 0, "WITH_LOAD": load, "WITH_WHEN": when, "WITH_ATTRIBUTES": attributes,
		"WITH_SCRIPT_ATTRIBUTES": scriptAttributes, "WITH_GOOGLE": google,
		"WITH_EMBEDS": len(embeds) > 0, "WITH_REPLACE": replace, "WITH_QUERY": query,
	})
	return c
}

// embedRows are the hosts whose frames belong to a service, and how their
// addresses are made more private.
func embedRows(service *Service) [][]any {
	var rows [][]any
	var seen []string
	for _, host := range service.Hosts {
		if host.Type != "iframe" || strings.HasPrefix(host.Host, "*") || slices.Contains(seen, host.Host) {
			continue
		}
		seen = append(seen, host.Host)
		row := []any{host.Host, service.ID}
		if e := service.Embed; e != nil {
			query := url.Values{}
			for name, value := range e.Query {
				query.Set(name, value)
			}
			switch {
			case len(query) > 0:
				row = append(row, e.Replace[host.Host], query.Encode())
			case e.Replace[host.Host] != "":
				row = append(row, e.Replace[host.Host])
			}
		}
		rows = append(rows, row)
	}
	return rows
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

// colorScheme is the CSS property of that name.
func (t Theme) colorScheme() string {
	if t.Mode == "light" || t.Mode == "dark" {
		return t.Mode
	}
	return "light dark"
}
