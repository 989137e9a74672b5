package consentlog_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// Promise: while visitors choose, some ask to be erased, every process sweeps and
// Redis is killed again and again, each half that was acknowledged is there until it
// is erased or too old, none comes back, and the log counts those that went exactly.
func TestErasingAndSweepingWhileRedisDies(t *testing.T) {
	t.Parallel()
	for name, lost := range map[string]int64{"and keeps what it confirmed": 0, "and forgets": 1500} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startRedis(t)
			if lost > 0 {
				s.kill()
				s.args = []string{"--appendfsync", "everysec"}
				s.start()
			}
			f := &forgetting{t: t, short: promising(10), long: promising(1000)}
			o := options(s.url()).WithHealing(4*time.Second, time.Minute)
			o.Timeout = 15 * time.Second // longer than a wait that begins anew
			for range 3 {
				store := openStore(t, o)
				f.stores, f.logs = append(f.stores, store), append(f.logs, logOf(t, store))
			}
			for _, n := range []consentlog.Notice{f.short, f.long} {
				if err := f.logs[0].Publish(t.Context(), n); err != nil {
					t.Fatal(err)
				}
			}
			ctx, stop := context.WithCancel(context.Background())
			var work sync.WaitGroup
			for i := range f.stores {
				for range 4 {
					work.Go(func() { f.choose(ctx, f.logs[i]) })
				}
				work.Go(func() { f.erase(ctx, f.logs[i]) })
				work.Go(func() {
					for ctx.Err() == nil {
						f.sweep(ctx, f.stores[i]) // what fails the next finds
					}
				})
			}
			for round := 1; round <= 4; round++ {
				eventually(t, 20*time.Second, "records are taken", func() bool { return f.acknowledged() >= 60*round })
				s.kill()
				// A rewrite that just ended leaves a file with nothing to lose.
				if loses := min(lost, fileSize(t, s.aof())); loses > 0 {
					s.cut(rand.Int64N(loses))
				}
				s.start()
			}
			stop()
			work.Wait()
			f.judge(s)
		})
	}
}

// forgetting is what visitors were told by some processes on one Redis.
type forgetting struct {
	t           testing.TB
	short, long consentlog.Notice
	stores      []*consentlog.Store
	logs        []*consentlog.Log

	mu          sync.Mutex
	told        int
	kept, brief []string // visitors whose choice under each notice was acknowledged
	gone        []string // who were told that they are erased
}

func (f *forgetting) acknowledged() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.told
}

func (f *forgetting) choose(ctx context.Context, l *consentlog.Log) {
	for ctx.Err() == nil {
		n, visitor := f.long, uuid.NewString()
		brief := rand.IntN(2) == 0
		if brief {
			n = f.short
		}
		c := under(n, visitor)
		for {
			r, _, err := l.Append(context.Background(), c)
			if errors.Is(err, consentlog.ErrUnavailable) {
				continue
			}
			if brief && errors.Is(err, consentlog.ErrConflict) {
				break // it was recorded, and swept before it could be answered
			}
			if err != nil {
				f.t.Error(err)
				return
			}
			verify(f.t, l, r)
			break
		}
		f.mu.Lock()
		f.told++
		if brief {
			f.brief = append(f.brief, visitor)
		} else {
			f.kept = append(f.kept, visitor)
		}
		f.mu.Unlock()
	}
}

func (f *forgetting) erase(ctx context.Context, l *consentlog.Log) {
	for ctx.Err() == nil {
		f.mu.Lock()
		visitor := ""
		if len(f.kept) > 20 {
			i := rand.IntN(len(f.kept))
			visitor = f.kept[i]
			f.kept = append(f.kept[:i], f.kept[i+1:]...)
		}
		f.mu.Unlock()
		for visitor != "" {
			_, err := l.Erase(context.Background(), visitor)
			if err == nil || errors.Is(err, consentlog.ErrNotFound) {
				f.mu.Lock()
				f.gone = append(f.gone, visitor)
				f.mu.Unlock()
				break
			}
			if !errors.Is(err, consentlog.ErrUnavailable) {
				f.t.Error(err)
				return
			}
		}
	}
}

func (f *forgetting) sweep(ctx context.Context, s *consentlog.Store) error {
	_, err := s.Sweep(ctx, consentlog.SweepOptions{Kept: promised, At: time.Now().Add(50 * day), Pause: time.Millisecond})
	return err
}

func (f *forgetting) judge(s *redisServer) {
	eventually(f.t, 20*time.Second, "a whole sweep", func() bool { return f.sweep(f.t.Context(), f.stores[0]) == nil })
	l := f.logs[0]
	for want, visitors := range map[int][]string{1: f.kept, 0: append(f.gone, f.brief...)} {
		for _, visitor := range visitors {
			if got := halvesOf(f.t, l, visitor); got != want {
				f.t.Errorf("%d halves of %s, not %d; stored: %s", got, visitor, want, s.holds(visitor))
			}
		}
	}
	report := verifyLog(f.t, l)
	epoch, tree, _ := l.Parsed(s.admin.Get(f.t.Context(), consentlog.KeyCheckpoint(site)).Val())
	named := 0
	for n := int64(0); n*tile < tree.N; n++ {
		segment, err := l.Segment(f.t.Context(), epoch, n)
		if err != nil {
			f.t.Fatal(err)
		}
		for e := segment.Entries; len(e) > 0; e = e[64:] {
			if !bytes.Equal(e[32:64], make([]byte, 32)) {
				named++
			}
		}
	}
	if went := named - len(f.kept); report.Epochs != 1 || float64(went) != erasedIn(f.t, l) {
		f.t.Errorf("%d halves went, the log says %v; %+v", went, erasedIn(f.t, l), report)
	}
	if len(f.gone) == 0 || len(f.kept) == 0 || len(f.brief) == 0 {
		f.t.Errorf("the test does not test: %d, %d, %d", len(f.gone), len(f.kept), len(f.brief))
	}
}
