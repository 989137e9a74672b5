package banner_test

import (
	"errors"
	"regexp"
	"slices"
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

// Protects: nobody is asked again about what needs no consent: a necessary
// service that came later denies nothing, is no news, and explains its version.
func TestNecessaryServiceIsNoQuestion(t *testing.T) {
	s := site(t, "  youtube: {}", "  youtube: {}\n  stripe: {since: 2}")
	table, _ := choices(t)
	for _, cookie := range []string{"1.1.1.20779..", "1.2.1.20779.!stripe."} {
		c, err := banner.ParseChoice(cookie, s, table.Now)
		if err != nil || !slices.ContainsFunc(s.Allowed(c), func(a banner.AllowedService) bool { return a.ID == "stripe" }) {
			t.Errorf("%s: %v, %v", cookie, s.Allowed(c), err)
		}
	}
	if added, known := s.AddedAfter(1); len(added) > 0 || !known {
		t.Errorf("to be asked about: %v, %v", added, known)
	}
	if body := gate(t, s); strings.Contains(body, "!stripe") || !strings.Contains(body, "(?:2|1)") {
		t.Errorf("the gate denies it, or asks about everything:\n%s", body)
	}
	asset, err := bundler(t).Banner(t.Context(), s, "en")
	if err != nil || strings.Contains(string(asset.Body), "!stripe") || regexp.MustCompile(`\[2,"stripe"`).Match(asset.Body) {
		t.Errorf("the banner tells of it as news (%v)", err)
	}
}
