package consentlog

import (
	"fmt"
)

// open finds out what is known of the log from before this process, and brings
// the writer up to it.
func (w *writer) open() error {
	store := w.log.store
	runID, settled, err := w.meet()
	if err != nil {
		return err
	}
	w.runID, w.settled = runID, settled
	unknowable := false
	if store.memory != nil {
		memories, err := store.memory.recall(w.log.site)
		if err != nil {
			return err
		}
		for _, m := range memories {
			c, err := w.log.key.open(m.text)
			if err != nil {
				return fmt.Errorf("state: %w", err)
			}
			if w.head.end().before(c.end()) {
				w.head = c
			}
			if m.runID != runID && !m.clean && !m.durable { // else it has not restarted since we last looked, or forgot nothing
				unknowable = true
			}
		}
	}
	if !unknowable {
		w.opened = true
		return nil
	}
	// A process died and a forgetful Redis restarted. What that process signed
	// last nobody knows any more: this epoch may not be signed again. But other
	// processes may live, and what they remember still belongs to it.
	if err := w.giveTime(runID, nil); err != nil {
		return err
	}
	cur, err := w.get()
	if err != nil {
		return err
	}
	if cur != "" {
		c, err := w.log.key.open(cur)
		if err != nil {
			return err
		}
		if w.head.end().before(c.end()) {
			w.head = c
		}
	}
	if err := w.rollover(cur); err != nil {
		return err
	}
	w.opened = true
	return nil
}
