package api

import (
	"context"
	"net/http"

	"sluis/banner"
)

// pageRoutes are what a website's developers need beside the scripts.
func (a *API) pageRoutes() []route {
	return []route{
		{operation: "getTypes", method: http.MethodGet, path: "/sluis.d.ts", cors: corsAny, cache: fiveMins, call: handle(a.getTypes)},
		{operation: "getGPC", method: http.MethodGet, path: "/:site/gpc.json", cors: corsAny, cache: fiveMins, call: handle(a.getGPC)},
	}
}

// getTypes is the page interface for TypeScript. It has no media type of its
// own, and as text it can be read.
func (a *API) getTypes(context.Context, nothing) (text, error) {
	return text{"text/plain; charset=utf-8", banner.Types()}, nil
}

// gpcSince is the day since when the signal is understood as it is now. It goes
// with the code that heeds it: the standard wants to know by which
// understanding a website promised something, and dates of site files say
// nothing after a checkout.
const gpcSince = "2026-11-24"

// gpcWanted is a site.
type gpcWanted struct{ site *banner.Site }

func (in *gpcWanted) read(r *request) error {
	if err := r.needSite(); err != nil {
		return err
	}
	in.site = r.site
	return nil // queries are let pass, as on every address that a page links to
}

// gpc is a website's statement about Global Privacy Control.
type gpc struct {
	GPC        bool   `json:"gpc"`
	LastUpdate string `json:"lastUpdate"`
}

// getGPC never promises what the site file takes back.
func (a *API) getGPC(_ context.Context, in gpcWanted) (gpc, error) {
	return gpc{GPC: in.site.GPC == "deny", LastUpdate: gpcSince}, nil
}
