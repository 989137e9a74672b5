package consentlog

import (
	"context"
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
	kept      map[string]time.Duration // by notice
	otherwise time.Duration            // where no notice says
	least     time.Duration            // of all these
	ends      map[int64]int64          // epoch → the first index from which on all are young enough
}

// ages reads what the notices of the log promised.
func (l *Log) ages(ctx context.Context, o SweepOptions) (*ages, error) {
	notices, err := l.Notices(ctx)
	if err != nil {
		return nil, err
	}
	a := &ages{at: o.At, kept: map[string]time.Duration{}, otherwise: l.store.o.VisitorLifetime, ends: map[int64]int64{}}
	a.least = a.otherwise
	for _, p := range notices {
		notice, err := l.Notice(ctx, p.Hash)
		if err != nil {
			return nil, err
		}
		if kept := o.Kept(notice.Content); kept > 0 {
			a.kept[p.Hash] = kept
			a.least = min(a.least, kept)
		}
	}
	return a, nil
}

// over reports whether a record was kept for as long as its notice promised.
func (a *ages) over(f *Facts) bool {
	kept, said := a.kept[f.Notice]
	if !said {
		kept = a.otherwise
	}
	return f.Kind == kindConsent && !f.Time.Add(kept).After(a.at)
}

// end is the index in an epoch from which on nothing can be too old. For the
// first years of a log that is its beginning, and none of it is read.
func (l *Log) end(ctx context.Context, a *ages, epoch int64) (int64, error) {
	if end, known := a.ends[epoch]; known {
		return end, nil
	}
	cutoff := a.at.Add(-a.least)
	end := int64(0)
	if !time.Unix(epoch, 0).After(cutoff.Add(skew)) {
		c, err := l.checkpointOf(ctx, epoch)
		if err == nil {
			end, err = l.until(ctx, epoch, c.N, cutoff.Add(skew))
		}
		if err != nil && !errors.Is(err, ErrNotFound) { // of an epoch that was lost nothing says how old it is
			return 0, err
		}
	}
	a.ends[epoch] = end
	return end, nil
}

// tooOld lists what these visitors are to lose, and how many halves that is.
func (l *Log) tooOld(ctx context.Context, a *ages, visitors []string) (losses []loss, records int, err error) {
	held, err := l.places(ctx, visitors)
	if err != nil {
		return nil, 0, err
	}
	segments := map[place][][]byte{}
	for i, places := range held {
		var old []string
		for _, at := range places {
			end, err := l.end(ctx, a, at.epoch)
			if err != nil {
				return nil, 0, err
			}
			if at.index >= end {
				continue
			}
			segment := place{at.epoch, at.index / tileWidth}
			if segments[segment] == nil {
				n := min(tileWidth, end-segment.index*tileWidth)
				if segments[segment], _, err = l.readSegment(ctx, at.epoch, segment.index, n); err != nil {
					return nil, 0, err
				}
			}
			var f Facts
			if err := json.Unmarshal(segments[segment][at.index%tileWidth], &f); err != nil {
				return nil, 0, fmt.Errorf("%w: %s: %w", ErrCorrupt, at, err)
			}
			if a.over(&f) {
				old = append(old, at.String())
			}
		}
		if len(old) > 0 {
			losses = append(losses, loss{consentID: visitors[i], fields: strings.Join(old, " ")})
			records += len(old)
		}
	}
	return losses, records, nil
}

// places lists for each visitor where his halves belong, in the log's order.
func (l *Log) places(ctx context.Context, visitors []string) ([][]place, error) {
	fields := make([]*redis.StringSliceCmd, len(visitors))
	_, err := l.store.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, consentID := range visitors {
			fields[i] = p.HKeys(ctx, l.keys.visitor(consentID))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	out := make([][]place, len(visitors))
	for i := range fields {
		for _, field := range fields[i].Val() {
			if at, err := parsePlace(field); err == nil {
				out[i] = append(out[i], at)
			}
		}
		slices.SortFunc(out[i], func(p, q place) int {
			if p.before(q) {
				return -1
			}
			return 1
		})
	}
	return out, nil
}
