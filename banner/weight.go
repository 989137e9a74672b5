package banner

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/andybalholm/brotli"
)

// What a site's scripts may weigh, in bytes of brotli: each comes with the
// first ten packets that a server sends without waiting (14,600 bytes), headers
// and all. A site that has the gate know the whole catalogue stays below; what
// this project promises for usual sites is much less and stands in size.json.
const (
	GateLimit   = 5 << 10
	BannerLimit = 12 << 10
)

// Weight is the size of one script of a site as browsers fetch it.
type Weight struct {
	Script string `json:"script"` // "gate", or the language of the banner
	Bytes  int    `json:"bytes"`  // brotli
	Limit  int    `json:"limit"`
}

// weigh builds every script of a site and compresses it as well as it will be
// served. That takes a tenth of a second, so no start waits for it.
func (b *Bundler) weigh(ctx context.Context, site *Site) ([]Weight, error) {
	release := b.Release(site)
	body, err := b.gate(site, release)
	if err != nil {
		return nil, fmt.Errorf("build gate of site %s: %w", site.ID, err)
	}
	weights := []Weight{{"gate", brotliSize(body, brotli.BestCompression), GateLimit}}
	for _, language := range site.Languages {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if body, _, err = b.banner(site, release, language); err != nil {
			return nil, fmt.Errorf("build banner of site %s in %s: %w", site.ID, language, err)
		}
		weights = append(weights, Weight{language, brotliSize(body, brotli.BestCompression), BannerLimit})
	}
	return weights, nil
}

func brotliSize(body []byte, quality int) int {
	var out bytes.Buffer
	w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: quality, LGWin: window})
	w.Write(body) // into memory: this cannot fail
	w.Close()
	return out.Len()
}

// part is a service or an own text, and what a script would lose without it.
type part struct {
	path, name string
	bytes      int
}

// heaviest are the parts of a script, those first that weigh most. The data alone
// is compressed with and without each, as building that often would take minutes.
func (b *Bundler) heaviest(site *Site, script string) []part {
	whole := b.dataSize(site, script)
	var parts []part
	for i, used := range site.Services {
		if used.ID == ownService {
			continue
		}
		lighter := *site
		lighter.Services = slices.Delete(slices.Clone(site.Services), i, i+1)
		parts = append(parts, part{childPath("services", used.ID), used.Service.Name, whole - b.dataSize(&lighter, script)})
	}
	for _, key := range sortedKeys(site.Texts[script]) {
		lighter := *site
		own := maps.Clone(site.Texts[script])
		delete(own, key)
		lighter.Texts = maps.Clone(site.Texts)
		lighter.Texts[script] = own
		parts = append(parts, part{childPath(childPath("texts", script), key), "your text " + quote(key), whole - b.dataSize(&lighter, script)})
	}
	slices.SortStableFunc(parts, func(x, y part) int { return cmp.Compare(y.bytes, x.bytes) })
	return parts
}

func (b *Bundler) dataSize(site *Site, script string) int {
	texts := b.texts(site)
	c := gateConstants(site, b.o.Catalog, texts)
	if script != "gate" {
		c = layerConstants(site, b.o.Catalog.locale(script), texts[script])
	}
	data, _ := json.Marshal(c)
	return brotliSize(data, 5)
}
