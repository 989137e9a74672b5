package api_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"sluis/api"
	"sluis/consentlog"
)

// Of what is recorded under one consent id the newest decision counts, by the
// visitor's clock where something was delivered late, but no clock that is
// wrong brings back what was withdrawn.
func TestNewestDecision(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	record := func(id string, came int, granted consentlog.Decision) consentlog.Record {
		return consentlog.Record{Facts: consentlog.Facts{ID: id, Time: noon.Add(time.Duration(came) * time.Minute), Choices: map[consentlog.Category]consentlog.Decision{
			consentlog.Necessary: consentlog.Granted, consentlog.Analytics: granted,
		}}}
	}
	late := func(r consentlog.Record, said int) consentlog.Record {
		at := noon.Add(time.Duration(said) * time.Minute)
		r.Facts.ClientTime = &at
		return r
	}
	embed := record("embed", 5, consentlog.Denied)
	embed.Facts.Services = map[string]consentlog.Decision{"youtube": consentlog.Granted}
	wide, narrow := record("wide", 5, consentlog.Granted), record("narrow", 5, consentlog.Denied)
	for _, r := range []*consentlog.Record{&wide, &narrow} {
		r.Facts.Choices[consentlog.Functional] = consentlog.Granted
	}
	wideAt := func(came int) consentlog.Record {
		r := record("wide", came, consentlog.Granted)
		r.Facts.Choices[consentlog.Functional] = consentlog.Granted
		return r
	}
	for name, test := range map[string]struct {
		delivered []consentlog.Record // in this order
		want      string
	}{
		"one":                                  {[]consentlog.Record{record("grant", 0, consentlog.Granted)}, "grant"},
		"a withdrawal after a grant":           {[]consentlog.Record{record("grant", 0, consentlog.Granted), record("withdrawal", 5, consentlog.Denied)}, "withdrawal"},
		"both within a second":                 {[]consentlog.Record{record("grant", 0, consentlog.Granted), record("withdrawal", 0, consentlog.Denied)}, "withdrawal"},
		"a late grant, older":                  {[]consentlog.Record{record("withdrawal", 5, consentlog.Denied), late(record("grant", 60, consentlog.Granted), 0)}, "withdrawal"},
		"a late grant, older than a grant":     {[]consentlog.Record{record("second", 5, consentlog.Granted), late(record("first", 60, consentlog.Granted), 0)}, "second"},
		"a late grant, newer than a grant":     {[]consentlog.Record{late(record("first", 5, consentlog.Granted), 0), late(record("second", 60, consentlog.Granted), 2)}, "second"},
		"less, at the same moment":             {[]consentlog.Record{late(wide, 5), late(narrow, 5)}, "narrow"},
		"more, at the same moment":             {[]consentlog.Record{late(narrow, 5), late(wide, 5)}, "narrow"},
		"a late grant of a clock that is fast": {[]consentlog.Record{record("withdrawal", 5, consentlog.Denied), late(record("grant", 60, consentlog.Granted), 30)}, "withdrawal"},
		"a late embed of a clock that is fast": {[]consentlog.Record{record("withdrawal", 2, consentlog.Denied), late(embed, 3)}, "withdrawal"},
		"a late withdrawal of a slow clock":    {[]consentlog.Record{record("grant", 0, consentlog.Granted), late(record("withdrawal", 60, consentlog.Denied), -10)}, "withdrawal"},
		"less, of a clock that is slow":        {[]consentlog.Record{record("grant", 0, consentlog.Granted), wideAt(1), late(record("less", 5, consentlog.Granted), -3)}, "less"},
		"less, and really older":               {[]consentlog.Record{wideAt(30), late(record("less", 60, consentlog.Granted), 2)}, "wide"},
		"more, of a clock that is slow":        {[]consentlog.Record{record("grant", 0, consentlog.Granted), late(wideAt(5), -3)}, "grant"},
		"more, of a clock that is fast":        {[]consentlog.Record{record("grant", 5, consentlog.Granted), late(wideAt(60), 60)}, "grant"},
		"less, of a clock that is fast":        {[]consentlog.Record{wideAt(5), late(record("less", 60, consentlog.Granted), 60)}, "less"},
		"a grant at once, after a withdrawal":  {[]consentlog.Record{late(record("withdrawal", 5, consentlog.Denied), 0), record("grant", 10, consentlog.Granted)}, "grant"},
	} {
		var history []consentlog.Record
		for _, r := range test.delivered {
			history = append([]consentlog.Record{r}, history...)
		}
		if got := api.Latest(history); got.ID != test.want {
			t.Errorf("%s: %s counts", name, got.ID)
		}
	}
}

// Protects: a grant that got through only after the withdrawal that followed it is
// the older of the two, however short all of it took.
func TestAGrantThatGotThroughAfterTheWithdrawalIsOlder(t *testing.T) {
	t.Parallel()
	for _, ago := range []time.Duration{0, time.Second, 20 * time.Second} {
		t.Run(ago.String(), func(t *testing.T) {
			t.Parallel()
			s := start(t, setup{})
			granted := s.clock.now().Add(-ago)
			counts := s.countsAfter(t,
				act{action: "withdraw", granted: "1", id: uuid.NewString()},
				act{action: "accept_all", granted: "f", id: uuid.NewString(), clientTime: granted.UTC().Format(time.RFC3339)})
			if counts[consentlog.Analytics] != consentlog.Denied {
				t.Errorf("what counts: %v", counts)
			}
		})
	}
}

