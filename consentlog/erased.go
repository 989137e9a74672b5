package consentlog

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// What an erasure asks for after its commit: that nothing that goes wrong later
// brings a half back, and that Redis' file forgets it too.
//
// Healing follows the chain of checkpoints. Whoever puts back the record of an
// erased visitor, its process or another, is followed by the erasure, put back
// by the process that made it. That leaves one gap: the chain breaks in between,
// and a new epoch begins on halves that were erased. The process that erased
// still has the batch for as long as any can be put back, and erases again.

// remember keeps a committed batch for healing.
func (w *writer) remember(b *batch) {
	w.ring.add(b, w.log.store.o.ringAge)
	if len(b.erasures) > 0 {
		w.purgeDue = time.Now()
	}
}

// forget takes the identity halves of these hashes out of a batch that may be
// put back. What the batch commits to stays as it was.
func (b *batch) forget(gone []string) {
	first := len(b.keys) - len(b.visitors)/3
	keys, visitors := b.keys[:first:first], []any{}
	for i, key := range b.keys[first:] {
		if !slices.Contains(gone, key) {
			keys = append(keys, key)
			visitors = append(visitors, b.visitors[3*i:3*i+3]...)
		}
	}
	b.keys, b.visitors = keys, visitors
}

// eraseAgain repeats the erasures of an epoch that ended, where it ended before
// them: that epoch's halves are there again, and only we know whose they were.
//
// It has two limits. We know it for as long as the ring holds the batch: some
// seconds, fewer in a busy log, and not after a restart. And it takes all that
// the visitor has, as every erasure does: a choice that was made in the new epoch
// before we got here loses its half with the old ones. Of a sweep nothing is
// repeated here; the next one finds the same halves.
func (w *writer) eraseAgain() {
	ctx, cancel := context.WithTimeout(context.Background(), w.log.store.o.Timeout)
	defer cancel()
	var again []*pending
	for _, b := range w.ring.batches {
		if b.after.epoch == w.at.epoch {
			continue
		}
		for _, key := range b.erased() {
			consentID := strings.TrimPrefix(key, w.log.keys.visitor(""))
			if !w.log.holdsBefore(ctx, consentID, place{b.before.epoch, b.before.N}) {
				continue // what came later is new
			}
			p, _, err := w.log.erasure(ctx, consentID)
			if err != nil {
				continue // at the next tick
			}
			p.gone = func() bool { return ctx.Err() != nil }
			p.done = make(chan outcome, 1)
			again = append(again, &p)
		}
	}
	if len(again) > 0 {
		w.logger().Warn("a new epoch began before an erasure; it is repeated", "erasures", len(again))
		w.write(again)
	}
}

// holdsBefore reports whether a visitor has halves from before a place.
func (l *Log) holdsBefore(ctx context.Context, consentID string, end place) bool {
	fields, err := l.store.redis.HKeys(ctx, l.keys.visitor(consentID)).Result()
	if err != nil {
		return false
	}
	return slices.ContainsFunc(fields, func(field string) bool {
		at, err := parsePlace(field)
		return err == nil && at.before(end)
	})
}

// purge has Redis write its append-only file anew after an erasure.
func (w *writer) purge() {
	if w.purgeDue.IsZero() {
		return
	}
	ctx, cancel := w.attempt()
	defer cancel()
	if w.log.store.purge(ctx, w.log.keys.checkpoint(), w.purgeDue) {
		w.purgeDue = time.Time{}
	}
}

// purgePause is the least time between two such requests: Redis copies all that
// it holds.
const purgePause = time.Minute

// purge asks the Redis that holds key to write its append-only file anew,
// unless it was asked after since. It reports whether that is done with.
//
// A Redis that restarted is left alone until mend has seen to its file: see
// there, it would not be safe.
func (s *Store) purge(ctx context.Context, key string, since time.Time) (done bool) {
	if !s.guarantee.Load().appendOnly {
		return true
	}
	runID, err := s.runID(ctx, key)
	if err != nil {
		return false
	}
	if _, mended := s.mended.Load(runID); !mended {
		return false
	}
	s.purging.Lock()
	defer s.purging.Unlock()
	last := s.purged[runID]
	if last.After(since) {
		return true
	}
	if time.Since(last) < purgePause {
		return false
	}
	asked := time.Now()
	node, err := s.node(ctx, key)
	if err == nil {
		err = node.Do(ctx, "BGREWRITEAOF").Err()
	}
	if _, refused := errors.AsType[redis.Error](err); refused && !strings.Contains(err.Error(), "in progress") {
		s.o.Logger.WarnContext(ctx, "redis does not rewrite its append-only file; it holds what was erased until it does", "err", err)
	} else if err != nil {
		return false // a rewrite that began before the erasure still holds it
	}
	s.purged[runID] = asked
	return true
}
