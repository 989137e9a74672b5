package banner_test

import (
	"strings"
	"sync"
	"testing"

	"sluis/banner"
)

// goodSite is a site file that names everything once. Tests change one line of
// it at a time, so line numbers count.
const goodSite = `origins: [https://www.example.nl, "http://localhost:8080"]
languages: [nl, en]
controller:
  name: Example
  address: "Street 1, 1234 AB Town"
  email: privacy@example.nl
  authority: autoriteit-persoonsgegevens
privacy:
  nl: https://www.example.nl/privacy
  en: https://www.example.nl/en/privacy
services:
  youtube: {}
  google-analytics-4:
    measurement_id: G-ABCDEF1234
  x-embed:
legalVersion: 2
validity: P3M
layout: bar
corner: end
theme:
  mode: light
  accent: "#0b5fa5"
  radius: 0
  font: system
texts:
  nl:
    accept: Alles toestaan
gpc: deny
`

func catalog(t testing.TB) *banner.Catalog {
	t.Helper()
	c, err := banner.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var loadForeign = sync.OnceValues(func() (*banner.Catalog, error) {
	return banner.LoadCatalog(overlay("services/chat.json", goodPreset))
})

// foreign is a catalogue with a preset of the operator's, chat, that speaks
// English alone.
func foreign(t testing.TB) *banner.Catalog {
	t.Helper()
	c, err := loadForeign()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// goodSiteAt is goodSite for another website: an origin belongs to one site.
func goodSiteAt(t testing.TB, host string, changes ...string) string {
	t.Helper()
	return change(t, goodSite, append(changes, "https://www.example.nl,", "https://"+host+",")...)
}

// site parses goodSite after replacing old by new in it, pair by pair.
func site(t testing.TB, changes ...string) *banner.Site {
	t.Helper()
	return siteIn(t, catalog(t), changes...)
}

// siteIn is site with another catalogue.
func siteIn(t testing.TB, c *banner.Catalog, changes ...string) *banner.Site {
	t.Helper()
	s, err := banner.ParseSite("shop", "sites/shop.yaml", []byte(change(t, goodSite, changes...)), c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func change(t testing.TB, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.Count(text, pairs[i]) != 1 {
			t.Fatalf("%q does not occur exactly once", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}
