package banner

import (
	"maps"
	"slices"
	"time"
)

// Site is one website: one controller, one notice per language, one log.
// It is decoded strictly from sites/{id}.yaml and never changed afterwards.
type Site struct {
	ID string `yaml:"-" json:"id"` // slug [a-z0-9-]{1,40}, from the file name

	Origins    []string   `yaml:"origins" json:"origins"`     // https origins whose pages may record choices; http only for localhost
	Languages  []string   `yaml:"languages" json:"languages"` // BCP 47 primary tags; the first is the default
	Controller Controller `yaml:"controller" json:"controller"`
	Privacy    Link       `yaml:"privacy" json:"privacy"` // URL of the privacy statement, one or per language

	Services siteServices `yaml:"services" json:"services"` // in the order of the file, after sluis itself, which is part of every site

	LegalVersion int    `yaml:"legalVersion" json:"legalVersion"` // raise when a purpose, service, transfer or category is added: visitors are asked again. Default 1
	Validity     string `yaml:"validity" json:"validity"`         // ISO 8601, default and (without validityReason) longest P6M; asked again afterwards
	// ValidityReason is required where Validity is longer than P6M.
	ValidityReason string `yaml:"validityReason" json:"validityReason,omitempty"`

	Layout string `yaml:"layout" json:"layout"` // box (default), bar, centred
	Corner string `yaml:"corner" json:"corner"` // start (default) or end: where a box and the reopen control stand
	Theme  Theme  `yaml:"theme" json:"theme"`
	// Texts overrides single texts per language: texts: {nl: {title: …}}.
	Texts map[string]map[string]string `yaml:"texts" json:"texts,omitempty"`
	// GPC is what the browser's Global Privacy Control signal does: deny
	// (default) or ignore, which needs GPCReason and is not lawful for EEA sites.
	GPC         string `yaml:"gpc" json:"gpc"`
	GPCReason   string `yaml:"gpcReason" json:"gpcReason,omitempty"`
	Advertising bool   `yaml:"advertising" json:"advertising,omitempty"` // the social-media label and text name advertising

	// Caught is which unmarked tags the gate holds back as well as it can:
	// services (default: those of the site's services), catalogue (those of
	// every service that Sluis knows) or off.
	Caught string `yaml:"caught" json:"caught"`

	// Source is the file this came from, for messages.
	Source       string  `yaml:"-" json:"-"`
	originPlaces []place // in that file, one for each origin
}

// Controller is who is responsible (GDPR art. 4(7)) and where to complain.
type Controller struct {
	Name    string `yaml:"name" json:"name"`
	Address string `yaml:"address" json:"address"`
	Email   string `yaml:"email" json:"email"`
	// DPO is the data protection officer, where there is one: a name, an e-mail
	// address or the web address of a form.
	DPO       string `yaml:"dpo" json:"dpo,omitempty"`
	Authority string `yaml:"authority" json:"authority"` // "autoriteit-persoonsgegevens" (default) or a URL
}

// Link is one URL, or one per language.
type Link map[string]string // "" holds the URL for every other language

// In returns the URL for a language.
func (l Link) In(language string) string {
	if url := l[language]; url != "" {
		return url
	}
	return l[""]
}

// states tells whether the site's own privacy statement is at the address.
func (s *Site) states(address string) bool {
	return slices.Contains(slices.Collect(maps.Values(s.Privacy)), address)
}

// SiteService is a service as a site uses it.
type SiteService struct {
	// Service is the site's own copy: every {parameter} is filled in.
	Service    *Service          `json:"-"`
	ID         string            `json:"id"`
	Parameters map[string]string `json:"parameters,omitempty"` // complete: defaults filled in
	// Since is the legal version that it came with; 0 where it was there from
	// the start. Visitors who chose before are asked about it, not about all.
	Since int `json:"since,omitempty"`
}

// Theme is the look of the banner. Every colour is "#rrggbb"; contrast is
// checked before anything is served.
type Theme struct {
	Mode   string `yaml:"mode" json:"mode"`     // auto (default), light, dark
	Accent string `yaml:"accent" json:"accent"` // buttons, switches, focus; default "#1a4fd6"
	Light  Scheme `yaml:"light" json:"light,omitzero"`
	Dark   Scheme `yaml:"dark" json:"dark,omitzero"`
	Radius int    `yaml:"radius" json:"radius"` // px, 0 to 24, default 12
	Font   string `yaml:"font" json:"font"`     // "inherit" (default) takes the page's, "system" the machine's
	// Logo is the address of an image on one of the site's origins, shown above
	// the question; empty for none. Not in the script, where every visitor would
	// pay for it before the question can be asked.
	Logo string `yaml:"logo" json:"logo,omitempty"`
}

// Scheme is what a site may say about its light or its dark look; what it
// leaves out is derived.
type Scheme struct {
	Background string `yaml:"background" json:"background,omitempty"`
	Text       string `yaml:"text" json:"text,omitempty"`
	Accent     string `yaml:"accent" json:"accent,omitempty"`
}

// ValidFor is how long a choice made now counts.
func (s *Site) ValidFor() time.Duration { return validity(s.Validity) }

// Service returns a service of the site by its id.
func (s *Site) Service(id string) (SiteService, bool) {
	for _, service := range s.Services {
		if service.ID == id {
			return service, true
		}
	}
	return SiteService{}, false
}
