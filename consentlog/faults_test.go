package consentlog_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sluis/consentlog"
)

// Promise: when the answer to a write is lost on the way, the caller still
// gets its receipt, and the record is in the log once.
func TestLostAnswerIsLookedUp(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	var swallow atomic.Bool
	p := startProxy(t, s.socket, func() bool { return !swallow.CompareAndSwap(true, false) })
	var unknown atomic.Int64
	o := options("unix://" + p.socket)
	o.Observe = func(e consentlog.Event) {
		if e.Kind == consentlog.EventUnknown {
			unknown.Add(1)
		}
	}
	l := openLog(t, o)
	publish(t, l)
	for range 30 {
		c := grant()
		swallow.Store(true)
		verify(t, l, add(t, l, c))
	}
	report := verifyLog(t, l)
	if report.Consents != 30 || report.Repeated != 0 {
		t.Errorf("report %+v", report)
	}
	if unknown.Load() < 10 {
		t.Errorf("only %d answers were lost: the test does not test", unknown.Load())
	}
	// Such a record is remembered like any other: it is put back when Redis
	// forgets it.
	cp := consentlog.KeyCheckpoint(site)
	old := s.admin.Get(t.Context(), cp).Val()
	for before := unknown.Load(); unknown.Load() == before; {
		old = s.admin.Get(t.Context(), cp).Val()
		swallow.Store(true)
		add(t, l, grant())
	}
	newest := s.admin.Get(t.Context(), cp).Val()
	s.admin.Set(t.Context(), cp, old, 0)
	eventually(t, 5*time.Second, "it is put back", func() bool { return s.admin.Get(t.Context(), cp).Val() == newest })
	verifyLog(t, l)
}

// Promise: a connection that falls silent does not hold the writer: it looks
// through another one, and the caller has its receipt within its deadline.
func TestSilentConnection(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	var silence atomic.Bool
	p := startProxy(t, s.socket, func() bool { return true })
	p.silent = func() bool { return silence.CompareAndSwap(true, false) }
	l := openLog(t, options("unix://"+p.socket))
	publish(t, l)
	for range 2 {
		c := grant()
		silence.Store(true)
		verify(t, l, add(t, l, c))
	}
	if report := verifyLog(t, l); report.Consents != 2 || report.Repeated != 0 {
		t.Errorf("report %+v", report)
	}
}

