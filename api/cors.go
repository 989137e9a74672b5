package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"

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
func (r *request) checkOrigin(origin string) error {
	site := r.site
	switch {
	case origin == "":
		return problem("origin-missing", "The request has no Origin header.", consentlog.Fault{
			Pointer: "Origin:", Detail: "is missing", Fix: "send the record from a page of the site with fetch(); the browser adds Origin",
		})
	case !slices.Contains(site.Origins, origin):
		r.api.foreign.tell(r.c.Request().Context(), r.api.o.Logger, site.ID, origin)
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
	return r.checkOrigin(in.origin)
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

// foreign remembers which origins were told to the operator. Only the log sees
// what the page's own console hides: choices there take effect and are not
// recorded. Anybody can make up origins, so a few are enough.
type foreign struct {
	mu   sync.Mutex
	told map[[2]string]bool
}

const foreignTold = 50

func (f *foreign) tell(ctx context.Context, logger *slog.Logger, site, origin string) {
	f.mu.Lock()
	known := f.told[[2]string{site, origin}] || len(f.told) >= foreignTold || len(origin) > 300
	if !known {
		if f.told == nil {
			f.told = map[[2]string]bool{}
		}
		f.told[[2]string{site, origin}] = true
	}
	f.mu.Unlock()
	if !known {
		logger.WarnContext(ctx, "records of an origin that the site file does not list are refused", "site", site, "origin", origin, "mend", "if it is yours, add it to origins: www and bare hosts are two")
	}
}
