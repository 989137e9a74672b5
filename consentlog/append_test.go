package consentlog_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// Promise: the receipt that Append returns is final and verifies with the
// public key alone, and the log it stands in verifies as a whole.
func TestAppendThenVerify(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	l := openLog(t, options(s.url()))
	publish(t, l)
	var receipts []consentlog.Receipt
	for range 600 {
		receipts = append(receipts, add(t, l, anyConsent()))
	}
	for _, r := range receipts {
		verify(t, l, r)
	}
	report := verifyLog(t, l)
	if report.Consents != 600 || report.Notices != 1 || report.Epochs != 1 || report.Repeated != 0 || len(report.Losses) != 0 {
		t.Errorf("report %+v", report)
	}
}

// Promise: a consent may only name a notice that stands in the log in full.
func TestAppendRefusesUnknownNotice(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	l := openLog(t, options(s.url()))
	if _, _, err := l.Append(context.Background(), grant()); !isInvalid(err, "/notice") {
		t.Fatalf("empty log: %v", err)
	}
	publish(t, l)
	c := grant()
	c.Notice = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	if _, _, err := l.Append(context.Background(), c); !isInvalid(err, "/notice") {
		t.Fatalf("other notice: %v", err)
	}
	if n := verifyLog(t, l).Consents; n != 0 {
		t.Errorf("%d consents were recorded", n)
	}
}

// Promise: the same id is recorded once and answered with the same record;
// with other content it is refused, and nothing changes.
func TestAppendIsIdempotent(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	l := openLog(t, options(s.url()))
	publish(t, l)
	c := grant()
	first := verify(t, l, add(t, l, c))
	late := time.Now().Add(-time.Hour)
	c.ClientTime = &late // a retry says when it happened; that is no other content
	r, created, err := l.Append(context.Background(), c)
	if err != nil || created {
		t.Fatalf("again: created %v, %v", created, err)
	}
	if again := verify(t, l, r); again.Place != first.Place || !again.Named {
		t.Errorf("first %+v, again %+v", first, again)
	}
	for name, change := range map[string]func(*consentlog.Consent){
		"layer":      func(c *consentlog.Consent) { c.Layer = "page" },
		"gpc":        func(c *consentlog.Consent) { c.GPC = true },
		"services":   func(c *consentlog.Consent) { c.Services = map[string]consentlog.Decision{"x": consentlog.Granted} },
		"consent id": func(c *consentlog.Consent) { c.ConsentID = uuid.NewString() },
	} {
		other := c
		change(&other)
		if _, _, err := l.Append(context.Background(), other); !errors.Is(err, consentlog.ErrConflict) {
			t.Errorf("other %s: %v", name, err)
		}
	}
	named := refuse()
	named.Action, named.ConsentID = "withdraw", uuid.NewString()
	add(t, l, named)
	named.ConsentID = ""
	if _, _, err := l.Append(context.Background(), named); !errors.Is(err, consentlog.ErrConflict) {
		t.Errorf("no consent id any more: %v", err)
	}
	if n := verifyLog(t, l).Consents; n != 2 {
		t.Errorf("%d consents", n)
	}
}
