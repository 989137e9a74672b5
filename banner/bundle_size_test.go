package banner_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"sluis/banner"
)

// Protects: what every visitor downloads stays as small as size.json says, and
// a site pays only for the services it has.
func TestSizes(t *testing.T) {
	src, err := os.ReadFile("size.json")
	if err != nil {
		t.Fatal(err)
	}
	var budgets struct {
		Gate, Banner map[string]int
		FirstVisit   int
	}
	if err := json.Unmarshal(src, &budgets); err != nil {
		t.Fatal(err)
	}
	demo, err := banner.DemoSite(catalog(t))
	if err != nil {
		t.Fatal(err)
	}
	with := func(services ...string) *banner.Site {
		smaller := *demo
		smaller.Caught = "off"
		smaller.Services = slices.DeleteFunc(slices.Clone(demo.Services), func(s banner.SiteService) bool {
			return s.ID != "sluis" && !slices.Contains(services, s.ID)
		})
		return &smaller
	}
	caught := func(site *banner.Site) *banner.Site {
		netted := *site
		netted.Caught = "services"
		return &netted
	}
	gates := map[string]*banner.Site{
		"demo":                           with("google-analytics-4", "youtube", "facebook-plugins", "x-embed"),
		"demo with the net":              demo,
		"google-analytics-4 and youtube": with("google-analytics-4", "youtube"),
		"google-analytics-4":             with("google-analytics-4"),
		"youtube":                        with("youtube"),
		"no services":                    with(),
		"google-analytics-4 and youtube with the net": caught(with("google-analytics-4", "youtube")),
	}
	for name, budget := range budgets.Gate {
		site := gates[name]
		if site == nil {
			t.Errorf("size.json: no such gate: %s", name)
			continue
		}
		b := bundler(t)
		asset, err := b.Gate(t.Context(), site)
		if err != nil {
			t.Fatal(err)
		}
		measure(t, "gate, "+name, budget, script{asset, b.Release(site)})
	}
	for name, budget := range budgets.Banner {
		b := bundler(t)
		asset, err := b.Banner(t.Context(), demo, name[len("demo "):])
		if err != nil {
			t.Fatal(err)
		}
		notice, err := b.Notice(t.Context(), demo, name[len("demo "):])
		if err != nil {
			t.Fatal(err)
		}
		measure(t, "banner, "+name, budget, script{asset, notice.Hash()})
	}
	marked, err := banner.ParseSite("slow-oven", "slow-oven.yaml", []byte(banner.MarkedSite), catalog(t))
	if err != nil {
		t.Fatal(err)
	}
	b := bundler(t)
	gate, err := b.Gate(t.Context(), marked)
	if err != nil {
		t.Fatal(err)
	}
	question, err := b.Banner(t.Context(), marked, "en")
	if err != nil {
		t.Fatal(err)
	}
	notice, err := b.Notice(t.Context(), marked, "en")
	if err != nil {
		t.Fatal(err)
	}
	measure(t, "first visit", budgets.FirstVisit, script{gate, b.Release(marked)}, script{question, notice.Hash()})
}

// script is one with the name in it that any change of anything makes another: a gate
// names its release, a banner the hash of its notice.
type script struct {
	asset *banner.Asset
	own   string
}

// measure takes the middle of many names: with its own a gate weighs up to ten bytes
// more or less, and a banner twenty.
func measure(t *testing.T, name string, budget int, scripts ...script) {
	t.Helper()
	plain, size := 0, 0
	for _, s := range scripts {
		var sizes []int
		for i := range 15 {
			sum := sha256.Sum256([]byte{byte(i)})
			other := base64.RawURLEncoding.EncodeToString(sum[:])[:len(s.own)]
			sizes = append(sizes, banner.BestSize(bytes.ReplaceAll(s.asset.Body, []byte(s.own), []byte(other))))
		}
		slices.Sort(sizes)
		plain, size = plain+len(s.asset.Body), size+sizes[len(sizes)/2]
	}
	t.Logf("%-45s %6d bytes, %5d brotli of %5d", name, plain, size, budget)
	if size > budget {
		t.Errorf("%s: %d bytes of brotli, over its budget of %d", name, size, budget)
	}
}
