package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// act is what a visitor decided, and what the browser sends along with it.
type act struct {
	action     string
	granted    string // the digit of the cookie
	services   map[string]string
	id         string
	clientTime string
	held       string // the choice cookie
	notice     string // "": the one of now
}

const visitor = "0b8f3f0e-6c1d-4f5a-9a53-2f6f6f1f7c11"

// send records the act and returns the status and the Set-Cookie of the answer.
func (s *service) send(t *testing.T, a act) (int, string) {
	t.Helper()
	if a.notice == "" {
		n, err := s.bundler.Notice(t.Context(), s.site("demo"), "nl")
		must(t, err)
		a.notice = n.Hash()
	}
	choices := map[string]string{"necessary": "granted", "functional": "denied", "analytics": "denied", "social-media": "denied"}
	var bits int
	_, err := fmt.Sscanf(a.granted, "%x", &bits)
	must(t, err)
	for i, category := range []string{"necessary", "functional", "analytics", "social-media"} {
		if bits&(1<<i) != 0 {
			choices[category] = "granted"
		}
	}
	body := map[string]any{
		"id": a.id, "consentId": visitor, "action": a.action, "choices": choices, "notice": a.notice,
		"language": "nl", "layer": "preferences", "layout": "box", "gpc": false,
	}
	if a.services != nil {
		body["services"] = a.services
	}
	if a.clientTime != "" {
		body["clientTime"] = a.clientTime
	}
	b, err := json.Marshal(body)
	must(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/v1/sites/demo/records", strings.NewReader(string(b)))
	must(t, err)
	req.Header.Set("Content-Type", "text/plain")
	req.Header.Set("Origin", "https://www.demo.example")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if a.held != "" {
		req.Header.Set("Cookie", "a=b; __Host-sluis="+a.held+"; c=d")
	}
	resp, err := s.Client().Do(req)
	must(t, err)
	must(t, resp.Body.Close())
	return resp.StatusCode, resp.Header.Get("Set-Cookie")
}

// today is the day number of the service's clock.
func (s *service) today() int { return int(s.clock.now().Unix() / 86400) }

// value is the value of a cookie, without what follows it.
func value(cookie string) string {
	v, _, _ := strings.Cut(strings.TrimPrefix(cookie, "__Host-sluis="), ";")
	return v
}

// Protects: an answer over the website's own origin never puts an older choice
// in the place of a newer one, nor a choice about another legal version.
func TestTheCookieOfAnAnswerIsTheNewestChoice(t *testing.T) {
	s := start(t, setup{})
	day := s.today()
	grant := fmt.Sprintf("1.1.5.%d..%s", day, visitor)
	refusal := fmt.Sprintf("1.1.1.%d..", day)
	before := fmt.Sprintf("1.1.5.%d..%s", day-30, visitor)
	late := s.clock.now().Add(-time.Hour).UTC().Format(time.RFC3339)
	for name, c := range map[string]struct {
		act
		want string
	}{
		"new, and the browser has none":              {act{action: "save", granted: "5"}, grant},
		"new, and the browser holds it":              {act{action: "save", granted: "5", held: grant}, grant},
		"new, and the browser could not write it":    {act{action: "withdraw", granted: "1", held: before}, refusal},
		"new, and what the browser has is no cookie": {act{action: "withdraw", granted: "1", held: "rubbish"}, refusal},
		"a day's end between the two clocks":         {act{action: "save", granted: "5", held: fmt.Sprintf("1.1.5.%d..%s", day-1, visitor)}, fmt.Sprintf("1.1.5.%d..%s", day-1, visitor)},
		"late, and the browser holds it":             {act{action: "save", granted: "5", clientTime: late, held: grant}, grant},
		"late, and the browser holds a newer one":    {act{action: "save", granted: "5", clientTime: late, held: refusal}, ""},
		"late, and the browser has none":             {act{action: "save", granted: "5", clientTime: late}, ""},
		"sent again at once, but not the first try":  {act{action: "save", granted: "5", clientTime: s.clock.now().UTC().Format(time.RFC3339), held: refusal}, ""},
		"a signal, which nobody decided":             {act{action: "signal", granted: "1"}, ""},
		"an embed keeps the day of the answer":       {act{action: "embed", granted: "5", services: map[string]string{"youtube": "granted"}, held: before}, fmt.Sprintf("1.1.5.%d.+youtube.%s", day-30, visitor)},
		"an embed that the browser holds":            {act{action: "embed", granted: "1", services: map[string]string{"youtube": "granted"}, held: fmt.Sprintf("1.1.1.%d.+youtube.%s", day-9, visitor)}, fmt.Sprintf("1.1.1.%d.+youtube.%s", day-9, visitor)},
	} {
		c.id = uuid.NewString()
		status, cookie := s.send(t, c.act)
		if status != http.StatusCreated || value(cookie) != c.want {
			t.Errorf("%s: %d %q, want %q", name, status, cookie, c.want)
		}
	}
}

// Protects: no repetition of a record prolongs the choice, and the cookie ends
// when the browser's own would.
func TestTheCookieOfAnAnswerIsNeverProlonged(t *testing.T) {
	s := start(t, setup{})
	day := s.today()
	grant := act{action: "save", granted: "5", id: uuid.NewString()}
	for _, days := range []int{0, 1, 100, 182} {
		s.clock.forward(time.Duration(day+days-s.today()) * 24 * time.Hour)
		status, cookie := s.send(t, grant)
		left := time.Unix(int64(day+183)*86400, 0).Sub(s.clock.now()).Seconds()
		var maxAge float64
		_, after, _ := strings.Cut(cookie, "Max-Age=")
		if _, err := fmt.Sscanf(after, "%g", &maxAge); err != nil || maxAge < left-3 || maxAge > left+3 {
			t.Errorf("after %d days: %d %q, want %g seconds", days, status, cookie, left)
		}
		grant.held = value(cookie)
	}
}

// Protects: a page from before a purpose was added cannot have its choice count
// for what it never asked.
func TestTheCookieOfAnAnswerIsAboutTheLegalVersionInForce(t *testing.T) {
	s := start(t, setup{})
	before, err := s.bundler.Notice(t.Context(), s.site("demo"), "nl")
	must(t, err)
	grant := act{action: "save", granted: "5", id: uuid.NewString(), notice: before.Hash()}
	s.send(t, grant)
	path := filepath.Join(s.dir, "sites", "demo.yaml")
	must(t, os.WriteFile(path, []byte(demoSite+"legalVersion: 2\n"), 0o600))
	must(t, s.sites.Reload(t.Context()))
	for _, held := range []string{"", fmt.Sprintf("1.1.5.%d..%s", s.today(), visitor)} {
		grant.id, grant.held = uuid.NewString(), held
		if status, cookie := s.send(t, grant); status != http.StatusCreated || cookie != "" {
			t.Errorf("with %q: %d %q", held, status, cookie)
		}
	}
	now := act{action: "save", granted: "5", id: uuid.NewString()}
	if _, cookie := s.send(t, now); value(cookie) != fmt.Sprintf("1.2.5.%d..%s", s.today(), visitor) {
		t.Errorf("about the version in force: %q", cookie)
	}
}

// Protects: an answer that comes so late that the visitor may have chosen anew
// leaves the browser's cookie alone.
func TestASlowAnswerSetsNoCookie(t *testing.T) {
	s := start(t, setup{})
	s.clock.step = 2 * time.Second // between any two looks at it
	if status, cookie := s.send(t, act{action: "save", granted: "5", id: uuid.NewString()}); status != http.StatusCreated || cookie != "" {
		t.Errorf("%d %q", status, cookie)
	}
}
