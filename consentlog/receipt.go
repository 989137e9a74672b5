package consentlog

import (
	"encoding/json"
	"fmt"

	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// Receipt proves one record to anybody, for ever: what was recorded and a
// c2sp.org/tlog-proof that it stands in the signed log. Of the identity half
// it holds either the half itself (for who holds the consent id), or its hash
// (withheld or erased), or nothing (nobody was named).
type Receipt struct {
	V       int             `json:"v"`
	Facts   json.RawMessage `json:"facts"`
	Who     json.RawMessage `json:"who,omitempty"`
	WhoHash string          `json:"whoHash,omitempty"`
	Proof   string          `json:"proof"`
}

// receiptVersion is the version of the envelope, apart from that of the facts.
const receiptVersion = 1

// UnmarshalJSON reads a receipt strictly. encoding/json would take "Facts" for
// "facts", which the verifiers in other languages rightly do not.
func (r *Receipt) UnmarshalJSON(src []byte) error {
	members, err := readObject(src)
	if err != nil {
		return err
	}
	out := Receipt{}
	seen := map[string]bool{}
	for _, m := range members {
		if seen[m.name] {
			return fmt.Errorf("receipt: %q occurs twice", m.name)
		}
		seen[m.name] = true
		var err error
		switch m.name {
		case "v":
			err = json.Unmarshal(m.value, &out.V)
		case "facts":
			out.Facts = m.value
		case "who":
			out.Who = m.value
		case "whoHash":
			err = json.Unmarshal(m.value, &out.WhoHash)
		case "proof":
			err = json.Unmarshal(m.value, &out.Proof)
		default:
			err = fmt.Errorf("%q is not a field of a receipt", m.name)
		}
		if err != nil {
			return fmt.Errorf("receipt: %w", err)
		}
	}
	*r = out
	return nil
}

// newReceipt joins a record with the proof that a checkpoint covers it. The
// identity half goes in where s holds it: it is read for its holder alone.
func newReceipt(s sealed, index int64, path tlog.RecordProof, checkpoint string) Receipt {
	tp := proof.TLogProof{Index: uint64(index), Checkpoint: []byte(checkpoint)}
	for _, h := range path {
		tp.Hashes = append(tp.Hashes, h)
	}
	r := Receipt{V: receiptVersion, Facts: s.facts, Proof: string(tp.Marshal())}
	switch {
	case s.who != nil:
		r.Who = s.who
	case s.entry.hasWho():
		r.WhoHash = s.entry.whoText()
	}
	return r
}
