package consentlog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"
	"golang.org/x/mod/sumdb/tlog"
)

// Receipt proves the record with this id against the newest checkpoint. The
// identity half goes into it only for who shows the right consent id; anybody
// else gets its hash, which reveals nothing. ErrNotFound: no such record.
func (l *Log) Receipt(ctx context.Context, recordID, consentID string) (Receipt, error) {
	if !isUUID(recordID) {
		return Receipt{}, fmt.Errorf("receipt: %w", ErrNotFound)
	}
	raw, err := l.store.redis.HGet(ctx, l.keys.index(recordID), indexField(recordID)).Result()
	if errors.Is(err, redis.Nil) {
		return Receipt{}, fmt.Errorf("receipt: %w", ErrNotFound)
	}
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w: %w", ErrUnavailable, err)
	}
	at, err := parsePlace(raw)
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", ErrNotFound)
	}
	s, index, path, cp, err := l.prove(ctx, at)
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	var f Facts
	if json.Unmarshal(s.facts, &f) != nil || f.ID != recordID {
		return Receipt{}, fmt.Errorf("receipt: %w", ErrNotFound) // the rubbish of a torn write
	}
	if isUUID(consentID) && s.entry.hasWho() {
		if s.who, err = l.whoHalf(ctx, consentID, at, s.entry); err != nil {
			return Receipt{}, fmt.Errorf("receipt: %w", err)
		}
	}
	l.show(&cp)
	return newReceipt(s, true, index, path, cp.text), nil
}

// prove reads one record and proves it against the newest checkpoint of its
// epoch. Nothing that Redis answers is believed: ErrCorrupt where it
// contradicts the signature. ErrNotFound: the log does not reach that far.
func (l *Log) prove(ctx context.Context, at place) (s sealed, index int64, path tlog.RecordProof, cp checkpoint, err error) {
	if cp, err = l.checkpointOf(ctx, at.epoch); err != nil {
		return s, 0, nil, cp, err
	}
	if at.index >= cp.N {
		return s, 0, nil, cp, ErrNotFound
	}
	facts, entries, err := l.readSegment(ctx, at.epoch, at.index/tileWidth, at.index%tileWidth+1)
	if err != nil {
		return s, 0, nil, cp, err
	}
	s.facts = facts[at.index%tileWidth]
	copy(s.entry[:], entries[at.index%tileWidth*entrySize:])
	t := l.tiles(ctx, at.epoch)
	if path, err = tlog.ProveRecord(cp.N, at.index, tlog.TileHashReader(cp.Tree, t)); err != nil {
		return s, 0, nil, cp, fmt.Errorf("prove %s: %w", at, t.explain(err))
	}
	if h := sha256.Sum256(s.facts); !bytes.Equal(h[:], s.entry[:sha256.Size]) {
		return s, 0, nil, cp, fmt.Errorf("%w: facts of %s differ from their entry", ErrCorrupt, at)
	}
	if err = tlog.CheckRecord(path, cp.N, cp.Hash, at.index, s.entry.leaf()); err != nil {
		return s, 0, nil, cp, fmt.Errorf("%w: %s: %w", ErrCorrupt, at, err)
	}
	return s, at.index, path, cp, nil
}

// checkpointOf is the newest checkpoint of an epoch: for those that ended, the
// one that storage still held. Epochs are found by walking back from the
// current one along the declarations at their beginnings.
func (l *Log) checkpointOf(ctx context.Context, epoch int64) (checkpoint, error) {
	if c, ok := l.epochs.Load(epoch); ok {
		return c.(checkpoint), nil
	}
	c, err := l.current(ctx)
	if err != nil {
		return checkpoint{}, err
	}
	for c.epoch > epoch {
		held, err := l.heldBefore(ctx, c)
		if err != nil {
			return checkpoint{}, err
		}
		l.epochs.Store(held.epoch, held)
		c = held
	}
	if c.epoch != epoch {
		return checkpoint{}, ErrNotFound
	}
	return c, nil
}

