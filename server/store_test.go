package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

// Protects: machines that start together are ready one after another: a service
// whose Redis is not there yet waits for it and says so.
func TestRedisThatComesLater(t *testing.T) {
	t.Parallel()
	folder, data, logger := shortDir(t), shortDir(t), newLogger(Config{}, &lockedBuffer{})
	first, err := startRedis(t.Context(), needRedis(t), folder, logger)
	if err != nil {
		t.Fatal(err)
	}
	first.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	said, log, ended := &lockedBuffer{}, &lockedBuffer{}, make(chan error, 1)
	environ := []string{"SLUIS_LISTEN=127.0.0.1:0", "SLUIS_DATA=" + data, "SLUIS_SITES=" + filepath.Join(data, "sites"), "SLUIS_REDIS_URL=" + first.URL()}
	go func() { ended <- run(ctx, []string{"serve"}, said, log, environ) }()
	has := func(b *lockedBuffer, words string) func() bool {
		return func() bool {
			if len(ended) > 0 {
				t.Fatalf("it ended: %v\n%s", <-ended, log)
			}
			return strings.Contains(b.String(), words)
		}
	}
	eventually(t, "the service waits", has(log, "waiting for redis"))
	later, err := startRedis(t.Context(), needRedis(t), folder, logger)
	if err != nil {
		t.Fatal(err)
	}
	defer later.Close()
	eventually(t, "the service is ready", has(said, "is running"))
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
