package banner

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"strconv"
	"strings"
	"sync/atomic"
)

// Asset is one script as served: built once, compressed in every coding a
// browser may ask for, named by its content.
type Asset struct {
	Body        []byte // uncoded
	ETag        string // names the content, not the coding: the codings of one content share it
	SRI         string // "sha384-…", for the integrity attribute
	ContentType string

	// Quick ones at first; the best are swapped in when they are ready.
	codings atomic.Pointer[codings]
}

// newAsset names a script and compresses it quickly.
func newAsset(body []byte) *Asset {
	name, integrity := sha256.Sum256(body), sha512.Sum384(body)
	a := &Asset{
		Body:        body,
		ETag:        `"` + base64.RawURLEncoding.EncodeToString(name[:12]) + `"`,
		SRI:         "sha384-" + base64.StdEncoding.EncodeToString(integrity[:]),
		ContentType: "text/javascript; charset=utf-8",
	}
	a.codings.Store(quickly(body))
	return a
}

// Encoded picks the smallest coding that the request header allows. The bytes
// are shared and must not be changed.
func (a *Asset) Encoded(acceptEncoding string) (body []byte, coding string) {
	c := a.codings.Load()
	body, coding = a.Body, "identity"
	for _, candidate := range []struct {
		name string
		body []byte
	}{{"br", c.br}, {"zstd", c.zstd}, {"gzip", c.gzip}} {
		if len(candidate.body) < len(body) && accepts(acceptEncoding, candidate.name) {
			body, coding = candidate.body, candidate.name
		}
	}
	return body, coding
}

// accepts reads Accept-Encoding (RFC 9110, section 12.5.3). A coding that is
// not named counts only where "*" is.
func accepts(header, coding string) bool {
	rest := false
	for member := range strings.SplitSeq(header, ",") {
		name, parameters, _ := strings.Cut(member, ";")
		name = strings.TrimSpace(name)
		if name != "*" && !strings.EqualFold(name, coding) {
			continue
		}
		weight := 1.0
		if _, q, found := strings.Cut(strings.ToLower(parameters), "q="); found {
			if w, err := strconv.ParseFloat(strings.TrimSpace(q), 64); err == nil {
				weight = w
			}
		}
		if name != "*" {
			return weight > 0
		}
		rest = weight > 0
	}
	return rest
}
