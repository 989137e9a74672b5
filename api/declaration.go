package api

import (
	"context"
	"net/http"
	"slices"

	"sluis/banner"
)

func (a *API) declarationRoutes() []route {
	return []route{
		{operation: "getDeclaration", method: http.MethodGet, path: "/:site/cookies", call: handle(a.getDeclaration)},
		{operation: "getDeclarationScript", method: http.MethodGet, path: "/:site/cookies.js", call: handle(a.getDeclarationScript)},
	}
}

// declarationWanted is a site, and the language that the reader takes.
type declarationWanted struct {
	site     *banner.Site
	language string
}

func (in *declarationWanted) read(r *request) error {
	if err := r.needSite(); err != nil {
		return err
	}
	in.site = r.site
	// Read by visitors: what WordPress puts behind a script's address and what
	// a newsletter puts behind a page's changes nothing, and a language that
	// the site lacks is as good as none.
	in.language = r.c.QueryParam("lang")
	if !slices.Contains(in.site.Languages, in.language) {
		in.language = in.site.Negotiate(r.c.Request().Header.Get("Accept-Language"))
	}
	return nil
}

// declaration is what a reader wants. What was declared goes into the log, as
// what a banner shows does, so that the next one can say what changed.
func (a *API) declaration(ctx context.Context, in declarationWanted) (*banner.Declaration, error) {
	d, err := a.declarations.get(ctx, in.site, in.language)
	if err != nil {
		return nil, err
	}
	a.publisher.want(in.site, in.language)
	return d, nil
}

// declarationPage is the declaration as a page.
type declarationPage struct {
	*banner.Declaration
	language string
}

// getDeclaration is the cookie declaration of a site, to be read.
func (a *API) getDeclaration(ctx context.Context, in declarationWanted) (declarationPage, error) {
	d, err := a.declaration(ctx, in)
	return declarationPage{d, in.language}, err
}

func (d declarationPage) answer(r *request) error {
	h := r.c.Response().Header()
	h.Set("Content-Security-Policy", d.Policy)
	h.Set("Content-Language", d.language)
	h.Set("Referrer-Policy", "no-referrer")
	return answerAsset(r, d.Page, revalidate)
}

// declarationScript is the declaration as a script.
type declarationScript struct {
	*banner.Declaration
	language string
}

// getDeclarationScript puts the same declaration into a page of the site.
func (a *API) getDeclarationScript(ctx context.Context, in declarationWanted) (declarationScript, error) {
	d, err := a.declaration(ctx, in)
	return declarationScript{d, in.language}, err
}

func (d declarationScript) answer(r *request) error {
	h := r.c.Response().Header()
	h.Set("Content-Language", d.language)
	h["Access-Control-Allow-Origin"] = anyOrigin
	h["Cross-Origin-Resource-Policy"] = crossOrigin
	h["Timing-Allow-Origin"] = anyOrigin
	return answerAsset(r, d.Embed, fiveMins)
}

func answerAsset(r *request, asset *banner.Asset, cache string) error {
	h := r.c.Response().Header()
	h.Set("ETag", asset.ETag)
	h.Set("Vary", "Accept-Language, Accept-Encoding")
	if matches(r.c.Request().Header.Get("If-None-Match"), asset.ETag) {
		h.Set("Cache-Control", cache)
		r.c.Response().WriteHeader(http.StatusNotModified)
		return nil
	}
	body, coding := asset.Encoded(r.c.Request().Header.Get("Accept-Encoding"))
	if value, coded := codings[coding]; coded {
		h["Content-Encoding"] = value
	}
	return write(r.c, http.StatusOK, asset.ContentType, cache, body)
}
