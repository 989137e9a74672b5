package consentlog

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// Verified is what a receipt proves.
type Verified struct {
	Name   string    // of the key that signed: "<host>/<site>"
	Site   string    // the site it was recorded for
	Kind   string    // "consent"; "notice", "epoch" or "erase" for records of the log itself
	ID     string    // of a consent: its record id
	Action string    // of a consent
	Time   time.Time // of the server
	Place  string    // "<epoch>.<index>"
	Size   int64     // of the log whose checkpoint covers it
	Root   string    // base64 root hash of that log
	Named  bool      // the receipt shows the consent id, and it is the one recorded
	Facts  Facts     // of a consent: everything that was recorded
}

// CheckVerifierKey tells what is wrong with a public key before anything is judged
// by it.
func CheckVerifierKey(vkey string) error {
	_, err := newVerifier(vkey)
	return err
}

// VerifyReceipt checks a receipt offline, with nothing but the public key. An
// error says in plain words what does not hold.
func VerifyReceipt(r Receipt, vkey string) (Verified, error) {
	v, err := newVerifier(vkey)
	if err != nil {
		return Verified{}, err
	}
	return v.verifyReceipt(r)
}

func (v verifier) verifyReceipt(r Receipt) (Verified, error) {
	if r.V != receiptVersion {
		return Verified{}, fmt.Errorf("receipt has version %d; this program knows %d", r.V, receiptVersion)
	}
	e, err := r.entry()
	if err != nil {
		return Verified{}, err
	}
	var tp proof.TLogProof
	if err := tp.Unmarshal([]byte(r.Proof)); err != nil {
		return Verified{}, fmt.Errorf("proof: %w", err)
	}
	// Every proof has one spelling: the parser is lenient about base64.
	if !bytes.Equal(tp.Marshal(), []byte(r.Proof)) || tp.ExtraData != nil {
		return Verified{}, errors.New("proof is not spelled as c2sp.org/tlog-proof has it")
	}
	c, err := v.open(string(tp.Checkpoint))
	if err != nil {
		return Verified{}, fmt.Errorf("the checkpoint is not signed by %s: %w", v.name, err)
	}
	path := make(tlog.RecordProof, len(tp.Hashes))
	for i, h := range tp.Hashes {
		path[i] = h
	}
	if tp.Index >= uint64(c.N) {
		return Verified{}, fmt.Errorf("index %d lies outside a log of %d", tp.Index, c.N)
	}
	index := int64(tp.Index)
	if tlog.CheckRecord(path, c.N, c.Hash, index, e.leaf()) != nil {
		return Verified{}, errors.New("the record is not in the log: its content or its proof was changed")
	}
	out := Verified{
		Name: v.name, Site: v.site(), Place: place{c.epoch, index}.String(), Size: c.N,
		Root: base64.StdEncoding.EncodeToString(c.Hash[:]), Named: r.Who != nil,
	}
	if err := json.Unmarshal(r.Facts, &out.Facts); err != nil {
		return Verified{}, fmt.Errorf("facts: %w", err)
	}
	f := &out.Facts
	if f.V != version {
		return Verified{}, fmt.Errorf("facts have version %d; this program knows %s", f.V, strconv.Itoa(version))
	}
	if f.Site != out.Site {
		return Verified{}, fmt.Errorf("facts are of site %q, the log is of %q", f.Site, out.Site)
	}
	out.Kind, out.ID, out.Action, out.Time = f.Kind, f.ID, f.Action, f.Time
	return out, nil
}

// entry recomputes what the log committed to.
func (r *Receipt) entry() (entry, error) {
	var e entry
	facts, err := Canonical(r.Facts)
	if err != nil {
		return e, fmt.Errorf("facts: %w", err)
	}
	h := sha256.Sum256(facts)
	copy(e[:], h[:])
	switch {
	case r.Who != nil && r.WhoHash != "":
		return e, errors.New("receipt has both who and whoHash")
	case r.Who != nil:
		half, err := Canonical(r.Who)
		if err != nil {
			return e, fmt.Errorf("who: %w", err)
		}
		h := sha256.Sum256(half)
		copy(e[sha256.Size:], h[:])
	case r.WhoHash != "":
		h, err := parseHash(r.WhoHash)
		if err != nil {
			return e, fmt.Errorf("whoHash: %w", err)
		}
		copy(e[sha256.Size:], h[:])
	}
	return e, nil
}
