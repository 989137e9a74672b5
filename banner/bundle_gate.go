package banner

import (
	"encoding/json"
	"maps"
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
		"WITH_SIGNAL": site.GPC != "ignore", "WITH_ADVERTISING": site.Advertising,
	}
	embeds, paths := embeds(site)
	c["EMBEDS"], c["WITH_EMBEDS"], c["WITH_PATHS"] = embeds, len(embeds) > 0, paths
	maps.Copy(c, serviceConstants(site))
	maps.Copy(c, netConstants(site, catalog))
	return c
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
	switch {
	case slices.ContainsFunc(site.Languages, func(language string) bool { return direction(language) == "rtl" }):
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
