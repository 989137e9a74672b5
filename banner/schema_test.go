package banner_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"sluis/banner"
)

var update = flag.Bool("update", false, "write generated files instead of comparing them")

// Protects: what editors suggest is what the service accepts: the published
// schema is the one made from the types, with words for every key. After a
// change: go test ./banner -run TestSiteSchema -update
func TestSiteSchemaIsCurrent(t *testing.T) {
	const file = "site.schema.json"
	want, err := banner.SiteSchema(catalog(t))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Errorf("%s is behind the code: run go test ./banner -run TestSiteSchema -update", file)
	}
}

// Protects: the values that the schema offers are exactly those that a site
// file may hold.
func TestSiteSchemaOffersWhatIsAccepted(t *testing.T) {
	src, err := banner.SiteSchema(catalog(t))
	if err != nil {
		t.Fatal(err)
	}
	type property struct {
		Enum       []string
		Default    any
		Properties map[string]property
	}
	var schema property
	if err := json.Unmarshal(src, &schema); err != nil {
		t.Fatal(err)
	}
	lines := map[string]string{"layout": "layout: bar", "corner": "corner: end", "gpc": "gpc: deny", "theme.mode": "  mode: light", "theme.font": "  font: system"}
	for path, line := range lines {
		p := schema
		for name := range strings.SplitSeq(path, ".") {
			p = p.Properties[name]
		}
		if len(p.Enum) < 2 || !slices.Contains(p.Enum, p.Default.(string)) {
			t.Errorf("%s offers %v, %v by default", path, p.Enum, p.Default)
		}
		key, _, _ := strings.Cut(line, ":")
		for _, value := range append(p.Enum, "nonsense") {
			src := change(t, goodSite, line, key+": "+value)
			if value == "ignore" {
				src += "gpcReason: an intranet outside the EEA\n"
			}
			_, err := banner.ParseSite("shop", "shop.yaml", []byte(src), catalog(t))
			if (err == nil) != (value != "nonsense") {
				t.Errorf("%s: %s: %v", path, value, err)
			}
		}
	}
}
