package consentlog

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// version is the record version this package writes. Older ones stay readable
// for ever; a field is added, never renamed or reused.
const version = 1

// The kinds of record. Others will come (key, redact); a reader passes over
// kinds it does not know, for their entries are checked like any other.
const (
	kindConsent = "consent"
	kindNotice  = "notice"
	kindEpoch   = "epoch"
	kindErase   = "erase"
)

// Consent is one act of one visitor as the browser sends it.
type Consent struct {
	ID         string                `json:"id"`                   // UUID v4 made in the browser: sending it twice records it once
	ConsentID  string                `json:"consentId,omitempty"`  // UUID v4 that only this visitor holds; needed where anything optional is granted
	Action     string                `json:"action"`               // one of Actions
	Choices    map[Category]Decision `json:"choices"`              // all four categories, never by omission
	Services   map[string]Decision   `json:"services,omitempty"`   // services singled out, by id
	Notice     string                `json:"notice"`               // hash of the notice that was shown
	Language   string                `json:"language"`             // BCP 47 tag it was shown in
	Layer      string                `json:"layer"`                // one of Layers: where the visitor acted
	Layout     string                `json:"layout"`               // one of Layouts
	GPC        bool                  `json:"gpc"`                  // the browser sent Global Privacy Control
	ClientTime *time.Time            `json:"clientTime,omitempty"` // when it happened, if delivered late
}

// Facts is the evidence half of a consent, exactly as stored and as answered:
// what was decided, when, about which notice. It names nobody. Fields stand in
// the alphabetical order of their names, which makes the encoding canonical.
type Facts struct {
	Action     string                `json:"action"`
	Choices    map[Category]Decision `json:"choices"`
	ClientTime *time.Time            `json:"clientTime,omitempty"` // when it happened, if that was more than two seconds before Time; Time itself: before it, nobody knows when
	GPC        bool                  `json:"gpc"`
	ID         string                `json:"id"`
	Kind       string                `json:"kind"`
	Language   string                `json:"language"`
	Layer      string                `json:"layer"`
	Layout     string                `json:"layout"`
	Notice     string                `json:"notice"`
	Salt       string                `json:"salt"`
	Services   map[string]Decision   `json:"services,omitempty"`
	Site       string                `json:"site"`
	Time       time.Time             `json:"time"` // of the server, to the second: finer would help to re-link an erased record
	V          int                   `json:"v"`
}

// Record is one consent and where it lies in the log.
type Record struct {
	Place string `json:"place"` // "<epoch>.<index>"
	Facts Facts  `json:"facts"`
}

// who is the identity half: the only thing that relates a record to a person.
// Erase destroys it.
type who struct {
	ConsentID string `json:"consentId"`
	Salt      string `json:"salt"`
}

type noticeFacts struct {
	Content      json.RawMessage `json:"content"`
	Kind         string          `json:"kind"`
	Language     string          `json:"language"`
	LegalVersion int             `json:"legalVersion"`
	Notice       string          `json:"notice"`
	Salt         string          `json:"salt"`
	Site         string          `json:"site"`
	Time         time.Time       `json:"time"`
	V            int             `json:"v"`
}

// epochFacts declare what a new epoch follows. The difference between Prev and
// Held is what storage lost.
type epochFacts struct {
	Held string    `json:"held,omitempty"` // base64 of the checkpoint that storage still held
	Kind string    `json:"kind"`
	Prev string    `json:"prev"` // base64 of the last checkpoint that the writer knew of
	Salt string    `json:"salt"`
	Site string    `json:"site"`
	Time time.Time `json:"time"`
	V    int       `json:"v"`
}

// eraseFacts say that identity halves were destroyed, and how many. Not whose,
// and not where they were: a list of places would tie one visitor's records
// together for ever.
type eraseFacts struct {
	Because string    `json:"because,omitempty"` // becauseAge; empty where a visitor was to be erased
	Kind    string    `json:"kind"`
	Records int       `json:"records"`
	Salt    string    `json:"salt"`
	Site    string    `json:"site"`
	Time    time.Time `json:"time"`
	V       int       `json:"v"`
}

// becauseAge: the halves were kept for as long as was promised. They may be of
// many visitors.
const becauseAge = "age"

// entrySize is what one record contributes to the tree.
const entrySize = 2 * sha256.Size

