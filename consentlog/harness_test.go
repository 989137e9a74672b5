package consentlog_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

// redisServer is a real redis-server of one test, on a unix socket in a folder
// of its own.
type redisServer struct {
	t      testing.TB
	dir    string
	socket string
	args   []string
	cmd    *exec.Cmd
	admin  *redis.Client
}

// startRedis starts a server that syncs every write; args override settings.
func startRedis(t testing.TB, args ...string) *redisServer {
	t.Helper()
	dir, err := os.MkdirTemp("", "sluis") // t.TempDir is too long for a socket's name
	if err != nil {
		t.Fatal(err)
	}
	s := &redisServer{t: t, dir: dir, socket: filepath.Join(dir, "s"), args: args}
	t.Cleanup(func() {
		s.kill()
		os.RemoveAll(dir)
	})
	s.start()
	return s
}

func (s *redisServer) start() {
	s.t.Helper()
	args := append([]string{
		"--port", "0", "--unixsocket", s.socket, "--dir", s.dir, "--appendonly", "yes", "--appendfsync", "always",
		"--save", "", "--hash-max-listpack-value", "512", "--loglevel", "warning", "--logfile", filepath.Join(s.dir, "log"),
	}, s.args...)
	os.Remove(s.socket)
	s.cmd = exec.Command("redis-server", args...)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.admin = redis.NewClient(&redis.Options{Network: "unix", Addr: s.socket, DialerRetries: 1})
	defer func() {
		if s.t.Failed() {
			said, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			s.t.Logf("redis said:\n%s", said[max(0, len(said)-4000):])
		}
	}()
	eventually(s.t, 10*time.Second, "redis answers", func() bool { return s.admin.Ping(context.Background()).Err() == nil })
}

// kill ends the server as a power cut would end a process.
func (s *redisServer) kill() {
	if s.cmd == nil {
		return
	}
	s.admin.Close()
	s.cmd.Process.Kill()
	s.cmd.Wait()
	s.cmd = nil
}

func (s *redisServer) url() string { return "unix://" + s.socket }

// aof is the file that grows with every write: the last that Redis' manifest
// names, which is not the last by name once ten were begun. Redis 8 says there too
// where in its stream each begins.
func (s *redisServer) aof() string {
	dir := filepath.Join(s.dir, "appendonlydir")
	manifest, err := os.ReadFile(filepath.Join(dir, "appendonly.aof.manifest"))
	if err != nil {
		s.t.Fatal(err)
	}
	last := ""
	for line := range strings.Lines(string(manifest)) {
		if f := strings.Fields(line); len(f) >= 6 && f[5] == "i" {
			last = f[1]
		}
	}
	if last == "" {
		s.t.Fatalf("no append-only file in %q", manifest)
	}
	return filepath.Join(dir, last)
}

// eventually waits for a real process to get somewhere.
func eventually(t testing.TB, within time.Duration, what string, cond func() bool) {
	t.Helper()
	deadline := time.Now().Add(within)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", within, what)
		}
		<-tick.C
	}
}

const site = "acme"

var secret = [32]byte{1, 2, 3}

func options(url string) consentlog.StoreOptions {
	// Thousands of records at once take their time, beside other tests.
	return consentlog.StoreOptions{RedisURL: url, Name: "consent.example.org", Secret: secret, Timeout: 15 * time.Second}
}

