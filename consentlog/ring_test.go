package consentlog

import (
	"strconv"
	"testing"
	"time"
)

// ringOf is a ring with n batches of a size, each a second after the other,
// that began at the checkpoints "0", "1" and so on.
func ringOf(n, size int, from time.Time) (r ring, now time.Time) {
	for i := range n {
		now = from.Add(time.Duration(i) * time.Second)
		r.add(&batch{before: checkpoint{text: strconv.Itoa(i)}, size: size}, now, 10*time.Second)
	}
	return r, now
}

// Protects: a batch can be put back for ten seconds in which Redis confirmed,
// however long it was away in between, and not for longer: a clock that was set
// back or forward makes no difference.
func TestRingAgesOnlyWhileRedisConfirms(t *testing.T) {
	const age = 10 * time.Second
	r, now := ringOf(3, 1, time.Unix(1_795_000_000, 0))
	for _, away := range []time.Duration{time.Hour, -time.Hour, 13 * time.Second} {
		now = now.Add(away)
		r.advance(now, age)
	}
	if r.from("0") == nil {
		t.Fatal("an outage made it forget")
	}
	for range 6 {
		now = now.Add(time.Second)
		r.advance(now, age)
	}
	if r.from("0") == nil {
		t.Error("the first is gone too early")
	}
	now = now.Add(time.Second)
	r.advance(now, age)
	if r.from("0") != nil || r.from("1") == nil {
		t.Error("not the first alone is gone")
	}
	for range 2 {
		now = now.Add(time.Second)
		r.advance(now, age)
	}
	if len(r.batches) != 0 || r.bytes != 0 {
		t.Errorf("%d batches are left, of %d bytes", len(r.batches), r.bytes)
	}
}

// Protects: the memory that a ring takes is bounded, the oldest goes first.
func TestRingIsBounded(t *testing.T) {
	r, _ := ringOf(8, ringBytes/4, time.Unix(1_795_000_000, 0))
	if r.bytes > ringBytes+ringBytes/4 || r.from("0") != nil || r.from("7") == nil {
		t.Errorf("%d bytes in %d batches", r.bytes, len(r.batches))
	}
}
