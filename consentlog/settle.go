package consentlog

import (
	"fmt"
	"time"
)

// settle is what NOSCRIPT asks for: this Redis is not the one we knew, or we
// are new. Where it may have forgotten something, everyone gets the time to
// put it back before anyone appends: the whole time, in one life of Redis.
func (w *writer) settle() error {
	store := w.log.store
	runID, _, err := w.meet()
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	if !store.o.StandIn && !store.guarantee.Load().durable {
		// What fails meanwhile is tried again below.
		if err := w.giveTime(runID, func() { _ = w.sync() }); err != nil {
			return fmt.Errorf("settle: %w", err)
		}
	}
	if err := w.sync(); err != nil {
		return err
	}
	ctx, cancel := w.attempt()
	defer cancel()
	if err := store.probe(ctx); err != nil {
		return fmt.Errorf("settle: %w", unavailable(err))
	}
	settled := store.settled.Add(1) // before the fence opens: what was counted in the life before is counted anew
	if err := store.openFence(ctx, w.log.keys.checkpoint(), runID); err != nil {
		return fmt.Errorf("settle: %w", unavailable(err))
	}
	w.runID, w.settled = runID, settled
	return nil
}

// meet asks which life of Redis this is. The fence is one for all logs: when
// another log has settled, this one is told by nothing else that Redis
// restarted, and its state file would name a life that is over.
func (w *writer) meet() (runID string, settled int64, err error) {
	settled = w.log.store.settled.Load()
	ctx, cancel := w.attempt()
	defer cancel()
	if runID, err = w.log.store.runID(ctx, w.log.keys.checkpoint()); err != nil {
		return "", 0, unavailable(err)
	}
	return runID, settled, nil
}

// giveTime waits for as long as processes have to put back what Redis forgot in
// this life.
func (w *writer) giveTime(life string, meanwhile func()) error {
	for end := time.Now().Add(w.log.store.o.healFor); time.Now().Before(end); w.pause(retryPause) {
		if w.stopping() {
			return fmt.Errorf("%w: the store is closing", ErrUnavailable)
		}
		if meanwhile != nil {
			meanwhile()
		}
	}
	runID, _, err := w.meet()
	if err == nil && runID != life {
		err = unavailable(errRestarted)
	}
	return err
}
