package consentlog

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// A log whose storage forgot goes on in a new epoch: a tree of its own, whose
// first record holds the checkpoints of the one before (rollover in heal.go).
// Epochs that ended are found by walking back along these declarations.

// checkpointOf is the newest checkpoint of an epoch: for those that ended, the
// one that storage still held.
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
	first, err := l.proveUnder(ctx, c, place{c.epoch, 0})
	if err != nil {
		return checkpoint{}, fmt.Errorf("epoch %d: %w", c.epoch, err)
	}
	var f epochFacts
	if json.Unmarshal(first.facts, &f) != nil || f.Kind != kindEpoch || f.Held == "" {
		return checkpoint{}, ErrNotFound
	}
	text, err := base64.StdEncoding.DecodeString(f.Held)
	if err != nil {
		return checkpoint{}, fmt.Errorf("%w: epoch %d: %w", ErrCorrupt, c.epoch, err)
	}
	return l.key.open(string(text))
}
