package consentlog_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/alicebob/miniredis/v2"
)

// Promise: the store says in one line what survives a power cut, as the server
// is set up.
func TestGuarantee(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"always":   {nil, "every record is on disk before it is acknowledged"},
		"everysec": {[]string{"--appendfsync", "everysec"}, "may forget the last second"},
		"rewrite":  {[]string{"--no-appendfsync-on-rewrite", "yes"}, "while it rewrites"},
		"no file":  {[]string{"--appendonly", "no"}, "keeps no append-only file"},
		"managed":  {[]string{"--rename-command", "CONFIG", ""}, "CONFIG is forbidden"},
	} {
		s := startRedis(t, c.args...)
		store := openStore(t, options(s.url()))
		if got := store.Guarantee(); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", name, got)
		}
		if err := store.Ping(context.Background()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Promise: a Redis that cannot hold evidence is refused at start, with the mend.
func TestUnfitRedisIsRefused(t *testing.T) {
	t.Parallel()
	open := func(o consentlog.StoreOptions) error {
		s, err := consentlog.OpenStore(context.Background(), o)
		if err == nil {
			s.Close()
		}
		return err
	}
	evicting := startRedis(t, "--maxmemory-policy", "allkeys-lru")
	if err := open(options(evicting.url())); err == nil || !strings.Contains(err.Error(), "CONFIG SET maxmemory-policy noeviction") {
		t.Errorf("evicting: %v", err)
	}
	replica := startRedis(t, "--replicaof", "127.0.0.1 1")
	if err := open(options(replica.url())); err == nil || !strings.Contains(err.Error(), "master") {
		t.Errorf("replica: %v", err)
	}
	if err := open(options("redis://user:hunter2@127.0.0.1:1")); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") || strings.Contains(err.Error(), "hunter2") || !errors.Is(err, consentlog.ErrUnavailable) {
		t.Errorf("away: %v", err)
	}
	locked := startRedis(t)
	locked.admin.ConfigSet(context.Background(), "requirepass", "hunter3")
	for _, url := range []string{locked.url(), strings.Replace(locked.url(), "unix://", "unix://:hunter2@", 1)} {
		if err := open(options(url)); err == nil || errors.Is(err, consentlog.ErrUnavailable) || !strings.Contains(err.Error(), "give user and password") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("locked: %v", err)
		}
	}
	for _, bad := range []string{"", "http://127.0.0.1", "127.0.0.1:6379", "::", "redis://u:hunter2@h:99999999x"} {
		if err := open(options(bad)); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	o := options(evicting.url())
	o.Name = ""
	if open(o) == nil {
		t.Error("no name")
	}
}

// Promise: the in-process stand-in works, and says that nothing survives.
func TestStandIn(t *testing.T) {
	t.Parallel()
	m := miniredis.RunT(t)
	o := options("redis://" + m.Addr())
	o.StandIn, o.StateDir = true, t.TempDir()
	store := openStore(t, o)
	if !strings.Contains(store.Guarantee(), "nothing survives") {
		t.Error(store.Guarantee())
	}
	l := logOf(t, store)
	start := time.Now()
	publish(t, l)
	c := grant()
	verify(t, l, add(t, l, c))
	if _, created, err := l.Append(context.Background(), c); err != nil || created {
		t.Errorf("again: %v, %v", created, err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("it waited %s for a stand-in to be healed", took)
	}
	if report := verifyLog(t, l); report.Consents != 1 {
		t.Errorf("report %+v", report)
	}
	if e, err := l.Erase(context.Background(), c.ConsentID); err != nil || e.Records != 1 || len(m.Keys()) == 0 || m.Exists(consentlog.KeyVisitor(site, c.ConsentID)) {
		t.Errorf("erase: %+v, %v", e, err)
	}
}

// Promise: sites do not see each other, and a site's id is checked.
func TestSitesAreApart(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := startRedis(t)
	store := openStore(t, options(s.url()))
	a, err := store.Log(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	b, err := store.Log(ctx, "b")
	if err != nil {
		t.Fatal(err)
	}
	if a.VerifierKey() == b.VerifierKey() {
		t.Error("two sites have one key")
	}
	publish(t, a)
	publish(t, b)
	c := grant()
	r := add(t, a, c)
	if _, err := consentlog.VerifyReceipt(r, b.VerifierKey()); err == nil {
		t.Error("a receipt of one site verifies for another")
	}
	if _, err := b.Receipt(ctx, c.ID, ""); !errors.Is(err, consentlog.ErrNotFound) {
		t.Errorf("receipt at the other site: %v", err)
	}
	add(t, b, c) // the same id at another site is another record
	for _, bad := range []string{"", "A", "a/b", "a}b", strings.Repeat("a", 41), "é"} {
		if _, err := store.Log(ctx, bad); err == nil {
			t.Errorf("site %q", bad)
		}
	}
}

// Promise: a log without writes rests, and wakes up by itself; a closed store
// refuses in clear words, and what it acknowledged is there.
func TestLogRestsAndCloses(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	o := options(s.url()).WithIdle(time.Millisecond).WithHealing(2*time.Second, time.Millisecond) // with nothing left to put back
	o.StateDir = t.TempDir()
	store := openStore(t, o)
	l := logOf(t, store)
	publish(t, l)
	c := grant()
	add(t, l, c)
	erase(t, l, c.ConsentID) // which is not remembered for ever
	eventually(t, 5*time.Second, "the log rests", func() bool { return !l.Running() })
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() { add(t, l, grant()) })
	}
	wg.Wait()
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if _, _, err := l.Append(context.Background(), grant()); !errors.Is(err, consentlog.ErrUnavailable) {
		t.Errorf("closed: %v", err)
	}
	if _, err := store.Log(context.Background(), site); !errors.Is(err, consentlog.ErrUnavailable) {
		t.Errorf("closed: %v", err)
	}
	if report := verifyLog(t, openLog(t, o)); report.Consents != 11 || report.Epochs != 1 {
		t.Errorf("report %+v", report)
	}
}

