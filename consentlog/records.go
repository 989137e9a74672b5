package consentlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sort"
	"time"

	"github.com/redis/go-redis/v9"
)

// Records yields the consents that match, newest first, from the checkpoint
// that stood when it was called: what is recorded meanwhile does not shift the
// list. It reads one segment of 256 records at a time and stops early when the
// query allows. System records are left out. The first error ends it.
func (l *Log) Records(ctx context.Context, q Query) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		err := l.walk(ctx, q, func(r Record) bool { return yield(r, nil) })
		if err != nil {
			yield(Record{}, fmt.Errorf("records: %w", err))
		}
	}
}

// skew is how far the times of neighbouring records may run backwards: clocks
// of several servers differ, and a record is stamped before it is written. A
// clock that was set back further leaves records out of order: a query by time
// then reads on while a segment holds any that is young enough.
const skew = 5 * time.Minute

func (l *Log) walk(ctx context.Context, q Query, yield func(Record) bool) error {
	c, err := l.current(ctx)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	before := place{c.epoch, c.N}
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
			if more, err := l.walkEpoch(ctx, &q, c.epoch, end, yield); err != nil || !more {
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

// walkEpoch yields the matching records below end, and reports whether older
// epochs may have more.
func (l *Log) walkEpoch(ctx context.Context, q *Query, epoch, end int64, yield func(Record) bool) (more bool, err error) {
	if !q.To.IsZero() {
		if end, err = l.until(ctx, epoch, end, q.To.Add(skew)); err != nil {
			return false, err
		}
	}
	for end > 0 {
		first := (end - 1) / tileWidth * tileWidth
		src, err := l.store.redis.Get(ctx, l.keys.facts(epoch, first/tileWidth)).Bytes()
		if err != nil && !errors.Is(err, redis.Nil) {
			return false, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		lines, err := firstLines(src, end-first)
		if err != nil {
			return false, fmt.Errorf("segment %d: %w", first/tileWidth, err)
		}
		younger := q.From.IsZero()
		for i, line := range slices.Backward(lines) {
			at := place{epoch, first + int64(i)}
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
	}
	return true, nil
}

// until cuts off whole segments that begin after a time, by halving.
func (l *Log) until(ctx context.Context, epoch, end int64, to time.Time) (int64, error) {
	var failed error
	segments := int((end + tileWidth - 1) / tileWidth)
	n := sort.Search(segments, func(n int) bool {
		if failed != nil {
			return true
		}
		// A first line is a consent of a few hundred bytes, or a notice, whose
		// time may lie beyond; then the whole is read.
		key := l.keys.facts(epoch, int64(n))
		line, err := l.store.redis.GetRange(ctx, key, 0, 2047).Bytes()
		if err == nil && !bytes.Contains(line, []byte("\n")) {
			line, err = l.store.redis.Get(ctx, key).Bytes()
		}
		if err != nil {
			failed = fmt.Errorf("%w: %w", ErrUnavailable, err)
			return true
		}
		line, _, _ = bytes.Cut(line, []byte("\n"))
		var f struct {
			Time time.Time `json:"time"`
		}
		if err := json.Unmarshal(line, &f); err != nil {
			failed = fmt.Errorf("%w: segment %d: %w", ErrCorrupt, n, err)
		}
		return f.Time.After(to)
	})
	return min(end, int64(n)*tileWidth), failed
}

// Segment reads up to 256 records as they are stored, for whoever verifies the
// whole log. It implements Source.
func (l *Log) Segment(ctx context.Context, epoch, n int64) (Segment, error) {
	c, err := l.checkpointOf(ctx, epoch)
	if err != nil {
		return Segment{}, fmt.Errorf("segment: %w", err)
	}
	count := min(tileWidth, c.N-n*tileWidth)
	if n < 0 || count <= 0 {
		return Segment{}, fmt.Errorf("segment: %w", ErrNotFound)
	}
	facts, entries, err := l.readSegment(ctx, epoch, n, count)
	if err != nil {
		return Segment{}, fmt.Errorf("segment: %w", err)
	}
	s := Segment{Entries: entries, Facts: make([]json.RawMessage, len(facts))}
	for i, f := range facts {
		s.Facts[i] = f
	}
	return s, nil
}
