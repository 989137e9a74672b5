package banner

import (
	"context"
	"log/slog"
)

// Sites holds the sites of a folder, followed while it changes.
type Sites struct{}

// OpenSites reads the folder; fallback serves alone when it is missing or has no site files.
func OpenSites(dir string, fallback *Site, catalog *Catalog, logger *slog.Logger) (*Sites, error) {
	return &Sites{}, nil
}

// Get returns the site with the id.
func (s *Sites) Get(id string) (*Site, bool) { return nil, false }

// All lists the sites by id.
func (s *Sites) All() []*Site { return nil }

// Faults lists what is wrong in files whose last good version is still served.
func (s *Sites) Faults() []SiteFault { return nil }

// Reload looks at the folder once.
func (s *Sites) Reload(ctx context.Context) error { return nil }

// Run reloads every two seconds until the context ends.
func (s *Sites) Run(ctx context.Context) error { <-ctx.Done(); return nil }
