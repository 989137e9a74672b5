package consentlog

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// ages knows which identity halves of one log are too old at one moment.
type ages struct {
	at        time.Time
	pause     time.Duration            // after each segment that is read
	kept      map[string]time.Duration // by notice
	otherwise time.Duration            // where no notice says
	least     time.Duration            // of all these
	ends      map[int64]int64          // epoch → the first index from which on all are young enough
	old       map[segmentID]*marks     // which of its records are too old
	unread    error                    // why something is passed over: what it says is unknown, and nothing in it too old
}

// marks is a set of records of one segment.
type marks [tileWidth / 64]uint64

func (m *marks) add(i int64)      { m[i/64] |= 1 << (i % 64) }
func (m *marks) has(i int64) bool { return m[i/64]>>(i%64)&1 == 1 }

var (
	// earliest is when nothing was recorded yet: this program did not exist.
	earliest = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	// leeway is what a clock may be wrong by where years are counted.
	leeway = 24 * time.Hour
)

// ages reads what the notices of the log promised. A notice is known by the hash
// of its content: it needs no other proof.
func (l *Log) ages(ctx context.Context, o SweepOptions) (*ages, error) {
	index, err := l.store.redis.HGetAll(ctx, l.keys.notices()).Result()
	if err != nil {
		return nil, fmt.Errorf("notices: %w", unavailable(err))
	}
	wanted := map[segmentID]map[int64]string{} // segment → index in it → hash
	for hash, raw := range index {
		text, _, _ := strings.Cut(raw, " ")
		at, err := parsePlace(text)
		if err != nil {
			continue
		}
		segment := at.segment()
		if wanted[segment] == nil {
			wanted[segment] = map[int64]string{}
		}
		wanted[segment][at.index%tileWidth] = hash
	}
	a := &ages{at: o.At, pause: o.Pause, kept: map[string]time.Duration{}, otherwise: l.store.o.VisitorLifetime, ends: map[int64]int64{}, old: map[segmentID]*marks{}}
	a.least = a.otherwise
	for segment, hashes := range wanted {
		last := int64(0)
		for i := range hashes {
			last = max(last, i)
		}
		err := l.lines(ctx, segment, last+1, func(i int64, line []byte) error {
			hash, named := hashes[i]
			if !named {
				return nil
			}
			var f noticeFacts
			if json.Unmarshal(line, &f) != nil || f.Kind != kindNotice || (Notice{Content: f.Content}).Hash() != hash {
				return nil // the rubbish of a torn write
			}
			if kept := o.Kept(f.Content); kept > 0 {
				a.kept[hash] = kept
				a.least = min(a.least, kept)
			}
			return nil
		})
		if err = a.passOver(err); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// passOver notes that a segment, or where an epoch ends, is unreadable. Any other
// error is the caller's.
func (a *ages) passOver(err error) error {
	if errors.Is(err, ErrCorrupt) {
		a.unread = err
		return nil
	}
	return err
}

// over reports whether a record was kept for as long as its notice promised. Of
// one whose time cannot be right the age is unknown, and Redis alone ends it.
func (a *ages) over(epoch int64, f *Facts) bool {
	kept, said := a.kept[f.Notice]
	if !said {
		kept = a.otherwise
	}
	return f.Kind == kindConsent && !f.Time.Before(believable(epoch)) && !f.Time.Add(kept).After(a.at)
}

// believable is from when on a record of an epoch can have been made. A time
// before this program, or before its own log, is one of a clock that was behind.
func believable(epoch int64) time.Time {
	begins := time.Unix(epoch, 0).Add(-leeway)
	if begins.Before(earliest) {
		return earliest
	}
	return begins
}

// end is the index in an epoch from which on nothing can be too old. For the
// first years of a log that is its beginning, and none of it is read.
func (l *Log) end(ctx context.Context, a *ages, epoch int64) (int64, error) {
	if end, known := a.ends[epoch]; known {
		return end, nil
	}
	young := a.at.Add(skew - a.least)
	end := int64(0)
	if !time.Unix(epoch, 0).After(young) {
		c, err := l.checkpointOf(ctx, epoch)
		if err == nil {
			end, err = l.endBy(ctx, epoch, c.N, c.N, believable(epoch), young)
		}
		if err = a.passOver(err); err != nil && !errors.Is(err, ErrNotFound) { // of an epoch that was lost nothing says how old it is
			return 0, err
		}
	}
	a.ends[epoch] = end
	return end, nil
}

// isOld reports whether the record at a place is too old. Its segment is read
// once in a sweep: where a record lies nothing else ever will.
func (l *Log) isOld(ctx context.Context, a *ages, at place) (bool, error) {
	end, err := l.end(ctx, a, at.epoch)
	if err != nil || at.index >= end {
		return false, err
	}
	segment := at.segment()
	if a.old[segment] == nil {
		found := &marks{}
		err := l.lines(ctx, segment, min(tileWidth, end-segment.n*tileWidth), func(i int64, line []byte) error {
			var f Facts
			if err := json.Unmarshal(line, &f); err != nil {
				return fmt.Errorf("%w: %d in segment %s: %w", ErrCorrupt, i, segment, err)
			}
			if a.over(segment.epoch, &f) {
				found.add(i)
			}
			return nil
		})
		if err != nil {
			found = &marks{}
		}
		if err = a.passOver(err); err != nil {
			return false, err
		}
		a.old[segment] = found
		if err := leaveAlone(ctx, a.pause); err != nil {
			return false, err
		}
	}
	return a.old[segment].has(at.index % tileWidth), nil
}

// tooOld lists what these visitors are to lose, and how many records that
// concerns; with an error, as far as it came.
func (l *Log) tooOld(ctx context.Context, a *ages, visitors []string) (losses []loss, records int, err error) {
	held, err := l.places(ctx, visitors)
	for i, places := range held {
		var old []place
		for _, at := range places {
			var isOld bool
			if isOld, err = l.isOld(ctx, a, at); err != nil {
				break
			}
			if isOld {
				old = append(old, at)
			}
		}
		if err != nil {
			break
		}
		if len(old) > 0 {
			losses = append(losses, loss{consentID: visitors[i], halves: old})
		}
	}
	records, uncounted := l.belonging(ctx, losses)
	if uncounted != nil {
		losses = nil // nothing goes that is not counted
	}
	return losses, records, errors.Join(err, uncounted)
}

// belonging is how many of these halves belong to the record at their place. A torn
// write may have left others, and Redis 7 runs one after the second restart. Where
// nothing is left to compare with it counts, as with an erasure.
func (l *Log) belonging(ctx context.Context, losses []loss) (records int, err error) {
	for some := range slices.Chunk(losses, atOnce) {
		var halves []*redis.SliceCmd
		var hashes []*redis.StringCmd // of them all, in their order
		_, err := l.store.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, loss := range some {
				halves = append(halves, p.HMGet(ctx, l.keys.visitor(loss.consentID), fieldsOf(loss.halves)...))
				for _, at := range loss.halves {
					entry := at.index % tileWidth * entrySize
					hashes = append(hashes, p.GetRange(ctx, l.keys.entries(at.segment()), entry+sha256.Size, entry+entrySize-1))
				}
			}
			return nil
		})
		if err != nil {
			return 0, unavailable(err)
		}
		for _, of := range halves {
			for _, half := range of.Val() {
				text, _ := half.(string) // it may be gone by now
				hash := sha256.Sum256([]byte(text))
				held := hashes[0].Val()
				hashes = hashes[1:]
				if len(held) < len(hash) || held == string(hash[:]) {
					records++
				}
			}
		}
	}
	return records, nil
}

// places lists for each visitor where his halves belong, in the log's order.
func (l *Log) places(ctx context.Context, visitors []string) ([][]place, error) {
	var fields []*redis.StringSliceCmd
	for some := range slices.Chunk(visitors, atOnce) {
		_, err := l.store.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, consentID := range some {
				fields = append(fields, p.HKeys(ctx, l.keys.visitor(consentID)))
			}
			return nil
		})
		if err != nil {
			return nil, unavailable(err)
		}
	}
	out := make([][]place, len(visitors))
	for i := range fields {
		for _, field := range fields[i].Val() {
			if at, err := parsePlace(field); err == nil {
				out[i] = append(out[i], at)
			}
		}
		slices.SortFunc(out[i], place.compare)
	}
	return out, nil
}
