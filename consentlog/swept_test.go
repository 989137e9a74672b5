package consentlog_test

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// Protects: a record that was swept is tied to its visitor by nothing that is
// left of him, also where it was his newest and an older one, of a notice that
// promised more, stays.
func TestSweptNewestIsNamedNowhere(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	c := &clock{}
	store := openStore(t, options(s.url()).WithClock(c.now))
	l := logOf(t, store)
	short, long := promising(100), promising(400)
	for _, n := range []consentlog.Notice{short, long} {
		if err := l.Publish(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	visitor := uuid.NewString()
	add(t, l, under(long, visitor))
	older := slices.Collect(keysIn(visitorHash(t, s, visitor)))
	c.pass(50 * day)
	add(t, l, under(short, visitor))
	c.pass(101 * day)
	if done := sweep(t, store); done.Records[site] != 1 {
		t.Fatalf("swept %+v", done)
	}
	left := visitorHash(t, s, visitor)
	for field := range left {
		if !slices.Contains(older, field) || field == "now" {
			t.Errorf("%q is left of what was swept: %q", field, left[field])
		}
	}
	if e := erase(t, l, visitor); e.Records != 1 {
		t.Errorf("erased %+v", e)
	}
}

// visitorHash is all that is stored of a visitor.
func visitorHash(t testing.TB, s *redisServer, visitor string) map[string]any {
	t.Helper()
	all := map[string]any{}
	for field, value := range s.admin.HGetAll(t.Context(), consentlog.KeyVisitor(site, visitor)).Val() {
		all[field] = value
	}
	if len(all) == 0 {
		t.Fatal("nothing is stored of the visitor")
	}
	return all
}

// Protects: each half that goes is counted once, also where a sweep takes some
// between the count of an erasure and its commit.
func TestEraseCountsNotWhatASweepTook(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	c := &clock{}
	n := promising(100)
	service := openStore(t, options(s.url()).WithClock(c.now))
	l := logOf(t, service)
	if err := l.Publish(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	visitor := uuid.NewString()
	add(t, l, under(n, visitor))
	c.pass(95 * day)
	add(t, l, under(n, visitor))
	c.pass(10 * day)
	p := startProxy(t, s.socket, func() bool { return true })
	var once sync.Once
	swept := int64(0)
	p.requests = func(chunk []byte) bool {
		if bytes.Contains(chunk, []byte("evalsha")) && strings.Contains(string(chunk), ":s:"+visitor) {
			once.Do(func() { swept = sweep(t, service).Records[site] })
		}
		return true
	}
	e := erase(t, openLog(t, options("unix://"+p.socket).WithClock(c.now)), visitor)
	if swept != 1 {
		t.Fatalf("the test does not test: %d were swept", swept)
	}
	if counted := erasedIn(t, l); counted != 2 || e.Records != 1 {
		t.Errorf("of 2 halves 1 was swept and %d erased; the log says that %v went", e.Records, counted)
	}
	verifyLog(t, l)
}

// Protects: a half is counted once also where power failed: on Redis 7 the second
// restart runs a torn transaction after all, which leaves a half beside the place of
// its own record at that of another's. It goes, and is no record's.
func TestSweepCountsNoHalfOfATornWrite(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	c := &clock{}
	n := promising(100)
	store := openStore(t, options(s.url()).WithClock(c.now))
	l := logOf(t, store)
	if err := l.Publish(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	other, torn := uuid.NewString(), uuid.NewString()
	add(t, l, under(n, other))
	var place string
	for field := range visitorHash(t, s, other) {
		if field != "now" {
			place = field
		}
	}
	r := add(t, l, under(n, torn))
	if err := s.admin.HSet(t.Context(), consentlog.KeyVisitor(site, torn), place, string(r.Who)).Err(); err != nil {
		t.Fatal(err)
	}
	c.pass(101 * day)
	done := sweep(t, store)
	if counted := erasedIn(t, l); counted != 2 || done.Records[site] != 2 {
		t.Errorf("of 2 halves the log says that %v went, the sweep %+v", counted, done)
	}
	for _, visitor := range []string{other, torn} {
		if at := s.holds(visitor); len(at) > 0 {
			t.Errorf("the consent id stands in %s", at)
		}
	}
	verifyLog(t, l)
}

// Protects: the same with what Redis really leaves. A power cut takes the end of a
// transaction that nobody was answered for, another's record gets its place, and the
// next restart runs the torn transaction together with that one.
func TestSweepCountsWhatASecondRestartRuns(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	c := &clock{}
	n := promising(100)
	begin := func() (*consentlog.Store, *consentlog.Log) {
		// Written anew the file would hold no transaction.
		if err := s.admin.Do(t.Context(), "ACL", "SETUSER", "default", "-bgrewriteaof").Err(); err != nil {
			t.Fatal(err)
		}
		store := openStore(t, options(s.url()).WithClock(c.now))
		return store, logOf(t, store)
	}
	torn, other := uuid.NewString(), uuid.NewString()
	store, l := begin()
	if err := l.Publish(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	forgotten := verify(t, l, add(t, l, under(n, torn))).Place
	store.Close()
	s.kill()
	s.cut(60) // into the checkpoint, which goes last
	s.start()
	store, l = begin()
	if at := verify(t, l, add(t, l, under(n, other))).Place; at != forgotten {
		t.Fatalf("the test does not test: %s was not forgotten, the next is at %s", forgotten, at)
	}
	store.Close()
	s.kill()
	s.start()
	store, l = begin()
	if visitorHash(t, s, torn)[forgotten] == nil {
		t.Fatal("the test does not test: the torn transaction did not run")
	}
	add(t, l, under(n, torn))
	c.pass(101 * day)
	done := sweep(t, store)
	if counted := erasedIn(t, l); counted != 2 || done.Records[site] != 2 {
		t.Errorf("of 2 halves the log says that %v went, the sweep %+v", counted, done)
	}
	if at := append(s.holds(torn), s.holds(other)...); len(at) > 0 {
		t.Errorf("a consent id stands in %s", at)
	}
	verifyLog(t, l)
}

// Protects: what a sweep takes is counted also where nothing is left to hold it
// against, as an erasure counts it: of a damaged log it is not said that nobody's
// halves went.
func TestSweepCountsWhatItCannotCompare(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	c := &clock{}
	n := promising(100)
	store := openStore(t, options(s.url()).WithClock(c.now))
	l := logOf(t, store)
	if err := l.Publish(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	r := add(t, l, under(n, uuid.NewString()))
	forAll(make([]string, tile), func(int, string) { l.Append(context.Background(), refuseUnder(n)) })
	c.pass(101 * day)
	epoch, _, _ := strings.Cut(verify(t, l, r).Place, ".")
	begun, err := strconv.ParseInt(epoch, 10, 64)
	if err == nil {
		err = s.admin.Del(t.Context(), consentlog.KeyEntries(site, begun, 0)).Err()
	}
	if err != nil {
		t.Fatal(err)
	}
	done := sweep(t, store)
	if said := s.admin.Get(t.Context(), consentlog.KeyFacts(site, begun, 1)).Val(); done.Records[site] != 1 || !strings.Contains(said, `"kind":"erase","records":1,`) {
		t.Errorf("a half went, the sweep says %+v, the log %s", done, said[max(0, len(said)-300):])
	}
}

// erasedIn is how many halves went, as the log says.
func erasedIn(t testing.TB, l *consentlog.Log) (records float64) {
	t.Helper()
	for _, f := range allFacts(t, l) {
		if f["kind"] == "erase" {
			records += f["records"].(float64)
		}
	}
	return records
}

// Protects: a proof is not destroyed because the clock was years behind when its
// record was made (a machine without a clock of its own, before it asked for the
// time). Such a time is unknown.
func TestSweepDoubtsAnImpossibleTime(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]time.Duration{"a log of that time": -6 * 365 * day, "a log that began later": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startRedis(t)
			c := &clock{}
			c.pass(10*365*day + first)
			if first < 0 {
				c.pass(-10 * 365 * day)
			}
			store := openStore(t, options(s.url()).WithClock(c.now))
			l := logOf(t, store)
			n := promising(100)
			if err := l.Publish(t.Context(), n); err != nil {
				t.Fatal(err)
			}
			if first == 0 {
				c.pass(-6 * 365 * day)
			}
			visitor := uuid.NewString()
			add(t, l, under(n, visitor))
			c.pass(6*365*day + time.Minute)
			if done := sweep(t, store); done.Records[site] != 0 {
				t.Errorf("the half of a choice made a minute ago was destroyed: %+v", done)
			}
			add(t, l, under(n, visitor))
			c.pass(100 * day)
			if done := sweep(t, store); done.Records[site] != 1 {
				t.Errorf("a sound one beside it was not: %+v", done)
			}
		})
	}
}
