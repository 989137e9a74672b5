package banner

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"sluis/consentlog"
)

// How many letters it takes to say something, and how many nobody reads.
const (
	leastCookie   = 8
	leastReason   = 20
	mostOfAPhrase = 200
)

// telling refuses texts that are there but tell nothing.
func (r *serviceRules) telling(rule, path string, texts Localised, least int) {
	for _, language := range sortedKeys(texts) {
		r.tells(rule, childPath(path, language), language, texts[language], least)
	}
}

// tells judges one of them.
func (r *serviceRules) tells(rule, at, language, text string, least int) {
	say, known := wordingOf(language)
	if own := r.wordings[language]; own != nil && !known {
		say = *own
	}
	switch n := letters(text); {
	case text == "":
	case n < least || same(text, r.service.Name):
		r.wrong(rule, at, quote(text)+" tells nothing", "say it in a short sentence, such as: Measures which pages are read")
	case unfilled(text) != "":
		r.wrong(rule, at, unfilled(text)+" is not filled in here", "write it out, or leave it out")
	case utf8.RuneCountInString(text) > mostOfAPhrase:
		r.wrong(ruleOverload, at, fmt.Sprintf("this is longer than %d characters", mostOfAPhrase), "say it in one or two short sentences")
	case mentions(text, say.Vague) != "":
		r.wrong(rule, at, quote(mentions(text, say.Vague))+" is no purpose", "say what is done with the data, such as: Measures which pages are read")
	case mentions(text, say.Interest) != "":
		r.wrong(ruleInterest, at, quote(mentions(text, say.Interest))+" is no ground for reading or storing on a device", "leave it out: the banner asks for consent")
	}
}

// unfilled is a name in braces, which stands for something elsewhere in a
// description and would be read as it is in what visitors are told, or "".
func unfilled(text string) string {
	return cmp.Or(placeholderForm.FindString(text), countryCode.FindString(text))
}

// kin compares a service that an operator describes with those known: what
// measures or advertises by the catalogue does so under any other name.
func (r *serviceRules) kin(known map[string]*Service) {
	s := r.service
	if s.ID == ownService && s.Category != consentlog.Necessary {
		r.wrong(ruleService, "category", "the visitor's own choice is kept under "+quote(string(s.Category)), "write category necessary: without it nobody's refusal is remembered")
	}
	if k, renewed := known[s.ID]; renewed {
		if rule, what := lesser(s, k); rule != "" {
			r.wrong(rule, "category", k.Name+" "+what, "write category "+string(k.Category)+advertisingToo(k))
		}
	}
	for i, host := range s.Hosts {
		r.kinOf(i, host, known)
	}
}

// kinOf compares one host with those known.
func (r *serviceRules) kinOf(i int, host Host, known map[string]*Service) {
	owners := owners(host, known)
	hides := func(k *Service) bool { rule, _ := lesser(r.service, k); return rule != "" }
	// An address that serves several purposes says nothing.
	if len(owners) == 0 || slices.ContainsFunc(owners, func(k *Service) bool { return !hides(k) }) {
		return
	}
	rule, what := lesser(r.service, owners[0])
	r.wrong(rule, itemPath("hosts", i)+".host", host.Host+" belongs to "+owners[0].Name+", which "+what, "use its preset, or leave the host out")
}

// owners are the services that a host belongs to: of those that know it, those
// that know it by the longest path, by id.
func owners(host Host, known map[string]*Service) []*Service {
	var owners []*Service
	longest := 0
	for _, id := range sortedKeys(known) {
		near := -1
		for _, h := range known[id].Hosts {
			if h.overlaps(host) {
				near = max(near, min(len(h.Path), len(host.Path)))
			}
		}
		if near > longest {
			owners, longest = nil, near
		}
		if near == longest {
			owners = append(owners, known[id])
		}
	}
	return owners
}

// lesser tells what a description hides that the catalogue says of a service.
func lesser(s, k *Service) (rule, what string) {
	switch {
	case s.Category == consentlog.Necessary && k.Category != consentlog.Necessary:
		return ruleEssential, "needs consent"
	case k.Advertising && !s.Advertising:
		return ruleOnePurpose, "profiles visitors for advertising"
	case k.Category == consentlog.Analytics && s.Category == consentlog.Functional:
		return ruleOnePurpose, "measures visits"
	}
	return "", ""
}

func advertisingToo(k *Service) string {
	if k.Advertising {
		return " and advertising: true"
	}
	return ""
}

// overlaps tells whether some request could go to both.
func (h Host) overlaps(other Host) bool {
	u := func(h Host) *url.URL {
		path, query, _ := strings.Cut(h.Path, "?")
		return &url.URL{Host: strings.TrimPrefix(h.Host, "*."), Path: path, RawQuery: query}
	}
	// A wildcard covers what lies below its host, so not the host that stands for it here.
	same := h.Host == other.Host && (strings.HasPrefix(h.Path, other.Path) || strings.HasPrefix(other.Path, h.Path))
	return same || h.covers(u(other)) || other.covers(u(h))
}
