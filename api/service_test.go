package api_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sluis/api"
	"sluis/banner"
	"sluis/consentlog"
)

// service is the whole of it as it runs: a real Redis, the real log, the real
// scripts, and a real listener.
type service struct {
	*httptest.Server
	t     *testing.T
	api   *api.API
	store *consentlog.Store
	sites *banner.Sites
	keys  *api.Keys
	redis *redisServer
	log   *logBuffer
	dir   string
	clock *clock

	bundler *banner.Bundler
}

// setup is what differs between tests.
type setup struct {
	limits  api.Limits
	proxies []netip.Prefix
	warning string
	redis   []string // settings that override
	demo    bool     // no site files, so that the demo is served
	address string   // PublicURL; default https://consent.example
}

// unlimited keeps a test about something else from meeting a limit.
var unlimited = api.Limits{Address: api.Rate{PerSecond: -1}, Site: api.Rate{PerSecond: -1}}

const demoSite = `
origins: ["https://www.demo.example"]
languages: [nl, en]
controller:
  name: Demo
  address: Sluiskade 12, 1234 AB Waterstad
  email: info@demo.example
privacy: "https://www.demo.example/privacy"
services:
  google-analytics-4: {measurement_id: G-DEMO12345, retention: P14M}
  youtube: {}
`

const otherSite = `
origins: ["https://www.other.example"]
languages: [en]
controller:
  name: Other
  address: Sluiskade 14, 1234 AB Waterstad
  email: info@other.example
privacy: "https://www.other.example/privacy"
services: {}
`

func start(t *testing.T, s setup) *service {
	t.Helper()
	dir := t.TempDir()
	sv := &service{t: t, dir: dir, redis: startRedis(t, s.redis...), log: &logBuffer{}, clock: &clock{}}
	logger := slog.New(slog.NewTextHandler(sv.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	metrics := api.NewMetrics(prometheus.NewRegistry())

	var err error
	sv.store, err = consentlog.OpenStore(t.Context(), consentlog.StoreOptions{
		RedisURL: sv.redis.url(), Name: "consent.example", Secret: [32]byte{1}, StateDir: filepath.Join(dir, "state"),
		Logger: logger, Observe: metrics.Observe,
	})
	must(t, err)
	t.Cleanup(func() { _ = sv.store.Close() })

	sites := filepath.Join(dir, "sites")
	must(t, os.Mkdir(sites, 0o700))
	if !s.demo {
		must(t, os.WriteFile(filepath.Join(sites, "demo.yaml"), []byte(demoSite), 0o600))
		must(t, os.WriteFile(filepath.Join(sites, "other.yaml"), []byte(otherSite), 0o600))
	}
	catalog, err := banner.LoadCatalog()
	must(t, err)
	fallback, err := banner.DemoSite(catalog)
	must(t, err)
	sv.sites, err = banner.OpenSites(banner.SitesOptions{Dir: sites, Fallback: fallback, Catalog: catalog, Logger: logger})
	must(t, err)
	sv.keys, err = api.OpenKeys(filepath.Join(dir, "keys.json"))
	must(t, err)

	if s.limits == (api.Limits{}) {
		s.limits = unlimited
	}
	sv.bundler = banner.NewBundler(banner.BundlerOptions{Logger: logger, Catalog: catalog})
	sv.api = api.New(api.Options{
		Sites: sv.sites, Bundler: sv.bundler, Store: sv.store, Keys: sv.keys, Metrics: metrics, PublicURL: cmp.Or(s.address, "https://consent.example"),
		Version: "test", Logger: logger, TrustedProxies: s.proxies, Limits: s.limits, Warning: s.warning, Now: sv.clock.now,
	})
	sv.Server = httptest.NewServer(sv.api)
	t.Cleanup(func() {
		sv.Server.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := sv.api.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return sv
}

func (s *service) site(id string) *banner.Site {
	site, ok := s.sites.Get(id)
	if !ok {
		s.t.Fatalf("no site %s", id)
	}
	return site
}

// recorded counts the records of a site, past the HTTP face.
func (s *service) recorded(site string) int {
	s.t.Helper()
	log, err := s.store.Log(s.t.Context(), site)
	must(s.t, err)
	n := 0
	for _, err := range log.Records(s.t.Context(), consentlog.Query{}) {
		must(s.t, err)
		n++
	}
	return n
}

// published counts the notices in the log of a site; -1 while it cannot.
func (s *service) published(site string) int {
	s.t.Helper()
	log, err := s.store.Log(s.t.Context(), site)
	must(s.t, err)
	notices, err := log.Notices(s.t.Context())
	if err != nil {
		return -1
	}
	return len(notices)
}

// redisServer is a redis-server of this test's own.
type redisServer struct {
	t       *testing.T
	dir     string
	args    []string
	command *exec.Cmd
}

func startRedis(t *testing.T, args ...string) *redisServer {
	t.Helper()
	dir, err := os.MkdirTemp("", "sl") // short: a socket's path has 107 bytes
	must(t, err)
	r := &redisServer{t: t, dir: dir, args: args}
	t.Cleanup(func() {
		r.stop()
		_ = os.RemoveAll(dir)
	})
	r.start()
	return r
}

func (r *redisServer) socket() string { return filepath.Join(r.dir, "r.sock") }
func (r *redisServer) url() string    { return "unix://" + r.socket() }

func (r *redisServer) start() {
	r.t.Helper()
	r.command = exec.Command("redis-server", append([]string{"--port", "0", "--unixsocket", r.socket(), "--dir", r.dir,
		"--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction"}, r.args...)...)
	must(r.t, r.command.Start())
	eventually(r.t, "redis answers", func() bool {
		c, err := net.Dial("unix", r.socket())
		if err != nil {
			return false
		}
		defer c.Close()
		_, _ = fmt.Fprint(c, "PING\r\n")
		answer := make([]byte, 7)
		_, err = c.Read(answer)
		return err == nil && bytes.HasPrefix(answer, []byte("+PONG"))
	})
}

func (r *redisServer) stop() {
	if r.command == nil {
		return
	}
	_ = r.command.Process.Signal(syscall.SIGKILL)
	_ = r.command.Wait()
	r.command = nil
}

// clock is a clock that a test can put forward.
type clock struct {
	mu      sync.Mutex
	offset  time.Duration
	step    time.Duration // added each time the clock is read
	stopped time.Time     // zero while it runs
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += c.step
	if !c.stopped.IsZero() {
		return c.stopped.Add(c.offset)
	}
	return time.Now().Add(c.offset)
}

// stop keeps the clock where it is, whatever the machine is busy with.
func (c *clock) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = time.Now()
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}

// logBuffer keeps what was logged.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// eventually waits for something outside the process.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(10 * time.Second); ; {
		if ok() {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("waited 10 s: %s", what)
		case <-tick.C:
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
