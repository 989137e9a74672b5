package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"sluis/banner"
)

// loadCatalog reads the presets and texts, the operator's over ours.
func loadCatalog(c Config) (*banner.Catalog, error) {
	var overlays []fs.FS
	if c.Presets != "" {
		overlays = append(overlays, os.DirFS(c.Presets))
	}
	catalog, err := banner.LoadCatalog(overlays...)
	if faults, faulty := errors.AsType[*banner.SiteError](err); faulty {
		// What we ship is sound, so every fault is in the operator's folder.
		for i := range faults.Faults {
			faults.Faults[i].File = filepath.Join(c.Presets, faults.Faults[i].File)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("presets:\n%w", err)
	}
	return catalog, nil
}

// siteFolder is what an operator's files amount to.
type siteFolder struct {
	catalog *banner.Catalog
	sites   *banner.Sites
	demo    *banner.Site // served while there are no site files
}

// demoServed tells whether visitors of the demo get the built-in one.
func (f siteFolder) demoServed() bool {
	site, ok := f.sites.Get(f.demo.ID)
	return ok && site == f.demo
}

// loadSites reads the presets, the texts and every site file. A fault in the
// presets or texts stops the start, for every site is made with them. A faulty
// site file is refused alone, as by a running service: told in the log, and
// nothing of it is served. Where no file is sound the start fails.
func loadSites(c Config, held map[string][]string, logger *slog.Logger) (f siteFolder, err error) {
	if f.catalog, err = loadCatalog(c); err != nil {
		return f, err
	}
	if f.demo, err = banner.DemoSite(f.catalog, demoOrigins(c)...); err != nil {
		return f, fmt.Errorf("demo site:\n%w", err)
	}
	f.sites, err = banner.OpenSites(banner.SitesOptions{Dir: c.Sites, Fallback: f.demo, Catalog: f.catalog, Logger: logger, Held: held})
	faulty, isFaulty := errors.AsType[*banner.SiteError](err)
	switch {
	case !isFaulty:
		return f, unreadableSites(err)
	case f.sites == nil:
		return f, fmt.Errorf("site files:\n%w\nsluis check shows each fault in its line", err)
	}
	for _, fault := range faulty.Faults {
		logger.Error("site file refused", "site", strings.TrimSuffix(filepath.Base(fault.File), ".yaml"), "fault", fault.String(), "lastGoodServed", false)
	}
	return f, nil
}

// unreadableSites names the variable that an operator has to look at.
func unreadableSites(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("SLUIS_SITES: %w. Give a folder that this account may read", err)
}

// noSiteFiles says why the demo is served, with the folder in full: whoever
// misspelt it gets the demo too.
func noSiteFiles(c Config) string {
	folder, err := filepath.Abs(c.Sites)
	if err != nil {
		folder = c.Sites
	}
	if none, _ := banner.NoFiles(c.Sites); len(none) > 0 {
		folder += ", but " + filepath.Base(none[0].Path) + ", which is " + none[0].Is + " and no file"
	} else if ignored, _ := banner.IgnoredFiles(c.Sites); len(ignored) > 0 {
		folder += ", but " + filepath.Base(ignored[0]) + ", which is not read: the name has to end in .yaml"
	}
	return "no .yaml file in " + folder
}

// demoOrigins are the addresses under which the demo page may be opened: on
// one machine localhost and its number are the same place.
func demoOrigins(c Config) []string {
	origins := []string{c.PublicURL}
	if u, err := url.Parse(c.PublicURL); err == nil && u.Scheme == "http" {
		for _, host := range []string{"localhost", "127.0.0.1"} {
			if u.Hostname() != host {
				origins = append(origins, "http://"+host+banner.ExactPort("http", u.Port()))
			}
		}
	}
	return origins
}
