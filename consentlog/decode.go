package consentlog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
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

// consentField is a member of a body, as Consent's own tags say it.
type consentField struct {
	name     string
	optional bool
}

var consentFields = func() (all []consentField) {
	for f := range reflect.TypeFor[Consent]().Fields() {
		name, more, _ := strings.Cut(f.Tag.Get("json"), ",")
		all = append(all, consentField{name, more == "omitempty"})
	}
	return all
}()

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
		i := slices.IndexFunc(consentFields, func(field consentField) bool { return field.name == m.name })
		switch {
		case i < 0:
			f.add(at, "is not a field of a record", "leave it out")
			continue
		case seen[m.name]:
			f.add(at, "occurs twice", "send it once")
			continue
		}
		seen[m.name] = true
		switch into := reflect.ValueOf(&c).Elem().Field(i).Addr().Interface().(type) {
		case *string:
			decodeString(&f, at, m.value, into)
		case *bool:
			decodeBool(&f, at, m.value, into)
		case **time.Time:
			*into = decodeTime(&f, at, m.value)
		case *map[Category]Decision:
			*into = decodeDecisions[Category](&f, at, m.value)
		case *map[string]Decision:
			*into = decodeDecisions[string](&f, at, m.value)
		}
	}
	for _, field := range consentFields {
		if !field.optional && !seen[field.name] {
			f.add("/"+field.name, "is missing", "send it")
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

func decodeBool(f *faults, at string, src json.RawMessage, into *bool) {
	if *into = string(src) == "true"; !*into && string(src) != "false" {
		f.add(at, "is not a boolean", "send true or false")
	}
}

func decodeTime(f *faults, at string, src json.RawMessage) *time.Time {
	var s string
	decodeString(f, at, src, &s)
	t, err := time.Parse(time.RFC3339, strings.ToUpper(s)) // RFC 3339 5.6: t and z may be small
	if err != nil {
		f.add(at, "is not a time", "send RFC 3339, such as 2026-11-22T13:05:56Z, or leave it out")
	}
	return &t
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
