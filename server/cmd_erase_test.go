package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// consentIDOf reads the consent number out of a receipt.
func consentIDOf(t *testing.T, receipt []byte) string {
	t.Helper()
	var r struct{ Who struct{ ConsentID string } }
	if err := json.Unmarshal(receipt, &r); err != nil || r.Who.ConsentID == "" {
		t.Fatalf("%s: %v", receipt, err)
	}
	return r.Who.ConsentID
}

// Protects: the command erases one visitor in the embedded Redis of a stopped
// service, and the log goes on and is sound; beside the running service it does
// nothing and says which call does it.
func TestEraseCommand(t *testing.T) {
	t.Parallel()
	needRedis(t)
	r := startSluis(t, shortDir(t))
	notice := r.notice("demo", r.readerKey("demo"))
	receipt := r.record("demo", notice)
	mine, other, called := consentIDOf(t, receipt), consentIDOf(t, r.record("demo", notice)), consentIDOf(t, r.record("demo", notice))

	_, _, err := command(r.data, "erase", "--site", "demo", "--consent-id", called)
	if err == nil || !strings.Contains(err.Error(), "curl -X DELETE http://127.0.0.1:8080/v1/sites/demo/consents/"+called) || !strings.Contains(err.Error(), "is in use by another sluis") {
		t.Fatalf("beside the service: %v", err)
	}
	req, err := http.NewRequest(http.MethodDelete, r.url+"/v1/sites/demo/consents/"+called, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("the call that it names: %v %v", res, err)
	}
	res.Body.Close()
	_, key := r.get("/v1/sites/demo/log/key", "")
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}

	for range 2 { // a dry run changes nothing
		out, _, err := command(r.data, "erase", "--site", "demo", "--consent-id", mine, "--dry-run")
		if err != nil || !strings.HasPrefix(out, "1 record of site demo would name nobody") {
			t.Fatalf("dry run: %q %v", out, err)
		}
	}
	out, _, err := command(r.data, "erase", "--site", "demo", "--consent-id", mine)
	if err != nil || !strings.HasPrefix(out, "Erased: 1 record of site demo") {
		t.Fatalf("erase: %q %v", out, err)
	}
	for _, flag := range [][]string{nil, {"--dry-run"}} {
		if out, _, err := command(r.data, append([]string{"erase", "--site", "demo", "--consent-id", mine}, flag...)...); err == nil || !strings.Contains(err.Error(), "nothing under this consent number") {
			t.Errorf("erased twice %s: %q %v", flag, out, err)
		}
	}

	if _, _, err := command(r.data, "erase", "--site", "demmo", "--consent-id", other); err == nil || !strings.Contains(err.Error(), "there is no log of a site demmo") {
		t.Errorf("a site that is not there: %v", err)
	}

	again := startSluis(t, r.data)
	if status, body := again.get("/v1/sites/demo/consents/"+mine, ""); status != http.StatusNotFound {
		t.Errorf("erased: %d %s", status, body)
	}
	if status, body := again.get("/v1/sites/demo/consents/"+other, ""); status != http.StatusOK {
		t.Errorf("another visitor: %d %s", status, body)
	}
	again.record("demo", notice)
	out, _, err = command(r.data, "verify", "log", "--site", "demo", "--from", again.url, "--reader-key", again.readerKey("demo"))
	if err != nil || !strings.Contains(out, "is sound") || !strings.Contains(out, "4 choices, in 1 epoch") {
		t.Errorf("verify log: %q %v", out, err)
	}
	if out, _, err := command(r.data, "verify", "receipt", write(t, "receipt.json", receipt), "--key", strings.TrimSpace(string(key))); err != nil {
		t.Errorf("the receipt that the visitor keeps: %q %v", out, err)
	}
}

