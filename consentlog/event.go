package consentlog

import "time"

// EventKind names what a writer did.
type EventKind string

// The kinds of event. Batches are frequent, everything else is rare in a
// healthy installation.
const (
	EventBatch    EventKind = "batch"    // records were committed
	EventConflict EventKind = "conflict" // another process was faster; tried again
	EventUnknown  EventKind = "unknown"  // Redis did not answer; looked before trying again
	EventSettled  EventKind = "settled"  // an unknown Redis was checked before appending
	EventHealed   EventKind = "healed"   // a batch that Redis forgot was put back
	EventEpoch    EventKind = "epoch"    // a loss was declared
	EventFailed   EventKind = "failed"   // callers were told that storage is unavailable
)

// Event tells an observer what happened to a site's log. It never names a
// visitor.
type Event struct {
	Site     string
	Kind     EventKind
	Records  int           // how many it concerned
	Duration time.Duration // of the commit, for EventBatch
}
