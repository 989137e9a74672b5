package consentlog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

const day = 24 * time.Hour

func (c *clock) pass(d time.Duration) { c.seconds.Add(int64(d / time.Second)) }

// promising is a notice that says for how many days a half is kept.
func promising(days int) consentlog.Notice {
	return consentlog.Notice{Language: "nl", LegalVersion: 1, Content: fmt.Appendf(nil, `{"days":%d}`, days)}
}

// promised reads that again.
func promised(content json.RawMessage) time.Duration {
	var n struct{ Days int }
	json.Unmarshal(content, &n)
	return time.Duration(n.Days) * day
}

func under(n consentlog.Notice, consentID string) consentlog.Consent {
	c := by(consentID)
	c.Notice = n.Hash()
	return c
}

func sweep(t testing.TB, s *consentlog.Store) consentlog.Swept {
	t.Helper()
	done, err := s.Sweep(context.Background(), consentlog.SweepOptions{Kept: promised})
	if err != nil {
		t.Fatalf("sweep: %v", err)
	}
	return done
}

// halvesOf counts the records that the log can still tie to a visitor.
func halvesOf(t testing.TB, l *consentlog.Log, consentID string) int {
	t.Helper()
	records, err := l.Visitor(context.Background(), consentID)
	if err != nil && !errors.Is(err, consentlog.ErrNotFound) {
		t.Fatal(err)
	}
	return len(records)
}

