package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"sluis/banner"
	"sluis/consentlog"
)

func (a *API) scriptRoutes() []route {
	return []route{
		{operation: "listScripts", method: http.MethodGet, path: "/v1/sites/:site/scripts", limited: true, cors: corsAny, call: handle(a.listScripts)},
	}
}

// scriptsWanted is whose choice decides.
type scriptsWanted struct {
	site              *banner.Site
	choice, consentID string
	signal            bool // the browser asks for privacy, by Sec-GPC
}

func (in *scriptsWanted) read(r *request) error {
	if err := r.needSite(); err != nil {
		return err
	}
	in.site = r.site
	// An empty cookie is no cookie: a page passes on what it has. And what is
	// malformed is no fault of the page, it only grants nothing.
	query, err := url.ParseQuery(r.c.Request().URL.RawQuery)
	if err != nil { // what was dropped may have been gpc=1
		r.fault("?", "cannot be read: "+err.Error(), "percent-encode every value")
	}
	in.choice, in.consentID = query.Get("choice"), query.Get("consentId")
	if query.Has("choice") && query.Has("consentId") {
		r.fault("?consentId", "is given together with choice", "give one of the two")
	}
	for name, values := range query {
		switch {
		case name != "choice" && name != "consentId" && name != "gpc":
			r.fault("?"+name, "is not a parameter of this call", "leave it out, or use choice, consentId or gpc")
		case len(values) > 1:
			r.fault("?"+name, "is given more than once", "give it once")
		}
	}
	switch gpc := query.Get("gpc"); gpc {
	case "1":
		in.signal = true
	case "", "0": // a page passes on what it has
	default:
		r.fault("?gpc", quote(gpc)+" is not a value of it", "use 1 where the page was asked for with Sec-GPC: 1, else leave it out")
	}
	return r.refusal()
}

// scripts is what may load.
type scripts struct {
	Site        string          `json:"site"`
	Basis       string          `json:"basis"`
	Explanation string          `json:"explanation"`
	Allowed     []allowedScript `json:"allowed"`
	CSP         string          `json:"csp"`
}

type allowedScript struct {
	ID       string              `json:"id"`
	Name     string              `json:"name"`
	Category consentlog.Category `json:"category"`
	Reason   string              `json:"reason"`
}

func (s scripts) answer(r *request) error {
	if s.Basis == "none" {
		return r.sendJSON(http.StatusOK, fiveMins, s)
	}
	return r.sendJSON(http.StatusOK, noStore, s)
}

// explanations say what an answer rests on. It is never written to.
var explanations = map[string]string{
	"choice":      "The choice in the cookie holds.",
	"consent":     "The newest choice under this consent id holds.",
	"none":        "No choice was given, so only what is necessary may load.",
	"invalid":     "The cookie is malformed, has expired, or is older than what the site asks now; only what is necessary may load.",
	"unknown":     "Nothing is recorded under this consent id, so only what is necessary may load.",
	"signal":      "The browser asks for privacy (Global Privacy Control) and the choice was made before it did, so only what is necessary may load.",
	"expired":     "The choice under this consent id no longer holds, so only what is necessary may load.",
	"unavailable": "The log could not be read, so only what is necessary may load.",
}

// listScripts says what may load. Whatever is in doubt is not granted.
func (a *API) listScripts(ctx context.Context, in scriptsWanted) (scripts, error) {
	choice, basis := a.decide(ctx, in)
	// As in the browser: only a choice made under the signal counts against it.
	if in.signal && in.site.GPC != "ignore" && (basis == "choice" || basis == "consent") && !choice.Signal {
		choice, basis = banner.Choice{Legal: in.site.LegalVersion}, "signal"
	}
	services := in.site.Allowed(choice)
	out := scripts{Site: in.site.ID, Basis: basis, Explanation: explanations[basis], Allowed: []allowedScript{}, CSP: in.site.CSP(services, a.origin()...)}
	for _, s := range services {
		out.Allowed = append(out.Allowed, allowedScript{ID: s.ID, Name: s.Service.Name, Category: s.Service.Category, Reason: s.Reason})
	}
	return out, nil
}

// origin is this service as a source in a policy; none where it answers below
// the site's own address, which a policy has as 'self'.
func (a *API) origin() []string {
	u, err := url.Parse(a.o.PublicURL)
	if err != nil || u.Host == "" {
		return nil
	}
	return []string{u.Scheme + "://" + u.Host}
}

// decide finds the choice that counts, or the one that grants nothing.
func (a *API) decide(ctx context.Context, in scriptsWanted) (banner.Choice, string) {
	nothing := banner.Choice{Legal: in.site.LegalVersion}
	switch {
	case in.choice != "":
		choice, err := banner.ParseChoice(in.choice, in.site, a.o.Now())
		if err != nil {
			return nothing, "invalid"
		}
		return choice, "choice"
	case in.consentID == "":
		return nothing, "none"
	case !uuidForm.MatchString(in.consentID):
		return nothing, "unknown"
	}
	v, err := a.getConsent(ctx, visitorWanted{site: in.site, consentID: in.consentID})
	switch {
	case errors.Is(err, consentlog.ErrNotFound):
		return nothing, "unknown"
	case err != nil:
		a.o.Logger.WarnContext(ctx, "choice not read, nothing granted", "site", in.site.ID, "cause", err)
		return nothing, "unavailable"
	case !v.Valid:
		return nothing, "expired"
	}
	return v.choice(in.site.LegalVersion), "consent"
}
