package consentlog_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"sluis/consentlog"
)

// TestMain also serves as the process that the crash tests kill.
func TestMain(m *testing.M) {
	if url := os.Getenv("CONSENTLOG_CRASH_URL"); url != "" {
		if err := crashChild(url, os.Getenv("CONSENTLOG_CRASH_STATE")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// crashOptions heal fast, so that the tests take seconds.
func crashOptions(url, state string) consentlog.StoreOptions {
	o := options(url).WithHealing(400*time.Millisecond, 10*time.Second)
	o.StateDir = state
	return o
}

// crashChild records choices of many visitors until it is killed. It says on
// standard output what it tries before it does, and what it was given a
// receipt for afterwards, as a browser would know it.
func crashChild(url, state string) error {
	ctx := context.Background()
	s, err := consentlog.OpenStore(ctx, crashOptions(url, state))
	if err != nil {
		return err
	}
	l, err := s.Log(ctx, site)
	if err != nil {
		return err
	}
	for errors.Is(l.Publish(ctx, shown), consentlog.ErrUnavailable) {
	}
	var mu sync.Mutex
	say := func(word string, v any) {
		b, _ := json.Marshal(v)
		mu.Lock()
		defer mu.Unlock()
		fmt.Printf("%s %s\n", word, b)
	}
	for range 32 {
		go func() {
			for {
				c := anyConsent()
				say("try", c)
				for {
					r, _, err := l.Append(ctx, c)
					if err == nil {
						say("ack", r)
						break
					}
					if !errors.Is(err, consentlog.ErrUnavailable) {
						say("err", err.Error())
						return
					}
				}
			}
		}()
	}
	select {}
}

// crash is one scenario: servers that are killed while visitors choose.
type crash struct {
	t     *testing.T
	redis *redisServer

	mu     sync.Mutex
	tried  map[string]consentlog.Consent
	acked  map[string]consentlog.Receipt
	events int
}

func newCrash(t *testing.T, args ...string) *crash {
	return &crash{t: t, redis: startRedis(t, args...), tried: map[string]consentlog.Consent{}, acked: map[string]consentlog.Receipt{}}
}

// server starts a process; the answer kills it.
func (c *crash) server(state string) (kill func()) {
	c.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "CONSENTLOG_CRASH_URL="+c.redis.url(), "CONSENTLOG_CRASH_STATE="+state)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	var listening sync.WaitGroup
	listening.Go(func() { c.listen(out) })
	var once sync.Once
	kill = func() {
		once.Do(func() {
			cmd.Process.Kill()
			listening.Wait()
			cmd.Wait()
		})
	}
	c.t.Cleanup(kill)
	return kill
}

func (c *crash) listen(out io.Reader) {
	r := bufio.NewReader(out)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return // killed; an unfinished line was never said
		}
		word, src, _ := strings.Cut(line, " ")
		c.mu.Lock()
		switch word {
		case "try":
			var v consentlog.Consent
			if err := json.Unmarshal([]byte(src), &v); err != nil {
				c.t.Error(err)
			}
			c.tried[v.ID] = v
		case "ack":
			var v consentlog.Receipt
			if err := json.Unmarshal([]byte(src), &v); err != nil {
				c.t.Error(err)
			}
			var f consentlog.Facts
			if err := json.Unmarshal(v.Facts, &f); err != nil {
				c.t.Error(err)
			}
			c.acked[f.ID] = v
			c.events++
		default:
			c.t.Errorf("the server says %s", line)
		}
		c.mu.Unlock()
	}
}

// underLoad waits until so many more records are acknowledged.
func (c *crash) underLoad(more int) {
	c.t.Helper()
	c.mu.Lock()
	from := c.events
	c.mu.Unlock()
	eventually(c.t, 30*time.Second, fmt.Sprintf("%d more records are acknowledged", more), func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.events >= from+more
	})
}

// check sends again what nobody heard an answer for, as browsers do, and then
// makes sure: every choice is in the log exactly once, every receipt ever
// given verifies, and every checkpoint in one is a root that the log had.
func (c *crash) check(lossAllowed bool) consentlog.Report {
	c.t.Helper()
	l := openLog(c.t, crashOptions(c.redis.url(), ""))
	for id, consent := range c.tried {
		if _, known := c.acked[id]; known {
			continue
		}
		eventually(c.t, 10*time.Second, describe(consent), func() bool {
			r, _, err := l.Append(context.Background(), consent)
			if err == nil {
				c.acked[id] = r
			}
			return err == nil
		})
	}
	report := verifyLog(c.t, l)
	if report.Repeated != 0 {
		c.t.Errorf("%d records occur twice", report.Repeated)
	}
	if !lossAllowed && (report.Consents != int64(len(c.tried)) || report.Epochs != 1) {
		c.t.Errorf("%d choices were made, the log has %+v", len(c.tried), report)
	}
	c.checkRoots(l, lossAllowed)
	c.t.Logf("%d choices, %d answered; %+v", len(c.tried), c.events, report)
	return report
}

