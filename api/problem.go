package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"sluis/consentlog"
)

// kind is one sort of problem: the row of the table below that callers, the
// documentation and the tests know it by. A slug is never renamed.
type kind struct {
	slug    string
	status  int
	title   string
	meaning string // what happened, for /docs
	mend    string // what to do, for /docs
}

// kinds is the one table of problems. It is never written to.
var kinds = [...]kind{
	{"malformed-json", 400, "The body is not JSON", "The body could not be read as JSON. Line and column of the first fault are given.", "Send one JSON object in UTF-8, without comments and without anything after it."},
	{"invalid-request", 400, "The request cannot be read", "A parameter of the path, the query or a header has a form that is not allowed, or is not known at all.", "Mend each place in errors; the contract gives the form of every parameter."},
	{"invalid-cursor", 400, "The cursor does not belong here", "The cursor was not made by this list, or the filters changed since.", "Give next back exactly as it came, with the same filters, or start without a cursor."},
	{"key-missing", 401, "A key is needed", "The call is for holders of a reader key, and none was given.", "Send Authorization: Bearer sluis_… with a key made by: sluis key create --site SITE --role reader"},
	{"key-unknown", 401, "The key does not hold", "The key is unknown, was revoked, or has expired.", "Check it for missing characters, or make a new one: sluis key create --site SITE --role reader"},
	{"key-foreign", 403, "The key is for another site", "The key holds, but not for this site.", "Use the site's own key, or make one: sluis key create --site SITE --role reader"},
	{"origin-missing", 403, "The Origin is missing", "A record is taken from the site's own pages only, and the request did not say which page it comes from.", "Send the record from a page of the site; a browser adds Origin by itself."},
	{"origin-foreign", 403, "The Origin is not the site's", "The page that sent the record is not one of the site's.", "Send it from a page of the site, or add the page's origin to origins in the site file."},
	{"no-such-path", 404, "There is nothing at this address", "No call has this path.", "Compare the path with the calls above."},
	{"unknown-site", 404, "There is no such site", "No site of this id is served here: it has no site file, or one with a fault.", "The id is the name of the site's file without .yaml; GET /v1/sites lists the sites of a key."},
	{"unknown-script", 404, "There is no such script", "No site, release or language fits the name.", "Use the addresses that GET /v1/sites/{site} gives."},
	{"not-found", 404, "It is not in the log", "The log has nothing under this id: it was never recorded, or it was erased.", "Check the id, and that it belongs to this site."},
	{"method-not-allowed", 405, "The method is not allowed here", "The address is right, the method is not.", "Use one of the methods in Allow."},
	{"not-acceptable", 406, "No such form", "The answer is not to be had in a form that Accept asks for.", "Ask for application/json, text/csv or application/x-ndjson."},
	{"body-broken-off", 408, "The body did not come whole", "The connection ended, or was too slow, before the whole body had come. Nothing was stored.", "Send the same again, under the same id."},
	{"id-reused", 409, "The id was used before", "A record of this id is in the log already, with other content. Nothing was stored.", "Make a new random id (crypto.randomUUID()) for each act of a visitor."},
	{"body-too-large", 413, "The body is too large", "A record has 4096 bytes at most.", "Send the fields of the contract and nothing else."},
	{"unsupported-media-type", 415, "The body is of the wrong type", "A record is JSON, sent as text/plain or application/json, uncompressed, in UTF-8.", "Set Content-Type to text/plain or application/json, and no Content-Encoding."},
	{"invalid-record", 422, "The record breaks a rule", "The body is JSON, but not a record. Every broken rule is in errors. Nothing was stored.", "Mend each place in errors."},
	{"too-many-requests", 429, "Too many requests", "The limit per address or per site is reached. Nothing was stored.", "Come again after Retry-After seconds; a record may be sent again under the same id."},
	{"internal", 500, "Something went wrong here", "The service met something it was not made for. Nothing is granted and nothing was acknowledged.", "Tell the operator the number in instance; the log has the details under it."},
	{"log-corrupt", 500, "The log contradicts its signature", "What is stored is not what was signed, so it is not given out.", "Tell the operator at once: sluis verify log shows where. Restore Redis from a copy that verifies."},
	{"unavailable", 503, "The log cannot be reached", "Redis did not answer in time. Nothing was acknowledged; scripts are still served.", "Send the same again, under the same id, after Retry-After seconds."},
}

