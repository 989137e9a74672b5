package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
		Services []struct {
			Name, Purpose, Privacy, Retention string
			Recipients                        []string
			Transfer                          *struct {
				Countries []string
				Ground    string
			}
			Cookies []struct{ Name, Match, Lifetime, Purpose string }
		}
	}
}

// demoFacts puts a notice into the words of the privacy statement.
func demoFacts(notice consentlog.Notice, verifierKey string) (demo.Facts, error) {
	var n demoNotice
	if err := json.Unmarshal(notice.Content, &n); err != nil {
		return demo.Facts{}, fmt.Errorf("read the notice: %w", err)
	}
	in := notice.Language
	facts := demo.Facts{
		Controller: n.Controller.Name, Address: n.Controller.Address, Email: n.Controller.Email,
		Validity: durationWords(n.Validity, in), VerifierKey: verifierKey,
	}
	for _, category := range n.Categories {
		for _, s := range category.Services {
			shown := demo.Service{
				Name: s.Name, Category: category.Name, Purpose: s.Purpose, Recipients: strings.Join(s.Recipients, ", "),
				Retention: durationWords(s.Retention, in), Privacy: s.Privacy,
			}
			if s.Retention == "provider" {
				shown.Retention = inSentence(n.Texts["service.retention.provider"])
			}
			if t := s.Transfer; t != nil {
				shown.Transfer = strings.ReplaceAll(n.Texts["service.transfer."+t.Ground], "{countries}", countryWords(t.Countries, in))
			}
			for _, c := range s.Cookies {
				name, lifetime := c.Name, durationWords(c.Lifetime, in)
				if c.Match == "prefix" {
					name += "*"
				}
				if c.Lifetime == "session" {
					lifetime = n.Texts["service.session"]
				}
				shown.Cookies = append(shown.Cookies, demo.Cookie{Name: name, Lifetime: lifetime, Purpose: c.Purpose})
			}
			facts.Services = append(facts.Services, shown)
		}
	}
	return facts, nil
}

// inSentence begins a text that stood alone with a small letter.
func inSentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(first)) + text[size:]
}

var durationPart = regexp.MustCompile(`(\d+)([YMWDH])`)

// durationWords writes P14M as "14 maanden" or "14 months"; what it does not
// know stays as it is.
func durationWords(duration, language string) string {
	words := map[string]map[string][2]string{
		"nl": {"Y": {"jaar", "jaar"}, "M": {"maand", "maanden"}, "W": {"week", "weken"}, "D": {"dag", "dagen"}, "H": {"uur", "uur"}, "TM": {"minuut", "minuten"}},
		"en": {"Y": {"year", "years"}, "M": {"month", "months"}, "W": {"week", "weeks"}, "D": {"day", "days"}, "H": {"hour", "hours"}, "TM": {"minute", "minutes"}},
	}[language]
	date, clock, _ := strings.Cut(duration, "T")
	var parts []string
	add := func(text, prefix string) {
		for _, m := range durationPart.FindAllStringSubmatch(text, -1) {
			unit, ok := words[prefix+m[2]]
			if !ok {
				unit = words[m[2]]
			}
			noun := unit[1]
			if m[1] == "1" {
				noun = unit[0]
			}
			parts = append(parts, m[1]+" "+noun)
		}
	}
	add(date, "")
	add(clock, "T")
	if len(parts) == 0 {
		return duration
	}
	return strings.Join(parts, " ")
}

func countryWords(codes []string, language string) string {
	names := map[string]map[string]string{"nl": {"US": "Verenigde Staten"}, "en": {"US": "United States"}}[language]
	shown := slices.Clone(codes)
	for i, code := range shown {
		if name, ok := names[code]; ok {
			shown[i] = name
		}
	}
	return strings.Join(shown, ", ")
}
