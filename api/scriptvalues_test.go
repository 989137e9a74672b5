package api_test

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"sluis/api"
)

var variable = regexp.MustCompile(`\$\{([^}]+)\}`)

func (r *scriptRun) expand(s string) string {
	return variable.ReplaceAllStringFunc(s, func(v string) string {
		name := v[2 : len(v)-1]
		if kept, ok := r.kept[name]; ok {
			return kept
		}
		value := r.value(strings.Fields(name))
		if r.t.Failed() {
			return ""
		}
		r.kept[name] = value
		return value
	})
}

func (r *scriptRun) value(words []string) string {
	r.t.Helper()
	s := r.service
	key := func(o api.KeyOptions) string {
		token, _, err := s.keys.Create(o)
		must(r.t, err)
		return token
	}
	switch words[0] {
	case "uuid":
		return uuid.NewString()
	case "notice":
		n, err := s.bundler.Notice(r.t.Context(), s.site("demo"), "nl")
		must(r.t, err)
		return n.Hash()
	case "release":
		return s.bundler.Release(s.site("demo"))
	case "epoch":
		epoch, _, _ := strings.Cut(r.kept[words[1]], ".")
		return epoch
	case "day":
		return strconv.FormatInt(s.clock.now().Unix()/86400, 10)
	case "now":
		return s.clock.now().UTC().Format(time.RFC3339)
	case "today":
		return s.clock.now().UTC().Format(time.DateOnly)
	case "ago":
		d, err := time.ParseDuration(words[1])
		must(r.t, err)
		return s.clock.now().Add(-d).UTC().Format(time.RFC3339)
	case "x":
		n, err := strconv.Atoi(words[1])
		must(r.t, err)
		return strings.Repeat("x", n)
	case "reader":
		return key(api.KeyOptions{Sites: []string{"demo"}, Role: api.Reader})
	case "foreign":
		return key(api.KeyOptions{Sites: []string{"other"}, Role: api.Reader})
	case "all":
		return key(api.KeyOptions{Sites: []string{api.AllSites}, Role: api.Admin})
	case "revoked":
		token, k, err := s.keys.Create(api.KeyOptions{Sites: []string{"demo"}, Role: api.Reader})
		must(r.t, err)
		must(r.t, s.keys.Revoke(k.ID))
		return token
	case "refusal":
		return r.expand(`{"id":"${uuid ` + words[1] + `}","action":"refuse_all","choices":{"necessary":"granted","functional":"denied","analytics":"denied","social-media":"denied"},` +
			`"notice":"${notice}","language":"nl","layer":"first","layout":"box","gpc":false}`)
	case "grant":
		return r.expand(`{"id":"${uuid ` + words[1] + `}","consentId":"${uuid ` + words[2] + `}","action":"save","choices":{"necessary":"granted","functional":"denied","analytics":"granted","social-media":"denied"},` +
			`"notice":"${notice}","language":"nl","layer":"preferences","layout":"box","gpc":false}`)
	case "withdrawal":
		return r.expand(`{"id":"${uuid ` + words[1] + `}","consentId":"${uuid ` + words[2] + `}","action":"withdraw","choices":{"necessary":"granted","functional":"denied","analytics":"denied","social-media":"denied"},` +
			`"notice":"${notice}","language":"nl","layer":"page","layout":"box","gpc":false}`)
	}
	r.t.Fatalf("%s: unknown variable %v", r.line, words)
	return ""
}
