package banner

import (
	"fmt"
	"slices"
	"strings"
)

// looks checks the appearance, contrast included: a colour that some visitors
// cannot read is refused, as a banner they cannot read asks nothing.
func (r *siteRules) looks() {
	s := r.site
	r.oneOf(ruleLook, "layout", s.Layout, "box", "bar", "centred")
	if side := map[string]string{"left": "start", "right": "end"}[s.Corner]; side != "" {
		r.breaks(ruleLook, "corner", quote(s.Corner)+" is not known here", "write "+side+", the "+s.Corner+" where a language is read from the left")
	} else {
		r.oneOf(ruleLook, "corner", s.Corner, "start", "end")
	}
	r.oneOf(ruleLook, "theme.mode", s.Theme.Mode, "auto", "light", "dark")
	r.oneOf(ruleLook, "theme.font", s.Theme.Font, "inherit", "system")
	if v := s.Theme.Radius; (v < 0 || v > 24) && !r.faulty("theme.radius") {
		r.breaks(ruleLook, "theme.radius", fmt.Sprintf("a radius of %d px is not between 0 and 24", v), "write a number from 0 to 24")
	}
	if logo := s.Theme.Logo; logo != "" && !r.faulty("theme.logo") && !slices.ContainsFunc(s.Origins, func(origin string) bool { return strings.HasPrefix(logo, origin+"/") }) {
		r.breaks(ruleLook, "theme.logo", quote(logo)+" is not on the website itself, so that showing it would tell somebody else of the visit", "put the image on the website and write its full address, which begins with one of origins")
	}
	wellFormed := true
	for _, c := range []struct{ path, value string }{
		{"theme.accent", s.Theme.Accent},
		{"theme.light.background", s.Theme.Light.Background}, {"theme.light.text", s.Theme.Light.Text}, {"theme.light.accent", s.Theme.Light.Accent},
		{"theme.dark.background", s.Theme.Dark.Background}, {"theme.dark.text", s.Theme.Dark.Text}, {"theme.dark.accent", s.Theme.Dark.Accent},
	} {
		if r.faulty(c.path) {
			wellFormed = false
		} else if c.value != "" && !colourForm.MatchString(c.value) {
			wellFormed = false
			r.breaks(ruleForm, c.path, quote(c.value)+" is not a colour of the form #rrggbb", colourMend(c.value))
		}
	}
	if !wellFormed {
		return
	}
	p := s.Theme.Palette()
	if s.Theme.Mode != "dark" {
		r.contrasts("light", p.Light, s.Theme.Light)
	}
	if s.Theme.Mode != "light" {
		r.contrasts("dark", p.Dark, s.Theme.Dark)
	}
}

func (r *siteRules) contrasts(scheme string, c Colours, own Scheme) {
	textPath, accentPath := "theme."+scheme+".text", "theme."+scheme+".accent"
	if own.Text == "" {
		textPath = "theme." + scheme + ".background"
	}
	if own.Accent == "" {
		accentPath = "theme.accent"
	}
	for _, pair := range []struct {
		path, what, fore, back string
		least                  float64
	}{
		{textPath, "text", c.Text, c.Background, textContrast},
		{textPath, "muted text", c.Muted, c.Background, textContrast},
		{textPath, "borders", c.Border, c.Background, controlContrast},
		{accentPath, "buttons", c.Accent, c.Background, controlContrast},
		{accentPath, "text on buttons", c.OnAccent, c.Accent, textContrast},
		{accentPath, "links", c.Link, c.Background, textContrast},
		{accentPath, "the focus ring", c.Focus, c.Background, controlContrast},
	} {
		if have := contrast(pair.fore, pair.back); have < pair.least && !r.faulty(pair.path) {
			rule := ruleTextContrast
			if pair.least == controlContrast {
				rule = ruleControlContrast
			}
			r.breaks(rule, pair.path, fmt.Sprintf("%s %s on %s in the %s look has a contrast of %.2f:1, below %.1f:1", pair.what, pair.fore, pair.back, scheme, have, pair.least),
				"take "+nearestReadable(pair.fore, pair.back, pair.least)+", the nearest that can be read, or another colour")
		}
	}
}

// nearestReadable darkens or lightens a colour until it can be read.
func nearestReadable(fore, back string, least float64) string {
	target := white
	if contrast(black, back) > contrast(white, back) {
		target = black
	}
	return towards(fore, target, back, least)
}
