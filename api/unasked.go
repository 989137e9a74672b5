package api

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"sluis/banner"
	"sluis/consentlog"
)

// unasked knows which services of each site are granted by choices that were
// made before a visitor could read of them. The log tells; nothing that serves
// a visitor waits for it.
type unasked struct {
	sites  *banner.Sites
	store  *consentlog.Store
	logger *slog.Logger
	now    func() time.Time

	mu sync.Mutex
	of map[string]compared // by site
}

// compared is what was found of one version of a site file.
type compared struct {
	site     *banner.Site
	answered bool // the log has, for this version
	found    []banner.Unasked
	again    time.Time // when the log is asked again
}

const (
	sitesWatched    = time.Second    // how soon a changed site is looked at
	unaskedKept     = 24 * time.Hour // choices end, and with them what they grant
	unaskedRetried  = 15 * time.Second
	unaskedDeadline = 30 * time.Second
)

func newUnasked(o Options) *unasked {
	return &unasked{sites: o.Sites, store: o.Store, logger: o.Logger, now: o.Now, of: map[string]compared{}}
}

// get is what was found of a site as it is served now; empty while nobody looked.
func (u *unasked) get(site *banner.Site) []banner.Unasked {
	u.mu.Lock()
	defer u.mu.Unlock()
	if known := u.of[site.ID]; known.site == site {
		return known.found
	}
	return nil
}

// forget drops what was found of sites that are not live any more.
func (u *unasked) forget(live []*banner.Site) {
	stays := make(map[string]bool, len(live))
	for _, site := range live {
		stays[site.ID] = true
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	maps.DeleteFunc(u.of, func(id string, _ compared) bool { return !stays[id] })
}

// WatchNotices compares each site, at the start and whenever its file changes,
// with what its visitors were shown, until the context ends. What they were not
// asked about is said in the service's log, by /readyz and with the site.
func (a *API) WatchNotices(ctx context.Context) error {
	ticker := time.NewTicker(sitesWatched)
	defer ticker.Stop()
	for {
		a.unasked.look(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// look asks the log about every site that changed, or was not asked about for
// long. Where storage is away that is one line in the service's log, and not one
// for each of thousands of sites.
func (u *unasked) look(ctx context.Context) {
	var silent []string
	var cause error
	for _, site := range u.sites.All() {
		u.mu.Lock()
		known := u.of[site.ID]
		u.mu.Unlock()
		now := u.now()
		if known.site == site && now.Before(known.again) {
			continue
		}
		found, err := u.ask(ctx, site, now)
		next := compared{site, true, found, now.Add(unaskedKept)}
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			silent, cause = append(silent, site.ID), err
			next.answered, next.again = false, now.Add(unaskedRetried)
			if known.site == site {
				next.answered, next.found = known.answered, known.found
			}
		case known.site != site || !known.answered:
			for _, f := range found {
				u.logger.WarnContext(ctx, "visitors were not asked about a service that their choice grants", "site", site.ID, "service", f.Service,
					"it", f.Detail, "legalVersion", f.LegalVersion, "mend", f.Fix)
			}
		}
		u.mu.Lock()
		u.of[site.ID] = next
		u.mu.Unlock()
	}
	if len(silent) > 0 {
		u.logger.WarnContext(ctx, "not compared with what visitors were shown, the log did not answer", "sites", len(silent), "first", silent[0], "cause", cause)
	}
}

func (u *unasked) ask(ctx context.Context, site *banner.Site, now time.Time) ([]banner.Unasked, error) {
	ctx, cancel := context.WithTimeout(ctx, unaskedDeadline)
	defer cancel()
	log, err := u.store.Log(ctx, site.ID)
	if err != nil {
		return nil, err
	}
	return site.Unasked(ctx, log, now)
}
