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
	if cur == w.at.text && w.border != nil {
		return nil
	}
	return w.adopt(cur)
}

// heed counts as seen what this process showed of the log, though another recorded
// it: where Redis no longer holds that, whoever has it could prove that we
// contradict ourselves.
func (w *writer) heed(shown *checkpoint, cur string) {
	if shown != nil && shown.text != cur && (w.at.text == "" || w.at.end().before(shown.end())) {
		w.at, w.border = *shown, nil
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
		w.border = nil
		if b := w.ring.from(cur); b != nil {
			ctx, cancel := w.attempt()
			a, err := w.log.store.scripts.putBack(ctx, w.log.store.redis, b)
			cancel()
			if err != nil {
				return fmt.Errorf("%w: put back: %w", ErrUnavailable, err)
			}
			if a.now == b.after.text {
				b.at = w.ring.clock // from now on Redis may forget it as any other
				w.purge(b)
				w.observe(EventHealed, int(b.after.N-b.before.N), 0)
				w.logger().Warn("redis forgot a batch; it was put back", "records", b.after.N-b.before.N, "size", b.after.N)
			}
			cur = a.now
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

// extend adopts cur if it is signed, extends what we have seen, and is the
// root of what Redis really holds: the consistency proof and the edge are read
// through tiles that are authenticated against the signed root, so a tampered
// Redis cannot make us sign nonsense.
func (w *writer) extend(cur string) error {
	if cur == "" {
		if w.at.text != "" {
			return errBehind
		}
		w.at = checkpoint{epoch: w.log.store.o.now().Unix()}
		w.border, w.factsEnd = edge{}, 0
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
	if w.at.text != "" {
		switch {
		case c.epoch < w.at.epoch, c.epoch == w.at.epoch && c.N < w.at.N, c.epoch == w.at.epoch && c.N == w.at.N && c.Hash != w.at.Hash:
			return errBehind
		case c.epoch == w.at.epoch && c.N > w.at.N:
			p, err := tlog.ProveTree(c.N, w.at.N, reader)
			if err != nil {
				return fmt.Errorf("adopt: %w", t.explain(err))
			}
			if tlog.CheckTree(p, c.N, c.Hash, w.at.N, w.at.Hash) != nil {
				return errBehind
			}
		}
	}
	border, err := loadEdge(c.Tree, reader)
	if err != nil {
		return fmt.Errorf("adopt: %w", t.explain(err))
	}
	ctx, cancel = w.attempt()
	defer cancel()
	end, err := w.log.factsEnd(ctx, c)
	if err != nil {
		return fmt.Errorf("adopt: %w", err)
	}
	w.at, w.border, w.factsEnd = c, border, end
	w.log.view.Store(&c)
	return nil
}

// resolve finds out about the batches that were never answered, now that our
// view is certain. Those that are in the log answer their callers after all.
func (w *writer) resolve() error {
	for len(w.unknown) > 0 {
		b := w.unknown[0]
		switch {
		case w.at.text == b.before.text:
			// Not there, but it may still lie in a buffer on the way. Should it
			// arrive, the next batch finds the checkpoint swapped and comes
			// back here; nothing is written twice.
			return nil
		case w.at.epoch == b.after.epoch && w.at.N >= b.after.N:
			ctx, cancel := w.attempt()
			t := w.log.tiles(ctx, w.at.epoch)
			root, err := tlog.TreeHash(b.after.N, tlog.TileHashReader(w.at.Tree, t))
			cancel()
			if err != nil {
				w.border = nil
				return fmt.Errorf("resolve: %w", t.explain(err))
			}
			if root == b.after.Hash {
				if !w.marked {
					w.save(true, false)
				}
				w.remember(b)
				w.purge(b)
				w.landed(b)
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
	s, err := sealEpoch(w.log.site, w.at.text, cur, now)
	if err != nil {
		return err
	}
	from := checkpoint{epoch: max(now.Unix(), w.at.epoch+1), text: cur}
	b, err := plan(w.log.keys, w.log.key, from, edge{}, 0, w.lifetime(), []*pending{{sealed: s, kind: kindEpoch}})
	if err != nil {
		return err
	}
	ctx, cancel := w.attempt()
	defer cancel()
	a, err := store.scripts.putBack(ctx, store.redis, b)
	if err != nil {
		return fmt.Errorf("new epoch: %w: %w", ErrUnavailable, err)
	}
	if a.now != b.after.text {
		return fmt.Errorf("new epoch: %w: another process was faster", ErrUnavailable)
	}
	w.logger().Error("redis forgot records that nobody remembers; the loss is declared in a new epoch", "epoch", from.epoch, "known", w.at.N)
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
		return "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return cur, nil
}
