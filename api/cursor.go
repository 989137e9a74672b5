package api

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"sluis/consentlog"
)

// A cursor is a place in the log and a mark of the list it belongs to. It is
// opaque so that its form can change, not secret: it opens nothing.

const cursorVersion = "1"

// writeCursor names the place that a list of this key goes on before.
func writeCursor(place, key string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorVersion + " " + place + " " + mark(key)))
}

// readCursor gives the place back, if the cursor is of this list.
func readCursor(cursor, key string) (place string, err error) {
	refuse := func(detail, fix string) error {
		return problem("invalid-cursor", "The cursor does not belong to this list.", consentlog.Fault{Pointer: "?cursor", Detail: detail, Fix: fix})
	}
	src, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return "", refuse("is not a cursor", "give next back exactly as it came, or start without a cursor")
	}
	version, rest, _ := strings.Cut(string(src), " ")
	place, of, _ := strings.Cut(rest, " ")
	switch {
	case version != cursorVersion || !segmentForm.MatchString(place):
		return "", refuse("is not a cursor", "give next back exactly as it came, or start without a cursor")
	case of != mark(key):
		return "", refuse("was made with other filters or for another site", "send the filters of the first page, or start without a cursor")
	}
	return place, nil
}

func mark(key string) string {
	sum := sha256.Sum256([]byte(key))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}
