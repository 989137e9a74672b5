package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/alicebob/miniredis/v2"
)

// storage is the Redis that holds the logs, and whatever has to be stopped
// after the store has let go of it.
type storage struct {
	url     string
	standIn bool
	warning string // what operators must be told again and again; empty when all is well
	close   func() error
}

// standInWarning is said on every start and by /readyz.
const standInWarning = "Records are kept in memory only: nothing survives a restart. " +
	"Install redis-server (7.0 or newer) or set SLUIS_REDIS_URL."

// openStorage takes the operator's Redis, else this machine's redis-server or
// valkey-server as a child, else the stand-in in memory.
func openStorage(ctx context.Context, c Config, logger *slog.Logger) (storage, error) {
	if c.RedisURL != "" {
		return storage{url: c.RedisURL, close: func() error { return nil }}, nil
	}
	folder := filepath.Join(c.Data, "redis")
	program, why := findRedis(ctx)
	if program != "" {
		child, err := startRedis(ctx, program, folder, logger)
		if err != nil {
			return storage{}, fmt.Errorf("embedded redis: %w", err)
		}
		return storage{url: child.URL(), close: child.Close}, nil
	}
	if _, err := os.Stat(filepath.Join(folder, "appendonlydir")); err == nil {
		return storage{}, fmt.Errorf("%s holds records, but %s. Install it again (apt-get install redis-server), "+
			"or set SLUIS_DATA to another folder", folder, why)
	}
	return startStandIn(why, logger)
}

// startStandIn keeps records in memory, for a first look on a machine without
// Redis.
func startStandIn(why string, logger *slog.Logger) (storage, error) {
	mini := miniredis.NewMiniRedis()
	// Any account of this machine can reach a loopback port; the password
	// keeps the others out.
	password := rand.Text()
	mini.RequireAuth(password)
	if err := mini.Start(); err != nil {
		return storage{}, fmt.Errorf("stand-in for redis: %w", err)
	}
	logger.Warn(standInWarning, "reason", why)
	return storage{
		url: "redis://:" + password + "@" + mini.Addr(), standIn: true, warning: standInWarning,
		close: func() error { mini.Close(); return nil },
	}, nil
}

var redisVersion = regexp.MustCompile(`v=(\d+)\.(\d+)`)

// findRedis answers the program, or why there is none.
func findRedis(ctx context.Context) (program, why string) {
	for _, name := range []string{"redis-server", "valkey-server"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		out, err := exec.CommandContext(ctx, path, "--version").Output()
		m := redisVersion.FindSubmatch(out)
		if err != nil || m == nil {
			why = fmt.Sprintf("%s does not tell its version", path)
			continue
		}
		// Before 7.0 Redis replicates scripts, and the fence that keeps two
		// histories apart does not hold.
		if major, _ := strconv.Atoi(string(m[1])); major < 7 {
			why = fmt.Sprintf("%s is version %s.%s and 7.0 or newer is needed", path, m[1], m[2])
			continue
		}
		return path, ""
	}
	if why == "" {
		why = "this machine has neither redis-server nor valkey-server"
	}
	return "", why
}
