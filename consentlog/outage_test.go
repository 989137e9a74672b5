package consentlog_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// said is a log that a test waits for.
type said struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *said) has(part string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Contains(s.text.String(), part)
}

// Protects: an outage costs nothing that the living process knows, however long
// it is. Where Redis forgot its last second and was then away for longer than
// batches are kept, what was acknowledged is put back, an erasure with it; the
// erased visitor does not come back, and no loss is declared.
func TestOutageLongerThanTheRing(t *testing.T) {
	t.Parallel()
	for name, idle := range map[string]time.Duration{"in the midst": time.Hour, "when it was about to rest": time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startRedis(t, append([]string{"--appendfsync", "everysec"}, uncompressed...)...)
			c, said := &clock{}, &said{}
			o := options(s.url()).WithHealing(100*time.Millisecond, time.Millisecond).WithClock(c.now).WithIdle(idle)
			o.Logger = slog.New(slog.NewTextHandler(said, nil))
			l := openLog(t, o)
			publish(t, l)
			visitor := uuid.NewString()
			add(t, l, by(visitor))
			// A rewrite, or an fsync that is slow, holds back what was acknowledged.
			eventually(t, 10*time.Second, "the record is in the file", func() bool { return !s.rewriting() && s.onDisk(visitor) })
			before := s.copyTo(t, -1)
			erase(t, l, visitor)
			r := add(t, l, grant())
			s.kill()
			c.pass(time.Hour)
			eventually(t, 10*time.Second, "the outage is noticed", func() bool { return said.has("storage does not confirm") })
			if !before.onDisk(visitor) { // in Redis it may be gone again at once
				t.Fatal("the test does not test: nothing is forgotten")
			}
			s.goBack(before)
			eventually(t, 10*time.Second, "the erasure is put back", func() bool { return len(s.holds(visitor)) == 0 })
			add(t, l, grant())
			if report := verifyLog(t, l); len(report.Losses) > 0 || report.Epochs != 1 || report.Erasures != 1 || report.Consents != 3 {
				t.Errorf("report %+v", report)
			}
			verify(t, l, r)
		})
	}
}

// Protects: an erasure outlives such an outage also where the log cannot be put
// together again and a new epoch begins before it.
func TestNewEpochAfterALongOutageErasesAgain(t *testing.T) {
	t.Parallel()
	s := startRedis(t, "--appendfsync", "everysec")
	c, said := &clock{}, &said{}
	o := options(s.url()).WithHealing(100*time.Millisecond, time.Millisecond).WithClock(c.now)
	gone := openStore(t, o)
	o.Logger = slog.New(slog.NewTextHandler(said, nil))
	l := openLog(t, o)
	publish(t, l)
	visitor := uuid.NewString()
	add(t, l, by(visitor))
	before := s.copyTo(t, -1)
	add(t, logOf(t, gone), grant())
	gone.Close() // and nobody remembers its record
	erase(t, l, visitor)
	s.kill()
	c.pass(time.Hour)
	eventually(t, 10*time.Second, "the outage is noticed", func() bool { return said.has("storage does not confirm") })
	s.goBack(before)
	eventually(t, 10*time.Second, "a new epoch begins, and the visitor is erased again", func() bool {
		return said.has("in a new epoch") && len(s.holds(visitor)) == 0
	})
	if report := verifyLog(t, l); report.Epochs != 2 || report.Erasures != 1 || len(report.Losses) != 1 {
		t.Errorf("report %+v", report)
	}
}

// Protects: the erasure that a new epoch repeats takes what the visitor had by
// then, and not what he chose after it.
func TestEraseAgainLeavesTheNewChoice(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := startRedis(t)
	o := options(s.url()).WithHealing(100*time.Millisecond, time.Minute)
	l := openLog(t, o)
	publish(t, l)
	visitor := uuid.NewString()
	add(t, l, by(visitor))
	add(t, l, by(visitor))
	backup := s.copyTo(t, -1)
	gone := openStore(t, o)
	add(t, logOf(t, gone), grant())
	gone.Close() // and nobody remembers its record
	erase(t, l, visitor)
	s.goBack(backup)
	publish(t, l)
	chosen := by(visitor)
	add(t, l, chosen) // before the tick that looks after erasures
	eventually(t, 10*time.Second, "the old choices are erased again", func() bool {
		records, err := l.Visitor(ctx, visitor)
		return errors.Is(err, consentlog.ErrNotFound) || len(records) < 3
	})
	if r, err := l.Receipt(ctx, chosen.ID, visitor); err != nil || r.Who == nil {
		t.Errorf("the new choice lost its half: who hash %q, %v", r.WhoHash, err)
	}
	if records, err := l.Visitor(ctx, visitor); err != nil || len(records) != 1 {
		t.Errorf("visitor: %v, %v", records, err)
	}
	var counted float64
	for _, f := range allFacts(t, l) {
		if f["kind"] == "erase" {
			counted += f["records"].(float64)
		}
	}
	if counted != 2 {
		t.Errorf("the log says that %v halves went", counted)
	}
	verifyLog(t, l)
}

// allFacts is everything in the present epoch, oldest first.
func allFacts(t testing.TB, l *consentlog.Log) (all []map[string]any) {
	t.Helper()
	text, err := l.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	epoch, tree, err := l.Parsed(text)
	if err != nil {
		t.Fatal(err)
	}
	for n := int64(0); n*256 < tree.N; n++ {
		segment, err := l.Segment(t.Context(), epoch, n)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range segment.Facts {
			var facts map[string]any
			if err := json.Unmarshal(line, &facts); err != nil {
				t.Fatal(err)
			}
			all = append(all, facts)
		}
	}
	return all
}
