package consentlog

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

// Protects: a field that was added stands where its name does among the others.
// Elsewhere what is sealed is not canonical, and every receipt that holds the
// field fails for ever.
func TestEveryFieldStandsInOrder(t *testing.T) {
	for _, kind := range []reflect.Type{
		reflect.TypeFor[Facts](), reflect.TypeFor[who](), reflect.TypeFor[noticeFacts](), reflect.TypeFor[epochFacts](), reflect.TypeFor[eraseFacts](),
	} {
		last := ""
		for f := range kind.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name <= last {
				t.Errorf("%s: %s stands behind %s", kind.Name(), name, last)
			}
			last = name
		}
	}
}

// Protects: a field of a record is read from the body, sealed, found again by
// whoever verifies, and tells two records of one id apart; none is forgotten
// on the way.
func TestEveryFieldIsSealed(t *testing.T) {
	now := time.Date(2026, time.November, 27, 12, 0, 0, 0, time.UTC)
	late := now.Add(-time.Hour)
	full := Consent{}
	v := reflect.ValueOf(&full).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch into := v.Field(i).Addr().Interface().(type) {
		case *string:
			*into = "the " + name
		case *bool:
			*into = true
		case **time.Time:
			*into = &late
		case *map[Category]Decision:
			*into = map[Category]Decision{Analytics: Granted}
		case *map[string]Decision:
			*into = map[string]Decision{"youtube": Granted}
		default:
			t.Fatalf("%s has a type that no body is decoded into: add it to DecodeConsent and here", name)
		}
	}
	body, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	read, err := DecodeConsent(body)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(*read, full) {
		t.Errorf("read from the body as %+v, sent as %+v", *read, full)
	}
	s, err := sealConsent("shop", &full, now)
	if err != nil {
		t.Fatal(err)
	}
	var f Facts
	if err := json.Unmarshal(s.facts, &f); err != nil {
		t.Fatal(err)
	}
	sealed := f.consent()
	sealed.ConsentID = full.ConsentID // stands in the other half
	if !reflect.DeepEqual(sealed, full) {
		t.Errorf("sealed as %+v, sent as %+v", sealed, full)
	}
	if !f.same(&full) {
		t.Error("the record is not taken for the one that was sealed")
	}
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if name == "ConsentID" || name == "ClientTime" {
			continue
		}
		other := full
		reflect.ValueOf(&other).Elem().Field(i).SetZero()
		if f.same(&other) {
			t.Errorf("a record of another %s is taken for the same", name)
		}
	}
}
