package consentlog_test

import (
	"bytes"
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// Protects: a rewrite of which Redis' answer never comes, for a fork of many
// gigabytes takes longer than one exchange may, is seen to have been done. Else
// Redis would copy all that it holds again and again, for ever.
func TestPurgeWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := startRedis(t, uncompressed...)
	var swallow, watch atomic.Bool
	p := startProxy(t, s.socket, func() bool { return !swallow.CompareAndSwap(true, false) })
	p.requests = func(chunk []byte) bool {
		if watch.Load() && bytes.Contains(bytes.ToLower(chunk), []byte("bgrewriteaof")) {
			swallow.Store(true)
		}
		return true
	}
	l := openLog(t, options("unix://"+p.socket))
	publish(t, l)
	visitor := uuid.NewString()
	add(t, l, by(visitor))
	eventually(t, 10*time.Second, "the rewrite that follows a start is over", func() bool { return !s.rewriting() })
	before := s.rewrites()
	watch.Store(true)
	erase(t, l, visitor)
	eventually(t, 30*time.Second, "nothing is owed any more", func() bool { return s.admin.Exists(ctx, consentlog.KeyPurge(site)).Val() == 0 })
	if got := s.rewrites() - before; got != 1 || s.onDisk(visitor) {
		t.Errorf("%d rewrites of the whole file; the visitor is in it: %t", got, s.onDisk(visitor))
	}
}

// Protects: who is erased while a sweep goes on is owed one rewrite, and not one
// a minute for as long as the sweep destroys more.
func TestPurgeOfAnErasureWithinASweep(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, c := startRedis(t, append([]string{"--appendfsync", "everysec"}, uncompressed...)...), &clock{}
	store, l, visitor := agedLog(t, s, c, promising(100))
	before, pages := s.rewrites(), 0
	done, err := store.Sweep(ctx, consentlog.SweepOptions{Kept: promised, Progress: func(consentlog.Swept) {
		if pages++; pages == 3 {
			erase(t, l, visitor)
		}
		c.pass(65 * time.Second)
		eventually(t, 10*time.Second, "no rewrite", func() bool { return !s.rewriting() })
	}})
	if err != nil || done.Records[site] != 3000 || pages < 8 {
		t.Fatalf("swept %+v in %d pages, %v", done, pages, err)
	}
	eventually(t, 20*time.Second, "the erased visitor is gone from the file", func() bool { return !s.onDisk(visitor) })
	if got := s.rewrites() - before; got > 2 {
		t.Errorf("one sweep and one erasure: %d rewrites of the whole file", got)
	}
	eventually(t, 20*time.Second, "nothing is owed any more", func() bool {
		c.pass(time.Minute) // the rest of the sweep is due within the hour
		return s.admin.Exists(ctx, consentlog.KeyPurge(site)).Val() == 0
	})
}

// Protects: where Redis restarted and the first who wrote then, of another site,
// did not wait for it, whoever is erased leaves the file all the same.
func TestPurgeAfterARestartThatNobodyWaitedFor(t *testing.T) {
	t.Parallel()
	ctx, giveUp := context.WithCancel(t.Context())
	s := startRedis(t, append([]string{"--appendfsync", "everysec"}, uncompressed...)...)
	var restarted atomic.Bool
	o := options(s.url()).WithHealing(300*time.Millisecond, time.Minute)
	o.Observe = func(e consentlog.Event) {
		if restarted.Load() && e.Kind == consentlog.EventSettled {
			giveUp()
		}
	}
	store := openStore(t, o)
	l := logOf(t, store)
	other, err := store.Log(t.Context(), "other")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []*consentlog.Log{l, other} {
		publish(t, l)
	}
	visitor := uuid.NewString()
	add(t, l, by(visitor))
	eventually(t, 10*time.Second, "the rewrite that follows a start is over", func() bool { return !s.rewriting() })
	s.kill()
	restarted.Store(true)
	s.start()
	for ctx.Err() == nil {
		other.Append(ctx, refuse())
	}
	eventually(t, 10*time.Second, "others may write", func() bool {
		return !strings.Contains(s.admin.Info(context.Background(), "memory").Val(), "number_of_cached_scripts:0")
	})
	erase(t, l, visitor)
	eventually(t, 30*time.Second, "the visitor is gone from the file", func() bool {
		add(t, l, refuse())
		return !s.onDisk(visitor)
	})
}
