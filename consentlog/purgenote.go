package consentlog

import (
	"crypto/sha256"
	"strings"
	"time"
)

// purgeNote is the value of keys.purge: the hash of the last commit that erased
// because somebody asked for it, and that of the last that swept. Zeros: none.
type purgeNote string

// purgeHalf is the length of each of the two.
const purgeHalf = sha256.Size

// nobodyAsked begins the note of what only a sweep destroyed.
var nobodyAsked = string(make([]byte, purgeHalf))

func (n purgeNote) sweptOnly() bool { return strings.HasPrefix(string(n), nobodyAsked) }

// asked is the half that names the last erasure somebody asked for.
func (n purgeNote) asked() string { return string(n[:min(len(n), purgeHalf)]) }

// withoutAsked is what is left when that erasure is made good.
func (n purgeNote) withoutAsked() purgeNote { return purgeNote(nobodyAsked) + n[purgeHalf:] }

// purgeNotes are those of several logs, by their key.
type purgeNotes map[string]purgeNote

// pause is how long a Redis is left alone with these notes.
func (n purgeNotes) pause() time.Duration {
	for _, note := range n {
		if !note.sweptOnly() {
			return purgePause
		}
	}
	return agedPause
}
