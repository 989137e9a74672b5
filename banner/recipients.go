package banner

import (
	"regexp"
	"slices"

	"golang.org/x/text/language"
)

// countryCode is a country in a recipient's name: "Google LLC ({US})". Names are
// the same in every language, countries are not.
var countryCode = regexp.MustCompile(`\{([A-Z]+)\}`)

// recipients are those who receive data, as a reader of the language knows them.
func (s *Service) recipients(language string) []string {
	say := newLocale(language)
	shown := slices.Clone(s.Recipients)
	for i, name := range shown {
		shown[i] = countryCode.ReplaceAllStringFunc(name, func(code string) string { return say.country(code[1 : len(code)-1]) })
	}
	if others := s.OtherRecipients.In(language); others != "" {
		shown = append(shown, others)
	}
	return shown
}

func (r *serviceRules) recipients() {
	if len(r.service.Recipients) == 0 {
		r.missing(ruleRecipients, "recipients", "list who receives data, the provider first, or {controller}")
	}
	for i, name := range r.service.Recipients {
		for _, code := range countryCode.FindAllStringSubmatch(name, -1) {
			if region, err := language.ParseRegion(code[1]); !countryForm.MatchString(code[1]) || err != nil || !region.IsCountry() {
				r.wrong(ruleRecipients, itemPath("recipients", i), quote(code[0])+" is not a country", "write its two capital letters in braces: Example Inc. ({US})")
			}
		}
	}
	if len(r.service.OtherRecipients) > 0 {
		r.localised(ruleRecipients, "otherRecipients", r.service.OtherRecipients, "say who they are: its advertising partners")
		r.telling(ruleRecipients, "otherRecipients", r.service.OtherRecipients, leastLetters)
	}
}
