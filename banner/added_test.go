package banner_test

import (
	"errors"
	"strings"
	"testing"

	"sluis/banner"
)

// Protects: a choice of an earlier legal version holds for what it was about,
// and for nothing that came later; and where the site file does not say what
// came, it holds for nothing.
func TestChoiceOfAnEarlierLegalVersion(t *testing.T) {
	told := site(t, "  youtube: {}", "  youtube: {}\n  vimeo: {since: 2}")
	untold := site(t, "  youtube: {}", "  youtube: {}\n  vimeo: {}")
	table, _ := choices(t)
	const cookie = "1.1.f.20779.+vimeo.0b8f3f0e-6c1d-4f5a-9a53-2f6f6f1f7c11"
	c, err := banner.ParseChoice(cookie, told, table.Now)
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{}
	for _, a := range told.Allowed(c) {
		allowed[a.ID] = true
	}
	if allowed["vimeo"] || !allowed["youtube"] {
		t.Errorf("allowed: %v; wanted YouTube, about which was asked, and not Vimeo", allowed)
	}
	if _, err := banner.ParseChoice(cookie, untold, table.Now); !errors.Is(err, banner.ErrChoiceOutdated) {
		t.Errorf("nobody said what version 2 added: %v", err)
	}
	if _, err := banner.ParseChoice(strings.Replace(cookie, "1.1.f", "1.3.f", 1), told, table.Now); !errors.Is(err, banner.ErrChoiceOutdated) {
		t.Errorf("a version that is yet to come: %v", err)
	}
}
