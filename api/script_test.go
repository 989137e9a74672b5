package api_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sluis/api"
)

// A script is what an operation does, in lines that need no Go to be read:
//
//	# a comment: which promise follows
//	! limits address=2            a new service, with these limits
//	! redis stop | redis start    the real Redis goes away, or comes back
//	! stored 3                    so many records are in the log of demo
//	! forward 24h                 the service's clock
//	! site demo legalVersion: 2   a line more in a site file
//	! published 1                 so many notices come into the log of demo
//	> POST /v1/sites/demo/records a request
//	> Origin: https://…           its headers
//	| {"id": …}                   its body
//	| …                           which breaks off here
//	< 201                         sends it; the status that must come
//	< ETag: "…"                   a header that must be so
//	< Vary ~ Origin               … that must contain this
//	< !Access-Control-Allow-Origin  … that must not be there
//	= /facts/action save          a place in the JSON that must be so
//	= /detail ~ 2048              … that must contain this
//	= !/who                       … that must not be there
//	= ~ text                      the body contains this
//	= !~ text                     the body does not contain this
//	$ name /next                  keeps a value as ${name}
//	$ name ETag:                  keeps a header as ${name}
//
// ${uuid x} is a random id, the same for each x; ${refusal x} and ${grant x y}
// are bodies of a record x (and consent id y); ${notice}, ${release}, ${day},
// ${reader}, ${foreign}, ${revoked} and ${all} (keys) are what their names say.
type scriptRun struct {
	t        *testing.T
	contract *contract
	service  *service
	kept     map[string]string
	line     string

	method, path string
	header       http.Header
	body         []string

	resp *http.Response
	got  []byte
}

func runScript(t *testing.T, c *contract, file, src string) {
	r := &scriptRun{t: t, contract: c, service: start(t, setup{}), kept: map[string]string{}}
	for i, line := range strings.Split(src, "\n") {
		line = strings.TrimRight(line, " ")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		mark, rest, ok := strings.Cut(line, " ")
		r.line = fmt.Sprintf("%s:%d: %s", file, i+1, line)
		if !ok {
			t.Fatalf("%s: a mark and a space are missing", r.line)
		}
		switch mark {
		case "!":
			r.do(rest)
		case ">":
			r.ask(r.expand(rest))
		case "|":
			r.body = append(r.body, r.expand(rest))
		case "<":
			r.answered(r.expand(rest))
		case "=":
			r.says(r.expand(rest))
		case "$":
			r.keep(rest)
		default:
			t.Fatalf("%s: unknown mark", r.line)
		}
		if t.Failed() {
			return
		}
	}
}

func (r *scriptRun) do(what string) {
	r.t.Helper()
	word, rest, _ := strings.Cut(what, " ")
	switch word {
	case "limits":
		limits := unlimited
		name, n, _ := strings.Cut(rest, "=")
		burst, err := strconv.Atoi(n)
		must(r.t, err)
		rate := api.Rate{PerSecond: 0.001, Burst: burst}
		if name == "site" {
			limits.Site = rate
		} else {
			limits.Address = rate
		}
		r.service, r.kept = start(r.t, setup{limits: limits}), map[string]string{}
		r.service.clock.stop() // a slow second would be one less to wait
	case "warning":
		r.service, r.kept = start(r.t, setup{warning: rest}), map[string]string{}
	case "redis":
		if rest == "stop" {
			r.service.redis.stop()
		} else {
			r.service.redis.start()
		}
	case "forward":
		d, err := time.ParseDuration(rest)
		must(r.t, err)
		r.service.clock.forward(d)
	case "site":
		id, line, _ := strings.Cut(rest, " ")
		path := filepath.Join(r.service.dir, "sites", id+".yaml")
		src, err := os.ReadFile(path)
		must(r.t, err)
		must(r.t, os.WriteFile(path, append(src, []byte(line+"\n")...), 0o600))
		must(r.t, r.service.sites.Reload(r.t.Context()))
	case "stored":
		want, err := strconv.Atoi(rest)
		must(r.t, err)
		if got := r.service.recorded("demo"); got != want {
			r.t.Errorf("%s: %d records are stored", r.line, got)
		}
	case "published":
		want, err := strconv.Atoi(rest)
		must(r.t, err)
		eventually(r.t, r.line, func() bool { return r.service.published("demo") == want })
	default:
		r.t.Fatalf("%s: unknown directive", r.line)
	}
}

func (r *scriptRun) ask(what string) {
	if first, second, _ := strings.Cut(what, " "); !strings.HasSuffix(first, ":") {
		r.method, r.path, r.header, r.body, r.resp = first, second, http.Header{}, nil, nil
		return
	}
	name, value, _ := strings.Cut(what, ": ")
	r.header.Add(name, value)
}

