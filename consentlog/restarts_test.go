package consentlog_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// logCutOff is the log of a process that Redis is out of the reach of while it is away.
func logCutOff(t *testing.T, s *redisServer, o consentlog.StoreOptions) (l *consentlog.Log, away *atomic.Bool) {
	t.Helper()
	away = new(atomic.Bool)
	p := startProxy(t, s.socket, func() bool { return !away.Load() })
	p.requests = func([]byte) bool { return !away.Load() }
	o.RedisURL = "unix://" + p.socket
	return openLog(t, o), away
}

// Protects: what was acknowledged is put back also where Redis, which forgot it,
// restarts once more while others wait for that: they wait anew. Else they would
// write in its place, and two receipts would contradict each other.
func TestRedisThatRestartsWhileOthersWait(t *testing.T) {
	t.Parallel()
	const healing = 6 * time.Second
	s := startRedis(t, "--appendfsync", "everysec")
	o := options(s.url()).WithHealing(healing, time.Minute)
	o.Timeout = 30 * time.Second
	remembering, away := logCutOff(t, s, o)
	var waits atomic.Pointer[time.Time]
	o.Observe = func(e consentlog.Event) {
		if e.Kind == consentlog.EventSettled {
			now := time.Now()
			waits.CompareAndSwap(nil, &now)
		}
	}
	waiting := openLog(t, o)
	publish(t, remembering)
	add(t, waiting, grant())
	before := s.copyTo(t, -1)
	r := add(t, remembering, grant())
	away.Store(true)
	s.goBack(before)
	waits.Store(nil)
	type answer struct {
		r   consentlog.Receipt
		err error
	}
	answered := make(chan answer, 1)
	go func() {
		r, _, err := waiting.Append(context.Background(), grant())
		answered <- answer{r, err}
	}()
	since := func(d time.Duration) func() bool {
		return func() bool { from := waits.Load(); return from != nil && time.Since(*from) > d }
	}
	eventually(t, 20*time.Second, "it has waited for most of the time", since(healing-time.Second))
	s.kill()
	s.start()
	eventually(t, 20*time.Second, "it would have waited for all of the time", since(healing+time.Second/2))
	away.Store(false)
	a := <-answered
	if a.err != nil {
		t.Fatal(a.err)
	}
	if here, there := verify(t, waiting, r), verify(t, waiting, a.r); here.Place == there.Place {
		t.Errorf("two records are signed at %s", here.Place)
	}
	if report := verifyLog(t, waiting); report.Epochs != 1 || report.Consents != 3 {
		t.Errorf("report %+v", report)
	}
}

// Protects: whoever remembers what Redis may forget looks for it more than once a
// second while it is away: others wait for two seconds, of which the client's own
// pauses between dials take one.
func TestWhoRemembersLooksOften(t *testing.T) {
	t.Parallel()
	s := startRedis(t, "--appendfsync", "everysec")
	var away atomic.Bool
	var looks atomic.Int64
	p := startProxy(t, s.socket, func() bool { return true })
	p.requests = func([]byte) bool {
		if away.Load() {
			looks.Add(1)
		}
		return !away.Load()
	}
	l := openLog(t, options("unix://"+p.socket))
	publish(t, l)
	add(t, l, grant())
	away.Store(true)
	eventually(t, 8*time.Second, "it looked ten times", func() bool { return looks.Load() >= 10 })
}

// Protects: who asks to be erased while Redis has forgotten the choice, and another
// process is about to put it back, is not told that there is nothing to erase.
func TestErasingWhatOthersAreAboutToPutBack(t *testing.T) {
	t.Parallel()
	s := startRedis(t, "--appendfsync", "everysec")
	o := options(s.url()).WithHealing(4*time.Second, time.Minute)
	o.Timeout = 20 * time.Second
	remembering, away := logCutOff(t, s, o)
	settles := make(chan struct{}, 100)
	o.Observe = func(e consentlog.Event) {
		if e.Kind == consentlog.EventSettled {
			settles <- struct{}{}
		}
	}
	erasing := openLog(t, o)
	publish(t, remembering)
	add(t, erasing, grant())
	<-settles
	before, visitor := s.copyTo(t, -1), uuid.NewString()
	add(t, remembering, by(visitor))
	away.Store(true)
	s.goBack(before)
	type answer struct {
		e   consentlog.Erasure
		err error
	}
	answered := make(chan answer, 1)
	go func() {
		e, err := erasing.Erase(context.Background(), visitor)
		answered <- answer{e, err}
	}()
	select {
	case a := <-answered:
		t.Fatalf("answered before anybody had the time to put it back: %+v", a)
	case <-settles:
	}
	away.Store(false)
	if a := <-answered; a.err != nil || a.e.Records != 1 || halvesOf(t, erasing, visitor) != 0 {
		t.Errorf("%+v; %d halves", a, halvesOf(t, erasing, visitor))
	}
	if report := verifyLog(t, erasing); report.Epochs != 1 || report.Erasures != 1 {
		t.Errorf("report %+v", report)
	}
}

// Protects: a process that ended between a restart of Redis and its own first
// commit has not looked after Redis' file, whatever it left in the state folder:
// the next one does.
func TestTheFileIsMendedByWhoeverCommits(t *testing.T) {
	t.Parallel()
	s := startRedis(t, "--appendfsync", "everysec")
	o := options(s.url()).WithHealing(300*time.Millisecond, time.Minute)
	o.StateDir = t.TempDir()
	first := openStore(t, o)
	publish(t, logOf(t, first))
	eventually(t, 10*time.Second, "the rewrite that follows a start is over", func() bool { return s.rewrites() == 1 && !s.rewriting() })
	first.Close()
	s.kill()
	s.start()
	ctx, giveUp := context.WithCancel(t.Context())
	settling := o
	settling.Observe = func(e consentlog.Event) {
		if e.Kind == consentlog.EventSettled {
			giveUp()
		}
	}
	second := openStore(t, settling)
	if _, _, err := logOf(t, second).Append(ctx, grant()); err == nil {
		t.Fatal("the test does not test: it committed")
	}
	second.Close()
	if s.rewrites() != 0 {
		t.Fatal("the test does not test: the file is written anew")
	}
	third := openStore(t, o)
	add(t, logOf(t, third), grant())
	eventually(t, 10*time.Second, "the file is written anew", func() bool { return s.rewrites() == 1 })
}
