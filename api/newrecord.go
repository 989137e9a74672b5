package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"sluis/banner"
	"sluis/consentlog"
)

// maxRecord is the longest body of a record (bytes). The longest that the contract
// allows, with each service of the largest site singled out, has 3824.
const maxRecord = 4096

// newRecord is a record on its way in.
type newRecord struct {
	site    *banner.Site
	consent consentlog.Consent
	own     *ownPath // nil: it came over another origin
}

func (in *newRecord) read(r *request) error {
	if err := r.needSite(); err != nil {
		return err
	}
	in.site = r.site
	header := r.c.Request().Header
	if err := r.checkOrigin(header.Get("Origin")); err != nil {
		return err
	}
	if err := r.limitSite(); err != nil {
		return err
	}
	if err := r.checked(); err != nil {
		return err
	}
	if err := checkMediaType(header); err != nil {
		return err
	}
	body, err := readBody(r)
	if err != nil {
		return err
	}
	consent, err := consentlog.DecodeConsent(body)
	if err != nil {
		return undecodable(err, body)
	}
	if err := consent.Validate(r.api.o.Now()); err != nil {
		return err
	}
	in.consent = *consent
	in.own = ownPathOf(r)
	return nil
}

func checkMediaType(h http.Header) error {
	media, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || media != "text/plain" && media != "application/json" {
		return problem("unsupported-media-type", "The body is sent as "+quote(h.Get("Content-Type"))+".", consentlog.Fault{
			Pointer: "Content-Type:", Detail: "is neither text/plain nor application/json", Fix: "send Content-Type: text/plain",
		})
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return problem("unsupported-media-type", "The body is sent in "+quote(charset)+".", consentlog.Fault{
			Pointer: "Content-Type:", Detail: "names a character set other than UTF-8", Fix: "send UTF-8",
		})
	}
	if coding := h.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return problem("unsupported-media-type", "The body is compressed.", consentlog.Fault{
			Pointer: "Content-Encoding:", Detail: "is not identity", Fix: "send the body as it is",
		})
	}
	return nil
}

// readBody never holds more than it may accept.
func readBody(r *request) ([]byte, error) {
	tooLarge := problem("body-too-large", "The body is longer than 4096 bytes.", consentlog.Fault{
		Pointer: "", Detail: "is longer than 4096 bytes", Fix: "send the fields of the contract and nothing else",
	})
	req := r.c.Request()
	if req.ContentLength > maxRecord {
		return nil, tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(r.c.Response(), req.Body, maxRecord))
	if _, is := errors.AsType[*http.MaxBytesError](err); is {
		return nil, tooLarge
	}
	if err != nil {
		// Not 400: a banner would drop the record, which was never read.
		return nil, problem("body-broken-off", "The body broke off.", consentlog.Fault{
			Pointer: "", Detail: "ends too early", Fix: "send the same again, whole and within 10 seconds",
		})
	}
	return body, nil
}

// undecodable says where JSON stops being JSON, as an editor would: in lines
// and columns.
func undecodable(err error, body []byte) error {
	syntax, ok := errors.AsType[*consentlog.SyntaxError](err)
	if !ok {
		return err
	}
	before := body[:min(len(body), max(0, int(syntax.Offset)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := max(1, len(before)-(bytes.LastIndexByte(before, '\n')+1))
	return problem("malformed-json", fmt.Sprintf("The body is not JSON: line %d, column %d: %s.", line, column, syntax.Detail), consentlog.Fault{
		Pointer: "", Detail: fmt.Sprintf("is not JSON at byte %d: %s", syntax.Offset, syntax.Detail), Fix: "send one JSON object in UTF-8, made by JSON.stringify or the like",
	})
}

// sealed is a record that stands in the log.
type sealed struct {
	id      string
	receipt consentlog.Receipt
	created bool
	cookie  *http.Cookie // nil: none is set
}

func (s sealed) answer(r *request) error {
	if s.cookie != nil {
		r.c.SetCookie(s.cookie)
	}
	if !s.created {
		return r.sendJSON(http.StatusOK, noStore, s.receipt)
	}
	// A reference relative to this address holds behind any proxy path too.
	r.c.Response().Header().Set("Location", "records/"+s.id+"/receipt")
	return r.sendJSON(http.StatusCreated, noStore, s.receipt)
}

// createRecord seals a record. What comes back is final; an error means that
// nothing was acknowledged.
func (a *API) createRecord(ctx context.Context, in newRecord) (sealed, error) {
	out, err := a.seal(ctx, in)
	switch {
	case err == nil && out.created:
		a.o.Metrics.recorded(in.consent.Action, "sealed")
	case err == nil:
		a.o.Metrics.recorded(in.consent.Action, "repeated")
	case errors.Is(err, consentlog.ErrConflict):
		a.o.Metrics.recorded(in.consent.Action, "conflict")
	case errors.Is(err, consentlog.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		a.o.Metrics.recorded(in.consent.Action, "unavailable")
	}
	return out, err
}

func (a *API) seal(ctx context.Context, in newRecord) (sealed, error) {
	log, err := a.o.Store.Log(ctx, in.site.ID)
	if err != nil {
		return sealed{}, err
	}
	if err := a.checkNotice(ctx, log, in); err != nil {
		return sealed{}, err
	}
	receipt, created, err := log.Append(ctx, in.consent)
	if _, invalid := errors.AsType[*consentlog.InvalidError](err); invalid {
		// The record was checked at the door, so it is the notice: Redis lost it
		// since we looked. What the site still shows is published again.
		if err := a.checkNotice(ctx, log, in); err != nil {
			return sealed{}, err
		}
		receipt, created, err = log.Append(ctx, in.consent)
	}
	if err != nil {
		return sealed{}, err
	}
	out := sealed{id: in.consent.ID, receipt: receipt, created: created}
	out.cookie = a.choiceCookie(ctx, log, in, out)
	return out, nil
}
