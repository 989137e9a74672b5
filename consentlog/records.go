package consentlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"
)

// Records yields the consents that match, newest first, from the checkpoint
// that stood when it was called: what is recorded meanwhile does not shift the
// list. It reads one segment of 256 records at a time and stops early when the
// query allows. System records are left out. The first error ends it, a *Pause
// among them; each call searches one segment at least, so that whoever goes on
// from there comes to the end.
func (l *Log) Records(ctx context.Context, q Query) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		err := l.walk(ctx, q, func(r Record) bool { return yield(r, nil) })
		if err != nil {
			yield(Record{}, fmt.Errorf("records: %w", err))
		}
	}
}

// walk follows the epochs back.
func (l *Log) walk(ctx context.Context, q Query, yield func(Record) bool) error {
	c, err := l.current(ctx)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	before := c.end()
	if q.Before != "" {
		at, err := parsePlace(q.Before)
		if err != nil {
			return &InvalidError{Faults: []Fault{{Pointer: "?cursor", Detail: "is not a place in this log", Fix: "use the cursor of an earlier answer, or none"}}}
		}
		if at.before(before) {
			before = at
		}
	}
	for {
		if c.epoch <= before.epoch {
			end := c.N
			if c.epoch == before.epoch {
				end = min(end, before.index)
			}
			if more, err := l.walkEpoch(ctx, &q, c, end, yield); err != nil || !more {
				return err
			}
		}
		held, err := l.heldBefore(ctx, c)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		c = held
	}
}

// walkEpoch yields the matching records of an epoch below end, and reports whether
// older ones may have more.
func (l *Log) walkEpoch(ctx context.Context, q *Query, c checkpoint, end int64, yield func(Record) bool) (more bool, err error) {
	if !q.To.IsZero() {
		if end, err = l.endBy(ctx, c.epoch, c.N, end, time.Time{}, q.To.Add(skew)); err != nil {
			return false, err
		}
	}
	for end > 0 {
		s := place{c.epoch, end - 1}.segment()
		first := s.n * tileWidth
		lines, err := l.readFacts(ctx, s, end-first)
		if err != nil {
			return false, err
		}
		younger := q.From.IsZero()
		for i, line := range slices.Backward(lines) {
			at := place{c.epoch, first + int64(i)}
			var f Facts
			if err := json.Unmarshal(line, &f); err != nil {
				return false, fmt.Errorf("%w: %s: %w", ErrCorrupt, at, err)
			}
			younger = younger || !f.Time.Before(q.From.Add(-skew))
			if f.Kind == kindConsent && q.matches(&f) && !yield(Record{Place: at.String(), Facts: f}) {
				return false, nil
			}
		}
		if !younger {
			return false, nil // and so is everything before
		}
		end = first
		if !q.Until.IsZero() && time.Now().After(q.Until) {
			return false, &Pause{Place: place{c.epoch, end}.String()}
		}
	}
	return true, nil
}
