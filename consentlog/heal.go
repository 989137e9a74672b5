package consentlog

import (
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/mod/sumdb/tlog"
)

// errBehind: what Redis holds is validly signed, and is not an extension of
// what we have seen. It forgot something.
var errBehind = errors.New("redis went back")

// sync brings our view up to what Redis holds, or Redis up to our view.
func (w *writer) sync() error {
	if !w.opened {
		if err := w.open(); err != nil {
			w.complain(err)
			return err
		}
	}
	shown := w.log.shown.Load() // before Redis is asked, which may hold more a moment later
	cur, err := w.get()
	if err != nil {
		w.complain(err)
		return err
	}
	w.heed(shown, cur)
	if cur == w.head.text && w.edge != nil {
		return nil
	}
	return w.adopt(cur)
}

// heed counts as seen what this process showed of the log, though another recorded
// it: where Redis no longer holds that, whoever has it could prove that we
// contradict ourselves.
func (w *writer) heed(shown *checkpoint, cur string) {
	if shown != nil && shown.text != cur && (w.head.text == "" || w.head.end().before(shown.end())) {
		w.head, w.edge = *shown, nil
	}
}

// adopt moves our view to the checkpoint cur if that extends it. Where Redis
// went back it puts back what we remember, gives other processes the time to
// put back what they do, and at last declares the loss.
func (w *writer) adopt(cur string) error {
	for start := time.Now(); ; {
		err := w.extend(cur)
		if err == nil {
			return w.resolve()
		}
		if !errors.Is(err, errBehind) {
			return err
		}
		w.edge = nil
		if b := w.ring.from(cur); b != nil {
			if cur, err = w.putBack(b); err != nil {
				return err
			}
			continue
		}
		if w.stopping() { // too early to say that nobody remembers
			return fmt.Errorf("%w: the store is closing", ErrUnavailable)
		}
		if time.Since(start) >= w.log.store.o.healFor {
			return w.rollover(cur)
		}
		w.pause(retryPause)
		if cur, err = w.get(); err != nil {
			return err
		}
	}
}

// putBack writes a batch that Redis forgot once more, and answers which
// checkpoint Redis holds then: another process may have been faster.
func (w *writer) putBack(b *batch) (held string, err error) {
	ctx, cancel := w.attempt()
	a, err := w.log.store.scripts.putBack(ctx, w.log.store.redis, b)
	cancel()
	if err != nil {
		return "", fmt.Errorf("put back: %w", unavailable(err))
	}
	if a.held == b.after.text {
		b.kept = w.ring.clock // from now on Redis may forget it as any other
		w.purge(b)
		w.observe(EventHealed, int(b.after.N-b.before.N), 0)
		w.logger().Warn("redis forgot a batch; it was put back", "records", b.after.N-b.before.N, "size", b.after.N)
	}
	return a.held, nil
}

// extend adopts cur if it is signed, extends what we have seen, and is the
// root of what Redis really holds: the consistency proof and the edge are read
// through tiles that are authenticated against the signed root, so a tampered
// Redis cannot make us sign nonsense.
func (w *writer) extend(cur string) error {
	if cur == "" {
		if w.head.text != "" {
			return errBehind
		}
		w.head = checkpoint{epoch: w.log.store.o.now().Unix()}
		w.edge, w.factsEnd = edge{}, 0
		return nil
	}
	c, err := w.log.key.open(cur)
	if err != nil {
		return err
	}
	ctx, cancel := w.attempt()
	defer cancel()
	t := w.log.tiles(ctx, c.epoch)
	reader := tlog.TileHashReader(c.Tree, t)
	if w.head.text != "" {
		switch {
		case c.epoch < w.head.epoch, c.epoch == w.head.epoch && c.N < w.head.N, c.epoch == w.head.epoch && c.N == w.head.N && c.Hash != w.head.Hash:
			return errBehind
		case c.epoch == w.head.epoch && c.N > w.head.N:
			p, err := tlog.ProveTree(c.N, w.head.N, reader)
			if err != nil {
				return fmt.Errorf("adopt: %w", t.explain(err))
			}
			if tlog.CheckTree(p, c.N, c.Hash, w.head.N, w.head.Hash) != nil {
				return errBehind
			}
		}
	}
	right, err := loadEdge(c.Tree, reader)
	if err != nil {
		return fmt.Errorf("adopt: %w", t.explain(err))
	}
	ctx, cancel = w.attempt()
	defer cancel()
	end, err := w.log.factsEnd(ctx, c)
	if err != nil {
		return fmt.Errorf("adopt: %w", err)
	}
	w.head, w.edge, w.factsEnd = c, right, end
	w.log.view.Store(&c)
	return nil
}

// resolve finds out about the batches that were never answered, now that our
// view is certain. Those that are in the log answer their callers after all.
func (w *writer) resolve() error {
	for len(w.unknown) > 0 {
		b := w.unknown[0]
		switch {
		case w.head.text == b.before.text:
			// Not there, but it may still lie in a buffer on the way. Should it
			// arrive, the next batch finds the checkpoint swapped and comes
			// back here; nothing is written twice.
			return nil
		case w.head.epoch == b.after.epoch && w.head.N >= b.after.N:
			ctx, cancel := w.attempt()
			t := w.log.tiles(ctx, w.head.epoch)
			root, err := tlog.TreeHash(b.after.N, tlog.TileHashReader(w.head.Tree, t))
			cancel()
			if err != nil {
				w.edge = nil
				return fmt.Errorf("resolve: %w", t.explain(err))
			}
			if root == b.after.Hash {
				if !w.marked {
					w.save(true, false)
				}
				w.remember(b)
				w.purge(b)
				w.answer(b)
			}
		}
		w.unknown = w.unknown[1:]
	}
	return nil
}

// rollover begins a new epoch whose first record holds the last checkpoint
// that is known and the one that Redis still has: what is lost stays proven
// lost, and no checkpoint is ever contradicted.
func (w *writer) rollover(cur string) error {
	store := w.log.store
	now := store.o.now()
	s, err := sealEpoch(w.log.site, w.head.text, cur, now)
	if err != nil {
		return err
	}
	from := checkpoint{epoch: max(now.Unix(), w.head.epoch+1), text: cur}
	b, err := plan(w.log.keys, w.log.key, from, edge{}, 0, w.lifetime(), []*pending{{sealed: s, kind: kindEpoch}})
	if err != nil {
		return err
	}
	ctx, cancel := w.attempt()
	defer cancel()
	a, err := store.scripts.putBack(ctx, store.redis, b)
	if err != nil {
		return fmt.Errorf("new epoch: %w", unavailable(err))
	}
	if a.held != b.after.text {
		return fmt.Errorf("new epoch: %w: another process was faster", ErrUnavailable)
	}
	w.logger().Error("redis forgot records that nobody remembers; the loss is declared in a new epoch", "epoch", from.epoch, "known", w.head.N)
	w.observe(EventEpoch, 1, 0)
	w.accept(b)
	w.save(true, false)
	return nil
}

func (w *writer) get() (string, error) {
	ctx, cancel := w.attempt()
	defer cancel()
	cur, err := w.log.store.redis.Get(ctx, w.log.keys.checkpoint()).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return "", unavailable(err)
	}
	return cur, nil
}
