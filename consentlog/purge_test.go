package consentlog_test

import (
	"context"
	"log/slog"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// Protects: what was erased leaves Redis' append-only file too, although the file
// was written anew just before and the process ended before it could be again.
// So it is with what a sweep destroys.
func TestPurgeOutlivesItsProcess(t *testing.T) {
	t.Parallel()
	n := promising(100)
	for name, destroy := range map[string]func(testing.TB, *consentlog.Store, string, time.Time){
		"erasure": func(t testing.TB, s *consentlog.Store, visitor string, _ time.Time) { erase(t, logOf(t, s), visitor) },
		"sweep": func(t testing.TB, s *consentlog.Store, _ string, at time.Time) {
			if done, err := s.Sweep(t.Context(), consentlog.SweepOptions{Kept: promised, At: at}); err != nil || done.Records[site] != 1 {
				t.Fatalf("swept %+v, %v", done, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startRedis(t, uncompressed...)
			c := &clock{}
			o := options(s.url()).WithClock(c.now)
			o.StateDir = t.TempDir()
			store := openStore(t, o)
			l := logOf(t, store)
			if err := l.Publish(t.Context(), n); err != nil {
				t.Fatal(err)
			}
			first, second := uuid.NewString(), uuid.NewString()
			add(t, l, under(n, first))
			c.pass(10 * day)
			add(t, l, under(n, second))
			eventually(t, 10*time.Second, "the rewrite that follows a start is over", func() bool { return !s.rewriting() })
			destroy(t, store, first, c.now().Add(95*day))
			eventually(t, 20*time.Second, "the first is gone from the file", func() bool { return !s.onDisk(first) && !s.rewriting() })
			destroy(t, store, second, c.now().Add(105*day)) // within the minute
			store.Close()
			if !s.onDisk(second) {
				t.Fatal("the test does not test: the second is not in the file")
			}
			again := openStore(t, o)
			add(t, logOf(t, again), refuseUnder(n))
			later := func() { c.pass(time.Minute) } // whoever erased has had the time to ask
			eventually(t, 20*time.Second, "the second is gone from the file", func() bool { later(); return !s.onDisk(second) })
			eventually(t, 20*time.Second, "nothing is owed any more", func() bool {
				later()
				return s.admin.Exists(t.Context(), consentlog.KeyPurge(site)).Val() == 0
			})
		})
	}
}

// Protects: the service sees to what a command erased while Redis was just
// rewriting its file and could not be asked, although the command has ended and
// nobody records anything.
func TestPurgeOfACommandWhileAFileIsRewritten(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := startRedis(t, uncompressed...)
	service := openLog(t, options(s.url()))
	publish(t, service)
	visitor := uuid.NewString()
	add(t, service, by(visitor))
	for range 20 {
		add(t, service, grant())
	}
	eventually(t, 10*time.Second, "the rewrite that follows a start is over", func() bool { return !s.rewriting() })
	s.admin.ConfigSet(ctx, "rdb-key-save-delay", "50000") // as slow as with millions of visitors
	s.admin.Do(ctx, "BGREWRITEAOF")
	eventually(t, 10*time.Second, "it rewrites", s.rewriting)
	command := openStore(t, options(s.url()))
	erase(t, logOf(t, command), visitor)
	command.Close()
	if !s.rewriting() {
		t.Fatal("the test does not test: the rewrite is over")
	}
	s.admin.ConfigSet(ctx, "rdb-key-save-delay", "0")
	eventually(t, 30*time.Second, "that rewrite is over, and another took the visitor away", func() bool { return !s.rewriting() && !s.onDisk(visitor) })
}

// logWithVisitor opens a log that says what its operator is told, and records a choice in it.
func logWithVisitor(t *testing.T, s *redisServer, c *clock, to *said) (l *consentlog.Log, visitor string) {
	t.Helper()
	o := options(s.url()).WithClock(c.now)
	o.Logger = slog.New(slog.NewTextHandler(to, nil))
	l, visitor = openLog(t, o), uuid.NewString()
	publish(t, l)
	add(t, l, by(visitor))
	return l, visitor
}

// Protects: a Redis that refuses to write its file anew is asked again until it
// does, and the operator is told what to allow.
func TestPurgeIsOwedUntilItIsAllowed(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, c, said := startRedis(t, uncompressed...), &clock{}, &said{}
	l, visitor := logWithVisitor(t, s, c, said)
	eventually(t, 10*time.Second, "the rewrite that follows a start is over", func() bool { return !s.rewriting() })
	allow := func(rule string) {
		if err := s.admin.Do(ctx, "ACL", "SETUSER", "default", rule).Err(); err != nil {
			t.Fatal(err)
		}
	}
	allow("-bgrewriteaof")
	erase(t, l, visitor)
	eventually(t, 10*time.Second, "the operator is told", func() bool { return said.has("allow BGREWRITEAOF") })
	allow("+bgrewriteaof")
	c.pass(time.Minute)
	eventually(t, 20*time.Second, "the visitor is gone from the file", func() bool { return !s.onDisk(visitor) })
}

// Protects: a rewrite that breaks off (the fork runs out of memory, the disk is
// full) is not taken for one that was done: what was erased is owed on, and Redis
// is asked again once a minute has passed.
func TestPurgeIsOwedUntilARewriteEndsWell(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, c, said := startRedis(t, uncompressed...), &clock{}, &said{}
	l, visitor := logWithVisitor(t, s, c, said)
	for range 50 {
		add(t, l, grant())
	}
	eventually(t, 10*time.Second, "the rewrite that follows a start is over", func() bool { return !s.rewriting() })
	s.admin.ConfigSet(ctx, "rdb-key-save-delay", "1000000")
	erase(t, l, visitor)
	eventually(t, 10*time.Second, "it rewrites", s.rewriting)
	s.killFork()
	s.admin.ConfigSet(ctx, "rdb-key-save-delay", "0")
	eventually(t, 20*time.Second, "the operator is told that it broke off", func() bool { return said.has("was not written anew") })
	if s.admin.Exists(ctx, consentlog.KeyPurge(site)).Val() != 1 || !s.onDisk(visitor) {
		t.Fatal("nothing is owed any more, and the erased visitor may be in the file")
	}
	if got := s.rewrites(); got != 2 {
		t.Errorf("asked again within the minute: %d rewrites, not 2", got)
	}
	c.pass(time.Minute)
	eventually(t, 20*time.Second, "the visitor is gone from the file", func() bool { return !s.onDisk(visitor) })
	eventually(t, 20*time.Second, "nothing is owed any more", func() bool { return s.admin.Exists(ctx, consentlog.KeyPurge(site)).Val() == 0 })
}

// killFork ends the process that rewrites the append-only file, as a system out
// of memory does.
func (s *redisServer) killFork() {
	s.t.Helper()
	out, _ := exec.Command("pgrep", "-P", strconv.Itoa(s.cmd.Process.Pid)).Output()
	pid, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		s.t.Fatalf("no fork of redis: %q", out)
	}
	syscall.Kill(pid, syscall.SIGKILL)
	eventually(s.t, 10*time.Second, "the rewrite broke off", func() bool { return !s.rewriting() })
}

// rewrites counts how often this Redis wrote its append-only file anew.
func (s *redisServer) rewrites() int {
	s.t.Helper()
	_, after, _ := strings.Cut(s.admin.Info(context.Background(), "persistence").Val(), "aof_rewrites:")
	count, _, _ := strings.Cut(after, "\r\n")
	n, err := strconv.Atoi(count)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// agedLog is a log of 3000 visitors who are too old, and of one who is not.
func agedLog(t *testing.T, s *redisServer, c *clock, n consentlog.Notice) (store *consentlog.Store, l *consentlog.Log, visitor string) {
	t.Helper()
	store = openStore(t, options(s.url()).WithClock(c.now))
	l = logOf(t, store)
	if err := l.Publish(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	forAll(make([]string, 3000), func(int, string) { l.Append(context.Background(), under(n, uuid.NewString())) })
	eventually(t, 10*time.Second, "the rewrite that follows a start is over", func() bool { return !s.rewriting() })
	c.pass(200 * day)
	visitor = uuid.NewString()
	add(t, l, under(n, visitor))
	return store, l, visitor
}

// Protects: a sweep, however long, has Redis write its file anew at its beginning
// and an hour later, and not once a minute all along. An erasure that somebody
// asked for waits for a minute at most all the same.
func TestPurgeOfALongSweep(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, c, n := startRedis(t, append([]string{"--appendfsync", "everysec"}, uncompressed...)...), &clock{}, promising(100)
	store, l, visitor := agedLog(t, s, c, n)
	before := s.rewrites()
	done, err := store.Sweep(ctx, consentlog.SweepOptions{Kept: promised, Progress: func(consentlog.Swept) {
		c.pass(65 * time.Second)
		eventually(t, 10*time.Second, "no rewrite", func() bool { return !s.rewriting() })
	}})
	if err != nil || done.Records[site] != 3000 {
		t.Fatalf("swept %+v, %v", done, err)
	}
	if got := s.rewrites() - before; got > 1 {
		t.Errorf("one sweep: %d rewrites of the whole file", got)
	}
	owed := func() bool { return s.admin.Exists(ctx, consentlog.KeyPurge(site)).Val() == 1 }
	if !owed() {
		t.Error("nothing is owed for the rest of the sweep")
	}
	erase(t, l, visitor)
	eventually(t, 20*time.Second, "the erased visitor is gone from the file", func() bool { return !s.onDisk(visitor) })
	add(t, l, under(n, uuid.NewString()))
	c.pass(300 * day)
	sweep(t, store)
	eventually(t, 20*time.Second, "nothing is owed any more", func() bool { return !owed() })
}

// Protects: what is owed in a log that no process has open, for its site file is
// gone and the command that erased has ended, is found by the daily sweep of any.
func TestPurgeOfALogThatNobodyHasOpen(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := startRedis(t, uncompressed...)
	c := &clock{}
	o := options(s.url()).WithClock(c.now)
	service := openStore(t, o)
	l := logOf(t, service)
	publish(t, l)
	for range 20 {
		add(t, l, grant())
	}
	gone := func(s *consentlog.Store) *consentlog.Log {
		l, err := s.Log(ctx, "gone")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	visitor := uuid.NewString()
	earlier, command := openStore(t, o), openStore(t, o)
	publish(t, gone(earlier))
	add(t, gone(earlier), by(visitor))
	earlier.Close()
	eventually(t, 10*time.Second, "the rewrites that follow a start are over", func() bool { return !s.rewriting() })
	s.admin.ConfigSet(ctx, "rdb-key-save-delay", "1000000")
	s.admin.Do(ctx, "BGREWRITEAOF")
	eventually(t, 10*time.Second, "it rewrites", s.rewriting)
	erase(t, gone(command), visitor)
	command.Close()
	s.killFork()
	s.admin.ConfigSet(ctx, "rdb-key-save-delay", "0")
	if s.admin.Exists(ctx, consentlog.KeyPurge("gone")).Val() != 1 || !s.onDisk(visitor) {
		t.Fatal("the test does not test: nothing is owed")
	}
	sweep(t, service)
	eventually(t, 20*time.Second, "the visitor is gone from the file", func() bool {
		c.pass(time.Second) // whoever erased has had the time to ask
		return !s.onDisk(visitor)
	})
	eventually(t, 20*time.Second, "nothing is owed any more", func() bool { return s.admin.Exists(ctx, consentlog.KeyPurge("gone")).Val() == 0 })
}
