package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// Protects: a record says in which language its notice was read, and is not
// taken where the notice is in another: a proof would contradict itself. Whether
// the notice stands in the log already, or gets there with this very record.
func TestLanguageIsThatOfTheNotice(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	notice, err := s.bundler.Notice(t.Context(), s.site("demo"), "nl")
	must(t, err)
	for i, test := range []struct {
		language string
		status   int
	}{
		{"en", http.StatusUnprocessableEntity}, // nothing is logged of it, the notice neither
		{"nl", http.StatusCreated},
		{"en", http.StatusUnprocessableEntity},
		{"nl-NL", http.StatusUnprocessableEntity},
		{"nl", http.StatusCreated},
	} {
		resp, body := s.request(http.MethodPost, "/v1/sites/demo/records", fmt.Sprintf(`{"id": %q, "action": "refuse_all",
			"choices": {"necessary": "granted", "functional": "denied", "analytics": "denied", "social-media": "denied"},
			"notice": %q, "language": %q, "layer": "first", "layout": "box", "gpc": false}`, uuid.NewString(), notice.Hash(), test.language),
			"Origin", "https://www.demo.example", "Content-Type", "text/plain")
		if resp.StatusCode != test.status || resp.StatusCode != http.StatusCreated && !strings.Contains(body, `"pointer":"/language"`) {
			t.Errorf("%d, %s about a notice in nl: %d %s", i, test.language, resp.StatusCode, body)
		}
	}
}
