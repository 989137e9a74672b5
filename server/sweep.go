package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"sluis/banner"
	"sluis/consentlog"
)

// sweeper erases every day what was kept for as long as was promised.
type sweeper struct {
	sweep  func(context.Context, consentlog.SweepOptions) (consentlog.Swept, error)
	wait   func(context.Context, time.Duration) error
	logger *slog.Logger
}

const (
	sweepEvery = 24 * time.Hour
	// sweepWithin spreads the processes that share a Redis, and keeps the sweep
	// out of a start.
	sweepWithin = time.Hour
	sweepPause  = 50 * time.Millisecond // between two pages: visitors come first
)

func newSweeper(store *consentlog.Store, logger *slog.Logger) sweeper {
	return sweeper{sweep: store.Sweep, wait: waitFor, logger: logger}
}

// run sweeps until the context ends. A sweep that failed is begun again the
// next day: nothing is lost by a day, and storage that is away is told already.
func (s sweeper) run(ctx context.Context) error {
	for rest := time.Duration(0); ; rest = sweepEvery {
		if err := s.wait(ctx, rest+rand.N(sweepWithin)); err != nil {
			return err
		}
		done, err := s.sweep(ctx, consentlog.SweepOptions{Kept: banner.ProofKeptBy, Pause: sweepPause})
		for site, records := range done.Records {
			s.logger.InfoContext(ctx, "consent numbers erased, kept for as long as was promised", "site", site, "records", records)
		}
		if err != nil && ctx.Err() == nil {
			s.logger.WarnContext(ctx, "not everything that is too old was erased; tried again tomorrow", "cause", err)
		}
	}
}

func waitFor(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
