package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sluis/banner"
	"sluis/consentlog"
)

func (a *API) assetRoutes() []route {
	return []route{
		{operation: "getScript", method: http.MethodGet, path: "/:script", call: handle(a.getScript)},
		{operation: "getBundle", method: http.MethodGet, path: "/v/:release/:file", call: handle(a.getBundle)},
	}
}

// assetWanted is a script by its file name, and the release it should be of.
type assetWanted struct {
	site              *banner.Site
	language, release string // language "": the gate; release "": the newest
	proof             bool   // what proves a choice, in that language
}

func (in *assetWanted) read(r *request) error {
	// Queries are let pass: pages put a version behind a script's address, and
	// it changes nothing here.
	name := r.c.Param("script")
	if name == "" {
		name, in.release = r.c.Param("file"), r.c.Param("release")
	}
	base, isScript := strings.CutSuffix(name, ".js")
	if in.release != "" {
		base, in.language, _ = strings.Cut(base, ".")
		in.language, in.proof = strings.CutSuffix(in.language, ".proof")
	}
	site, known := r.api.o.Sites.Get(base)
	if isScript && !known && r.api.refused(base) {
		return problem("unknown-script", "The site file of the script "+quote(name)+" is refused, so nothing is served for it.", refusedFile)
	}
	// A page opened before a change still gets to ask, and to withdraw: where the site has
	// its language no more, in the site's first. What an earlier release spoke is not kept,
	// so this goes for any language and any release but the present one.
	if known && languageForm.MatchString(in.language) && !slices.Contains(site.Languages, in.language) && in.release != r.api.o.Bundler.Release(site) {
		in.language = site.Languages[0]
	}
	if !isScript || !known || !slices.Contains(site.Languages, in.language) && (in.proof || in.language != "" && in.language != "debug") {
		return problem("unknown-script", "No script "+quote(name)+" is served here.", consentlog.Fault{
			Pointer: "path", Detail: "names no script of a site", Fix: "use SITE.js, as GET /v1/sites/SITE gives it",
		})
	}
	r.site, in.site = site, site
	return nil
}

// script is a script on its way out.
type script struct {
	asset *banner.Asset
	cache []string
}

// The headers of every script, made once: setting them costs nothing. They are
// never written to.
var (
	cacheRolling   = []string{rolling}
	cacheImmutable = []string{immutable}
	cacheFallback  = []string{fallback}
	varyEncoding   = []string{"Accept-Encoding"}
	anyOrigin      = []string{"*"}
	crossOrigin    = []string{"cross-origin"}
	noSniff        = []string{"nosniff"}
	codings        = map[string][]string{"br": {"br"}, "zstd": {"zstd"}, "gzip": {"gzip"}}
)

// getScript is the gate that a page loads first.
func (a *API) getScript(ctx context.Context, in assetWanted) (script, error) {
	asset, err := a.o.Bundler.Gate(ctx, in.site)
	if err != nil {
		return script{}, fmt.Errorf("gate of %s: %w", in.site.ID, err)
	}
	return script{asset: asset, cache: cacheRolling}, nil
}

// getBundle is a script of one release.
func (a *API) getBundle(ctx context.Context, in assetWanted) (script, error) {
	current := in.release == a.o.Bundler.Release(in.site)
	if in.language == "" {
		if !current {
			return script{}, problem("unknown-script", "The release "+quote(in.release)+" is not served any more.", consentlog.Fault{
				Pointer: "path", Detail: "names a release that is gone", Fix: "use /" + in.site.ID + ".js, or the release that GET /v1/sites/" + in.site.ID + " gives",
			})
		}
		asset, err := a.o.Bundler.Gate(ctx, in.site)
		if err != nil {
			return script{}, fmt.Errorf("gate of %s: %w", in.site.ID, err)
		}
		return script{asset: asset, cache: cacheImmutable}, nil
	}
	if in.language == "debug" {
		asset, err := a.o.Bundler.Debug(ctx, in.site)
		if err != nil {
			return script{}, fmt.Errorf("debug panel of %s: %w", in.site.ID, err)
		}
		return script{asset: asset, cache: cacheFallback}, nil
	}
	get, cache := a.o.Bundler.Banner, cacheImmutable
	if !current {
		get, cache = a.o.Bundler.BannerForOlder, cacheFallback
	}
	if in.proof {
		get = a.o.Bundler.Proof
	}
	asset, err := get(ctx, in.site, in.language)
	if err != nil {
		return script{}, fmt.Errorf("script of %s in %s: %w", in.site.ID, in.language, err)
	}
	if !in.proof { // it is no part of a notice
		a.publisher.want(in.site, in.language)
	}
	return script{asset: asset, cache: cache}, nil
}

func (s script) answer(r *request) error {
	h := r.c.Response().Header()
	h["Etag"] = []string{s.asset.ETag}
	h["Cache-Control"] = s.cache
	h["Vary"] = varyEncoding
	h["Access-Control-Allow-Origin"] = anyOrigin
	h["Cross-Origin-Resource-Policy"] = crossOrigin
	h["Timing-Allow-Origin"] = anyOrigin
	h["X-Content-Type-Options"] = noSniff
	req := r.c.Request()
	if matches(req.Header.Get("If-None-Match"), s.asset.ETag) {
		r.c.Response().WriteHeader(http.StatusNotModified)
		return nil
	}
	body, coding := s.asset.Encoded(req.Header.Get("Accept-Encoding"))
	if value, coded := codings[coding]; coded {
		h["Content-Encoding"] = value
	}
	h["Content-Type"] = []string{s.asset.ContentType}
	// With its length known, the body leaves together with the header.
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	r.c.Response().WriteHeader(http.StatusOK)
	if req.Method == http.MethodHead {
		return nil
	}
	_, _ = r.c.Response().Write(body) // who went away need not be told
	return nil
}
