package banner

import (
	"regexp"
	"slices"
	"strings"

	"sluis/consentlog"
)

// gateAdapters are the gate's modules that a service can name.
var gateAdapters = []string{"google"}

var (
	hostForm      = regexp.MustCompile(`^(\*\.)?([a-z0-9-]+\.)+[a-z0-9-]+$`)
	languageForm  = regexp.MustCompile(`^[a-z]{2,3}$`)
	countryForm   = regexp.MustCompile(`^[A-Z]{2}$`)
	parameterForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	globalForm    = regexp.MustCompile(`^[A-Za-z_$][\w$]*(\.[A-Za-z0-9_$-]+)*$`)
)

// eea are the countries data may go to without it being a transfer.
var eea = strings.Fields("AT BE BG HR CY CZ DK EE FI FR DE GR HU IS IE IT LV LI LT LU MT NL NO PL PT RO SK SI ES SE")

// serviceRules are what the description of a service must hold. A description
// that leaves the visitor in the dark is refused: he could not consent to it.
type serviceRules struct {
	*document
	service   *Service
	prefix    string   // path of the service in its document, "" in a preset file
	languages []string // languages its texts must have
	preset    bool     // a file of the catalogue: sources, confidence and example are due too
	// Of languages that the operator brings; those of ours are known without.
	wordings map[string]*wording
}

// check notes every fault.
func (r *serviceRules) check() {
	s := r.service
	r.need(ruleMinimum, "name", s.Name, "write the name that visitors know it by")
	r.need(ruleMinimum, "provider", s.Provider, "write the company that runs it, or {controller} for the website itself")
	r.category()
	r.localised(rulePurpose, "purpose", s.Purpose, "say in one short sentence what it is for")
	r.telling(rulePurpose, "purpose", s.Purpose, leastPurpose)
	if s.Advertising && s.Category != consentlog.SocialMedia {
		r.wrong(ruleOnePurpose, "advertising", "advertising stands under "+quote(string(s.Category))+", whose name does not tell", "write category social-media: with advertising: true in the site file it is called “social media and marketing”")
	}
	r.recipients()
	if s.Privacy != "{privacy}" && r.need(ruleStatement, "privacy", s.Privacy, "write the address of its privacy statement, or {privacy} for the website's own") && !isURL(s.Privacy) {
		r.breaks(ruleStatement, r.in("privacy"), quote(s.Privacy)+" is not a web address", "write it in full: https://…")
	}
	if r.need(ruleRetention, "retention", s.Retention, "write how long the provider keeps data (P14M), or provider where only its statement says") && s.Retention != "provider" {
		r.duration(ruleRetention, "retention", s.Retention)
	}
	r.transfer()
	r.hosts()
	r.cookies()
	r.storage()
	r.parameters()
	r.load()
	r.embed()
	r.placeholders()
	if r.preset {
		r.provenance()
	}
}

func (r *serviceRules) in(path string) string {
	if r.prefix == "" {
		return path
	}
	return childPath(r.prefix, path)
}

func (r *serviceRules) wrong(rule, path, detail, fix string) {
	if path = r.in(path); !r.faulty(path) {
		r.breaks(rule, path, detail, fix)
	}
}

func (r *serviceRules) missing(rule, path, fix string) { r.wrong(rule, path, path+" is missing", fix) }

func (r *serviceRules) need(rule, path, value, fix string) bool {
	if value == "" {
		r.missing(rule, path, fix)
	}
	return value != ""
}

func (r *serviceRules) oneOf(rule, path, value string, known []string) {
	switch {
	case value == "":
		r.missing(rule, path, "use one of: "+strings.Join(known, ", "))
	case !slices.Contains(known, value):
		r.wrong(rule, path, quote(value)+" is not known here", suggest(value, known))
	}
}

func (r *serviceRules) localised(rule, path string, texts Localised, fix string) {
	if len(texts) == 0 {
		r.missing(rule, path, fix)
		return
	}
	if slices.ContainsFunc(r.languages, func(language string) bool { return texts[language] != "" }) {
		rule = ruleOneTongue // it is said, but not to every visitor
	}
	for _, language := range r.languages {
		if texts[language] == "" {
			r.wrong(rule, childPath(path, language), path+" is missing in "+quote(language), fix)
		}
	}
	for _, language := range sortedKeys(texts) {
		if !languageForm.MatchString(language) {
			r.wrong(rule, childPath(path, language), quote(language)+" is not a language", "write its two letters: en, nl, de")
		}
	}
}

func (r *serviceRules) duration(rule, path, value string) {
	if strings.Contains(value, "{") {
		return // checked with the parameter's default and example
	}
	if d, err := parseDuration(value); err != nil || d <= 0 {
		r.wrong(rule, path, quote(value)+" is not an ISO 8601 duration", "write it like P2Y, P14M, P90D or PT30M")
	}
}

