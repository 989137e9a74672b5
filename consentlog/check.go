package consentlog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Loss is a run of records that storage lost and that the log declares. Where
// From equals To, the writer ended together with a Redis that forgets: what it
// recorded in its last second is lost, and how much that was nobody knows.
type Loss struct {
	Epoch  int64 // in which they were
	From   int64 // index of the first one, unless others wrote in their places before it; of a fork 0, for nobody knows where it begins
	To     int64 // index after the last one that was known
	Forked bool  // storage held other records in their places, signed too
}

// SetBack is a record that is stamped more than five minutes before the one in
// front of it: the service's clock was set back between them. Which came first
// is proven all the same; when, only the clock says.
type SetBack struct {
	Place    string // of the later record
	From, To time.Time
}

// Report is what verifying a whole log found. It is complete only without an
// error; with one it says how far things were in order.
type Report struct {
	Name     string // of the key: "<host>/<site>"
	Site     string
	Size     int64  // of the current epoch
	Root     string // base64
	Epochs   int64  // verified, the current one included
	Records  int64
	Consents int64
	Notices  int64
	Erasures int64
	Other    int64 // records of kinds that this version does not know
	Repeated int64 // consents whose id occurred before
	Losses   []Loss
	SetBacks []SetBack
}

// VerifyLog checks a whole log with nothing but the public key: that the
// entries have the signed root, the facts match their entries, every consent
// keeps the rules and names a notice that was logged before it in full. It
// follows the epochs back as far as storage held them, and reports the losses
// that they declare and where the clock was set back. progress may be nil.
func VerifyLog(ctx context.Context, src Source, vkey string, progress func(done, total int64)) (Report, error) {
	v, err := newVerifier(vkey)
	if err != nil {
		return Report{}, err
	}
	k := &checker{verifier: v, src: src, ids: map[uuid.UUID]struct{}{}, progress: progress}
	k.report.Name, k.report.Site = v.name, v.site()
	text, err := src.Checkpoint(ctx)
	if err != nil {
		return k.report, fmt.Errorf("verify log: %w", err)
	}
	c, err := v.open(text)
	if err != nil {
		return k.report, fmt.Errorf("verify log: %w", err)
	}
	k.report.Size, k.report.Root, k.total = c.N, base64.StdEncoding.EncodeToString(c.Hash[:]), c.N
	for more := true; more; {
		if c, more, err = k.epoch(ctx, c); err != nil {
			return k.report, fmt.Errorf("verify log: %w", err)
		}
	}
	return k.report, nil
}

type checker struct {
	verifier
	src         Source
	report      Report
	ids         map[uuid.UUID]struct{}
	done, total int64
	progress    func(done, total int64)
	known       checkpoint // of the epoch that is looked at: what its writer knew, where that is no part of it
}

// record checks one record: its facts against its entry, and its kind's rules.
func (k *checker) record(state *epochState, at place, e entry, src json.RawMessage) error {
	facts := []byte(src)
	if h := sha256.Sum256(facts); !bytes.Equal(h[:], e[:sha256.Size]) {
		// A transport may have escaped or indented them on the way.
		canonical, err := Canonical(facts)
		if err != nil {
			return err
		}
		if h := sha256.Sum256(canonical); !bytes.Equal(h[:], e[:sha256.Size]) {
			return errors.New("the facts differ from their entry")
		}
		facts = canonical
	}
	var f Facts
	if err := json.Unmarshal(facts, &f); err != nil {
		return err
	}
	switch {
	case f.V != version:
		return fmt.Errorf("version %d is unknown", f.V)
	case f.Site != k.site():
		return fmt.Errorf("it belongs to site %q", f.Site)
	}
	if f.Time.Before(state.latest.Add(-skew)) {
		k.report.SetBacks = append(k.report.SetBacks, SetBack{at.String(), state.latest, f.Time})
		state.latest = f.Time
	}
	if f.Time.After(state.latest) {
		state.latest = f.Time
	}
	k.report.Records++
	switch f.Kind {
	case kindConsent:
		k.report.Consents++
		return k.consent(state, e, &f)
	case kindNotice:
		k.report.Notices++
		return state.notice(facts)
	case kindErase:
		k.report.Erasures++
		return erasure(e, facts)
	case kindEpoch:
		if at.index != 0 {
			return errors.New("an epoch is declared in the middle of one")
		}
		state.first = &epochFacts{}
		return json.Unmarshal(facts, state.first)
	}
	k.report.Other++
	return nil
}

// erasure refuses one that names somebody, or that counts what cannot be.
func erasure(e entry, facts []byte) error {
	var f eraseFacts
	if err := json.Unmarshal(facts, &f); err != nil {
		return err
	}
	if e.hasWho() || f.Records < 0 {
		return fmt.Errorf("an erasure of %d records, naming somebody: %t", f.Records, e.hasWho())
	}
	return nil
}

func (k *checker) consent(state *epochState, e entry, f *Facts) error {
	c := f.consent()
	if e.hasWho() {
		c.ConsentID = f.ID // any: whose it is, is not for the facts to say
	}
	if err := c.Validate(f.Time.Add(-time.Second)); err != nil { // facts hold whole seconds
		return err
	}
	if !state.notices[f.Notice] {
		return fmt.Errorf("notice %s was not logged before it", f.Notice)
	}
	id := uuid.MustParse(f.ID)
	if _, again := k.ids[id]; again {
		k.report.Repeated++
	}
	k.ids[id] = struct{}{}
	return nil
}

func (s *epochState) notice(facts []byte) error {
	var f noticeFacts
	if err := json.Unmarshal(facts, &f); err != nil {
		return err
	}
	n := Notice{Language: f.Language, LegalVersion: f.LegalVersion, Content: slices.Clone(f.Content)}
	if err := n.Validate(); err != nil {
		return err
	}
	if n.Hash() != f.Notice {
		return fmt.Errorf("its content is not that of notice %s", f.Notice)
	}
	s.notices[f.Notice] = true
	return nil
}
