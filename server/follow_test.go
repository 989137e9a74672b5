package main

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
)

// Protects: what breaks beside the requests is told and ends neither the
// process nor its orderly stop.
func TestBackgroundWorkThatPanics(t *testing.T) {
	var log bytes.Buffer
	s := &service{logger: slog.New(slog.NewTextHandler(&log, nil))}
	s.follow("site files", func(context.Context) error { panic("no good") })
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "background work ended") || !strings.Contains(log.String(), "no good") || !strings.Contains(log.String(), "follow_test.go") {
		t.Errorf("logged: %s", &log)
	}
}
