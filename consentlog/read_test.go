package consentlog_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// clock is a time that tests move on.
type clock struct{ seconds atomic.Int64 }

func (c *clock) now() time.Time { return time.Unix(1_795_000_000+c.seconds.Load(), 0) }

// Promise: the log is listed newest first, filtered by what was asked, and from
// any place on; what is recorded meanwhile does not shift it.
func TestRecords(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	var c clock
	l := openLog(t, options(s.url()).WithClock(c.now))
	publish(t, l)
	var all []consentlog.Consent
	for range 700 {
		c.seconds.Add(10)
		one := anyConsent()
		if len(all)%7 == 0 {
			one.Language = "en"
		}
		add(t, l, one)
		all = append(all, one)
	}
	slices.Reverse(all)
	start := c.now().Add(-6990 * time.Second)
	when := func(i int) time.Time { return start.Add(time.Duration(699-i) * 10 * time.Second) }
	expect := func(name string, q consentlog.Query, keep func(i int, c consentlog.Consent) bool) {
		t.Helper()
		var want, got []string
		for i, c := range all {
			if keep(i, c) {
				want = append(want, c.ID)
			}
		}
		for _, r := range collect(t, l, q) {
			got = append(got, r.Facts.ID)
		}
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s: %d records, want %d", name, len(got), len(want))
		}
	}
	expect("all", consentlog.Query{}, func(int, consentlog.Consent) bool { return true })
	expect("action", consentlog.Query{Action: "refuse_all"}, func(_ int, c consentlog.Consent) bool { return c.Action == "refuse_all" })
	expect("language", consentlog.Query{Language: "en"}, func(_ int, c consentlog.Consent) bool { return c.Language == "en" })
	expect("granted", consentlog.Query{Category: consentlog.SocialMedia}, func(_ int, c consentlog.Consent) bool { return c.Choices[consentlog.SocialMedia] == consentlog.Granted })
	expect("denied", consentlog.Query{Category: consentlog.SocialMedia, Decision: consentlog.Denied}, func(_ int, c consentlog.Consent) bool { return c.Choices[consentlog.SocialMedia] == consentlog.Denied })
	from, to := when(500), when(200)
	expect("time", consentlog.Query{From: from, To: to}, func(i int, _ consentlog.Consent) bool {
		return !when(i).Before(from) && when(i).Before(to)
	})
	expect("from", consentlog.Query{From: when(3)}, func(i int, _ consentlog.Consent) bool { return i <= 3 })
	expect("to", consentlog.Query{To: when(690)}, func(i int, _ consentlog.Consent) bool { return i > 690 })
	listed := collect(t, l, consentlog.Query{})
	for _, i := range []int{0, 187, 188, 443, 444, 698} {
		expect(fmt.Sprint("before ", i), consentlog.Query{Before: listed[i].Place}, func(j int, _ consentlog.Consent) bool { return j > i })
	}
	n := 0
	for _, err := range l.Records(context.Background(), consentlog.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n < 20 {
			add(t, l, refuse()) // while it is being read
		}
	}
	if n != 700 {
		t.Errorf("%d records while others were written", n)
	}
	for _, err := range l.Records(context.Background(), consentlog.Query{Before: "nonsense"}) {
		if !isInvalid(err, "?cursor") {
			t.Errorf("bad cursor: %v", err)
		}
	}
}

// Promise: where a clock ran ahead and was set back, a query by time still
// finds the younger records in front of the step, and the log is sound.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	var c clock
	l := openLog(t, options(s.url()).WithClock(c.now))
	publish(t, l)
	want := 0
	from := c.now().Add(30 * time.Minute)
	for i := range 60 {
		c.seconds.Add(60)
		if i == 40 {
			c.seconds.Add(-3600)
		}
		if !c.now().Before(from) {
			want++
		}
		add(t, l, anyConsent())
	}
	if got := collect(t, l, consentlog.Query{From: from}); len(got) != want || want == 0 {
		t.Errorf("%d records since then, want %d", len(got), want)
	}
	report, err := consentlog.VerifyLog(context.Background(), l, l.VerifierKey(), nil)
	if err != nil || len(report.SetBacks) != 1 {
		t.Errorf("verify: %v, %+v", err, report.SetBacks)
	}
}

