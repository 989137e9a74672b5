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

// lapse is a Redis that forgets while a process looks at it, and gets back what it
// forgot before that process commits.
type lapse struct {
	*redisServer
	clock       *clock
	notice      consentlog.Notice
	remembering *consentlog.Log // of the process that puts it back
	looking     *consentlog.Store

	before *redisServer
	away   *atomic.Bool
	text   []byte
	looks  atomic.Int64
	old    []byte       // the checkpoint that it goes back to
	behind atomic.Int64 // from one on: it did, and so often was it asked for that
}

func newLapse(t *testing.T) *lapse {
	t.Helper()
	x := &lapse{redisServer: startRedis(t, "--appendfsync", "everysec"), clock: &clock{}, notice: promising(100)}
	o := options(x.url()).WithHealing(4*time.Second, time.Minute).WithClock(x.clock.now)
	o.Timeout = 20 * time.Second
	x.remembering, x.away = logCutOff(t, x.redisServer, o)
	o.Observe = func(e consentlog.Event) {
		if e.Kind == consentlog.EventSettled {
			x.away.Store(false)
		}
	}
	p := startProxy(t, x.socket, func() bool { return true })
	p.answer = func(chunk []byte) {
		if x.waitsFor(chunk) {
			x.away.Store(false)
		}
		if x.looks.Load() > 0 && bytes.Contains(chunk, x.text) && x.looks.Add(-1) == 0 {
			x.away.Store(true)
			x.goBack(x.before)
			x.behind.Store(1)
		}
	}
	o.RedisURL = "unix://" + p.socket + "?conn_max_lifetime=1ns" // no connection outlives one exchange
	x.looking = openStore(t, o)
	for _, l := range []*consentlog.Log{logOf(t, x.looking), x.remembering} {
		if err := l.Publish(t.Context(), x.notice); err != nil {
			t.Fatal(err)
		}
	}
	x.before = x.copyTo(t, -1)
	var err error
	if x.old, err = x.admin.Get(t.Context(), consentlog.KeyCheckpoint(site)).Bytes(); err != nil {
		t.Fatal(err)
	}
	return x
}

// waitsFor tells from the answers of a Redis that went back whether the looking
// process waits for it to be put right: it asks for the checkpoint again and again. It
// does so without having settled where it looks by itself, once a second, just then.
func (x *lapse) waitsFor(answer []byte) bool {
	return x.behind.Load() > 0 && bytes.Contains(answer, x.old) && x.behind.Add(1) > 5
}

// after has Redis forget what was recorded from now on, as soon as so many of its
// answers to the looking process showed a text.
func (x *lapse) after(looks int64, text string) {
	x.text = []byte(text)
	x.looks.Store(looks)
}

// Protects: each half that goes is counted also where Redis forgets it while it is
// being counted, and another process puts it back before the commit.
func TestCountingWhatIsForgottenMeanwhile(t *testing.T) {
	t.Parallel()
	for name, looks := range map[string]int64{"an erasure": 1, "a sweep, when it commits": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x, visitor := newLapse(t), uuid.NewString()
			l := logOf(t, x.looking)
			x.after(looks, verify(t, l, add(t, x.remembering, under(x.notice, visitor))).Place)
			took := int64(0)
			if looks == 1 {
				took = int64(erase(t, l, visitor).Records)
			} else {
				done, err := x.looking.Sweep(t.Context(), consentlog.SweepOptions{Kept: promised, At: x.clock.now().Add(101 * day)})
				if err != nil {
					t.Fatal(err)
				}
				took = done.Records[site]
			}
			if x.looks.Load() != 0 || len(x.holds(visitor)) > 0 {
				t.Fatalf("the test does not test: %d, %v", x.looks.Load(), x.holds(visitor))
			}
			if counted := erasedIn(t, l); counted != 1 || took != 1 {
				t.Errorf("of 1 half the log says that %v went, who took it %d", counted, took)
			}
			if report := verifyLog(t, l); report.Epochs != 1 || report.Consents != 1 {
				t.Errorf("report %+v", report)
			}
		})
	}
}

