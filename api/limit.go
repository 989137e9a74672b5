package api

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"math"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is a token bucket. PerSecond below zero means without limit; zero
// fields take the default.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Limits bound what one address and one site may ask for.
type Limits struct {
	// Address bounds all calls below /v1/ from one address (an IPv6 /64).
	// Default 20 a second, 200 at once: an office or a mobile operator behind
	// one address has many visitors.
	Address Rate
	// Site bounds the records of one site, so that a flood at one site leaves
	// room for the others. Default 1000 a second, 2000 at once.
	Site Rate
}

func (l Limits) withDefaults() Limits {
	if l.Address.PerSecond == 0 {
		l.Address = Rate{PerSecond: 20, Burst: 200}
	}
	if l.Site.PerSecond == 0 {
		l.Site = Rate{PerSecond: 1000, Burst: 2000}
	}
	return l
}

// limiter holds the buckets. An address is in it only as an HMAC under a salt
// that lives for a day, in memory (standards: no log of addresses, nothing to
// subpoena).
type limiter struct {
	limits Limits
	now    func() time.Time

	mu        sync.Mutex // guards what follows
	salt      [32]byte
	saltDay   int64
	swept     time.Time
	addresses map[[16]byte]*rate.Limiter
	sites     map[string]*rate.Limiter
}

func newLimiter(l Limits, now func() time.Time) *limiter {
	return &limiter{limits: l.withDefaults(), now: now, addresses: map[[16]byte]*rate.Limiter{}, sites: map[string]*rate.Limiter{}}
}

// sweepEvery is how often full buckets are thrown away: a full bucket and none
// are the same.
const sweepEvery = time.Minute

// address takes one token from an address's bucket.
func (l *limiter) address(ip string) verdict {
	if l.limits.Address.PerSecond < 0 {
		return verdict{ok: true}
	}
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if day := now.Unix() / 86400; day != l.saltDay {
		_, _ = rand.Read(l.salt[:]) // never fails (crypto/rand)
		l.saltDay = day
		clear(l.addresses)
	}
	if now.Sub(l.swept) > sweepEvery {
		l.sweep(now)
	}
	mac := hmac.New(sha256.New, l.salt[:])
	mac.Write([]byte(network(ip)))
	var key [16]byte
	copy(key[:], mac.Sum(nil))
	return take(l.addresses, key, "address", l.limits.Address, now)
}

// site takes one token from a site's bucket.
func (l *limiter) site(id string) verdict {
	if l.limits.Site.PerSecond < 0 {
		return verdict{ok: true}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return take(l.sites, id, "site", l.limits.Site, l.now())
}

func (l *limiter) sweep(now time.Time) {
	l.swept = now
	for key, bucket := range l.addresses {
		if bucket.TokensAt(now) >= float64(l.limits.Address.Burst) {
			delete(l.addresses, key)
		}
	}
}

func take[K comparable](buckets map[K]*rate.Limiter, key K, name string, r Rate, now time.Time) verdict {
	bucket := buckets[key]
	if bucket == nil {
		bucket = rate.NewLimiter(rate.Limit(r.PerSecond), r.Burst)
		buckets[key] = bucket
	}
	ok := bucket.AllowN(now, 1)
	return verdict{ok: ok, name: name, rate: r, tokens: bucket.TokensAt(now)}
}

// verdict is what a bucket said. An empty name: there is no limit.
type verdict struct {
	ok     bool
	name   string
	rate   Rate
	tokens float64
}

// remaining is an item of the RateLimit header (IETF draft-ietf-httpapi-ratelimit-headers).
func (v verdict) remaining() string {
	full := math.Ceil((float64(v.rate.Burst) - v.tokens) / v.rate.PerSecond)
	return fmt.Sprintf(`"%s";r=%d;t=%d`, v.name, int(max(0, v.tokens)), int(full))
}

// policy is an item of the RateLimit-Policy header.
func (v verdict) policy() string {
	return fmt.Sprintf(`"%s";q=%d;w=%d`, v.name, v.rate.Burst, int(math.Ceil(float64(v.rate.Burst)/v.rate.PerSecond)))
}

// wait is the time until there is a token again, in seconds.
func (v verdict) wait() int {
	return min(3600, max(1, int(math.Ceil((1-v.tokens)/v.rate.PerSecond))))
}

// network is the part of an address that one customer of a provider has.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil || addr.Is4() || addr.Is4In6() {
		return ip
	}
	prefix, err := addr.WithZone("").Prefix(64)
	if err != nil {
		return ip
	}
	return prefix.String()
}
