package api_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"sluis/api"
	"sluis/consentlog"
)

func (s *service) get(path string, header ...string) (*http.Response, string) {
	s.t.Helper()
	return s.request(http.MethodGet, path, "", header...)
}

func (s *service) request(method, path, body string, header ...string) (*http.Response, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, strings.NewReader(body))
	must(s.t, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := s.Client().Do(req)
	must(s.t, err)
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	must(s.t, err)
	return resp, string(got)
}

// An address that is not there and a method that is not allowed are problems
// too, and the second says which methods are.
func TestUnknownPathsAndMethods(t *testing.T) {
	s := start(t, setup{})
	resp, body := s.get("/v1/nothing/here")
	if resp.StatusCode != http.StatusNotFound || !strings.Contains(body, "problem-no-such-path") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	resp, body = s.request(http.MethodDelete, "/v1/sites/demo/records", "")
	if resp.StatusCode != http.StatusMethodNotAllowed || !strings.Contains(body, "problem-method-not-allowed") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS"} {
		if !strings.Contains(resp.Header.Get("Allow"), method) {
			t.Errorf("Allow is %q", resp.Header.Get("Allow"))
		}
	}
}

// An error that nobody foresaw is told without its cause; the log has the
// cause under the number that the caller got. So is a panic.
func TestUnforeseenErrors(t *testing.T) {
	s := start(t, setup{})
	s.api.Echo.GET("/broken", func(echo.Context) error { return errors.New("secret: redis password") })
	resp, body := s.get("/broken")
	var p api.Problem
	must(t, json.Unmarshal([]byte(body), &p))
	if resp.StatusCode != http.StatusInternalServerError || strings.Contains(body, "secret") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	id := strings.TrimPrefix(p.Instance, "urn:uuid:")
	if !strings.Contains(s.log.String(), "request="+id) || !strings.Contains(s.log.String(), "secret") {
		t.Errorf("the log has not %s:\n%s", id, s.log)
	}
}

// A log that contradicts its signature is not given out, and is no outage that
// a caller should wait for.
func TestCorruptLogIsNoOutage(t *testing.T) {
	s := start(t, setup{})
	s.api.Echo.GET("/corrupt", func(echo.Context) error { return consentlog.ErrCorrupt })
	resp, body := s.get("/corrupt")
	if resp.StatusCode != http.StatusInternalServerError || !strings.Contains(body, "problem-log-corrupt") || resp.Header.Get("Retry-After") != "" {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

// No address, user agent, query or consent id comes into the log of the
// service, while the operation, the site and the key do.
func TestAccessLogNamesNobody(t *testing.T) {
	s := start(t, setup{})
	token, key, err := s.keys.Create(api.KeyOptions{Sites: []string{"demo"}, Role: api.Reader})
	must(t, err)
	const visitor = "3f8e2d31-0a52-4c0b-8a57-d8f1f7f1f1aa"
	s.get("/v1/sites/demo/consents/"+visitor, "User-Agent", "Fingerprint/1.0", "Referer", "https://www.demo.example/secret-page")
	s.get("/v1/sites/demo/scripts?consentId=" + visitor)
	s.get("/v1/sites/demo/records?language=nl", "Authorization", "Bearer "+token)
	log := s.log.String()
	for _, name := range []string{visitor, "127.0.0.1", "Fingerprint", "secret-page", "language=", token, token[6:20]} {
		if strings.Contains(log, name) {
			t.Errorf("the log holds %q:\n%s", name, log)
		}
	}
	if want := "operation=listRecords"; !strings.Contains(log, want) || !strings.Contains(log, "key="+key.ID) {
		t.Errorf("the log lacks %s or the key's id:\n%s", want, log)
	}
}

// Who reads a log and goes away before the end has read it, and the log of the
// service says so.
func TestBrokenOffReadingIsLogged(t *testing.T) {
	s := start(t, setup{})
	token, key, err := s.keys.Create(api.KeyOptions{Sites: []string{"demo"}, Role: api.Reader})
	must(t, err)
	notice, err := s.bundler.Notice(t.Context(), s.site("demo"), "nl")
	must(t, err)
	for range 200 { // more than is kept back before it is sent
		s.refuse(notice.Hash())
	}
	req := httptest.NewRequest(http.MethodGet, "/v1/sites/demo/records", nil)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "text/csv")
	func() {
		defer func() {
			if p := recover(); p != http.ErrAbortHandler {
				t.Errorf("it ended with %v", p)
			}
		}()
		s.api.ServeHTTP(goneAway{httptest.NewRecorder()}, req)
	}()
	if log := s.log.String(); !strings.Contains(log, "operation=listRecords") || !strings.Contains(log, "key="+key.ID) {
		t.Errorf("the log lacks the reading:\n%s", log)
	}
}

// goneAway is a client that does not listen any more.
type goneAway struct{ *httptest.ResponseRecorder }

func (goneAway) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// X-Forwarded-For counts only where the connection comes from a proxy that the
// operator named: nobody else can choose the address that is limited.
func TestForwardedForIsBelievedFromProxiesOnly(t *testing.T) {
	one := api.Limits{Address: api.Rate{PerSecond: 0.001, Burst: 1}, Site: api.Rate{PerSecond: -1}}
	ask := func(s *service, address string) int {
		resp, _ := s.get("/v1/sites/demo/log/key", "X-Forwarded-For", address)
		return resp.StatusCode
	}
	s := start(t, setup{limits: one})
	if first, second := ask(s, "192.0.2.1"), ask(s, "192.0.2.2"); first != 200 || second != 429 {
		t.Errorf("without a proxy: %d, %d", first, second)
	}
	s = start(t, setup{limits: one, proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}})
	if first, second, third := ask(s, "192.0.2.1"), ask(s, "192.0.2.2"), ask(s, "192.0.2.2"); first != 200 || second != 200 || third != 429 {
		t.Errorf("behind a proxy: %d, %d, %d", first, second, third)
	}
}

