package consentlog_test

import (
	"bytes"
	"context"
	"sync/atomic"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// logOfMany holds a choice of each of so many visitors, too old 200 days on.
func logOfMany(t *testing.T, s *redisServer, c *clock, visitors int) {
	t.Helper()
	l, n := openLog(t, options(s.url()).WithClock(c.now)), promising(100)
	if err := l.Publish(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	forAll(make([]string, visitors), func(int, string) {
		if _, _, err := l.Append(context.Background(), under(n, uuid.NewString())); err != nil {
			t.Error(err)
		}
	})
	c.pass(200 * day)
}

// Protects: who records something while a sweep goes on waits for few keys, for
// Redis does one thing after another.
func TestSweepKeepsRedisBusyForAMomentOnly(t *testing.T) {
	t.Parallel()
	s, c := startRedis(t, "--appendfsync", "everysec"), &clock{}
	logOfMany(t, s, c, 600)
	p := startProxy(t, s.socket, func() bool { return true })
	var most, pages atomic.Int64
	p.requests = func(chunk []byte) bool {
		if n := int64(bytes.Count(chunk, []byte("\r\nhkeys\r\n"))); n > most.Load() {
			most.Store(n)
		}
		if bytes.Contains(chunk, []byte("\r\nscan\r\n")) && bytes.HasSuffix(chunk, []byte("\r\ncount\r\n$3\r\n256\r\n")) {
			pages.Add(1)
		}
		return true
	}
	store := openStore(t, options("unix://"+p.socket).WithClock(c.now))
	done, err := store.Sweep(t.Context(), consentlog.SweepOptions{Kept: promised, DryRun: true})
	if err != nil || done.Records[site] != 600 || most.Load() == 0 {
		t.Fatalf("the test does not test: %+v, %v", done, err)
	}
	if most.Load() > 64 || pages.Load() > 0 {
		t.Errorf("%d visitors in one exchange, and %d times the names of a whole page", most.Load(), pages.Load())
	}
}

// Protects: a sweep that leaves Redis alone in between does so too where the first
// page of visitors has it read the whole log.
func TestSweepRestsBetweenSegments(t *testing.T) {
	t.Parallel()
	const segments, pause = 12, 50 * time.Millisecond
	s, c := startRedis(t, "--appendfsync", "everysec"), &clock{}
	logOfMany(t, s, c, segments*tile)
	store := openStore(t, options(s.url()).WithClock(c.now))
	var firstPage time.Duration
	begun := time.Now()
	_, err := store.Sweep(t.Context(), consentlog.SweepOptions{Kept: promised, DryRun: true, Pause: pause, Progress: func(consentlog.Swept) {
		if firstPage == 0 {
			firstPage = time.Since(begun)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if firstPage < segments/2*pause { // a page of 256 visitors has some in nearly each
		t.Errorf("the first page took %s", firstPage)
	}
}
