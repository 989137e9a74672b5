package consentlog_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// everything is all that Redis holds, in plain text: every key with its value.
func (s *redisServer) everything() map[string]string {
	s.t.Helper()
	ctx := context.Background()
	out := map[string]string{}
	for _, key := range s.admin.Keys(ctx, "*").Val() {
		if s.admin.Type(ctx, key).Val() == "hash" {
			out[key] = fmt.Sprint(s.admin.HGetAll(ctx, key).Val())
		} else {
			out[key] = s.admin.Get(ctx, key).Val()
		}
	}
	if len(out) == 0 {
		s.t.Fatal("redis holds nothing")
	}
	return out
}

// holds lists the keys of Redis that hold a text, in their name or their value.
func (s *redisServer) holds(text string) (at []string) {
	s.t.Helper()
	for key, value := range s.everything() {
		if strings.Contains(key, text) || strings.Contains(value, text) {
			at = append(at, key)
		}
	}
	return at
}

// onDisk reports whether a file of this server holds a text.
func (s *redisServer) onDisk(text string) bool {
	files, err := filepath.Glob(filepath.Join(s.dir, "appendonlydir", "*.aof*"))
	if err != nil || len(files) == 0 {
		s.t.Fatal("no append-only file", err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		src, err := os.ReadFile(file) // a rewrite may just have removed it
		return err == nil && strings.Contains(string(src), text)
	})
}

// uncompressed keeps what the append-only file holds readable for a test.
var uncompressed = []string{"--aof-use-rdb-preamble", "no", "--rdbcompression", "no"}

func erase(t testing.TB, l *consentlog.Log, consentID string) consentlog.Erasure {
	t.Helper()
	e, err := l.Erase(context.Background(), consentID)
	if err != nil {
		t.Fatalf("erase: %v", err)
	}
	return e
}

// by makes a choice of who holds the consent id.
func by(consentID string) consentlog.Consent {
	c := grant()
	c.ConsentID = consentID
	return c
}

// Promise: erasure by consent id. Nothing left that names it, every other proof
// still verifies, and the erasure itself is in the log, where it names nobody.
func TestErasureLeavesNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := startRedis(t, uncompressed...)
	l := openLog(t, options(s.url()))
	publish(t, l)
	visitor, other := uuid.NewString(), uuid.NewString()
	var receipts []consentlog.Receipt
	var first consentlog.Consent
	for i := range 300 { // of two segments
		c := refuse()
		switch i {
		case 0, 100, 299:
			c = by(visitor)
		case 1, 298:
			c = by(other)
		}
		if i == 0 {
			first = c
		}
		receipts = append(receipts, add(t, l, c))
	}
	var half struct{ ConsentID, Salt string }
	if err := json.Unmarshal(receipts[100].Who, &half); err != nil || half.ConsentID != visitor {
		t.Fatal(half, err)
	}
	if len(s.holds(visitor)) != 1 || len(s.holds(half.Salt)) != 1 || !s.onDisk(visitor) {
		t.Fatal("the test does not see the visitor where it should")
	}
	eventually(t, 5*time.Second, "the rewrite that follows a start is over", func() bool { return !s.rewriting() })
	before := verifyLog(t, l)

	e := erase(t, l, visitor)
	if e.Records != 3 || time.Since(e.Time) > time.Minute || e.Place == "" {
		t.Errorf("erased %+v", e)
	}
	if at := s.holds(visitor); len(at) > 0 {
		t.Errorf("the consent id stands in %s", at)
	}
	if at := s.holds(half.Salt); len(at) > 0 {
		t.Errorf("the salt stands in %s", at)
	}
	eventually(t, 10*time.Second, "the files of redis hold it no longer", func() bool { return !s.onDisk(visitor) && !s.onDisk(half.Salt) })
	for _, r := range receipts {
		verify(t, l, r)
	}
	after := verifyLog(t, l)
	if after.Records != before.Records+1 || after.Erasures != 1 || after.Consents != 300 || after.Other != 0 {
		t.Errorf("report %+v", after)
	}
	if records, err := l.Visitor(ctx, visitor); !errors.Is(err, consentlog.ErrNotFound) {
		t.Errorf("visitor: %v, %v", records, err)
	}
	if r, err := l.Receipt(ctx, first.ID, visitor); err != nil || r.Who != nil || r.WhoHash == "" {
		t.Errorf("receipt: %+v, %v", r, err)
	} else {
		verify(t, l, r)
	}
	if _, _, err := l.Append(ctx, first); !errors.Is(err, consentlog.ErrConflict) {
		t.Errorf("the same record sent again: %v", err)
	}
	if all := collect(t, l, consentlog.Query{}); len(all) != 300 {
		t.Errorf("%d records are listed", len(all))
	}
	if records, err := l.Visitor(ctx, other); err != nil || len(records) != 2 {
		t.Errorf("another visitor: %v, %v", records, err)
	}
	// What the erasure says: how many, and nothing that leads to one of them.
	var facts map[string]any
	segment, err := l.Segment(ctx, epochOf(t, e.Place), after.Size/256)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(segment.Facts[len(segment.Facts)-1], &facts); err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(keysIn(facts)); !slices.Equal(got, []string{"kind", "records", "salt", "site", "time", "v"}) || facts["kind"] != "erase" || facts["records"] != 3.0 {
		t.Errorf("facts %v", facts)
	}
	// Once is enough: there is nothing more to erase, and nothing to log.
	for _, nobody := range []string{visitor, uuid.NewString(), "", "*"} {
		if _, err := l.Erase(ctx, nobody); !errors.Is(err, consentlog.ErrNotFound) {
			t.Errorf("erase %q: %v", nobody, err)
		}
	}
	if again := verifyLog(t, l); again.Records != after.Records {
		t.Errorf("then %+v", again)
	}
	// The browser still holds the number: what it sends is new.
	verify(t, l, add(t, l, by(visitor)))
	if records, err := l.Visitor(ctx, visitor); err != nil || len(records) != 1 {
		t.Errorf("later: %v, %v", records, err)
	}
}

