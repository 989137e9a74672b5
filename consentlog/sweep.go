package consentlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// SweepOptions says what is too old.
type SweepOptions struct {
	// Kept is how long the identity half of a record is kept, by the content of
	// the notice that the record names: what the visitor read is what holds,
	// whatever the site says today. 0: the notice does not say; as long as
	// VisitorLifetime.
	Kept func(notice json.RawMessage) time.Duration
	// At is the moment whose age counts; default now.
	At time.Time
	// DryRun counts, and destroys nothing.
	DryRun bool
	// Pause is how long Redis is left alone after each page of visitors.
	Pause time.Duration
	// Progress is told after each page what was done so far; default none.
	Progress func(Swept)
}

// Swept is what Sweep did.
type Swept struct {
	Visitors int64            // who were looked at
	Records  map[string]int64 // whose identity half is gone, by site
}

// sweepPage is about how many keys one turn looks at, and thus how many
// visitors one commit concerns at most.
const sweepPage = 256

// Sweep destroys, in every log of this Redis, the identity halves that were kept
// for as long as their notice promised. It does so as Erase does, in commits
// that log how many there were; each concerns as many visitors as a page holds,
// so that no record of the log says which of them belong together.
//
// Age counts from the record's own time, which is the service's. Any number of
// processes may sweep at once: a half is destroyed, and counted, once. What an
// interrupted sweep left the next one finds. A log that cannot be read is passed
// over, and is part of the error.
//
// What Erase says of copies and backups holds here too. A half that comes back
// with a backup goes again with the next sweep.
func (s *Store) Sweep(ctx context.Context, o SweepOptions) (Swept, error) {
	if o.At.IsZero() {
		o.At = s.o.now()
	}
	w := &sweep{store: s, o: o, ages: map[string]*ages{}, failed: map[string]error{}, done: Swept{Records: map[string]int64{}}}
	var err error
	if c, ok := s.redis.(*redis.ClusterClient); ok {
		err = c.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error { return w.node(ctx, node) })
	} else {
		err = w.node(ctx, s.redis)
	}
	errs := []error{err}
	for _, site := range slices.Sorted(maps.Keys(w.failed)) {
		errs = append(errs, fmt.Errorf("site %s: %w", site, w.failed[site]))
	}
	if err := errors.Join(errs...); err != nil {
		return w.done, fmt.Errorf("sweep: %w", err)
	}
	return w.done, nil
}

// sweep is one run of Sweep.
type sweep struct {
	store *Store
	o     SweepOptions

	mu     sync.Mutex // the nodes of a Cluster are walked side by side, their pages one by one
	ages   map[string]*ages
	failed map[string]error // by site
	done   Swept
}

// node walks the visitors that one Redis holds. SCAN shows everybody who is
// there from the first call to the last, and some twice.
func (w *sweep) node(ctx context.Context, node redis.UniversalClient) error {
	for cursor := uint64(0); ; {
		keys, next, err := node.Scan(ctx, cursor, keysOf("*").visitor("*"), sweepPage).Result()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		if err := w.page(ctx, keys); err != nil || next == 0 {
			return err
		}
		cursor = next
		if w.o.Pause > 0 {
			select {
			case <-time.After(w.o.Pause):
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
}

// page sweeps the visitors whose keys these are, site by site.
func (w *sweep) page(ctx context.Context, keys []string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	visitors := map[string][]string{}
	for _, key := range keys {
		site, consentID, _ := strings.Cut(strings.TrimPrefix(key, "cl:{"), "}:s:")
		visitors[site] = append(visitors[site], consentID)
	}
	for _, site := range slices.Sorted(maps.Keys(visitors)) {
		if w.failed[site] != nil {
			continue
		}
		n, err := w.site(ctx, site, visitors[site])
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if errors.Is(err, ErrUnavailable) {
			return err
		}
		if err != nil {
			w.failed[site] = err
		}
		if n > 0 {
			w.done.Records[site] += int64(n)
		}
		w.done.Visitors += int64(len(visitors[site]))
	}
	if w.o.Progress != nil {
		w.o.Progress(w.done)
	}
	return nil
}

// site takes from these visitors of one site what is too old, and says how many
// halves that were.
func (w *sweep) site(ctx context.Context, site string, visitors []string) (int, error) {
	log, err := w.store.Log(ctx, site)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, w.store.o.Timeout)
	defer cancel()
	if w.ages[site] == nil {
		if w.ages[site], err = log.ages(ctx, w.o); err != nil {
			return 0, err
		}
	}
	for {
		losses, records, err := log.tooOld(ctx, w.ages[site], visitors)
		if err != nil || records == 0 || w.o.DryRun {
			return records, err
		}
		s, err := sealErase(site, records, becauseAge, w.store.o.now())
		if err != nil {
			return 0, err
		}
		o, err := log.submit(ctx, pending{sealed: s, kind: kindErase, losses: losses})
		if err != nil {
			return 0, err
		}
		if o.committed != nil {
			return records, nil
		}
		log.pause(ctx) // another process swept or erased meanwhile: count anew
	}
}
