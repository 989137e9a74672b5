package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"

	"sluis"
)

//go:embed docs
var docsFiles embed.FS

func (a *API) docsRoutes() []route {
	return []route{
		{operation: "getContract", method: http.MethodGet, path: "/openapi.yaml", cors: corsAny, cache: fiveMins, call: handle(a.getContract)},
		{operation: "getDocs", method: http.MethodGet, path: "/docs", cache: fiveMins, call: handle(a.getDocs)},
	}
}

// getContract is openapi.yaml.
func (a *API) getContract(context.Context, nothing) (text, error) {
	return text{"application/yaml", string(sluis.OpenAPI)}, nil
}

// docs is the contract as a page.
type docs struct{ html, policy string }

func (d docs) answer(r *request) error {
	h := r.c.Response().Header()
	h.Set("Content-Security-Policy", d.policy)
	h.Set("Referrer-Policy", "no-referrer")
	return r.send(http.StatusOK, "text/html; charset=utf-8", r.route.cache, []byte(d.html))
}

// getDocs renders the contract.
func (a *API) getDocs(context.Context, nothing) (docs, error) { return a.docs() }

// renderDocs makes the page. It takes nothing from elsewhere: no script, no
// font, no picture, and a policy that would stop them.
func renderDocs(o Options) (docs, error) {
	contract, err := readContract(sluis.OpenAPI)
	if err != nil {
		return docs{}, err
	}
	style, err := docsFiles.ReadFile("docs/page.css")
	if err != nil {
		return docs{}, fmt.Errorf("docs: %w", err)
	}
	page, err := template.ParseFS(docsFiles, "docs/page.html")
	if err != nil {
		return docs{}, fmt.Errorf("docs: %w", err)
	}
	data := newDocsPage(contract)
	data.Base, data.Style = o.PublicURL, template.CSS(style)
	data.Site = "demo"
	if sites := o.Sites.All(); len(sites) > 0 {
		data.Site = sites[0].ID
	}
	var b bytes.Buffer
	if err := page.Execute(&b, data); err != nil {
		return docs{}, fmt.Errorf("docs: %w", err)
	}
	sum := sha256.Sum256(style)
	return docs{html: b.String(), policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}, nil
}
