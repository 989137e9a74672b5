package consentlog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"
)

// A visitor is a Redis hash: by place the identity halves of the records, and
// the summary of the last choice. A half counts where its hash is that of the
// record at its place; a torn write may leave others, and they are passed over.

// Visitor lists the records of who holds this consent id, newest first.
// ErrNotFound: unknown, or erased.
func (l *Log) Visitor(ctx context.Context, consentID string) ([]Record, error) {
	halves, err := l.halves(ctx, consentID)
	if err != nil {
		return nil, fmt.Errorf("visitor: %w", err)
	}
	out, err := l.recordsOf(ctx, halves)
	if err == nil && len(out) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("visitor: %w", err)
	}
	return out, nil
}

// halves is everything that is stored of a visitor, unchecked; empty where
// there is nothing.
func (l *Log) halves(ctx context.Context, consentID string) (map[string]string, error) {
	if !isUUID(consentID) {
		return nil, ErrNotFound
	}
	halves, err := l.store.redis.HGetAll(ctx, l.keys.visitor(consentID)).Result()
	if err != nil {
		return nil, unavailable(err)
	}
	return halves, nil
}

// whoHalf reads an identity half, or nil where this visitor has none for that
// record: never, erased, or it is somebody else's.
func (l *Log) whoHalf(ctx context.Context, consentID string, at place, e entry) ([]byte, error) {
	half, err := l.store.redis.HGet(ctx, l.keys.visitor(consentID), at.String()).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, unavailable(err)
	}
	if h := sha256.Sum256(half); !bytes.Equal(h[:], e[sha256.Size:]) {
		return nil, nil
	}
	return half, nil
}

// recordsOf reads the records that identity halves really belong to, newest
// first. It reads each segment once.
func (l *Log) recordsOf(ctx context.Context, halves map[string]string) ([]Record, error) {
	var out []Record
	var facts [][]byte // of the segment that the last record lies in, as far as that
	var entries []byte
	var read segmentID // that segment
	var c checkpoint
	for _, at := range slices.Backward(placesIn(halves)) {
		var err error
		if c.epoch != at.epoch {
			if c, err = l.checkpointOf(ctx, at.epoch); errors.Is(err, ErrNotFound) {
				c = checkpoint{epoch: at.epoch} // nothing of it is left
			} else if err != nil {
				return nil, err
			}
		}
		if at.index >= c.N {
			continue
		}
		n := at.index % tileWidth
		if facts == nil || at.segment() != read {
			read = at.segment()
			if facts, entries, err = l.readSegment(ctx, read, n+1); err != nil {
				return nil, err
			}
		}
		half := sha256.Sum256([]byte(halves[at.String()]))
		if !bytes.Equal(half[:], entries[n*entrySize+sha256.Size:(n+1)*entrySize]) {
			continue
		}
		var f Facts
		if err := json.Unmarshal(facts[n], &f); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrCorrupt, at, err)
		}
		out = append(out, Record{Place: at.String(), Facts: f})
	}
	return out, nil
}

// placesIn lists where the halves among what is stored of a visitor belong, in
// the log's order.
func placesIn(halves map[string]string) (places []place) {
	for field := range halves {
		if at, err := parsePlace(field); err == nil {
			places = append(places, at)
		}
	}
	slices.SortFunc(places, place.compare)
	return places
}
