package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"sluis/api"
)

// Protects: a filter that fits few records of a long log is answered, however long the
// search takes: pages end early and say where to go on, which comes to the end and gives
// every record once; a stream goes on by itself.
func TestALongSearchPauses(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	token, _, err := s.keys.Create(api.KeyOptions{Sites: []string{"demo"}, Role: api.Reader})
	must(t, err)
	notice, err := s.bundler.Notice(t.Context(), s.site("demo"), "nl")
	must(t, err)
	const records, segment = 600, 256
	for range records {
		s.refuse(notice.Hash())
	}
	s.api.SearchFor(-time.Second) // after every segment
	get := func(query, form string) []byte {
		t.Helper()
		req, err := http.NewRequest(http.MethodGet, s.URL+"/v1/sites/demo/records"+query, nil)
		must(t, err)
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Accept", form)
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		must(t, err)
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %s", query, resp.StatusCode, body)
		}
		return body
	}
	for query, want := range map[string]int{"?limit=1000": records, "?limit=7": records, "?action=refuse_all": records, "?action=embed": 0} {
		seen := map[string]bool{}
		short, cursor := 0, ""
		for {
			var page struct {
				Items []struct{ Place string }
				Next  *string
			}
			must(t, json.Unmarshal(get(query+cursor, "application/json"), &page))
			for _, item := range page.Items {
				if seen[item.Place] {
					t.Fatalf("%s: %s twice", query, item.Place)
				}
				seen[item.Place] = true
			}
			if page.Next == nil {
				break
			}
			if query != "?limit=7" && len(page.Items) < 100 {
				short++
			}
			cursor = "&cursor=" + *page.Next
		}
		if len(seen) != want {
			t.Errorf("%s: %d records of %d", query, len(seen), want)
		}
		if query == "?action=embed" && short < records/segment {
			t.Errorf("%s: the search paused %d times", query, short)
		}
	}
	for query, want := range map[string]int{"": records, "?limit=300": 300, "?action=embed": 0} {
		if n := bytes.Count(get(query, "application/x-ndjson"), []byte("refuse_all")); n != want {
			t.Errorf("NDJSON %s: %d records of %d", query, n, want)
		}
		if n := bytes.Count(get(query, "text/csv"), []byte("refuse_all")); n != want {
			t.Errorf("CSV %s: %d records of %d", query, n, want)
		}
	}
}
