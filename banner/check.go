package banner

import (
	"fmt"
	"slices"
	"strings"

	"sluis/consentlog"
)

// Warning is something lawful but unwise in a site.
type Warning struct {
	Rule   string `json:"rule,omitempty"` // which rule is near, see Rules
	Path   string `json:"path"`
	Detail string `json:"detail"`
	Fix    string `json:"fix"`
}

// String is the warning on one line.
func (w Warning) String() string { return w.Path + ": " + w.Detail + ". Better: " + w.Fix + "." }

// longestStatistics is how long the French authority lets data of measurement
// live; no other asks for less.
const longestStatistics = "P25M"

// Check lists what is lawful but unwise. A site with faults never comes here.
func (s *Site) Check() []Warning {
	w := &siteWarnings{site: s}
	for _, used := range s.Services {
		w.service(used)
	}
	asks := slices.ContainsFunc(s.Services, func(used SiteService) bool { return used.Service.Category != consentlog.Necessary })
	if !asks {
		w.warn("", "services", "the site lists no service that needs consent, so its banner asks about nothing", "list the services, or leave the script out of the pages")
	}
	w.origins()
	if s.Advertising && !s.hasAdvertising() {
		w.warn(ruleOnePurpose, "advertising", "the banner names advertising but no service does any", "leave advertising out: visitors are asked for more than the site needs")
	}
	w.validity()
	if s.GPC == "ignore" {
		w.warn(ruleSignal, "gpc", "the browser's privacy signal is ignored: unlawful where visitors from the EEA or California come", "write gpc: deny")
	}
	if s.LegalVersion > 1 && !asks {
		w.warn(rulePrompting, "legalVersion", fmt.Sprintf("version %d asks every visitor again about nothing", s.LegalVersion), "leave it at what it was")
	}
	return w.all
}

// siteWarnings collects them.
type siteWarnings struct {
	site *Site
	all  []Warning
}

func (w *siteWarnings) warn(rule, path, detail, fix string) {
	w.all = append(w.all, Warning{rule, path, detail, fix})
}

func (w *siteWarnings) service(used SiteService) {
	s, path := used.Service, childPath("services", used.ID)
	if s.Advice != "" {
		w.warn("", path, "there is advice about "+s.Name, s.Advice)
	}
	if s.Confidence == "medium" || s.Confidence == "low" {
		w.warn("", path, "not all facts about "+s.Name+" could be confirmed at its provider", "look in a browser which cookies and hosts it really uses on this website")
	}
	if kept, err := parseDuration(s.Retention); err == nil && s.Category == consentlog.Analytics && kept > validity(longestStatistics) {
		w.warn(ruleRetention, path+".retention", "statistics are kept for "+s.Retention, "keep them for at most "+longestStatistics+", the French authority's limit")
	}
	for _, name := range sortedKeys(used.Parameters) {
		if value := used.Parameters[name]; neverReplaced(s.Parameters[name], value) {
			w.warn("", childPath(path, name), quote(value)+" is a placeholder, so the service would not work", "write your own in its place: "+strings.TrimSuffix(s.Parameters[name].Help.In("en"), "."))
		}
	}
	for _, language := range w.site.Languages {
		if s.foreign(language) {
			what := "its purpose"
			if s.Purpose[language] != "" {
				what = "why it needs no consent"
			}
			w.warn(ruleOneTongue, path, what+" is not described in "+quote(language)+" and appears in English", "add the text to the preset")
		}
	}
}

func (w *siteWarnings) origins() {
	for i, origin := range w.site.Origins {
		if twin := unlistedTwin(w.site.Origins, origin); twin != "" {
			w.warn("", itemPath("origins", i), twin+" is not listed, and a choice that is made there is not recorded", "list it as well; where it only leads on, that does no harm")
		}
		if strings.HasPrefix(origin, "http://") {
			w.warn("", itemPath("origins", i), origin+" is for development", "remove it before visitors come")
		}
	}
}

func (w *siteWarnings) validity() {
	reason, kept := w.site.ValidityReason, w.site.ValidFor()
	switch {
	case reason != "" && kept <= validity("P6M") && kept >= validity("P1M"):
		w.warn("", "validityReason", "one to six months need no reason", "leave it out")
	case reason == "" && kept < validity("P6M"):
		w.warn(rulePrompting, "validity", "whoever refused is asked again after "+w.site.Validity+"; the Italian authority wants six months of rest, the French calls them good practice", "write P6M")
	}
}

func (s *Site) hasAdvertising() bool {
	return slices.ContainsFunc(s.Services, func(used SiteService) bool { return used.Service.Advertising })
}
