package banner

import (
	"strings"
	"testing"
)

// Protects: whatever colour or size a style sheet names is in the theme. One that
// is not would leave its declaration without a value, and a banner without a colour.
func TestSheetsNameOnlyWhatAThemeHas(t *testing.T) {
	theme := Theme{Mode: "auto", Accent: "#0b5fff", Radius: 8}
	page, err := pageStyle(theme)
	if err != nil {
		t.Fatal(err)
	}
	sheets := map[string]string{"the declaration's page": page}
	for _, layout := range []string{"box", "bar", "centred"} {
		for _, language := range []string{"nl", "ar"} {
			site := &Site{Layout: layout, Corner: "end", Theme: theme}
			sheets[layout+", "+language] = site.sheet(language)
		}
	}
	for name, css := range sheets {
		if _, rest, left := strings.Cut(css, "var(--"); left {
			t.Errorf("%s: nothing stands for var(--%.12s", name, rest)
		}
		if !strings.Contains(css, "color-scheme:light dark") {
			t.Errorf("%s: no color-scheme", name)
		}
	}
}
