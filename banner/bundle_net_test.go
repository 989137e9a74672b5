package banner_test

import (
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sluis/banner"
	"sluis/consentlog"
)

// owners are the rows by which the gate's net knows whose an address is.
func owners(t *testing.T, s *banner.Site) [][2]string {
	t.Helper()
	asset, err := bundler(t).Gate(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`=(\[\["[^\n]*?"\]\])[,;]`).FindSubmatch(asset.Body)
	if found == nil {
		return nil
	}
	var rows [][2]string
	if err := json.Unmarshal(found[1], &rows); err != nil {
		t.Fatalf("%s: %v", found[1], err)
	}
	return rows
}

// owner looks an address up as src/net.ts does: host, path and query.
func owner(rows [][2]string, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	for _, row := range rows {
		if regexp.MustCompile(`^(` + row[0] + `)`).MatchString(u.Hostname() + u.RequestURI()) {
			return row[1]
		}
	}
	return ""
}

// Protects: the net holds what the site's services are loaded from, by host and
// path, and nothing else; what no visitor was told of is nobody's to grant.
func TestNetKnowsWhoseAnAddressIs(t *testing.T) {
	own := "  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n"
	with := func(services, caught string) [][2]string {
		s := site(t, own, services)
		s.Caught = caught
		return owners(t, s)
	}
	listed := "  google-analytics-4: {measurement_id: G-ABCDEF1234}\n  facebook-plugins: {}\n  stripe: {}\n  matomo: {host: www.customwebsite.nl, folder: /stats/, site_id: \"1\", retention: P6M}\n"
	for _, c := range []struct{ caught, address, want string }{
		{"services", "https://www.googletagmanager.com/gtag/js?id=G-1", "google-analytics-4"},
		{"services", "//connect.facebook.net/nl_NL/sdk.js", "facebook-plugins"},
		{"services", "https://region1.google-analytics.com/collect", "google-analytics-4"},
		{"services", "https://www.googletagmanager.com/gtag/js?id=AW-1", "-"},
		{"services", "https://connect.facebook.net/en_US/fbevents.js", "-"},
		{"services", "https://www.googletagmanager.com/gtm.js?id=GTM-1", ""},
		{"services", "https://static.hotjar.com/c/hotjar-1.js", ""},
		{"services", "https://connect.facebook.net.example/sdk.js", ""},
		{"services", "https://notconnect.facebook.net/sdk.js", ""},
		{"services", "https://connectxfacebook.net/sdk.js", ""},
		{"services", "https://example.nl/?https://connect.facebook.net/sdk.js", ""},
		{"services", "https://cdn.example?for=x.google-analytics.com/", ""}, // a wildcard ends where the host does
		{"services", "https://cdn.example#x.google-analytics.com/", ""},
		{"services", "https://js.stripe.com/v3/", ""}, // necessary
		{"services", "https://www.customwebsite.nl/app.js", ""},
		{"services", "https://www.customwebsite.nl/stats/matomo.js", "matomo"}, // listed to the very path
		{"catalogue", "https://static.hotjar.com/c/hotjar-1.js", "-"},
		{"catalogue", "https://www.googletagmanager.com/gtm.js?id=GTM-1", "-"},
		{"catalogue", "https://connect.facebook.net/nl_NL/sdk.js", "facebook-plugins"},
		{"catalogue", "https://challenges.cloudflare.com/turnstile/v0/api.js", ""}, // necessary
		{"catalogue", "https://cdn.matomo.cloud/example.matomo.cloud/matomo.js", "-"},
		{"catalogue", "https://example.matomo.cloud/matomo.php?idsite=1", "-"},
		{"catalogue", "https://example.matomo.cloud/", ""}, // its own pages
		{"catalogue", "https://cloud.umami.is/script.js", "-"},
		{"catalogue", "https://cdn.example/lib.js", ""},
	} {
		if got := owner(with(listed, c.caught), c.address); got != c.want {
			t.Errorf("%s: %s is %q's, want %q's", c.caught, c.address, got, c.want)
		}
	}
	if rows := with(listed, "off"); rows != nil {
		t.Errorf("off: %v", rows)
	}
}

// Protects: a site that is itself in the catalogue never holds its own pages.
func TestNetLeavesTheWebsiteItselfAlone(t *testing.T) {
	s := site(t)
	s.Origins = append(s.Origins, "https://shop.disqus.com")
	s.Caught = "catalogue"
	rows := owners(t, s)
	if got := owner(rows, "https://shop.disqus.com/app.js"); got != "" {
		t.Errorf("its own script is %q's", got)
	}
	if got := owner(rows, "https://c.disquscdn.com/next/embed.js"); got != "-" {
		t.Errorf("another host is %q's", got)
	}
}

// unknowable are services without an address of their own: nobody can tell
// their tag from the website's own, unless the site lists them with their host.
var unknowable = []string{"matomo"}

// Protects: the widest net holds every service of the catalogue that asks and
// has tags, but for those whose address only the site can say, and the page
// about it names these.
func TestWidestNetHoldsEveryServiceThatCanBeKnown(t *testing.T) {
	page, err := os.ReadFile("../docs/holding-back.md")
	if err != nil {
		t.Fatal(err)
	}
	s := site(t, "  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n", "  youtube: {}\n")
	s.Caught = "catalogue"
	rows := owners(t, s)
	for _, service := range catalog(t).Services() {
		tags := slices.ContainsFunc(service.Hosts, func(h banner.Host) bool { return h.Type == "script" || h.Type == "iframe" || h.Type == "image" })
		if service.Category == consentlog.Necessary || !tags || service.ID == "youtube" {
			continue
		}
		held := owner(rows, service.Example.Request) != ""
		if hidden := slices.Contains(unknowable, service.ID); held == hidden {
			t.Errorf("%s, fetched from %s: held %t", service.ID, service.Example.Request, held)
		} else if hidden && !strings.Contains(string(page), service.Name) {
			t.Errorf("docs/holding-back.md does not say that %s is not held", service.Name)
		}
	}
}
