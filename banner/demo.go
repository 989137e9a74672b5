package banner

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed demo.yaml
var demoFile string

// DemoID is the demo site's.
const DemoID = "demo"

// demoOrigin is the origin that demo.yaml is written for.
const demoOrigin = "http://localhost:8080"

// DemoSite is the site that Sluis serves when there are no site files: id
// "demo", a small bakery that does not exist. The origins given, if any, take
// the place of those in the file; the first is where its pages stand.
func DemoSite(catalog *Catalog, origins ...string) (*Site, error) {
	src := demoFile
	if len(origins) > 0 {
		list, err := json.Marshal(origins) // a JSON list is a YAML list
		if err != nil {
			return nil, fmt.Errorf("demo site: %w", err)
		}
		src = strings.ReplaceAll(src, `["`+demoOrigin+`"]`, string(list))
		src = strings.ReplaceAll(src, demoOrigin, origins[0])
	}
	return ParseSite(DemoID, "demo.yaml", []byte(src), catalog)
}
