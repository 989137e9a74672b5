package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Protects: with nothing configured the service keeps what it recorded over a
// restart, under the same reader key, and the whole process starts and stops
// cleanly twice in one process.
func TestSecondStartKeepsTheRecordsOfTheFirst(t *testing.T) {
	t.Parallel()
	needRedis(t)
	data := shortDir(t)
	first := startSluis(t, data)
	printed := regexp.MustCompile(`/demo/log/#(sluis_\S+)`).FindStringSubmatch(first.said.String())
	if printed == nil {
		t.Fatalf("no reader key in:\n%s", first.said)
	}
	notice := first.notice("demo", printed[1])
	first.record("demo", notice)
	first.record("demo", notice)
	if err := first.stop(); err != nil {
		t.Fatalf("stop: %v\n%s", err, first.log)
	}

	second := startSluis(t, data)
	if !strings.Contains(second.said.String(), printed[0]) {
		t.Error("the address of the records has changed")
	}
	if n := second.records("demo", printed[1]); n != 2 {
		t.Errorf("%d records after the restart", n)
	}
	if err := second.stop(); err != nil {
		t.Errorf("second stop: %v", err)
	}
	if _, err := os.Stat(filepath.Join(data, "redis", socketName)); err == nil {
		t.Error("redis is still there")
	}
}

// Protects: a newcomer sees the demo page, its records, the documentation and
// a page at the root; each address that is printed works.
func TestPrintedAddressesWork(t *testing.T) {
	t.Parallel()
	r := startSluis(t, shortDir(t))
	for _, path := range []string{"/demo/", "/demo/en/", "/demo/privacy/", "/demo/log/", "/docs", "/", "/demo.js", "/healthz", "/readyz", "/openapi.yaml"} {
		if status, body := r.get(path, ""); status != 200 {
			t.Errorf("GET %s: %d %s", path, status, body)
		}
	}
	for _, path := range []string{"/demo", "/demo/en", "/demo/log"} { // what people type
		if status, body := r.get(path, ""); status != 200 || !strings.Contains(string(body), "<!doctype html>") {
			t.Errorf("GET %s: %d %s", path, status, body)
		}
	}
	for _, path := range []string{"/demo/", "/"} {
		res, err := http.Head(r.url + path)
		if err != nil || res.StatusCode != 200 {
			t.Errorf("HEAD %s: %v %v", path, res, err)
		}
	}
	if want := "no .yaml file in " + filepath.Join(r.data, "sites"); !strings.Contains(r.said.String(), want) {
		t.Errorf("why the demo is there is not said: %s", r.said)
	}
	_, key := r.get("/v1/sites/demo/log/key", "")
	_, statement := r.get("/demo/privacy/", "")
	for _, want := range []string{strings.TrimSpace(string(key)), "Autoriteit Persoonsgegevens", "YouTube", "_ga", "14 maanden", "6 maanden", "5 jaar en 6 maanden"} {
		if !strings.Contains(strings.ReplaceAll(string(statement), "&#43;", "+"), want) {
			t.Errorf("the privacy statement does not name %s", want)
		}
	}
}