// Promise: closing while visitors choose answers every one of them, and those
// who got a receipt are in the log.
func TestCloseUnderLoad(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	store := openStore(t, options(s.url()))
	l := logOf(t, store)
	publish(t, l)
	var wg sync.WaitGroup
	var mu sync.Mutex
	acked := 0
	for range 16 {
		wg.Go(func() {
			for {
				_, _, err := l.Append(context.Background(), grant())
				if errors.Is(err, consentlog.ErrUnavailable) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				acked++
				mu.Unlock()
			}
		})
	}
	eventually(t, 10*time.Second, "load", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return acked > 200
	})
	start := time.Now()
	store.Close()
	wg.Wait()
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("closing took %s", took)
	}
	if report := verifyLog(t, openLog(t, options(s.url()))); report.Consents != int64(acked) {
		t.Errorf("%d acknowledged, %+v", acked, report)
	}
}

// Promise: an observer learns what the writers do.
func TestObserve(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	var mu sync.Mutex
	records := 0
	kinds := map[consentlog.EventKind]int{}
	o := options(s.url())
	o.Observe = func(e consentlog.Event) {
		mu.Lock()
		defer mu.Unlock()
		kinds[e.Kind]++
		if e.Kind == consentlog.EventBatch {
			records += e.Records
			if e.Duration <= 0 || e.Site != site {
				t.Errorf("event %+v", e)
			}
		}
	}
	l := openLog(t, o)
	publish(t, l)
	for range 5 {
		add(t, l, grant())
	}
	mu.Lock()
	defer mu.Unlock()
	if records != 6 || kinds[consentlog.EventSettled] != 1 {
		t.Errorf("%d records, %v", records, kinds)
	}
}

// Promise: a Redis that answers but takes no writes is not taken for one that
// does, and one that does is not written to for every question.
func TestPingNoticesWhoTakesNoWrites(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, settings := range map[string][2]string{
		"full":      {"maxmemory 1", "maxmemory 0"},
		"read-only": {"replicaof 127.0.0.1 1", "replicaof no one"},
	} {
		s := startRedis(t)
		store := openStore(t, options(s.url()))
		apply := func(setting string) {
			args := []any{}
			if setting[0] == 'm' {
				args = append(args, "config", "set")
			}
			for word := range strings.FieldsSeq(setting) {
				args = append(args, word)
			}
			if err := s.admin.Do(ctx, args...).Err(); err != nil {
				t.Fatal(err)
			}
		}
		if err := store.Ping(ctx); err != nil {
			t.Errorf("%s: before: %v", name, err)
		}
		apply(settings[0])
		eventually(t, 3*time.Second, name+": it is noticed", func() bool { return errors.Is(store.Ping(ctx), consentlog.ErrUnavailable) })
		apply(settings[1])
		if err := store.Ping(ctx); err != nil {
			t.Errorf("%s: afterwards: %v", name, err)
		}
		before := fileSize(t, s.aof())
		for range 20 {
			_ = store.Ping(ctx)
		}
		if fileSize(t, s.aof()) != before {
			t.Errorf("%s: every question is written down", name)
		}
	}
}

// Protects: a Redis that still reads its file is one on its way, as after a power cut of
// the whole machine: whoever opens the store waits for it as for one that is away.
func TestARedisThatReadsItsFileIsOnItsWay(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	keys := s.admin.Pipeline()
	for i := range 30_000 {
		keys.Set(t.Context(), strconv.Itoa(i), "", 0)
	}
	if _, err := keys.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.kill()
	s.args = append(s.args, "--key-load-delay", "100") // microseconds
	type opened struct {
		store *consentlog.Store
		err   error // not that it is away
		waits bool
	}
	done := make(chan opened, 1)
	go func() {
		for o := (opened{}); ; {
			o.store, o.err = consentlog.OpenStore(t.Context(), options(s.url()))
			if !errors.Is(o.err, consentlog.ErrUnavailable) {
				done <- o
				return
			}
			o.waits = o.waits || strings.Contains(o.err.Error(), "reads its file")
		}
	}()
	s.start()
	o := <-done
	if o.err != nil || !o.waits {
		t.Fatalf("waits: %t; then %v", o.waits, o.err)
	}
	o.store.Close()
}
