package banner_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sluis/banner"
)

// refusal is one fault that one change puts into a sound file. Every refused
// thing has one; together with what is built in they cover every rule.
type refusal struct {
	name, old, new string
	place, path    string // "line:column" and path of the fault
	detail, fix    string // words that it must say
	rule           string
}

// found is the fault that was asked for, or a failure of the test.
func (c refusal) found(t *testing.T, file string, err error) {
	t.Helper()
	var faults *banner.SiteError
	if !errors.As(err, &faults) {
		t.Fatalf("accepted, or another error: %v", err)
	}
	prefix := file + ":" + c.place + ": "
	if !slices.ContainsFunc(faults.Faults, func(f banner.SiteFault) bool {
		return strings.HasPrefix(f.String(), prefix) && f.Path == c.path && f.Rule == c.rule && strings.Contains(f.Detail, c.detail) && strings.Contains(f.Fix, c.fix)
	}) {
		t.Errorf("want a fault of rule %s at %s in %q saying %q and %q, got\n%v", c.rule, c.place, c.path, c.detail, c.fix, err)
	}
}

// Protects: a site file with a fault is never served, and whoever wrote it is
// told the line, the column, the place, the rule and the mend.
func TestParseSiteRefuses(t *testing.T) {
	for _, c := range slices.Concat(siteRefusals, wordRefusals, slipRefusals) {
		t.Run(c.name, func(t *testing.T) {
			_, err := banner.ParseSite("shop", "sites/shop.yaml", []byte(change(t, goodSite, c.old, c.new)), catalog(t))
			c.found(t, "sites/shop.yaml", err)
		})
	}
}

// Protects: a preset that leaves a visitor or the gate in the dark is refused,
// with file, line, rule and mend.
func TestPresetRules(t *testing.T) {
	if _, err := banner.ParseService("chat", "services/chat.json", []byte(goodPreset)); err != nil {
		t.Fatal(err)
	}
	for _, c := range presetRefusals {
		t.Run(c.name, func(t *testing.T) {
			_, err := banner.LoadCatalog(overlay("services/chat.json", change(t, goodPreset, c.old, c.new)))
			c.found(t, "services/chat.json", err)
		})
	}
}
