package consentlog

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// strings imitates the Redis strings that batches write to.
type stringsOf map[string][]byte

func (s stringsOf) run(b *batch) {
	for i := 0; i < len(b.segments); i += 2 {
		key, off, value := b.keys[1+i/2], b.segments[i].(int64), b.segments[i+1].([]byte)
		if n := int(off) + len(value); len(s[key]) < n {
			s[key] = append(s[key], make([]byte, n-len(s[key]))...)
		}
		copy(s[key][off:], value)
	}
}

// Height, ReadTiles and SaveTiles read tiles as they lie in Redis.
func (s stringsOf) Height() int                     { return tileHeight }
func (s stringsOf) SaveTiles([]tlog.Tile, [][]byte) {}
func (s stringsOf) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(want))
	for i, x := range want {
		if x.L == 0 {
			out[i] = leafTile(s[keysOf("acme").entries(segmentID{1, x.N})][:x.W*entrySize])
		} else {
			out[i] = s[keysOf("acme").tile(1, x.L, x.N)][:x.W*tlog.HashSize]
		}
	}
	return out, nil
}

// growth grows a log in batches of any size, and calls at with every stop.
type growth struct {
	t      *testing.T
	key    siteKey
	redis  stringsOf
	at     checkpoint
	border edge
	end    int64
	leaves []tlog.Hash
}

func newGrowth(t *testing.T) *growth {
	key, err := newSiteKey([32]byte{7}, "consent.example.org", "acme")
	if err != nil {
		t.Fatal(err)
	}
	return &growth{t: t, key: key, redis: stringsOf{}, at: checkpoint{epoch: 1}, border: edge{}}
}

func (g *growth) add(n int) {
	records := make([]*pending, n)
	for i := range records {
		facts := binary.BigEndian.AppendUint64(nil, uint64(len(g.leaves)))
		records[i] = &pending{sealed: newSealed(facts, nil)}
		g.leaves = append(g.leaves, records[i].entry.leaf())
	}
	b, err := plan(keysOf("acme"), g.key, g.at, g.border, g.end, 0, records)
	if err != nil {
		g.t.Fatal(err)
	}
	g.redis.run(b)
	g.at, g.border, g.end = b.after, b.grown.trim(b.after.N), b.factsEnd
	if want := bits(int64(len(g.leaves))); len(g.border) != want {
		g.t.Fatalf("edge of %d records holds %d hashes, want %d", len(g.leaves), len(g.border), want)
	}
}

func bits(n int64) (ones int) {
	for ; n > 0; n &= n - 1 {
		ones++
	}
	return ones
}

// merkleRoot is RFC 6962, section 2.1, word for word.
func merkleRoot(leaves []tlog.Hash) tlog.Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	l, r := merkleRoot(leaves[:k]), merkleRoot(leaves[k:])
	return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
}

// allHashes reads any stored hash of the finished tree.
func (g *growth) allHashes() tlog.HashReader {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = stored[x]
		}
		return out, nil
	})
	for i, leaf := range g.leaves {
		h, err := tlog.StoredHashesForRecordHash(int64(i), leaf, reader)
		if err != nil {
			g.t.Fatal(err)
		}
		stored = append(stored, h...)
	}
	return reader
}

// Promise: whatever the sizes of the batches, every tree is the RFC 6962 tree
// of its records, and every inclusion and consistency proof holds.
func TestEveryProofOfEveryTree(t *testing.T) {
	t.Parallel()
	g := newGrowth(t)
	roots := map[int64]tlog.Hash{0: sha256.Sum256(nil)}
	for len(g.leaves) < 1000 {
		g.add(1)
		roots[g.at.N] = g.at.Hash
		if want := merkleRoot(g.leaves); g.at.Hash != want {
			t.Fatalf("root of %d: %v, want %v", g.at.N, g.at.Hash, want)
		}
		if g.at.N%50 == 0 || g.at.N%256 < 2 {
			g.checkTiles(g.at.N / 2)
		}
	}
	r := g.allHashes()
	for n := int64(1); n <= 1000; n++ {
		g.checkProofs(r, n, roots[n], roots, 1)
	}
}

// Promise: the same at the borders where a second level of tiles begins.
func TestEveryProofOfLargeTrees(t *testing.T) {
	t.Parallel()
	g := newGrowth(t)
	random := rand.New(rand.NewPCG(3, 4))
	roots := map[int64]tlog.Hash{}
	stop := func() {
		roots[g.at.N] = g.at.Hash
		if want := merkleRoot(g.leaves); g.at.Hash != want {
			t.Fatalf("root of %d differs", g.at.N)
		}
		g.checkTiles(0)
		g.checkTiles(g.at.N - 1)
	}
	for len(g.leaves) < 65_535 {
		g.add(min(1+random.IntN(maxBatch), 65_535-len(g.leaves)))
		roots[g.at.N] = g.at.Hash
	}
	stop()
	g.add(1)
	stop()
	g.add(1)
	stop()
	r := g.allHashes()
	for _, n := range []int64{65_535, 65_536, 65_537} {
		g.checkProofs(r, n, roots[n], roots, 1)
	}
}

