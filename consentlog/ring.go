package consentlog

import "time"

// ring holds the batches of the last seconds, so that what Redis forgets can
// be put back byte for byte.
//
// Its clock goes only while Redis confirms. What was committed just before an
// outage is what a Redis that syncs every second forgets, so it is still there
// when the outage ends, however long that took: meanwhile nothing is added.
type ring struct {
	batches   []*batch
	bytes     int
	clock     time.Duration
	confirmed time.Time // when Redis last did
}

// ringBytes bounds a ring of a busy log. At twenty thousand records a second
// it is still several seconds, and a Redis that syncs every second forgets one
// or two.
const ringBytes = 64 << 20

// advance says that Redis holds everything of now. Between two looks it may
// have been away, so no step is longer than the time from one to the next.
func (r *ring) advance(now time.Time, age time.Duration) {
	if !r.confirmed.IsZero() {
		r.clock += max(0, min(now.Sub(r.confirmed), tickEvery))
	}
	r.confirmed = now
	n := 0
	for n < len(r.batches) && (r.bytes > ringBytes || r.clock-r.batches[n].kept > age) {
		r.bytes -= r.batches[n].size
		r.batches[n] = nil
		n++
	}
	r.batches = r.batches[n:]
}

// add keeps a batch that was just committed. An erasure takes the halves out of
// the older batches: Redis must not even hold them for as long as it takes to
// put the erasure back too.
func (r *ring) add(b *batch, now time.Time, age time.Duration) {
	if gone := b.erased(); len(gone) > 0 {
		for _, older := range r.batches {
			older.forget(gone)
		}
	}
	r.advance(now, age)
	own := *b
	own.grown, own.records = nil, nil
	own.kept = r.clock
	r.batches = append(r.batches, &own)
	r.bytes += own.size
}

// from finds the batch that began at the checkpoint.
func (r *ring) from(text string) *batch {
	for _, b := range r.batches {
		if b.before.text == text {
			return b
		}
	}
	return nil
}