func openStore(t testing.TB, o consentlog.StoreOptions) *consentlog.Store {
	t.Helper()
	s, err := consentlog.OpenStore(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func openLog(t testing.TB, o consentlog.StoreOptions) *consentlog.Log {
	t.Helper()
	return logOf(t, openStore(t, o))
}

func logOf(t testing.TB, s *consentlog.Store) *consentlog.Log {
	t.Helper()
	l, err := s.Log(context.Background(), site)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// shown is the notice of these tests.
var shown = consentlog.Notice{Language: "nl", LegalVersion: 1, Content: []byte(`{"buttons":["Alles toestaan","Weigeren"],"text":"Cookies? Één keuze, ≥ 0 €"}`)}

func publish(t testing.TB, l *consentlog.Log) {
	t.Helper()
	if err := l.Publish(context.Background(), shown); err != nil {
		t.Fatal(err)
	}
}

// grant accepts everything, refuse refuses everything.
func grant() consentlog.Consent {
	c := refuse()
	c.Action, c.ConsentID = "accept_all", uuid.NewString()
	for k := range c.Choices {
		c.Choices[k] = consentlog.Granted
	}
	return c
}

func refuse() consentlog.Consent {
	return consentlog.Consent{
		ID: uuid.NewString(), Action: "refuse_all", Notice: shown.Hash(), Language: "nl", Layer: "first", Layout: "box",
		Choices: map[consentlog.Category]consentlog.Decision{
			consentlog.Necessary: consentlog.Granted, consentlog.Functional: consentlog.Denied,
			consentlog.Analytics: consentlog.Denied, consentlog.SocialMedia: consentlog.Denied,
		},
	}
}

// anyConsent mixes them, as visitors do.
func anyConsent() consentlog.Consent {
	switch rand.IntN(3) {
	case 0:
		return refuse()
	case 1:
		return grant()
	}
	c := grant()
	c.Action, c.Layer = "save", "preferences"
	c.Choices = maps.Clone(c.Choices)
	c.Choices[consentlog.SocialMedia] = consentlog.Denied
	c.Services = map[string]consentlog.Decision{"youtube": consentlog.Granted}
	return c
}

func add(t testing.TB, l *consentlog.Log, c consentlog.Consent) consentlog.Receipt {
	t.Helper()
	r, created, err := l.Append(context.Background(), c)
	if err != nil || !created {
		t.Fatalf("append: created %v, %v", created, err)
	}
	return r
}

func verify(t testing.TB, l *consentlog.Log, r consentlog.Receipt) consentlog.Verified {
	t.Helper()
	v, err := consentlog.VerifyReceipt(r, l.VerifierKey())
	if err != nil {
		t.Fatalf("receipt: %v", err)
	}
	return v
}

func verifyLog(t testing.TB, l *consentlog.Log) consentlog.Report {
	t.Helper()
	r, err := consentlog.VerifyLog(context.Background(), l, l.VerifierKey(), nil)
	if err != nil {
		t.Fatalf("log: %v after %+v", err, r)
	}
	return r
}

// proxy stands between a store and Redis and can lose answers or cut the line.
type proxy struct {
	t        testing.TB
	listener net.Listener
	target   string
	// answers is asked for every chunk on the way back: false swallows it and
	// closes the connection.
	answers func() bool
	silent  func() bool // true swallows it and keeps the connection open
	// requests is asked for every chunk on the way there, where it is set: false
	// swallows it and closes the connection.
	requests func(chunk []byte) bool
	answer   func(chunk []byte) // is shown every chunk on the way back before it goes on, where it is set
	socket   string
}

func startProxy(t testing.TB, target string, answers func() bool) *proxy {
	t.Helper()
	dir, err := os.MkdirTemp("", "sluis")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{t: t, target: target, answers: answers, socket: filepath.Join(dir, "p")}
	if p.listener, err = net.Listen("unix", p.socket); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.listener.Close()
		os.RemoveAll(dir)
	})
	go p.serve()
	return p
}

func (p *proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("unix", p.target)
		if err != nil {
			client.Close()
			continue
		}
		go func() {
			defer server.Close()
			buf := make([]byte, 1<<16)
			for {
				n, err := client.Read(buf)
				if err != nil || p.requests != nil && !p.requests(buf[:n]) {
					return
				}
				if _, err := server.Write(buf[:n]); err != nil {
					return
				}
			}
		}()
		go func() {
			defer client.Close()
			defer server.Close()
			buf := make([]byte, 1<<16)
			for {
				n, err := server.Read(buf)
				if err != nil || !p.answers() {
					return
				}
				if p.silent != nil && p.silent() {
					continue
				}
				if p.answer != nil {
					p.answer(buf[:n])
				}
				if _, err := client.Write(buf[:n]); err != nil {
					return
				}
			}
		}()
	}
}

// collect gathers what an iterator yields.
func collect(t testing.TB, l *consentlog.Log, q consentlog.Query) []consentlog.Record {
	t.Helper()
	var out []consentlog.Record
	for r, err := range l.Records(context.Background(), q) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

func isInvalid(err error, pointer string) bool {
	e, ok := errors.AsType[*consentlog.InvalidError](err)
	if !ok {
		return false
	}
	for _, f := range e.Faults {
		if f.Pointer == pointer {
			return true
		}
	}
	return false
}

func describe(c consentlog.Consent) string { return fmt.Sprintf("%s %s", c.Action, c.ID) }

func fileSize(t testing.TB, path string) int64 {
	t.Helper()
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return st.Size()
}

// rewriting reports whether the append-only file is being rewritten.
func (s *redisServer) rewriting() bool {
	info := s.admin.Info(context.Background(), "persistence").Val()
	return !strings.Contains(info, "aof_rewrite_in_progress:0") || !strings.Contains(info, "aof_rewrite_scheduled:0")
}

// copyTo makes a server, not started, on a copy of this one's files whose
// append-only file ends after cut bytes; negative: it is whole.
func (s *redisServer) copyTo(t testing.TB, cut int64) *redisServer {
	t.Helper()
	dir, err := os.MkdirTemp("", "sluis")
	if err != nil {
		t.Fatal(err)
	}
	c := &redisServer{t: t, dir: dir, socket: filepath.Join(dir, "s"), args: s.args}
	t.Cleanup(func() {
		c.kill()
		os.RemoveAll(dir)
	})
	from, to := filepath.Join(s.dir, "appendonlydir"), filepath.Join(dir, "appendonlydir")
	eventually(t, 10*time.Second, "a copy that Redis did not rename files under", func() bool {
		before, _ := fs.Glob(os.DirFS(from), "*")
		err := os.CopyFS(to, os.DirFS(from))
		if after, _ := fs.Glob(os.DirFS(from), "*"); err == nil && slices.Equal(before, after) {
			return true
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		os.RemoveAll(to)
		return false
	})
	if cut >= 0 {
		if err := os.Truncate(c.aof(), cut); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// cut takes the last n bytes of the append-only file, as a power cut would.
func (s *redisServer) cut(n int64) {
	s.t.Helper()
	size := fileSize(s.t, s.aof())
	if size <= n {
		s.t.Fatalf("the append-only file has only %d bytes", size)
	}
	if err := os.Truncate(s.aof(), size-n); err != nil {
		s.t.Fatal(err)
	}
}

func keysIn(m map[string]any) iter.Seq[string] { return maps.Keys(m) }

func containsText(s, part string) bool { return strings.Contains(s, part) }
