package consentlog_test

import (
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// fill has so many visitors refuse.
func fill(t *testing.T, l *consentlog.Log, n consentlog.Notice, records int) {
	t.Helper()
	forAll(make([]string, records), func(int, string) {
		if _, _, err := l.Append(t.Context(), refuseUnder(n)); err != nil {
			t.Error(err)
		}
	})
}

// promisingLog is an empty log by that clock, under a notice that keeps for a hundred days.
func promisingLog(t *testing.T, c *clock) (*consentlog.Store, *consentlog.Log, consentlog.Notice) {
	t.Helper()
	store := openStore(t, options(startRedis(t, "--appendfsync", "everysec").url()).WithClock(c.now))
	l, n := logOf(t, store), promising(100)
	if err := l.Publish(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	return store, l, n
}

// logAhead is a log in which, after so many segments, one begins with the record
// of a clock that was six years ahead; as many follow. It says who chose first,
// with that clock, after it and last.
func logAhead(t *testing.T, c *clock, segments int, first, ahead, beside, last string) (*consentlog.Store, *consentlog.Log) {
	t.Helper()
	store, l, n := promisingLog(t, c)
	add(t, l, under(n, first))
	fill(t, l, n, segments*tile-2)
	c.pass(6 * 365 * day)
	add(t, l, under(n, ahead))
	c.pass(-6 * 365 * day)
	add(t, l, under(n, beside))
	fill(t, l, n, (segments-1)*tile)
	add(t, l, under(n, last))
	return store, l
}

// Protects: records of a clock that was years ahead keep their own halves for as
// long as they say, and no others: neither those beside them nor those after.
func TestSweepIsNotMisledByAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	for name, segments := range map[string]int{"a small log": 1, "a larger one": 5} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &clock{}
			first, ahead, beside, last := uuid.NewString(), uuid.NewString(), uuid.NewString(), uuid.NewString()
			store, l := logAhead(t, c, segments, first, ahead, beside, last)
			c.pass(200 * day)
			if done := sweep(t, store); done.Records[site] != 3 {
				t.Errorf("swept %+v", done)
			}
			for visitor, want := range map[string]int{first: 0, beside: 0, last: 0, ahead: 1} {
				if got := halvesOf(t, l, visitor); got != want {
					t.Errorf("%d halves, not %d", got, want)
				}
			}
		})
	}
}

// Protects: a list of what was recorded until some day is whole, also where the
// clock was ahead for a record in between.
func TestRecordsAreWholeWhereAClockWasAhead(t *testing.T) {
	t.Parallel()
	for name, log := range map[string]struct{ until, since int }{ // segments
		"a small log": {1, 1}, "a larger one": {5, 3}, "much came later": {1, 18},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &clock{}
			_, l := logAhead(t, c, log.until, uuid.NewString(), uuid.NewString(), uuid.NewString(), uuid.NewString())
			until := c.now().Add(day)
			c.pass(2 * day)
			forAll(make([]string, log.since*tile), func(int, string) {
				if _, _, err := l.Append(t.Context(), refuseUnder(promising(100))); err != nil {
					t.Error(err)
				}
			})
			if got, want := len(collect(t, l, consentlog.Query{To: until})), 2*log.until*tile-tile+1; got != want {
				t.Errorf("%d records until %s, not %d", got, until.Format(time.DateOnly), want)
			}
		})
	}
}

// Protects: so it is where the clock was ahead for longer, and was set right in
// the midst of a segment that was begun by it.
func TestRecordsAreWholeWhereAClockWasAheadForLong(t *testing.T) {
	t.Parallel()
	for name, segments := range map[string]int{"a segment and a half": 2, "many": 20} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &clock{}
			l, n := openLog(t, options(startRedis(t, "--appendfsync", "everysec").url()).WithClock(c.now)), promising(100)
			if err := l.Publish(t.Context(), n); err != nil {
				t.Fatal(err)
			}
			fill(t, l, n, tile-1)
			c.pass(6 * 365 * day)
			fill(t, l, n, segments*tile-tile/2)
			c.pass(-6 * 365 * day)
			fill(t, l, n, tile/2)
			until := c.now().Add(day)
			c.pass(2 * day)
			fill(t, l, n, 3*tile)
			want := tile - 1 + tile/2
			if got := len(collect(t, l, consentlog.Query{To: until})); got != want {
				t.Errorf("%d records until %s, not %d", got, until.Format(time.DateOnly), want)
			}
			q, got := consentlog.Query{To: until}, 0
			for more := true; more; { // in pages of 50
				more = false
				for r, err := range l.Records(t.Context(), q) {
					if err != nil {
						t.Fatal(err)
					}
					if got, q.Before = got+1, r.Place; got%50 == 0 {
						more = true
						break
					}
				}
			}
			if got != want {
				t.Errorf("%d records until %s in pages, not %d", got, until.Format(time.DateOnly), want)
			}
		})
	}
}

// Protects: so it is, of lists and of a sweep, where the clock was set right in the
// last segment, after which nothing tells that it was.
func TestNothingIsMissedWhereAClockWasSetRightAtTheEnd(t *testing.T) {
	t.Parallel()
	for name, since := range map[string]int{"nothing came later": 0, "little came later": 10} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &clock{}
			store, l, n := promisingLog(t, c)
			fill(t, l, n, tile-1)
			c.pass(6 * 365 * day)
			fill(t, l, n, 3*tile-tile/2)
			c.pass(-6 * 365 * day)
			visitor := uuid.NewString()
			add(t, l, under(n, visitor))
			until := c.now().Add(day)
			c.pass(200 * day)
			fill(t, l, n, since)
			if got := len(collect(t, l, consentlog.Query{To: until})); got != tile {
				t.Errorf("%d records until %s, not %d", got, until.Format(time.DateOnly), tile)
			}
			if done := sweep(t, store); done.Records[site] != 1 || halvesOf(t, l, visitor) != 0 {
				t.Errorf("swept %+v", done)
			}
		})
	}
}