// Protects: where service and command share a Redis, the command works beside
// the service, and both agree on one log.
func TestEraseBesideTheService(t *testing.T) {
	t.Parallel()
	folder := shortDir(t)
	shared, err := startRedis(t.Context(), needRedis(t), folder, newLogger(Config{}, &lockedBuffer{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shared.Close() })
	environ := []string{"SLUIS_REDIS_URL=" + shared.URL()}
	r := startSluis(t, shortDir(t), environ...)
	notice := r.notice("demo", r.readerKey("demo"))
	mine := consentIDOf(t, r.record("demo", notice))
	out, _, err := commandIn(r.data, environ, "erase", "--site", "demo", "--consent-id", mine)
	if err != nil || !strings.HasPrefix(out, "Erased: 1 record of site demo") {
		t.Fatalf("erase: %q %v", out, err)
	}
	if status, body := r.get("/v1/sites/demo/consents/"+mine, ""); status != http.StatusNotFound {
		t.Errorf("erased: %d %s", status, body)
	}
	r.record("demo", notice)
	out, _, err = command(r.data, "verify", "log", "--site", "demo", "--from", r.url, "--reader-key", r.readerKey("demo"))
	if err != nil || !strings.Contains(out, "2 choices, in 1 epoch") {
		t.Errorf("verify log: %q %v", out, err)
	}
	r.stop()
	shared.Close()
	if _, _, err := commandIn(r.data, environ, "erase", "--site", "demo", "--consent-id", mine); err == nil || !strings.Contains(err.Error(), "storage: open store: redis at unix") || !strings.Contains(err.Error(), "Start it, or correct SLUIS_REDIS_URL") {
		t.Errorf("redis away: %v", err)
	}
}

// Protects: a visitor of a website that has left is erased as well. What a command
// advises beside a running service works: over HTTP a site without a file is not
// there, and the call that was advised answered 404.
func TestEraseOfASiteThatIsGone(t *testing.T) {
	t.Parallel()
	needRedis(t)
	data := shortDir(t)
	sites := filepath.Join(data, "sites")
	manySites(t, sites, 2)
	r := startSluis(t, data)
	mine := consentIDOf(t, r.recordFrom("https://shop-001.example", "shop-001", r.notice("shop-001", r.readerKey("shop-001"))))
	if err := os.Remove(filepath.Join(sites, "shop-001.yaml")); err != nil {
		t.Fatal(err)
	}
	call := "/v1/sites/shop-001/consents/" + mine
	eventually(t, "the site goes", func() bool { status, _ := r.get(call, ""); return status == http.StatusNotFound })
	refused := func(site string) string {
		t.Helper()
		_, _, err := commandIn(data, []string{"SLUIS_SITES=" + sites}, "erase", "--site", site, "--consent-id", mine)
		if err == nil {
			t.Fatal("erased beside a service that has Redis to itself")
		}
		return err.Error()
	}
	if said := refused("shop-002"); !strings.Contains(said, "curl -X DELETE") {
		t.Errorf("of a site that is there: %s", said)
	}
	if said := refused("shop-001"); strings.Contains(said, "curl") || !strings.Contains(said, "no shop-001.yaml in "+sites+" (SLUIS_SITES)") || !strings.Contains(said, "put the file back") {
		t.Errorf("of one that is gone: %s", said)
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if out, _, err := commandIn(data, []string{"SLUIS_SITES=" + sites}, "erase", "--site", "shop-001", "--consent-id", mine); err != nil || !strings.HasPrefix(out, "Erased: 1 record of site shop-001") {
		t.Errorf("with the service stopped: %q %v", out, err)
	}
}

// Protects: a command that cannot erase says why, and leaves no file behind that
// a service would take for its own.
func TestEraseRefuses(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	id := uuid.NewString()
	refused := func(want string, args ...string) {
		t.Helper()
		if _, _, err := command(data, append([]string{"erase"}, args...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", args, err)
		}
	}
	refused("--consent-id", "--site", "shop")
	refused("--site", "--consent-id", id)
	refused("36 characters", "--site", "shop", "--consent-id", strings.ToUpper(id))
	refused("SLUIS_DATA", "--site", "shop", "--consent-id", id)
	if left, err := os.ReadDir(data); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if _, err := openSigningKey(filepath.Join(data, "signing.key"), "localhost", filepath.Join(data, "state")); err != nil {
		t.Fatal(err)
	}
	refused("holds no log", "--site", "shop", "--consent-id", id)
	out := &lockedBuffer{}
	if err := run(context.Background(), []string{"erase", "--help"}, out, out, nil); err != nil || !strings.Contains(out.String(), "Examples:\n") {
		t.Errorf("help: %v\n%s", err, out)
	}
}
