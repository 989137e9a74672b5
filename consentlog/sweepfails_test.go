package consentlog_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// Protects: a log of many notices and a backlog is swept in time that grows with
// the log and not with its square: each segment is read once for what its notices
// promised and once for how old its records are.
func TestSweepReadsEachSegmentOnce(t *testing.T) {
	t.Parallel()
	const segments, notices, each = 20, 300, 6
	s := startRedis(t, "--appendfsync", "everysec")
	c := &clock{}
	l := openLog(t, options(s.url()).WithClock(c.now))
	n := promising(100)
	if err := l.Publish(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	visitors := make([]string, 600) // more than a commit takes
	for i := range visitors {
		visitors[i] = uuid.NewString()
	}
	// First the notices: a segment that begins with one is looked into once more by
	// whoever searches for a time, and 5000 callers at once come in no order.
	forAll(make([]string, notices), func(i int, _ string) {
		many := consentlog.Notice{Language: "nl", LegalVersion: 1, Content: fmt.Appendf(nil, `{"days":100,"text":"%d %s"}`, i, strings.Repeat("x", 11000))}
		if err := l.Publish(context.Background(), many); err != nil {
			t.Error(err)
		}
	})
	forAll(make([]string, segments*tile-notices), func(i int, _ string) {
		choice := refuseUnder(n)
		if i%each == 0 {
			choice = under(n, visitors[i/each%len(visitors)])
		}
		if _, _, err := l.Append(context.Background(), choice); err != nil {
			t.Error(err)
		}
	})
	c.pass(200 * day)
	p := startProxy(t, s.socket, func() bool { return true })
	var mu sync.Mutex
	reads := map[string]int{}
	// A whole, or a first piece of more than the head of it.
	facts := regexp.MustCompile(`get\r\n\$\d+\r\n(cl:\{acme\}:\d+:f:\d+)\r\n|(cl:\{acme\}:\d+:f:\d+)\r\n\$1\r\n0\r\n\$6`)
	p.requests = func(chunk []byte) bool {
		mu.Lock()
		defer mu.Unlock()
		for _, found := range facts.FindAllSubmatch(chunk, -1) {
			reads[string(found[1])+string(found[2])]++
		}
		return true
	}
	done := sweep(t, openStore(t, options("unix://"+p.socket).WithClock(c.now)))
	if want := int64(segments*tile-notices+each-1) / each; done.Records[site] != want {
		t.Errorf("swept %+v, not %d", done, want)
	}
	for key, times := range reads {
		if times > 2 && !strings.HasSuffix(key, fmt.Sprint(":", segments)) { // the open one is the writer's too
			t.Errorf("%s was read %d times", key, times)
		}
	}
	if len(reads) < segments {
		t.Errorf("the test does not test: %d segments were read", len(reads))
	}
}

const tile = 256

// Protects: a site for which storage does not answer is passed over, and the
// operator is told which; every other site is swept.
func TestSweepGoesOnWithoutTheSiteThatFails(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	c, said := &clock{}, &said{}
	store := openStore(t, options(s.url()).WithClock(c.now))
	n := promising(100)
	for _, id := range []string{"aaa", site, "zzz"} {
		l, err := store.Log(t.Context(), id)
		if err == nil {
			err = l.Publish(t.Context(), n)
		}
		if err != nil {
			t.Fatal(err)
		}
		add(t, l, under(n, uuid.NewString()))
	}
	c.pass(200 * day)
	p := startProxy(t, s.socket, func() bool { return true })
	p.requests = func(chunk []byte) bool { return !bytes.Contains(chunk, []byte("cl:{"+site+"}:n")) }
	o := options("unix://" + p.socket).WithClock(c.now)
	o.Logger = slog.New(slog.NewTextHandler(said, nil))
	done, err := openStore(t, o).Sweep(t.Context(), consentlog.SweepOptions{Kept: promised})
	if !errors.Is(err, consentlog.ErrUnavailable) || !strings.Contains(err.Error(), "site "+site) {
		t.Errorf("%v", err)
	}
	if done.Records["aaa"] != 1 || done.Records["zzz"] != 1 || done.Records[site] != 0 {
		t.Errorf("swept %+v", done)
	}
	if !said.has("site=" + site) {
		t.Error("nobody is told of the site")
	}
}

// Protects: a sweep that breaks off has taken what it found until then.
func TestSweepTakesWhatItFound(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	c := &clock{}
	l := openLog(t, options(s.url()).WithClock(c.now))
	n := promising(100)
	if err := l.Publish(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	forAll(make([]string, 400), func(int, string) { l.Append(context.Background(), under(n, uuid.NewString())) })
	c.pass(200 * day)
	p := startProxy(t, s.socket, func() bool { return true })
	var scans atomic.Int64
	p.requests = func(chunk []byte) bool {
		return !bytes.HasPrefix(chunk, []byte("*6\r\n$4\r\nscan")) || scans.Add(1) < 2
	}
	done, err := openStore(t, options("unix://"+p.socket).WithClock(c.now)).Sweep(t.Context(), consentlog.SweepOptions{Kept: promised})
	if !errors.Is(err, consentlog.ErrUnavailable) || scans.Load() != 2 || done.Visitors == 0 || done.Visitors >= sweepPage {
		t.Fatalf("the test does not test: %d scans, %+v, %v", scans.Load(), done, err)
	}
	if done.Records[site] != done.Visitors {
		t.Errorf("swept %+v", done)
	}
}

// sweepPage is from how many visitors on a commit does not wait for the end.
const sweepPage = 256

// Protects: a segment that cannot be read keeps its own halves and no others.
func TestSweepPassesOverAnUnreadableSegment(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	c := &clock{}
	store := openStore(t, options(s.url()).WithClock(c.now))
	l := logOf(t, store)
	n := promising(100)
	if err := l.Publish(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	before, within, after := uuid.NewString(), uuid.NewString(), uuid.NewString()
	for _, visitor := range []string{before, within, after} {
		add(t, l, under(n, visitor))
		forAll(make([]string, tile), func(int, string) { l.Append(context.Background(), refuseUnder(n)) })
	}
	text, err := l.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	epoch, _, _ := l.Parsed(text)
	key := consentlog.KeyFacts(site, epoch, 1)
	s.admin.SetRange(t.Context(), key, int64(strings.Index(s.admin.Get(t.Context(), key).Val(), `"accept_all"`)), "{{{{")
	c.pass(200 * day)
	done, err := store.Sweep(t.Context(), consentlog.SweepOptions{Kept: promised})
	if !errors.Is(err, consentlog.ErrCorrupt) || done.Records[site] != 2 {
		t.Errorf("swept %+v, %v", done, err)
	}
	for visitor, want := range map[string]int64{before: 0, within: 1, after: 0} {
		if got := s.admin.Exists(t.Context(), consentlog.KeyVisitor(site, visitor)).Val(); got != want {
			t.Errorf("visitor is there: %d, not %d", got, want)
		}
	}
}

// Protects: an epoch whose end cannot be found, because the declaration that names
// it is unreadable, keeps its own halves and no others.
func TestSweepPassesOverALostEpoch(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	c := &clock{}
	o := options(s.url()).WithClock(c.now).WithHealing(100*time.Millisecond, time.Millisecond)
	store := openStore(t, o)
	l := logOf(t, store)
	n := promising(100)
	epoch := func() int64 {
		text, err := l.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		epoch, _, _ := l.Parsed(text)
		return epoch
	}
	chosen := func() (visitors []string) {
		for range 30 { // so that SCAN shows some of each after some of the other
			visitors = append(visitors, uuid.NewString())
			add(t, l, under(n, visitors[len(visitors)-1]))
		}
		return visitors
	}
	if err := l.Publish(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	earlier := chosen()
	first, backup := epoch(), s.copyTo(t, -1)
	gone := openStore(t, o)
	add(t, logOf(t, gone), refuseUnder(n))
	gone.Close() // and nobody remembers its record
	add(t, l, refuseUnder(n))
	s.goBack(backup)
	eventually(t, 10*time.Second, "a new epoch begins", func() bool {
		_, _, err := l.Append(t.Context(), refuseUnder(n))
		return err == nil && epoch() != first
	})
	forAll(make([]string, tile), func(int, string) { l.Append(context.Background(), refuseUnder(n)) })
	later := chosen()
	key := consentlog.KeyFacts(site, epoch(), 0)
	s.admin.SetRange(t.Context(), key, int64(strings.Index(s.admin.Get(t.Context(), key).Val(), `"held"`)), "{{{{")
	c.pass(200 * day)
	done, err := openStore(t, o).Sweep(t.Context(), consentlog.SweepOptions{Kept: promised})
	if !errors.Is(err, consentlog.ErrCorrupt) || done.Records[site] != int64(len(later)) {
		t.Errorf("swept %+v, %v", done, err)
	}
	for want, visitors := range map[int64][]string{1: earlier, 0: later} {
		for _, visitor := range visitors {
			if got := s.admin.Exists(t.Context(), consentlog.KeyVisitor(site, visitor)).Val(); got != want {
				t.Fatalf("visitor is there: %d, not %d", got, want)
			}
		}
	}
}
