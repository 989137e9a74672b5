package consentlog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Notice is exactly what a visitor was shown, in one language and version. It
// is known by the hash of its content, so nobody can change it afterwards.
type Notice struct {
	Language     string
	LegalVersion int
	Content      json.RawMessage // canonical JSON (see Canonical): keys sorted, no white space, no control characters
}

// Hash names the notice: base64url SHA-256 of its content, 43 characters.
func (n Notice) Hash() string { return hashText(n.Content) }

// Validate says what keeps the notice out of the log, as an *InvalidError.
func (n Notice) Validate() error {
	var f faults
	if len(n.Language) > maxTagLength || !languagePattern.MatchString(n.Language) {
		f.add("/language", "is not a language tag", `use a tag such as "nl"`)
	}
	if n.LegalVersion < 1 {
		f.add("/legalVersion", "is not a version", "count from 1")
	}
	switch canonical, err := Canonical(n.Content); {
	case err != nil:
		f.add("/content", err.Error(), "use UTF-8 text without control characters, and integers")
	case !bytes.Equal(canonical, n.Content):
		f.add("/content", "is not in canonical form", "sort the keys and leave out white space")
	case len(canonical) > maxNotice:
		f.add("/content", fmt.Sprintf("takes %d bytes", len(canonical)), fmt.Sprintf("stay below %d", maxNotice))
	}
	return f.err()
}

// maxNotice keeps a segment of 256 notices within what one Redis string and one
// HTTP answer carry well.
const maxNotice = 256 << 10

// PublishedNotice is an entry in the list of what a site has shown.
type PublishedNotice struct {
	Hash         string    `json:"hash"`
	Language     string    `json:"language"`
	LegalVersion int       `json:"legalVersion"`
	Since        time.Time `json:"since"` // when it was first logged
}
