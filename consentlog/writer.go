package consentlog

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
)

// writer commits records to one site's log. Only the goroutine of Log.run
// touches it. Other processes may write to the same log: whoever swaps the
// checkpoint first wins, the others read what changed and plan again.
type writer struct {
	log *Log

	// Where the log ends, for the next batch.
	opened   bool
	head     checkpoint // newest checkpoint we signed or verified
	edge     edge       // of that tree; nil: look at Redis before planning
	factsEnd int64      // bytes of facts in the open segment

	// What Redis may not have, or have forgotten.
	unknown  []*batch // sent and not answered: they may be in the log, now or in a moment
	ring     ring
	erasures []erasedVisitor // that a new epoch could undo
	runID    string          // the life of Redis that we last settled with
	settled  int64           // the store's count of settlings by then

	// What the state file says.
	saved   string // the checkpoint in it
	savedAt time.Time
	marked  bool // it says that we are running

	complained bool // for saying only once that Redis went or came back
}

const (
	retryPause   = 20 * time.Millisecond
	maxUnknown   = 16
	corruptTries = 3 // a Redis that restarts between two reads looks like a corrupt one; not three times
)

// attempt bounds one exchange with Redis. It does not hang on any caller: a
// write that was sent is worth an answer even if nobody waits any more.
func (w *writer) attempt() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), attemptTimeout(w.log.store.o.Timeout))
}

// write commits the records, whatever Redis does meanwhile. Each caller is
// answered once, after the commit. Records whose callers have gone are dropped
// as soon as they are certainly not on their way; the others are found in the
// log by id when they come again.
func (w *writer) write(records []*pending) {
	corrupt := 0
	for pause := time.Duration(0); ; {
		records = stillWaiting(records)
		if len(records) == 0 {
			return
		}
		w.pause(pause)
		pause = retryPause
		if w.edge == nil {
			if err := w.sync(); err != nil {
				if corrupt++; !errors.Is(err, ErrCorrupt) {
					corrupt = 0
				}
				if corrupt >= corruptTries || w.stopping() {
					answerAll(records, err)
					return
				}
				continue
			}
			if records = stillWaiting(records); len(records) == 0 {
				return
			}
		}
		right := w.edge // admit may have us look before the batch after this one
		now, later := w.admit(records)
		if len(now) == 0 {
			records = later
			continue
		}
		b, err := plan(w.log.keys, w.log.key, w.head, right, w.factsEnd, w.lifetime(), now)
		if err != nil { // never: the tree in memory contradicts itself
			w.edge = nil
			answerAll(records, err)
			return
		}
		left, again := w.send(b)
		if again {
			pause = 0
		}
		records = append(left, later...)
	}
}

// send runs one batch and answers whom it can. It returns the records that
// still want committing, and whether to try them again at once.
func (w *writer) send(b *batch) (left []*pending, again bool) {
	store := w.log.store
	start := time.Now()
	shown := w.log.shown.Load()
	ctx, cancel := w.attempt()
	a, err := store.scripts.append(ctx, store.redis, b)
	cancel()
	switch {
	case err == nil && a.held == b.after.text:
		w.accept(b)
		if !w.marked { // nobody may hold a receipt that the state file knows nothing of
			w.save(true, false)
		}
		w.rewriteOnce()
		w.purge(b)
		w.observe(EventBatch, len(b.records), time.Since(start))
		w.answer(b)
		return nil, true
	case err == nil && a.held == b.before.text:
		return b.answerTaken(a.taken), true
	case err == nil:
		w.observe(EventConflict, len(b.records), 0)
		w.heed(shown, a.held)
		if err := w.adopt(a.held); err != nil {
			w.edge = nil
			return b.records, false
		}
		return stillWaiting(b.records), true
	case redis.HasErrorPrefix(err, "NOSCRIPT"): // certainly not executed
		w.observe(EventSettled, 0, 0)
		if err := w.settle(); err != nil {
			w.complain(err)
			w.edge = nil
			return b.records, false
		}
		return b.records, true
	default:
		w.complain(err)
		w.edge = nil
		if _, refused := errors.AsType[redis.Error](err); refused { // full, read-only, loading: it answered, and did not commit
			return b.records, false
		}
		w.observe(EventUnknown, len(b.records), 0)
		w.doubt(b)
		return b.records, false
	}
}

// doubt notes a batch that was sent and not answered. The same records planned
// again give the same bytes, so there are few.
func (w *writer) doubt(b *batch) {
	for _, u := range w.unknown {
		if u.after.text == b.after.text {
			return
		}
	}
	if len(w.unknown) == maxUnknown {
		w.unknown = w.unknown[1:] // if it landed its records are still found by id
	}
	w.unknown = append(w.unknown, b)
}

// accept moves the writer on to what b committed.
func (w *writer) accept(b *batch) {
	w.head, w.edge, w.factsEnd = b.after, b.grown.trim(b.after.N), b.factsEnd
	w.remember(b)
	after := b.after
	w.log.view.Store(&after)
	w.unknown = nil // they began where the log no longer ends
	w.relieved()
}

// sweepFirst is the time that sweeps have before Redis forgets a visitor, of which
// the log says nothing. They come once a day, and may fail for some.
const sweepFirst = 7 * 24 * time.Hour

// lifetime is after how many seconds without a choice Redis forgets a visitor.
func (w *writer) lifetime() int64 {
	return int64((w.log.store.o.VisitorLifetime + sweepFirst) / time.Second)
}

func (w *writer) observe(kind EventKind, records int, d time.Duration) {
	w.log.store.o.Observe(Event{Site: w.log.site, Kind: kind, Records: records, Duration: d})
}

func (w *writer) stopping() bool {
	select {
	case <-w.log.store.stop:
		return true
	default:
		return false
	}
}

// pause waits, but never longer than the store stays open.
func (w *writer) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-w.log.store.stop:
		<-time.After(min(d, time.Millisecond)) // callers are still answered: do not spin
	}
}

func (w *writer) logger() *slog.Logger {
	return w.log.store.o.Logger.With("site", w.log.site)
}

func (w *writer) complain(err error) {
	if !w.complained {
		w.logger().Error("storage does not confirm; records are refused until it does", "err", err)
	}
	w.complained = true
}

func (w *writer) relieved() {
	if w.complained {
		w.logger().Info("storage confirms again", "size", w.head.N)
	}
	w.complained = false
}