// Protects: a wider choice that needed a second attempt counts, though it came within its
// own second: only of a clock that is ahead nobody knows the moment.
func TestAGrantThatNeededASecondAttemptCounts(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	counts := s.countsAfter(t,
		act{action: "save", granted: "3", id: uuid.NewString(), clientTime: s.clock.now().Add(-time.Hour).UTC().Format(time.RFC3339)},
		act{action: "accept_all", granted: "f", id: uuid.NewString(), clientTime: s.clock.now().UTC().Format(time.RFC3339)})
	if counts[consentlog.Analytics] != consentlog.Granted {
		t.Errorf("what counts: %v", counts)
	}
}

// countsAfter is what the visitor's choice is after these acts, delivered in this order.
func (s *service) countsAfter(t *testing.T, acts ...act) map[consentlog.Category]consentlog.Decision {
	t.Helper()
	for _, a := range acts {
		if status, _ := s.send(t, a); status != http.StatusCreated {
			t.Fatalf("%s: %d", a.action, status)
		}
	}
	var v struct {
		Choices map[consentlog.Category]consentlog.Decision
	}
	_, body := s.get("/v1/sites/demo/consents/" + visitor)
	must(t, json.Unmarshal([]byte(body), &v))
	return v.Choices
}

// Protects: nothing prolongs a choice but another answer to the whole question:
// under its consent id it ends on the day on which the browser's cookie does.
func TestPartsOfAnAnswerProlongNothing(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	first := s.clock.now().Add(-170 * 24 * time.Hour).UTC().Truncate(time.Second)
	since := func(visitor string) (v struct {
		DecidedAt, ValidUntil time.Time
		Services              map[string]string
		Valid                 bool
	}) {
		_, body := s.get("/v1/sites/demo/consents/" + visitor)
		must(t, json.Unmarshal([]byte(body), &v))
		return v
	}
	sent := func(a act) {
		t.Helper()
		if status, set := s.send(t, a); status != http.StatusCreated {
			t.Fatal(status, set)
		}
	}
	sent(act{action: "save", granted: "5", id: uuid.NewString(), clientTime: first.Format(time.RFC3339)})
	sent(act{action: "embed", granted: "5", services: map[string]string{"youtube": "granted"}, id: uuid.NewString()})
	if v := since(visitor); !v.DecidedAt.Equal(first) || v.Services["youtube"] != "granted" || !v.Valid {
		t.Errorf("after an embed: %+v, answered at %s", v, first)
	}
	sent(act{action: "renew", granted: "5", id: uuid.NewString()})
	if v := since(visitor); !v.DecidedAt.Equal(first) || !v.Valid {
		t.Errorf("after a renewal: %+v, answered at %s", v, first)
	}
	s.clock.forward(20 * 24 * time.Hour)
	if v := since(visitor); v.Valid || s.basis(visitor) != "expired" {
		t.Errorf("on day 190: %+v, %s", v, s.basis(visitor))
	}
	sent(act{action: "save", granted: "5", id: uuid.NewString()})
	if v := since(visitor); !v.Valid || !v.DecidedAt.After(first.Add(169*24*time.Hour)) {
		t.Errorf("after another answer: %+v", v)
	}
}

// Protects: a visitor whose clock is ahead loses no record when it comes late. Of
// that clock the record keeps nothing but that the act was before its delivery,
// so it counts as late: it does not undo a withdrawal that came first.
func TestAClockThatIsAheadCostsNoRecord(t *testing.T) {
	t.Parallel()
	for name, ahead := range map[string]time.Duration{"a few minutes": 5 * time.Minute, "most of a day": 22 * time.Hour, "five months": 150 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, setup{})
			if status, _ := s.send(t, act{action: "withdraw", granted: "1", id: uuid.NewString()}); status != http.StatusCreated {
				t.Fatalf("the withdrawal: %d", status)
			}
			late := act{action: "save", granted: "5", id: uuid.NewString(), clientTime: s.clock.now().Add(ahead).UTC().Format(time.RFC3339)}
			if status, cookie := s.send(t, late); status != http.StatusCreated || cookie != "" {
				t.Fatalf("the late grant: %d, cookie %q", status, cookie)
			}
			var v struct {
				Choices map[consentlog.Category]consentlog.Decision
				History []consentlog.Record
			}
			_, body := s.get("/v1/sites/demo/consents/" + visitor)
			must(t, json.Unmarshal([]byte(body), &v))
			if len(v.History) != 2 || v.Choices[consentlog.Analytics] != consentlog.Denied {
				t.Fatalf("%d records; what counts: %v", len(v.History), v.Choices)
			}
			if f := v.History[0].Facts; f.ID != late.id || f.ClientTime == nil || !f.ClientTime.Equal(f.Time) {
				t.Errorf("recorded: %+v", f)
			}
		})
	}
}
