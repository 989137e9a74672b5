package consentlog

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// checkpoint is a c2sp.org/tlog-checkpoint that was signed or verified here.
// The zero value stands for a log that does not exist yet.
type checkpoint struct {
	epoch int64
	tlog.Tree
	text string // the signed note
}

// end is the place after the last record.
func (c *checkpoint) end() place { return place{c.epoch, c.N} }

// sign makes the checkpoint of a tree. Ed25519 is deterministic: signing the
// same tree twice gives the same bytes.
func (k siteKey) sign(epoch int64, t tlog.Tree) (checkpoint, error) {
	body := log.Checkpoint{Origin: k.origin(epoch), Size: uint64(t.N), Hash: t.Hash[:]}.Marshal()
	text, err := note.Sign(&note.Note{Text: string(body)}, k.signer)
	if err != nil {
		return checkpoint{}, fmt.Errorf("sign checkpoint: %w", err)
	}
	return checkpoint{epoch: epoch, Tree: t, text: string(text)}, nil
}

// origin is the first line of a checkpoint: "<host>/<site>/<epoch>".
func (v verifier) origin(epoch int64) string {
	return v.name + "/" + strconv.FormatInt(epoch, 10)
}

// open verifies a checkpoint: signature, origin and form. Every failure is
// ErrCorrupt, for nobody but the site's key writes checkpoints.
func (v verifier) open(text string) (checkpoint, error) {
	fail := func(err error) (checkpoint, error) {
		return checkpoint{}, fmt.Errorf("%w: checkpoint: %w", ErrCorrupt, err)
	}
	n, err := note.Open([]byte(text), v.known)
	if _, other := errors.AsType[*note.UnverifiedNoteError](err); other {
		return fail(fmt.Errorf("%w: %w", ErrOtherKey, err))
	}
	if err != nil {
		return fail(err)
	}
	for _, s := range n.Sigs {
		// note ignores the unused bits of base64; one signature, one spelling.
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return fail(fmt.Errorf("signature: %w", err))
		}
	}
	var c log.Checkpoint
	rest, err := c.Unmarshal([]byte(n.Text))
	if err != nil {
		return fail(err)
	}
	if len(rest) > 0 || string(c.Marshal()) != n.Text || c.Size == 0 || c.Size > math.MaxInt64 || len(c.Hash) != tlog.HashSize {
		return fail(errors.New("malformed"))
	}
	suffix, ours := strings.CutPrefix(c.Origin, v.name+"/")
	epoch, err := strconv.ParseInt(suffix, 10, 64)
	if !ours || err != nil || epoch < 1 || v.origin(epoch) != c.Origin {
		return fail(fmt.Errorf("it belongs to %q, not to %q", c.Origin, v.name))
	}
	return checkpoint{epoch: epoch, Tree: tlog.Tree{N: int64(c.Size), Hash: tlog.Hash(c.Hash)}, text: text}, nil
}
