package consentlog

import (
	"context"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Promise: what a new epoch declares of the one before it is checked against what
// storage held: another history is a fork, and is told; what holds all that was
// known lost nothing, and such a declaration is refused.
func TestDeclaredForks(t *testing.T) {
	t.Parallel()
	now := time.Now()
	key, err := newSiteKey([32]byte{7}, "consent.example.org", "acme")
	if err != nil {
		t.Fatal(err)
	}
	notice := Notice{Language: "nl", LegalVersion: 1, Content: []byte(`{}`)}
	var held []sealed
	var leaves []tlog.Hash
	for range 4 {
		s, err := sealNotice("acme", notice, now)
		if err != nil {
			t.Fatal(err)
		}
		held, leaves = append(held, s), append(leaves, s.entry.leaf())
	}
	signed := func(leaves []tlog.Hash) checkpoint {
		_, tree, err := edge{}.grow(0, leaves)
		if err != nil {
			t.Fatal(err)
		}
		c, err := key.sign(1, tree)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for name, x := range map[string]struct {
		known  checkpoint
		fault  string
		forked bool
		from   int64
	}{
		"it held less":            {known: signed(append(leaves[:4:4], leaves...)), from: 4},
		"it held another history": {known: signed(append(leaves[:1:1], leaves[2])), forked: true},
		"of the same length":      {known: signed(append(leaves[:3:3], leaves[2])), forked: true},
		"it held all and more":    {known: signed(leaves[:2]), fault: "impossible past"},
	} {
		epoch, err := sealEpoch("acme", x.known.text, signed(leaves).text, now)
		if err != nil {
			t.Fatal(err)
		}
		src := epochs{2: written(t, epoch), 1: written(t, held...)}
		report, err := VerifyLog(context.Background(), src, key.vkey, nil)
		if x.fault != "" {
			if err == nil || !strings.Contains(err.Error(), x.fault) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if want := (Loss{Epoch: 1, From: x.from, To: x.known.N, Forked: x.forked}); err != nil || len(report.Losses) != 1 || report.Losses[0] != want {
			t.Errorf("%s: %+v, %v", name, report, err)
		}
	}
}

// epochs is a log of several, of which the second is the present one.
type epochs map[int64]*memorySource

func (e epochs) Checkpoint(context.Context) (string, error) { return e[2].head, nil }
func (e epochs) Segment(ctx context.Context, epoch, n int64) (Segment, error) {
	return e[epoch].Segment(ctx, epoch, n)
}
