package consentlog

import "fmt"

// open finds out what is known of the log from before this process, and brings
// the writer up to it.
func (w *writer) open() (err error) {
	if w.runID, w.settled, err = w.meet(); err != nil {
		return err
	}
	unknowable, err := w.recall()
	if err == nil && unknowable {
		err = w.leaveEpoch()
	}
	w.opened = err == nil
	return err
}

// recall brings the head up to what the state files remember. unknowable: a
// process died and a forgetful Redis restarted, so what that process signed last
// nobody knows any more.
func (w *writer) recall() (unknowable bool, err error) {
	if w.log.store.memory == nil {
		return false, nil
	}
	memories, err := w.log.store.memory.recall(w.log.site)
	if err != nil {
		return false, err
	}
	for _, m := range memories {
		if err := w.raise(m.text); err != nil {
			return false, fmt.Errorf("state: %w", err)
		}
		if m.runID != w.runID && !m.clean && !m.durable { // else it has not restarted since we last looked, or forgot nothing
			unknowable = true
		}
	}
	return unknowable, nil
}

// raise moves the head to a checkpoint that lies further.
func (w *writer) raise(text string) error {
	c, err := w.log.key.open(text)
	if err == nil && w.head.end().before(c.end()) {
		w.head = c
	}
	return err
}

// leaveEpoch begins a new epoch where the present one may not be signed again.
// But other processes may live, and what they remember still belongs to it.
func (w *writer) leaveEpoch() error {
	if err := w.giveTime(w.runID, nil); err != nil {
		return err
	}
	cur, err := w.get()
	if err != nil {
		return err
	}
	if cur != "" {
		if err := w.raise(cur); err != nil {
			return err
		}
	}
	return w.rollover(cur)
}
