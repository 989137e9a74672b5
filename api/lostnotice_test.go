package api_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"sluis/consentlog"
)

// ask sends one command to this Redis past the service, and gives the first
// 64 KB of the answer.
func (r *redisServer) ask(command string) string {
	r.t.Helper()
	c, err := net.Dial("unix", r.socket())
	must(r.t, err)
	defer c.Close()
	_, err = fmt.Fprintf(c, "%s\r\nQUIT\r\n", command)
	must(r.t, err)
	answer, err := io.ReadAll(io.LimitReader(c, 64<<10))
	must(r.t, err)
	return string(answer)
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
	for name, idle := range map[string]bool{
		"at once":             false,
		"after the new epoch": true, // which began by itself: nobody wrote meanwhile
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
			if answer := s.redis.ask("FLUSHALL"); !strings.HasPrefix(answer, "+OK") {
				t.Fatal(answer)
			}
			if idle {
				eventually(t, "a new epoch begins", func() bool { return strings.HasPrefix(s.redis.ask("EXISTS cl:{demo}:cp"), ":1") })
			}
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
