package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
)

// The policies for keeping an answer (RFC 9111).
const (
	noStore    = "no-store"            // about a visitor, or a matter of the moment
	revalidate = "no-cache"            // may be kept, to be asked about each time
	private    = "private, no-cache"   // the same, by the holder of the key only
	fiveMins   = "public, max-age=300" // the same for everyone, changes rarely
	rolling    = "public, max-age=300, stale-while-revalidate=86400"
	immutable  = "public, max-age=31536000, immutable"
	fallback   = "public, max-age=60"
)

// answerer is an output that does not go out as JSON with status 200.
type answerer interface{ answer(*request) error }

// text is an output that is sent as it is.
type text struct{ contentType, body string }

func (t text) answer(r *request) error {
	return r.send(http.StatusOK, t.contentType, r.route.cache, []byte(t.body))
}

// sendJSON sends v.
func (r *request) sendJSON(status int, cache string, v any) error {
	body, err := encodeJSON(v)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	return r.send(status, "application/json", cache, body)
}

// send sends a body, or 304 where the caller has it already.
func (r *request) send(status int, contentType, cache string, body []byte) error {
	if cache != noStore && cache != "" {
		sum := sha256.Sum256(body)
		etag := `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
		h := r.c.Response().Header()
		h.Set("ETag", etag)
		if matches(r.c.Request().Header.Get("If-None-Match"), etag) {
			h.Set("Cache-Control", cache)
			r.c.Response().WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	return write(r.c, status, contentType, cache, body)
}

// write puts header and body out in one go.
func write(c echo.Context, status int, contentType, cache string, body []byte) error {
	h := c.Response().Header()
	h.Set("Content-Type", contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if cache != "" {
		h.Set("Cache-Control", cache)
	}
	c.Response().WriteHeader(status)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	// A client that went away is no fault of ours and there is nobody to tell.
	_, _ = c.Response().Write(body)
	return nil
}

// refuse sends the problem of an error. What the caller may not know goes into
// the log, under the number that the caller gets.
func (a *API) refuse(c echo.Context, operation string, err error) {
	p := *toProblem(err) // a copy: the number is this answer's alone
	if operation == "createRecord" {
		a.o.Metrics.refused(p.slug) // one of the table of kinds: nothing that a caller can make up
	}
	id := uuid.NewString()
	p.Instance = "urn:uuid:" + id
	p.Type = a.o.PublicURL + "/docs#problem-" + p.slug
	if p.Status >= http.StatusInternalServerError {
		level := slog.LevelError
		switch {
		case c.Request().Context().Err() != nil:
			level = slog.LevelDebug // the caller went away
		case p.Status == http.StatusServiceUnavailable:
			level = slog.LevelWarn // passes by itself
		}
		a.o.Logger.LogAttrs(c.Request().Context(), level, "request failed",
			slog.String("operation", operation), slog.String("problem", p.slug),
			slog.String("request", id), slog.Any("cause", p.cause))
	}
	if c.Response().Committed {
		return
	}
	h := c.Response().Header()
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="Sluis"`)
	}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	body, err := encodeJSON(&p)
	if err != nil {
		a.o.Logger.Error("problem not encoded", "error", err)
	}
	_ = write(c, p.Status, "application/problem+json", noStore, body)
}

// encodeJSON leaves the bytes of stored JSON as they were hashed: no escaping
// for HTML.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// matches says whether If-None-Match names the tag. Codings of one content
// share a tag, so the weak comparison of RFC 9110 8.8.3.2 is the right one.
func matches(ifNoneMatch, etag string) bool {
	if ifNoneMatch == "" {
		return false
	}
	if ifNoneMatch == etag || ifNoneMatch == "*" {
		return true
	}
	for tag := range strings.SplitSeq(ifNoneMatch, ",") {
		if strings.TrimPrefix(strings.TrimSpace(tag), "W/") == etag {
			return true
		}
	}
	return false
}
