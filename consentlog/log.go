package consentlog

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// Log is the log of one site. Any number of goroutines may use it, and any
// number of processes may have one on the same site.
type Log struct {
	store *Store
	site  string
	keys  keys
	key   siteKey

	in     chan *pending
	writer *writer // of the one goroutine that runs; rests in between

	mu      sync.Mutex // guards running, sending and refused
	running bool
	sending int // callers in submit: the writer may not rest while there are any
	refused bool

	// What was read and verified, or written, and so need not be read again.
	view      atomic.Pointer[checkpoint] // the newest checkpoint
	epochs    sync.Map                   // epoch that ended → the checkpoint that storage held of it
	noticed   sync.Map                   // notice hash → epoch in which it is known to be logged
	languages sync.Map                   // notice hash → the language it is in, which never changes

	// shown is the newest checkpoint that was read for somebody outside, though
	// Redis may have gone back since: the writer never contradicts it.
	shown atomic.Pointer[checkpoint]
}

func newLog(s *Store, site string, key siteKey) *Log {
	l := &Log{store: s, site: site, keys: keysOf(site), key: key, in: make(chan *pending, maxBatch)}
	l.writer = &writer{log: l}
	return l
}

// VerifierKey is what an outsider needs to check this log: "<host>/<site>+…".
// It belongs in the site's privacy statement.
func (l *Log) VerifierKey() string { return l.key.vkey }

// Checkpoint is the newest signed checkpoint, or ErrNotFound while nothing was
// recorded.
func (l *Log) Checkpoint(ctx context.Context) (string, error) {
	c, err := l.current(ctx)
	if err != nil {
		return "", fmt.Errorf("checkpoint: %w", err)
	}
	l.show(c)
	return c.text, nil
}

// current reads and verifies the newest checkpoint.
func (l *Log) current(ctx context.Context) (checkpoint, error) {
	text, err := l.store.redis.Get(ctx, l.keys.checkpoint()).Result()
	if errors.Is(err, redis.Nil) {
		return checkpoint{}, ErrNotFound
	}
	if err != nil {
		return checkpoint{}, unavailable(err)
	}
	if v := l.view.Load(); v != nil && v.text == text {
		return *v, nil
	}
	c, err := l.key.open(text)
	if err != nil {
		return checkpoint{}, err
	}
	l.view.Store(&c)
	return c, nil
}

// show notes a checkpoint that was read, and goes to whoever asked.
func (l *Log) show(c checkpoint) {
	for {
		shown := l.shown.Load()
		if shown != nil && !shown.end().before(c.end()) || l.shown.CompareAndSwap(shown, &c) {
			return
		}
	}
}

func (l *Log) tiles(ctx context.Context, epoch int64) *tiles {
	return &tiles{ctx: ctx, redis: l.store.redis, keys: l.keys, epoch: epoch}
}

// submit hands a record to the writer and waits for its answer, or for the end
// of ctx. A caller that gives up has been told nothing: its record may have
// been, or may yet be, recorded, and its id finds it then.
func (l *Log) submit(ctx context.Context, record pending) (outcome, error) {
	p := &record // the writer may hold on to it longer than we do
	p.gone = func() bool { return ctx.Err() != nil }
	p.done = make(chan outcome, 1)
	l.mu.Lock()
	if l.refused {
		l.mu.Unlock()
		return outcome{}, fmt.Errorf("%w: the store is closed", ErrUnavailable)
	}
	l.sending++
	if !l.running {
		l.running = true
		l.store.writers.Go(l.run)
	}
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		l.sending--
		l.mu.Unlock()
	}()
	select {
	case l.in <- p:
	case <-ctx.Done():
		return outcome{}, unavailable(context.Cause(ctx))
	}
	select {
	case o := <-p.done:
		return o, o.err
	case <-ctx.Done():
		return outcome{}, unavailable(context.Cause(ctx))
	}
}

// failed wraps an error for a caller, and counts those who were turned away.
func (l *Log) failed(ctx context.Context, op string, err error) error {
	if ctx.Err() != nil && !errors.Is(err, ErrUnavailable) && !errors.Is(err, ErrCorrupt) {
		err = unavailable(err)
	}
	if errors.Is(err, ErrUnavailable) || errors.Is(err, ErrCorrupt) {
		l.store.o.Observe(Event{Site: l.site, Kind: EventFailed, Records: 1})
	}
	if _, invalid := errors.AsType[*InvalidError](err); invalid || errors.Is(err, ErrConflict) {
		return err
	}
	return fmt.Errorf("%s: %w", op, err)
}

// pause keeps a caller that must come again from spinning.
func (l *Log) pause(ctx context.Context) {
	select {
	case <-time.After(retryPause / 4):
	case <-ctx.Done():
	}
}

// refuse lets nobody in any more.
func (l *Log) refuse() {
	l.mu.Lock()
	l.refused = true
	l.mu.Unlock()
}

const (
	tickEvery = time.Second
	// hurry is that while Redis is away and may come back without what only we
	// remember: others will not wait for long.
	hurry = tickEvery / 5
)

// run is the one goroutine that writes. It ends when the store closes, or when
// nobody wrote for a while; the next record starts it again.
func (l *Log) run() {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case p := <-l.in:
			l.writer.write(l.gather(p))
			last = time.Now()
		case <-tick.C:
			if time.Since(last) > l.store.o.idle && l.writer.atEase() && l.rest() {
				return
			}
			l.writer.tick()
			tick.Reset(l.writer.untilTick())
		case <-l.store.stop:
			for !l.rest() {
				select {
				case p := <-l.in:
					l.writer.write(l.gather(p))
				case <-time.After(time.Millisecond): // a caller is on its way in or out
				}
			}
			return
		}
	}
}

// gather takes what waits. Batches form by themselves: whatever arrived during
// the last exchange with Redis.
func (l *Log) gather(first *pending) []*pending {
	out := append(make([]*pending, 0, maxBatch), first)
	for len(out) < maxBatch {
		select {
		case p := <-l.in:
			out = append(out, p)
		default:
			return out
		}
	}
	return out
}

// rest stops the writer unless somebody is waiting for it.
func (l *Log) rest() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sending > 0 {
		return false
	}
	l.writer.rest()
	l.running = false
	return true
}
