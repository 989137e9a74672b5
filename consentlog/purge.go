package consentlog

import (
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Redis' append-only file holds what was erased until Redis writes it anew. Each
// commit that erases says so in Redis itself, under keys.purge, and whoever has
// the log open sees to it, in whatever process: the one that erased may end
// before Redis can be asked. The note goes when a rewrite that began after it was
// read has ended well; one that breaks off is begun again.

// purger is the one goroutine of a store that asks for that.
type purger struct {
	store *Store
	due   chan struct{}      // something was erased just now
	asked map[string]rewrite // run id → what that Redis was last asked for
	seen  map[string]sight   // key → a note that Redis, at rest, was seen with
	told  bool               // that Redis refuses, or fails
}

// rewrite is one that Redis was asked for.
type rewrite struct {
	at     time.Time
	notes  purgeNotes // that it makes good
	unsure bool       // no answer came: it began if Redis counts more than
	before string     // so many
}

// sight is a note as it was first seen.
type sight struct {
	note purgeNote
	at   time.Time
}

const (
	// purgePause is the least time between two such requests: Redis copies all
	// that it holds.
	purgePause = time.Minute
	// agedPause is that where nobody asked for what was erased: a sweep goes on
	// for long, and an hour is little where years were promised.
	agedPause = time.Hour
	// purgeEvery is how often it is looked whether others left something to do. For
	// as long as that, or as long as a sweep may take for itself, they are left to
	// do it: each of them would have Redis copy all that it holds.
	purgeEvery = 5 * time.Second
)

func newPurger(s *Store) *purger {
	return &purger{store: s, due: make(chan struct{}, 1), asked: map[string]rewrite{}, seen: map[string]sight{}}
}

// purge has Redis forget for good what b erased. It follows rewriteOnce, without
// which Redis is not asked.
func (w *writer) purge(b *batch) {
	if len(b.erasures) > 0 {
		w.log.store.purger.wake()
	}
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
			p.look(false)
		case <-p.due:
			p.look(true)
		case <-p.store.stop:
			select {
			case <-p.due: // as a command does that erases and ends
				p.look(true)
			default:
			}
			return
		}
	}
}

// look sees to every log that was opened in this store; own says that something
// was erased here. What fails is for the next look.
func (p *purger) look(own bool) {
	notes := p.owed()
	maps.DeleteFunc(p.seen, func(key string, s sight) bool { return notes[key] != s.note })
	nodes := map[redis.UniversalClient]purgeNotes{} // one file is that of many logs
	for key, note := range notes {
		node, err := p.store.node(context.Background(), key)
		if err != nil {
			continue
		}
		if nodes[node] == nil {
			nodes[node] = purgeNotes{}
		}
		nodes[node][key] = note
	}
	for node, notes := range nodes {
		ctx, cancel := p.attempt()
		p.see(ctx, node, notes, own)
		cancel()
	}
}

// attempt bounds what one node of a Cluster may take of the others' time.
func (p *purger) attempt() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), attemptTimeout(p.store.o.Timeout))
}

// owed reads the notes of all logs, as far as they can be read.
func (p *purger) owed() purgeNotes {
	ctx, cancel := p.attempt()
	defer cancel()
	logs := p.store.opened()
	said := make([]*redis.StringCmd, len(logs))
	_, _ = p.store.redis.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for i, l := range logs {
			said[i] = pipe.Get(ctx, l.keys.purge())
		}
		return nil
	})
	notes := purgeNotes{}
	for i, l := range logs {
		if note := said[i].Val(); note != "" {
			notes[l.keys.purge()] = purgeNote(note)
		}
	}
	return notes
}

