// Package consentlog keeps what visitors decided in a tamper-evident log, one
// Merkle tree per site, inside Redis.
//
// Guarantees. A receipt that Append returned is final: the record, its place
// in the tree and the signed checkpoint that covers it were one atomic write.
// It verifies for ever with the site's public key alone, without this service.
// The same record id is recorded at most once, whatever was lost, repeated or
// killed on the way. No two checkpoints that anyone received contradict each
// other: when Redis forgets, what it forgot is put back byte for byte, or a new
// epoch declares the loss. Facts name nobody; the only link to a person is a
// salted half that can be destroyed without breaking a proof.
//
// Non-goals. It cannot prove that a visit happened, only that a record was not
// changed, moved, dropped or backdated since. It knows nothing of HTTP, of what
// a banner looks like, or of which services a site may name.
package consentlog
