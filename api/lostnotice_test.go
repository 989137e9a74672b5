package api_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"

	"sluis/consentlog"
)

// client speaks to this Redis past the service.
func (r *redisServer) client() *redis.Client {
	return redis.NewClient(&redis.Options{Network: "unix", Addr: r.socket()})
}

// elsewhere is the log of demo in another process.
func (s *service) elsewhere() (*consentlog.Store, *consentlog.Log) {
	s.t.Helper()
	store, err := consentlog.OpenStore(s.t.Context(), consentlog.StoreOptions{RedisURL: s.redis.url(), Name: "consent.example", Secret: [32]byte{1}})
	must(s.t, err)
	s.t.Cleanup(func() { _ = store.Close() })
	log, err := store.Log(s.t.Context(), "demo")
	must(s.t, err)
	return store, log
}

// flush empties this Redis, as an operator does by mistake.
func (r *redisServer) flush() {
	r.t.Helper()
	c := r.client()
	defer c.Close()
	must(r.t, c.FlushAll(context.Background()).Err())
}

// refuse posts a refusal about a notice.
func (s *service) refuse(notice string) (*http.Response, string) {
	return s.request(http.MethodPost, "/v1/sites/demo/records", fmt.Sprintf(`{"id": %q, "action": "refuse_all",
		"choices": {"necessary": "granted", "functional": "denied", "analytics": "denied", "social-media": "denied"},
		"notice": %q, "language": "nl", "layer": "first", "layout": "box", "gpc": false}`, uuid.NewString(), notice),
		"Origin", "https://www.demo.example", "Content-Type", "text/plain")
}

// A Redis that was emptied takes the notices with it. The site still shows
// them, so its records go on: a refusal would make browsers drop them.
func TestRecordsGoOnWhenNoticesWereLost(t *testing.T) {
	t.Parallel()
	for name, wait := range map[string]time.Duration{
		"at once":             0,
		"after the new epoch": 4 * time.Second, // nobody wrote meanwhile
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, setup{})
			notice, err := s.bundler.Notice(t.Context(), s.site("demo"), "nl")
			must(t, err)
			// A process that is gone began the log, so nobody can put it back.
			gone, log := s.elsewhere()
			must(t, log.Publish(t.Context(), notice))
			must(t, gone.Close())
			if resp, body := s.refuse(notice.Hash()); resp.StatusCode != http.StatusCreated {
				t.Fatal(resp.StatusCode, body)
			}
			s.redis.flush()
			time.Sleep(wait)
			eventually(t, "the log goes on", func() bool {
				resp, body := s.refuse(notice.Hash())
				if resp.StatusCode < 500 && resp.StatusCode != http.StatusCreated {
					t.Fatal(resp.StatusCode, body)
				}
				return resp.StatusCode == http.StatusCreated
			})
		})
	}
}
