package consentlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"
)

// Segment is up to 256 consecutive records of an epoch: segment n holds the
// records 256n to 256n+255, as far as a checkpoint covers them. It is how a log
// is stored, read and verified.
type Segment struct {
	Entries []byte            `json:"entries"` // 64 bytes for each record
	Facts   []json.RawMessage `json:"facts"`   // null where they were removed by order
}

// segmentID names a segment: "<epoch>.<n>".
type segmentID struct{ epoch, n int64 }

func (s segmentID) String() string {
	return strconv.FormatInt(s.epoch, 10) + "." + strconv.FormatInt(s.n, 10)
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
	facts, entries, err := l.readSegment(ctx, segmentID{epoch, n}, count)
	if err != nil {
		return Segment{}, fmt.Errorf("segment: %w", err)
	}
	s := Segment{Entries: entries, Facts: make([]json.RawMessage, len(facts))}
	for i, f := range facts {
		s.Facts[i] = f
	}
	return s, nil
}

// readSegment reads the first n records of a segment, unchecked.
func (l *Log) readSegment(ctx context.Context, s segmentID, n int64) (facts [][]byte, entries []byte, err error) {
	var f, e *redis.StringCmd
	_, err = l.store.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		f = p.Get(ctx, l.keys.facts(s))
		e = p.GetRange(ctx, l.keys.entries(s), 0, n*entrySize-1)
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, nil, unavailable(err)
	}
	if int64(len(e.Val())) != n*entrySize {
		return nil, nil, fmt.Errorf("%w: entries of segment %s are missing", ErrCorrupt, s)
	}
	if facts, err = firstLines([]byte(f.Val()), n); err != nil {
		return nil, nil, fmt.Errorf("segment %s: %w", s, err)
	}
	return facts, []byte(e.Val()), nil
}

// readFacts reads the facts of the first n records of a segment, unchecked.
func (l *Log) readFacts(ctx context.Context, s segmentID, n int64) ([][]byte, error) {
	src, err := l.store.redis.Get(ctx, l.keys.facts(s)).Bytes()
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, unavailable(err)
	}
	lines, err := firstLines(src, n)
	if err != nil {
		return nil, fmt.Errorf("segment %s: %w", s, err)
	}
	return lines, nil
}

// factsEnd is the number of bytes that the facts of the open segment take.
func (l *Log) factsEnd(ctx context.Context, c checkpoint) (int64, error) {
	end := c.end()
	n := end.index % tileWidth
	if n == 0 {
		return 0, nil
	}
	lines, err := l.readFacts(ctx, end.segment(), n)
	size := int64(0)
	for _, line := range lines {
		size += int64(len(line)) + 1
	}
	return size, err
}

// firstLines splits off n lines. What lies beyond them is the rubbish of a
// write that was never committed.
func firstLines(src []byte, n int64) ([][]byte, error) {
	out := make([][]byte, 0, n)
	for range n {
		line, rest, ok := bytes.Cut(src, []byte("\n"))
		if !ok {
			return nil, fmt.Errorf("%w: facts are missing", ErrCorrupt)
		}
		out, src = append(out, line), rest
	}
	return out, nil
}

// piece is the most that lines reads in one exchange: as much as one notice. A
// segment of them may have 256 times that.
const piece = maxNotice

// lines gives the facts of the first n records of a segment one by one,
// unchecked, until do fails.
func (l *Log) lines(ctx context.Context, s segmentID, n int64, do func(i int64, line []byte) error) error {
	key := l.keys.facts(s)
	var rest []byte
	for i, read := int64(0), int64(0); ; {
		more, err := l.store.redis.GetRange(ctx, key, read, read+piece-1).Bytes()
		if err != nil {
			return unavailable(err)
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
			return fmt.Errorf("%w: facts of segment %s are missing", ErrCorrupt, s)
		}
	}
}
