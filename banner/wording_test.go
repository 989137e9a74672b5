package banner_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"sluis/banner"
)

// Protects: what a button must say is known in every language that we ship,
// not only in those that the authors speak: no relabelling turns a refusal
// into something else, or withdrawing into nothing.
func TestEveryLanguageGuardsItsWords(t *testing.T) {
	c := catalog(t)
	for _, language := range c.Languages() {
		ours := c.Texts(language)
		for _, lie := range []struct{ key, text, rule string }{
			{"refuse", ours["choose"], "AP 3"},
			{"refuse", ours["accept"], "AP 3"},
			{"accept", ours["refuse"], "AP 3"},
			{"changed.refuse", ours["changed.accept"], "AP 3"},
			{"changed.accept", ours["refuse"], "AP 3"},
			{"accept", ours["save"], "AP 3"},
			{"choose", ours["refuse"], "AP 6"},
			{"save", ours["accept"], "AP 6"},
			{"close", ours["accept"], "EDPB consent 86"},
			{"saved", ours["accept"], "AP 3"},
			{"withdrawal", "… " + ours["reopen"], "AP 8"},
			{"advertising.name", ours["functional.name"], "GDPR 6(1)(a)"},
		} {
			src := fmt.Sprintf("origins: [https://a.nl]\nlanguages: [%s]\ncontroller: {name: A, address: B, email: a@a.nl}\nprivacy: https://a.nl/privacy\ntexts:\n  %s:\n    %s: %q\n", language, language, lie.key, lie.text)
			_, err := banner.ParseSite("a", "a.yaml", []byte(src), c)
			var faults *banner.SiteError
			if !errors.As(err, &faults) || !slices.ContainsFunc(faults.Faults, func(f banner.SiteFault) bool {
				return f.Line == 7 && f.Path == "texts."+language+"."+lie.key && f.Rule == lie.rule
			}) {
				t.Errorf("%s: %s: %q is not refused by %s: %v", language, lie.key, lie.text, lie.rule, err)
			}
		}
	}
}

// Protects: a site may still word things its own way; these are real labels of
// Dutch and European websites.
func TestHonestWordsAreAccepted(t *testing.T) {
	for _, c := range []struct{ language, accept, refuse, choose string }{
		{"nl", "Accepteren", "Weigeren", "Meer opties"},
		{"nl", "Alles toestaan", "Niets toestaan", "Zelf instellen"},
		{"nl", "Ja, dat mag", "Nee, liever niet", "Instellingen"},
		{"nl", "Akkoord", "Afwijzen", "Voorkeuren aanpassen"},
		{"nl", "Sta alles toe", "Alleen noodzakelijk", "Kies per soort"},
		{"en", "Accept", "Reject", "Customise"},
		{"en", "Accept all cookies", "Only necessary cookies", "Settings"},
		{"en", "Allow all", "Don’t allow", "Manage options"},
		{"en", "Yes, I agree", "No, I decline", "Let me choose"},
		{"de", "Alle zulassen", "Nur notwendige", "Einstellungen"},
		{"de", "Ich stimme zu", "Ich lehne ab", "Mehr Optionen"},
		{"fr", "J’accepte", "Je refuse", "Paramétrer"},
		{"fr", "Tout autoriser", "Continuer sans accepter", "Gérer"},
		{"es", "Permitir todo", "No permitir", "Ajustes"},
		{"it", "Accetto", "Rifiuto", "Personalizza"},
		{"pl", "Zgadzam się", "Nie zgadzam się", "Ustawienia"},
	} {
		src := fmt.Sprintf("origins: [https://a.nl]\nlanguages: [%s]\ncontroller: {name: A, address: B, email: a@a.nl}\nprivacy: https://a.nl/privacy\ntexts:\n  %s:\n    accept: %q\n    refuse: %q\n    choose: %q\n", c.language, c.language, c.accept, c.refuse, c.choose)
		if _, err := banner.ParseSite("a", "a.yaml", []byte(src), catalog(t)); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// Protects: the one service that every site has speaks every language that a
// banner speaks, so that a site of one language is in one language throughout.
func TestSluisSpeaksEveryLanguage(t *testing.T) {
	c := catalog(t)
	own, _ := c.Service("sluis")
	for _, language := range c.Languages() {
		for what, texts := range map[string]banner.Localised{"purpose": own.Purpose, "necessity": own.Necessity, "cookie": own.Cookies[0].Purpose, "storage": own.Storage[0].Purpose} {
			if texts[language] == "" {
				t.Errorf("%s: no %s", language, what)
			}
		}
	}
}
