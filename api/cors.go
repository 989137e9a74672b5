package api

import (
	"context"
	"net/http"
	"slices"

	"sluis/banner"
	"sluis/consentlog"
)

// cors says which pages may read an answer. No call here rests on cookies or
// on the place of the caller, so an answer for everyone is for every page.
type cors int

const (
	corsNone cors = iota // programs with a key, not pages
	corsAny              // any page
	corsSite             // the site's own pages; others cannot record either
)

// allowOrigin sets the CORS headers before anything can be refused: a page
// must be able to read why its record was not taken.
func (r *request) allowOrigin() {
	h := r.c.Response().Header()
	if r.route.cors == corsAny {
		h.Set("Access-Control-Allow-Origin", "*")
		return
	}
	h.Set("Vary", "Origin")
	origin := r.c.Request().Header.Get("Origin")
	site, ok := r.api.o.Sites.Get(r.c.Param("site"))
	if !ok || !slices.Contains(site.Origins, origin) {
		return
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "Location, Retry-After, RateLimit, RateLimit-Policy")
}

// checkOrigin refuses a record that does not come from the site's own pages.
// A program can forge the header; a page cannot, and a page is what could make
// a visitor's browser record what the visitor never chose.
func checkOrigin(site *banner.Site, origin string) error {
	switch {
	case origin == "":
		return problem("origin-missing", "The request has no Origin header.", consentlog.Fault{
			Pointer: "Origin:", Detail: "is missing", Fix: "send the record from a page of the site with fetch(); the browser adds Origin",
		})
	case !slices.Contains(site.Origins, origin):
		return problem("origin-foreign", quote(origin)+" is not an origin of the site "+quote(site.ID)+".", consentlog.Fault{
			Pointer: "Origin:", Detail: "is not one of the site's origins", Fix: "send it from a page of the site, or add the origin to origins in the site's file",
		})
	}
	return nil
}

// preflight is the question of a browser that wants to send JSON.
type preflight struct{ origin string }

func (in *preflight) read(r *request) error {
	if err := r.needSite(); err != nil {
		return err
	}
	in.origin = r.c.Request().Header.Get("Origin")
	return checkOrigin(r.site, in.origin)
}

// allowed is the answer to a preflight.
type allowed struct{}

func (allowed) answer(r *request) error {
	h := r.c.Response().Header()
	h.Set("Access-Control-Allow-Methods", http.MethodPost)
	h.Set("Access-Control-Allow-Headers", "Content-Type")
	h.Set("Access-Control-Max-Age", "86400")
	r.c.Response().WriteHeader(http.StatusNoContent)
	return nil
}

func (a *API) preflightRecord(context.Context, preflight) (allowed, error) { return allowed{}, nil }