// Every kind of problem is explained where its type leads to.
func TestProblemsAreDocumented(t *testing.T) {
	s := start(t, setup{})
	_, page := s.get("/docs")
	for _, slug := range api.Kinds() {
		if !strings.Contains(page, `id="problem-`+slug+`"`) {
			t.Errorf("/docs does not explain %s", slug)
		}
	}
}

// The pages show all of the contract: code as code, and what lies inside a form
// that has no name of its own.
func TestDocsShowWhatLiesInside(t *testing.T) {
	_, page := start(t, setup{}).get("/docs")
	for _, want := range []string{
		"<pre><code>&lt;div data-sluis-declaration&gt;", "<code>errors[].pointer</code>", "<code>sites.faults[].fix</code>", "<code>controller.dpo</code>",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("/docs does not have %s", want)
		}
	}
	if strings.Contains(page, "``") {
		t.Error("/docs shows the marks of a code block")
	}
}

// A body whose length is not told is read no further than a record can be.
func TestEndlessBodyIsCutOff(t *testing.T) {
	s := start(t, setup{})
	endless := &endlessReader{}
	req := httptest.NewRequest(http.MethodPost, "/v1/sites/demo/records", endless)
	req.ContentLength = -1
	req.Header.Set("Origin", "https://www.demo.example")
	req.Header.Set("Content-Type", "text/plain")
	w := httptest.NewRecorder()
	s.api.ServeHTTP(w, req)
	if w.Code != http.StatusRequestEntityTooLarge || endless.read > 64<<10 {
		t.Errorf("%d after %d bytes", w.Code, endless.read)
	}
}

type endlessReader struct{ read int }

func (e *endlessReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read += len(p)
	if e.read > 1<<20 { // long enough to show that nobody stopped it
		return 0, io.EOF
	}
	return len(p), nil
}

// A website that answers under an address that its file does not list loses its
// records, and its visitors' browsers say so to nobody: the operator's log does,
// once, however many visitors come.
func TestForeignOriginIsToldOnce(t *testing.T) {
	s := start(t, setup{})
	for range 3 {
		for _, origin := range []string{"https://demo.example", "https://m.demo.example"} {
			resp, body := s.request(http.MethodPost, "/v1/sites/demo/records", "{}", "Origin", origin, "Content-Type", "text/plain")
			if resp.StatusCode != http.StatusForbidden {
				t.Fatalf("%d %s", resp.StatusCode, body)
			}
		}
	}
	for _, origin := range []string{"https://demo.example", "https://m.demo.example"} {
		if n := strings.Count(s.log.String(), "site=demo origin="+origin+" "); n != 1 {
			t.Errorf("%s was told %d times", origin, n)
		}
	}
}

// What was refused is counted by its reason, for whoever watches figures and not
// the log; and never by what a caller can make up, such as an origin.
func TestRefusedRecordsAreCounted(t *testing.T) {
	s := start(t, setup{})
	figures := func() string {
		_, body := s.request(http.MethodGet, "/metrics", "")
		return strings.Join(regexp.MustCompile(`(?m)^sluis_records_refused_total.*$`).FindAllString(body, -1), "; ")
	}
	if got := figures(); got != `sluis_records_refused_total{reason="origin-foreign"} 0` {
		t.Errorf("to begin with: %s", got)
	}
	for _, origin := range []string{"https://demo.example", "https://m.demo.example", "https://www.demo.example"} {
		s.request(http.MethodPost, "/v1/sites/demo/records", "{", "Origin", origin, "Content-Type", "text/plain")
	}
	s.request(http.MethodGet, "/v1/sites/nowhere", "") // no record
	if got := figures(); got != `sluis_records_refused_total{reason="malformed-json"} 1; sluis_records_refused_total{reason="origin-foreign"} 2` {
		t.Errorf("then: %s", got)
	}
}

// What docs/running.md tells to watch is there from the start: a counter that
// appears with its first event shows no rise to who watches it.
func TestWatchedFiguresAreThereFromTheStart(t *testing.T) {
	page, err := os.ReadFile("../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	_, body := start(t, setup{}).request(http.MethodGet, "/metrics", "")
	watched := regexp.MustCompile("(?m)^\\| `(sluis_[a-z_]+)(?:\\{([^}]*)\\})?`").FindAllStringSubmatch(string(page), -1)
	if len(watched) < 6 {
		t.Fatalf("docs/running.md has %q", watched)
	}
	for _, w := range watched {
		if !regexp.MustCompile(`(?m)^` + w[1] + `(_count)?(\{[^}]*` + regexp.QuoteMeta(w[2]) + `[^}]*\})? 0$`).MatchString(body) {
			t.Errorf("/metrics has no %s from the start", w[0])
		}
	}
}
