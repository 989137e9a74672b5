package banner_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"sluis/banner"
)

// ratio is WCAG 2.2's contrast, worked out here once more and apart from the
// code under test.
func ratio(t *testing.T, a, b string) float64 {
	t.Helper()
	luminance := func(s string) float64 {
		v, err := strconv.ParseUint(s[1:], 16, 32)
		if err != nil || len(s) != 7 {
			t.Fatalf("%q is not a colour", s)
		}
		sum := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			c := float64(v>>(16-8*i)&0xff) / 255
			if c <= 0.04045 {
				sum += weight * c / 12.92
			} else {
				sum += weight * math.Pow((c+0.055)/1.055, 2.4)
			}
		}
		return sum
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func readable(t *testing.T, name string, c banner.Colours) {
	t.Helper()
	for _, pair := range []struct {
		what, fore, back string
		least            float64
	}{
		{"text", c.Text, c.Background, 4.5}, {"muted", c.Muted, c.Background, 4.5}, {"link", c.Link, c.Background, 4.5},
		{"text on accent", c.OnAccent, c.Accent, 4.5}, {"accent", c.Accent, c.Background, 3},
		{"border", c.Border, c.Background, 3}, {"focus", c.Focus, c.Background, 3},
	} {
		if have := ratio(t, pair.fore, pair.back); have < pair.least {
			t.Errorf("%s: %s %s on %s is %.3f:1, below %.1f:1", name, pair.what, pair.fore, pair.back, have, pair.least)
		}
	}
}

// Protects: whatever accent a site may have, every text, border and focus ring
// of the banner can be read in both looks (WCAG 2.2 AA, 1.4.3 and 1.4.11).
func TestPaletteIsReadableForEveryAccent(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	accepted := 0
	for i := range 3000 {
		accent := fmt.Sprintf("#%06x", random.IntN(1<<24))
		if ratio(t, accent, "#ffffff") < 3 {
			continue // refused: see TestParseSiteRefuses
		}
		accepted++
		p := banner.Theme{Accent: accent}.Palette()
		readable(t, accent+" light", p.Light)
		readable(t, accent+" dark", p.Dark)
		if p.Light.Accent != accent {
			t.Errorf("%d: the site's %s became %s", i, accent, p.Light.Accent)
		}
	}
	if accepted < 1000 {
		t.Errorf("only %d accents were tried", accepted)
	}
}

// Protects: the look that Sluis comes with, and that of its demo, is readable.
func TestDefaultPalettesAreReadable(t *testing.T) {
	demo, err := banner.DemoSite(catalog(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, theme := range map[string]banner.Theme{"default": {}, "demo": demo.Theme} {
		p := theme.Palette()
		readable(t, name+" light", p.Light)
		readable(t, name+" dark", p.Dark)
	}
}

// Protects: a site's own colours are used as they stand.
func TestPaletteKeepsTheSitesColours(t *testing.T) {
	p := banner.Theme{
		Accent: "#0b5fa5",
		Light:  banner.Scheme{Background: "#fafafa", Text: "#111111", Accent: "#7a0000"},
		Dark:   banner.Scheme{Background: "#101010", Text: "#eeeeee", Accent: "#ffcc00"},
	}.Palette()
	if p.Light.Background != "#fafafa" || p.Light.Text != "#111111" || p.Light.Accent != "#7a0000" || p.Light.OnAccent != "#ffffff" ||
		p.Dark.Background != "#101010" || p.Dark.Text != "#eeeeee" || p.Dark.Accent != "#ffcc00" || p.Dark.OnAccent != "#000000" {
		t.Errorf("%+v", p)
	}
}

// Protects: a colour is written as briefly as CSS can, and is the same colour:
// what a site names is never changed.
func TestColoursAreWrittenBriefly(t *testing.T) {
	for given, wanted := range map[string]string{"#ffffff": "#fff", "#000000": "#000", "#aa11ee": "#a1e", "#1a4fd6": "#1a4fd6", "#fffffe": "#fffffe"} {
		if css := banner.CSSColour(given); css != wanted {
			t.Errorf("%s became %s", given, css)
		}
	}
	for i := range 1 << 12 {
		brief := fmt.Sprintf("#%03x", i)
		if css := banner.CSSColour(fmt.Sprintf("#%c%c%c%c%c%c", brief[1], brief[1], brief[2], brief[2], brief[3], brief[3])); css != brief {
			t.Fatalf("%s became %s", brief, css)
		}
	}
}
