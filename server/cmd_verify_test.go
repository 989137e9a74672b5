package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluis/consentlog"
)

// write puts text into a file of the test's own.
func write(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Protects: a receipt verifies with the public key alone, after the service
// has gone; any change to it, and any other key, is found.
func TestVerifyReceiptOffline(t *testing.T) {
	t.Parallel()
	r := startSluis(t, shortDir(t))
	receipt := r.record("demo", r.notice("demo", r.readerKey("demo")))
	_, key := r.get("/v1/sites/demo/log/key", "")
	r.stop()
	keyFile := write(t, "key.txt", key)

	out, _, err := command(r.data, "verify", "receipt", write(t, "receipt.json", receipt), "--key", keyFile)
	if err != nil || !strings.Contains(out, "The receipt is sound: record ") || !strings.Contains(out, "(accept_all) of site demo") {
		t.Errorf("sound receipt: %s %v", out, err)
	}
	if _, _, err := command(r.data, "verify", "receipt", write(t, "receipt.json", receipt), "--key", strings.TrimSpace(string(key))); err != nil {
		t.Errorf("key on the command line: %v", err)
	}
	for name, forged := range map[string][]byte{
		"choice":  bytes.Replace(receipt, []byte(`"analytics":"granted"`), []byte(`"analytics":"denied"`), 1),
		"action":  bytes.Replace(receipt, []byte("accept_all"), []byte("refuse_all"), 1),
		"place":   bytes.Replace(receipt, []byte(`index `), []byte(`index 1`), 1),
		"nothing": []byte("{}"),
		"no JSON": []byte("receipt"),
	} {
		if bytes.Equal(forged, receipt) {
			t.Fatalf("%s was not forged", name)
		}
		if _, _, err := command(r.data, "verify", "receipt", write(t, "receipt.json", forged), "--key", keyFile); err == nil || !strings.Contains(err.Error(), "not sound") {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := bytes.Replace(key, []byte("localhost/demo"), []byte("localhost/shop"), 1)
	if _, _, err := command(r.data, "verify", "receipt", write(t, "receipt.json", receipt), "--key", write(t, "key.txt", other)); err == nil {
		t.Error("another site's key verified it")
	}
}

// Protects: the whole log verifies over HTTP, and a service that shows a
// record other than the one it signed is caught.
func TestVerifyLogOverHTTP(t *testing.T) {
	t.Parallel()
	r := startSluis(t, shortDir(t))
	reader := r.readerKey("demo")
	notice := r.notice("demo", reader)
	for range 3 {
		r.record("demo", notice)
	}
	_, key := r.get("/v1/sites/demo/log/key", "")
	readerFile, keyFile := write(t, "reader.key", []byte(reader+"\n")), write(t, "key.txt", key)

	out, _, err := command(r.data, "verify", "log", "--site", "demo", "--from", r.url, "--key", keyFile, "--reader-key", readerFile)
	if err != nil || !strings.Contains(out, "The log of site demo is sound: ") || !strings.Contains(out, "3 choices, in 1 epoch") {
		t.Errorf("sound log: %s %v", out, err)
	}
	out, _, err = command(r.data, "verify", "log", "--site", "demo", "--from", r.url, "--reader-key", reader)
	if err != nil || !strings.Contains(out, "came from the service itself") {
		t.Errorf("without the public key: %s %v", out, err)
	}

	liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		forward, err := http.NewRequest(req.Method, r.url+req.URL.Path, nil)
		if err != nil {
			t.Error(err)
			return
		}
		forward.Header = req.Header.Clone()
		forward.Header.Del("Accept-Encoding")
		res, err := http.DefaultClient.Do(forward)
		if err != nil {
			t.Error(err)
			return
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		w.WriteHeader(res.StatusCode)
		w.Write(bytes.Replace(body, []byte(`"layer":"first"`), []byte(`"layer":"page"`), 1))
	}))
	defer liar.Close()
	if _, _, err = command(r.data, "verify", "log", "--site", "demo", "--from", liar.URL, "--key", keyFile, "--reader-key", reader); err == nil || !strings.Contains(err.Error(), "is not sound") {
		t.Errorf("forged log: %v", err)
	}
	if _, _, err = command(r.data, "verify", "log", "--site", "demo", "--from", r.url); err == nil || !strings.Contains(err.Error(), "sluis key create --site demo --role reader") {
		t.Errorf("without a reader key: %v", err)
	}
	if _, _, err = command(r.data, "verify", "log", "--site", "demo", "--from", r.url, "--reader-key", "sluis_"+strings.Repeat("A", 43)); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("with an unknown reader key: %v", err)
	}
}

