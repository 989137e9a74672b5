package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"sluis/banner"
	"sluis/consentlog"
)

func (a *API) noticeRoutes() []route {
	return []route{
		{operation: "listNotices", method: http.MethodGet, path: "/v1/sites/:site/notices", limited: true, reader: true, cache: private, call: handle(a.listNotices)},
	}
}

// ofSite is the input of a call about a site as a whole.
type ofSite struct{ site *banner.Site }

func (in *ofSite) read(r *request) error {
	if err := r.needSite(); err != nil {
		return err
	}
	in.site = r.site
	return r.checked()
}

// list is an answer of several items that has no pages yet.
type list[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// notice is a notice in the log.
type notice struct {
	consentlog.PublishedNotice
	Current bool `json:"current"`
}

// listNotices lists what was ever shown, newest first.
func (a *API) listNotices(ctx context.Context, in ofSite) (list[notice], error) {
	a.o.Metrics.read("listNotices")
	log, err := a.o.Store.Log(ctx, in.site.ID)
	if err != nil {
		return list[notice]{}, err
	}
	published, err := log.Notices(ctx)
	if err != nil {
		return list[notice]{}, err
	}
	out := list[notice]{Items: []notice{}}
	for _, p := range published {
		current, err := a.currentNotice(ctx, in.site, p.Hash)
		if err != nil {
			return list[notice]{}, err
		}
		out.Items = append(out.Items, notice{PublishedNotice: p, Current: current != nil})
	}
	slices.SortStableFunc(out.Items, func(x, y notice) int {
		return cmp.Or(y.Since.Compare(x.Since), cmp.Compare(x.Language, y.Language))
	})
	return out, nil
}
