package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"sluis/banner"
	"sluis/consentlog"
	"sluis/demo"
)

// demoNotice is what the privacy statement takes from the notice, so that the
// statement and what visitors agree to are the same words and figures.
type demoNotice struct {
	Controller struct{ Name, Address, Email string }
	Validity   string
	Texts      map[string]string
	Categories []struct {
		Name     string
		Services []demoService
	}
}

type demoService struct {
	Name, Purpose, Privacy, Retention string
	Recipients                        []string
	Transfer                          *struct {
		Countries []string
		Ground    string
	}
	Cookies []struct{ Name, Match, Lifetime, Purpose string }
}

// demoFacts puts a notice into the words of the privacy statement.
func demoFacts(notice consentlog.Notice, verifierKey string, catalog *banner.Catalog) (demo.Facts, error) {
	var n demoNotice
	if err := json.Unmarshal(notice.Content, &n); err != nil {
		return demo.Facts{}, fmt.Errorf("read the notice: %w", err)
	}
	facts := demo.Facts{
		Controller: n.Controller.Name, Address: n.Controller.Address, Email: n.Controller.Email,
		Validity: catalog.Duration(notice.Language, n.Validity), VerifierKey: verifierKey,
	}
	for _, category := range n.Categories {
		for _, service := range category.Services {
			shown := n.service(service, notice.Language, catalog)
			shown.Category = category.Name
			facts.Services = append(facts.Services, shown)
		}
	}
	return facts, nil
}

func (n demoNotice) service(s demoService, language string, catalog *banner.Catalog) demo.Service {
	shown := demo.Service{
		Name: s.Name, Purpose: s.Purpose, Recipients: strings.Join(s.Recipients, ", "),
		Retention: catalog.Duration(language, s.Retention), Privacy: s.Privacy,
	}
	if s.Retention == "provider" {
		shown.Retention = inSentence(n.Texts["service.retention.provider"])
	}
	if t := s.Transfer; t != nil {
		shown.Transfer = strings.ReplaceAll(n.Texts["service.transfer."+t.Ground], "{countries}", catalog.Countries(language, t.Countries))
	}
	for _, c := range s.Cookies {
		name, lifetime := c.Name, catalog.Duration(language, c.Lifetime)
		if c.Match == "prefix" {
			name += "*"
		}
		if c.Lifetime == "session" {
			lifetime = n.Texts["service.session"]
		}
		shown.Cookies = append(shown.Cookies, demo.Cookie{Name: name, Lifetime: lifetime, Purpose: c.Purpose})
	}
	return shown
}

// inSentence begins a text that stood alone with a small letter.
func inSentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(first)) + text[size:]
}
