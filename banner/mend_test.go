package banner_test

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sluis/banner"
)

// Protects: whoever takes the colour that a refusal offers is done, for every
// kind of contrast: no second refusal follows the first.
func TestOfferedColoursAreAccepted(t *testing.T) {
	offered := regexp.MustCompile(`take (#[0-9a-f]{6})`)
	for _, c := range []struct{ old, new, bad string }{
		{"radius: 0", `light: {text: "BAD"}`, "#999999"},
		{"radius: 0", `light: {text: "BAD", background: "#102030", accent: "#66aaff"}`, "#506070"},
		{`accent: "#0b5fa5"`, `accent: "BAD"`, "#dddddd"},
		{`accent: "#0b5fa5"`, `light: {accent: "BAD"}`, "#ffee00"},
	} {
		src := change(t, goodSite, c.old, c.new)
		_, err := banner.ParseSite("shop", "shop.yaml", []byte(strings.Replace(src, "BAD", c.bad, 1)), catalog(t))
		var faults *banner.SiteError
		if !errors.As(err, &faults) {
			t.Errorf("%s is accepted", c.bad)
			continue
		}
		m := offered.FindStringSubmatch(faults.Faults[0].Fix)
		if m == nil {
			t.Errorf("no colour is offered: %v", err)
			continue
		}
		if _, err := banner.ParseSite("shop", "shop.yaml", []byte(strings.Replace(src, "BAD", m[1], 1)), catalog(t)); err != nil {
			t.Errorf("%s was offered for %s and refused: %v", m[1], c.bad, err)
		}
	}
}

// Protects: contrast is judged on the colours that are drawn: the sheet of
// the layers and placeholders writes in no other, on no other.
func TestTheSheetDrawsOnlyJudgedColours(t *testing.T) {
	css, err := os.ReadFile("src/banner.css")
	if err != nil {
		t.Fatal(err)
	}
	judged := map[string][]string{
		"color":      {"var(--t)", "var(--m)", "var(--o)", "var(--k)", "inherit"},
		"background": {"var(--b)", "var(--a)", "inherit", "none", "#0006", "Highlight"}, // #0006 dims the page behind
	}
	// A switch has no words: its edge and its knob are judged as borders are.
	words := strings.Replace(string(css), "  color: var(--l);\n}\ninput::before {", "}\ninput::before {", 1)
	found := 0
	for _, m := range regexp.MustCompile(`(?m)^\s*(color|background)(?:-color)?:\s*([^;]+);`).FindAllStringSubmatch(words, -1) {
		found++
		if !slices.Contains(judged[m[1]], m[2]) {
			t.Errorf("%s: %s is a colour that no rule judges: add it to contrasts, then here", m[1], m[2])
		}
	}
	if found < 5 {
		t.Errorf("only %d colours found", found)
	}
}

// Protects: one slip is told once, with its mend, and not a second time with the
// word for what a parser wanted.
func TestTextOutsideItsLanguageIsToldOnce(t *testing.T) {
	_, err := banner.ParseSite("shop", "shop.yaml", []byte(change(t, goodSite, "  nl:\n    accept: Alles toestaan", "  accept: Alles toestaan")), catalog(t))
	if faults, ok := errors.AsType[*banner.SiteError](err); !ok || len(faults.Faults) != 1 {
		t.Errorf("not one fault: %v", err)
	}
}