func epochOf(t testing.TB, place string) (epoch int64) {
	t.Helper()
	if _, err := fmt.Sscanf(place, "%d.", &epoch); err != nil {
		t.Fatal(err)
	}
	return epoch
}

// Promise: choices and erasures of one visitor at the same moment, in several
// processes, are each in the log in one order: every record loses its half in
// exactly one erasure, and no erasure is logged that did nothing.
func TestErasureWhileChoosing(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	visitor := uuid.NewString()
	var wg sync.WaitGroup
	var erased, erasures atomic.Int64
	const processes, each = 2, 40
	var logs []*consentlog.Log
	for range processes {
		l := openLog(t, options(s.url()))
		publish(t, l)
		logs = append(logs, l)
		wg.Go(func() {
			for range each {
				wg.Go(func() {
					if _, _, err := l.Append(context.Background(), by(visitor)); err != nil {
						t.Error(err)
					}
				})
				wg.Go(func() {
					e, err := l.Erase(context.Background(), visitor)
					if err == nil {
						erased.Add(int64(e.Records))
						erasures.Add(1)
					} else if !errors.Is(err, consentlog.ErrNotFound) {
						t.Error(err)
					}
				})
			}
		})
	}
	wg.Wait()
	left, err := logs[0].Visitor(context.Background(), visitor)
	if err != nil && !errors.Is(err, consentlog.ErrNotFound) {
		t.Fatal(err)
	}
	if got := erased.Load() + int64(len(left)); got != processes*each {
		t.Errorf("of %d records %d were erased or are left", processes*each, got)
	}
	if report := verifyLog(t, logs[0]); report.Erasures != erasures.Load() || report.Erasures == 0 || report.Consents != processes*each {
		t.Errorf("%d erasures, %+v", erasures.Load(), report)
	}
}

// Promise: whoever asks to be erased is, also where the log holds a record of theirs
// that cannot be read any more, or an epoch that cannot be found.
func TestErasureDoesNotWaitForWhatIsUnreadable(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	l := openLog(t, options(s.url()))
	publish(t, l)
	visitor := uuid.NewString()
	for range 2 {
		add(t, l, by(visitor))
		forAll(make([]string, tile), func(int, string) { l.Append(context.Background(), refuse()) })
	}
	text, err := l.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	epoch, _, _ := l.Parsed(text)
	key := consentlog.KeyFacts(site, epoch, 0)
	s.admin.SetRange(t.Context(), key, int64(strings.Index(s.admin.Get(t.Context(), key).Val(), `"accept_all"`)), "{{{{")
	if e := erase(t, l, visitor); e.Records != 2 {
		t.Errorf("erased %+v", e)
	}
	if at := s.holds(visitor); len(at) > 0 {
		t.Errorf("the consent id stands in %s", at)
	}
}
