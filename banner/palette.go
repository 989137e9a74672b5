package banner

// Palette is every colour the banner uses, per scheme.
type Palette struct{ Light, Dark Colours }

// Colours are "#rrggbb".
type Colours struct {
	Background string `json:"background"`
	Text       string `json:"text"`
	Muted      string `json:"muted"`
	Border     string `json:"border"`
	Accent     string `json:"accent"`
	OnAccent   string `json:"onAccent"`
	Link       string `json:"link"`  // text in the accent's hue where that reads at 4.5:1, else Text
	Focus      string `json:"focus"` // focus ring, 3:1 on Background
}

// Palette gives the concrete colours of both schemes.
func (t Theme) Palette() Palette { return Palette{} }