// checkTiles proves a record and the growth from a smaller tree through the
// tiles as they are stored.
func (g *growth) checkTiles(i int64) {
	g.t.Helper()
	r := tlog.TileHashReader(g.at.Tree, g.redis)
	p, err := tlog.ProveRecord(g.at.N, i, r)
	if err != nil || tlog.CheckRecord(p, g.at.N, g.at.Hash, i, g.leaves[i]) != nil {
		g.t.Fatalf("record %d of %d through tiles: %v", i, g.at.N, err)
	}
	if e, err := loadEdge(g.at.Tree, r); err != nil || len(e) != len(g.border) {
		g.t.Fatalf("edge of %d through tiles: %v", g.at.N, err)
	}
}

func (g *growth) checkProofs(r tlog.HashReader, n int64, root tlog.Hash, roots map[int64]tlog.Hash, step int64) {
	g.t.Helper()
	for i := int64(0); i < n; i += step {
		p, err := tlog.ProveRecord(n, i, r)
		if err != nil || tlog.CheckRecord(p, n, root, i, g.leaves[i]) != nil {
			g.t.Fatalf("record %d of %d: %v", i, n, err)
		}
		smaller, known := roots[i]
		if i == 0 || !known {
			continue
		}
		c, err := tlog.ProveTree(n, i, r)
		if err != nil || tlog.CheckTree(c, n, root, i, smaller) != nil {
			g.t.Fatalf("from %d to %d: %v", i, n, err)
		}
	}
}

// export writes the log as c2sp.org/tlog-tiles files.
func (g *growth) export(dir string) {
	write := func(name string, b []byte) {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			g.t.Fatal(err)
		}
		if err := os.WriteFile(p, b, 0o644); err != nil {
			g.t.Fatal(err)
		}
	}
	for _, tile := range tlog.NewTiles(tileHeight, 0, g.at.N) {
		data, err := g.redis.ReadTiles([]tlog.Tile{tile})
		if err != nil {
			g.t.Fatal(err)
		}
		write(tilePath(fmt.Sprint(tile.L), tile), data[0])
		if tile.L > 0 {
			continue
		}
		var bundle []byte
		for src := g.redis[keysOf("acme").entries(segmentID{1, tile.N})][:tile.W*entrySize]; len(src) > 0; src = src[entrySize:] {
			bundle = append(binary.BigEndian.AppendUint16(bundle, entrySize), src[:entrySize]...)
		}
		write(tilePath("entries", tile), bundle)
	}
	write("checkpoint", []byte(g.at.text))
	write("vkey", []byte(g.key.vkey))
}

func tilePath(level string, t tlog.Tile) string {
	name := fmt.Sprintf("%03d", t.N%1000)
	for n := t.N / 1000; n > 0; n /= 1000 {
		name = fmt.Sprintf("x%03d/%s", n%1000, name)
	}
	if t.W < tileWidth {
		name += fmt.Sprintf(".p/%d", t.W)
	}
	return "tile/" + level + "/" + name
}

// Promise: an independent judge, Tessera's fsck, accepts our tiles, entries
// and checkpoint as they are, and accepts no flipped bit in any of them.
func TestTesseraAcceptsOurFiles(t *testing.T) {
	t.Parallel()
	tools := t.TempDir()
	install := exec.Command("go", "install", "github.com/transparency-dev/tessera/cmd/fsck@v1.0.4")
	install.Dir = tools
	install.Env = append(os.Environ(), "GOBIN="+tools, "GOFLAGS=-mod=mod -trimpath", "CGO_ENABLED=0")
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("install fsck: %v\n%s", err, out)
	}
	g := newGrowth(t)
	for _, n := range []int{200, 56, 256, 88} {
		g.add(n)
	}
	dir := t.TempDir()
	g.export(dir)
	accepted := func(limit time.Duration) bool {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		out, _ := exec.CommandContext(ctx, filepath.Join(tools, "fsck"), "--ui=false", "--storage_url=file://"+dir+"/",
			"--public_key="+filepath.Join(dir, "vkey"), "--origin="+g.key.origin(1)).CombinedOutput()
		// Its exit status is 0 either way, and it retries a bad bundle for ever.
		return strings.Contains(string(out), "Successfully fsck'd log with size 600")
	}
	if !accepted(30 * time.Second) {
		t.Fatal("refused")
	}
	for _, name := range []string{"checkpoint", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/000", "tile/entries/002.p/88"} {
		p := filepath.Join(dir, name)
		src, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		damaged := append([]byte{}, src...)
		damaged[len(src)/2] ^= 1
		if err := os.WriteFile(p, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		if accepted(2 * time.Second) {
			t.Errorf("accepted with a flipped bit in %s", name)
		}
		if err := os.WriteFile(p, src, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !accepted(30 * time.Second) {
		t.Fatal("refused after mending")
	}
}
