package consentlog

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Segments, tiles and batches are 256 wide, as c2sp.org/tlog-tiles has it.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	maxBatch   = tileWidth
)

// pending is one record that a caller waits for.
type pending struct {
	sealed
	kind      string
	notice    string // of a consent: the notice that must be in the log before it
	consentID string // of a consent: whom it names, or ""
	now       string // of a consent: the summary of this choice
	losses    []loss // of an erasure
	aged      bool   // of an erasure: nobody asked for it, the halves were too old
	life      int64  // of Redis, in which what it rests on was read, and it may be committed; 0: any
	index     indexOp
	gone      func() bool // the caller no longer waits
	done      chan outcome
	answered  bool // the writer's own
}

// answer tells the caller, once: a record may be part of several attempts.
func (p *pending) answer(o outcome) {
	if !p.answered {
		p.answered = true
		p.done <- o
	}
}

// indexOp is what finds the record again: a field of a Redis hash. A field
// that holds anything but stale is taken, and the batch is refused.
type indexOp struct {
	key, field, stale string
	suffix            string // follows the place in the value
}

// loss is what an erasure takes from one visitor. It is refused where that is no
// longer what was counted.
type loss struct {
	consentID string
	fields    string // the places of the halves that are there, with spaces
	rest      bool   // and whatever else is stored of the visitor,
	now       string // while the field "now" is this
}

// outcome is the writer's answer to one pending record. Exactly one of the
// three is set.
type outcome struct {
	committed *commitment
	index     int64  // with committed
	taken     string // the value of the index field that stands in the way
	moved     bool   // the notice is not in this epoch (any more), or what the record rests on changed, or may have: look and come again
	err       error
}

// commitment is what the callers of one batch share: enough to prove each of
// its records without reading anything.
type commitment struct {
	checkpoint
	grown edge
}

// batch is one call of commit.lua: the unit of writing, of trying again and of
// healing.
type batch struct {
	before, after checkpoint
	grown         edge
	factsEnd      int64 // bytes of facts in the open segment afterwards
	keys          []string
	segments      []any         // offset, bytes
	indexes       []any         // field, value, stale
	erasures      []any         // fields, the field "now" of whom nothing is left, else "*"
	visitors      []any         // field, who, now
	lifetime      int64         // of a visitor in seconds
	size          int           // bytes of all values, for the ring
	at            time.Duration // of the ring's clock
	records       []*pending
}

func (b *batch) args(guarded string) []any {
	out := make([]any, 0, 7+len(b.segments)+len(b.indexes)+len(b.erasures)+len(b.visitors))
	out = append(out, b.before.text, b.after.text, len(b.segments)/2, len(b.indexes)/3, guarded, b.lifetime, len(b.erasures)/2)
	out = append(out, b.segments...)
	out = append(out, b.indexes...)
	out = append(out, b.erasures...)
	return append(out, b.visitors...)
}

func (b *batch) put(key string, offset int64, value []byte) {
	b.keys = append(b.keys, key)
	b.segments = append(b.segments, offset, value)
	b.size += len(value) + len(key)
}

// plan computes the batch that takes a log from one checkpoint to the next. It
// reads nothing and changes nothing: the same records give the same bytes.
func plan(k keys, key siteKey, at checkpoint, border edge, factsEnd, lifetime int64, records []*pending) (*batch, error) {
	leaves := make([]tlog.Hash, len(records))
	for i, p := range records {
		leaves[i] = p.entry.leaf()
	}
	grown, tree, err := border.grow(at.N, leaves)
	if err != nil {
		return nil, err
	}
	next, err := key.sign(at.epoch, tree)
	if err != nil {
		return nil, err
	}
	b := &batch{before: at, after: next, grown: grown, factsEnd: factsEnd, lifetime: lifetime, records: records}
	b.keys = append(make([]string, 0, 8+2*len(records)), k.checkpoint())
	b.planSegments(k)
	b.planTiles(k)
	due := sha256.Sum256([]byte(next.text))
	for i, aged := range []bool{false, true} {
		if slices.ContainsFunc(records, func(p *pending) bool { return len(p.losses) > 0 && p.aged == aged }) {
			b.put(k.purge(), int64(i*len(due)), due[:])
		}
	}
	b.indexes = make([]any, 0, 3*len(records))
	for i, p := range records {
		if p.index.key != "" {
			b.keys = append(b.keys, p.index.key)
			b.indexes = append(b.indexes, p.index.field, b.placeOf(i)+p.index.suffix, p.index.stale)
			b.size += 100
		}
	}
	for _, p := range records {
		for _, loss := range p.losses {
			b.keys = append(b.keys, k.visitor(loss.consentID))
			now := "*"
			if loss.rest {
				now = loss.now
			}
			b.erasures = append(b.erasures, loss.fields, now)
			b.size += 100 + len(loss.fields)
		}
	}
	b.visitors = make([]any, 0, 3*len(records))
	for i, p := range records {
		if p.consentID != "" {
			b.keys = append(b.keys, k.visitor(p.consentID))
			b.visitors = append(b.visitors, b.placeOf(i), p.who, b.placeOf(i)+" "+p.now)
			b.size += 300
		}
	}
	return b, nil
}

func (b *batch) placeOf(i int) string {
	return place{b.after.epoch, b.before.N + int64(i)}.String()
}

// planSegments lays out entries and facts, cut where segments end.
func (b *batch) planSegments(k keys) {
	for rest, n := b.records, b.before.N; len(rest) > 0; {
		take := min(int64(len(rest)), tileWidth-n%tileWidth)
		var entries, facts []byte
		for _, p := range rest[:take] {
			entries = append(entries, p.entry[:]...)
			facts = append(append(facts, p.facts...), '\n')
		}
		b.put(k.entries(b.after.epoch, n/tileWidth), n%tileWidth*entrySize, entries)
		b.put(k.facts(b.after.epoch, n/tileWidth), b.factsEnd, facts)
		b.factsEnd += int64(len(facts))
		if n += take; n%tileWidth == 0 {
			b.factsEnd = 0
		}
		rest = rest[take:]
	}
}

// planTiles writes the hash of every tile that became full into the one above.
func (b *batch) planTiles(k keys) {
	for level := 1; ; level++ {
		from, to := b.before.N>>(level*tileHeight), b.after.N>>(level*tileHeight)
		if from == to {
			return
		}
		for n := from; n < to; n++ {
			h := b.grown[tlog.StoredHashIndex(level*tileHeight, n)]
			b.put(k.tile(b.after.epoch, level, n/tileWidth), n%tileWidth*tlog.HashSize, h[:])
		}
	}
}

// summary is the field "now" of a visitor, after the place: time, notice, and
// the granted categories as the choice cookie writes them.
func summary(c *Consent, at time.Time) string {
	bits := 0
	for i, k := range Categories {
		if c.Choices[k] == Granted {
			bits |= 1 << i
		}
	}
	return toSecond(at).Format(time.RFC3339) + " " + c.Notice + " " + strconv.FormatInt(int64(bits), 16)
}
