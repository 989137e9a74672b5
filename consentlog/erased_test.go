package consentlog_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// goBack ends the server and starts it on what it held earlier.
func (s *redisServer) goBack(earlier *redisServer) {
	s.t.Helper()
	s.kill()
	files := filepath.Join(s.dir, "appendonlydir")
	if err := os.RemoveAll(files); err != nil {
		s.t.Fatal(err)
	}
	if err := os.CopyFS(files, os.DirFS(filepath.Join(earlier.dir, "appendonlydir"))); err != nil {
		s.t.Fatal(err)
	}
	s.start()
}

// Promise: an erasure outlives a Redis that forgot it. What is put back does not
// name the visitor, whether the process that erased or another had recorded him,
// and nothing is lost.
func TestHealingBringsNobodyBack(t *testing.T) {
	t.Parallel()
	for name, processes := range map[string]int{"same process": 1, "another process": 2} {
		for what, forgotten := range map[string]bool{"erasure forgotten": false, "record forgotten too": true} {
			t.Run(name+", "+what, func(t *testing.T) {
				t.Parallel()
				ctx := context.Background()
				s := startRedis(t, append([]string{"--appendfsync", "everysec"}, uncompressed...)...)
				o := options(s.url()).WithHealing(6*time.Second, time.Minute) // a living one looks every second
				o.Timeout = 20 * time.Second
				recorder := openLog(t, o)
				eraser := recorder
				if processes == 2 {
					eraser = openLog(t, o)
				}
				publish(t, recorder)
				add(t, recorder, grant())
				add(t, eraser, grant())
				before := s.copyTo(t, -1)
				visitor := uuid.NewString()
				r := add(t, recorder, by(visitor))
				if !forgotten {
					// A rewrite, or an fsync that is slow, holds back what was acknowledged.
					eventually(t, 10*time.Second, "the record is in the file", func() bool { return !s.rewriting() && s.onDisk(visitor) })
					before = s.copyTo(t, -1)
				}
				erase(t, eraser, visitor)
				after := verifyLog(t, eraser)
				if before.onDisk(visitor) == forgotten { // in Redis it may be back at once
					t.Fatal("the test does not test")
				}
				s.goBack(before)
				eventually(t, 20*time.Second, "it is put back", func() bool {
					size := s.admin.Get(ctx, consentlog.KeyCheckpoint(site)).Val()
					_, tree, err := eraser.Parsed(size)
					return err == nil && tree.N == after.Size
				})
				if at := s.holds(visitor); len(at) > 0 {
					t.Errorf("the consent id stands in %s", at)
				}
				if report := verifyLog(t, eraser); report.Root != after.Root || report.Erasures != 1 {
					t.Errorf("report %+v", report)
				}
				verify(t, eraser, r)
				add(t, recorder, grant())
				if _, err := eraser.Erase(ctx, visitor); !errors.Is(err, consentlog.ErrNotFound) {
					t.Errorf("again: %v", err)
				}
			})
		}
	}
}

// Promise: what is put back never names somebody who was erased, not even for
// the moment in which the erasure itself is not there yet.
func TestHealingDoesNotEvenPassTheHalf(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := startRedis(t)
	var seen atomic.Bool
	visitor := uuid.NewString()
	half := fmt.Sprintf("%q", visitor) // as a half spells it; its key stands without quotes
	p := startProxy(t, s.socket, func() bool { return true })
	p.requests = func(chunk []byte) bool {
		if containsText(string(chunk), half) {
			seen.Store(true)
		}
		return true
	}
	l := openLog(t, options("unix://"+p.socket))
	publish(t, l)
	cp := consentlog.KeyCheckpoint(site)
	old := s.admin.Get(ctx, cp).Val()
	add(t, l, by(visitor))
	if !seen.Load() {
		t.Fatal("the test does not see halves pass")
	}
	add(t, l, grant())
	erase(t, l, visitor)
	seen.Store(false)
	newest := s.admin.Get(ctx, cp).Val()
	s.admin.Set(ctx, cp, old, 0)
	eventually(t, 5*time.Second, "it is put back", func() bool { return s.admin.Get(ctx, cp).Val() == newest })
	if seen.Load() || len(s.holds(visitor)) > 0 {
		t.Errorf("the half went to redis again: %v, %s", seen.Load(), s.holds(visitor))
	}
	verifyLog(t, l)
}