// Protects: a log that could not be read is not called unsound, and a public key
// of another site is named as what it is: who is woken by the nightly check must
// know whether the log or the check is at fault.
func TestVerifyLogTellsWhatFailed(t *testing.T) {
	t.Parallel()
	r := startSluis(t, shortDir(t))
	reader := r.readerKey("demo")
	_, own := r.get("/v1/sites/demo/log/key", "")
	other := startSluis(t, shortDir(t))
	_, foreign := other.get("/v1/sites/demo/log/key", "")
	r.record("demo", r.notice("demo", reader))
	for name, c := range map[string]struct{ site, key, reader, want string }{
		"an unknown reader key": {"demo", string(own), "sluis_" + strings.Repeat("A", 43), "could not be checked"},
		"an unknown site":       {"shop", string(own), reader, "could not be checked"},
		"another public key":    {"demo", string(foreign), reader, "is not signed with the public key that was given"},
	} {
		_, _, err := command(r.data, "verify", "log", "--site", c.site, "--from", r.url, "--key", strings.TrimSpace(c.key), "--reader-key", c.reader)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "not sound") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Protects: a public key with a slip in it makes no sound receipt or log unsound:
// the key is what is named. One that an e-mail broke into lines is read.
func TestKeyWithASlip(t *testing.T) {
	t.Parallel()
	r := startSluis(t, shortDir(t))
	reader := r.readerKey("demo")
	receipt := write(t, "receipt.json", r.record("demo", r.notice("demo", reader)))
	_, raw := r.get("/v1/sites/demo/log/key", "")
	own := strings.TrimSpace(string(raw))
	last := len(own) - 1
	for name, key := range map[string]string{"cut off": own[:last-3], "another letter": own[:last-5] + "+/+/" + own[last-1:], "another site": strings.Replace(own, "demo", "shop", 1), "no key": "a + b + c"} {
		for _, args := range [][]string{{"receipt", receipt}, {"log", "--site", "demo", "--from", r.url, "--reader-key", reader}} {
			_, _, err := command(r.data, append(append([]string{"verify"}, args...), "--key", key)...)
			if err == nil || strings.Contains(err.Error(), "not sound") || !strings.Contains(err.Error(), "public key: ") || !strings.Contains(err.Error(), "privacy statement") {
				t.Errorf("%s, %s: %v", name, args[0], err)
			}
		}
	}
	if _, _, err := command(r.data, "verify", "receipt", receipt, "--key", write(t, "key.txt", []byte(own[:30]+"\r\n "+own[30:]))); err != nil {
		t.Errorf("in two lines: %v", err)
	}
	other := startSluis(t, shortDir(t))
	_, foreign := other.get("/v1/sites/demo/log/key", "")
	if _, _, err := command(r.data, "verify", "receipt", receipt, "--key", strings.TrimSpace(string(foreign))); err == nil || strings.Contains(err.Error(), "not sound") || !strings.Contains(err.Error(), "is not signed with the public key that was given") {
		t.Errorf("of another service: %v", err)
	}
}

// Protects: so it is with a check that somebody ended while it waited for a service
// that is overloaded.
func TestVerifyLogThatWasBrokenOff(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancel(t.Context())
	source, err := newRemoteLog("https://consent.example.nl", "shop", "")
	if err != nil {
		t.Fatal(err)
	}
	source.client.Transport = overloaded(end)
	if _, err := source.Checkpoint(ctx); !errors.Is(err, errNotRead) || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Protects: what a log declares is told as what it is: that a writer ended together
// with its Redis is not told as a loss of nothing.
func TestDeclaredLossesInWords(t *testing.T) {
	t.Parallel()
	for want, loss := range map[string]consentlog.Loss{
		"from place 4 to 6":              {Epoch: 1, From: 4, To: 6},
		"epoch 1 went two ways":          {Epoch: 1, To: 6, Forked: true},
		"after place 5, nobody knows of": {Epoch: 1, From: 6, To: 6},
		"recorded in it, nobody knows":   {Epoch: 1},
	} {
		if got := declared(loss); !strings.Contains(got, want) {
			t.Errorf("%+v: %s", loss, got)
		}
	}
}

// Protects: a segment of the longest notices, of which the log takes 256, is read
// whole; one that is cut off on the way is not called unsound.
func TestLongestSegmentIsRead(t *testing.T) {
	t.Parallel()
	long := []byte(`"` + strings.Repeat("x", 256<<10) + `"`)
	sent := consentlog.Segment{}
	for range 256 {
		sent.Facts = append(sent.Facts, long)
	}
	body, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	more := 0
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write(body)
		for range more {
			w.Write(body)
		}
	}))
	defer service.Close()
	source, err := newRemoteLog(service.URL, "shop", "")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := source.Segment(t.Context(), 1, 0); err != nil || len(got.Facts) != len(sent.Facts) {
		t.Errorf("%d of %d records: %v", len(got.Facts), len(sent.Facts), err)
	}
	more = 1 + longestAnswer/len(body)
	if _, err := source.Segment(t.Context(), 1, 0); !errors.Is(err, errNotRead) {
		t.Errorf("more than is read: %.80v", err)
	}
}

// overloaded answers that it is, and then calls.
type overloaded func()

func (o overloaded) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusServiceUnavailable, Body: o}, nil
}
func (o overloaded) Read([]byte) (int, error) { return 0, io.EOF }
func (o overloaded) Close() error             { o(); return nil }
