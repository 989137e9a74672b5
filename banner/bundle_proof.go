package banner

import (
	"context"
	"maps"

	"github.com/evanw/esbuild/pkg/api"
)

// proving stands behind a language for the script of the choice in force.
const proving = ".proof"

// Proof is what the preferences show of the choice in force, with its number and its
// receipt, a module: /v/{release}/{site}.{language}.proof.js. Who has not chosen never
// fetches it. It asks nothing, and is no part of a notice.
func (b *Bundler) Proof(ctx context.Context, site *Site, language string) (*Asset, error) {
	made, err := b.getFor(ctx, site, language, proving)
	if err != nil {
		return nil, err
	}
	return made.asset, nil
}

func (b *Bundler) proof(site *Site, language string) ([]byte, error) {
	texts := b.texts(site)
	c := layerConstants(site, b.o.Catalog.locale(language), texts[language])
	maps.Copy(c, gateConstants(site, b.o.Catalog, texts))
	return compile(source, "proof.ts", c.encode(), api.FormatESModule)
}