// Protects: a record that is sent again is recorded once also where Redis forgets
// the first one just after it said where it is, and another process puts it back.
func TestSentAgainWhileItIsForgotten(t *testing.T) {
	t.Parallel()
	x, c := newLapse(t), grant()
	c.Notice = x.notice.Hash()
	l := logOf(t, x.looking)
	first := add(t, x.remembering, c)
	x.after(1, verify(t, l, first).Place)
	again, created, err := l.Append(t.Context(), c)
	if err != nil || x.looks.Load() != 0 {
		t.Fatalf("the test does not test: %d, %v", x.looks.Load(), err)
	}
	if a, b := verify(t, l, first), verify(t, l, again); created || a.Place != b.Place {
		t.Errorf("recorded at %s and at %s, created %v", a.Place, b.Place, created)
	}
	if report := verifyLog(t, l); report.Epochs != 1 || report.Consents != 1 || report.Repeated != 0 {
		t.Errorf("report %+v", report)
	}
}

// Protects: what a process has shown of the log it contradicts nowhere, also where
// another process recorded it, Redis forgets it, and that process is gone.
func TestWhatWasShownIsNotContradicted(t *testing.T) {
	t.Parallel()
	for name, show := range map[string]func(*consentlog.Log, consentlog.Consent) error{
		"a receipt": func(l *consentlog.Log, c consentlog.Consent) error {
			_, err := l.Receipt(context.Background(), c.ID, c.ConsentID)
			return err
		},
		"the checkpoint": func(l *consentlog.Log, _ consentlog.Consent) error {
			_, err := l.Checkpoint(context.Background())
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startRedis(t, "--appendfsync", "everysec")
			o := options(s.url()).WithHealing(300*time.Millisecond, time.Minute)
			shows, gone := openLog(t, o), openStore(t, o)
			publish(t, shows)
			before, c := s.copyTo(t, -1), grant()
			r := add(t, logOf(t, gone), c)
			if err := show(shows, c); err != nil {
				t.Fatal(err)
			}
			gone.Close() // and nobody else remembers its record
			s.goBack(before)
			eventually(t, 10*time.Second, "the log goes on", func() bool {
				next, _, err := shows.Append(context.Background(), grant())
				if err == nil && verify(t, shows, next).Place == verify(t, shows, r).Place {
					t.Error("another record has its place")
				}
				return err == nil
			})
			if report := verifyLog(t, shows); report.Epochs != 2 || len(report.Losses) != 1 {
				t.Errorf("no loss was declared: %+v", report)
			}
		})
	}
}

// Promise: so it is where the log rested while it was shown, and another log of the
// same process was the first to meet the Redis that went back; also where others have
// gone on from there, past what was shown.
func TestWhatWasShownAtRestIsNotContradicted(t *testing.T) {
	t.Parallel()
	for name, others := range map[string]int{"nobody goes on": 0, "others go on": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startRedis(t, "--appendfsync", "everysec")
			o := options(s.url()).WithHealing(300*time.Millisecond, time.Minute)
			store, gone := openStore(t, o.WithHealing(300*time.Millisecond, time.Millisecond).WithIdle(time.Millisecond)), openStore(t, o)
			shows := logOf(t, store)
			other, err := store.Log(t.Context(), "other")
			if err != nil {
				t.Fatal(err)
			}
			publish(t, shows)
			eventually(t, 10*time.Second, "the log rests", func() bool { return !shows.Running() })
			before, c := s.copyTo(t, -1), grant()
			add(t, logOf(t, gone), c)
			if _, err := shows.Receipt(t.Context(), c.ID, c.ConsentID); err != nil {
				t.Fatal(err)
			}
			gone.Close() // and nobody else remembers its record
			s.goBack(before)
			if others > 0 {
				third := openLog(t, o)
				for range others {
					add(t, third, grant())
				}
			}
			eventually(t, 10*time.Second, "the other log has met it", func() bool { return other.Publish(t.Context(), shown) == nil })
			if shows.Running() {
				t.Fatal("the test does not test: the log did not rest")
			}
			eventually(t, 10*time.Second, "the log goes on", func() bool {
				_, _, err := shows.Append(context.Background(), grant())
				return err == nil
			})
			if report := verifyLog(t, shows); report.Epochs != 2 {
				t.Errorf("no loss was declared: %+v", report)
			}
		})
	}
}
