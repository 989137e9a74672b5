package consentlog

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Segments, tiles and batches are 256 wide, as c2sp.org/tlog-tiles has it.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	maxBatch   = tileWidth
)

// batch is one call of commit.lua: the unit of writing, of trying again and of
// healing.
type batch struct {
	before, after checkpoint
	grown         edge
	factsEnd      int64 // bytes of facts in the open segment afterwards
	keys          []string
	segments      []any         // offset, bytes
	indexes       []any         // field, value, stale
	erasures      []any         // fields, the summary of whom nothing is left, else "*"
	visitors      []any         // field, who, summary
	lifetime      int64         // of a visitor in seconds
	size          int           // bytes of all values, for the ring
	kept          time.Duration // since when, by the ring's clock
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
func plan(k keys, key siteKey, at checkpoint, right edge, factsEnd, lifetime int64, records []*pending) (*batch, error) {
	leaves := make([]tlog.Hash, len(records))
	for i, p := range records {
		leaves[i] = p.entry.leaf()
	}
	grown, tree, err := right.grow(at.N, leaves)
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
	b.planPurge(k)
	b.planIndexes()
	b.planErasures(k)
	b.planVisitors(k)
	return b, nil
}

func (b *batch) placeOf(i int) string {
	return place{b.after.epoch, b.before.N + int64(i)}.String()
}

// planSegments lays out entries and facts, cut where segments end.
func (b *batch) planSegments(k keys) {
	for rest, n := b.records, b.before.N; len(rest) > 0; {
		segment := segmentID{b.after.epoch, n / tileWidth}
		take := min(int64(len(rest)), tileWidth-n%tileWidth)
		var entries, facts []byte
		for _, p := range rest[:take] {
			entries = append(entries, p.entry[:]...)
			facts = append(append(facts, p.facts...), '\n')
		}
		b.put(k.entries(segment), n%tileWidth*entrySize, entries)
		b.put(k.facts(segment), b.factsEnd, facts)
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

// planPurge notes that Redis' append-only file holds what the batch erases.
func (b *batch) planPurge(k keys) {
	commit := sha256.Sum256([]byte(b.after.text))
	erases := func(aged bool) bool {
		return slices.ContainsFunc(b.records, func(p *pending) bool { return len(p.losses) > 0 && p.aged == aged })
	}
	if erases(false) {
		b.put(k.purge(), 0, commit[:])
	}
	if erases(true) {
		b.put(k.purge(), purgeHalf, commit[:])
	}
}

// planIndexes has each record found again by its id, or by the notice's hash.
func (b *batch) planIndexes() {
	b.indexes = make([]any, 0, 3*len(b.records))
	for i, p := range b.records {
		if p.index.key != "" {
			b.keys = append(b.keys, p.index.key)
			b.indexes = append(b.indexes, p.index.field, b.placeOf(i)+p.index.suffix, p.index.stale)
			b.size += 100
		}
	}
}

// planErasures takes from visitors what they are to lose.
func (b *batch) planErasures(k keys) {
	for _, p := range b.records {
		for _, loss := range p.losses {
			summary := "*"
			if loss.whole {
				summary = loss.summary
			}
			fields := strings.Join(fieldsOf(loss.halves), " ")
			b.keys = append(b.keys, k.visitor(loss.consentID))
			b.erasures = append(b.erasures, fields, summary)
			b.size += 100 + len(fields)
		}
	}
}

// planVisitors adds the identity halves.
func (b *batch) planVisitors(k keys) {
	b.visitors = make([]any, 0, 3*len(b.records))
	for i, p := range b.records {
		if p.consentID != "" {
			b.keys = append(b.keys, k.visitor(p.consentID))
			b.visitors = append(b.visitors, b.placeOf(i), p.who, b.placeOf(i)+" "+p.summary)
			b.size += 300
		}
	}
}

// summaryOf is the field "now" of a visitor, after the place: time, notice, and
// the granted categories as the choice cookie writes them.
func summaryOf(c *Consent, at time.Time) string {
	bits := 0
	for i, k := range Categories {
		if c.Choices[k] == Granted {
			bits |= 1 << i
		}
	}
	return toSecond(at).Format(time.RFC3339) + " " + c.Notice + " " + strconv.FormatInt(int64(bits), 16)
}
