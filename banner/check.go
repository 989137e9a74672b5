package banner

import (
	"fmt"
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
	var warnings []Warning
	warn := func(rule, path, detail, fix string) { warnings = append(warnings, Warning{rule, path, detail, fix}) }

	optional := 0
	for _, service := range s.Services {
		path := childPath("services", service.ID)
		if service.Service.Category != consentlog.Necessary {
			optional++
		}
		if advice := service.Service.Advice; advice != "" {
			warn("", path, "there is advice about "+service.Service.Name, advice)
		}
		if c := service.Service.Confidence; c == "medium" || c == "low" {
			warn("", path, "not all facts about "+service.Service.Name+" could be confirmed at its provider", "look in a browser which cookies and hosts it really uses on this website")
		}
		if kept, err := parseDuration(service.Service.Retention); err == nil && service.Service.Category == consentlog.Analytics && kept > validity(longestStatistics) {
			warn(ruleRetention, path+".retention", "statistics are kept for "+service.Service.Retention, "keep them for at most "+longestStatistics+", the French authority's limit")
		}
		for _, name := range sortedKeys(service.Parameters) {
			if value := service.Parameters[name]; neverReplaced(service.Service.Parameters[name], value) {
				warn("", childPath(path, name), quote(value)+" is a placeholder, so the service would not work", "write your own in its place: "+strings.TrimSuffix(service.Service.Parameters[name].Help.In("en"), "."))
			}
		}
		for _, language := range s.Languages {
			if service.Service.foreign(language) {
				what := "its purpose"
				if service.Service.Purpose[language] != "" {
					what = "why it needs no consent"
				}
				warn(ruleOneTongue, path, what+" is not described in "+quote(language)+" and appears in English", "add the text to the preset")
			}
		}
	}
	if optional == 0 {
		warn("", "services", "the site lists no service that needs consent, so its banner asks about nothing", "list the services, or leave the script out of the pages")
	}
	for i, origin := range s.Origins {
		if twin := unlistedTwin(s.Origins, origin); twin != "" {
			warn("", itemPath("origins", i), twin+" is not listed, and a choice that is made there is not recorded", "list it as well; where it only leads on, that does no harm")
		}
		if strings.HasPrefix(origin, "http://") {
			warn("", itemPath("origins", i), origin+" is for development", "remove it before visitors come")
		}
	}
	if s.Advertising && !s.hasAdvertising() {
		warn(ruleOnePurpose, "advertising", "the banner names advertising but no service does any", "leave advertising out: visitors are asked for more than the site needs")
	}
	if kept := s.ValidFor(); s.ValidityReason != "" && kept <= validity("P6M") && kept >= validity("P1M") {
		warn("", "validityReason", "one to six months need no reason", "leave it out")
	} else if s.ValidityReason == "" && kept < validity("P6M") {
		warn(rulePrompting, "validity", "whoever refused is asked again after "+s.Validity+"; the Italian authority wants six months of rest, the French calls them good practice", "write P6M")
	}
	if s.GPC == "ignore" {
		warn(ruleSignal, "gpc", "the browser's privacy signal is ignored: unlawful where visitors from the EEA or California come", "write gpc: deny")
	}
	if s.LegalVersion > 1 && optional == 0 {
		warn(rulePrompting, "legalVersion", fmt.Sprintf("version %d asks every visitor again about nothing", s.LegalVersion), "leave it at what it was")
	}
	return warnings
}

func (s *Site) hasAdvertising() bool {
	for _, service := range s.Services {
		if service.Service.Advertising {
			return true
		}
	}
	return false
}
