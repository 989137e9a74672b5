package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sluis/consentlog"
)

// Protects: the command erases what was kept for as long as its notice promised,
// and nothing younger; a dry run erases nothing, whatever day it asks about;
// beside the running service it does nothing and says what does it.
func TestSweepCommand(t *testing.T) {
	t.Parallel()
	needRedis(t)
	r := startSluis(t, shortDir(t))
	mine := consentIDOf(t, r.record("demo", r.notice("demo", r.readerKey("demo"))))
	if _, _, err := command(r.data, "sweep"); err == nil || !strings.Contains(err.Error(), "is in use by another sluis") || !strings.Contains(err.Error(), "once a day") {
		t.Fatalf("beside the service: %v", err)
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}

	now := time.Now().UTC()
	says := func(want string, args ...string) {
		t.Helper()
		if out, _, err := command(r.data, append([]string{"sweep"}, args...)...); err != nil || !strings.HasPrefix(out, want) {
			t.Errorf("%s: %q %v", args, out, err)
		}
	}
	// The demo's choices count for P6M: 182 days, and the two together 2007.
	says("Nothing is too old among what names 1 visitor", "--dry-run", "--at", now.AddDate(0, 0, 2007).Format(time.DateOnly))
	for range 2 {
		says("1 record of site demo would name nobody", "--dry-run", "--at", now.AddDate(0, 0, 2009).Format(time.DateOnly), "--pause", "1ms")
	}
	says("Nothing is too old among what names 1 visitor")

	var out bytes.Buffer
	p := &process{ctx: t.Context(), stdout: &out, stderr: &out, environ: []string{"SLUIS_DATA=" + r.data}}
	logs, err := openLogs(p, func(Config) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	err = sweepCommand{}.sweep(p, logs.Store, now.AddDate(0, 0, 2009))
	if err := errors.Join(err, logs.close()); err != nil || out.String() != "1 record of site demo no longer name anybody: they were kept for as long as was promised.\n" {
		t.Fatalf("swept: %q %v", out.String(), err)
	}

	again := startSluis(t, r.data)
	if status, body := again.get("/v1/sites/demo/consents/"+mine, ""); status != http.StatusNotFound {
		t.Errorf("swept: %d %s", status, body)
	}
	said, _, err := command(r.data, "verify", "log", "--site", "demo", "--from", again.url, "--reader-key", again.readerKey("demo"))
	if err != nil || !strings.Contains(said, "is sound: 3 records of which 1 choice") {
		t.Errorf("verify log: %q %v", said, err)
	}
}

// Protects: a slip of the pen erases nothing before its time.
func TestSweepRefuses(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"Add --dry-run": {"--at", "2032-01-01"},
		"is no day":     {"--dry-run", "--at", "1-1-2032"},
		"SLUIS_DATA":    {"--dry-run"},
	} {
		if _, _, err := command(t.TempDir(), append([]string{"sweep"}, args...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", args, err)
		}
	}
}

// Protects: the service sweeps by itself, soon after its start and once a day,
// at no fixed moment, with rests for the visitors, and a day that failed is said
// and does not end it.
func TestSweeper(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var log bytes.Buffer
	var waits []time.Duration
	var swept []consentlog.SweepOptions
	err := sweeper{
		wait: func(ctx context.Context, d time.Duration) error {
			if waits = append(waits, d); len(waits) == 4 {
				cancel()
			}
			return ctx.Err()
		},
		sweep: func(_ context.Context, o consentlog.SweepOptions) (consentlog.Swept, error) {
			if swept = append(swept, o); len(swept) == 1 {
				return consentlog.Swept{}, errors.New("redis is away")
			}
			return consentlog.Swept{Records: map[string]int64{"shop": 2}}, nil
		},
		logger: newLogger(Config{}, &log),
	}.run(ctx)
	if !errors.Is(err, context.Canceled) || len(swept) != 3 {
		t.Fatalf("%v after %d", err, len(swept))
	}
	for i, d := range waits {
		if least := min(time.Duration(i), 1) * 24 * time.Hour; d < least || d >= least+time.Hour {
			t.Errorf("wait %d is %s", i, d)
		}
	}
	if waits[1]-24*time.Hour == waits[0] && waits[2] == waits[1] {
		t.Error("every process sweeps at the same moment")
	}
	for _, o := range swept {
		if o.DryRun || o.Pause == 0 || !o.At.IsZero() || o.Kept([]byte(`{"proofKept":"P5Y6M"}`)) != 2007*24*time.Hour {
			t.Errorf("options %+v", o)
		}
	}
	if said := log.String(); strings.Count(said, "redis is away") != 1 || strings.Count(said, "shop") != 2 {
		t.Errorf("log: %s", said)
	}
}

// Protects: the sweep belongs to every running service.
func TestServiceSweeps(t *testing.T) {
	t.Parallel()
	data := shortDir(t)
	c, err := LoadConfig([]string{"SLUIS_LISTEN=127.0.0.1:0", "SLUIS_DATA=" + data, "SLUIS_SITES=" + data})
	if err != nil {
		t.Fatal(err)
	}
	s, err := startService(t.Context(), c, newLogger(c, &lockedBuffer{}))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop(context.Background())
	if !slices.ContainsFunc(s.stops, func(s stop) bool { return s.what == "what is too old to keep" }) {
		t.Error("nothing sweeps")
	}
}
