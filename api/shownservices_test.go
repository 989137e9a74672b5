package api_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// A record may single out the services that its notice shows: those that the
// site had then, which it may have taken away since, and no others.
func TestServicesAreThoseOfTheNotice(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	file := filepath.Join(s.dir, "sites", "demo.yaml")
	before, err := s.bundler.Notice(t.Context(), s.site("demo"), "nl")
	must(t, err)
	_, log := s.elsewhere()
	must(t, log.Publish(t.Context(), before))
	must(t, os.WriteFile(file, []byte(strings.Replace(demoSite, "youtube: {}", "facebook-plugins: {}", 1)), 0o600))
	must(t, s.sites.Reload(t.Context()))
	now, err := s.bundler.Notice(t.Context(), s.site("demo"), "nl")
	must(t, err)
	for _, test := range []struct {
		notice, service string
		status          int
	}{
		{before.Hash(), "youtube", http.StatusCreated},
		{before.Hash(), "facebook-plugins", http.StatusUnprocessableEntity},
		{before.Hash(), "made-up", http.StatusUnprocessableEntity},
		{now.Hash(), "facebook-plugins", http.StatusCreated},
		{now.Hash(), "youtube", http.StatusUnprocessableEntity},
	} {
		resp, body := s.request(http.MethodPost, "/v1/sites/demo/records", fmt.Sprintf(`{"id": %q, "consentId": %q, "action": "embed",
			"choices": {"necessary": "granted", "functional": "denied", "analytics": "denied", "social-media": "denied"},
			"services": {%q: "granted"}, "notice": %q, "language": "nl", "layer": "embed", "layout": "box", "gpc": false}`,
			uuid.NewString(), uuid.NewString(), test.service, test.notice), "Origin", "https://www.demo.example", "Content-Type", "text/plain")
		if resp.StatusCode != test.status || resp.StatusCode != http.StatusCreated && !strings.Contains(body, "/services/"+test.service) {
			t.Errorf("%s under %.6s…: %d %s", test.service, test.notice, resp.StatusCode, body)
		}
	}
}
