package consentlog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// SyntaxError says that a body is not JSON at all, and where it stops being it.
type SyntaxError struct {
	Offset int64 // bytes from the start
	Detail string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("malformed JSON at byte %d: %s", e.Offset, e.Detail)
}

// consentFields are the members of a body; true means that it may be left out.
var consentFields = map[string]bool{
	"id": false, "consentId": true, "action": false, "choices": false, "services": true, "notice": false,
	"language": false, "layer": false, "layout": false, "gpc": false, "clientTime": true,
}

// DecodeConsent reads the body of a POST strictly: a *SyntaxError where it is
// not one JSON object, an *InvalidError where a member is unknown, repeated,
// missing or of the wrong type. The rules between members are Validate's.
func DecodeConsent(body []byte) (*Consent, error) {
	if !utf8.Valid(body) {
		return nil, &SyntaxError{Detail: "not valid UTF-8"}
	}
	members, err := readObject(body)
	if err != nil {
		return nil, err
	}
	var c Consent
	var f faults
	seen := map[string]bool{}
	for _, m := range members {
		at := "/" + pointerToken(m.name)
		_, known := consentFields[m.name]
		switch {
		case !known:
			f.add(at, "is not a field of a record", "leave it out")
			continue
		case seen[m.name]:
			f.add(at, "occurs twice", "send it once")
			continue
		}
		seen[m.name] = true
		switch m.name {
		case "id":
			decodeString(&f, at, m.value, &c.ID)
		case "consentId":
			decodeString(&f, at, m.value, &c.ConsentID)
		case "action":
			decodeString(&f, at, m.value, &c.Action)
		case "choices":
			c.Choices = decodeDecisions[Category](&f, at, m.value)
		case "services":
			c.Services = decodeDecisions[string](&f, at, m.value)
		case "notice":
			decodeString(&f, at, m.value, &c.Notice)
		case "language":
			decodeString(&f, at, m.value, &c.Language)
		case "layer":
			decodeString(&f, at, m.value, &c.Layer)
		case "layout":
			decodeString(&f, at, m.value, &c.Layout)
		case "gpc":
			if s := string(m.value); s != "true" && s != "false" {
				f.add(at, "is not a boolean", "send true or false")
			}
			c.GPC = string(m.value) == "true"
		case "clientTime":
			var s string
			decodeString(&f, at, m.value, &s)
			t, err := time.Parse(time.RFC3339, s)
			if err != nil {
				f.add(at, "is not a time", "send RFC 3339, such as 2026-11-22T13:05:56Z, or leave it out")
			}
			c.ClientTime = &t
		}
	}
	for _, name := range []string{"id", "action", "choices", "notice", "language", "layer", "layout", "gpc"} {
		if !seen[name] {
			f.add("/"+name, "is missing", "send it")
		}
	}
	return &c, f.err()
}

type member struct {
	name  string
	value json.RawMessage
}

// readObject splits one JSON object into its members, keeping repeated ones:
// a map would silently take the last.
func readObject(src []byte) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(src))
	fail := func(err error) error {
		if s, ok := errors.AsType[*json.SyntaxError](err); ok {
			return &SyntaxError{Offset: s.Offset, Detail: s.Error()}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return &SyntaxError{Offset: int64(len(src)), Detail: "it ends too early"}
		}
		return &SyntaxError{Offset: d.InputOffset(), Detail: err.Error()}
	}
	start, err := d.Token()
	if err != nil {
		return nil, fail(err)
	}
	if start != json.Delim('{') {
		return nil, &SyntaxError{Offset: d.InputOffset(), Detail: "not an object"}
	}
	var out []member
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, fail(err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, fail(err)
		}
		out = append(out, member{name.(string), value})
	}
	if _, err := d.Token(); err != nil {
		return nil, fail(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, &SyntaxError{Offset: d.InputOffset(), Detail: "something follows the object"}
	}
	return out, nil
}

func decodeString(f *faults, at string, src json.RawMessage, into *string) {
	if len(src) == 0 || src[0] != '"' || json.Unmarshal(src, into) != nil {
		f.add(at, "is not a string", "send a string")
	}
}

func decodeDecisions[K ~string](f *faults, at string, src json.RawMessage) map[K]Decision {
	members, err := readObject(src)
	if err != nil {
		f.add(at, "is not an object", `send an object of "granted" and "denied"`)
		return nil
	}
	out := make(map[K]Decision, len(members))
	for _, m := range members {
		k, here := K(m.name), at+"/"+pointerToken(m.name)
		if _, twice := out[k]; twice {
			f.add(here, "occurs twice", "send it once")
		}
		var s string
		decodeString(f, here, m.value, &s)
		out[k] = Decision(s)
	}
	return out
}

// pointerToken escapes a name for an RFC 6901 pointer.
func pointerToken(s string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(s)
}
