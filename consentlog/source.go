package consentlog

import "context"

// Source is anything that holds a site's log: the log in Redis, the service
// over HTTP, later a folder. Nothing that it answers is trusted.
//
// Checkpoint answers the newest signed checkpoint, or ErrNotFound where nothing
// was ever recorded. Segment answers at least the records that a checkpoint
// answered earlier covers, for older epochs those that storage still held when
// the epoch ended; ErrNotFound where there are none. Both may be called by one
// goroutine at a time.
type Source interface {
	Checkpoint(ctx context.Context) (string, error)
	Segment(ctx context.Context, epoch, n int64) (Segment, error)
}
