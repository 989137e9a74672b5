package consentlog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sluis/consentlog"

	"golang.org/x/mod/sumdb/tlog"
)

// tampering is a log of 600 records that an intruder with full access to Redis
// works on.
type tampering struct {
	*redisServer
	t     *testing.T
	log   *consentlog.Log
	epoch int64
	ids   []string
}

func newTampering(t *testing.T) *tampering {
	t.Helper()
	x := &tampering{redisServer: startRedis(t), t: t}
	store := openStore(t, options(x.url()))
	x.log = logOf(t, store)
	publish(t, x.log)
	for range 600 {
		c := anyConsent()
		c.ID = c.ID[:35] + "0"
		add(t, x.log, c)
		x.ids = append(x.ids, c.ID)
	}
	text := x.get(consentlog.KeyCheckpoint(site))
	var err error
	if x.epoch, _, err = x.log.Parsed(text); err != nil {
		t.Fatal(err)
	}
	return x
}

func (x *tampering) get(key string) string {
	x.t.Helper()
	v, err := x.admin.Get(context.Background(), key).Result()
	if err != nil {
		x.t.Fatal(key, err)
	}
	return v
}

func (x *tampering) set(key, value string) {
	x.t.Helper()
	if err := x.admin.Set(context.Background(), key, value, 0).Err(); err != nil {
		x.t.Fatal(key, err)
	}
}

// detected makes sure that verifying the whole log finds it.
func (x *tampering) detected() {
	x.t.Helper()
	report, err := consentlog.VerifyLog(context.Background(), x.log, x.log.VerifierKey(), nil)
	if !errors.Is(err, consentlog.ErrCorrupt) {
		x.t.Errorf("not detected: %v, %+v", err, report)
	}
}

// notAdopted makes sure that neither a process that knows the log nor a new
// one signs anything on top of it.
func (x *tampering) notAdopted() {
	x.t.Helper()
	cp := consentlog.KeyCheckpoint(site)
	before := x.get(cp)
	for name, l := range map[string]*consentlog.Log{"live": x.log, "new": openLog(x.t, options(x.url()))} {
		if _, _, err := l.Append(context.Background(), grant()); !errors.Is(err, consentlog.ErrCorrupt) {
			x.t.Errorf("%s process: %v", name, err)
		}
	}
	if x.get(cp) != before {
		x.t.Error("something was signed on top of it")
	}
}

// Promise: whatever an intruder with full access to Redis, but without the
// key, does to a log is found, and nothing is ever signed on top of it.
func TestTamperingIsDetected(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	e := func(x *tampering, n int64) string { return consentlog.KeyEntries(site, x.epoch, n) }
	f := func(x *tampering, n int64) string { return consentlog.KeyFacts(site, x.epoch, n) }
	cp := consentlog.KeyCheckpoint(site)

	x := newTampering(t)
	keep := map[string]string{}
	for _, key := range []string{cp, e(x, 0), e(x, 1), e(x, 2), f(x, 0), f(x, 1), consentlog.KeyTile(site, x.epoch, 1, 0)} {
		keep[key] = x.get(key)
	}
	restore := func() {
		for key, value := range keep {
			x.set(key, value)
		}
	}
	flip := func(key string, at int) {
		x.set(key, keep[key][:at]+string([]byte{keep[key][at] ^ 1})+keep[key][at+1:])
	}

	t.Run("flipped bit in an entry", func(t *testing.T) {
		defer restore()
		flip(e(x, 0), 70) // record 1
		x.detected()
		if _, err := x.log.Receipt(ctx, x.ids[0], ""); !errors.Is(err, consentlog.ErrCorrupt) {
			t.Errorf("receipt: %v", err)
		}
	})
	t.Run("flipped bit at the edge", func(t *testing.T) {
		defer restore()
		flip(e(x, 2), 70)
		x.detected()
	})
	t.Run("flipped bit in a tile", func(t *testing.T) {
		defer restore()
		flip(consentlog.KeyTile(site, x.epoch, 1, 0), 3)
		if _, err := x.log.Receipt(ctx, x.ids[0], ""); !errors.Is(err, consentlog.ErrCorrupt) {
			t.Errorf("receipt: %v", err)
		}
		if _, _, err := openLog(t, options(x.url())).Append(ctx, grant()); !errors.Is(err, consentlog.ErrCorrupt) {
			t.Errorf("a new process builds on it: %v", err)
		}
	})
	t.Run("changed choice", func(t *testing.T) {
		defer restore()
		x.set(f(x, 0), strings.Replace(keep[f(x, 0)], `"analytics":"denied"`, `"analytics":"granted"`, 1))
		x.detected()
	})
	t.Run("changed signal", func(t *testing.T) {
		defer restore()
		// A change that keeps every rule of a record.
		x.set(f(x, 0), strings.Replace(keep[f(x, 0)], `"gpc":false`, `"gpc":true`, 1))
		x.detected()
	})
	t.Run("removed record", func(t *testing.T) {
		defer restore()
		_, rest, _ := strings.Cut(keep[f(x, 0)], "\n")
		x.set(f(x, 0), rest+"{}\n")
		x.set(e(x, 0), keep[e(x, 0)][64:]+strings.Repeat("\x00", 64))
		x.detected()
	})
	t.Run("swapped segments", func(t *testing.T) {
		defer restore()
		for n := range int64(2) {
			x.set(e(x, n), keep[e(x, 1-n)])
			x.set(f(x, n), keep[f(x, 1-n)])
		}
		x.detected()
	})
	t.Run("swapped records", func(t *testing.T) {
		defer restore()
		lines := strings.SplitAfter(keep[f(x, 0)], "\n")
		lines[5], lines[6] = lines[6], lines[5]
		x.set(f(x, 0), strings.Join(lines, ""))
		src := keep[e(x, 0)]
		x.set(e(x, 0), src[:5*64]+src[6*64:7*64]+src[5*64:6*64]+src[7*64:])
		x.detected()
	})
	t.Run("shrunk checkpoint", func(t *testing.T) {
		defer restore()
		x.set(cp, strings.Replace(keep[cp], "\n601\n", "\n600\n", 1))
		x.detected()
		x.notAdopted()
	})
	t.Run("forged checkpoint", func(t *testing.T) {
		defer restore()
		o := options(x.url())
		o.Secret = [32]byte{6, 6, 6}
		_, tree, _ := x.log.Parsed(keep[cp])
		forged, err := openLog(t, o).Sign(x.epoch, tree)
		if err != nil {
			t.Fatal(err)
		}
		x.set(cp, forged)
		x.detected()
		x.notAdopted()
	})
	t.Run("checkpoint of another site", func(t *testing.T) {
		defer restore()
		s := openStore(t, options(x.url()))
		other, err := s.Log(ctx, "other")
		if err != nil {
			t.Fatal(err)
		}
		publish(t, other)
		x.set(cp, x.get(consentlog.KeyCheckpoint("other")))
		x.detected()
		x.notAdopted()
	})
	t.Run("signed checkpoint of another tree", func(t *testing.T) {
		defer restore()
		// The key is needed for this one: a fork by a stolen key, say.
		forked, err := x.log.Sign(x.epoch, tlog.Tree{N: 700, Hash: tlog.Hash{1}})
		if err != nil {
			t.Fatal(err)
		}
		x.set(cp, forked)
		x.detected()
		x.notAdopted()
	})
	t.Run("replayed script call", func(t *testing.T) {
		old := keep[cp]
		add(t, x.log, grant())
		now := x.get(cp)
		// An old call swaps an old checkpoint: it finds another one and writes
		// nothing.
		answer, err := x.admin.Eval(ctx, consentlog.CommitScript, []string{cp, e(x, 2), f(x, 2)},
			old, old+"x", "2", "0", "1", "100", "0", "0", strings.Repeat("\x00", 640), "0", "rubbish").StringSlice()
		if err != nil || len(answer) != 1 || answer[0] != now {
			t.Errorf("answered %q, %v", answer, err)
		}
		verifyLog(t, x.log)
	})
}

