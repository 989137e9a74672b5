package consentlog

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Redis' append-only file holds what was erased until Redis writes it anew. Each
// commit that erases says so in Redis itself, under keys.purge, and whoever has
// the log open sees to it, in whatever process: the one that erased may end
// before Redis can be asked.

// purger is the one goroutine of a store that asks for that.
type purger struct {
	store *Store
	due   chan struct{}        // something was erased just now
	asked map[string]time.Time // run id → when that Redis was last asked
	told  bool                 // that Redis refuses
}

const (
	// purgePause is the least time between two such requests: Redis copies all
	// that it holds.
	purgePause = time.Minute
	// purgeEvery is how often it is looked whether others left something to do.
	purgeEvery = 5 * time.Second
)

func newPurger(s *Store) *purger {
	return &purger{store: s, due: make(chan struct{}, 1), asked: map[string]time.Time{}}
}

// wake has the purger look at once.
func (p *purger) wake() {
	select {
	case p.due <- struct{}{}:
	default: // it will
	}
}

func (p *purger) run() {
	every := time.NewTicker(purgeEvery)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			p.look()
		case <-p.due:
			p.look()
		case <-p.store.stop:
			select {
			case <-p.due: // as a command does that erases and ends
				p.look()
			default:
			}
			return
		}
	}
}

// look sees to every log that was opened in this store.
func (p *purger) look() {
	ctx, cancel := context.WithTimeout(context.Background(), attemptTimeout(p.store.o.Timeout))
	defer cancel()
	due, err := p.owed(ctx)
	if err != nil {
		return // at the next look
	}
	now := map[string]bool{} // whom this look has asked
	for l, commit := range due {
		if p.ask(ctx, l.keys.checkpoint(), now) {
			p.done(ctx, l, commit)
		}
	}
}

// owed lists the logs whose file is to be written anew, and the commit that
// each says it for.
func (p *purger) owed(ctx context.Context) (map[*Log]string, error) {
	logs := p.store.opened()
	if len(logs) == 0 {
		return nil, nil
	}
	said := make([]*redis.StringCmd, len(logs))
	_, err := p.store.redis.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for i, l := range logs {
			said[i] = pipe.Get(ctx, l.keys.purge())
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	due := map[*Log]string{}
	for i, l := range logs {
		if commit := said[i].Val(); commit != "" {
			due[l] = commit
		}
	}
	return due, nil
}

// ask has the Redis that holds key write its file anew, and reports whether that
// is done with. One file is that of many logs: a Redis is asked once in a look,
// and otherwise not for a while.
//
// A Redis that restarted is left alone until mend has seen to its file: see
// there, it would not be safe.
func (p *purger) ask(ctx context.Context, key string, now map[string]bool) (done bool) {
	s := p.store
	if !s.guarantee.Load().appendOnly {
		return true
	}
	runID, err := s.runID(ctx, key)
	if err != nil {
		return false
	}
	if now[runID] {
		return true
	}
	if _, mended := s.mended.Load(runID); !mended {
		return false
	}
	at := s.o.now()
	if last, ever := p.asked[runID]; ever && at.Sub(last) < purgePause {
		return false
	}
	node, err := s.node(ctx, key)
	if err == nil {
		err = node.Do(ctx, "BGREWRITEAOF").Err()
	}
	if err == nil {
		p.asked[runID], now[runID], p.told = at, true, false
		return true
	}
	// Of a rewrite that is in progress the beginning may precede the erasure.
	if _, refused := errors.AsType[redis.Error](err); refused && !strings.Contains(err.Error(), "in progress") {
		p.asked[runID] = at
		if !p.told {
			s.o.Logger.WarnContext(ctx, "redis refuses to rewrite its append-only file, which holds what was erased until it does; allow BGREWRITEAOF", "err", err)
		}
		p.told = true
	}
	return false
}

// forgotten takes the note away, unless it is of a newer commit by now.
const forgotten = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`

// done notes that nothing is owed for a commit any more. Where that fails Redis
// is asked once more than it need be.
func (p *purger) done(ctx context.Context, l *Log, commit string) {
	if err := p.store.redis.Eval(ctx, forgotten, []string{l.keys.purge()}, commit).Err(); err != nil && !errors.Is(err, redis.Nil) {
		p.store.o.Logger.InfoContext(ctx, "cannot note that the append-only file is written anew", "site", l.site, "err", err)
	}
}
