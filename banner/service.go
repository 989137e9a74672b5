package banner

import (
	"net/url"
	"strings"

	"sluis/consentlog"
)

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
//
// In a preset, {parameter} stands for the value a site gives, {controller} for
// the site's controller, {privacy} for its privacy statement, {validity} for
// how long its choices count and {proof} for how long a grant is kept as
// proof. The copy in SiteService has them filled in.
type Service struct {
	ID       string              `json:"id"`       // slug, equal to the file name
	Name     string              `json:"name"`     // as the visitor knows it: "YouTube"
	Category consentlog.Category `json:"category"` // where it asks for consent
	// Advertising marks services that profile for advertising. They stay
	// blocked unless the site's social-media label names advertising.
	Advertising bool      `json:"advertising,omitempty"`
	Provider    string    `json:"provider"`            // the legal person(s) that run it
	Purpose     Localised `json:"purpose"`             // one short sentence
	Necessity   Localised `json:"necessity,omitempty"` // why it needs no consent: required where the category is necessary, forbidden elsewhere
	Recipients  []string  `json:"recipients"`          // who receives data, by name; {US} stands for the name of that country
	// OtherRecipients are those that have no name of their own: "its advertising
	// partners" (GDPR art. 13(1)(e): recipients or categories of recipients).
	OtherRecipients Localised `json:"otherRecipients,omitempty"`
	Privacy         string    `json:"privacy"`   // URL of its privacy statement
	Retention       string    `json:"retention"` // ISO 8601 duration the provider keeps data, or "provider" when only its statement says
	Transfer        *Transfer `json:"transfer"`  // null when data stay in the EEA
	// Joint marks plug-ins of social networks: website and provider decide
	// together that data are collected and sent (GDPR art. 26; CJEU C-40/17).
	Joint   bool      `json:"joint,omitempty"`
	Hosts   []Host    `json:"hosts"` // what its tags request; used by the caught net and the CSP
	Cookies []Cookie  `json:"cookies"`
	Storage []Storage `json:"storage,omitempty"`
	// Remnants are first-party cookies that earlier versions or special set-ups
	// leave: removed with the others, but not shown as what it sets.
	Remnants []Remnant `json:"remnants,omitempty"`

	Parameters map[string]Parameter `json:"parameters,omitempty"` // what a site file must or may set
	Load       *Load                `json:"load,omitempty"`       // how the gate loads it when managed; absent: only its marked embeds are released
	Consent    string               `json:"consent,omitempty"`    // the service's own consent call, by name of a gate adapter: "google"
	Signals    *Signals             `json:"signals,omitempty"`    // the service's own consent call as steps, where no adapter is needed
	Embed      *Embed               `json:"embed,omitempty"`      // how its embeds are made private and recognised
	// Reload says that a running tag cannot be stopped: after a withdrawal the
	// page is loaded anew.
	Reload bool `json:"reload,omitempty"`

	Example    Example  `json:"example"`          // what a site would paste; tests hold, release and clean it up
	Advice     string   `json:"advice,omitempty"` // to the site owner, shown by `sluis check`: a milder way, a duty of his own
	Confidence string   `json:"confidence"`       // "high": facts confirmed at the provider; "medium" or "low": verify with a live scan
	Leaks      []string `json:"leaks,omitempty"`  // parts of the provider's own snippet that load without consent and must be left out
	Sources    []string `json:"sources"`          // where the facts come from
}