func (r *scriptRun) send() {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), r.method, r.service.URL+r.path, strings.NewReader(strings.Join(r.body, "\n")))
	must(r.t, err)
	req.Header = r.header.Clone()
	if req.Header.Get("Accept-Encoding") == "" {
		req.Header.Set("Accept-Encoding", "identity") // else the client undoes codings unseen
	}
	began := time.Now()
	if slices.Contains(r.body, "…") {
		r.resp, err = r.service.breakOff(req)
	} else {
		r.resp, err = r.service.Client().Do(req)
	}
	must(r.t, err)
	r.got, err = io.ReadAll(r.resp.Body)
	_ = r.resp.Body.Close()
	must(r.t, err)
	if took := time.Since(began); took > 4*time.Second && r.resp.StatusCode == http.StatusServiceUnavailable { // its deadline is 3 s
		r.t.Errorf("%s: answered after %s", r.line, took)
	}
	r.contract.check(r.t, req, r.resp, r.got)
}

// breakOff sends a request whose sender is gone before the end of the body.
func (s *service) breakOff(req *http.Request) (*http.Response, error) {
	to, _ := s.Listener.Addr().(*net.TCPAddr)
	c, err := net.DialTCP("tcp", nil, to)
	if err != nil {
		return nil, err
	}
	s.t.Cleanup(func() { _ = c.Close() })
	half := *req
	half.Body = io.NopCloser(io.LimitReader(req.Body, req.ContentLength/2))
	_ = half.Write(c) // complains of the body's length
	must(s.t, c.CloseWrite())
	return http.ReadResponse(bufio.NewReader(c), req)
}

func (r *scriptRun) answered(want string) {
	r.t.Helper()
	if r.resp == nil {
		r.send()
		if got := itoa(r.resp.StatusCode); got != want {
			r.t.Errorf("%s: answered %s\n%s", r.line, got, r.got)
		}
		return
	}
	if name, ok := strings.CutPrefix(want, "!"); ok {
		if got := r.resp.Header.Values(name); len(got) > 0 {
			r.t.Errorf("%s: it is there: %q", r.line, got)
		}
		return
	}
	if name, part, ok := strings.Cut(want, " ~ "); ok {
		if got := r.resp.Header.Get(name); !strings.Contains(got, part) {
			r.t.Errorf("%s: it is %q", r.line, got)
		}
		return
	}
	name, value, _ := strings.Cut(want, ": ")
	if got := r.resp.Header.Get(name); got != value {
		r.t.Errorf("%s: it is %q", r.line, got)
	}
}

func (r *scriptRun) says(want string) {
	r.t.Helper()
	switch {
	case strings.HasPrefix(want, "~ "):
		if !bytes.Contains(r.got, []byte(want[2:])) {
			r.t.Errorf("%s: the body is\n%s", r.line, r.got)
		}
	case strings.HasPrefix(want, "!~ "):
		if bytes.Contains(r.got, []byte(want[3:])) {
			r.t.Errorf("%s: the body is\n%s", r.line, r.got)
		}
	case strings.HasPrefix(want, "!"):
		if v, ok := r.at(want[1:]); ok {
			r.t.Errorf("%s: it is %v", r.line, v)
		}
	default:
		pointer, value, _ := strings.Cut(want, " ")
		got, _ := r.at(pointer)
		part, contains := strings.CutPrefix(value, "~ ")
		if contains && !strings.Contains(got, part) || !contains && got != value {
			r.t.Errorf("%s: it is %s in\n%s", r.line, got, r.got)
		}
	}
}

// at follows a JSON pointer; a number after the last element's name "length"
// of an array is its length.
func (r *scriptRun) at(pointer string) (string, bool) {
	r.t.Helper()
	var v any
	if err := json.Unmarshal(r.got, &v); err != nil {
		r.t.Fatalf("%s: not JSON: %s", r.line, r.got)
	}
	for name := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch inner := v.(type) {
		case map[string]any:
			var ok bool
			if v, ok = inner[name]; !ok {
				return "", false
			}
		case []any:
			if name == "length" {
				return itoa(len(inner)), true
			}
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(inner) {
				return "", false
			}
			v = inner[i]
		default:
			return "", false
		}
	}
	if s, ok := v.(string); ok {
		return s, true
	}
	b, err := json.Marshal(v)
	must(r.t, err)
	return string(b), true
}

func (r *scriptRun) keep(what string) {
	r.t.Helper()
	name, from, _ := strings.Cut(what, " ")
	if header, ok := strings.CutSuffix(from, ":"); ok {
		r.kept[name] = r.resp.Header.Get(header)
		return
	}
	v, ok := r.at(from)
	if !ok {
		r.t.Fatalf("%s: it is not there in\n%s", r.line, r.got)
	}
	r.kept[name] = v
}
