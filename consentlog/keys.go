package consentlog

import (
	"encoding/base64"
	"strconv"

	"github.com/google/uuid"
)

// keys names everything a site has in Redis, one function per key. The braces
// keep a site in one slot of a Cluster, so that a commit is one atomic call.
type keys string

func keysOf(site string) keys { return keys("cl:{" + site + "}:") }

// keyWritten is a string that belongs to no site: when Ping last wrote.
const keyWritten = "cl:written"

// checkpoint is a string: the newest signed checkpoint, and the commit point.
// Its size says how much of everything below exists; what lies beyond is the
// rubbish of a write that was never committed and is never read.
func (k keys) checkpoint() string { return string(k) + "cp" }

// entries is a string: 64 bytes for each record of a segment, positional.
func (k keys) entries(s segmentID) string { return k.numbered(s.epoch, "e", s.n) }

// facts is a string: the facts of a segment as lines of JSON. A full segment
// may later be replaced by its deflated form, kind "z".
func (k keys) facts(s segmentID) string { return k.numbered(s.epoch, "f", s.n) }

// tile is a string: 32-byte hashes of the full tiles below, for levels from 1.
// Level 0 is not stored: a leaf is one hash of its entry.
func (k keys) tile(epoch int64, level int, n int64) string {
	return k.numbered(epoch, "t"+strconv.Itoa(level), n)
}

// purge is a string, there while the append-only file may hold what was erased:
// 32 bytes that name the last commit that erased because somebody asked for it
// (zeros: none), and 32 for the last that swept.
func (k keys) purge() string { return string(k) + "p" }

// visitor is a hash: everything personal about one visitor. Field <place> is
// the identity half of that record, field "now" a summary of the last choice:
// "<place> <time> <notice> <categories>".
func (k keys) visitor(consentID string) string { return string(k) + "s:" + consentID }

// personal is the pattern of the keys that visitor and purge name, of all sites.
const personal = "cl:{*}:[sp]*"

// index is a hash: record id → place. Derived from the log, and split into
// 65,536 buckets so that none grows beyond Redis' compact encoding soon.
func (k keys) index(recordID string) string { return string(k) + "i:" + recordID[:4] }

// notices is a hash: notice hash → "<place> <language> <legalVersion> <since>".
// Derived from the log.
func (k keys) notices() string { return string(k) + "n" }

func (k keys) numbered(epoch int64, kind string, n int64) string {
	return string(k) + strconv.FormatInt(epoch, 10) + ":" + kind + ":" + strconv.FormatInt(n, 10)
}

// indexField is a record id in 22 characters instead of 36.
func indexField(recordID string) string {
	u, err := uuid.Parse(recordID)
	if err != nil {
		return recordID // never reached: ids are validated at the door
	}
	return base64.RawURLEncoding.EncodeToString(u[:])
}
