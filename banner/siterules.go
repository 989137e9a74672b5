package banner

import (
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"
)

// siteRules are what a site must keep beyond its form. Each notes its faults
// and lets the others go on.
type siteRules struct {
	*document
	site    *Site
	catalog *Catalog
}

func (r *siteRules) check() {
	r.origins()
	r.languages()
	r.controller()
	r.privacy()
	r.validity()
	r.looks()
	r.signal()
	r.oneOf(ruleService, "caught", r.site.Caught, "services", "catalogue", "off")
	r.services()
	r.texts() // what is said depends on the services
	r.layer()
	r.since()
}

func (r *siteRules) require(rule, path, value, fix string) bool {
	if value == "" {
		if !r.faulty(path) {
			r.breaks(rule, path, path+" is missing", fix)
		}
		return false
	}
	return true
}

func (r *siteRules) oneOf(rule, path, value string, known ...string) {
	if r.faulty(path) {
		r.instead(path, quotesMend, suggest("", known)) // between quotes it would not be known either
	} else if !slices.Contains(known, value) {
		r.breaks(rule, path, quote(value)+" is not known here", suggest(value, known))
	}
}

func (r *siteRules) languages() {
	if len(r.site.Languages) == 0 && !r.faulty("languages") {
		r.breaks(ruleOneTongue, "languages", "languages is missing", "list the languages of the website, the usual one first: languages: [nl, en]")
	}
	for i, language := range r.site.Languages {
		path := itemPath("languages", i)
		switch {
		case r.faulty(path):
		case !slices.Contains(r.catalog.Languages(), language):
			r.breaks(ruleOneTongue, path, "there are no texts in "+quote(language), languageMend(language, r.catalog.Languages()))
		case slices.Index(r.site.Languages, language) < i:
			r.breaks(ruleOneTongue, path, quote(language)+" stands here twice", "keep one")
		}
	}
}

// tongueMend is the mend for something in a language that is not the site's.
func (r *siteRules) tongueMend(language string) string {
	mend := suggest(language, r.site.Languages)
	if slices.Contains(r.catalog.Languages(), language) {
		mend = strings.TrimSuffix(mend, "?") + ", or add " + language + " to languages"
	}
	return mend
}

func (r *siteRules) controller() {
	c := r.site.Controller
	if _, present := r.places["controller"]; !present {
		r.breaks(ruleController, "controller", "controller is missing", `name who is responsible: controller: {name: Shop, address: "Street 1, 1234 AB Town", email: privacy@example.nl}`)
		return
	}
	r.require(ruleController, "controller.name", c.Name, "write the name under which the controller is registered")
	if c.Name != "" && letters(c.Name) == 0 {
		r.breaks(ruleController, "controller.name", quote(c.Name)+" names nobody", "write the name under which the controller is registered")
	}
	r.require(ruleController, "controller.address", c.Address, `write street, number, postcode and town: address: "Street 1, 1234 AB Town"`)
	if r.require(ruleController, "controller.email", c.Email, "write an address that is read: email: privacy@example.nl") {
		if a, err := mail.ParseAddress(c.Email); err != nil || a.Address != c.Email {
			r.breaks(ruleController, "controller.email", quote(c.Email)+" is not an e-mail address", "write it as name@example.nl")
		}
	}
	r.officer(c.DPO)
	if _, known := authorities[c.Authority]; !known && !isURL(c.Authority) {
		r.breaks(ruleComplaint, "controller.authority", quote(c.Authority)+" is no authority that Sluis knows", "write the https address of its complaints page, or "+suggest(c.Authority, sortedKeys(authorities)))
	}
}

// officer judges the data protection officer where the site file has one: not
// every website needs one, but one that is named must be reached.
func (r *siteRules) officer(dpo string) {
	_, named := r.places["controller.dpo"]
	if !named || r.faulty("controller.dpo") {
		return
	}
	const fix = "write a name, an e-mail address or the https address of a form, or leave dpo out"
	a, err := mail.ParseAddress(dpo)
	switch {
	case letters(dpo) < leastLetters:
		r.breaks(ruleOfficer, "controller.dpo", quote(dpo)+" names nobody", fix)
	case strings.Contains(dpo, "://") && !isURL(dpo):
		r.breaks(ruleOfficer, "controller.dpo", quote(dpo)+" is not a web address", fix)
	case !isURL(dpo) && strings.Contains(dpo, "@") && (err != nil || a.Address != dpo):
		r.breaks(ruleOfficer, "controller.dpo", quote(dpo)+" is not an e-mail address", fix)
	}
}

func (r *siteRules) privacy() {
	if len(r.site.Privacy) == 0 {
		r.require(ruleStatement, "privacy", "", "write the address of the privacy statement: privacy: https://www.example.nl/privacy")
	}
	for _, language := range sortedKeys(r.site.Privacy) {
		path := "privacy"
		if language != "" {
			path = childPath(path, language)
			if !slices.Contains(r.site.Languages, language) {
				r.breaks(ruleOneTongue, path, quote(language)+" is not among the site's languages", r.tongueMend(language))
			}
		}
		if link := r.site.Privacy[language]; !isURL(link) && !r.faulty(path) {
			r.breaks(ruleStatement, path, quote(link)+" is not a web address", "write it in full: https://www.example.nl/privacy")
		}
	}
	if len(r.site.Privacy) > 0 && r.site.Privacy[""] == "" {
		for _, language := range r.site.Languages {
			if r.site.Privacy[language] == "" {
				r.breaks(ruleOneTongue, "privacy", "there is no privacy statement in "+quote(language), "add "+language+": https://…, or one address for all languages")
			}
		}
	}
}

// isURL accepts https, and http for the machine itself, as demos need.
func isURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1")
}

func (r *siteRules) validity() {
	if v := r.site.LegalVersion; (v < 1 || v > 9999) && !r.faulty("legalVersion") {
		r.breaks(ruleForm, "legalVersion", fmt.Sprintf("%d is not a version", v), "count from 1 upwards")
	}
	long := validity("P6M")
	switch d, err := parseDuration(r.site.Validity); {
	case r.faulty("validity"):
	case err != nil:
		r.breaks(ruleForm, "validity", quote(r.site.Validity)+" is "+err.Error()+" of whole days, such as P6M or P90D", "write P6M for six months")
	case d < validity("P1D") || d%validity("P1D") != 0:
		r.breaks(ruleForm, "validity", quote(r.site.Validity)+" is not a number of whole days", "write P6M for six months")
	case d > validity("P13M"):
		r.breaks(ruleRefresh, "validity", quote(r.site.Validity)+" is longer than any authority accepts (13 months)", "write P6M")
	case d < validity("P1M") && !reasoned(r.site.ValidityReason):
		r.breaks(rulePrompting, "validity", quote(r.site.Validity)+" asks whoever refused again within a month", "write P6M, or say why in validityReason")
	case d > long && !reasoned(r.site.ValidityReason):
		r.breaks(ruleRefresh, "validity", quote(r.site.Validity)+" is longer than six months", "write P6M, or say why in validityReason")
	}
}

// reasoned tells whether a reason could be one: for auditors, not for visitors.
func reasoned(reason string) bool { return letters(reason) >= leastPurpose }

func (r *siteRules) signal() {
	r.oneOf(ruleSignal, "gpc", r.site.GPC, "deny", "ignore")
	if r.site.GPC == "ignore" && !reasoned(r.site.GPCReason) {
		r.breaks(ruleSignal, "gpc", "the browser's privacy signal is ignored without a reason", "write gpc: deny, or say in gpcReason why the site need not honour it")
	}
}
