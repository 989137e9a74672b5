package consentlog

import "time"

// ring holds the batches of the last seconds, so that what Redis forgets can
// be put back byte for byte.
type ring struct {
	batches []*batch
	bytes   int
}

// ringBytes bounds a ring of a busy log. At twenty thousand records a second
// it is still several seconds, and a Redis that syncs every second forgets one
// or two.
const ringBytes = 64 << 20

// An erasure takes the halves out of the older batches: Redis must not even
// hold them for as long as it takes to put the erasure back too.
func (r *ring) add(b *batch, age time.Duration) {
	if gone := b.erased(); len(gone) > 0 {
		for _, older := range r.batches {
			older.forget(gone)
		}
	}
	kept := *b
	kept.grown, kept.records = nil, nil
	kept.at = time.Now()
	r.batches = append(r.batches, &kept)
	r.bytes += kept.size
	r.trim(age)
}

func (r *ring) trim(age time.Duration) {
	n := 0
	for n < len(r.batches) && (r.bytes > ringBytes || time.Since(r.batches[n].at) > age) {
		r.bytes -= r.batches[n].size
		r.batches[n] = nil
		n++
	}
	r.batches = r.batches[n:]
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
