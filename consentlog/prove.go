package consentlog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
	"golang.org/x/mod/sumdb/tlog"
)

// proven is a record that was read from storage and proven against a signed
// checkpoint. Its identity half is not read with it.
type proven struct {
	sealed
	place      place
	path       tlog.RecordProof
	checkpoint checkpoint
}

func (p proven) receipt() Receipt {
	return newReceipt(p.sealed, p.place.index, p.path, p.checkpoint.text)
}

// Receipt proves the record with this id against the newest checkpoint. The
// identity half goes into it only for who shows the right consent id; anybody
// else gets its hash, which reveals nothing. ErrNotFound: no such record.
func (l *Log) Receipt(ctx context.Context, recordID, consentID string) (Receipt, error) {
	p, err := l.find(ctx, recordID)
	if err == nil && isUUID(consentID) && p.entry.hasWho() {
		p.who, err = l.whoHalf(ctx, consentID, p.place, p.entry)
	}
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	l.show(p.checkpoint)
	return p.receipt(), nil
}

// find proves the record that the index knows under an id.
func (l *Log) find(ctx context.Context, recordID string) (proven, error) {
	if !isUUID(recordID) {
		return proven{}, ErrNotFound
	}
	raw, err := l.store.redis.HGet(ctx, l.keys.index(recordID), indexField(recordID)).Result()
	if errors.Is(err, redis.Nil) {
		return proven{}, ErrNotFound
	}
	if err != nil {
		return proven{}, unavailable(err)
	}
	at, err := parsePlace(raw)
	if err != nil {
		return proven{}, ErrNotFound
	}
	p, err := l.prove(ctx, at)
	if err != nil {
		return proven{}, err
	}
	var f Facts
	if json.Unmarshal(p.facts, &f) != nil || f.ID != recordID {
		return proven{}, ErrNotFound // the rubbish of a torn write
	}
	return p, nil
}

// prove reads one record and proves it against the newest checkpoint of its
// epoch. ErrNotFound: the log does not reach that far.
func (l *Log) prove(ctx context.Context, at place) (proven, error) {
	c, err := l.checkpointOf(ctx, at.epoch)
	if err != nil {
		return proven{}, err
	}
	return l.proveUnder(ctx, c, at)
}

// proveUnder proves one record against this checkpoint of its epoch. Nothing
// that Redis answers is believed: ErrCorrupt where it contradicts the signature.
func (l *Log) proveUnder(ctx context.Context, c checkpoint, at place) (proven, error) {
	if at.index >= c.N {
		return proven{}, ErrNotFound
	}
	inSegment := at.index % tileWidth
	facts, entries, err := l.readSegment(ctx, at.segment(), inSegment+1)
	if err != nil {
		return proven{}, err
	}
	p := proven{sealed: sealed{facts: facts[inSegment]}, place: at, checkpoint: c}
	copy(p.entry[:], entries[inSegment*entrySize:])
	t := l.tiles(ctx, at.epoch)
	if p.path, err = tlog.ProveRecord(c.N, at.index, tlog.TileHashReader(c.Tree, t)); err != nil {
		return proven{}, fmt.Errorf("prove %s: %w", at, t.explain(err))
	}
	if h := sha256.Sum256(p.facts); !bytes.Equal(h[:], p.entry[:sha256.Size]) {
		return proven{}, fmt.Errorf("%w: facts of %s differ from their entry", ErrCorrupt, at)
	}
	if err = tlog.CheckRecord(p.path, c.N, c.Hash, at.index, p.entry.leaf()); err != nil {
		return proven{}, fmt.Errorf("%w: %s: %w", ErrCorrupt, at, err)
	}
	return p, nil
}
