package consentlog_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// body is a valid body of a POST; edits replace one part of it.
func body(edits ...string) string {
	s := `{"id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","consentId":"0f14d0ab-9605-4a62-a9e4-5ed26688389b","action":"save",` +
		`"choices":{"necessary":"granted","functional":"granted","analytics":"denied","social-media":"denied"},"services":{"youtube":"granted"},` +
		`"notice":"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU","language":"nl","layer":"first","layout":"box","gpc":false,"clientTime":"2026-11-22T13:05:56Z"}`
	for i := 0; i < len(edits); i += 2 {
		if !strings.Contains(s, edits[i]) {
			panic(edits[i])
		}
		s = strings.Replace(s, edits[i], edits[i+1], 1)
	}
	return s
}

var bodyTime = time.Date(2026, 11, 22, 13, 6, 0, 0, time.UTC)

// Promise: a body is taken exactly as documented.
func TestDecodeConsent(t *testing.T) {
	c, err := consentlog.DecodeConsent([]byte(body()))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(bodyTime); err != nil {
		t.Fatal(err)
	}
	small, err := consentlog.DecodeConsent([]byte(body("2026-11-22T13:05:56Z", "2026-11-22t13:05:56z")))
	if err != nil || !small.ClientTime.Equal(*c.ClientTime) {
		t.Errorf("a time in small letters (RFC 3339 5.6): %v", err)
	}
	again, _ := json.Marshal(c)
	if d, err := consentlog.DecodeConsent(again); err != nil || fmt.Sprint(d.Choices, d.Services, d.ID, d.GPC) != fmt.Sprint(c.Choices, c.Services, c.ID, c.GPC) {
		t.Errorf("%s: %v", again, err)
	}
}

// Promise: what is not one JSON object is told from what is wrong in it.
func TestDecodeConsentMalformed(t *testing.T) {
	for _, src := range []string{"", "{", "[]", "null", `"x"`, "1", body() + "x", body() + "{}", `{"id":}`, strings.TrimSuffix(body(), "}"), "{\"id\":\"\xff\"}"} {
		_, err := consentlog.DecodeConsent([]byte(src))
		if _, ok := errors.AsType[*consentlog.SyntaxError](err); !ok {
			t.Errorf("%q: %v", src, err)
		}
	}
}

// Promise: every rule of the record has a pointer to the place and a mend, and
// all faults are found at once.
func TestConsentRules(t *testing.T) {
	for at, src := range map[string]string{
		"/colour":               body(`"gpc":false`, `"gpc":false,"colour":"red"`),
		"/a~1b":                 body(`"gpc":false`, `"gpc":false,"a/b":1`),
		"/ID":                   body(`"gpc":false`, `"gpc":false,"ID":1`),
		"/language":             body(`"language":"nl"`, `"language":"nl","language":"en"`),
		"/gpc":                  body(`"gpc":false`, `"gpc":"no"`),
		"/action":               body(`"action":"save",`, ``),
		"/layer":                body(`"layer":"first"`, `"layer":null`),
		"/choices":              body(`{"necessary":"granted","functional":"granted","analytics":"denied","social-media":"denied"}`, `"all"`),
		"/services/youtube":     body(`{"youtube":"granted"}`, `{"youtube":true}`),
		"/services/You Tube":    body(`"youtube"`, `"You Tube"`),
		"/choices/analytics":    body(`"analytics":"denied",`, ``),
		"/choices/marketing":    body(`"analytics":"denied"`, `"analytics":"denied","marketing":"denied"`),
		"/choices/functional":   body(`"functional":"granted"`, `"functional":"maybe"`),
		"/choices/necessary":    body(`"necessary":"granted"`, `"necessary":"denied"`),
		"/choices/social-media": body(`"social-media":"denied"`, `"social-media":"denied","social-media":"granted"`),
		"/id":                   body(`7c9e6679-7425-40de`, `7c9e6679-7425-10de`),
		"/consentId":            body(`"consentId":"0f14d0ab-9605-4a62-a9e4-5ed26688389b",`, ``),
		"/notice":               body(`hSuFU"`, `hSuFV"`),
		"/layout":               body(`"box"`, `"ring"`),
		"/clientTime":           body(`2026-11-22T13`, `2027-05-25T13`),
		"?late/clientTime":      body(`2026-11-22T13`, `2025-11-22T13`),
		"?form/clientTime":      body(`2026-11-22T13:05:56Z`, `yesterday`),
		"?accept/action":        body(`"save"`, `"accept_all"`),
		"?refuse/action":        body(`"save"`, `"refuse_all"`),
		"?withdraw/action":      body(`"save"`, `"withdraw"`),
		"?signal/action":        body(`"save"`, `"signal"`),
		"?upper/id":             body(`7c9e6679`, `7C9E6679`),
		"?braces/id":            body(`"7c9e6679-7425-40de-944b-e07fc1f90ae7"`, `"{7c9e6679-7425-40de-944b-e07fc1f90ae7}"`),
		"?long/language":        body(`"nl"`, `"nl-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa"`),
		"?many/services":        body(`{"youtube":"granted"}`, many(65)),
	} {
		_, pointer, variant := strings.Cut(at, "/")
		pointer = "/" + pointer
		if !variant {
			t.Fatal(at)
		}
		c, err := consentlog.DecodeConsent([]byte(src))
		if err == nil {
			err = c.Validate(bodyTime)
		}
		if !isInvalid(err, pointer) {
			t.Errorf("%s: %v", at, err)
			continue
		}
		e, _ := errors.AsType[*consentlog.InvalidError](err)
		for _, f := range e.Faults {
			if f.Detail == "" || f.Fix == "" {
				t.Errorf("%s: fault without words: %+v", at, f)
			}
		}
	}
	c, err := consentlog.DecodeConsent([]byte(body(`"box"`, `"ring"`, `"first"`, `"last"`, `"nl"`, `"?"`, `"necessary":"granted"`, `"necessary":"denied"`)))
	if err != nil {
		t.Fatal(err)
	}
	e, _ := errors.AsType[*consentlog.InvalidError](c.Validate(bodyTime))
	if e == nil || len(e.Faults) != 4 {
		t.Errorf("four faults: %v", e)
	}
}

func many(n int) string {
	var parts []string
	for i := range n {
		parts = append(parts, fmt.Sprintf(`"s%d":"granted"`, i))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// Promise: who refuses everything needs no number, and may withdraw with one.
func TestRefusalNeedsNoConsentID(t *testing.T) {
	c := refuse()
	if err := c.Validate(time.Now()); err != nil {
		t.Error(err)
	}
	c.Action, c.ConsentID = "withdraw", uuid.NewString()
	if err := c.Validate(time.Now()); err != nil {
		t.Error(err)
	}
}

// Promise: no body, however mangled, breaks the decoder or slips past the
// rules.
func FuzzDecodeConsent(f *testing.F) {
	f.Add([]byte(body()))
	f.Add([]byte(body(`"gpc":false`, `"gpc":true`)))
	f.Fuzz(func(t *testing.T, src []byte) {
		c, err := consentlog.DecodeConsent(src)
		if err != nil {
			return
		}
		if c.Validate(bodyTime) == nil && (c.Choices[consentlog.Necessary] != consentlog.Granted || len(c.Choices) != 4) {
			t.Errorf("accepted %s", src)
		}
	})
}
