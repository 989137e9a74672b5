package consentlog

// What those are told who wait for a record.

// answer tells every caller of a committed batch.
func (b *batch) answer() {
	c := &commitment{checkpoint: b.after, grown: b.grown}
	for i, p := range b.records {
		p.answer(outcome{committed: c, index: b.before.N + int64(i)})
	}
}

// answerTaken tells the callers whose index field is taken or whose visitor has
// changed, and returns the others.
func (b *batch) answerTaken(taken map[int]string) (left []*pending) {
	op, erasure := 0, len(b.indexes)/3
	for _, p := range b.records {
		if p.index.key != "" {
			value, isTaken := taken[op]
			op++
			if isTaken {
				p.answer(outcome{taken: value})
				continue
			}
		}
		changed := false
		for range p.losses {
			_, differs := taken[erasure]
			changed = changed || differs
			erasure++
		}
		if changed {
			p.answer(outcome{moved: true})
			continue
		}
		left = append(left, p)
	}
	return left
}

// landed answers the callers of a batch whose answer was lost.
func (w *writer) landed(b *batch) {
	c := &commitment{checkpoint: b.after, grown: b.grown}
	for i, p := range b.records {
		if p.kind == kindNotice {
			w.log.noticed.Store(p.index.field, b.after.epoch)
		}
		p.answer(outcome{committed: c, index: b.before.N + int64(i)})
	}
}

func answerAll(records []*pending, err error) {
	for _, p := range records {
		p.answer(outcome{err: err})
	}
}

// stillWaiting drops the records that were answered or given up.
func stillWaiting(records []*pending) []*pending {
	out := records[:0:0]
	for _, p := range records {
		if !p.answered && !p.gone() {
			out = append(out, p)
		}
	}
	return out
}
