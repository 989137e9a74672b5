package banner

import (
	"slices"

	"golang.org/x/text/language"
)

// Negotiate picks the site's language that a reader likes best, by the header
// Accept-Language (RFC 9110, section 12.5.4); the site's first where none fits.
func (s *Site) Negotiate(acceptLanguage string) string {
	tags, weights, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return s.Languages[0]
	}
	for i, tag := range tags {
		if base, _ := tag.Base(); weights[i] > 0 && slices.Contains(s.Languages, base.String()) {
			return base.String()
		}
	}
	return s.Languages[0]
}