// see does for one Redis what its notes ask for: it takes away those that are
// made good, and asks for a rewrite because of the others.
//
// A Redis that restarted is left alone until rewriteOnce has seen to its file: see
// there, it would not be safe.
func (p *purger) see(ctx context.Context, node redis.UniversalClient, notes purgeNotes, own bool) {
	info, err := readInfo(ctx, node)
	switch {
	case p.store.o.StandIn, err == nil && info["aof_enabled"] != "1" && !p.store.guarantee.Load().appendOnly: // neither now nor at the start
		p.forget(ctx, notes)
		return
	case err != nil:
		return
	case info["aof_rewrite_in_progress"] == "1", info["aof_rewrite_scheduled"] == "1":
		maps.DeleteFunc(p.seen, func(key string, _ sight) bool { return notes[key] != "" }) // whoever asked looks first
		return
	}
	last, ever := p.asked[info["run_id"]]
	if info["aof_last_bgrewrite_status"] == "err" {
		p.complain(ctx, "redis' append-only file was not written anew, and holds what was erased until it is; see redis' own log")
	} else if !last.unsure || info["aof_rewrites"] != last.before {
		if good := last.madeGood(notes); len(good) > 0 {
			p.forget(ctx, good)
			p.told = false
		}
	}
	now := p.store.o.now()
	_, safe := p.store.rewritten.Load(info["run_id"])
	if p.ours(notes, own, now) && safe && (!ever || now.Sub(last.at) >= notes.pause()) {
		p.ask(ctx, node, info, notes, now)
	}
}

// madeGood takes out of notes what a rewrite that ended well made good, and
// returns it.
func (r rewrite) madeGood(notes purgeNotes) purgeNotes {
	good := purgeNotes{}
	for key, note := range notes {
		switch done := r.notes[key]; {
		case done == "":
		case done == note:
			good[key] = done
			delete(notes, key)
		case !note.sweptOnly() && note.asked() == done.asked(): // a sweep went on meanwhile
			good[key] = done
			notes[key] = note.withoutAsked()
		}
	}
	return good
}

// ask has Redis write its file anew because of these notes.
func (p *purger) ask(ctx context.Context, node redis.UniversalClient, info map[string]string, notes purgeNotes, now time.Time) {
	runID := info["run_id"]
	err := node.Do(ctx, "BGREWRITEAOF").Err()
	_, answered := errors.AsType[redis.Error](err)
	switch {
	case err == nil:
		p.asked[runID] = rewrite{at: now, notes: notes}
	case !answered: // a fork of many gigabytes takes longer than we may wait
		p.asked[runID] = rewrite{at: now, notes: notes, unsure: true, before: info["aof_rewrites"]}
	case !strings.Contains(err.Error(), "in progress"): // of that one the beginning may precede the erasure
		p.asked[runID] = rewrite{at: now}
		p.complain(ctx, "redis refuses to rewrite its append-only file, which holds what was erased until it does; allow BGREWRITEAOF", "err", err)
	}
}

// ours reports whether it is for us to ask: something was erased here, or whoever
// erased had the time to ask and did not.
func (p *purger) ours(notes purgeNotes, own bool, now time.Time) bool {
	for key, note := range notes {
		if p.seen[key].note != note {
			p.seen[key] = sight{note, now}
		}
		patience := purgeEvery
		if note.sweptOnly() {
			patience = agedPause
		}
		own = own || now.Sub(p.seen[key].at) >= patience
	}
	return own && len(notes) > 0
}

// complain tells the operator once.
func (p *purger) complain(ctx context.Context, what string, attrs ...any) {
	if !p.told {
		p.store.o.Logger.WarnContext(ctx, what, attrs...)
	}
	p.told = true
}

// forgotten takes a note away, unless it is of a newer commit by now; where that
// was a sweep's, the half that says what somebody asked for.
const forgotten = `local held = redis.call('GET', KEYS[1])
if held == ARGV[1] then
  redis.call('DEL', KEYS[1])
elseif held and string.sub(held, 1, 32) == string.sub(ARGV[1], 1, 32) then
  redis.call('SETRANGE', KEYS[1], 0, string.rep('\0', 32))
end`

// forget takes away what is owed no more. Where that fails it is tried again, or
// Redis asked once more than it need be.
func (p *purger) forget(ctx context.Context, notes purgeNotes) {
	_, err := p.store.redis.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for key, note := range notes {
			pipe.Eval(ctx, forgotten, []string{key}, string(note))
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		p.store.o.Logger.InfoContext(ctx, "cannot note that the append-only file is written anew", "err", err)
	}
}
