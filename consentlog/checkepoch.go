package consentlog

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// epochState is what the rules of one epoch need to remember.
type epochState struct {
	notices map[string]bool
	latest  time.Time
	first   *epochFacts // what the epoch declares at its beginning
}

// epoch verifies one epoch and answers the checkpoint of the one before it.
func (k *checker) epoch(ctx context.Context, c checkpoint) (held checkpoint, more bool, err error) {
	right := edge{}
	state := epochState{notices: map[string]bool{}}
	for n := int64(0); n < c.N; {
		leaves, err := k.segment(ctx, &state, segmentID{c.epoch, n / tileWidth}, min(tileWidth, c.N-n))
		if err != nil {
			return checkpoint{}, false, err
		}
		if err := k.fork(right, n, leaves, c); err != nil {
			return checkpoint{}, false, err
		}
		grown, tree, err := right.grow(n, leaves)
		if err != nil {
			return checkpoint{}, false, err
		}
		n, right = tree.N, grown.trim(tree.N)
		k.done += int64(len(leaves))
		if k.progress != nil {
			k.progress(k.done, k.total)
		}
	}
	root, err := tlog.TreeHash(c.N, right)
	if err != nil {
		return checkpoint{}, false, err
	}
	if root != c.Hash {
		return checkpoint{}, false, fmt.Errorf("%w: the root of epoch %d differs from its signed checkpoint", ErrCorrupt, c.epoch)
	}
	k.report.Epochs++
	if state.first == nil {
		return checkpoint{}, false, nil
	}
	return k.before(c, state.first)
}

// segment verifies the first count records of a segment, and answers their leaves.
func (k *checker) segment(ctx context.Context, state *epochState, id segmentID, count int64) ([]tlog.Hash, error) {
	s, err := k.src.Segment(ctx, id.epoch, id.n)
	if errors.Is(err, ErrNotFound) {
		err = fmt.Errorf("%w: segment %d of epoch %d is missing", ErrCorrupt, id.n, id.epoch)
	}
	if err != nil {
		return nil, err
	}
	if int64(len(s.Entries)) < count*entrySize || int64(len(s.Facts)) < count {
		return nil, fmt.Errorf("%w: segment %d of epoch %d ends too early", ErrCorrupt, id.n, id.epoch)
	}
	leaves := make([]tlog.Hash, count)
	for i := range leaves {
		e := entry(s.Entries[i*entrySize : (i+1)*entrySize])
		leaves[i] = e.leaf()
		at := place{id.epoch, id.n*tileWidth + int64(i)}
		if err := k.record(state, at, e, s.Facts[i]); err != nil {
			return nil, fmt.Errorf("%w: record %s: %w", ErrCorrupt, at, err)
		}
	}
	return leaves, nil
}

// before reads the declaration of an epoch: what was known, and what storage
// held of it.
func (k *checker) before(c checkpoint, f *epochFacts) (held checkpoint, more bool, err error) {
	open := func(s string) (checkpoint, error) {
		text, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return checkpoint{}, fmt.Errorf("%w: epoch %d: %w", ErrCorrupt, c.epoch, err)
		}
		return k.open(string(text))
	}
	prev, err := open(f.Prev)
	if err != nil {
		return checkpoint{}, false, err
	}
	if f.Held != "" {
		if held, err = open(f.Held); err != nil {
			return checkpoint{}, false, err
		}
		more = true
	}
	if prev.epoch >= c.epoch || held.epoch > prev.epoch {
		return checkpoint{}, false, fmt.Errorf("%w: epoch %d declares an impossible past", ErrCorrupt, c.epoch)
	}
	loss := Loss{Epoch: prev.epoch, To: prev.N}
	k.known = checkpoint{}
	switch {
	case held.epoch != prev.epoch:
	case held.N > prev.N, held.N == prev.N && held.Hash != prev.Hash:
		loss.Forked, k.known = true, prev
	default:
		loss.From = held.N
	}
	k.report.Losses = append(k.report.Losses, loss)
	k.total += held.N
	return held, more, nil
}

// fork makes sure that an epoch which holds more than its writer knew is another
// history: a writer goes on with what extends its own, and declares no loss.
func (k *checker) fork(right edge, n int64, leaves []tlog.Hash, c checkpoint) error {
	at := k.known.N - n
	if at <= 0 || at > int64(len(leaves)) {
		return nil
	}
	_, tree, err := right.grow(n, leaves[:at])
	if err == nil && tree.Hash == k.known.Hash {
		err = fmt.Errorf("%w: the epoch after %d declares an impossible past: nothing was lost", ErrCorrupt, c.epoch)
	}
	return err
}
