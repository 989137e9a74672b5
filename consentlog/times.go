package consentlog

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// A log is ordered by place, and so by time as far as clocks are right. What
// follows looks for a moment in it without reading all of it.

// skew is how far the times of neighbouring records may run backwards: clocks
// of several servers differ, and a record is stamped before it is written. A
// clock that was set back further leaves records out of order: a query by time
// then reads on while a segment holds any that is young enough.
const skew = 5 * time.Minute

// endBy is the end of what may have been recorded by a time: it cuts off the
// segments after the last that begins by then, but for one. It looks at them
// from the end: a search by halving would be shorter, and misled by a single
// record of a clock that was ahead. Such a one may begin the segment after that
// last too, which therefore stays, and so do all that begin later than one after
// them. What begins before from says nothing; where from is zero, a beginning
// that cannot be read is not cut off: whoever needs it will see.
//
// end is where to begin in an epoch of size records. Of the segment there the next
// one tells whether it was begun by such a clock, of the last one its own records.
func (l *Log) endBy(ctx context.Context, epoch, size, end int64, from, to time.Time) (int64, error) {
	newest := (size - 1) / tileWidth
	next := min(newest, (end-1)/tileWidth+1)
	last := int64(0)                      // segment that begins by then: the first needs no look
	keep, earliest := next+1, time.Time{} // from segment keep on none begins before earliest
	err := l.beginnings(ctx, epoch, next, func(n int64, begins time.Time) (more bool, err error) {
		switch {
		case begins.Before(from):
		case !begins.After(to):
			last = n
			return false, nil
		case n == newest:
			earliest, err = l.earliest(ctx, segmentID{epoch, n}, size-n*tileWidth, from)
			if err != nil || !earliest.Before(from) && !earliest.After(to) {
				return false, err
			}
			keep = n
		case earliest.IsZero(), !begins.After(earliest):
			keep, earliest = n, begins
		}
		return true, nil
	})
	return min(end, max(keep, last+2)*tileWidth), err
}

// beginningsAtOnce is how many segments are looked at in one exchange.
const beginningsAtOnce = 16

// beginnings tells of the segments from the last down to the second when they
// begin, zero where that cannot be read, for as long as more is asked for.
func (l *Log) beginnings(ctx context.Context, epoch, last int64, tell func(n int64, begins time.Time) (more bool, err error)) error {
	for ; last > 0; last -= beginningsAtOnce {
		first := max(1, last-beginningsAtOnce+1)
		heads := make([]*redis.StringCmd, last-first+1)
		_, err := l.store.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i := range heads {
				// A consent takes a few hundred bytes; of a notice the time may lie beyond.
				heads[i] = p.GetRange(ctx, l.keys.facts(segmentID{epoch, first + int64(i)}), 0, 2047)
			}
			return nil
		})
		if err != nil {
			return unavailable(err)
		}
		for i, head := range slices.Backward(heads) {
			n := first + int64(i)
			begins, err := l.begins(ctx, segmentID{epoch, n}, head.Val())
			if err != nil {
				return err
			}
			if more, err := tell(n, begins); err != nil || !more {
				return err
			}
		}
	}
	return nil
}

// begins is the time of the first record of a segment, of which the head is known;
// zero where it cannot be read.
func (l *Log) begins(ctx context.Context, s segmentID, head string) (time.Time, error) {
	if line, _, whole := strings.Cut(head, "\n"); whole {
		return timeOf([]byte(line)), nil
	}
	return l.earliest(ctx, s, 1, time.Time{})
}

// earliest is the least time that the first n records of a segment have from some
// time on; zero where they cannot be read.
func (l *Log) earliest(ctx context.Context, s segmentID, n int64, from time.Time) (time.Time, error) {
	var least time.Time
	some := false
	err := l.lines(ctx, s, n, func(_ int64, line []byte) error {
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
