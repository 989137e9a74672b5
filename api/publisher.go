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

// publisher brings the notice of a banner into the log when the banner is
// served, so that a record finds it there even if it comes late and the site
// has changed since. It works beside the request: a page never waits for it.
type publisher struct {
	store   *consentlog.Store
	bundler *banner.Bundler
	metrics *Metrics
	logger  *slog.Logger

	ctx  context.Context // ends with close
	stop context.CancelFunc
	// closing ends the pauses, not what is under way.
	closing chan struct{}
	slots   chan struct{} // bounds how many work at once
	work    sync.WaitGroup

	mu     sync.Mutex
	closed bool
	seen   map[shownIn]string // the release whose notice is published or under way
	// waiting is under way: a record that comes before publishes it itself.
	waiting map[noticeOf]consentlog.Notice
}

// noticeOf is a notice of a site, by its hash.
type noticeOf struct{ site, hash string }

const (
	publishersAtOnce = 4
	publishTimeout   = 10 * time.Second
	publishAgain     = time.Second
)

func newPublisher(o Options) *publisher {
	ctx, stop := context.WithCancel(context.Background())
	return &publisher{
		store: o.Store, bundler: o.Bundler, metrics: o.Metrics, logger: o.Logger,
		ctx: ctx, stop: stop, slots: make(chan struct{}, publishersAtOnce), seen: map[shownIn]string{},
		closing: make(chan struct{}), waiting: map[noticeOf]consentlog.Notice{},
	}
}

// want publishes the notice unless this process did so before, or is at it.
func (p *publisher) want(site *banner.Site, language string) {
	key, release := shownIn{site.ID, language}, p.bundler.Release(site)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.seen[key] == release {
		return
	}
	p.seen[key] = release
	p.work.Go(func() {
		notice, err := p.bundler.Notice(p.ctx, site, language)
		if err == nil {
			p.bring(site.ID, notice)
			return
		}
		p.metrics.published("failed")
		p.logger.Warn("notice not made, tried again when its banner is served", "site", site.ID, "language", language, "cause", err)
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.seen[key] == release {
			delete(p.seen, key)
		}
	})
}

// bring publishes a notice that visitors are being shown, however long Redis stays
// away: the site may have another one by then, and their records wait for this one.
func (p *publisher) bring(site string, notice consentlog.Notice) {
	key := noticeOf{site, notice.Hash()}
	p.mu.Lock()
	p.waiting[key] = notice
	p.mu.Unlock()
	for told := false; ; told = true {
		err := p.publish(site, notice)
		if err == nil {
			p.metrics.published("published")
			p.mu.Lock()
			defer p.mu.Unlock()
			delete(p.waiting, key)
			return
		}
		if !told {
			p.metrics.published("failed")
			p.logger.Warn("notice not published, tried again until it is", "site", site, "language", notice.Language, "cause", err)
		}
		select {
		case <-time.After(publishAgain):
		case <-p.closing:
			return
		}
	}
}

// unpublished gives a notice that was served and may not be in the log yet.
func (p *publisher) unpublished(site, hash string) (consentlog.Notice, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	notice, is := p.waiting[noticeOf{site, hash}]
	return notice, is
}

// forget leaves only what is live.
func (p *publisher) forget(live map[shownIn]bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.seen, func(key shownIn, _ string) bool { return !live[key] })
}

func (p *publisher) publish(site string, notice consentlog.Notice) error {
	ctx, cancel := context.WithTimeout(p.ctx, publishTimeout)
	defer cancel()
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	log, err := p.store.Log(ctx, site)
	if err != nil {
		return err
	}
	return log.Publish(ctx, notice)
}

// close takes no more work and waits for what is under way, until ctx ends;
// then it is broken off. Nothing is lost: a record publishes its notice itself.
func (p *publisher) close(ctx context.Context) error {
	p.mu.Lock()
	if !p.closed {
		close(p.closing)
	}
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
