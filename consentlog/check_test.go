package consentlog

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// written is a log that the operator, who has the key, wrote by hand: the
// signature is right whatever the records say.
func written(t *testing.T, records ...sealed) *memorySource {
	t.Helper()
	key, err := newSiteKey([32]byte{7}, "consent.example.org", "acme")
	if err != nil {
		t.Fatal(err)
	}
	src := &memorySource{segments: make([]Segment, 1)}
	var leaves []tlog.Hash
	for _, s := range records {
		src.segments[0].Entries = append(src.segments[0].Entries, s.entry[:]...)
		src.segments[0].Facts = append(src.segments[0].Facts, s.facts)
		leaves = append(leaves, s.entry.leaf())
	}
	_, tree, err := edge{}.grow(0, leaves)
	if err != nil {
		t.Fatal(err)
	}
	cp, err := key.sign(2, tree)
	if err != nil {
		t.Fatal(err)
	}
	src.head = cp.text
	return src
}

// Promise: a log that its own operator signed is refused where a record breaks
// a rule, and accepted where none does.
func TestRulesOfALog(t *testing.T) {
	t.Parallel()
	now := time.Now()
	must := func(s sealed, err error) sealed {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	shown := Notice{Language: "nl", LegalVersion: 1, Content: []byte(`{"text":"Cookies?"}`)}
	c := benchConsent()
	c.Notice = shown.Hash()
	notice := must(sealNotice("acme", shown, now))
	consent := must(sealConsent("acme", &c, now))
	edit := func(s sealed, from, to string) sealed {
		t.Helper()
		if !bytes.Contains(s.facts, []byte(from)) {
			t.Fatalf("%s has no %s", s.facts, from)
		}
		return newSealed([]byte(strings.Replace(string(s.facts), from, to, 1)), s.who)
	}
	nameless := newSealed(consent.facts, nil)
	key, _ := newSiteKey([32]byte{7}, "consent.example.org", "acme")
	earlier, _ := key.sign(1, tlog.Tree{N: 5, Hash: tlog.Hash{1}})
	later, _ := key.sign(1, tlog.Tree{N: 9, Hash: tlog.Hash{2}})
	afterwards, _ := key.sign(2, tlog.Tree{N: 9, Hash: tlog.Hash{2}})
	epoch := must(sealEpoch("acme", later.text, "", now))
	erasure := must(sealErase("acme", 2, "", now))
	for name, x := range map[string]struct {
		records []sealed
		fault   string // "" for none
	}{
		"in order":           {[]sealed{notice, consent}, ""},
		"unknown kind":       {[]sealed{notice, edit(consent, `"kind":"consent"`, `"kind":"key"`)}, ""},
		"after an epoch":     {[]sealed{epoch, notice, consent}, ""},
		"no notice":          {[]sealed{consent}, "was not logged"},
		"notice too late":    {[]sealed{consent, notice}, "was not logged"},
		"notice changed":     {[]sealed{edit(notice, "Cookies?", "Biscuits"), consent}, "content is not that"},
		"necessary denied":   {[]sealed{notice, edit(consent, `"necessary":"granted"`, `"necessary":"denied"`)}, "necessary"},
		"category missing":   {[]sealed{notice, edit(consent, `"analytics":"granted",`, ``)}, "analytics"},
		"unknown decision":   {[]sealed{notice, edit(consent, `"analytics":"granted"`, `"analytics":"perhaps"`)}, "analytics"},
		"grant of nobody":    {[]sealed{notice, nameless}, "consentId"},
		"another site":       {[]sealed{notice, edit(consent, `"site":"acme"`, `"site":"evil"`)}, "evil"},
		"unknown version":    {[]sealed{notice, edit(consent, `"v":1`, `"v":2`)}, "version"},
		"clock set back":     {[]sealed{notice, must(sealConsent("acme", &c, now.Add(-time.Hour)))}, ""},
		"within tolerance":   {[]sealed{notice, must(sealConsent("acme", &c, now.Add(-time.Minute)))}, ""},
		"epoch in between":   {[]sealed{notice, epoch}, "in the middle"},
		"erasure":            {[]sealed{notice, consent, erasure}, ""},
		"erasure of who":     {[]sealed{notice, newSealed(erasure.facts, consent.who)}, "naming somebody"},
		"erasure of less":    {[]sealed{notice, edit(erasure, `"records":2`, `"records":-2`)}, "erasure of -2"},
		"impossible past":    {[]sealed{must(sealEpoch("acme", earlier.text, afterwards.text, now)), notice}, "impossible"},
		"fork without proof": {[]sealed{must(sealEpoch("acme", earlier.text, later.text, now)), notice}, "epoch 1"},
		"held without proof": {[]sealed{must(sealEpoch("acme", later.text, earlier.text, now)), notice}, "epoch 1"},
	} {
		src := written(t, x.records...)
		_, err := VerifyLog(context.Background(), src, key.vkey, nil)
		switch {
		case x.fault == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case x.fault != "" && (err == nil || !strings.Contains(err.Error(), x.fault)):
			t.Errorf("%s: %v", name, err)
		}
	}
	// The root counts, not only the single records.
	src := written(t, notice, consent, consent)
	src.segments[0].Entries = append(src.segments[0].Entries[:128:128], src.segments[0].Entries[:64]...)
	src.segments[0].Facts[2] = src.segments[0].Facts[0]
	if _, err := VerifyLog(context.Background(), src, key.vkey, nil); err == nil || !strings.Contains(err.Error(), "root") {
		t.Errorf("another record: %v", err)
	}
	// A clock that was set back is told, once, and is no fault of the log.
	src = written(t, notice, must(sealConsent("acme", &c, now.Add(-time.Hour))), must(sealConsent("acme", &c, now.Add(-time.Hour))), must(sealConsent("acme", &c, now)))
	report, err := VerifyLog(context.Background(), src, key.vkey, nil)
	if err != nil || len(report.SetBacks) != 1 || report.SetBacks[0].Place != (place{2, 1}).String() || report.SetBacks[0].From.Sub(report.SetBacks[0].To) != time.Hour {
		t.Errorf("clock set back: %v, %+v", err, report.SetBacks)
	}
	// A transport may escape and indent the facts.
	src = written(t, notice, consent)
	src.segments[0].Facts[1] = json.RawMessage(strings.Replace(string(consent.facts), `"acme"`, ` "\u0061cme" `, 1))
	if _, err := VerifyLog(context.Background(), src, key.vkey, nil); err != nil {
		t.Errorf("escaped: %v", err)
	}
}

// Promise: a receipt whose facts are of another site than the log is refused,
// even if the log's own key signed it.
func TestReceiptOfForeignFacts(t *testing.T) {
	t.Parallel()
	key, err := newSiteKey([32]byte{7}, "consent.example.org", "acme")
	if err != nil {
		t.Fatal(err)
	}
	for site, want := range map[string]bool{"acme": true, "evil": false} {
		c := benchConsent()
		s, err := sealConsent(site, &c, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		grown, tree, err := edge{}.grow(0, []tlog.Hash{s.entry.leaf()})
		if err != nil {
			t.Fatal(err)
		}
		cp, err := key.sign(1, tree)
		if err != nil {
			t.Fatal(err)
		}
		r, err := (&commitment{checkpoint: cp, grown: grown}).receipt(s, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := VerifyReceipt(r, key.vkey); (err == nil) != want {
			t.Errorf("%s: %v", site, err)
		}
	}
}

// Promise: the same id twice in one batch goes in once; the second then finds
// it taken.
func TestSameIDInOneBatch(t *testing.T) {
	t.Parallel()
	w := &writer{log: &Log{}, head: checkpoint{epoch: 1}, edge: edge{}}
	w.log.noticed.Store("n", int64(1))
	one := &pending{notice: "n", index: indexOp{key: "k", field: "f"}}
	two := &pending{notice: "n", index: indexOp{key: "k", field: "f"}}
	other := &pending{notice: "n", index: indexOp{key: "k", field: "g"}}
	now, later := w.admit([]*pending{one, two, other})
	if len(now) != 2 || now[0] != one || now[1] != other || len(later) != 1 || later[0] != two {
		t.Errorf("now %v, later %v", now, later)
	}
}

// memorySource is a log in memory.
type memorySource struct {
	head     string
	segments []Segment
}

// Checkpoint and Segment make it a Source.
func (m *memorySource) Checkpoint(context.Context) (string, error) { return m.head, nil }
func (m *memorySource) Segment(_ context.Context, _, n int64) (Segment, error) {
	if n >= int64(len(m.segments)) {
		return Segment{}, ErrNotFound
	}
	return m.segments[n], nil
}
