package consentlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
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
		if end, err = l.until(ctx, c.epoch, c.N, end, time.Time{}, q.To.Add(skew)); err != nil {
			return false, err
		}
	}
	for end > 0 {
		first := (end - 1) / tileWidth * tileWidth
		src, err := l.store.redis.Get(ctx, l.keys.facts(c.epoch, first/tileWidth)).Bytes()
		if err != nil && !errors.Is(err, redis.Nil) {
			return false, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		lines, err := firstLines(src, end-first)
		if err != nil {
			return false, fmt.Errorf("segment %d: %w", first/tileWidth, err)
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
	}
	return true, nil
}

// beginningsAtOnce is how many segments until looks at in one exchange.
const beginningsAtOnce = 16

// until cuts off the segments after the last that begins by a time, but for one.
// It looks at them from the end: a search by halving would be shorter, and misled
// by a single record of a clock that was ahead. Such a one may begin the segment
// after that last too, which therefore stays, and so do all that begin later than
// one after them. What begins before from says nothing; where from is zero, a
// beginning that cannot be read is not cut off: whoever needs it will see.
//
// end is where to begin in an epoch of size records. Of the segment there the next
// one tells whether it was begun by such a clock, of the last one its own records.
func (l *Log) until(ctx context.Context, epoch, size, end int64, from, to time.Time) (int64, error) {
	newest := (size - 1) / tileWidth
	next := min(newest, (end-1)/tileWidth+1)
	keep, earliest := next+1, time.Time{} // from segment keep on none begins before that
	for last := next; last > 0; last -= beginningsAtOnce {
		first := max(1, last-beginningsAtOnce+1)
		heads := make([]*redis.StringCmd, last-first+1)
		_, err := l.store.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i := range heads {
				// A consent takes a few hundred bytes; of a notice the time may lie beyond.
				heads[i] = p.GetRange(ctx, l.keys.facts(epoch, first+int64(i)), 0, 2047)
			}
			return nil
		})
		if err != nil {
			return 0, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		for i, head := range slices.Backward(heads) {
			n := first + int64(i)
			begins, err := l.begins(ctx, place{epoch, n}, head.Val())
			if err != nil {
				return 0, err
			}
			switch {
			case begins.Before(from):
			case !begins.After(to):
				return min(end, max(keep, n+2)*tileWidth), nil
			case n == newest:
				if earliest, err = l.earliest(ctx, place{epoch, n}, size-n*tileWidth, from); err != nil {
					return 0, err
				}
				if !earliest.Before(from) && !earliest.After(to) {
					return end, nil
				}
				keep = n
			case earliest.IsZero(), !begins.After(earliest):
				keep, earliest = n, begins
			}
		}
	}
	return min(end, max(keep, 2)*tileWidth), nil
}

// earliest is the least time that the first n records of a segment have from some
// time on; zero where they cannot be read.
func (l *Log) earliest(ctx context.Context, segment place, n int64, from time.Time) (time.Time, error) {
	var least time.Time
	some := false
	err := l.lines(ctx, segment, n, func(_ int64, line []byte) error {
		at := timeOf(line)
		if !at.Before(from) && (!some || at.Before(least)) {
			least, some = at, true
		}
		return nil
	})
	if errors.Is(err, ErrCorrupt) {
		return time.Time{}, nil
	}
	return least, err
}

// begins is the time of the first record of a segment, of which the head is known;
// zero where it cannot be read.
func (l *Log) begins(ctx context.Context, segment place, head string) (time.Time, error) {
	if line, _, whole := strings.Cut(head, "\n"); whole {
		return timeOf([]byte(line)), nil
	}
	return l.earliest(ctx, segment, 1, time.Time{})
}

// timeOf is when a record was made; zero where that cannot be read.
func timeOf(facts []byte) time.Time {
	var f struct {
		Time time.Time `json:"time"`
	}
	if json.Unmarshal(facts, &f) != nil {
		return time.Time{}
	}
	return f.Time
}

// piece is the most that lines reads in one exchange: as much as one notice. A
// segment of them may have 256 times that.
const piece = maxNotice

// lines gives the facts of the first n records of a segment one by one,
// unchecked, until do fails.
func (l *Log) lines(ctx context.Context, segment place, n int64, do func(i int64, line []byte) error) error {
	key := l.keys.facts(segment.epoch, segment.index)
	var rest []byte
	for i, read := int64(0), int64(0); ; {
		more, err := l.store.redis.GetRange(ctx, key, read, read+piece-1).Bytes()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		read += int64(len(more))
		rest = append(rest, more...)
		for {
			if i == n {
				return nil
			}
			line, after, whole := bytes.Cut(rest, []byte("\n"))
			if !whole {
				break
			}
			if err := do(i, line); err != nil {
				return err
			}
			rest, i = after, i+1
		}
		if len(more) < piece {
			return fmt.Errorf("%w: facts of segment %s are missing", ErrCorrupt, segment)
		}
	}
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
