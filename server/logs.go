package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"sluis/consentlog"
)

// logs are the logs of an installation, for a command that works on them without
// the service.
type logs struct {
	*consentlog.Store
	redis storage
}

// commandTimeout leaves a Redis that may forget the two seconds in which other
// processes put back what it forgot.
const commandTimeout = 15 * time.Second

// openLogs opens what is there and makes nothing that a service would take for
// its own. instead says what to do where the service has the logs to itself.
func openLogs(p *process, instead func(Config) string) (*logs, error) {
	c, err := LoadConfig(p.environ)
	if err != nil {
		return nil, err
	}
	c.LogLevel = max(c.LogLevel, slog.LevelWarn) // what is asked for goes to standard output
	logger := newLogger(c, p.stderr)
	key, err := existingSigningKey(c)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(c.Data, "redis", "appendonlydir")); c.RedisURL == "" && err != nil {
		return nil, fmt.Errorf("%s holds no log. Set SLUIS_DATA or SLUIS_REDIS_URL as they are for the service. %s", c.Data, instead(c))
	}
	redis, err := openStorage(p.ctx, c, logger)
	if errors.Is(err, errInUse) {
		return nil, fmt.Errorf("%w.\n%s", err, instead(c))
	}
	if err != nil {
		return nil, err
	}
	store, err := consentlog.OpenStore(p.ctx, consentlog.StoreOptions{
		RedisURL: redis.url, Name: key.Name, Secret: key.Secret, StateDir: filepath.Join(c.Data, "state"), Logger: logger, Timeout: commandTimeout,
	})
	if err != nil {
		return nil, errors.Join(storageFault(err), redis.close())
	}
	return &logs{store, redis}, nil
}

// close lets go of the logs, and of Redis after them.
func (l *logs) close() error { return errors.Join(l.Store.Close(), l.redis.close()) }

// existingSigningKey makes no key where there is none: it would not be the one
// that the log was begun with.
func existingSigningKey(c Config) (signingKey, error) {
	path := filepath.Join(c.Data, "signing.key")
	if _, err := os.Stat(path); err != nil {
		return signingKey{}, fmt.Errorf("the signing key is needed: %w. Set SLUIS_DATA to the data folder of the service", err)
	}
	return openSigningKey(path, c.publicHost(), filepath.Join(c.Data, "state"))
}
