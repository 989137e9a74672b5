package banner_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"sluis/banner"
	"sluis/consentlog"
)

// presetFiles are the presets as they lie in the repository, by id.
func presetFiles(t *testing.T) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("services/*.json")
	if err != nil || len(paths) < 48 {
		t.Fatalf("%d presets, %v", len(paths), err)
	}
	files := map[string][]byte{}
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[strings.TrimSuffix(filepath.Base(path), ".json")] = src
	}
	return files
}

// dueKeys are the keys that a preset owes wherever they stand. The rest is
// optional by its nature: a service without parameters has none.
var dueKeys = map[string]bool{
	"id": true, "name": true, "category": true, "provider": true, "purpose": true, "necessity": true, "recipients": true,
	"privacy": true, "retention": true, "transfer": true, "hosts": true, "cookies": true, "confidence": true, "sources": true,
	"type": true, "host": true, "match": true, "party": true, "domain": true, "lifetime": true, "en": true, "request": true,
	"why": true, "pattern": true, "help": true, "script": true, "do": true, "countries": true, "ground": true,
}

// Protects: a field that somebody forgets in a preset, in any of them, is
// found when it is read, not by a visitor.
func TestNoPresetMayForgetAField(t *testing.T) {
	for id, src := range presetFiles(t) {
		var whole map[string]any
		if err := json.Unmarshal(src, &whole); err != nil {
			t.Fatal(err)
		}
		tried := 0
		var walk func(path string, v any)
		walk = func(path string, v any) {
			switch v := v.(type) {
			case []any:
				for i := range v {
					walk(fmt.Sprintf("%s[%d]", path, i), v[i])
				}
			case map[string]any:
				for key, value := range v {
					at := strings.TrimPrefix(path+"."+key, ".")
					own := strings.HasSuffix(path, "args") || strings.Contains(path, ".args[") || path == "parameters" || path == "example.parameters" || path == "load.attributes"
					if dueKeys[key] && !own && value != "" {
						tried++
						delete(v, key)
						without, err := json.Marshal(whole)
						if err != nil {
							t.Fatal(err)
						}
						if _, err := banner.ParseService(id, id+".json", without); err == nil {
							t.Errorf("%s: nobody misses %s", id, at)
						}
						v[key] = value
					}
					walk(at, value)
				}
			}
		}
		walk("", whole)
		if tried < 12 {
			t.Errorf("%s: only %d fields were tried", id, tried)
		}
	}
}

// Protects: every preset speaks English and Dutch, in short sentences, and no
// language is a copy of the other.
func TestPresetsSpeakEnglishAndDutch(t *testing.T) {
	sentence := regexp.MustCompile(`^\p{Lu}.*\.$`)
	for _, s := range catalog(t).Services() {
		var walk func(path string, v reflect.Value)
		walk = func(path string, v reflect.Value) {
			if l, ok := v.Interface().(banner.Localised); ok {
				if len(l) == 0 {
					return
				}
				if l["en"] == "" || l["nl"] == "" || l["en"] == l["nl"] {
					t.Errorf("%s%s: %q", s.ID, path, l)
				}
				for language, text := range l {
					if strings.HasSuffix(path, ".Help") || strings.HasSuffix(path, ".OtherRecipients") {
						continue // goes between brackets, or ends a list
					}
					limit := 120
					if strings.HasSuffix(path, ".Necessity") {
						limit = 160
					}
					if !sentence.MatchString(text) || utf8.RuneCountInString(text) > limit {
						t.Errorf("%s%s in %s is not a short sentence: %s", s.ID, path, language, text)
					}
				}
				return
			}
			switch v.Kind() {
			case reflect.Pointer:
				if !v.IsNil() {
					walk(path, v.Elem())
				}
			case reflect.Slice:
				for i := range v.Len() {
					walk(path, v.Index(i))
				}
			case reflect.Map:
				for _, key := range v.MapKeys() {
					walk(path+"."+key.String(), v.MapIndex(key))
				}
			case reflect.Struct:
				for i := range v.NumField() {
					walk(path+"."+v.Type().Field(i).Name, v.Field(i))
				}
			}
		}
		walk("", reflect.ValueOf(s))
	}
}

// source finds where a marked-up element points.
var source = regexp.MustCompile(`(?:data-src|data-href|src)="([^"]+)"`)

