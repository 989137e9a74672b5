package api

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sluis/banner"
	"sluis/consentlog"
)

func (a *API) recordRoutes() []route {
	const path = "/v1/sites/:site/records"
	return []route{
		{operation: "createRecord", method: http.MethodPost, path: path, limited: true, cors: corsSite, cache: noStore, call: handle(a.createRecord)},
		{operation: "preflightRecord", method: http.MethodOptions, path: path, limited: true, cors: corsSite, cache: noStore, call: handle(a.preflightRecord)},
		{operation: "listRecords", method: http.MethodGet, path: path, limited: true, reader: true, streams: true, cache: noStore, call: handle(a.listRecords)},
	}
}

// The lengths of a page of records.
const (
	defaultLimit = 100
	maxLimit     = 1000
)

// A filter that fits few records of a long log has all of it read. After
// searchFor a page ends with what was found, and a stream shows that it lives:
// well within the minute in which proxies give up. pageTimeout is for a Redis
// that answers slowly; that it is away is noticed by the store, much sooner.
const (
	searchFor   = 10 * time.Second
	pageTimeout = 30 * time.Second
)

// recordsWanted is which records to list, and in which form.
type recordsWanted struct {
	site  *banner.Site
	query consentlog.Query
	limit int // 0: no limit
	form  form
	key   string // the cursor's: which list it belongs to
}

func (in *recordsWanted) read(r *request) error {
	if err := r.needSite(); err != nil {
		return err
	}
	in.site = r.site
	q := &in.query
	q.From = r.moment("from", false)
	q.To = r.moment("to", true)
	if !q.From.IsZero() && !q.To.IsZero() && !q.From.Before(q.To) {
		r.fault("?to", "is not after from", "swap them, or leave one out")
	}
	q.Action = r.one("action", consentlog.Actions...)
	q.Category = consentlog.Category(r.one("category", "necessary", "functional", "analytics", "social-media"))
	q.Decision = consentlog.Decision(r.one("decision", "granted", "denied"))
	if q.Decision != "" && q.Category == "" {
		r.fault("?decision", "means nothing without a category", "add category, or leave decision out")
	}
	q.Language = r.param("language")
	if q.Language != "" && !languageForm.MatchString(q.Language) {
		r.fault("?language", quote(q.Language)+" is not a language tag", "send one such as nl")
	}
	in.limit = r.limit()
	cursor := r.param("cursor")
	if err := r.checked(); err != nil {
		return err
	}
	in.key = strings.Join([]string{
		in.site.ID, q.From.String(), q.To.String(), q.Action, string(q.Category), string(q.Decision), q.Language,
	}, "\n")
	if cursor != "" {
		place, err := readCursor(cursor, in.key)
		if err != nil {
			return err
		}
		q.Before = place
	}
	var err error
	in.form, err = accepted(r.c.Request().Header.Get("Accept"))
	return err
}

// moment reads a time of the query. A bare date is its beginning, or, as an
// end, the beginning of the next day, so that "to" a day includes that day.
func (r *request) moment(name string, end bool) time.Time {
	v := r.param(name)
	if v == "" {
		return time.Time{}
	}
	if day, err := time.Parse(time.DateOnly, v); err == nil {
		if end {
			return day.AddDate(0, 0, 1)
		}
		return day
	}
	// A plus sign that was not percent-encoded arrives as a space; t and z may be small (RFC 3339 5.6).
	t, err := time.Parse(time.RFC3339, strings.ToUpper(strings.ReplaceAll(v, " ", "+")))
	if err != nil {
		r.fault("?"+name, quote(v)+" is not a time", "send RFC 3339, such as 2026-11-23T09:30:00Z, or a date, such as 2026-11-23")
	}
	return t.UTC()
}

func (r *request) limit() int {
	v := r.param("limit")
	if v == "" {
		return 0
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > maxLimit {
		r.fault("?limit", quote(v)+" is not a number from 1 to 1000", "send a number from 1 to 1000")
		return 0
	}
	return n
}

// recordPage is a page of the log, newest first. One with a next may be short,
// or empty: there was no time to look further.
type recordPage struct {
	Items []consentlog.Record `json:"items"`
	Next  *string             `json:"next"`
}

// listRecords reads the log: a page for JSON, everything for a stream.
func (a *API) listRecords(ctx context.Context, in recordsWanted) (any, error) {
	a.o.Metrics.read("listRecords")
	log, err := a.o.Store.Log(ctx, in.site.ID)
	if err != nil {
		return nil, err
	}
	if in.form != asJSON {
		return &recordStream{form: in.form, site: in.site.ID, records: firstOf(a.searched(ctx, log, in.query), in.limit)}, nil
	}
	if in.limit == 0 {
		in.limit = defaultLimit
	}
	ctx, cancel := context.WithTimeout(ctx, pageTimeout)
	defer cancel()
	page := recordPage{Items: []consentlog.Record{}}
	goOn := func(at string) (any, error) {
		next := writeCursor(at, in.key)
		page.Next = &next
		return page, nil
	}
	for record, err := range a.searched(ctx, log, in.query) {
		if pause, paused := errors.AsType[*consentlog.Pause](err); paused {
			return goOn(pause.Place)
		}
		if err != nil {
			return nil, err
		}
		if len(page.Items) == in.limit {
			return goOn(page.Items[in.limit-1].Place)
		}
		page.Items = append(page.Items, record)
	}
	return page, nil
}

// searched yields the records that match and, each time it has searched for
// searchFor, a *consentlog.Pause; whoever takes more has it go on.
func (a *API) searched(ctx context.Context, log *consentlog.Log, q consentlog.Query) iter.Seq2[consentlog.Record, error] {
	return func(yield func(consentlog.Record, error) bool) {
		for paused := true; paused; {
			q.Until = time.Now().Add(a.searchFor)
			paused = false
			for record, err := range log.Records(ctx, q) {
				var pause *consentlog.Pause
				if pause, paused = errors.AsType[*consentlog.Pause](err); paused {
					q.Before = pause.Place
				}
				if !yield(record, err) {
					return
				}
			}
		}
	}
}

// firstOf ends a sequence after n records; 0 is no limit.
func firstOf(records iter.Seq2[consentlog.Record, error], n int) iter.Seq2[consentlog.Record, error] {
	if n == 0 {
		return records
	}
	return func(yield func(consentlog.Record, error) bool) {
		left := n
		for record, err := range records {
			if !yield(record, err) {
				return
			}
			if err != nil {
				continue
			}
			if left--; left == 0 {
				return
			}
		}
	}
}