func (c *crash) checkRoots(l *consentlog.Log, lossAllowed bool) {
	c.t.Helper()
	type tree struct {
		epoch, size int64
	}
	seen := map[tree]string{}
	sizes := map[int64]map[int64]bool{}
	for _, r := range c.acked {
		v := verify(c.t, l, r)
		var epoch int64
		fmt.Sscanf(v.Place, "%d.", &epoch)
		at := tree{epoch, v.Size}
		if root, known := seen[at]; known && root != v.Root {
			c.t.Fatalf("two checkpoints of size %d contradict each other", v.Size)
		}
		seen[at] = v.Root
		if sizes[epoch] == nil {
			sizes[epoch] = map[int64]bool{}
		}
		sizes[epoch][v.Size] = true
	}
	for epoch, want := range sizes {
		roots, err := l.Roots(context.Background(), epoch, want)
		if err != nil && !lossAllowed {
			c.t.Fatal(err)
		}
		for size, root := range roots {
			if seen[tree{epoch, size}] != root.String() {
				c.t.Errorf("the log never had the root that a receipt of size %d shows", size)
			}
		}
		if !lossAllowed && len(roots) != len(want) {
			c.t.Errorf("%d of %d checkpoints lie in the log", len(roots), len(want))
		}
	}
}

// Promise (S1): a server killed at any moment loses nothing that it
// acknowledged, and nothing is recorded twice.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	c := newCrash(t)
	state := t.TempDir()
	for range 4 {
		kill := c.server(state)
		c.underLoad(300)
		kill()
	}
	c.check(false)
}

// Promise (S2): a Redis that syncs every write may be killed at any moment.
func TestRedisKilled(t *testing.T) {
	t.Parallel()
	c := newCrash(t)
	kill := c.server(t.TempDir())
	for range 4 {
		c.underLoad(300)
		c.redis.kill()
		c.redis.start()
	}
	c.underLoad(300)
	kill()
	c.check(false)
}

// Promise (S3): a Redis that syncs every second may be killed too: what it
// forgot is put back from memory.
func TestForgetfulRedisKilled(t *testing.T) {
	t.Parallel()
	c := newCrash(t, "--appendfsync", "everysec")
	kill := c.server(t.TempDir())
	for range 3 {
		c.underLoad(300)
		c.redis.kill()
		c.redis.start()
	}
	c.underLoad(300)
	kill()
	c.check(false)
}

// Promise (S4): the same when a power cut takes the end of the file with it.
func TestForgetfulRedisLosesPower(t *testing.T) {
	t.Parallel()
	c := newCrash(t, "--appendfsync", "everysec")
	kill := c.server(t.TempDir())
	for range 2 {
		c.underLoad(400)
		c.redis.kill()
		c.redis.cut(100_000)
		c.redis.start()
	}
	c.underLoad(300)
	kill()
	c.check(false)
}

// Promise (S6): two servers write to one site; each is killed, then Redis.
func TestTwoServersKilled(t *testing.T) {
	t.Parallel()
	c := newCrash(t)
	one, two := t.TempDir(), t.TempDir()
	killOne, killTwo := c.server(one), c.server(two)
	c.underLoad(400)
	killOne()
	c.underLoad(200)
	killOne = c.server(one)
	c.underLoad(200)
	killTwo()
	killTwo = c.server(two)
	c.underLoad(200)
	c.redis.kill()
	c.redis.start()
	c.underLoad(400)
	killOne()
	killTwo()
	c.check(false)
}

// Promise (S8): when the whole host loses power under a forgetful Redis, the
// loss is declared, and every receipt ever given still verifies.
func TestHostLosesPower(t *testing.T) {
	t.Parallel()
	c := newCrash(t, "--appendfsync", "everysec")
	state := t.TempDir()
	kill := c.server(state)
	c.underLoad(1500)
	kill()
	c.redis.kill()
	c.redis.cut(200_000)
	c.redis.start()
	kill = c.server(state)
	c.underLoad(300)
	kill()
	report := c.check(true)
	if report.Epochs != 2 || len(report.Losses) != 1 {
		t.Errorf("no loss was declared: %+v", report)
	}
}
