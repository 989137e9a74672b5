package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/labstack/echo/v4"

	"sluis/api"
	"sluis/banner"
	"sluis/consentlog"
	"sluis/demo"
)

// demoSite is the demo as this installation serves it.
type demoSite struct {
	pages     []demo.Page
	readerKey string
}

// openDemo prepares the demo's pages and a reader key for its log.
func openDemo(ctx context.Context, c Config, folder siteFolder, bundler *banner.Bundler, store *consentlog.Store, keys *api.Keys) (*demoSite, error) {
	site := folder.demo
	log, err := store.Log(ctx, site.ID)
	if err != nil {
		return nil, err
	}
	facts := map[string]demo.Facts{}
	for _, language := range site.Languages {
		notice, err := bundler.Notice(ctx, site, language)
		if err != nil {
			return nil, err
		}
		if facts[language], err = demoFacts(notice, log.VerifierKey(), folder.catalog); err != nil {
			return nil, err
		}
	}
	d := &demoSite{}
	if d.pages, err = demo.Pages(facts); err != nil {
		return nil, err
	}
	d.readerKey, err = demoReaderKey(filepath.Join(c.Data, "demo-reader.key"), site.ID, keys)
	return d, err
}

// mount adds the pages to the service's own. They are shown only while the demo
// is served: with the first site file its banner goes, and a page that holds
// everything back for ever would show nothing of Sluis.
func (d *demoSite) mount(router *echo.Echo, served func() bool) {
	while := func(there, otherwise echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if served() {
				return there(c)
			}
			return otherwise(c)
		}
	}
	to := func(path string) echo.HandlerFunc {
		return func(c echo.Context) error { return c.Redirect(http.StatusFound, path) }
	}
	for _, page := range d.pages {
		router.Add(page.Method, page.Path, while(echo.WrapHandler(page), demoGone))
		if page.Method == http.MethodGet {
			router.HEAD(page.Path, while(echo.WrapHandler(page), demoGone))
			router.Match([]string{http.MethodGet, http.MethodHead}, strings.TrimSuffix(page.Path, "/"), while(to(page.Path), demoGone))
		}
	}
	router.Match([]string{http.MethodGet, http.MethodHead}, "/", while(to("/demo/"), echo.NotFoundHandler))
}

// mountNoDemo says at the demo's addresses why it is not there. At no others: a
// site of one's own may be called demo, and has addresses below that name.
func mountNoDemo(router *echo.Echo) {
	for _, path := range demo.Paths() {
		for _, there := range []string{path, strings.TrimSuffix(path, "/")} {
			router.Match([]string{http.MethodGet, http.MethodHead}, there, demoGone)
		}
	}
}

func demoGone(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.String(http.StatusNotFound, `The demo is only there while the service has no site file, and this one was given some.

To see it, start a second Sluis that has none:

  SLUIS_SITES=$(mktemp -d) SLUIS_DATA=$(mktemp -d) SLUIS_LISTEN=127.0.0.1:8081 sluis serve
`)
}

// demoReaderKey answers the key that opens the demo's log. It is kept readable,
// for there is nothing to protect in a demonstration, so that the address that
// was printed at the first start goes on working.
func demoReaderKey(path, site string, keys *api.Keys) (string, error) {
	raw, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("demo reader key: %w", err)
	}
	token := strings.TrimSpace(string(raw))
	if _, err := keys.Check(token); err == nil {
		return token, nil
	}
	token, _, err = keys.Create(api.KeyOptions{Sites: []string{site}, Role: api.Reader})
	if err != nil {
		return "", fmt.Errorf("demo reader key: %w", err)
	}
	if err := os.WriteFile(path, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("demo reader key: %w", err)
	}
	return token, nil
}