// Promise: while Redis is away nothing is acknowledged and callers hear so
// within their deadline; the same id sent again afterwards is recorded once.
func TestRedisAway(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	o := options(s.url())
	o.Timeout = 3 * time.Second
	l := openLog(t, o)
	publish(t, l)
	add(t, l, grant())
	s.kill()
	var wg sync.WaitGroup
	waiting := make([]consentlog.Consent, 20)
	for i := range waiting {
		waiting[i] = grant()
		wg.Go(func() {
			start := time.Now()
			_, _, err := l.Append(context.Background(), waiting[i])
			if took := time.Since(start); !errors.Is(err, consentlog.ErrUnavailable) || took > 2*o.Timeout {
				t.Errorf("after %s: %v", took, err)
			}
		})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, _, err := l.Append(ctx, grant()); !errors.Is(err, consentlog.ErrUnavailable) || time.Since(start) > o.Timeout/2 {
		t.Errorf("a caller with less time, after %s: %v", time.Since(start), err)
	}
	wg.Wait()
	s.start()
	for _, c := range waiting {
		eventually(t, 10*time.Second, describe(c), func() bool {
			r, _, err := l.Append(context.Background(), c)
			return err == nil && verify(t, l, r).ID == c.ID
		})
	}
	if report := verifyLog(t, l); report.Consents != 21 || report.Repeated != 0 {
		t.Errorf("report %+v", report)
	}
}

// Promise: an error that Redis answers (full, here) is nothing acknowledged and
// nothing lost either.
func TestRedisFull(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	o := options(s.url())
	o.Timeout = 3 * time.Second
	l := openLog(t, o)
	publish(t, l)
	add(t, l, grant())
	ctx := context.Background()
	if err := s.admin.ConfigSet(ctx, "maxmemory", "1mb").Err(); err != nil {
		t.Fatal(err)
	}
	c := grant()
	if _, _, err := l.Append(ctx, c); !errors.Is(err, consentlog.ErrUnavailable) {
		t.Fatalf("full: %v", err)
	}
	if err := s.admin.ConfigSet(ctx, "maxmemory", "0").Err(); err != nil {
		t.Fatal(err)
	}
	// An attempt that began before the caller's time was up may have come through since.
	r, _, err := l.Append(ctx, c)
	if err != nil || verify(t, l, r).ID != c.ID {
		t.Fatalf("room again: %v", err)
	}
	if report := verifyLog(t, l); report.Consents != 2 || report.Repeated != 0 {
		t.Errorf("report %+v", report)
	}
}

// Promise: any number of processes may write to one log at once: every place
// is used once, there is no gap, and nothing is recorded twice.
func TestFourWritersOnOneSite(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	var wg sync.WaitGroup
	places := sync.Map{}
	const writers, callers, each = 4, 8, 25
	for range writers {
		l := openLog(t, options(s.url()))
		wg.Go(func() {
			publish(t, l)
			for range callers {
				wg.Go(func() {
					for range each {
						r, _, err := l.Append(context.Background(), anyConsent())
						if err != nil {
							t.Error(err)
							return
						}
						v, err := consentlog.VerifyReceipt(r, l.VerifierKey())
						if err != nil {
							t.Error(err)
						}
						if _, again := places.LoadOrStore(v.Place, true); again {
							t.Errorf("place %s was given out twice", v.Place)
						}
					}
				})
			}
		})
	}
	wg.Wait()
	l := openLog(t, options(s.url()))
	report := verifyLog(t, l)
	if report.Consents != writers*callers*each || report.Notices != 1 || report.Size != report.Consents+1 || report.Repeated != 0 {
		t.Errorf("report %+v", report)
	}
}

// Promise: the same id sent to two processes at the same moment, or twice in
// one batch, is one record, and both get its receipt.
func TestSameIDAtOnce(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	a, b := openLog(t, options(s.url())), openLog(t, options(s.url()))
	publish(t, a)
	for range 40 {
		c := grant()
		var wg sync.WaitGroup
		var created atomic.Int64
		places := sync.Map{}
		for _, l := range []*consentlog.Log{a, b, a, b, a} {
			wg.Go(func() {
				r, first, err := l.Append(context.Background(), c)
				if err != nil {
					t.Error(err)
					return
				}
				if first {
					created.Add(1)
				}
				v, err := consentlog.VerifyReceipt(r, l.VerifierKey())
				if err != nil || v.ID != c.ID || !v.Named {
					t.Errorf("%+v, %v", v, err)
				}
				places.Store(v.Place, true)
			})
		}
		wg.Wait()
		n := 0
		places.Range(func(any, any) bool { n++; return true })
		if n != 1 || created.Load() != 1 {
			t.Fatalf("%d places, created %d times", n, created.Load())
		}
	}
	if report := verifyLog(t, a); report.Consents != 40 || report.Repeated != 0 {
		t.Errorf("report %+v", report)
	}
}

// Promise: a write that Redis lost power in the middle of harms nothing, also
// not after the second restart, which on Redis 7 runs the torn transaction
// together with the next one.
func TestTornTail(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	store := openStore(t, options(s.url()))
	l := logOf(t, store)
	publish(t, l)
	for range 253 { // up to the edge of a segment, so that the torn commits cross it
		add(t, l, anyConsent())
	}
	size := func() int64 { return fileSize(t, s.aof()) }
	eventually(t, 5*time.Second, "the append-only file was rewritten", func() bool { return !s.rewriting() })
	var from int64
	for i := range 4 {
		if i == 2 {
			from = size()
		}
		add(t, l, grant())
	}
	end := size()
	store.Close()
	s.kill()
	const cuts = 24
	for i := range int64(cuts) {
		cut := from + (end-from)*i/cuts + i%7
		t.Run(fmt.Sprintf("byte %d of %d", cut-from, end-from), func(t *testing.T) {
			t.Parallel()
			c := s.copyTo(t, cut)
			c.start()
			store := openStore(t, options(c.url()))
			l := logOf(t, store)
			first := verifyLog(t, l).Consents
			if first < 255 {
				t.Fatalf("%d acknowledged records are left", first)
			}
			for range 3 {
				add(t, l, grant())
			}
			store.Close()
			c.kill()
			c.start()
			l = openLog(t, options(c.url()))
			add(t, l, grant())
			if got := verifyLog(t, l).Consents; got != first+4 {
				t.Errorf("%d consents, then %d", first, got)
			}
		})
	}
}

// Promise: a batch that was sent and never arrived is not taken for recorded
// because another process filled its place meanwhile.
func TestLostRequestIsNotAcknowledged(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := startRedis(t)
	var losing, lost atomic.Bool
	p := startProxy(t, s.socket, func() bool { return true })
	p.requests = func(chunk []byte) bool {
		swallow := losing.Load() && bytes.Contains(bytes.ToLower(chunk), []byte("evalsha"))
		if swallow {
			lost.Store(true)
		}
		return !swallow
	}
	one, two := openLog(t, options("unix://"+p.socket)), openLog(t, options(s.url()))
	publish(t, one)
	publish(t, two)
	add(t, two, grant())
	losing.Store(true)
	c := grant()
	result := make(chan error, 1)
	go func() {
		r, _, err := one.Append(ctx, c)
		if err == nil {
			_, err = consentlog.VerifyReceipt(r, one.VerifierKey())
		}
		result <- err
	}()
	eventually(t, 5*time.Second, "the batch is lost", lost.Load)
	for range 3 {
		add(t, two, grant())
	}
	losing.Store(false)
	if err := <-result; err != nil {
		t.Fatal(err)
	}
	if _, err := two.Receipt(ctx, c.ID, c.ConsentID); err != nil {
		t.Errorf("acknowledged, and in the log: %v", err)
	}
	if report := verifyLog(t, two); report.Consents != 5 || report.Repeated != 0 {
		t.Errorf("report %+v", report)
	}
}

// Promise: a log that went another way than what this process saw is not
// continued, however long and well signed it is: that would contradict receipts.
func TestForkIsNotContinued(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := startRedis(t)
	began := time.Now().Truncate(time.Second)
	within := func() time.Time { return began.Add(time.Since(began) / 1000) } // one second, for as long as the test takes
	o := options(s.url()).WithHealing(100*time.Millisecond, time.Microsecond).WithClock(within)
	l := openLog(t, o)
	publish(t, l)
	r := add(t, l, grant())
	if err := s.admin.FlushAll(ctx).Err(); err != nil {
		t.Fatal(err)
	}
	fork := openLog(t, o) // it remembers nothing, and begins in the same second
	eventually(t, 5*time.Second, "the fork begins", func() bool { return fork.Publish(ctx, shown) == nil })
	for range 5 {
		if _, _, err := fork.Append(ctx, grant()); err != nil {
			t.Fatal(err)
		}
	}
	epoch := func(r consentlog.Receipt) string {
		at, _, _ := strings.Cut(verify(t, l, r).Place, ".")
		return at
	}
	eventually(t, 10*time.Second, "the log goes on", func() bool {
		next, _, err := l.Append(ctx, grant())
		if err == nil && epoch(next) == epoch(r) {
			t.Error("it goes on in the epoch that went another way")
		}
		return err == nil
	})
	if report := verifyLog(t, l); report.Epochs != 2 || len(report.Losses) != 1 || !report.Losses[0].Forked {
		t.Errorf("report %+v", report)
	}
}
