package api

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"sluis/banner"
	"sluis/consentlog"
)

// publisher brings the notice of a banner into the log when the banner is
// served, so that a record finds it there even if it comes late and the site
// has changed since. It works beside the request: a page never waits for it.
type publisher struct {
	store   *consentlog.Store
	bundler *banner.Bundler
	metrics *Metrics
	logger  *slog.Logger

	ctx   context.Context // ends with close
	stop  context.CancelFunc
	slots chan struct{} // bounds how many work at once
	work  sync.WaitGroup

	mu     sync.Mutex
	closed bool
	seen   map[shownIn]string // the release whose notice is published or under way
}

const (
	publishersAtOnce = 4
	publishTimeout   = 10 * time.Second
)

func newPublisher(o Options) *publisher {
	ctx, stop := context.WithCancel(context.Background())
	return &publisher{
		store: o.Store, bundler: o.Bundler, metrics: o.Metrics, logger: o.Logger,
		ctx: ctx, stop: stop, slots: make(chan struct{}, publishersAtOnce), seen: map[shownIn]string{},
	}
}

// want publishes the notice unless this process did so before. After a failure
// the next serving tries again.
func (p *publisher) want(site *banner.Site, language string) {
	key, release := shownIn{site.ID, language}, p.bundler.Release(site)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.seen[key] == release {
		return
	}
	p.seen[key] = release
	p.work.Go(func() {
		err := p.publish(site, language)
		if err == nil {
			p.metrics.published("published")
			return
		}
		p.metrics.published("failed")
		p.logger.Warn("notice not published, tried again when its banner is served", "site", site.ID, "language", language, "cause", err)
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.seen[key] == release {
			delete(p.seen, key)
		}
	})
}

// forget leaves only what is live.
func (p *publisher) forget(live map[shownIn]bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.seen, func(key shownIn, _ string) bool { return !live[key] })
}

func (p *publisher) publish(site *banner.Site, language string) error {
	ctx, cancel := context.WithTimeout(p.ctx, publishTimeout)
	defer cancel()
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	notice, err := p.bundler.Notice(ctx, site, language)
	if err != nil {
		return fmt.Errorf("notice: %w", err)
	}
	log, err := p.store.Log(ctx, site.ID)
	if err != nil {
		return err
	}
	return log.Publish(ctx, notice)
}

// close takes no more work and waits for what is under way, until ctx ends;
// then it is broken off. Nothing is lost: a record publishes its notice itself.
func (p *publisher) close(ctx context.Context) error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	done := make(chan struct{})
	go func() { p.work.Wait(); close(done) }()
	select {
	case <-done:
		p.stop()
		return nil
	case <-ctx.Done():
		p.stop()
		<-done
		return ctx.Err()
	}
}
