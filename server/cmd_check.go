package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"sluis/banner"
)

type checkCommand struct {
	Files []string `arg:"" optional:"" name:"file" help:"Site files to check. Default: all of SLUIS_SITES."`
}

func (checkCommand) Help() string {
	return `Starts nothing and changes nothing. Prints the configuration in force and what each site will do; names every
fault with file, line and mend, and exits with 1 when there is one.

Examples:
  sluis check
  sluis check sites/shop.yaml`
}

func (cmd checkCommand) Run(p *process) error {
	c, err := LoadConfig(p.environ)
	if err != nil {
		return err
	}
	c.completePublicURL()
	if len(cmd.Files) > 0 {
		return cmd.files(c, p.stdout)
	}
	showConfig(p.stdout, c)
	folder, err := loadSites(c, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	for _, site := range folder.sites.All() {
		showSite(p.stdout, c, site)
	}
	return nil
}

// files checks files wherever they lie, all of them before it fails.
func (cmd checkCommand) files(c Config, to io.Writer) error {
	catalog, err := loadCatalog(c)
	if err != nil {
		return err
	}
	var faults []error
	for _, file := range cmd.Files {
		src, err := os.ReadFile(file)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		id := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		site, err := banner.ParseSite(id, file, src, catalog)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		showSite(to, c, site)
	}
	return errors.Join(faults...)
}

func showConfig(to io.Writer, c Config) {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, s := range settings() {
		from := "default"
		if c.set[s.name] {
			from = "set"
		}
		fmt.Fprintf(table, "%s\t%s\t(%s)\n", s.name, s.show(&c), from)
	}
	table.Flush()
}

func showSite(to io.Writer, c Config, site *banner.Site) {
	from := site.Source
	if from == "" {
		from = "built in"
	}
	fmt.Fprintf(to, "\nsite %s (%s)\n  <script src=\"%s/%s.js\"></script>\n", site.ID, from, c.PublicURL, site.ID)
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  origins\t%s\n", strings.Join(site.Origins, ", "))
	fmt.Fprintf(table, "  languages\t%s\n", strings.Join(site.Languages, ", "))
	fmt.Fprintf(table, "  controller\t%s, %s, %s\n", site.Controller.Name, site.Controller.Address, site.Controller.Email)
	fmt.Fprintf(table, "  asks again\tafter %s, and when legalVersion rises above %d\n", site.Validity, site.LegalVersion)
	fmt.Fprintf(table, "  looks\t%s, %s, accent %s\n", site.Layout, site.Theme.Mode, site.Theme.Accent)
	for _, s := range site.Services {
		fmt.Fprintf(table, "  service\t%s (%s)\n", s.ID, s.Service.Category)
	}
	table.Flush()
	for _, w := range site.Check() {
		fmt.Fprintf(to, "  careful: %s: %s. %s\n", w.Path, w.Detail, w.Fix)
	}
}
