package banner

import (
	"context"
	"maps"

	"github.com/evanw/esbuild/pkg/api"
)

// debugging stands in the place of a language for what an address asks for: the
// panel of ?sluis-debug, the preferences of ?sluis-open.
// No language has a name of five letters.
const debugging = "debug"

// Debug is the panel that shows developers what a page holds, a module:
// /v/{release}/{site}.debug.js. It speaks English and is no part of a notice. It
// also opens the preferences for who comes from the declaration's own page,
// which every other visitor would have to download in the gate.
func (b *Bundler) Debug(ctx context.Context, site *Site) (*Asset, error) {
	made, err := b.get(ctx, site, debugging)
	if err != nil {
		return nil, err
	}
	return made.asset, nil
}

func (b *Bundler) debug(site *Site, release string) ([]byte, error) {
	texts, language := b.texts(site), site.Languages[0]
	c := layerConstants(site, b.o.Catalog.locale(language), texts[language])
	maps.Copy(c, gateConstants(site, b.o.Catalog, texts)) // with the addresses, which the banner does without
	c["RELEASE"], c["ORIGINS"] = release, site.Origins
	return compile(source, "debug.ts", c.encode(), api.FormatESModule)
}
