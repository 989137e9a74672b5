package consentlog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// StoreOptions says where the logs live and who signs them.
type StoreOptions struct {
	// RedisURL is redis://, rediss:// or unix://; with ?master_name=… for
	// Sentinel, with ?addr=… for the further nodes of a Cluster.
	RedisURL string
	// StandIn says that the server is an in-process imitation of Redis: it has
	// no INFO and no CONFIG to ask, and nothing in it survives the process.
	StandIn bool
	// Name is the public host that the service began with. It begins every
	// checkpoint and every verifier key, so it stays when the host changes: a
	// log that was begun under another name is ErrCorrupt under this one.
	Name string
	// Secret is what the keys of all sites are derived from. Whoever has it can
	// sign for every site.
	Secret [32]byte
	// StateDir is a folder that remembers the last checkpoints outside Redis,
	// so that a process that starts again notices what Redis forgot meanwhile.
	// Processes may share it. Empty: nothing is remembered; a process that
	// starts on a Redis that forgot may then contradict receipts given before.
	StateDir string
	// Logger gets what an operator should know; default none.
	Logger *slog.Logger
	// Timeout is the most a caller waits for Redis; default 3 s.
	Timeout time.Duration
	// VisitorLifetime is how long an identity half is kept whose notice does not
	// say; default: the longest that any site may promise, 13 months and 5 years.
	// A week later than that after the last choice, where nobody sweeps, Redis by
	// itself forgets the visitor.
	VisitorLifetime time.Duration
	// Observe is told what the writers do, from their goroutines; it must be
	// quick. Default none.
	Observe func(Event)

	// Seams for tests; zero values mean what is written at their defaults.
	now     func() time.Time
	healFor time.Duration // how long processes have to put back what Redis forgot: 2 s
	ringAge time.Duration // how long a committed batch can be put back: 10 s
	idle    time.Duration // after which a log without writes rests: 10 min
}

// Store holds the logs of all sites in one Redis.
type Store struct {
	o         StoreOptions
	redis     redis.UniversalClient
	scripts   scripts
	memory    *memory
	guarantee atomic.Pointer[guarantee]
	settled   atomic.Int64 // counts how often a log settled with an unknown Redis, or tried to
	rewritten sync.Map     // run ids of the Redis servers whose append-only file was seen to
	purger    *purger

	written   sync.Mutex // guards writtenAt
	writtenAt time.Time  // when Ping last wrote

	writers sync.WaitGroup // and the purger
	stop    chan struct{}
	mu      sync.Mutex // guards logs and stopped
	logs    map[string]*Log
	stopped bool
}

// OpenStore connects, and makes sure that this Redis can hold evidence: version
// 7 or later, a master, and no eviction of keys. An error names the address and
// the mend. It does not wait for a Redis that is away.
func OpenStore(ctx context.Context, o StoreOptions) (*Store, error) {
	o.Timeout = cmp.Or(o.Timeout, 3*time.Second)
	o.VisitorLifetime = cmp.Or(o.VisitorLifetime, (395+5*365)*24*time.Hour)
	o.healFor = cmp.Or(o.healFor, 2*time.Second)
	o.ringAge = cmp.Or(o.ringAge, 10*time.Second)
	o.idle = cmp.Or(o.idle, 10*time.Minute)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Observe == nil {
		o.Observe = func(Event) {}
	}
	if o.now == nil {
		o.now = time.Now
	}
	if o.Name == "" {
		return nil, errors.New("open store: Name is empty: give the public host")
	}
	client, err := newClient(o.RedisURL, o.Timeout)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{o: o, redis: client, scripts: newScripts(), stop: make(chan struct{}), logs: map[string]*Log{}}
	s.purger = newPurger(s)
	if err := s.probe(ctx); err != nil {
		client.Close()
		return nil, fmt.Errorf("open store: redis at %s: %w", addressOf(o.RedisURL), err)
	}
	if o.StateDir != "" && !o.StandIn {
		if s.memory, err = openMemory(o.StateDir); err != nil {
			client.Close()
			return nil, fmt.Errorf("open store: %w", err)
		}
	}
	if s.memory == nil && !o.StandIn && !s.guarantee.Load().durable {
		o.Logger.WarnContext(ctx, "this Redis may forget, and there is no state folder to notice it by after a restart")
	}
	s.writers.Go(s.purger.run)
	return s, nil
}

// Guarantee says in one line what survives when Redis loses power.
func (s *Store) Guarantee() string { return s.guarantee.Load().text }

// Forgets tells whether a mere restart of Redis loses what was recorded.
func (s *Store) Forgets() bool { return !s.guarantee.Load().appendOnly }

// Ping answers nil when Redis does and takes writes: one that is full, or that
// became a replica, answers and keeps nothing. It writes at most once a second,
// however often it is called.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout(s.o.Timeout))
	defer cancel()
	if err := s.redis.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("ping: %w", unavailable(err))
	}
	s.written.Lock()
	defer s.written.Unlock()
	if time.Since(s.writtenAt) < time.Second {
		return nil
	}
	if err := s.redis.Set(ctx, keyWritten, s.o.now().Unix(), 0).Err(); err != nil {
		return fmt.Errorf("ping: %w", unavailable(err))
	}
	s.writtenAt = time.Now()
	return nil
}

// Log is the log of a site. It reads nothing yet: a log comes into being with
// its first record. One Log serves any number of goroutines for as long as the
// store is open.
func (s *Store) Log(_ context.Context, site string) (*Log, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return nil, fmt.Errorf("log %s: %w: the store is closed", site, ErrUnavailable)
	}
	if l := s.logs[site]; l != nil {
		return l, nil
	}
	if !slugPattern.MatchString(site) {
		return nil, fmt.Errorf("log: %q is not the id of a site", site)
	}
	key, err := newSiteKey(s.o.Secret, s.o.Name, site)
	if err != nil {
		return nil, fmt.Errorf("log %s: %w", site, err)
	}
	l := newLog(s, site, key)
	s.logs[site] = l
	return l, nil
}

// opened lists the logs that were asked for.
func (s *Store) opened() []*Log {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.logs))
}

// Close lets every writer finish what it is writing, remembers where the logs
// stand, and disconnects.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.stopped {
		s.mu.Unlock()
		return nil
	}
	s.stopped = true
	for _, l := range s.logs {
		l.refuse()
	}
	s.mu.Unlock()
	close(s.stop)
	s.writers.Wait()
	err := s.redis.Close()
	if s.memory != nil {
		err = errors.Join(err, s.memory.close())
	}
	if err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// node is the connection to the one server that holds a key.
func (s *Store) node(ctx context.Context, key string) (redis.UniversalClient, error) {
	if c, ok := s.redis.(*redis.ClusterClient); ok {
		return c.MasterForKey(ctx, key)
	}
	return s.redis, nil
}
