package api

import (
	"context"
	"fmt"
	"net/http"

	"sluis/banner"
	"sluis/consentlog"
)

func (a *API) siteRoutes() []route {
	return []route{
		{operation: "listSites", method: http.MethodGet, path: "/v1/sites", limited: true, reader: true, cache: private, call: handle(a.listSites)},
		{operation: "getSite", method: http.MethodGet, path: "/v1/sites/:site", limited: true, reader: true, cache: private, call: handle(a.getSite)},
	}
}

// site is a site as served.
type site struct {
	*banner.Site
	Services  []siteService    `json:"services"`
	Unasked   []banner.Unasked `json:"unasked"`
	Release   string           `json:"release"`
	Script    string           `json:"script"`
	Integrity integrity        `json:"integrity"`
	LogKey    string           `json:"logKey"`
}

type siteService struct {
	ID         string              `json:"id"`
	Name       string              `json:"name"`
	Category   consentlog.Category `json:"category"`
	Parameters map[string]string   `json:"parameters,omitempty"`
}

type integrity struct {
	Script string `json:"script"`
	Hash   string `json:"hash"`
}

// ofKey is the input of a call about all that a key may read.
type ofKey struct{ key Key }

func (in *ofKey) read(r *request) error {
	in.key = *r.key
	return r.checked()
}

// listSites lists the sites that a key may read.
func (a *API) listSites(ctx context.Context, in ofKey) (list[site], error) {
	out := list[site]{Items: []site{}}
	for _, s := range a.o.Sites.All() {
		if !in.key.Reads(s.ID) {
			continue
		}
		one, err := a.getSite(ctx, ofSite{s})
		if err != nil {
			return list[site]{}, err
		}
		out.Items = append(out.Items, one)
	}
	return out, nil
}

// getSite is one site.
func (a *API) getSite(ctx context.Context, in ofSite) (site, error) {
	gate, err := a.o.Bundler.Gate(ctx, in.site)
	if err != nil {
		return site{}, fmt.Errorf("gate of %s: %w", in.site.ID, err)
	}
	release := a.o.Bundler.Release(in.site)
	s := site{
		Site: in.site, Services: []siteService{}, Unasked: append([]banner.Unasked{}, a.unasked.get(in.site)...), Release: release,
		Script:    a.o.PublicURL + "/" + in.site.ID + ".js",
		Integrity: integrity{Script: a.o.PublicURL + "/v/" + release + "/" + in.site.ID + ".js", Hash: gate.SRI},
		LogKey:    a.o.PublicURL + "/v1/sites/" + in.site.ID + "/log/key",
	}
	for _, service := range in.site.Services {
		s.Services = append(s.Services, siteService{ID: service.ID, Name: service.Service.Name, Category: service.Service.Category, Parameters: service.Parameters})
	}
	return s, nil
}