// Protects: the example of every preset runs as it stands: a site takes it,
// the first request is the one named, the category's policy lets exactly that
// through, and a visitor who grants nothing lets nothing through.
func TestEveryExampleRuns(t *testing.T) {
	c := catalog(t)
	for _, preset := range c.Services() {
		if preset.ID == "sluis" {
			continue
		}
		t.Run(preset.ID, func(t *testing.T) {
			e := preset.Example
			listed, err := json.Marshal(map[string]any{preset.ID: e.Parameters})
			if err != nil {
				t.Fatal(err)
			}
			s, err := banner.ParseSite("shop", "shop.yaml", []byte(fmt.Sprintf(`origins: [https://a.nl]
languages: [nl, en]
controller: {name: A, address: B, email: a@a.nl}
privacy: https://a.nl/privacy
advertising: true
services: %s
`, listed)), c)
			if err != nil {
				t.Fatal(err)
			}
			used, _ := s.Service(preset.ID)
			service := used.Service
			if braces := regexp.MustCompile(`\{\+?[a-z_]+\}`).FindString(fmt.Sprint(service.Provider, service.Recipients, service.Privacy, service.Retention, service.Hosts, service.Cookies, service.Load, service.Signals)); braces != "" {
				t.Errorf("%s is not filled in", braces)
			}
			if e.Request == "" {
				if len(service.Hosts) > 0 {
					t.Error("no request")
				}
				return
			}
			request, err := url.Parse(e.Request)
			if err != nil {
				t.Fatal(err)
			}
			kind := "script"
			if service.Load != nil {
				if script, _, _ := strings.Cut(service.Load.Script, "#"); script != e.Request {
					t.Errorf("loads %s, the example says %s", script, e.Request)
				}
				if (service.Load.When != "") != (e.HTML != "") {
					t.Errorf("waits for %q, the example shows %q", service.Load.When, e.HTML)
				}
			} else {
				if !strings.Contains(e.HTML, `data-consent="`+string(service.Category)+`"`) || !strings.Contains(e.HTML, `data-service="`+preset.ID+`"`) {
					t.Errorf("not marked: %s", e.HTML)
				}
				kind = map[string]string{"<iframe": "iframe", "<script": "script", "<link": "style"}[e.HTML[:strings.Index(e.HTML, " ")]]
				if address := privately(service, source.FindStringSubmatch(e.HTML)[1]); address != e.Request {
					t.Errorf("shows %s, the example says %s", address, e.Request)
				}
			}
			matched := false
			for _, host := range service.Hosts {
				wild, isWild := strings.CutPrefix(host.Host, "*")
				matched = matched || host.Type == kind && (host.Host == request.Host || isWild && strings.HasSuffix(request.Host, wild)) && strings.HasPrefix(request.RequestURI(), host.Path)
			}
			if !matched {
				t.Errorf("%s %s is not among its hosts", kind, e.Request)
			}
			granted := s.Allowed(banner.Choice{Granted: map[consentlog.Category]bool{service.Category: true}})
			if csp := s.CSP(granted); len(granted) != 2 || !strings.Contains(csp, "https://"+service.Hosts[0].Host) {
				t.Errorf("granted, but %v and %s", granted, csp)
			}
			if denied := s.Allowed(banner.Choice{}); service.Category != consentlog.Necessary && len(denied) != 1 {
				t.Errorf("nothing granted, but %v", denied)
			}
		})
	}
}

// privately is what the gate makes of an embed's address.
func privately(s *banner.Service, address string) string {
	if s.Embed == nil {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return err.Error()
	}
	if other := s.Embed.Replace[u.Host]; other != "" {
		u.Host = other
	}
	q := u.Query()
	for name, value := range s.Embed.Query {
		q.Set(name, value)
	}
	if len(s.Embed.Query) > 0 {
		u.RawQuery = q.Encode()
	}
	return u.String()
}

// advertisers are the services whose business with the visitor is advertising.
// The list stands here too so that dropping the flag in a file is a decision.
var advertisers = []string{"google-ads", "meta-pixel", "x-pixel", "linkedin-insight", "tiktok-pixel", "pinterest-tag", "snapchat-pixel", "reddit-pixel", "microsoft-uet", "hubspot", "klaviyo"}

// Protects: a pixel cannot slip in under a label that does not name
// advertising.
func TestAdvertisersAreMarked(t *testing.T) {
	want := map[string]bool{}
	for _, id := range advertisers {
		want[id] = true
	}
	for _, s := range catalog(t).Services() {
		if s.Advertising != want[s.ID] {
			t.Errorf("%s: advertising is %v", s.ID, s.Advertising)
		}
		if s.Advertising && s.Category != consentlog.SocialMedia {
			t.Errorf("%s advertises under %s", s.ID, s.Category)
		}
	}
}

// Protects: the presets can all be listed by one site, as no two claim one
// address: for every request it is clear whose it is.
func TestPresetsShareNoAddress(t *testing.T) {
	c := catalog(t)
	all := map[string]map[string]string{}
	for _, s := range c.Services() {
		if s.ID != "sluis" {
			all[s.ID] = s.Example.Parameters
		}
	}
	listed, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	_, err = banner.ParseSite("shop", "shop.yaml", []byte("origins: [https://a.nl]\nlanguages: [nl]\ncontroller: {name: A, address: B, email: a@a.nl}\nprivacy: https://a.nl/privacy\nadvertising: true\nservices: "+string(listed)+"\n"), c)
	var faults *banner.SiteError
	if errors.As(err, &faults) || err != nil {
		t.Error(err)
	}
}