// Promise: where a new epoch begins before an erasure, because nobody remembers
// what lay between, the process that erased does so again, and that is logged.
func TestNewEpochErasesAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := startRedis(t)
	o := options(s.url()).WithHealing(100*time.Millisecond, time.Minute)
	l := openLog(t, o)
	publish(t, l)
	visitor, chosen := uuid.NewString(), uuid.NewString()
	r := add(t, l, by(visitor))
	backup := s.copyTo(t, -1)
	gone := openStore(t, o)
	add(t, logOf(t, gone), grant())
	gone.Close() // and nobody remembers its record
	erase(t, l, visitor)
	add(t, l, by(chosen)) // so that there is somebody to tell apart
	erase(t, l, chosen)
	s.goBack(backup)
	if len(s.holds(visitor)) == 0 {
		t.Fatal("the test does not test: the backup does not hold the visitor")
	}
	eventually(t, 20*time.Second, "a new epoch begins, and the visitor is erased again", func() bool {
		_, err := l.Visitor(ctx, visitor)
		return errors.Is(err, consentlog.ErrNotFound)
	})
	if at := s.holds(visitor); len(at) > 0 {
		t.Errorf("the consent id stands in %s", at)
	}
	if report := verifyLog(t, l); report.Epochs != 2 || report.Erasures != 1 || len(report.Losses) != 1 {
		t.Errorf("report %+v", report)
	}
	verify(t, l, r)
	// Whoever chooses after that has a new half, which is let be.
	add(t, l, by(visitor))
	cp := consentlog.KeyCheckpoint(site)
	for range 2 { // before it heals a second time, a tick has looked after erasures
		old := s.admin.Get(ctx, cp).Val()
		add(t, l, grant())
		newest := s.admin.Get(ctx, cp).Val()
		s.admin.Set(ctx, cp, old, 0)
		eventually(t, 5*time.Second, "a tick has passed", func() bool { return s.admin.Get(ctx, cp).Val() == newest })
	}
	if records, err := l.Visitor(ctx, visitor); err != nil || len(records) != 1 {
		t.Errorf("later: %v, %v", records, err)
	}
}

// Promise: an erasure whose answer is lost is logged once, and its caller learns
// how many records it concerned.
func TestLostAnswerOfErasure(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	var swallow atomic.Bool
	p := startProxy(t, s.socket, func() bool { return !swallow.Load() })
	p.requests = func(chunk []byte) bool {
		// From the erasing call on; the next one gets through.
		swallow.Store(containsText(string(chunk), `"kind":"erase"`))
		return true
	}
	var unknown atomic.Int64
	o := options("unix://" + p.socket)
	o.Observe = func(e consentlog.Event) {
		if e.Kind == consentlog.EventUnknown {
			unknown.Add(1)
		}
	}
	l := openLog(t, o)
	publish(t, l)
	for range 10 {
		visitor := uuid.NewString()
		add(t, l, by(visitor))
		add(t, l, by(visitor))
		if e := erase(t, l, visitor); e.Records != 2 {
			t.Errorf("erased %+v", e)
		}
		if at := s.holds(visitor); len(at) > 0 {
			t.Errorf("the consent id stands in %s", at)
		}
	}
	if report := verifyLog(t, l); report.Erasures != 10 || report.Consents != 20 {
		t.Errorf("report %+v", report)
	}
	if unknown.Load() < 5 {
		t.Errorf("only %d answers were lost: the test does not test", unknown.Load())
	}
}

// Promise: power that fails within an erasure does no harm, however much of it
// reached the disk and however often that is run: the log is sound, and the
// erasure can be had.
func TestTornErasure(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	store := openStore(t, options(s.url()))
	l := logOf(t, store)
	publish(t, l)
	visitor := uuid.NewString()
	for range 3 {
		add(t, l, by(visitor))
	}
	eventually(t, 5*time.Second, "the append-only file was rewritten", func() bool { return !s.rewriting() })
	// Not once more: the file that the erasure goes into is what is cut.
	if err := s.admin.Do(t.Context(), "ACL", "SETUSER", "default", "-bgrewriteaof").Err(); err != nil {
		t.Fatal(err)
	}
	from := fileSize(t, s.aof())
	erase(t, l, visitor)
	end := fileSize(t, s.aof())
	store.Close()
	s.kill()
	if end <= from {
		t.Fatal("the test does not test: the erasure is not in the file")
	}
	const cuts = 16
	for i := range int64(cuts) {
		cut := from + (end-from)*(i+1)/cuts - i%5
		t.Run(fmt.Sprintf("byte %d of %d", cut-from, end-from), func(t *testing.T) {
			t.Parallel()
			c := s.copyTo(t, cut)
			c.start()
			store := openStore(t, options(c.url()))
			l := logOf(t, store)
			first := verifyLog(t, l)
			if e, err := l.Erase(context.Background(), visitor); first.Erasures == 0 && (err != nil || e.Records != 3) ||
				first.Erasures == 1 && !errors.Is(err, consentlog.ErrNotFound) {
				t.Errorf("after %+v: %+v, %v", first, e, err)
			}
			add(t, l, grant())
			store.Close()
			c.kill()
			c.start()
			l = openLog(t, options(c.url()))
			add(t, l, grant())
			if at := c.holds(visitor); len(at) > 0 {
				t.Errorf("the consent id stands in %s", at)
			}
			if got := verifyLog(t, l); got.Erasures != 1 || got.Consents != first.Consents+2 {
				t.Errorf("%+v, then %+v", first, got)
			}
		})
	}
}
