package banner

import (
	"fmt"
	"strings"
	"sync"
)

// sheet is the style sheet of all that visitors meet, in the layout and the theme
// of the site.
func (s *Site) sheet(language string) string {
	sheets := minifiedSheets()
	css := sheets["banner.css"] + sheets[s.Layout+".css"]
	rtl := direction(language) == "rtl"
	if s.Layout == "box" {
		css += ":popover-open{inset:auto "
		if (s.Corner == "end") != rtl {
			css += "1em 1em auto}"
		} else {
			css += "auto 1em 1em}"
		}
	}
	if s.Theme.Logo != "" {
		css += "img{display:block;height:32px;max-width:100%;object-fit:contain;margin-top:1.25em}"
	}
	if rtl {
		// English in a language that is written the other way.
		css += "[lang=en]{direction:ltr}"
	}
	return s.Theme.fill(css)
}

// minifiedSheets are the embedded ones that every site starts from, by file.
var minifiedSheets = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for _, name := range []string{"banner.css", "bar.css", "centred.css"} {
		src, _ := source(name)
		// Ours, and built by every test: this cannot fail.
		all[name], _ = minifyCSS(string(src))
	}
	return all
})

// fill puts the theme into its places of a style sheet: that is shorter than to
// define properties, as most stand in one place.
func (t Theme) fill(css string) string { return strings.NewReplacer(t.properties()...).Replace(css) }

// properties are the theme as the style sheets name it, each name with its value.
func (t Theme) properties() []string {
	p := t.Palette()
	colour := func(light, dark string) string {
		light, dark = parseColour(light).css(), parseColour(dark).css()
		switch t.Mode {
		case "light":
			return light
		case "dark":
			return dark
		}
		if light == dark {
			return light
		}
		return "light-dark(" + light + "," + dark + ")"
	}
	return []string{
		"var(--b)", colour(p.Light.Background, p.Dark.Background),
		"var(--t)", colour(p.Light.Text, p.Dark.Text),
		"var(--m)", colour(p.Light.Muted, p.Dark.Muted),
		"var(--l)", colour(p.Light.Border, p.Dark.Border),
		"var(--a)", colour(p.Light.Accent, p.Dark.Accent),
		"var(--o)", colour(p.Light.OnAccent, p.Dark.OnAccent),
		"var(--k)", colour(p.Light.Link, p.Dark.Link),
		"var(--r)", fmt.Sprintf("%dpx", t.Radius),
		"var(--s)", t.colorScheme(),
	}
}
