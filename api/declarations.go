package api

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"sync"
	"time"

	"sluis/banner"
	"sluis/consentlog"
)

// declarations keeps the declarations that were asked for, and looks into the
// log now and then for since when each has been in force. They are of use to a
// visitor even when the log is away, so nothing here waits for it for long or
// fails for want of it.
type declarations struct {
	store   *consentlog.Store
	bundler *banner.Bundler
	logger  *slog.Logger
	now     func() time.Time

	mu   sync.Mutex
	made map[shownIn]*declared
}

// declared is one of them. Its mutex is held while it is made: who comes
// meanwhile waits for that one.
type declared struct {
	mu       sync.Mutex
	site     *banner.Site
	standing banner.Standing
	until    time.Time // when the log is asked again
	result   *banner.Declaration
}

const (
	standingKept    = time.Minute     // a change of site shows at once, its date this late at most
	standingRetried = 5 * time.Second // after the log did not answer
	standingTimeout = 1500 * time.Millisecond
)

func newDeclarations(o Options) *declarations {
	return &declarations{store: o.Store, bundler: o.Bundler, logger: o.Logger, now: o.Now, made: map[shownIn]*declared{}}
}

// forget leaves only what is live.
func (d *declarations) forget(live map[shownIn]bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.made, func(key shownIn, _ *declared) bool { return !live[key] })
}

// get gives the declaration of the site as it is now.
func (d *declarations) get(ctx context.Context, site *banner.Site, language string) (*banner.Declaration, error) {
	key := shownIn{site.ID, language}
	d.mu.Lock()
	one := d.made[key]
	if one == nil {
		one = &declared{}
		d.made[key] = one
	}
	d.mu.Unlock()

	one.mu.Lock()
	defer one.mu.Unlock()
	now := d.now()
	if one.site == site && now.Before(one.until) {
		return one.result, nil
	}
	// Built first, so that the log alone is waited for below.
	if _, err := d.bundler.Notice(ctx, site, language); err != nil {
		return nil, fmt.Errorf("declaration of %s in %s: %w", site.ID, language, err)
	}
	standing, kept := d.standing(ctx, site, language)
	if one.site != site || !reflect.DeepEqual(standing, one.standing) {
		result, err := d.bundler.Declaration(ctx, site, language, standing)
		if err != nil {
			return nil, fmt.Errorf("declaration of %s in %s: %w", site.ID, language, err)
		}
		one.site, one.standing, one.result = site, standing, result
	}
	one.until = now.Add(kept)
	return one.result, nil
}

// standing asks the log, and says for how long its answer will do.
func (d *declarations) standing(ctx context.Context, site *banner.Site, language string) (banner.Standing, time.Duration) {
	// For all who wait for it, whoever asked first and may be gone.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), standingTimeout)
	defer cancel()
	standing, err := d.ask(ctx, site, language)
	if err != nil {
		d.logger.Warn("declaration served without its date, the log did not answer", "site", site.ID, "language", language, "cause", err)
		return banner.Standing{}, standingRetried
	}
	return standing, standingKept
}

func (d *declarations) ask(ctx context.Context, site *banner.Site, language string) (banner.Standing, error) {
	log, err := d.store.Log(ctx, site.ID)
	if err != nil {
		return banner.Standing{}, err
	}
	return d.bundler.Standing(ctx, site, language, log, d.now())
}