// Example is one use of the service, of which an end-to-end case is made.
type Example struct {
	// Parameters is what the site file lists: {"measurement_id": "G-EXAMPLE123"}.
	Parameters map[string]string `json:"parameters,omitempty"`
	// HTML is what stands in the page: a marked embed or script, or the element
	// that a managed service fills. Empty where managing alone is enough.
	HTML string `json:"html,omitempty"`
	// Request is the address that is fetched first once it is granted, and
	// never before; empty where the service requests nothing of a third party.
	Request string `json:"request"`
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

// covers tells whether a request goes to the host. Path is a prefix of path
// and query.
func (h Host) covers(u *url.URL) bool {
	parent, wild := strings.CutPrefix(h.Host, "*")
	return (u.Host == h.Host || wild && strings.HasSuffix(u.Host, parent)) && strings.HasPrefix(u.RequestURI(), h.Path)
}

// Cookie is one cookie of a service.
type Cookie struct {
	Name     string    `json:"name"`
	Match    string    `json:"match"`            // "exact" or "prefix"
	Party    string    `json:"party"`            // "first": set on the site's own domain and removed by us; "third"
	Domain   string    `json:"domain,omitempty"` // third party: the domain it belongs to
	Lifetime string    `json:"lifetime"`         // ISO 8601 duration or "session"
	OptOut   bool      `json:"optOut,omitempty"` // the visitor's own objection: shown, never removed
	Purpose  Localised `json:"purpose"`
}

// Remnant is the name of a cookie that is only removed. It must never be one
// by which a visitor objects.
type Remnant struct {
	Name  string `json:"name"`
	Match string `json:"match"`         // "exact" or "prefix"
	Why   string `json:"why,omitempty"` // why the service does not declare it; due in a preset
}

// Storage is one entry of web storage on the site's own origin, or in a frame
// of the service where Party is "third".
type Storage struct {
	Type    string    `json:"type"` // localStorage, sessionStorage, indexedDB, cache
	Name    string    `json:"name"`
	Match   string    `json:"match"`            // "exact" or "prefix"
	Party   string    `json:"party"`            // "first": removed by us; "third": lives in the service's own frame, out of our reach
	OptOut  bool      `json:"optOut,omitempty"` // the visitor's own objection: shown, never removed
	Purpose Localised `json:"purpose"`
}

// Parameter is one setting of a service in a site file.
type Parameter struct {
	Pattern  string    `json:"pattern"` // anchored RE2 that the value must match
	Required bool      `json:"required,omitempty"`
	Default  string    `json:"default,omitempty"`
	Example  string    `json:"example"`
	Help     Localised `json:"help"`
}

// Load is how the gate brings a managed service in.
type Load struct {
	Script string `json:"script"`         // URL of the service's script
	When   string `json:"when,omitempty"` // CSS selector: load only where the page has such an element; those elements get the placeholder
	// Adapter names a gate module that prepares the page before the script
	// loads ("google": dataLayer, consent default and update, js, config).
	Adapter string `json:"adapter,omitempty"`
	// Attributes are set on the script element: {"data-domain": "{domain}"}.
	Attributes map[string]string `json:"attributes,omitempty"`
	Before     []Step            `json:"before,omitempty"` // done before the script element is inserted
	After      []Step            `json:"after,omitempty"`  // done when the script has loaded
}

// container reports whether the service is a container of Google's, whose
// start the gate announces.
func (s *Service) container() bool {
	_, named := s.Parameters["container_id"]
	return named && s.Consent == "google"
}

// Step is one thing to do in the page, as data: the gate has one small
// interpreter instead of code per service. Among its arguments, {"$global":
// "uetq"} stands for the global of that name, {"$now": true} for the present
// time in milliseconds and {"$date": true} for it as a Date.
type Step struct {
	// Do is one of
	//   set   window.Name = Args[0]; missing objects on the way are made
	//   list  window.Name = window.Name || []
	//   stub  window.Name = window.Name || a function that keeps its calls, as
	//         arguments objects, in its own list Args[0], until the service has
	//         put a function in its property Args[1] ("" or absent: never),
	//         which is called instead; Args[2] (optional) holds its further
	//         properties
	//   proxy window.Name = window.Name || a list whose methods, named in
	//         Args[0], push their name and arguments onto it
	//   call  window.Name(...Args) with the object before the last dot as this;
	//         nothing where there is no such function
	//   push  (window.Name = window.Name || []).push(...Args)
	//   new   window.Name = new window[Args[0]](Args[1])
	Do   string `json:"do"`
	Name string `json:"name"` // global, may be dotted: "ttq._i"
	Args []any  `json:"args,omitempty"`
}

// Signals are a service's own consent calls. The order is: Default,
// Load.Before, Grant, the script, Load.After. Grant also runs when it is
// granted again on the same page, Deny on withdrawal while the tag runs.
type Signals struct {
	Default []Step `json:"default,omitempty"`
	Grant   []Step `json:"grant,omitempty"`
	Deny    []Step `json:"deny,omitempty"`
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
