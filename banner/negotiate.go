package banner

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Negotiate picks the site's language that a reader likes best, by the header
// Accept-Language (RFC 9110, section 12.5.4); the site's first where none fits.
func (s *Site) Negotiate(acceptLanguage string) string {
	best, liked := s.Languages[0], float32(0)
	for wish := range strings.SplitSeq(acceptLanguage, ",") {
		// Each by itself: one that is no language would spoil the others.
		tags, weights, err := language.ParseAcceptLanguage(wish)
		if err != nil || len(tags) == 0 || weights[0] <= liked {
			continue
		}
		if base, _ := tags[0].Base(); slices.Contains(s.Languages, base.String()) {
			best, liked = base.String(), weights[0]
		}
	}
	return best
}
