package banner_test

import (
	"fmt"
	"testing"
	"time"

	"sluis/banner"
)

// Protects: whoever agreed to a category is not silently taken to agree to a
// service that came into it later. The log tells, whatever was served since,
// for as long as a choice counts; raising legalVersion mends it.
func TestUnaskedServicesAreFound(t *testing.T) {
	const (
		own     = "  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\nlegalVersion: 2\n"
		youtube = "  youtube: {}\n"
		clarity = "  microsoft-clarity: {project_id: abcdefghij}\n"
		shop    = "  shop: {define: {name: Shop, category: %s, provider: Shop, purpose: {nl: Onthoudt je mandje voor je., en: Remembers your basket for you.}, recipients: [Shop], privacy: \"https://shop.example/\", retention: P1M, transfer: {countries: [%s], ground: scc}, hosts: [], cookies: []}%s}\n"
	)
	b := bundler(t)
	file := func(services, version string) *banner.Site {
		return site(t, own, services+"legalVersion: "+version+"\n")
	}
	described := func(category, countries, since string) string { return fmt.Sprintf(shop, category, countries, since) }
	type shown struct {
		services, version, language, day string
	}
	for name, c := range map[string]struct {
		before            []shown
		services, version string
		want              string
	}{
		"nothing was shown":          {nil, youtube + clarity, "2", "[]"},
		"nothing came":               {[]shown{{youtube, "2", "nl", "2026-03-01"}}, youtube, "2", "[]"},
		"one came":                   {[]shown{{youtube, "2", "nl", "2026-03-01"}}, youtube + clarity, "2", "[microsoft-clarity 2 was not listed]"},
		"and was served since":       {[]shown{{youtube, "2", "nl", "2026-03-01"}, {youtube + clarity, "2", "nl", "2026-03-20"}}, youtube + clarity, "2", "[microsoft-clarity 2 was not listed]"},
		"in the other language":      {[]shown{{youtube, "2", "en", "2026-03-01"}, {youtube + clarity, "2", "nl", "2026-03-20"}}, youtube + clarity, "2", "[microsoft-clarity 2 was not listed]"},
		"those choices have ended":   {[]shown{{youtube, "2", "nl", "2025-03-01"}, {youtube + clarity, "2", "nl", "2025-06-01"}}, youtube + clarity, "2", "[]"},
		"one went":                   {[]shown{{youtube + clarity, "2", "nl", "2026-03-01"}}, youtube, "2", "[]"},
		"mended":                     {[]shown{{youtube, "2", "nl", "2026-03-01"}}, youtube + "  microsoft-clarity: {project_id: abcdefghij, since: 3}\n", "3", "[]"},
		"mended by asking about all": {[]shown{{youtube, "2", "nl", "2026-03-01"}}, youtube + clarity, "3", "[]"},
		"another was mended": {[]shown{{youtube, "2", "nl", "2026-03-01"}}, youtube + clarity + "  x-embed: {since: 3}\n", "3",
			"[microsoft-clarity 2 was not listed]"},
		"another category": {[]shown{{youtube + described("functional", "US", ""), "2", "nl", "2026-03-01"}}, youtube + described("analytics", "US", ""), "2",
			"[shop 2 stood under functional and stands under analytics now]"},
		"another country": {[]shown{{youtube + described("functional", "US", ""), "2", "nl", "2026-03-01"}}, youtube + described("functional", "US, CN", ""), "2",
			"[shop 2 sends data to CN, which was not said]"},
		"another country, mended": {[]shown{{youtube + described("functional", "US", ""), "2", "nl", "2026-03-01"}}, youtube + described("functional", "US, CN", ", since: 3"), "3", "[]"},
		"a country less":          {[]shown{{youtube + described("functional", "US, CN", ""), "2", "nl", "2026-03-01"}}, youtube + described("functional", "US", ""), "2", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			log := &shelf{}
			for _, s := range c.before {
				log.publish(t, b, file(s.services, s.version), s.language, s.day)
			}
			found, err := file(c.services, c.version).Unasked(t.Context(), log, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
			if err != nil {
				t.Fatal(err)
			}
			said := []string{}
			for _, u := range found {
				said = append(said, fmt.Sprintf("%s %d %s", u.Service, u.LegalVersion, u.Detail))
				if u.Fix == "" {
					t.Errorf("no mend: %+v", u)
				}
			}
			if got := fmt.Sprint(said); got != c.want {
				t.Errorf("found %s, want %s", got, c.want)
			}
		})
	}
}