// Promise: each identity half is kept exactly as long as the notice of its own
// record promised, whatever the visitor chose later and whatever notices came
// after it. The rest of the log and every receipt stay as they were, and the log
// says how many halves went, naming nobody.
func TestSweepKeepsEachPromise(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	c := &clock{}
	store := openStore(t, options(s.url()).WithClock(c.now))
	l := logOf(t, store)
	short, long := promising(100), promising(200)
	for _, n := range []consentlog.Notice{short, long} {
		if err := l.Publish(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	once, regular, patient := uuid.NewString(), uuid.NewString(), uuid.NewString()
	receipts := []consentlog.Receipt{
		add(t, l, under(short, once)), add(t, l, under(short, regular)), add(t, l, under(long, patient)),
	}
	for range 300 { // more than a segment, and younger than what goes first
		add(t, l, refuseUnder(short))
	}
	c.pass(50 * day)
	receipts = append(receipts, add(t, l, under(short, regular)))

	for _, step := range []struct {
		pass                         time.Duration
		gone                         int64
		onceIs, regularIs, patientIs int
	}{
		{50*day - time.Second, 0, 1, 2, 1}, // a second too early
		{time.Second, 2, 0, 1, 1},
		{0, 0, 0, 1, 1},
		{50 * day, 1, 0, 0, 1},
		{50 * day, 1, 0, 0, 0},
	} {
		c.pass(step.pass)
		before := verifyLog(t, l)
		if dry, err := store.Sweep(t.Context(), consentlog.SweepOptions{Kept: promised, DryRun: true}); err != nil || dry.Records[site] != step.gone {
			t.Errorf("dry run: %+v, %v, of %d", dry, err, step.gone)
		}
		if done := sweep(t, store); done.Records[site] != step.gone {
			t.Errorf("swept %+v, not %d", done, step.gone)
		}
		if a, b, d := halvesOf(t, l, once), halvesOf(t, l, regular), halvesOf(t, l, patient); a != step.onceIs || b != step.regularIs || d != step.patientIs {
			t.Errorf("left: %d, %d, %d of %+v", a, b, d, step)
		}
		after := verifyLog(t, l)
		if more := after.Erasures - before.Erasures; more != min(step.gone, 1) || after.Records != before.Records+more {
			t.Errorf("logged: %+v, then %+v", before, after)
		}
	}
	for _, visitor := range []string{once, regular, patient} {
		if at := s.holds(visitor); len(at) > 0 {
			t.Errorf("%s stands in %s", visitor, at)
		}
	}
	for _, r := range receipts {
		verify(t, l, r)
	}
	facts := lastFacts(t, l)
	if got := slices.Sorted(maps.Keys(facts)); !slices.Equal(got, []string{"because", "kind", "records", "salt", "site", "time", "v"}) ||
		facts["because"] != "age" || facts["records"] != 1.0 {
		t.Errorf("facts %v", facts)
	}
}

func refuseUnder(n consentlog.Notice) consentlog.Consent {
	c := refuse()
	c.Notice = n.Hash()
	return c
}

// lastFacts is the newest record of the log.
func lastFacts(t testing.TB, l *consentlog.Log) map[string]any {
	t.Helper()
	all := allFacts(t, l)
	return all[len(all)-1]
}

// Promise: several processes may sweep while visitors choose and are erased: each
// half is destroyed and counted once, and what is young is let be.
func TestSweepBesideEverything(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	c := &clock{}
	n := promising(100)
	var logs []*consentlog.Log
	var stores []*consentlog.Store
	for range 3 {
		store := openStore(t, options(s.url()).WithClock(c.now))
		l := logOf(t, store)
		if err := l.Publish(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		stores, logs = append(stores, store), append(logs, l)
	}
	var visitors []string
	for range 60 {
		visitors = append(visitors, uuid.NewString())
	}
	const each = 2
	for range each {
		forAll(visitors, func(i int, v string) { add(t, logs[i%3], under(n, v)) })
	}
	c.pass(200 * day)
	var wg sync.WaitGroup
	var swept, erased atomic.Int64
	for i := range stores {
		wg.Go(func() {
			done, err := stores[i].Sweep(context.Background(), consentlog.SweepOptions{Kept: promised})
			if err != nil {
				t.Error(err)
			}
			swept.Add(done.Records[site])
		})
	}
	wg.Go(func() {
		forAll(visitors, func(i int, v string) {
			if i%3 == 0 {
				if e, err := logs[i%2].Erase(context.Background(), v); err == nil {
					erased.Add(int64(e.Records))
				} else if !errors.Is(err, consentlog.ErrNotFound) {
					t.Error(err)
				}
			} else if _, _, err := logs[i%2].Append(context.Background(), under(n, v)); err != nil {
				t.Error(err)
			}
		})
	})
	wg.Wait()
	if got := swept.Load() + erased.Load(); got != each*int64(len(visitors)) {
		t.Errorf("%d were swept and %d erased, of %d", swept.Load(), erased.Load(), each*len(visitors))
	}
	for i, v := range visitors {
		if got, want := halvesOf(t, logs[0], v), min(i%3, 1); got != want {
			t.Errorf("visitor %d has %d halves, not %d", i, got, want)
		}
	}
	verifyLog(t, logs[0])
}

func forAll(visitors []string, do func(int, string)) {
	var wg sync.WaitGroup
	for i, v := range visitors {
		wg.Go(func() { do(i, v) })
	}
	wg.Wait()
}

// Promise: where Redis forgets a sweep, healing puts it back, and with it brings
// back nobody; the half that a visitor got since is not lost with the old ones.
func TestHealingAfterSweep(t *testing.T) {
	t.Parallel()
	s := startRedis(t, "--appendfsync", "everysec")
	c := &clock{}
	o := options(s.url()).WithClock(c.now).WithHealing(6*time.Second, time.Minute)
	o.Timeout = 20 * time.Second
	store := openStore(t, o)
	l := logOf(t, store)
	n := promising(100)
	if err := l.Publish(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	visitor := uuid.NewString()
	add(t, l, under(n, visitor))
	c.pass(200 * day)
	before := s.copyTo(t, -1)
	add(t, l, under(n, visitor))
	if done := sweep(t, store); done.Records[site] != 1 || done.Visitors != 1 {
		t.Fatalf("swept %+v", done)
	}
	after := verifyLog(t, l)
	s.goBack(before)
	eventually(t, 20*time.Second, "it is put back", func() bool {
		_, tree, err := l.Parsed(s.admin.Get(context.Background(), consentlog.KeyCheckpoint(site)).Val())
		return err == nil && tree.N == after.Size
	})
	if got := halvesOf(t, l, visitor); got != 1 {
		t.Errorf("%d halves", got)
	}
	if report := verifyLog(t, l); report.Root != after.Root {
		t.Errorf("report %+v", report)
	}
}

// Promise: a log that cannot be read keeps no other from being swept, and the
// error says which it was.
func TestSweepPassesOver(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	c := &clock{}
	store := openStore(t, options(s.url()).WithClock(c.now))
	l := logOf(t, store)
	foreign := options(s.url()).WithClock(c.now)
	foreign.Secret = [32]byte{9}
	other, err := openStore(t, foreign).Log(t.Context(), "other")
	if err != nil {
		t.Fatal(err)
	}
	n := promising(100)
	for _, l := range []*consentlog.Log{l, other} {
		if err := l.Publish(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		add(t, l, under(n, uuid.NewString()))
	}
	c.pass(200 * day)
	done, err := store.Sweep(t.Context(), consentlog.SweepOptions{Kept: promised})
	if !errors.Is(err, consentlog.ErrOtherKey) || !strings.Contains(err.Error(), "site other") || done.Records[site] != 1 || done.Records["other"] != 0 {
		t.Errorf("%+v, %v", done, err)
	}
	if !bytes.Contains([]byte(fmt.Sprint(s.admin.Keys(t.Context(), "*").Val())), []byte("cl:{other}:s:")) {
		t.Error("the other log lost a half")
	}
}
