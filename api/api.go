// Package api is the HTTP face of Sluis: it serves the scripts of package
// banner, takes records into package consentlog and lets the log be read.
//
// It guarantees that every answer has the shape that openapi.yaml describes,
// that every refusal is an RFC 9457 problem which names the place and the
// mend, that nothing is answered as recorded before it is sealed, and that
// doubt is never answered with a grant. No IP address, user agent or query
// string reaches a log line or the disk.
//
// It is no web framework: echo is used for routing at the edge and stays out
// of the handlers, which are functions from an input to an output.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"sluis/banner"
	"sluis/consentlog"
)

// Options is what the service is made of. Sites, Bundler, Store, Keys and
// Metrics are required.
type Options struct {
	Sites   *banner.Sites
	Bundler *banner.Bundler
	Store   *consentlog.Store
	Keys    *Keys
	Metrics *Metrics

	// PublicURL is where the service is reached from outside, without a final
	// slash: "https://consent.example.nl". Problem types and the documentation
	// are addressed below it. Empty: relative addresses.
	PublicURL string
	// Version is shown by /readyz. Default "dev".
	Version string
	// Logger takes the access log and unexpected errors. Default: discarded.
	Logger *slog.Logger
	// TrustedProxies are the addresses whose X-Forwarded-For is believed.
	// Empty: the peer of the connection counts, whatever the header says.
	TrustedProxies []netip.Prefix
	// Warning is repeated by /readyz while it is not empty: the stand-in's
	// "nothing survives a restart".
	Warning string
	// Limits are the rates; zero fields take the defaults.
	Limits Limits
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// API is the running HTTP face. It is an http.Handler; Close waits for what
// it still does in the background.
type API struct {
	// Echo is the router, for the process to add its own pages to.
	Echo *echo.Echo

	o            Options
	limits       *limiter
	publisher    *publisher
	declarations *declarations
	unasked      *unasked
	shown        shownServices
	foreign      foreign
	docs         func() (docs, error) // rendered when first asked for
	unrouted     *timer
	searchFor    time.Duration
}

// New builds the service. It opens nothing and fails never: what it is given
// is open already.
func New(o Options) *API {
	o.PublicURL = strings.TrimRight(o.PublicURL, "/")
	if o.Version == "" {
		o.Version = "dev"
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	a := &API{
		Echo:         echo.New(),
		o:            o,
		limits:       newLimiter(o.Limits, o.Now),
		publisher:    newPublisher(o),
		declarations: newDeclarations(o),
		unasked:      newUnasked(o),
		docs:         sync.OnceValues(func() (docs, error) { return renderDocs(o) }),
		unrouted:     o.Metrics.timer("none"),
		searchFor:    searchFor,
	}
	o.Sites.OnChange(a.forget)
	o.Metrics.watch(o.Sites)
	a.Echo.HideBanner, a.Echo.HidePort = true, true
	a.Echo.IPExtractor = clientAddress(o.TrustedProxies)
	a.Echo.HTTPErrorHandler = a.fail
	for _, r := range a.routes() {
		h := a.mount(&r)
		a.Echo.Add(r.method, r.path, h).Name = r.operation
		if r.method == http.MethodGet { // HEAD belongs to GET (RFC 9110 9.3.2)
			a.Echo.Add(http.MethodHead, r.path, h).Name = r.operation
		}
	}
	return a
}

// forget frees what is kept for sites that are not live any more: previews come
// and go.
func (a *API) forget(live []*banner.Site) {
	a.o.Bundler.Forget(live)
	pages := map[shownIn]bool{}
	for _, site := range live {
		for _, language := range site.Languages {
			pages[shownIn{site.ID, language}] = true
		}
	}
	a.declarations.forget(pages)
	a.publisher.forget(pages)
	a.unasked.forget(live)
}

// shownIn names what a site shows in one language.
type shownIn struct{ site, language string }

// fail answers what no route takes: unknown paths and methods, and the errors
// of pages that the process added.
func (a *API) fail(err error, c echo.Context) {
	a.refuse(c, "none", err)
	a.unrouted.observe(c.Response().Status, 0)
}

// routes joins the lists of the resources. A new resource adds its line here.
func (a *API) routes() []route {
	var all []route
	for _, list := range [][]route{
		a.assetRoutes(),
		a.declarationRoutes(),
		a.pageRoutes(),
		a.recordRoutes(),
		a.receiptRoutes(),
		a.consentRoutes(),
		a.scriptRoutes(),
		a.noticeRoutes(),
		a.logRoutes(),
		a.siteRoutes(),
		a.healthRoutes(),
		a.docsRoutes(),
	} {
		all = append(all, list...)
	}
	return all
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.Echo.ServeHTTP(w, r) }

// Close waits until no notice is being published any more, or until ctx ends.
// Call it after the listener is shut and before the store is closed.
func (a *API) Close(ctx context.Context) error { return a.publisher.close(ctx) }
