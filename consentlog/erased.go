package consentlog

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
)

// What an erasure asks for after its commit: that nothing that goes wrong later
// brings a half back.
//
// Healing follows the chain of checkpoints. Whoever puts back the record of an
// erased visitor, its process or another, is followed by the erasure, put back
// by the process that made it. That leaves one gap: the chain breaks in between,
// and a new epoch begins on halves that were erased. The process that erased
// still knows whose they were for as long as any batch can be put back, and
// erases again.

// erasedVisitor is remembered for as long as the ring remembers a batch, and
// until it is known that the present epoch holds nothing from before the
// erasure. That is some 150 bytes for each visitor who was erased within ten
// seconds; while Redis does not confirm there are no more.
type erasedVisitor struct {
	consentID string
	end       place         // where the log stood
	epoch     int64         // in which the erasure is known to hold
	at        time.Duration // when that was known, by the ring's clock
}

// remember keeps a committed batch for healing.
func (w *writer) remember(b *batch) {
	o := &w.log.store.o
	w.ring.add(b, o.now(), o.ringAge)
	for _, key := range b.erased() {
		w.erasures = append(w.erasures, erasedVisitor{
			consentID: strings.TrimPrefix(key, w.log.keys.visitor("")), end: place{b.before.epoch, b.before.N}, epoch: b.after.epoch, at: w.ring.clock,
		})
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
// What the visitor chose after the erasure is new, and stays.
//
// It has a limit: we know it for some seconds and not after a restart. Of a sweep
// nothing is repeated here; the next one finds the same halves.
func (w *writer) eraseAgain() {
	ctx, cancel := context.WithTimeout(context.Background(), w.log.store.o.Timeout)
	defer cancel()
	again, whose := []*pending{}, []int{}
	for i := range w.erasures {
		e := &w.erasures[i]
		if e.epoch == w.head.epoch {
			continue
		}
		p, err := w.log.erasureBefore(ctx, e.consentID, e.end)
		switch {
		case errors.Is(err, ErrNotFound):
			e.epoch, e.at = w.head.epoch, w.ring.clock
		case err == nil:
			p.gone = func() bool { return ctx.Err() != nil }
			p.done = make(chan outcome, 1)
			again, whose = append(again, &p), append(whose, i)
		} // else at the next tick
	}
	if len(again) > 0 {
		w.logger().Warn("a new epoch began before an erasure; it is repeated", "erasures", len(again))
		w.write(again)
	}
	for i, p := range again {
		e := &w.erasures[whose[i]] // which writing may have moved
		select {
		case o := <-p.done:
			if o.committed != nil {
				e.epoch, e.at = o.committed.epoch, w.ring.clock
			}
		default: // nobody answered in time: at the next tick
		}
	}
	w.erasures = slices.DeleteFunc(w.erasures, func(e erasedVisitor) bool {
		return e.epoch == w.head.epoch && w.ring.clock-e.at > w.log.store.o.ringAge
	})
}

// erasureBefore prepares the erasing of what a visitor has from before a place.
func (l *Log) erasureBefore(ctx context.Context, consentID string, end place) (pending, error) {
	life := l.store.life()
	halves, err := l.halves(ctx, consentID)
	if err != nil {
		return pending{}, err
	}
	maps.DeleteFunc(halves, func(field, _ string) bool {
		at, err := parsePlace(field)
		return err != nil || !at.before(end)
	})
	if len(halves) == 0 {
		return pending{}, ErrNotFound
	}
	records, err := l.counted(ctx, halves)
	if err != nil {
		return pending{}, err
	}
	s, err := sealErase(l.site, records, "", l.store.o.now())
	return pending{sealed: s, kind: kindErase, life: life, losses: []loss{{consentID: consentID, halves: placesIn(halves)}}}, err
}
