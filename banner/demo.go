package banner

// DemoSite is the site that Sluis serves when there are no site files.
func DemoSite(catalog *Catalog, origins ...string) (*Site, error) {
	return &Site{ID: "demo", Origins: origins}, nil
}
