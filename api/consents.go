package api

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"sluis/banner"
	"sluis/consentlog"
)

func (a *API) consentRoutes() []route {
	return []route{
		{operation: "getConsent", method: http.MethodGet, path: "/v1/sites/:site/consents/:consentId", limited: true, cors: corsAny, cache: noStore, call: handle(a.getConsent)},
		{operation: "eraseConsent", method: http.MethodDelete, path: "/v1/sites/:site/consents/:consentId", limited: true, cache: noStore, call: handle(a.eraseConsent)},
	}
}

// visitorWanted names one visitor of one site.
type visitorWanted struct {
	site      *banner.Site
	consentID string
}

func (in *visitorWanted) read(r *request) error {
	if err := r.needSite(); err != nil {
		return err
	}
	in.site = r.site
	in.consentID = r.c.Param("consentId")
	if !uuidForm.MatchString(in.consentID) {
		r.fault("path", "the consentId is not a consent id", "send a UUID version 4 in lower case")
	}
	return r.checked()
}

// visitor is what one visitor chose.
type visitor struct {
	Site       string                                      `json:"site"`
	ConsentID  string                                      `json:"consentId"`
	Choices    map[consentlog.Category]consentlog.Decision `json:"choices"`
	Services   map[string]consentlog.Decision              `json:"services"`
	Notice     string                                      `json:"notice"`
	Language   string                                      `json:"language"`
	DecidedAt  time.Time                                   `json:"decidedAt"`
	ValidUntil time.Time                                   `json:"validUntil"`
	Valid      bool                                        `json:"valid"`
	History    []consentlog.Record                         `json:"history"`
	signal     bool                                        // decided while the browser sent a privacy signal
}

// getConsent says what a visitor chose and whether it still holds.
func (a *API) getConsent(ctx context.Context, in visitorWanted) (visitor, error) {
	log, err := a.o.Store.Log(ctx, in.site.ID)
	if err != nil {
		return visitor{}, err
	}
	history, err := log.Visitor(ctx, in.consentID)
	if err != nil {
		return visitor{}, err
	}
	if len(history) == 0 {
		return visitor{}, consentlog.ErrNotFound
	}
	last := latest(history)
	decided := answeredAt(history, last)
	until := decided.Add(in.site.ValidFor())
	legal, err := legalVersion(ctx, log, last.Notice)
	if err != nil {
		return visitor{}, err
	}
	added, counts := in.site.AddedAfter(legal)
	v := visitor{
		Site: in.site.ID, ConsentID: in.consentID, Choices: last.Choices, Services: last.Services, Notice: last.Notice, Language: last.Language,
		DecidedAt: decided, ValidUntil: until, Valid: a.o.Now().Before(until) && counts, History: history, signal: last.GPC,
	}
	if v.Services = maps.Clone(v.Services); v.Services == nil {
		v.Services = map[string]consentlog.Decision{}
	}
	for _, used := range added { // nobody was asked about it yet
		v.Services[used.ID] = consentlog.Denied
	}
	return v, nil
}

// erased is what the log says of an erasure.
type erased struct {
	Erased int       `json:"erased"`
	Time   time.Time `json:"time"`
}

// eraseConsent asks for no key: whoever shows the consent id is the visitor, or
// was given it by him to erase what it names.
func (a *API) eraseConsent(ctx context.Context, in visitorWanted) (erased, error) {
	log, err := a.o.Store.Log(ctx, in.site.ID)
	if err != nil {
		return erased{}, err
	}
	e, err := log.Erase(ctx, in.consentID)
	return erased{Erased: e.Records, Time: e.Time}, err
}

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

// legalVersion is the version of what was agreed to; 0 where the log does not
// know the notice any more, which makes the choice one to ask again about.
func legalVersion(ctx context.Context, log *consentlog.Log, hash string) (int, error) {
	notice, err := log.Notice(ctx, hash)
	if errors.Is(err, consentlog.ErrNotFound) {
		return 0, nil
	}
	return notice.LegalVersion, err
}

// choice is the visitor's choice in the form that decides what may load.
func (v visitor) choice(legal int) banner.Choice {
	c := banner.Choice{Legal: legal, Signal: v.signal, Granted: map[consentlog.Category]bool{}, Services: map[string]bool{}, ConsentID: v.ConsentID}
	for category, decision := range v.Choices {
		c.Granted[category] = decision == consentlog.Granted
	}
	for id, decision := range v.Services {
		c.Services[id] = decision == consentlog.Granted
	}
	return c
}