// Promise: a checkpoint that was rolled back is put forward again from memory,
// byte for byte, and nothing is lost.
func TestRolledBackCheckpointIsHealed(t *testing.T) {
	t.Parallel()
	x := newTampering(t)
	cp := consentlog.KeyCheckpoint(site)
	old := x.get(cp)
	var lost []consentlog.Receipt
	for range 20 {
		lost = append(lost, add(t, x.log, grant()))
	}
	newest := x.get(cp)
	x.set(cp, old)
	// The tick of the live process notices by itself.
	eventually(t, 5*time.Second, "the checkpoint is put forward", func() bool { return x.get(cp) == newest })
	lost = append(lost, add(t, x.log, grant()))
	report := verifyLog(t, x.log)
	if report.Epochs != 1 || report.Consents != 621 {
		t.Errorf("report %+v", report)
	}
	for _, r := range lost {
		verify(t, x.log, r)
	}
}

// Promise: an index that was changed shows nobody a record that is not theirs.
func TestChangedIndexesLeadNowhere(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	x := newTampering(t)
	mine, theirs := grant(), grant()
	add(t, x.log, mine)
	place := verify(t, x.log, add(t, x.log, theirs)).Place
	key, field := consentlog.KeyIndex(site, mine.ID)
	x.admin.HSet(ctx, key, field, place)
	if r, err := x.log.Receipt(ctx, mine.ID, mine.ConsentID); !errors.Is(err, consentlog.ErrNotFound) {
		t.Errorf("receipt of a changed place: %s, %v", r.Facts, err)
	}
	x.admin.HSet(ctx, key, field, fmt.Sprintf("%d.999999", x.epoch))
	if _, err := x.log.Receipt(ctx, mine.ID, mine.ConsentID); !errors.Is(err, consentlog.ErrNotFound) {
		t.Errorf("receipt beyond the log: %v", err)
	}
	visitor := consentlog.KeyVisitor(site, mine.ConsentID)
	half := x.admin.HVals(ctx, visitor).Val()[0]
	x.admin.HSet(ctx, visitor, place, half)
	records, err := x.log.Visitor(ctx, mine.ConsentID)
	if err != nil || len(records) != 1 || records[0].Facts.ID != mine.ID {
		t.Errorf("visitor: %v, %v", records, err)
	}
	// The rubbish in the index does not keep the id from being recorded where
	// it is not in the log: a torn write leaves exactly this.
	fresh := grant()
	key, field = consentlog.KeyIndex(site, fresh.ID)
	for _, rubbish := range []string{place, fmt.Sprintf("%d.999999", x.epoch), "1.0", "nonsense"} {
		x.admin.HSet(ctx, key, field, rubbish)
		_, created, err := x.log.Append(ctx, fresh)
		if err != nil || !created {
			t.Errorf("over %q: created %v, %v", rubbish, created, err)
		}
		fresh = grant()
		key, field = consentlog.KeyIndex(site, fresh.ID)
	}
	verifyLog(t, x.log)
}
