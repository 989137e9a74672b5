package banner_test

import (
	"regexp"
	"strings"
	"testing"
)

// Protects: who receives data is said in the reader's language, countries and
// those without a name of their own included, in banner and notice alike.
func TestRecipientsSpeakTheReadersLanguage(t *testing.T) {
	acme := site(t, "languages: [nl, en]", "languages: [nl, en, de]", "/en/privacy\n", "/en/privacy\n  de: https://www.example.nl/de/privacy\n", "  youtube: {}\n", "  youtube: {}\n  disqus: {shortname: acme}\n")
	for language, wanted := range map[string][]string{
		"nl": {"Google LLC (Verenigde Staten)", "zijn advertentiepartners"},
		"en": {"Google LLC (United States)", "its advertising partners"},
		"de": {"Google LLC (Vereinigte Staaten)", "seine Werbepartner"},
	} {
		b := bundler(t)
		asset, err := b.Banner(t.Context(), acme, language)
		if err != nil {
			t.Fatal(err)
		}
		notice, err := b.Notice(t.Context(), acme, language)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range wanted {
			if !strings.Contains(string(asset.Body), text) || !strings.Contains(string(notice.Content), text) {
				t.Errorf("%s: %q is not in banner and notice", language, text)
			}
		}
	}
}

// Protects: what a preset calls a recipient is a name, with no word in it of one
// language.
func TestRecipientsAreNames(t *testing.T) {
	words := regexp.MustCompile(`\b(and|or|with|other|the|in)\b|\([^{]`)
	for _, s := range catalog(t).Services() {
		for _, name := range s.Recipients {
			if words.MatchString(name) {
				t.Errorf("%s: %q has words in it: a country is ({US}), who has no name stands in otherRecipients", s.ID, name)
			}
		}
	}
}
