package banner

import (
	"context"
	"log/slog"

	"sluis/consentlog"
)

// BundlerOptions is what a Bundler works with.
type BundlerOptions struct {
	Logger  *slog.Logger // default: discarded
	Catalog *Catalog     // required
}

// Bundler builds the scripts of sites on first use and keeps them until the
// site changes. It is safe for any number of goroutines.
type Bundler struct{ o BundlerOptions }

// NewBundler makes a Bundler. It builds nothing yet.
func NewBundler(o BundlerOptions) *Bundler { return &Bundler{o: o} }

// Gate is the blocking script of a site: /{site}.js and /v/{release}/{site}.js.
func (b *Bundler) Gate(ctx context.Context, site *Site) (*Asset, error) { return &Asset{}, nil }

// Banner is the script of what visitors see in a language:
// /v/{release}/{site}.{language}.js.
func (b *Bundler) Banner(ctx context.Context, site *Site, language string) (*Asset, error) {
	return &Asset{}, nil
}

// Notice is what Banner shows, in the form that goes into the log. Its hash is
// what the banner sends with every record.
func (b *Bundler) Notice(ctx context.Context, site *Site, language string) (consentlog.Notice, error) {
	return consentlog.Notice{}, nil
}

// Release names the present build of a site, 16 characters: it changes when
// anything that goes into its scripts changes. It is known without building.
func (b *Bundler) Release(site *Site) string { return "" }
