package banner_test

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"sluis/banner"
	"sluis/consentlog"
)

// choiceTable is testdata/choices.json, which the browser's tests read too.
type choiceTable struct {
	Now  time.Time
	Site struct {
		LegalVersion int
		Validity     string
		ValidDays    int
		Services     []struct {
			ID       string
			Category consentlog.Category
		}
	}
	Cases []struct {
		Name, Cookie string
		Choice       *struct {
			Legal     int
			Signal    bool
			Granted   map[consentlog.Category]bool
			Services  map[string]bool
			Day       int
			ConsentID string
		}
		Why     string
		Allowed []string
	}
	Today   int
	Decided []struct {
		Name   string
		Record consentlog.Consent
		Cookie string
	}
}

func choices(t testing.TB) (choiceTable, *banner.Site) {
	t.Helper()
	src, err := os.ReadFile("testdata/choices.json")
	if err != nil {
		t.Fatal(err)
	}
	var table choiceTable
	if err := json.Unmarshal(src, &table); err != nil {
		t.Fatal(err)
	}
	s := &banner.Site{LegalVersion: table.Site.LegalVersion, Validity: table.Site.Validity}
	for _, service := range table.Site.Services {
		s.Services = append(s.Services, banner.SiteService{ID: service.ID, Service: &banner.Service{ID: service.ID, Category: service.Category}})
	}
	return table, s
}

// Protects: the server understands a choice cookie exactly as the browser
// does, and one that is tampered with, cut short, expired, from the future or
// about another legal version grants nothing.
func TestChoiceTable(t *testing.T) {
	reasons := map[string]error{"malformed": banner.ErrChoiceMalformed, "expired": banner.ErrChoiceExpired, "future": banner.ErrChoiceFuture, "outdated": banner.ErrChoiceOutdated}
	table, s := choices(t)
	if s.ValidDays() != table.Site.ValidDays {
		t.Errorf("%d valid days, the browser counts %d", s.ValidDays(), table.Site.ValidDays)
	}
	for _, c := range table.Cases {
		t.Run(c.Name, func(t *testing.T) {
			got, err := banner.ParseChoice(c.Cookie, s, table.Now)
			var ids []string
			for _, a := range s.Allowed(got) {
				ids = append(ids, a.ID)
			}
			if !slices.Equal(ids, c.Allowed) {
				t.Errorf("allowed %v, want %v", ids, c.Allowed)
			}
			if c.Choice == nil {
				if !errors.Is(err, reasons[c.Why]) || reasons[c.Why] == nil {
					t.Errorf("error %v, want %s", err, c.Why)
				}
				return
			}
			want := banner.Choice(*c.Choice)
			if err != nil || got.Legal != want.Legal || got.Day != want.Day || got.Signal != want.Signal || got.ConsentID != want.ConsentID || !maps.Equal(got.Granted, want.Granted) || !maps.Equal(got.Services, want.Services) {
				t.Errorf("%+v, %v; want %+v", got, err, want)
			}
			if !strings.Contains(c.Cookie, "gone") && got.String() != c.Cookie {
				t.Errorf("written again as %s", got)
			}
		})
	}
}

// Protects: the cookie that the service sets for a record is the one that the
// browser writes.
func TestChoiceOfARecord(t *testing.T) {
	table, s := choices(t)
	for _, d := range table.Decided {
		c := banner.ChoiceOf(&d.Record, s.LegalVersion, table.Today)
		if c.String() != d.Cookie {
			t.Errorf("%s: %s, the browser writes %s", d.Name, c, d.Cookie)
		}
		if again, err := banner.ParseChoice(c.String(), s, table.Now); err != nil || again.String() != d.Cookie {
			t.Errorf("%s: read again as %s, %v", d.Name, again, err)
		}
	}
	if len(table.Decided) == 0 {
		t.Error("the table has no records")
	}
}

// Protects: a cookie ends in the very moment in which its choice no longer
// counts, so that neither outlives the other.
func TestChoiceEnds(t *testing.T) {
	table, s := choices(t)
	c := banner.Choice{Legal: table.Site.LegalVersion, Day: table.Today}
	ends := c.Ends(s)
	if _, err := banner.ParseChoice(c.String(), s, ends.Add(-time.Second)); err != nil {
		t.Errorf("a second before %s: %v", ends, err)
	}
	if _, err := banner.ParseChoice(c.String(), s, ends); !errors.Is(err, banner.ErrChoiceExpired) {
		t.Errorf("at %s: %v", ends, err)
	}
}

// Protects: no bytes whatever become a grant unless they are a whole choice,
// and what is read is what is written.
func FuzzParseChoice(f *testing.F) {
	table, s := choices(f)
	for _, c := range table.Cases {
		f.Add(c.Cookie)
	}
	f.Fuzz(func(t *testing.T, cookie string) {
		c, err := banner.ParseChoice(cookie, s, table.Now)
		if err != nil {
			if allowed := s.Allowed(c); len(allowed) != 1 {
				t.Errorf("%q is no choice but allows %v", cookie, allowed)
			}
			return
		}
		again, err := banner.ParseChoice(c.String(), s, table.Now)
		if err != nil && c.ConsentID != "" || err == nil && again.String() != c.String() {
			t.Errorf("%q reads as %s, then as %s, %v", cookie, c, again, err)
		}
	})
}

// Protects: the cookie stays within the 80 bytes it may cost on every request.
func TestChoiceIsSmall(t *testing.T) {
	c := banner.Choice{Legal: 12, Day: 20779, ConsentID: "0b8f3f0e-6c1d-4f5a-9a53-2f6f6f1f7c11",
		Granted: map[consentlog.Category]bool{consentlog.Functional: true, consentlog.Analytics: true, consentlog.SocialMedia: true}}
	if n := len("__Host-sluis=" + c.String()); n > 80 {
		t.Errorf("%d bytes: %s", n, c)
	}
}

// Protects: a server that asks what may load gets each service with its
// reason, in the order of the site.
func TestAllowedSaysWhy(t *testing.T) {
	s := site(t)
	c := banner.Choice{Granted: map[consentlog.Category]bool{consentlog.Analytics: true}, Services: map[string]bool{"youtube": true, "x-embed": false}}
	var got []string
	for _, a := range s.Allowed(c) {
		got = append(got, a.ID+" "+a.Reason)
		if a.Service.ID != a.ID {
			t.Errorf("%s comes with the service %s", a.ID, a.Service.ID)
		}
	}
	if want := []string{"sluis necessary", "youtube service", "google-analytics-4 category"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Protects: the policy names the hosts of what is allowed, no other host, and
// is the same every time, so that it can be compared and cached.
func TestCSP(t *testing.T) {
	s := site(t)
	nothing := "script-src 'self'; frame-src 'self'; img-src 'self'; connect-src 'self'; style-src 'self'; font-src 'self'; media-src 'self'"
	if got := s.CSP(s.Allowed(banner.Choice{})); got != nothing {
		t.Errorf("without a choice:\n%s", got)
	}
	allowed := s.Allowed(banner.Choice{Granted: map[consentlog.Category]bool{consentlog.Analytics: true}})
	want := "script-src 'self' https://consent.example.nl https://www.google-analytics.com https://www.googletagmanager.com; frame-src 'self'; " +
		"img-src 'self' https://*.google-analytics.com; " +
		"connect-src 'self' https://*.analytics.google.com https://*.google-analytics.com https://consent.example.nl https://stats.g.doubleclick.net; " +
		"style-src 'self'; font-src 'self'; media-src 'self'"
	for range 20 {
		if got := s.CSP(allowed, "https://consent.example.nl"); got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	}
}