// category leaves a site's own description only those in which visitors decide:
// that something needs no consent is for a preset to say, with its reason.
func (r *serviceRules) category() {
	category, known := r.service.Category, []string{"functional", "analytics", "social-media"}
	if r.preset {
		known = append(known, "necessary")
	}
	if category == consentlog.Necessary && !r.preset {
		r.wrong(ruleEssential, "category", "only presets can be necessary", "choose the category in which visitors decide about it: "+strings.Join(known, ", ")+
			"; what the website cannot do without is described as a preset of your own, in SLUIS_PRESETS, with the reason")
		return
	}
	r.oneOf(ruleOnePurpose, "category", string(category), known)
	if category == consentlog.Necessary {
		r.localised(ruleNecessity, "necessity", r.service.Necessity, "say why the website cannot do what the visitor asked for without it")
		r.telling(ruleEssential, "necessity", r.service.Necessity, leastReason)
	} else if len(r.service.Necessity) > 0 {
		r.wrong(ruleEssential, "necessity", "only what is necessary has a reason for not asking", "leave it out")
	}
}

func (r *serviceRules) transfer() {
	if _, said := r.places[r.in("transfer")]; !said {
		r.missing(ruleTransfers, "transfer", "say null where data stay in the EEA, else countries and ground")
	}
	t := r.service.Transfer
	if t == nil {
		return
	}
	if len(t.Countries) == 0 {
		r.missing(ruleTransfers, "transfer.countries", "list the countries outside the EEA by their two letters: US")
	}
	for i, country := range t.Countries {
		path := itemPath("transfer.countries", i)
		if !countryForm.MatchString(country) {
			r.wrong(ruleTransfers, path, quote(country)+" is not a country code", "write its two capital letters: US, GB, CA")
		} else if slices.Contains(eea, country) {
			r.wrong(ruleTransfers, path, quote(country)+" is in the EEA", "leave it out: sending data there is not a transfer")
		}
	}
	r.oneOf(ruleTransfers, "transfer.ground", t.Ground, []string{"adequacy", "scc", "consent"})
}

func (r *serviceRules) hosts() {
	if _, said := r.places[r.in("hosts")]; !said {
		r.missing(ruleService, "hosts", "list what its tags request, or [] for nothing")
	}
	for i, host := range r.service.Hosts {
		path := itemPath("hosts", i)
		r.oneOf(ruleService, path+".type", host.Type, []string{"script", "iframe", "image", "style", "font", "connect", "media"})
		if !strings.Contains(host.Host, "{") && !hostForm.MatchString(host.Host) {
			r.wrong(ruleService, path+".host", quote(host.Host)+" is not a host", "write it without https:// and path: www.example.com or *.example.com")
		}
		if host.Path != "" && host.Path[0] != '/' && host.Path[0] != '{' {
			r.wrong(ruleService, path+".path", quote(host.Path)+" is not a path", "begin it with /")
		}
		if slices.Index(r.service.Hosts, host) < i {
			r.wrong(ruleService, path, "this host stands here twice", "keep one")
		}
	}
}

func (r *serviceRules) cookies() {
	if _, said := r.places[r.in("cookies")]; !said {
		r.missing(ruleLifetimes, "cookies", "list its cookies, or [] where it sets none")
	}
	for i, cookie := range r.service.Cookies {
		path := itemPath("cookies", i)
		r.need(ruleLifetimes, path+".name", cookie.Name, "write the name, or the part in front of what varies with match: prefix")
		r.oneOf(ruleService, path+".match", cookie.Match, []string{"exact", "prefix"})
		r.oneOf(ruleLifetimes, path+".party", cookie.Party, []string{"first", "third"})
		if r.need(ruleLifetimes, path+".lifetime", cookie.Lifetime, "write how long it stays (P1Y), or session") && cookie.Lifetime != "session" {
			r.duration(ruleLifetimes, path+".lifetime", cookie.Lifetime)
		}
		r.localised(ruleLifetimes, path+".purpose", cookie.Purpose, "say what this cookie is for")
		r.telling(ruleLifetimes, path+".purpose", cookie.Purpose, leastCookie)
		if third := cookie.Party == "third"; third != (cookie.Domain != "") {
			r.wrong(ruleService, path+".domain", "a cookie of another domain names it, one of the site itself has none", map[bool]string{true: "add the domain: .example.com", false: "leave domain out"}[third])
		}
	}
}

func (r *serviceRules) storage() {
	for i, remnant := range r.service.Remnants {
		path := itemPath("remnants", i)
		r.need(ruleService, path+".name", remnant.Name, "write the name of the cookie")
		r.oneOf(ruleService, path+".match", remnant.Match, []string{"exact", "prefix"})
		if r.preset {
			r.need(ruleLifetimes, path+".why", remnant.Why, "say why it is removed and not declared")
		}
	}
	for i, entry := range r.service.Storage {
		path := itemPath("storage", i)
		r.oneOf(ruleService, path+".type", entry.Type, []string{"localStorage", "sessionStorage", "indexedDB", "cache"})
		r.need(ruleLifetimes, path+".name", entry.Name, "write the key, or the part in front of what varies with match: prefix")
		r.oneOf(ruleService, path+".match", entry.Match, []string{"exact", "prefix"})
		r.oneOf(ruleLifetimes, path+".party", entry.Party, []string{"first", "third"})
		r.localised(ruleLifetimes, path+".purpose", entry.Purpose, "say what is kept")
		r.telling(ruleLifetimes, path+".purpose", entry.Purpose, leastCookie)
	}
}