// Promise: an empty log lists nothing, and has no checkpoint.
func TestEmptyLog(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := startRedis(t)
	l := openLog(t, options(s.url()))
	if got := collect(t, l, consentlog.Query{}); len(got) != 0 {
		t.Errorf("records %v", got)
	}
	if _, err := l.Checkpoint(ctx); !errors.Is(err, consentlog.ErrNotFound) {
		t.Errorf("checkpoint: %v", err)
	}
	if _, err := l.Receipt(ctx, uuid.NewString(), ""); !errors.Is(err, consentlog.ErrNotFound) {
		t.Errorf("receipt: %v", err)
	}
	if _, err := l.Segment(ctx, 1, 0); !errors.Is(err, consentlog.ErrNotFound) {
		t.Errorf("segment: %v", err)
	}
	if _, err := consentlog.VerifyLog(ctx, l, l.VerifierKey(), nil); !errors.Is(err, consentlog.ErrNotFound) {
		t.Errorf("verify: %v", err)
	}
	if notices, err := l.Notices(ctx); err != nil || len(notices) != 0 {
		t.Errorf("notices: %v, %v", notices, err)
	}
}

// Promise: who holds the consent id gets their history and full receipts;
// nobody else learns that id, and who refused has none.
func TestVisitor(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := startRedis(t)
	l := openLog(t, options(s.url()))
	publish(t, l)
	first := grant()
	add(t, l, first)
	for range 260 {
		add(t, l, refuse())
	}
	withdrawal := refuse()
	withdrawal.Action, withdrawal.ConsentID = "withdraw", first.ConsentID
	add(t, l, withdrawal)
	records, err := l.Visitor(ctx, first.ConsentID)
	if err != nil || len(records) != 2 || records[0].Facts.ID != withdrawal.ID || records[1].Facts.ID != first.ID {
		t.Fatalf("visitor: %v, %v", records, err)
	}
	for _, unknown := range []string{uuid.NewString(), "", "nonsense", first.ID} {
		if _, err := l.Visitor(ctx, unknown); !errors.Is(err, consentlog.ErrNotFound) {
			t.Errorf("%q: %v", unknown, err)
		}
	}
	for name, c := range map[string]struct {
		consentID   string
		who, hashed bool
	}{
		"holder":   {first.ConsentID, true, false},
		"stranger": {uuid.NewString(), false, true},
		"nobody":   {"", false, true},
	} {
		r, err := l.Receipt(ctx, first.ID, c.consentID)
		if err != nil {
			t.Fatal(err)
		}
		if (r.Who != nil) != c.who || (r.WhoHash != "") != c.hashed {
			t.Errorf("%s: who %s, hash %q", name, r.Who, r.WhoHash)
		}
		verify(t, l, r)
	}
	// Protects: what is kept of a visitor ends by itself, even where nobody sweeps,
	// and some days later than any site may promise (13 months and 5 years): a
	// sweep, which the log tells of, comes first.
	ttl := s.admin.TTL(ctx, consentlog.KeyVisitor(site, first.ConsentID)).Val()
	if spare := ttl - (395+5*365)*day; spare < 6*day || spare > 8*day {
		t.Errorf("kept for %s, %s more than is promised", ttl, spare)
	}
}

// Promise: a record holds exactly what section 5 of the design allows, and the
// consent id nowhere but in the visitor's own key.
func TestWhatIsStored(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := startRedis(t)
	l := openLog(t, options(s.url()))
	publish(t, l)
	c := grant()
	c.Services = map[string]consentlog.Decision{"youtube": consentlog.Granted}
	late := time.Now().Add(-48 * time.Hour)
	c.ClientTime = &late
	r := add(t, l, c)
	var facts map[string]any
	if err := json.Unmarshal(r.Facts, &facts); err != nil {
		t.Fatal(err)
	}
	want := []string{"action", "choices", "clientTime", "gpc", "id", "kind", "language", "layer", "layout", "notice", "salt", "services", "site", "time", "v"}
	if got := slices.Sorted(keysIn(facts)); !slices.Equal(got, want) {
		t.Errorf("facts have %v", got)
	}
	prompt := grant()
	facts = nil
	json.Unmarshal(add(t, l, prompt).Facts, &facts)
	if _, there := facts["clientTime"]; there {
		t.Error("clientTime is stored of a record that did not come late")
	}
	found := 0
	keys, err := s.admin.Keys(ctx, "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		if key == consentlog.KeyVisitor(site, c.ConsentID) {
			found++
			continue
		}
		dump, err := s.admin.Dump(ctx, key).Result()
		if err != nil {
			t.Fatal(err)
		}
		if containsText(dump, c.ConsentID) || containsText(key, c.ConsentID) {
			t.Errorf("the consent id stands in %s", key)
		}
	}
	if found != 1 {
		t.Errorf("%d keys of the visitor", found)
	}
}

