package banner

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
)

var colourForm = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// colour is red, green and blue in sRGB, 0 to 255.
type colour [3]uint8

const (
	white = "#ffffff"
	black = "#000000"
)

// parseColour reads "#rrggbb"; anything else is black, as such values are
// refused before they come here.
func parseColour(s string) colour {
	var c colour
	if colourForm.MatchString(s) {
		v, _ := strconv.ParseUint(s[1:], 16, 32)
		c = colour{uint8(v >> 16), uint8(v >> 8), uint8(v)}
	}
	return c
}

func (c colour) String() string { return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]) }

// round is the nearest colour that three digits can say.
func (c colour) round() colour {
	for i := range c {
		c[i] = uint8((int(c[i]) + 8) / 17 * 17)
	}
	return c
}

// css is the colour as briefly as CSS can say it: #fff for #ffffff.
func (c colour) css() string {
	if c == c.round() {
		return fmt.Sprintf("#%x%x%x", c[0]/17, c[1]/17, c[2]/17)
	}
	return c.String()
}

// luminance is WCAG 2.2's relative luminance.
func (c colour) luminance() float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

// mix is c with the share of the other colour laid over it.
func (c colour) mix(other colour, share float64) colour {
	var m colour
	for i := range c {
		m[i] = uint8(math.Round(float64(c[i])*(1-share) + float64(other[i])*share))
	}
	return m
}

// contrast is WCAG's ratio of two colours, 1 to 21.
func contrast(a, b string) float64 {
	x, y := parseColour(a).luminance(), parseColour(b).luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// towards moves a colour step by step to a target until it has the contrast
// with a background, and gives the first that has.
func towards(from, target, background string, ratio float64) string {
	return approach(from, target, background, ratio, func(c colour) colour { return c })
}

// derived is towards in colours of three digits, unless a site chose that very
// colour and it can be read: every visitor loads it.
func derived(from, chosen, target, background string, ratio float64) string {
	if from == chosen && contrast(from, background) >= ratio {
		return from
	}
	return approach(from, target, background, ratio, colour.round)
}

func approach(from, target, background string, ratio float64, of func(colour) colour) string {
	for step := range 256 {
		c := of(parseColour(from).mix(parseColour(target), float64(step)/255)).String()
		if contrast(c, background) >= ratio {
			return c
		}
	}
	return target
}
