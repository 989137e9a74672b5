package consentlog

import "slices"

// admit picks the records that may go into the next batch. Consents whose
// notice is not in this epoch go back to their callers, and so does what
// rests on another life of Redis. Of records with the same id only the first goes
// now: the others then find it taken. So it is with an erasure and whatever else
// names the same visitor.
func (w *writer) admit(records []*pending) (now, later []*pending) {
	ids := make(map[[2]string]bool, len(records))
	apart := apartFrom(records)
	for _, p := range records {
		if p.notice != "" {
			if epoch, ok := w.log.noticed.Load(p.notice); !ok || epoch != w.head.epoch {
				w.edge = nil // one of us is behind: look before the next batch
				p.answer(outcome{moved: true})
				continue
			}
		}
		if p.life != 0 && p.life != w.log.store.life() {
			p.answer(outcome{moved: true})
			continue
		}
		if p.index.key != "" {
			id := [2]string{p.index.key, p.index.field}
			if ids[id] {
				later = append(later, p)
				continue
			}
			ids[id] = true
		}
		if !apart(p) {
			later = append(later, p)
			continue
		}
		now = append(now, p)
	}
	return now, later
}

// apartFrom tells of each record in turn whether it may go into one batch with
// those before. An erasure and whatever else names the same visitor may not:
// which of the two was first would be for the order within commit.lua to say,
// and not for their places.
func apartFrom(records []*pending) func(*pending) bool {
	inBatch := map[string]bool{} // consent ids that an erasure concerns → already in the batch
	for _, p := range records {
		for _, loss := range p.losses {
			inBatch[loss.consentID] = false
		}
	}
	return func(p *pending) bool {
		if len(inBatch) == 0 {
			return true
		}
		named := []string{p.consentID}
		for _, loss := range p.losses {
			named = append(named, loss.consentID)
		}
		if slices.ContainsFunc(named, func(id string) bool { return inBatch[id] }) {
			return false
		}
		for _, id := range named {
			if _, concerned := inBatch[id]; concerned {
				inBatch[id] = true
			}
		}
		return true
	}
}
