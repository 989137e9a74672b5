package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// running is a whole sluis serve in this process.
type running struct {
	t    *testing.T
	url  string
	data string
	said *lockedBuffer // standard output
	log  *lockedBuffer // standard error
	stop func() error  // ends it as SIGTERM would
}

// startSluis runs serve with a folder of its own; environ adds to or replaces
// its settings.
func startSluis(t *testing.T, data string, environ ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{t: t, data: data, said: &lockedBuffer{}, log: &lockedBuffer{}}
	ended := make(chan error, 1)
	all := append([]string{"SLUIS_LISTEN=127.0.0.1:0", "SLUIS_DATA=" + data, "SLUIS_SITES=" + filepath.Join(data, "sites")}, environ...)
	go func() { ended <- run(ctx, []string{"serve"}, r.said, r.log, all) }()
	r.stop = func() error {
		cancel()
		err := <-ended
		ended <- err // for the next who asks
		return err
	}
	t.Cleanup(func() { r.stop() })
	docs := regexp.MustCompile(`API docs +(\S+)/docs`)
	eventually(t, "the service says where it is", func() bool {
		select {
		case err := <-ended:
			ended <- err // for the stop that comes after
			t.Fatalf("it ended: %v\n%s", err, r.log)
		default:
		}
		m := docs.FindStringSubmatch(r.said.String())
		if m != nil {
			r.url = m[1]
		}
		return m != nil
	})
	return r
}

// command runs a command beside the service, on the same data.
func command(data string, args ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	err = run(context.Background(), args, &out, &errs, []string{"SLUIS_DATA=" + data})
	return out.String(), errs.String(), err
}

// readerKey makes a reader key with the command that operators use.
func (r *running) readerKey(site string) string {
	r.t.Helper()
	out, _, err := command(r.data, "key", "create", "--site", site, "--role", "reader")
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// get fetches a path, with a key unless it is empty.
func (r *running) get(path, key string) (status int, body []byte) {
	r.t.Helper()
	req, err := http.NewRequest(http.MethodGet, r.url+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return res.StatusCode, body
}

// decode fetches a path that must answer 200.
func (r *running) decode(path, key string, into any) {
	r.t.Helper()
	status, body := r.get(path, key)
	if status != http.StatusOK {
		r.t.Fatalf("GET %s: %d %s", path, status, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		r.t.Fatalf("GET %s: %v in %s", path, err, body)
	}
}

// notice makes sure that the banner's notice is in the log and answers its hash.
func (r *running) notice(site, key string) (hash string) {
	r.t.Helper()
	var served struct{ Release string }
	r.decode("/v1/sites/"+site, key, &served)
	r.get("/v/"+served.Release+"/"+site+".nl.js", "")
	eventually(r.t, "the notice is in the log", func() bool {
		var list struct {
			Items []struct{ Hash, Language string }
		}
		r.decode("/v1/sites/"+site+"/notices", key, &list)
		for _, n := range list.Items {
			if n.Language == "nl" {
				hash = n.Hash
			}
		}
		return hash != ""
	})
	return hash
}

// record posts an acceptance of everything and answers the receipt.
func (r *running) record(site, notice string) (receipt []byte) {
	r.t.Helper()
	return r.recordFrom(r.url, site, notice)
}

// recordFrom is record for a page on another origin.
func (r *running) recordFrom(origin, site, notice string) (receipt []byte) {
	r.t.Helper()
	body := `{"id":"` + uuid.NewString() + `","consentId":"` + uuid.NewString() + `","action":"accept_all","choices":{"necessary":"granted",` +
		`"functional":"granted","analytics":"granted","social-media":"granted"},"notice":"` + notice + `","language":"nl","layer":"first","layout":"box","gpc":false}`
	req, err := http.NewRequest(http.MethodPost, r.url+"/v1/sites/"+site+"/records", strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Origin", origin)
	req.Header.Set("Content-Type", "text/plain")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	receipt, err = io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusCreated {
		r.t.Fatalf("POST: %s %s %v", res.Status, receipt, err)
	}
	return receipt
}

// records counts what the log lists.
func (r *running) records(site, key string) int {
	r.t.Helper()
	var list struct{ Items []json.RawMessage }
	r.decode("/v1/sites/"+site+"/records", key, &list)
	return len(list.Items)
}
