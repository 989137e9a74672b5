package consentlog

import (
	"context"
	"time"
)

// Publish makes sure that a notice stands in the current epoch of the log,
// with its full content. It is idempotent, and cheap when it has nothing to do.
func (l *Log) Publish(ctx context.Context, n Notice) error {
	if err := n.Validate(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, l.store.o.Timeout)
	defer cancel()
	if err := l.publish(ctx, n, l.store.o.now()); err != nil {
		return l.failed(ctx, "publish", err)
	}
	return nil
}

func (l *Log) publish(ctx context.Context, n Notice, now time.Time) error {
	hash := n.Hash()
	if l.hasNow(hash) {
		return nil
	}
	s, err := sealNotice(l.site, n, now)
	if err != nil {
		return err
	}
	p := pending{sealed: s, kind: kindNotice, index: indexOp{key: l.keys.notices(), field: hash}}
	for {
		p.life = l.store.life()
		logged, found, err := l.findNotice(ctx, hash)
		if err != nil {
			return err
		}
		if found && logged.current {
			l.noticed.Store(hash, logged.at.epoch)
			return nil
		}
		// A new epoch logs it again, and remembers since when it was known.
		since := toSecond(now)
		if found {
			since = logged.since
		}
		p.index.stale, p.index.suffix = logged.raw, noticeSuffix(n, since)
		o, err := l.submit(ctx, p)
		if err != nil || o.committed != nil {
			return err
		}
		l.pause(ctx) // another process published it, or Redis restarted: look again
	}
}

// ensureNotice makes sure that a consent may name the notice: it must be in
// the log, and in a new epoch it is logged again before its first use.
func (l *Log) ensureNotice(ctx context.Context, hash string) error {
	if l.hasNow(hash) {
		return nil
	}
	logged, found, err := l.findNotice(ctx, hash)
	switch {
	case err != nil:
		return err
	case !found:
		return &InvalidError{Faults: []Fault{{Pointer: "/notice", Detail: "is not a notice of this site", Fix: "send the hash of the notice that was shown"}}}
	case logged.current:
		l.noticed.Store(hash, logged.at.epoch)
		return nil
	}
	return l.publish(ctx, logged.notice, l.store.o.now())
}

// hasNow says without reading anything that the notice is in the newest epoch
// we know of. An epoch before that may have been lost together with it.
func (l *Log) hasNow(hash string) bool {
	epoch, ok := l.noticed.Load(hash)
	v := l.view.Load()
	return ok && v != nil && epoch == v.epoch
}
