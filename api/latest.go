package api

import (
	"slices"
	"time"

	"sluis/consentlog"
)

// decidedAt is when the visitor acted, which for a record that was delivered
// late is not when it came.
func decidedAt(f consentlog.Facts) time.Time {
	if f.ClientTime != nil {
		return *f.ClientTime
	}
	return f.Time
}

// answeredAt is when the whole question was answered, from which on the choice
// counts. "Always allow" on an embed and the answer about what was added are
// part of an answer: they prolong nothing here, as in the browser.
func answeredAt(history []consentlog.Record, last consentlog.Facts) time.Time {
	partial := func(f consentlog.Facts) bool { return f.Action == "embed" || f.Action == "renew" }
	whole := slices.DeleteFunc(slices.Clone(history), func(r consentlog.Record) bool { return partial(r.Facts) })
	if !partial(last) || len(whole) == 0 {
		return decidedAt(last)
	}
	return decidedAt(latest(whole))
}

// slowClock is how far behind a visitor's clock may be without more being granted here
// than in the browser: what Kerberos allows clocks to differ by.
const slowClock = 5 * time.Minute

// latest is the newest decision of a history, newest delivery first. When a
// record that was delivered late was decided, only the visitor's clock says,
// and clocks are wrong. So it never grants what was withdrawn. Of two that name the
// same moment, or where the visitor's clock was ahead and nobody knows the moment, the
// later delivery counts unless it only grants more. One that only takes away counts up
// to slowClock before, and a withdrawal whenever it says it was: a browser makes a new
// consent id for whatever is granted after it.
func latest(history []consentlog.Record) consentlog.Facts {
	last := history[len(history)-1].Facts
	for _, r := range slices.Backward(history[:len(history)-1]) {
		f := r.Facts
		if f.ClientTime == nil || !grants(f) || grants(last) && replaces(f, last) {
			last = f
		}
	}
	return last
}

// replaces says whether f, which was delivered late and after last, was decided after it, too.
func replaces(f, last consentlog.Facts) bool {
	more, less := grantsMore(f, last), grantsMore(last, f)
	unknown := f.ClientTime.Equal(f.Time) // a clock that is ahead says only that it was before it came
	switch before := decidedAt(last).Sub(*f.ClientTime); {
	case before < 0 && !unknown:
		return true
	case before <= 0:
		return less || !more
	default:
		return less && !more && before <= slowClock
	}
}

// grants says whether anything optional was granted.
func grants(f consentlog.Facts) bool {
	for category, decision := range f.Choices {
		if category != consentlog.Necessary && decision == consentlog.Granted {
			return true
		}
	}
	for _, decision := range f.Services {
		if decision == consentlog.Granted {
			return true
		}
	}
	return false
}

// grantsMore says whether anything is granted in f that is not granted in than.
func grantsMore(f, than consentlog.Facts) bool {
	for category, decision := range f.Choices {
		if decision == consentlog.Granted && than.Choices[category] != consentlog.Granted {
			return true
		}
	}
	for service, decision := range f.Services {
		if decision == consentlog.Granted && than.Services[service] != consentlog.Granted {
			return true
		}
	}
	for service, decision := range than.Services {
		if decision == consentlog.Denied && f.Services[service] != consentlog.Denied {
			return true
		}
	}
	return false
}
