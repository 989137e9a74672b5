package demo_test

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"sluis/demo"
)

func render(t *testing.T) map[string]string {
	t.Helper()
	facts := demo.Facts{
		Controller: "Bakkerij De Sluis", Address: "Sluiskade 12", Email: "brood@bakkerijdesluis.example",
		Validity: "6", VerifierKey: "localhost/demo+00000000+AAAA",
		Services: []demo.Service{{Name: "YouTube", Purpose: "Film.", Cookies: []demo.Cookie{{Name: "YSC"}}}},
	}
	pages, err := demo.Pages(map[string]demo.Facts{"nl": facts, "en": facts})
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string]string{}
	for _, p := range pages {
		w := httptest.NewRecorder()
		p.ServeHTTP(w, httptest.NewRequest(p.Method, p.Path, nil))
		if w.Code != 200 || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s %s: %d %s", p.Method, p.Path, w.Code, w.Header().Get("Content-Type"))
		}
		bodies[p.Path] = w.Body.String()
	}
	return bodies
}

// Protects: whatever a browser fetches after a demo page is the gate's doing,
// so "nothing before the choice" can be counted on the wire.
func TestPagesFetchNothingThemselves(t *testing.T) {
	active := regexp.MustCompile(`(?i)<(?:script|img|iframe|link|source|video|audio)\b[^>]*\s(?:src|href|srcset)="([^"]*)"|url\([^#]|@import`)
	for path, body := range render(t) {
		for _, m := range active.FindAllStringSubmatch(body, -1) {
			if m[1] != "/demo.js" && !strings.HasPrefix(m[1], "data:") && !strings.HasPrefix(m[1], "/demo/") {
				t.Errorf("%s fetches %s", path, m[0])
			}
		}
	}
}

// Protects: the gate runs before anything else on every page that has one.
func TestGateComesFirst(t *testing.T) {
	for path, body := range render(t) {
		if path != "/demo/log/" && strings.Index(body, "<script") != strings.Index(body, `<script src="/demo.js">`) {
			t.Errorf("%s: the gate is not the first script", path)
		}
	}
}

// Protects: the privacy statement names every right, the ways to withdraw and
// to complain, and the key that receipts are checked with, in both languages.
func TestPrivacyStatementIsComplete(t *testing.T) {
	want := map[string][]string{
		"/demo/privacy/":    {"Inzien", "Verbeteren", "Wissen", "Intrekken", "Meenemen", "Autoriteit Persoonsgegevens", "Doorgifte|Ontvanger", "Bewaartermijn", "YSC", "localhost/demo", "data-sluis-open", "/demo/cookies", "blokkeren"},
		"/demo/en/privacy/": {"See", "Correct", "Erase", "Withdraw", "Port", "Autoriteit Persoonsgegevens", "Recipient", "Kept for", "YSC", "localhost/demo", "data-sluis-open", "/demo/cookies", "block those"},
	}
	bodies := render(t)
	for path, words := range want {
		for _, word := range words {
			if !regexp.MustCompile(word).MatchString(bodies[path]) {
				t.Errorf("%s does not mention %s", path, word)
			}
		}
	}
}

// Protects: a page already in the browser is not sent again.
func TestUnchangedPageIsNotSentAgain(t *testing.T) {
	pages, err := demo.Pages(nil)
	if err != nil {
		t.Fatal(err)
	}
	first := httptest.NewRecorder()
	pages[0].ServeHTTP(first, httptest.NewRequest("GET", "/demo/", nil))
	again := httptest.NewRequest("GET", "/demo/", nil)
	again.Header.Set("If-None-Match", first.Header().Get("ETag"))
	second := httptest.NewRecorder()
	pages[0].ServeHTTP(second, again)
	if second.Code != 304 || second.Body.Len() != 0 {
		t.Errorf("got %d with %d bytes", second.Code, second.Body.Len())
	}
}
