package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

type serveCommand struct{}

func (serveCommand) Help() string {
	return `Everything is set by environment variables, and everything has a default (sluis check prints what is in force).
Without SLUIS_REDIS_URL this machine's redis-server, or else its valkey-server, is started inside SLUIS_DATA. Without
site files in SLUIS_SITES the demo site is served. SIGINT or SIGTERM stops the service in order.

Examples:
  sluis serve
  SLUIS_PUBLIC_URL=https://consent.example.nl SLUIS_REDIS_URL=redis://redis:6379 SLUIS_LISTEN=:8080 sluis serve`
}

func (serveCommand) Run(p *process) error {
	c, err := LoadConfig(p.environ)
	if err != nil {
		return err
	}
	s, err := startService(p.ctx, c, newLogger(c, p.stderr))
	if err != nil {
		if p.ctx.Err() != nil {
			return nil // asked to stop before it had started
		}
		return err
	}
	if err := welcome(p.stdout, s); err != nil {
		return errors.Join(fmt.Errorf("say welcome: %w", err), s.Stop(context.Background()))
	}
	select {
	case <-p.ctx.Done():
	case err = <-s.failed:
	}
	return errors.Join(err, s.Stop(context.Background()))
}

// newLogger writes to standard error, so that standard output stays for what
// was asked for.
func newLogger(c Config, to io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(to, options))
	}
	return slog.New(slog.NewTextHandler(to, options))
}
