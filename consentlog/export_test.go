package consentlog

import (
	"context"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Seams for the black-box tests; nothing here adds behaviour.

func (o StoreOptions) WithClock(now func() time.Time) StoreOptions { o.now = now; return o }
func (o StoreOptions) WithHealing(healFor, ringAge time.Duration) StoreOptions {
	o.healFor, o.ringAge = healFor, ringAge
	return o
}
func (o StoreOptions) WithIdle(d time.Duration) StoreOptions { o.idle = d; return o }

func KeyCheckpoint(site string) string              { return keysOf(site).checkpoint() }
func KeyEntries(site string, epoch, n int64) string { return keysOf(site).entries(segmentID{epoch, n}) }
func KeyFacts(site string, epoch, n int64) string   { return keysOf(site).facts(segmentID{epoch, n}) }
func KeyTile(site string, epoch, l, n int64) string { return keysOf(site).tile(epoch, int(l), n) }
func KeyVisitor(site, consentID string) string      { return keysOf(site).visitor(consentID) }
func KeyIndex(site, id string) (key, field string)  { return keysOf(site).index(id), indexField(id) }
func KeyPurge(site string) string                   { return keysOf(site).purge() }

func Product(info map[string]string) string { return product(info) }

// Parsed opens a checkpoint of this log.
func (l *Log) Parsed(text string) (epoch int64, tree tlog.Tree, err error) {
	c, err := l.key.open(text)
	return c.epoch, c.Tree, err
}

// Sign signs any tree with the site's key, as only the operator could.
func (l *Log) Sign(epoch int64, tree tlog.Tree) (string, error) {
	c, err := l.key.sign(epoch, tree)
	return c.text, err
}

// Running reports whether the log's writer is awake.
func (l *Log) Running() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.running
}

// Roots recomputes the roots that an epoch had at the given sizes.
func (l *Log) Roots(ctx context.Context, epoch int64, sizes map[int64]bool) (map[int64]tlog.Hash, error) {
	c, err := l.checkpointOf(ctx, epoch)
	if err != nil {
		return nil, err
	}
	out := map[int64]tlog.Hash{}
	right := edge{}
	for n := int64(0); n < c.N; {
		s, err := l.Segment(ctx, epoch, n/tileWidth)
		if err != nil {
			return nil, err
		}
		for src := s.Entries; len(src) > 0 && n < c.N; src = src[entrySize:] {
			e := entry(src[:entrySize])
			grown, tree, err := right.grow(n, []tlog.Hash{e.leaf()})
			if err != nil {
				return nil, err
			}
			if n++; sizes[n] {
				out[n] = tree.Hash
			}
			right = grown.trim(n)
		}
	}
	return out, nil
}

// ReadTiles reads tiles unauthenticated, for writing them to files.
func (l *Log) ReadTiles(ctx context.Context, epoch int64, want []tlog.Tile) ([][]byte, error) {
	return l.tiles(ctx, epoch).ReadTiles(want)
}

// CanonicalBytes is what the three languages must agree on.
func CanonicalBytes(v any) ([]byte, error) { return encode(v) }

// CommitScript is the script as anybody with access to Redis could call it.
var CommitScript = commitLua