// Promise: a notice is logged once, in full, and listed; a changed one is
// another notice.
func TestPublish(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := startRedis(t)
	a, b := openLog(t, options(s.url())), openLog(t, options(s.url()))
	second := consentlog.Notice{Language: "en", LegalVersion: 2, Content: []byte(`{"text":"Cookies?"}`)}
	for _, l := range []*consentlog.Log{a, b, a} {
		publish(t, l)
		if err := l.Publish(ctx, second); err != nil {
			t.Fatal(err)
		}
	}
	notices, err := b.Notices(ctx)
	if err != nil || len(notices) != 2 {
		t.Fatalf("notices: %v, %v", notices, err)
	}
	for _, n := range notices {
		got, err := a.Notice(ctx, n.Hash)
		if err != nil || got.Hash() != n.Hash || got.Language != n.Language || got.LegalVersion != n.LegalVersion {
			t.Errorf("notice %+v: %+v, %v", n, got, err)
		}
	}
	if language, known, err := a.HasNotice(ctx, second.Hash()); err != nil || !known || language != second.Language {
		t.Errorf("has notice: %v, %v", known, err)
	}
	if _, known, err := a.HasNotice(ctx, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"); err != nil || known {
		t.Errorf("has another: %v, %v", known, err)
	}
	for name, n := range map[string]consentlog.Notice{
		"/content":      {Language: "nl", LegalVersion: 1, Content: []byte(`{"b":1, "a":2}`)},
		"/legalVersion": {Language: "nl", Content: []byte(`{}`)},
		"/language":     {Language: "Nederlands!", LegalVersion: 1, Content: []byte(`{}`)},
	} {
		if err := a.Publish(ctx, n); !isInvalid(err, name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if report := verifyLog(t, a); report.Notices != 2 {
		t.Errorf("report %+v", report)
	}
}

// commands counts what Redis was asked so far.
func (s *redisServer) commands() int {
	s.t.Helper()
	var n int
	for line := range strings.Lines(s.admin.Info(s.t.Context(), "stats").Val()) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "total_commands_processed:"); ok {
			fmt.Sscan(v, &n)
		}
	}
	return n
}

// Promise: notices are proven when they are first listed and not each time
// again, in old epochs too: a site has hundreds of them in time.
func TestNoticesAreProvenOnce(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	l := openLog(t, options(s.url()))
	for i := range 40 {
		if err := l.Publish(t.Context(), consentlog.Notice{Language: "nl", LegalVersion: 1, Content: fmt.Appendf(nil, `{"text":"%d"}`, i)}); err != nil {
			t.Fatal(err)
		}
	}
	other := openLog(t, options(s.url()))
	var took [2]int
	for i := range took {
		before := s.commands()
		if all, err := other.Notices(t.Context()); err != nil || len(all) != 40 {
			t.Fatal(len(all), err)
		}
		took[i] = s.commands() - before
	}
	if took[0] < 40 || took[1] > 10 {
		t.Errorf("asked Redis %d times, then %d times", took[0], took[1])
	}
}

// Promise: the records of a visitor who acted often are read a segment at a
// time: whoever holds a consent id may ask, and may have made thousands.
func TestVisitorIsReadBySegments(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	l := openLog(t, options(s.url()))
	publish(t, l)
	c := grant()
	for range 300 {
		c.ID = uuid.NewString()
		add(t, l, c)
	}
	before := s.commands()
	all, err := l.Visitor(t.Context(), c.ConsentID)
	if err != nil || len(all) != 300 || all[0].Facts.ID != c.ID {
		t.Fatal(len(all), err)
	}
	for i, r := range all {
		if _, index, _ := strings.Cut(r.Place, "."); index != strconv.Itoa(300-i) {
			t.Fatalf("record %d lies at %s", i, r.Place)
		}
	}
	if took := s.commands() - before; took > 20 {
		t.Errorf("asked Redis %d times", took)
	}
}

// Promise: an identity half that is not the one that was hashed stays out of
// receipts and of what a visitor reads, and is not told to be there.
func TestForeignHalfStaysOut(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := startRedis(t)
	l := openLog(t, options(s.url()))
	publish(t, l)
	c, stranger := grant(), uuid.NewString()
	place := verify(t, l, add(t, l, c)).Place
	half := fmt.Sprintf(`{"consentId":%q,"salt":"AAAAAAAAAAAAAAAAAAAAAA"}`, stranger)
	if err := s.admin.HSet(ctx, consentlog.KeyVisitor(site, stranger), place, half).Err(); err != nil {
		t.Fatal(err)
	}
	r, err := l.Receipt(ctx, c.ID, stranger)
	if err != nil || r.Who != nil || verify(t, l, r).Named {
		t.Errorf("receipt: %s, %v", r.Who, err)
	}
	if all, err := l.Visitor(ctx, stranger); !errors.Is(err, consentlog.ErrNotFound) {
		t.Errorf("visitor: %v, %v", all, err)
	}
	c.ConsentID = stranger
	if _, _, err := l.Append(ctx, c); !errors.Is(err, consentlog.ErrConflict) {
		t.Errorf("the same id again: %v", err)
	}
}
