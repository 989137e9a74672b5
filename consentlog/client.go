package consentlog

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// The library prints to standard error by itself, addresses included. What an
// operator should know we say through the store's logger. It has to be set
// before any client exists, for the library reads it without a lock.
var _ = func() struct{} {
	redis.SetLogger(silence{})
	return struct{}{}
}()

type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}

// attemptTimeout bounds one exchange with Redis. A third of a caller's time, so
// that an unanswered write can be looked up and answered within it.
func attemptTimeout(total time.Duration) time.Duration { return total / 3 }

// newClient connects by URL: redis://, rediss:// and unix:// for one server;
// with ?master_name=… and the addresses of Sentinels; with ?addr=… for further
// nodes of a Cluster.
//
// The library never retries by itself: whether an unanswered write happened is
// for the writer to find out. Deadlines of contexts count, which they do not
// by default.
func newClient(address string, timeout time.Duration) (redis.UniversalClient, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("redis URL: not a URL") // the error of url.Parse repeats the password
	}
	quiet := &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	wait := attemptTimeout(timeout)
	switch q := u.Query(); {
	case q.Has("master_name"):
		o, err := redis.ParseFailoverURL(address)
		if err != nil {
			return nil, fmt.Errorf("redis URL: %w", err)
		}
		o.ContextTimeoutEnabled, o.MaxRetries, o.DisableIdentity = true, -1, true
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.DialerRetries = wait, wait, wait, 1
		return redis.NewFailoverClient(o), nil
	case q.Has("addr"):
		o, err := redis.ParseClusterURL(address)
		if err != nil {
			return nil, fmt.Errorf("redis URL: %w", err)
		}
		o.ContextTimeoutEnabled, o.MaxRetries, o.DisableIdentity, o.MaintNotificationsConfig = true, -1, true, quiet
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.DialerRetries = wait, wait, wait, 1
		return redis.NewClusterClient(o), nil
	default:
		o, err := redis.ParseURL(address)
		if err != nil {
			return nil, fmt.Errorf("redis URL: %w", err)
		}
		o.ContextTimeoutEnabled, o.MaxRetries, o.DisableIdentity, o.MaintNotificationsConfig = true, -1, true, quiet
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.DialerRetries = wait, wait, wait, 1
		return redis.NewClient(o), nil
	}
}

// addressOf is a Redis URL without its password, for messages.
func addressOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the given Redis URL"
	}
	return u.Redacted()
}
