package consentlog_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sluis/consentlog"
)

var update = flag.Bool("update", false, "write the golden file of a record version that has none yet")

// golden is a whole log and receipts as some version of this package wrote
// them. Such a file is never written again.
type golden struct {
	VerifierKey string
	Time        time.Time // when it was written
	Head        string
	Epochs      map[string][]consentlog.Segment
	Receipts    []consentlog.Receipt
}

// Checkpoint and Segment make it a consentlog.Source.
func (g *golden) Checkpoint(context.Context) (string, error) { return g.Head, nil }
func (g *golden) Segment(_ context.Context, epoch, n int64) (consentlog.Segment, error) {
	s := g.Epochs[fmt.Sprint(epoch)]
	if n >= int64(len(s)) {
		return consentlog.Segment{}, consentlog.ErrNotFound
	}
	return s[n], nil
}

// Promise: what was recorded with record version 1 verifies for ever, and a
// receipt that a visitor kept does too.
func TestGoldenVersion1(t *testing.T) {
	t.Parallel()
	file := filepath.Join("testdata", "version1.json")
	if _, err := os.Stat(file); *update && os.IsNotExist(err) {
		writeGolden(t, file)
	}
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(src, &g); err != nil {
		t.Fatal(err)
	}
	report, err := consentlog.VerifyLog(context.Background(), &g, g.VerifierKey, nil)
	if err != nil {
		t.Fatal(err)
	}
	if report.Epochs != 2 || report.Consents != 275 || report.Notices != 2 || len(report.Losses) != 1 || report.Losses[0].To-report.Losses[0].From != 5 {
		t.Errorf("report %+v", report)
	}
	if len(g.Receipts) < 5 {
		t.Errorf("%d receipts", len(g.Receipts))
	}
	for _, r := range g.Receipts {
		v, err := consentlog.VerifyReceipt(r, g.VerifierKey)
		if err != nil || v.Kind != "consent" || v.Facts.Choices[consentlog.Necessary] != consentlog.Granted {
			t.Errorf("%+v, %v", v, err)
		}
	}
}

// writeGolden makes a log of two epochs with everything this version can
// record.
func writeGolden(t *testing.T, file string) {
	t.Helper()
	ctx := context.Background()
	s := startRedis(t)
	l := openLog(t, options(s.url()).WithHealing(50*time.Millisecond, time.Millisecond))
	publish(t, l)
	g := golden{VerifierKey: l.VerifierKey(), Time: time.Now().UTC().Truncate(time.Second), Epochs: map[string][]consentlog.Segment{}}
	cp := consentlog.KeyCheckpoint(site)
	late := time.Now().Add(-30 * time.Hour)
	for i := range 270 {
		c := anyConsent()
		c.GPC = i%5 == 0
		if i%9 == 0 {
			c.ClientTime = &late
		}
		if r := add(t, l, c); i%90 == 0 {
			g.Receipts = append(g.Receipts, r)
			stranger, err := l.Receipt(ctx, c.ID, "")
			if err != nil {
				t.Fatal(err)
			}
			g.Receipts = append(g.Receipts, stranger)
		}
	}
	held := s.admin.Get(ctx, cp).Val()
	for range 5 {
		g.Receipts = append(g.Receipts, add(t, l, anyConsent()))
	}
	s.admin.Set(ctx, cp, held, 0) // they are forgotten
	for range 5 {
		add(t, l, anyConsent())
	}
	g.Head = s.admin.Get(ctx, cp).Val()
	for _, text := range []string{held, g.Head} {
		epoch, tree, err := l.Parsed(text)
		if err != nil {
			t.Fatal(err)
		}
		for n := int64(0); n*256 < tree.N; n++ {
			segment, err := l.Segment(ctx, epoch, n)
			if err != nil {
				t.Fatal(err)
			}
			g.Epochs[fmt.Sprint(epoch)] = append(g.Epochs[fmt.Sprint(epoch)], segment)
		}
	}
	b, err := json.MarshalIndent(g, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
