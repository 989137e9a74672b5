package consentlog

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// pending is one record that a caller waits for.
type pending struct {
	sealed
	kind      string
	notice    string // of a consent: the notice that must be in the log before it
	consentID string // of a consent: whom it names, or ""
	summary   string // of a consent: what the visitor's field "now" will say
	losses    []loss // of an erasure
	aged      bool   // of an erasure: nobody asked for it, the halves were too old
	life      int64  // of Redis, in which what it rests on was read, and it may be committed; 0: any
	index     indexOp
	gone      func() bool // the caller no longer waits
	done      chan outcome
	answered  bool // the writer's own
}

// indexOp is what finds the record again: a field of a Redis hash. A field
// that holds anything but stale is taken, and the batch is refused.
type indexOp struct {
	key, field, stale string
	suffix            string // follows the place in the value
}

// loss is what an erasure takes from one visitor. It is refused where that is no
// longer what was counted.
type loss struct {
	consentID string
	halves    []place // those that are there,
	whole     bool    // and whatever else is stored of the visitor,
	summary   string  // while the field "now" is this
}

// outcome is the writer's answer to one pending record: one of the four.
type outcome struct {
	committed *commitment
	index     int64 // with committed

	taken string // the value of the index field that stands in the way
	moved bool   // the notice is not in this epoch (any more), or what the record rests on changed, or may have: look and come again
	err   error
}

// commitment is what the callers of one batch share: enough to prove each of
// its records without reading anything.
type commitment struct {
	checkpoint
	grown edge
}

// receipt proves record index of the batch from memory.
func (c *commitment) receipt(s sealed, index int64) (Receipt, error) {
	path, err := tlog.ProveRecord(c.N, index, c.grown)
	if err != nil {
		return Receipt{}, fmt.Errorf("prove record %d of %d: %w", index, c.N, err)
	}
	return newReceipt(s, index, path, c.text), nil
}

// answer tells the caller, once: a record may be part of several attempts.
func (p *pending) answer(o outcome) {
	if !p.answered {
		p.answered = true
		p.done <- o
	}
}

// answer tells every caller of a batch that is in the log.
func (w *writer) answer(b *batch) {
	c := &commitment{checkpoint: b.after, grown: b.grown}
	for i, p := range b.records {
		if p.kind == kindNotice {
			w.log.noticed.Store(p.index.field, b.after.epoch)
		}
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
