package consentlog

import "context"

// Redis is asked to write its append-only file anew for two reasons: once in
// each of its lives, because of how it may have died (here), and after an
// erasure, because the file still holds what is gone (purge.go).

// rewriteOnce follows the first commit in a life of Redis, in whatever log, and
// does not precede it: that commit closes a transaction that may have been left
// open. A Redis that is killed while it rewrites a file that ends in an open
// transaction does not start again by itself.
func (w *writer) rewriteOnce() {
	store := w.log.store
	if _, done := store.rewritten.Load(w.runID); !done {
		ctx, cancel := w.attempt()
		defer cancel()
		store.rewriteOnce(ctx, w.log.keys.checkpoint(), w.runID)
	}
}

// rewriteOnce asks, unless the file was written anew in this life already: by us,
// by another process, or by one before. A file that was cut within a transaction
// keeps an open MULTI, which would swallow the next transaction at the restart
// after this one.
func (s *Store) rewriteOnce(ctx context.Context, key, runID string) {
	if _, done := s.rewritten.LoadOrStore(runID, true); done || !s.guarantee.Load().appendOnly {
		return
	}
	node, err := s.node(ctx, key)
	if err == nil {
		info, unknown := readInfo(ctx, node)
		if n := info["aof_rewrites"]; unknown == nil && n != "" && n != "0" && info["aof_last_bgrewrite_status"] != "err" {
			return
		}
		err = node.Do(ctx, "BGREWRITEAOF").Err()
	}
	if err != nil {
		s.o.Logger.InfoContext(ctx, "redis does not rewrite its append-only file", "err", err)
	}
}
