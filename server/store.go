package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"sluis/banner"
	"sluis/consentlog"
)

// redisPatience is how long a start waits for a Redis of the operator's own:
// machines that start together are ready one after another.
const redisPatience = 30 * time.Second

// openStore opens the log's storage and waits a while for a Redis that is not
// there yet.
func openStore(ctx context.Context, o consentlog.StoreOptions, logger *slog.Logger) (*consentlog.Store, error) {
	deadline := time.Now().Add(redisPatience)
	for pause := 250 * time.Millisecond; ; pause = min(2*pause, 4*time.Second) {
		store, err := consentlog.OpenStore(ctx, o)
		if err == nil {
			return store, nil
		}
		// Only absence passes; a setting of Redis that is refused does not.
		if !isAway(err) || time.Now().Add(pause).After(deadline) {
			return nil, storageFault(err)
		}
		logger.Warn("waiting for redis", "error", err)
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(pause):
		}
	}
}

// isAway tells a Redis that does not answer from one that is unfit.
func isAway(err error) bool { return errors.Is(err, consentlog.ErrUnavailable) }

// storageFault says how to mend what kept the storage from being opened.
func storageFault(err error) error {
	if isAway(err) {
		return fmt.Errorf("storage: %w. Start it, or correct SLUIS_REDIS_URL", err)
	}
	return fmt.Errorf("storage: %w", err)
}

// ownLogs refuses storage that holds logs of another signing key: no record
// could be sealed there, and none read. Each log is asked: two installations may
// have begun different ones in one Redis, and an own log vouches for no other.
func ownLogs(ctx context.Context, store *consentlog.Store, sites *banner.Sites) error {
	// Those that are refused too: their files will be mended while this process runs.
	ids := slices.Clone(sites.Refused())
	for _, site := range sites.All() {
		ids = append(ids, site.ID)
	}
	for _, id := range ids {
		log, err := store.Log(ctx, id)
		if err != nil {
			return fmt.Errorf("storage: %w", err)
		}
		if _, err = log.Checkpoint(ctx); errors.Is(err, consentlog.ErrOtherKey) {
			return fmt.Errorf("storage: the log of the site %s was begun with another signing key than signing.key in SLUIS_DATA. Put back the copy you kept; "+
				"processes that share a Redis share the key; to begin anew, give SLUIS_REDIS_URL an empty Redis", id)
		}
	}
	return nil
}