// entry is SHA-256(facts) ‖ SHA-256(who), or zeros for a half that never was.
type entry [entrySize]byte

func (e entry) leaf() tlog.Hash { return tlog.RecordHash(e[:]) }

func (e entry) hasWho() bool { return [sha256.Size]byte(e[sha256.Size:]) != [sha256.Size]byte{} }

// whoText is the hash of the identity half as a receipt spells it.
func (e entry) whoText() string { return base64.RawURLEncoding.EncodeToString(e[sha256.Size:]) }

// sealed is a record ready for the log: the very bytes that were hashed.
type sealed struct {
	facts, who []byte // who is nil where nobody is named
	entry      entry
}

func newSealed(facts, who []byte) sealed {
	s := sealed{facts: facts, who: who}
	h := sha256.Sum256(facts)
	copy(s.entry[:], h[:])
	if who != nil {
		h := sha256.Sum256(who)
		copy(s.entry[sha256.Size:], h[:])
	}
	return s
}

// sealConsent salts and encodes both halves. Each half has a salt of its own,
// so that opening one says nothing about the other.
func sealConsent(site string, c *Consent, now time.Time) (sealed, error) {
	f := Facts{
		Action: c.Action, Choices: c.Choices, GPC: c.GPC, ID: c.ID, Kind: kindConsent, Language: c.Language, Layer: c.Layer,
		Layout: c.Layout, Notice: c.Notice, Salt: newSalt(), Services: c.Services, Site: site, Time: toSecond(now), V: version,
	}
	f.ClientTime = happened(c.ClientTime, now)
	facts, err := encode(f)
	if err != nil || c.ConsentID == "" {
		return newSealed(facts, nil), err
	}
	half, err := encode(who{ConsentID: c.ConsentID, Salt: newSalt()})
	return newSealed(facts, half), err
}

// happened is when a record that came late happened, as far as that can be told.
// Of a clock that is ahead nothing is left but that it was before now: to say so
// keeps the record one that came late, which never undoes a withdrawal. Nor is one
// that came moments late a prompt one: what its page sent after it may be here before
// it. Of its own second it says the one before, for the same says that a clock was ahead.
func happened(said *time.Time, now time.Time) *time.Time {
	if said == nil {
		return nil
	}
	came := toSecond(now)
	t := toSecond(*said)
	switch {
	case said.After(now):
		t = came
	case t.Equal(came):
		t = came.Add(-time.Second)
	}
	return &t
}

func sealNotice(site string, n Notice, now time.Time) (sealed, error) {
	facts, err := encode(noticeFacts{
		Content: n.Content, Kind: kindNotice, Language: n.Language, LegalVersion: n.LegalVersion, Notice: n.Hash(),
		Salt: newSalt(), Site: site, Time: toSecond(now), V: version,
	})
	return newSealed(facts, nil), err
}

func sealEpoch(site, prev, held string, now time.Time) (sealed, error) {
	facts, err := encode(epochFacts{
		Held: base64.StdEncoding.EncodeToString([]byte(held)), Kind: kindEpoch, Prev: base64.StdEncoding.EncodeToString([]byte(prev)),
		Salt: newSalt(), Site: site, Time: toSecond(now), V: version,
	})
	return newSealed(facts, nil), err
}

func sealErase(site string, records int, because string, now time.Time) (sealed, error) {
	facts, err := encode(eraseFacts{Because: because, Kind: kindErase, Records: records, Salt: newSalt(), Site: site, Time: toSecond(now), V: version})
	return newSealed(facts, nil), err
}

// consent is the act that the facts tell of; whose it was, they do not say.
func (f *Facts) consent() Consent {
	return Consent{
		ID: f.ID, Action: f.Action, Choices: f.Choices, Services: f.Services, Notice: f.Notice, Language: f.Language,
		Layer: f.Layer, Layout: f.Layout, GPC: f.GPC, ClientTime: f.ClientTime,
	}
}

// same reports whether the facts say what c says, apart from when it was sent.
func (f *Facts) same(c *Consent) bool {
	said := f.consent()
	said.ConsentID, said.ClientTime = c.ConsentID, c.ClientTime
	ours, err := json.Marshal(said)
	theirs, bad := json.Marshal(c)
	return err == nil && bad == nil && bytes.Equal(ours, theirs)
}

func toSecond(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

func newSalt() string {
	var b [16]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}
