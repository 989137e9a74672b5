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
	// DryRun counts, and destroys nothing. Where Redis grows meanwhile it may
	// count somebody twice.
	DryRun bool
	// Pause is how long Redis is left alone after each page of visitors, and each
	// segment of the log that is read because of them.
	Pause time.Duration
	// Progress is told after each page what was done so far; default none.
	Progress func(Swept)
}

// Swept is what Sweep did.
type Swept struct {
	Visitors int64            // who were looked at
	Records  map[string]int64 // whose identity half is gone, by site
}

// sweepPage is about how many keys one turn looks at, and from how many visitors
// on a commit is due.
const sweepPage = 256

// atOnce is for how many of them Redis is kept busy: whoever records something
// meanwhile waits for as long, and an eighth of a page costs a sweep little time.
const atOnce = sweepPage / 8

// Sweep destroys, in every log of this Redis, the identity halves that were kept
// for as long as their notice promised. It does so as Erase does, in commits
// that log how many there were; each concerns as many visitors as there are, up
// to some hundred, so that no record of the log counts what one visitor did.
//
// Age counts from the record's own time, which is the service's. Any number of
// processes may sweep at once: a half is destroyed, and counted, once. What an
// interrupted sweep left the next one finds. What cannot be read is passed over,
// a segment by itself, is told to the Logger, and is part of the error; so is a
// site for which Redis does not answer in time. None of them keeps another.
// A record whose time cannot be right is kept until Redis forgets its visitor.
//
// What Erase says of copies and backups holds here too; Redis is asked to write
// its append-only file anew at most once an hour. A half that comes back
// with a backup goes again with the next sweep.
func (s *Store) Sweep(ctx context.Context, o SweepOptions) (Swept, error) {
	if o.At.IsZero() {
		o.At = s.o.now()
	}
	w := &sweep{store: s, o: o, sites: map[string]*siteSweep{}, done: Swept{Records: map[string]int64{}}}
	var err error
	if c, ok := s.redis.(*redis.ClusterClient); ok {
		err = c.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error { return w.node(ctx, node) })
	} else {
		err = w.node(ctx, s.redis)
	}
	w.finish(ctx)
	if err == nil {
		err = context.Cause(ctx)
	}
	errs := []error{err}
	for _, site := range slices.Sorted(maps.Keys(w.sites)) {
		if err := w.sites[site].failed; err != nil {
			errs = append(errs, fmt.Errorf("site %s: %w", site, err))
		}
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

	mu    sync.Mutex // the nodes of a Cluster are walked side by side, their pages one by one
	sites map[string]*siteSweep
	done  Swept
}

// siteSweep is what is known of one site.
type siteSweep struct {
	ages   *ages
	due    map[string]bool // visitors that the next commit concerns
	failed error           // why it, or a part of it, is passed over
}

// node walks the visitors that one Redis holds. SCAN shows everybody who is
// there from the first call to the last, and some twice.
func (w *sweep) node(ctx context.Context, node redis.UniversalClient) error {
	for cursor := uint64(0); ; {
		keys, next, err := scanPage(ctx, node, cursor)
		w.page(ctx, keys)
		if err != nil {
			return unavailable(err)
		}
		if next == 0 {
			return nil
		}
		cursor = next
		if err := leaveAlone(ctx, w.o.Pause); err != nil {
			return err
		}
	}
}

// scanPage asks for a page of keys; with an error, as far as it came.
func scanPage(ctx context.Context, node redis.UniversalClient, cursor uint64) (keys []string, next uint64, err error) {
	for range sweepPage / atOnce {
		some, next, err := node.Scan(ctx, cursor, personal, atOnce).Result()
		keys = append(keys, some...)
		if err != nil || next == 0 {
			return keys, next, err
		}
		cursor = next
	}
	return keys, cursor, nil
}

