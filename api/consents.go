package api

import (
	"context"
	"errors"
	"maps"
	"net/http"
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
