package consentlog

import (
	"fmt"
	"time"
)

// What a writer does between two batches.

// tick keeps an idle log in step with Redis, and its state file with it.
func (w *writer) tick() {
	if !w.opened {
		return
	}
	restarted := w.settled != w.log.store.settled.Load()
	if err := w.look(restarted); err != nil {
		w.border = nil
		w.complain(err)
		restarted = false
	} else {
		w.relieved()
		w.eraseAgain()
		w.ring.advance(w.log.store.o.now(), w.log.store.o.ringAge)
	}
	w.save(restarted, false)
}

// untilTick is how soon the next one is due.
func (w *writer) untilTick() time.Duration {
	if w.complained && !w.atEase() {
		return hurry
	}
	return tickEvery
}

// look brings us in step. Where Redis restarted it asks first who Redis is, then
// what it holds: should it restart once more in between, the state file names
// the life before, and no more is promised than was seen.
func (w *writer) look(restarted bool) error {
	if !restarted {
		return w.sync()
	}
	runID, settled, err := w.meet()
	if err != nil {
		return err
	}
	if err := w.sync(); err != nil {
		return err
	}
	w.runID, w.settled = runID, settled
	return nil
}

// rest is called when the goroutine ends, in peace.
func (w *writer) rest() {
	if w.opened {
		w.save(true, true)
		w.marked = false
	}
	w.ring, w.erasures = ring{}, nil
	w.border = nil // whoever wakes us looks first: another log may have met a Redis that went back
}

// atEase reports whether there is nothing left that Redis could forget and we
// alone remember.
func (w *writer) atEase() bool { return len(w.ring.batches) == 0 && len(w.erasures) == 0 }

// mend follows the first commit in a life of Redis, in whatever log, and does not
// precede it: that commit closes a transaction that may have been left open. A Redis
// that is killed while it rewrites a file that ends in an open transaction
// does not start again by itself.
func (w *writer) mend() {
	store := w.log.store
	if _, done := store.mended.Load(w.runID); !done {
		ctx, cancel := w.attempt()
		defer cancel()
		store.mend(ctx, w.log.keys.checkpoint(), w.runID)
	}
}

// purge has Redis forget for good what b erased. It follows mend, without which
// Redis is not asked.
func (w *writer) purge(b *batch) {
	if len(b.erasures) > 0 {
		w.log.store.purger.wake()
	}
}

// save remembers where the log stands, at most once a second unless it must be
// known now.
func (w *writer) save(now, clean bool) {
	m := w.log.store.memory
	if m == nil || w.at.text == "" || !now && (w.saved == w.at.text || time.Since(w.savedAt) < tickEvery/2) {
		return
	}
	r := remembered{clean: clean, durable: w.log.store.guarantee.Load().durable, runID: w.runID, text: w.at.text}
	if err := m.keep(w.log.site, r); err != nil {
		w.logger().Error("cannot remember the checkpoint", "err", fmt.Errorf("save: %w", err))
		return
	}
	w.saved, w.savedAt, w.marked = w.at.text, time.Now(), !clean
}