// leaveAlone lets visitors come first.
func leaveAlone(ctx context.Context, pause time.Duration) error {
	if pause <= 0 {
		return nil
	}
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// page looks at the visitors whose keys these are, site by site. Where a purge is
// owed it opens the log, which has the purger see to it: of a site whose file is
// gone nobody else may have.
func (w *sweep) page(ctx context.Context, keys []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	visitors := map[string][]string{}
	for _, key := range keys {
		site, rest, _ := strings.Cut(strings.TrimPrefix(key, "cl:{"), "}:")
		if consentID, ok := strings.CutPrefix(rest, "s:"); ok {
			visitors[site] = append(visitors[site], consentID)
		} else if key == keysOf(site).purge() {
			_, _ = w.store.Log(ctx, site) // not one of ours, or closed: nothing to see to
		}
	}
	for _, site := range slices.Sorted(maps.Keys(visitors)) {
		w.inSite(ctx, site, func(log *Log, s *siteSweep) error { return w.look(ctx, log, s, visitors[site]) })
	}
	if w.o.Progress != nil {
		w.o.Progress(w.done)
	}
}

// finish commits what is due when everybody was looked at, or as many as could be.
func (w *sweep) finish(ctx context.Context) {
	for _, site := range slices.Sorted(maps.Keys(w.sites)) {
		if len(w.sites[site].due) > 0 {
			w.inSite(ctx, site, func(log *Log, s *siteSweep) error { return w.commit(ctx, log, s) })
		}
	}
}

// inSite does something for one site, which takes the time it takes: each exchange
// with Redis is bounded by itself. What fails is this site's alone, and is tried
// again with the next page.
func (w *sweep) inSite(ctx context.Context, site string, do func(*Log, *siteSweep) error) {
	s := w.sites[site]
	if s == nil {
		s = &siteSweep{due: map[string]bool{}}
		w.sites[site] = s
	}
	if ctx.Err() != nil {
		return
	}
	log, err := w.store.Log(ctx, site)
	if err == nil && s.ages == nil {
		s.ages, err = log.ages(ctx, w.o)
	}
	if err == nil {
		err = do(log, s)
	}
	if err == nil {
		err = s.ages.unread
	}
	if err != nil && ctx.Err() == nil && s.failed == nil {
		s.failed = err
		w.store.o.Logger.WarnContext(ctx, "not everything of a site can be swept", "site", site, "err", err)
	}
}

// look notes who has halves that are too old.
func (w *sweep) look(ctx context.Context, log *Log, s *siteSweep, visitors []string) error {
	w.done.Visitors += int64(len(visitors))
	losses, records, err := log.tooOld(ctx, s.ages, visitors)
	if w.o.DryRun {
		w.count(log, records)
		return err
	}
	for _, loss := range losses {
		s.due[loss.consentID] = true
	}
	if err != nil || len(s.due) < sweepPage {
		return err
	}
	return w.commit(ctx, log, s)
}

// commit takes from those who are due what is too old.
func (w *sweep) commit(ctx context.Context, log *Log, s *siteSweep) error {
	for {
		life := w.store.life()
		losses, records, err := log.tooOld(ctx, s.ages, slices.Sorted(maps.Keys(s.due)))
		if err != nil {
			return err
		}
		if len(losses) == 0 {
			clear(s.due)
			return nil
		}
		sealed, err := sealErase(log.site, records, becauseAge, w.store.o.now())
		if err != nil {
			return err
		}
		attempt, cancel := context.WithTimeout(ctx, w.store.o.Timeout)
		o, err := log.submit(attempt, pending{sealed: sealed, kind: kindErase, life: life, losses: losses, aged: true})
		cancel()
		if err != nil {
			return err
		}
		if o.committed != nil {
			w.count(log, records)
			clear(s.due)
			return nil
		}
		log.pause(ctx) // another process swept or erased meanwhile, or Redis restarted: count anew
	}
}

func (w *sweep) count(log *Log, records int) {
	if records > 0 {
		w.done.Records[log.site] += int64(records)
	}
}
