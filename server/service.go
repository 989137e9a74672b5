package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"sluis/api"
	"sluis/banner"
	"sluis/consentlog"
)

// service is a running Sluis.
type service struct {
	config    Config // as in force: PublicURL is never empty
	sites     *banner.Sites
	demo      *demoSite // nil unless the demo site is served
	guarantee string
	warning   string

	failed chan error // the listener's unexpected end
	logger *slog.Logger
	stops  []stop // in order of start
}

// stop undoes one step of the start.
type stop struct {
	what string
	do   func(context.Context) error
}

// stopWithin bounds a stop: requests in flight are answered, what still runs
// after that is cut off.
const stopWithin = 15 * time.Second

// startService builds a whole service. Read from top to bottom it is the
// diagram of one; Stop undoes it from bottom to top.
func startService(ctx context.Context, c Config, logger *slog.Logger) (s *service, err error) {
	s = &service{logger: logger, failed: make(chan error, 1)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
		}
	}()

	// What an operator may have got wrong is looked at before anything runs.
	listener, err := s.listen(&c)
	if err != nil {
		return s, err
	}
	s.config = c
	origins := openHeldOrigins(c.Data, logger)
	folder, err := loadSites(c, origins.last, logger)
	if err != nil {
		return s, err
	}
	s.sites = folder.sites
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return s, fmt.Errorf("data folder: %w. Set SLUIS_DATA to a folder the service may write to", err)
	}
	state := filepath.Join(c.Data, "state")
	key, err := openSigningKey(filepath.Join(c.Data, "signing.key"), c.publicHost(), state)
	if err != nil {
		return s, err
	}
	if key.Name != c.publicHost() {
		logger.Info("the log keeps the name it was begun with", "name", key.Name, "publicHost", c.publicHost())
	}
	keys, err := api.OpenKeys(filepath.Join(c.Data, "keys.json"))
	if err != nil {
		return s, fmt.Errorf("reader keys: %w", err)
	}

	redis, err := openStorage(ctx, c, logger)
	if err != nil {
		return s, err
	}
	s.onStop("redis", func(context.Context) error { return redis.close() })
	s.warning = redis.warning

	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	metrics := api.NewMetrics(registry)
	store, err := openStore(ctx, consentlog.StoreOptions{
		RedisURL: redis.url, StandIn: redis.standIn, Name: key.Name, Secret: key.Secret,
		StateDir: state, Logger: logger, Observe: metrics.Observe,
	}, logger)
	if err != nil {
		return s, err
	}
	s.onStop("store", func(context.Context) error { return store.Close() })
	s.guarantee = store.Guarantee()
	if store.Forgets() && s.warning == "" {
		logger.WarnContext(ctx, "redis forgets", "guarantee", s.guarantee)
	}
	if err := ownLogs(ctx, store, folder.sites); err != nil {
		return s, err
	}

	bundler := banner.NewBundler(banner.BundlerOptions{Logger: logger, Catalog: folder.catalog})
	s.onStop("builds", func(context.Context) error { bundler.Close(); return nil })
	web := api.New(api.Options{
		Sites: folder.sites, Bundler: bundler, Store: store, Keys: keys, Metrics: metrics, PublicURL: c.PublicURL,
		Version: version(), Logger: logger, TrustedProxies: c.TrustedProxies, Limits: c.Limits, Warning: redis.warning,
	})
	s.onStop("background work", web.Close)
	if folder.demoServed() {
		if s.demo, err = openDemo(ctx, c, folder, bundler, store, keys); err != nil {
			return s, fmt.Errorf("demo: %w", err)
		}
		s.demo.mount(web.Echo, folder.demoServed)
	} else {
		mountNoDemo(web.Echo)
	}

	origins.follow(folder.sites)
	s.follow("site files", folder.sites.Run)
	s.follow("what visitors were asked", web.WatchNotices)
	s.follow("what is too old to keep", newSweeper(store, logger).run)
	s.serve(listener, web)
	logger.InfoContext(ctx, "started", "version", version(), "listen", c.Listen, "publicURL", c.PublicURL, "guarantee", s.guarantee)
	return s, nil
}

// Stop undoes the start in reverse and waits for every goroutine.
func (s *service) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	var errs []error
	for len(s.stops) > 0 {
		last := s.stops[len(s.stops)-1]
		s.stops = s.stops[:len(s.stops)-1]
		if err := last.do(ctx); err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", last.what, err))
		}
	}
	return errors.Join(errs...)
}

func (s *service) onStop(what string, do func(context.Context) error) {
	s.stops = append(s.stops, stop{what, do})
}

// brokenFor is how long work that broke rests before it is begun again.
const brokenFor = 5 * time.Second

// follow runs work in the background until the service stops. What breaks in it
// ends nothing else, and is begun again.
func (s *service) follow(what string, work func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() {
		for {
			broke, err := unbroken(ctx, work)
			if err != nil && !errors.Is(err, context.Canceled) {
				s.logger.Error("background work ended", "what", what, "error", err, "beginsAgain", broke)
			}
			if !broke {
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(brokenFor):
			}
		}
	})
	s.onStop(what, func(context.Context) error {
		cancel()
		group.Wait()
		return nil
	})
}

// unbroken makes an error of a panic, and tells which of the two it was.
func unbroken(ctx context.Context, work func(context.Context) error) (broke bool, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			broke, err = true, fmt.Errorf("panic: %v\n%s", broken, debug.Stack())
		}
	}()
	return false, work(ctx)
}

// listen takes the address first, because a free port (":0") decides the
// default of the public address.
func (s *service) listen(c *Config) (net.Listener, error) {
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w. Set SLUIS_LISTEN to another address, for example 127.0.0.1:8081", err)
	}
	s.onStop("listener", func(context.Context) error {
		if err := listener.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil // the HTTP server closed it already
	})
	c.Listen = listener.Addr().String()
	c.completePublicURL()
	return listener, nil
}
