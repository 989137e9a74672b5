package banner_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"sluis/banner"
)

func bundler(t testing.TB) *banner.Bundler {
	t.Helper()
	b := banner.NewBundler(banner.BundlerOptions{Catalog: catalog(t)})
	t.Cleanup(b.Close)
	return b
}

func gate(t testing.TB, s *banner.Site) string {
	t.Helper()
	asset, err := bundler(t).Gate(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return string(asset.Body)
}

// Protects: a site pays nothing for what it does not use.
func TestGateHoldsOnlyWhatTheSiteUses(t *testing.T) {
	whole := gate(t, site(t))
	for marker, without := range map[string][]string{
		"dataLayer":            {"  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n", ""},
		"youtube-nocookie.com": {"  youtube: {}\n", ""},
		"data-dnt":             {"  x-embed:\n", ""},
		"navigator.languages":  {"languages: [nl, en]", "languages: [nl]", "  en: https://www.example.nl/en/privacy\n", ""},
	} {
		if !strings.Contains(whole, marker) {
			t.Errorf("the gate of the whole site has no %s", marker)
		}
		if strings.Contains(gate(t, site(t, without...)), marker) {
			t.Errorf("%s is in a gate that has no use for it", marker)
		}
	}
}

// Protects: the switch of a service that the website runs itself, without hosts
// and only marked in its pages, counts in the browser as it does on the server.
func TestGateKnowsServicesWithoutHosts(t *testing.T) {
	hostless := change(t, definition, "category: functional", "category: analytics", "hosts: [{type: script, host: cdn.chat.example}]", "hosts: []",
		"\n      load: {script: \"https://cdn.chat.example/w.js\"}", "")
	body := gate(t, site(t, "  youtube: {}", hostless))
	if !regexp.MustCompile(`[{,]chat:\[4\]`).MatchString(body) {
		t.Errorf("the gate does not know the service:\n%s", body)
	}
	if regexp.MustCompile(`[{,]sluis:\[`).MatchString(body) {
		t.Error("the gate pays for a service that nobody can switch off")
	}
}

// Protects: strict Content-Security-Policy and Trusted Types, the page's back
// and forward cache, and private names that stay private.
func TestScriptsAreClean(t *testing.T) {
	b := bundler(t)
	s := site(t)
	g, err := b.Gate(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := b.Banner(t.Context(), s, "nl")
	if err != nil {
		t.Fatal(err)
	}
	declaration, err := b.Declaration(t.Context(), s, "nl", banner.Standing{})
	if err != nil {
		t.Fatal(err)
	}
	for name, pattern := range map[string]string{
		"evaluated text":    `\beval\(|new Function\(`,
		"markup from text":  `(inner|outer)HTML|insertAdjacentHTML|document\.write(ln)?\(`,
		"an unload handler": `unload`,
		"a global":          `\bvar [\w$[{]|\bfunction [\w$]`,
		"a style element":   `createElement\("style"\)|<style`,
		"a private name":    `[.{,]_[a-zA-Z]\w*\b[:=(.]`,
		"a constant":        `\b(WITH|TEXT)_[A-Z]+\b`,
		"debugging":         `console\.[^w]|debugger`,
	} {
		for script, body := range map[string][]byte{"gate": g.Body, "banner": layers.Body, "declaration": declaration.Embed.Body} {
			if at := regexp.MustCompile(pattern).FindIndex(body); at != nil {
				t.Errorf("%s holds %s: …%s…", script, name, body[max(0, at[0]-30):min(len(body), at[1]+30)])
			}
		}
	}
}

// Protects: the record names what was shown. The banner's last line carries
// the notice's hash, and the notice the hash of everything before that line.
func TestBannerAndNoticeVouchForEachOther(t *testing.T) {
	b := bundler(t)
	s := site(t)
	for _, language := range s.Languages {
		asset, err := b.Banner(t.Context(), s, language)
		if err != nil {
			t.Fatal(err)
		}
		notice, err := b.Notice(t.Context(), s, language)
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.LastIndex(bytes.TrimSuffix(asset.Body, []byte("\n")), []byte("\n")) + 1
		body, line := asset.Body[:at], string(asset.Body[at:])
		if want := fmt.Sprintf("try{document.currentScript.start(%q)}catch{}\n", notice.Hash()); line != want {
			t.Errorf("%s: last line is %q, want %q", language, line, want)
		}
		var content struct {
			Bundle string
			Texts  map[string]string
		}
		if err := json.Unmarshal(notice.Content, &content); err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(body)
		if want := base64.RawURLEncoding.EncodeToString(sum[:]); content.Bundle != want {
			t.Errorf("%s: notice names bundle %s, the file is %s", language, content.Bundle, want)
		}
		for _, key := range []string{"intro", "withdrawal", "accept", "refuse"} {
			if !strings.Contains(string(body), content.Texts[key]) {
				t.Errorf("%s: text %s of the notice is not in the banner: %q", language, key, content.Texts[key])
			}
		}
		if strings.Contains(content.Texts["intro"], "{") {
			t.Errorf("%s: the notice holds a text nobody saw: %q", language, content.Texts["intro"])
		}
	}
}

// Protects: an immutable address never serves two contents, nor two addresses
// one content for long.
func TestRelease(t *testing.T) {
	first := bundler(t).Release(site(t))
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{12}$`).MatchString(first) {
		t.Errorf("release is %q", first)
	}
	if again := bundler(t).Release(site(t)); again != first {
		t.Errorf("the same site has two releases, %s and %s", first, again)
	}
	seen := map[string]string{first: "the site itself"}
	for name, change := range map[string][]string{
		"a text":              {"    accept: Alles toestaan", "    accept: Alles goed"},
		"the legal version":   {"legalVersion: 2", "legalVersion: 3"},
		"a service":           {"  youtube: {}\n", ""},
		"a parameter":         {"G-ABCDEF1234", "G-ABCDEF1235"},
		"the accent":          {"#0b5fa5", "#0b5fa6"},
		"the controller":      {"  name: Example", "  name: Sample"},
		"the validity":        {"validity: P3M", "validity: P2M"},
		"the privacy address": {"https://www.example.nl/en/privacy", "https://www.example.nl/en/privacy2"},
	} {
		release := bundler(t).Release(site(t, change...))
		if other, taken := seen[release]; taken {
			t.Errorf("%s changes nothing in the release (as %s)", name, other)
		}
		seen[release] = name
	}
	if body := gate(t, site(t)); !strings.Contains(body, "/"+first+"/") && !strings.Contains(body, "v/"+first) {
		t.Error("the gate does not fetch the banner of its own release")
	}
}

// Protects: one build however many ask, and no answer of one site for another.
func TestConcurrentCallersShareOneBuild(t *testing.T) {
	b := bundler(t)
	one, other := site(t), site(t, "legalVersion: 2", "legalVersion: 3")
	var wait sync.WaitGroup
	assets := make([]*banner.Asset, 40)
	for i := range assets {
		wait.Go(func() { assets[i], _ = b.Gate(t.Context(), one) })
	}
	wait.Wait()
	for _, asset := range assets {
		if asset == nil || asset != assets[0] {
			t.Fatal("callers got different assets")
		}
	}
	changed, err := b.Gate(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	if changed == assets[0] || changed.ETag == assets[0].ETag {
		t.Error("a changed site is served its old script")
	}
}

// Protects: who gives up waiting spoils nothing for the others.
func TestCallerGivesUp(t *testing.T) {
	b := bundler(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := site(t)
	if _, err := b.Banner(ctx, s, "nl"); err != nil && ctx.Err() == nil {
		t.Fatal(err)
	}
	if _, err := b.Banner(t.Context(), s, "nl"); err != nil {
		t.Errorf("the next caller got %v", err)
	}
	if _, err := b.Banner(t.Context(), s, "xx"); err == nil {
		t.Error("a language the site does not have was built")
	}
}

// Protects: integrity attributes that browsers accept.
func TestIntegrity(t *testing.T) {
	asset, err := bundler(t).Gate(t.Context(), site(t))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum384(asset.Body)
	if want := "sha384-" + base64.StdEncoding.EncodeToString(sum[:]); asset.SRI != want {
		t.Errorf("SRI is %s, want %s", asset.SRI, want)
	}
	if asset.ContentType != "text/javascript; charset=utf-8" {
		t.Errorf("content type is %s", asset.ContentType)
	}
}

// Protects: what stands in the notice alone, and in no script, takes effect when
// its file changes: the address of the controller, the purpose of a cookie. The
// declaration is made from the notice and would go on naming the old one.
func TestNoticeFollowsWhatNoScriptHolds(t *testing.T) {
	b := bundler(t)
	before, after := site(t), site(t, "email: privacy@example.nl", "email: questions@example.nl")
	for _, s := range []*banner.Site{before, after, before} {
		notice, err := b.Notice(t.Context(), s, "nl")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(notice.Content), s.Controller.Email) {
			t.Errorf("the notice does not name %s", s.Controller.Email)
		}
		asset, err := b.Banner(t.Context(), s, "nl")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(asset.Body), notice.Hash()) {
			t.Error("the banner names another notice")
		}
	}
	if b.Release(before) == b.Release(after) {
		t.Error("one address for two banners, of which a browser keeps the first for a year")
	}
}

// Protects: what a gate of another release is given is the present banner to the
// byte, up to the last line, which the notice's hash does not cover; it alone has the
// browser fetch the gate that it keeps anew.
func TestBannerForOlderGates(t *testing.T) {
	b, s := bundler(t), site(t)
	present, err := b.Banner(t.Context(), s, "nl")
	if err != nil {
		t.Fatal(err)
	}
	older, err := b.BannerForOlder(t.Context(), s, "nl")
	if err != nil {
		t.Fatal(err)
	}
	added, found := strings.CutPrefix(string(older.Body), strings.TrimSuffix(string(present.Body), "\n"))
	if !found || strings.Count(added, "\n") != 1 || !strings.Contains(added, `"../../`+s.ID+`.js"`) || !strings.Contains(added, `cache:"reload"`) {
		t.Errorf("it adds %q", added)
	}
	if strings.Contains(string(present.Body), `cache:"reload"`) {
		t.Error("every page pays for it")
	}
	if older.ETag == present.ETag {
		t.Error("both go by one name")
	}
}