// heldBefore reads what storage held when the epoch of c began.
func (l *Log) heldBefore(ctx context.Context, c checkpoint) (checkpoint, error) {
	facts, entries, err := l.readSegment(ctx, c.epoch, 0, 1)
	if err != nil {
		return checkpoint{}, err
	}
	t := l.tiles(ctx, c.epoch)
	path, err := tlog.ProveRecord(c.N, 0, tlog.TileHashReader(c.Tree, t))
	if err != nil {
		return checkpoint{}, fmt.Errorf("epoch %d: %w", c.epoch, t.explain(err))
	}
	s := sealed{facts: facts[0]}
	copy(s.entry[:], entries)
	h := sha256.Sum256(s.facts)
	if !bytes.Equal(h[:], s.entry[:sha256.Size]) || tlog.CheckRecord(path, c.N, c.Hash, 0, s.entry.leaf()) != nil {
		return checkpoint{}, fmt.Errorf("%w: the beginning of epoch %d differs from its entry", ErrCorrupt, c.epoch)
	}
	var f epochFacts
	if json.Unmarshal(s.facts, &f) != nil || f.Kind != kindEpoch || f.Held == "" {
		return checkpoint{}, ErrNotFound
	}
	text, err := base64.StdEncoding.DecodeString(f.Held)
	if err != nil {
		return checkpoint{}, fmt.Errorf("%w: epoch %d: %w", ErrCorrupt, c.epoch, err)
	}
	return l.key.open(string(text))
}

// readSegment reads the first n records of a segment, unchecked.
func (l *Log) readSegment(ctx context.Context, epoch, segment, n int64) (facts [][]byte, entries []byte, err error) {
	var f, e *redis.StringCmd
	_, err = l.store.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		f = p.Get(ctx, l.keys.facts(epoch, segment))
		e = p.GetRange(ctx, l.keys.entries(epoch, segment), 0, n*entrySize-1)
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if int64(len(e.Val())) != n*entrySize {
		return nil, nil, fmt.Errorf("%w: entries of segment %d are missing", ErrCorrupt, segment)
	}
	facts, err = firstLines([]byte(f.Val()), n)
	return facts, []byte(e.Val()), err
}

// factsEnd is the number of bytes that the facts of the open segment take.
func (l *Log) factsEnd(ctx context.Context, c checkpoint) (int64, error) {
	n := c.N % tileWidth
	if n == 0 {
		return 0, nil
	}
	src, err := l.store.redis.Get(ctx, l.keys.facts(c.epoch, c.N/tileWidth)).Bytes()
	if err != nil && !errors.Is(err, redis.Nil) {
		return 0, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	lines, err := firstLines(src, n)
	end := int64(0)
	for _, line := range lines {
		end += int64(len(line)) + 1
	}
	return end, err
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

// whoHalf reads an identity half, or nil where this visitor has none for that
// record: never, erased, or it is somebody else's.
func (l *Log) whoHalf(ctx context.Context, consentID string, at place, e entry) ([]byte, error) {
	half, err := l.store.redis.HGet(ctx, l.keys.visitor(consentID), at.String()).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if h := sha256.Sum256(half); !bytes.Equal(h[:], e[sha256.Size:]) {
		return nil, nil // a torn write left it; the place belongs to another record
	}
	return half, nil
}

// Visitor lists the records of who holds this consent id, newest first.
// ErrNotFound: unknown, or erased.
func (l *Log) Visitor(ctx context.Context, consentID string) ([]Record, error) {
	halves, err := l.halves(ctx, consentID)
	if err != nil {
		return nil, fmt.Errorf("visitor: %w", err)
	}
	out, err := l.named(ctx, halves)
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
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return halves, nil
}

// named reads the records that identity halves really belong to, newest first.
func (l *Log) named(ctx context.Context, halves map[string]string) ([]Record, error) {
	var places []place
	for field := range halves {
		if at, err := parsePlace(field); err == nil {
			places = append(places, at)
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.before(b) {
			return 1
		}
		return -1
	})
	var out []Record
	var facts [][]byte // of the segment that the last record lies in, as far as that
	var entries []byte
	var held place // that segment
	var c checkpoint
	for _, at := range places {
		if c.epoch != at.epoch {
			var err error
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
		if segment := (place{at.epoch, at.index / tileWidth}); facts == nil || segment != held {
			var err error
			if facts, entries, err = l.readSegment(ctx, at.epoch, segment.index, n+1); err != nil {
				return nil, err
			}
			held = segment
		}
		half := sha256.Sum256([]byte(halves[at.String()]))
		if !bytes.Equal(half[:], entries[n*entrySize+sha256.Size:(n+1)*entrySize]) {
			continue // a torn write left it; the place belongs to another record
		}
		var f Facts
		if err := json.Unmarshal(facts[n], &f); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrCorrupt, at, err)
		}
		out = append(out, Record{Place: at.String(), Facts: f})
	}
	return out, nil
}
