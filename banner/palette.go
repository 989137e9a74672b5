package banner

import "cmp"

// WCAG 2.2 AA: 1.4.3 for texts, 1.4.11 for borders, switches and focus rings.
const (
	textContrast    = 4.5
	controlContrast = 3.0
)

// Palette is every colour the banner uses, per scheme.
type Palette struct {
	Light Colours `json:"light"`
	Dark  Colours `json:"dark"`
}

// Colours are those of one scheme, each "#rrggbb".
type Colours struct {
	Background string `json:"background"`
	Text       string `json:"text"`
	Muted      string `json:"muted"`    // text of less weight, 4.5:1 on Background too
	Border     string `json:"border"`   // of controls, 3:1 on Background
	Accent     string `json:"accent"`   // surface of both buttons and of a switch that is on, 3:1 on Background
	OnAccent   string `json:"onAccent"` // text on Accent, 4.5:1
	Link       string `json:"link"`     // text in the accent's hue, 4.5:1 on Background
	Focus      string `json:"focus"`    // focus ring, 3:1 on Background: the link's colour, one less to carry
}

// The colours a site starts from.
const (
	defaultAccent    = "#1a4fd6"
	lightBackground  = white
	lightText        = "#111111"
	darkBackground   = "#17191e"
	darkText         = "#eeeeee"
	mutedShare       = 0.35 // how far muted text leans to the background before contrast pulls it back
	borderLeanToText = 0.45
)

// Palette gives the concrete colours of both schemes. What a site names is
// used as it stands (and refused where it cannot be read); all else is derived
// so that its contrast holds whatever was named.
func (t Theme) Palette() Palette {
	accent := cmp.Or(t.Accent, defaultAccent)
	light := Scheme{
		Background: cmp.Or(t.Light.Background, lightBackground),
		Text:       cmp.Or(t.Light.Text, lightText),
		Accent:     cmp.Or(t.Light.Accent, accent),
	}
	dark := Scheme{
		Background: cmp.Or(t.Dark.Background, darkBackground),
		Text:       cmp.Or(t.Dark.Text, darkText),
	}
	// An accent chosen for paper is often too dark for a dark page.
	dark.Accent = cmp.Or(t.Dark.Accent, derived(accent, accent, dark.Text, dark.Background, controlContrast))
	return Palette{Light: light.colours(), Dark: dark.colours()}
}

func (s Scheme) colours() Colours {
	background, text := parseColour(s.Background), parseColour(s.Text)
	link := derived(s.Accent, s.Accent, s.Text, s.Background, textContrast)
	return Colours{
		Background: s.Background,
		Text:       s.Text,
		Muted:      derived(text.mix(background, mutedShare).String(), s.Text, s.Text, s.Background, textContrast),
		Border:     derived(background.mix(text, borderLeanToText).String(), s.Text, s.Text, s.Background, controlContrast),
		Accent:     s.Accent,
		OnAccent:   onto(s.Accent),
		Link:       link,
		Focus:      link,
	}
}

// onto is white where that can be read on the surface, else black: one of the
// two always can.
func onto(surface string) string {
	if contrast(white, surface) >= textContrast {
		return white
	}
	return black
}
