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
		w.edge = nil
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
	w.edge = nil // whoever wakes us looks first: another log may have met a Redis that went back
}

// atEase reports whether there is nothing left that Redis could forget and we
// alone remember.
func (w *writer) atEase() bool { return len(w.ring.batches) == 0 && len(w.erasures) == 0 }

// save remembers where the log stands, at most once a second unless it must be
// known now.
func (w *writer) save(now, clean bool) {
	m := w.log.store.memory
	if m == nil || w.head.text == "" || !now && (w.saved == w.head.text || time.Since(w.savedAt) < tickEvery/2) {
		return
	}
	r := remembered{clean: clean, durable: w.log.store.guarantee.Load().durable, runID: w.runID, text: w.head.text}
	if err := m.keep(w.log.site, r); err != nil {
		w.logger().Error("cannot remember the checkpoint", "err", fmt.Errorf("save: %w", err))
		return
	}
	w.saved, w.savedAt, w.marked = w.head.text, time.Now(), !clean
}
