package consentlog

import (
	"fmt"
	"maps"

	"golang.org/x/mod/sumdb/tlog"
)

// edge holds the hashes on the right border of a tree, by stored hash index:
// the complete subtrees that its root, its growth and the proofs of what is
// newly added can need. That is at most log2 n hashes, however large the log.
type edge map[int64]tlog.Hash

// ReadHashes makes an edge a tlog.HashReader.
func (e edge) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		h, ok := e[x]
		if !ok {
			return nil, fmt.Errorf("hash %d is not on the edge", x)
		}
		out[i] = h
	}
	return out, nil
}

// grow adds leaves to the tree of size n. The result holds the old edge and
// everything new, enough to prove each new leaf; cut it back with trim. The
// receiver is left as it was.
func (e edge) grow(n int64, leaves []tlog.Hash) (edge, tlog.Tree, error) {
	out := make(edge, len(e)+2*len(leaves))
	maps.Copy(out, e)
	for _, leaf := range leaves {
		hashes, err := tlog.StoredHashesForRecordHash(n, leaf, out)
		if err != nil {
			return nil, tlog.Tree{}, fmt.Errorf("grow: %w", err)
		}
		at := tlog.StoredHashIndex(0, n)
		for i, h := range hashes {
			out[at+int64(i)] = h
		}
		n++
	}
	root, err := tlog.TreeHash(n, out)
	if err != nil {
		return nil, tlog.Tree{}, fmt.Errorf("grow: %w", err)
	}
	return out, tlog.Tree{N: n, Hash: root}, nil
}

// trim keeps what a tree of size n needs to grow.
func (e edge) trim(n int64) edge {
	kept := edge{}
	// The error cannot happen: grow has just computed this very root.
	_, _ = tlog.TreeHash(n, recorder{e, kept})
	return kept
}

// loadEdge reads the edge of a signed tree. The reader must authenticate what
// it reads against the root, as tlog.TileHashReader does.
func loadEdge(t tlog.Tree, r tlog.HashReader) (edge, error) {
	e := edge{}
	if _, err := tlog.TreeHash(t.N, recorder{r, e}); err != nil {
		return nil, fmt.Errorf("load edge: %w", err)
	}
	return e, nil
}

// recorder notes down which hashes were read.
type recorder struct {
	from tlog.HashReader
	into edge
}

func (r recorder) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes, err := r.from.ReadHashes(indexes)
	if err != nil {
		return nil, err
	}
	for i, x := range indexes {
		r.into[x] = hashes[i]
	}
	return hashes, nil
}
