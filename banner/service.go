package banner

import "sluis/consentlog"

// Localised is a text per language (BCP 47 primary tag). English is required;
// other languages fall back to it.
type Localised map[string]string

// In returns the text in the language, or in English.
func (l Localised) In(language string) string {
	if s := l[language]; s != "" {
		return s
	}
	return l["en"]
}

// Service is one third party as data: a preset file services/{id}.json, or
// what a site file defines inline. Everything the gate, the notice, the
// declaration and the policy of a site say about a third party comes from here.
type Service struct {
	ID       string              `json:"id"`       // slug, equal to the file name
	Name     string              `json:"name"`     // as the visitor knows it: "YouTube"
	Category consentlog.Category `json:"category"` // where it asks for consent
	// Advertising marks services that profile for advertising. They stay
	// blocked unless the site's social-media label names advertising.
	Advertising bool                 `json:"advertising,omitempty"`
	Provider    string               `json:"provider"`   // the legal person(s) that run it
	Purpose     Localised            `json:"purpose"`    // one short sentence
	Recipients  []string             `json:"recipients"` // who receives data
	Privacy     string               `json:"privacy"`    // URL of its privacy statement
	Retention   string               `json:"retention"`  // ISO 8601 duration the provider keeps data, or "provider" when only its statement says
	Transfer    *Transfer            `json:"transfer"`   // null when data stay in the EEA
	Hosts       []Host               `json:"hosts"`      // what its tags request; used by the caught net and the CSP
	Cookies     []Cookie             `json:"cookies"`
	Storage     []Storage            `json:"storage,omitempty"`
	Parameters  map[string]Parameter `json:"parameters,omitempty"` // what a site file must or may set
	Load        *Load                `json:"load,omitempty"`       // how the gate loads it when managed; absent: only its marked embeds are released
	Consent     string               `json:"consent,omitempty"`    // the service's own consent call, by name of a gate adapter: "google"
	Embed       *Embed               `json:"embed,omitempty"`      // how its embeds are made private and recognised
	Example     string               `json:"example"`              // marked-up HTML that a site would paste; tests hold and release it
	Sources     []string             `json:"sources,omitempty"`    // where the facts come from
}

// Transfer says where data go outside the EEA and on what ground (GDPR art. 44-49).
type Transfer struct {
	Countries []string `json:"countries"` // ISO 3166-1 alpha-2
	Ground    string   `json:"ground"`    // "adequacy" (a decision, the EU-US framework included), "scc" (standard clauses), "consent"
}

// Host is one address that the service's tags request.
type Host struct {
	Type string `json:"type"`           // script, iframe, image, style, font, connect, media
	Host string `json:"host"`           // may start with "*."
	Path string `json:"path,omitempty"` // prefix of path and query
}

// Cookie is one cookie of a service.
type Cookie struct {
	Name     string    `json:"name"`
	Match    string    `json:"match"`    // "exact" or "prefix"
	Party    string    `json:"party"`    // "first": set on the site's own domain and removed by us; "third"
	Lifetime string    `json:"lifetime"` // ISO 8601 duration or "session"
	Purpose  Localised `json:"purpose"`
}

// Storage is one entry of web storage on the site's own origin.
type Storage struct {
	Type  string `json:"type"` // localStorage, sessionStorage, indexedDB, cache
	Name  string `json:"name"`
	Match string `json:"match"` // "exact" or "prefix"
}

// Parameter is one setting of a service in a site file.
type Parameter struct {
	Pattern  string    `json:"pattern"` // anchored RE2 that the value must match
	Required bool      `json:"required,omitempty"`
	Default  string    `json:"default,omitempty"`
	Example  string    `json:"example"`
	Help     Localised `json:"help"`
}

// Load is how the gate brings a managed service in. {parameter} stands for the
// URL-encoded value of a site's parameter.
type Load struct {
	Script string `json:"script"`         // URL of the service's script
	When   string `json:"when,omitempty"` // CSS selector: load only where the page has such an element; those elements get the placeholder
	// Adapter names a gate module that prepares the page before the script
	// loads ("google": dataLayer, consent default and update, js, config).
	Adapter string `json:"adapter,omitempty"`
}

// Embed makes an embed's address more private once it is granted.
type Embed struct {
	// Replace rewrites the host of the embed: {"www.youtube.com": "www.youtube-nocookie.com"}.
	Replace map[string]string `json:"replace,omitempty"`
	// Query adds parameters: {"dnt": "1"}.
	Query map[string]string `json:"query,omitempty"`
	// Attributes are set on elements matched by Load.When: {"data-dnt": "true"}.
	Attributes map[string]string `json:"attributes,omitempty"`
}