// Problem is an RFC 9457 problem document, and the error that leads to it.
type Problem struct {
	Type     string             `json:"type"`
	Title    string             `json:"title"`
	Status   int                `json:"status"`
	Detail   string             `json:"detail"`
	Instance string             `json:"instance"`
	Errors   []consentlog.Fault `json:"errors,omitempty"`

	slug       string
	retryAfter int   // seconds, where there is something to wait for
	cause      error // for the log only
}

func (p *Problem) Error() string { return p.slug + ": " + p.Detail }

// Unwrap gives the cause that the log names and the caller never sees.
func (p *Problem) Unwrap() error { return p.cause }

// problem makes a problem of a kind in the table.
func problem(slug, detail string, faults ...consentlog.Fault) *Problem {
	for _, k := range kinds {
		if k.slug == slug {
			return &Problem{Title: k.title, Status: k.status, Detail: detail, Errors: faults, slug: slug}
		}
	}
	return &Problem{Title: "Something went wrong here", Status: http.StatusInternalServerError, Detail: internalDetail, slug: "internal",
		cause: fmt.Errorf("no problem of kind %q: %s", slug, detail)}
}

// invalidRecord is the problem of a record that breaks rules.
func invalidRecord(faults ...consentlog.Fault) *Problem {
	return problem("invalid-record", plural(len(faults), "rule is broken.", "rules are broken."), faults...)
}

const internalDetail = "The cause is in the service's log, under the number in instance."

// toProblem turns any error into the problem that its caller is told.
func toProblem(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if invalid, ok := errors.AsType[*consentlog.InvalidError](err); ok {
		return invalidRecord(invalid.Faults...)
	}
	if he, ok := errors.AsType[*echo.HTTPError](err); ok {
		switch he.Code {
		case http.StatusNotFound:
			return problem("no-such-path", "No call has this path.", consentlog.Fault{Pointer: "path", Detail: "names no call", Fix: "see /docs for the calls there are"})
		case http.StatusMethodNotAllowed:
			return problem("method-not-allowed", "This address does not take this method.", consentlog.Fault{Pointer: "method", Detail: "is not allowed at this path", Fix: "use one of the methods in Allow"})
		}
	}
	var p *Problem
	switch {
	case errors.Is(err, consentlog.ErrNotFound):
		p = problem("not-found", "The log of this site has nothing under this id.", consentlog.Fault{Pointer: "path", Detail: "names nothing in this log", Fix: "check the id and the site; what was erased is not found either"})
	case errors.Is(err, consentlog.ErrConflict):
		p = problem("id-reused", "A record with this id and other content is in the log.", consentlog.Fault{Pointer: "/id", Detail: "names another record", Fix: "make a new random id for each act: crypto.randomUUID()"})
	case errors.Is(err, consentlog.ErrCorrupt):
		p = problem("log-corrupt", "What is stored contradicts the signed checkpoint, so it is not given out.")
	case errors.Is(err, consentlog.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		p = problem("unavailable", "The log could not be reached in time. Nothing was acknowledged.")
		p.retryAfter = retryAfterOutage
	default:
		p = problem("internal", internalDetail)
	}
	p.cause = err
	return p
}

// ours keeps a fault in what this service made itself from being told to a
// caller as if it were the caller's.
func ours(err error) error {
	if _, invalid := errors.AsType[*consentlog.InvalidError](err); !invalid {
		return err
	}
	p := problem("internal", internalDetail)
	p.cause = err
	return p
}

// retryAfterOutage is what a browser waits before it tries again (seconds): a
// Redis that restarts is back within it, most of the time.
const retryAfterOutage = 5

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