// Protects: with the first site file the demo goes as a whole and says why; its
// page does not stay on with a banner that is not there. A service that starts
// with site files says the same.
func TestDemoGoesWithTheFirstSite(t *testing.T) {
	t.Parallel()
	r := startSluis(t, shortDir(t))
	gone := func(r *running) bool {
		status, body := r.get("/demo/", "")
		return status == http.StatusNotFound && strings.Contains(string(body), "no site file") && strings.Contains(string(body), "SLUIS_SITES=")
	}
	if gone(r) {
		t.Fatal("there is no demo to begin with")
	}
	sites := filepath.Join(r.data, "sites")
	if err := os.MkdirAll(sites, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(sites, "shop.yaml"), []byte(soundSite), 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the demo goes", func() bool { return gone(r) })
	if status, _ := r.get("/demo.js", ""); status != http.StatusNotFound {
		t.Errorf("its gate: %d", status)
	}
	if status, _ := r.get("/", ""); status != http.StatusNotFound {
		t.Errorf("the root still leads there: %d", status)
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if again := startSluis(t, r.data); !gone(again) {
		t.Error("started with site files it says something else")
	}
}

// Protects: where records are lost at a restart, every start and /readyz say so.
func TestStandInIsAnnounced(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	r := startSluis(t, shortDir(t))
	if !strings.Contains(r.said.String(), "nothing survives a restart") {
		t.Errorf("not said:\n%s", r.said)
	}
	var ready struct{ Warnings []string }
	r.decode("/readyz", "", &ready)
	if !slices.Contains(ready.Warnings, standInWarning) {
		t.Errorf("/readyz warns of %q", ready.Warnings)
	}
	key := r.readerKey("demo")
	r.record("demo", r.notice("demo", key))
	if n := r.records("demo", key); n != 1 {
		t.Errorf("%d records", n)
	}
}

// Protects: a faulty site file keeps the service from starting, and the
// message names file, line and mend; nothing was started meanwhile.
func TestFaultySiteFileRefusesToStart(t *testing.T) {
	t.Parallel()
	data := shortDir(t)
	sites := filepath.Join(data, "sites")
	if err := os.MkdirAll(sites, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(sites, "shop.yaml")
	if err := os.WriteFile(file, []byte("origins: [https://shop.example]\nlanguages: [nl]\ncolour: blue\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := run(context.Background(), []string{"serve"}, &lockedBuffer{}, &lockedBuffer{},
		[]string{"SLUIS_LISTEN=127.0.0.1:0", "SLUIS_DATA=" + data, "SLUIS_SITES=" + sites})
	if err == nil || !strings.Contains(err.Error(), file+":3:") || !strings.Contains(err.Error(), "Fix:") || !strings.Contains(err.Error(), "controller") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(data, "redis")); err == nil {
		t.Error("redis was started for nothing")
	}
}

// Protects: an address that is taken is named together with the way out.
func TestTakenAddressIsNamed(t *testing.T) {
	t.Parallel()
	r := startSluis(t, shortDir(t))
	taken := strings.Replace(strings.TrimPrefix(r.url, "http://"), "localhost", "127.0.0.1", 1)
	err := run(context.Background(), []string{"serve"}, &lockedBuffer{}, &lockedBuffer{},
		[]string{"SLUIS_LISTEN=" + taken, "SLUIS_DATA=" + shortDir(t)})
	if err == nil || !strings.Contains(err.Error(), taken) || !strings.Contains(err.Error(), "SLUIS_LISTEN") {
		t.Errorf("got %v", err)
	}
}

// Protects: health answers for the service that listens, and fails without one.
func TestHealthCommand(t *testing.T) {
	t.Parallel()
	r := startSluis(t, shortDir(t))
	listen := "SLUIS_LISTEN=" + strings.TrimPrefix(r.url, "http://")
	for _, args := range [][]string{{"health"}, {"health", "--ready"}} {
		if err := run(context.Background(), args, &lockedBuffer{}, &lockedBuffer{}, []string{listen}); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
	r.stop()
	if err := run(context.Background(), []string{"health"}, &lockedBuffer{}, &lockedBuffer{}, []string{listen}); err == nil {
		t.Error("healthy without a service")
	}
	unwell := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the log cannot be written", http.StatusServiceUnavailable)
	}))
	defer unwell.Close()
	listen = "SLUIS_LISTEN=" + unwell.Listener.Addr().String()
	err := run(context.Background(), []string{"health", "--ready"}, &lockedBuffer{}, &lockedBuffer{}, []string{listen})
	if err == nil || !strings.Contains(err.Error(), "the log cannot be written") {
		t.Errorf("a service that is not well: %v", err)
	}
}

// Protects: a service that is ready says what still waits for somebody, so that
// a faulty site file is not taken for one in service.
func TestHealthTellsWhatWaits(t *testing.T) {
	t.Parallel()
	waiting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"ready":true,"sites":{"served":1,"faults":[{"file":"shop.yaml","line":3,"column":1,"rule":"AP 3","path":"x","detail":"y","fix":"z"}]},"warnings":["A site file has a fault."]}`)
	}))
	defer waiting.Close()
	out, errs := &lockedBuffer{}, &lockedBuffer{}
	err := run(context.Background(), []string{"health", "--ready"}, out, errs, []string{"SLUIS_LISTEN=" + waiting.Listener.Addr().String()})
	if err != nil || out.String() != "ok\n" || !strings.Contains(errs.String(), "A site file has a fault.") || !strings.Contains(errs.String(), "shop.yaml:3:1: x: y. Rule AP 3. Fix: z.") {
		t.Errorf("%v %q %q", err, out, errs)
	}
}

// Protects: the container image works, which holds nothing but the static
// binary: it starts with an empty environment, on the stand-in.
func TestStaticBinaryStartsAlone(t *testing.T) {
	t.Parallel()
	dir := shortDir(t)
	binary := filepath.Join(dir, "sluis")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	out := &lockedBuffer{}
	alone := exec.Command(binary, "serve")
	alone.Dir = dir
	alone.Env = []string{"SLUIS_LISTEN=127.0.0.1:0"}
	alone.Stdout, alone.Stderr = out, out
	if err := alone.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- alone.Wait() }()
	eventually(t, "the binary is running", func() bool {
		if strings.Contains(out.String(), "sluis: ") {
			t.Fatal(out)
		}
		return strings.Contains(out.String(), "Demo page") && strings.Contains(out.String(), "nothing survives a restart")
	})
	alone.Process.Signal(os.Interrupt)
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v:\n%s", err, out)
	}
}

// Protects: what breaks beside the requests is told and ends neither the
// process nor its orderly stop.
func TestBackgroundWorkThatPanics(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := &service{logger: slog.New(slog.NewTextHandler(&log, nil))}
	s.follow("site files", func(context.Context) error { panic("no good") })
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "background work ended") || !strings.Contains(log.String(), "no good") || !strings.Contains(log.String(), "cmd_serve_test.go") {
		t.Errorf("logged: %s", &log)
	}
}

// Protects: site files go on being followed after something broke over one.
func TestBackgroundWorkBeginsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{logger: slog.New(slog.DiscardHandler)}
		begun := 0
		s.follow("site files", func(ctx context.Context) error {
			if begun++; begun == 1 {
				panic("no good")
			}
			<-ctx.Done()
			return ctx.Err()
		})
		time.Sleep(2 * brokenFor) // in the time of the test, which takes none
		if err := s.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if begun != 2 {
			t.Errorf("begun %d times, want once more after it broke", begun)
		}
	})
}
