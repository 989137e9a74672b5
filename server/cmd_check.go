package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"sluis/banner"
)

type checkCommand struct {
	Files   []string `arg:"" optional:"" name:"file" help:"Site files to check. Default: all of SLUIS_SITES."`
	Verbose bool     `short:"v" help:"Print every site in full, were there thousands."`
	JSON    bool     `name:"json" help:"Print the report as JSON, for programs."`
	Rules   bool     `help:"Print every rule that a banner keeps, and how, and stop."`
}

func (checkCommand) Help() string {
	return `Starts nothing and changes nothing. Prints the configuration in force and what each site will do, the size of its
scripts included, and names every fault with file, line, column, the rule it breaks and the mend.

Of more than 12 sites each sound one is a line. Advice and faults stand at the end in full, the same advice once with
the sites that it is for.

A start refuses the same site files, but for two faults: it builds no scripts and so does not weigh them, and it passes
over a folder, a pipe or a link that leads nowhere in the name of a site file, with a warning. It serves the other sites,
so a deployment that must not go on with a faulty file runs check first.

Exits with 0 when all is sound (what it says under “careful” is advice), with 1 when anything is refused.

Examples:
  sluis check
  sluis check sites/shop.yaml
  sluis check --verbose
  sluis check --json | jq '.sites[].faults[]'
  sluis check --rules`
}

func (cmd checkCommand) Run(p *process) error {
	if cmd.Rules {
		_, err := io.WriteString(p.stdout, banner.RulePage())
		return err
	}
	c, err := LoadConfig(p.environ)
	if err != nil {
		return err
	}
	c.completePublicURL()
	report, err := cmd.report(p.ctx, c, newLogger(c, p.stderr), progress(p.stderr, "site files", 5*time.Second))
	if err != nil {
		return err
	}
	if cmd.JSON {
		out := json.NewEncoder(p.stdout)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		if err := out.Encode(report); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
		return report.verdict()
	}
	if len(cmd.Files) == 0 {
		showConfig(p.stdout, c)
	}
	report.show(p.stdout, c, cmd.Verbose)
	return report.verdict()
}

// report judges the presets and texts, then every site file.
func (cmd checkCommand) report(ctx context.Context, c Config, logger *slog.Logger, progress func(done, total int64)) (checkReport, error) {
	report := checkReport{Presets: []banner.SiteFault{}, Sites: []banner.SiteReport{}, Ignored: []string{}}
	catalog, err := loadCatalog(c)
	if faults, faulty := errors.AsType[*banner.SiteError](err); faulty {
		report.Presets = faults.Faults
		return report, nil
	} else if err != nil {
		return report, err
	}
	bundler := banner.NewBundler(banner.BundlerOptions{Catalog: catalog})
	defer bundler.Close()
	files := cmd.Files
	if len(files) == 0 {
		if files, err = banner.SiteFiles(c.Sites); err != nil {
			return report, unreadableSites(err)
		}
		none, err := banner.NoFiles(c.Sites)
		if err != nil {
			return report, unreadableSites(err)
		}
		for _, entry := range none { // somebody's site, of which a start would serve nothing
			files = append(files, entry.Path)
		}
		slices.Sort(files)
		if report.Ignored, err = banner.IgnoredFiles(c.Sites); err != nil {
			return report, unreadableSites(err)
		}
	}
	if len(files) == 0 {
		demo, err := banner.DemoSite(catalog, demoOrigins(c)...)
		if err != nil {
			return report, fmt.Errorf("demo site:\n%w", err)
		}
		demo.Source = ""
		built, err := bundler.ReportSite(ctx, demo)
		report.Sites = append(report.Sites, built)
		return report, err
	}
	if report.Sites, err = reportFiles(ctx, bundler, files, progress); err != nil {
		return report, err
	}
	return report, claimOrigins(c, logger, catalog, report.Sites)
}

// claimOrigins refuses an origin of two sites as a start would: those looked at
// stand in the place of the files of their names in SLUIS_SITES, and who had an
// origin in the service of this SLUIS_DATA keeps it.
func claimOrigins(c Config, logger *slog.Logger, catalog *banner.Catalog, reports []banner.SiteReport) error {
	files, err := banner.SiteFiles(c.Sites)
	if err != nil {
		return unreadableSites(err)
	}
	held := openHeldOrigins(c.Data, logger).last
	claims := banner.OriginClaims{}
	// A file with a fault keeps what its site had, as it does at a start.
	keepOfFaulty := func(id, file string) {
		if site := banner.HeldBy(id, file, held[id]); site != nil {
			claims.Keep(site, held[id])
		}
	}
	var beside []*banner.Site
	for _, file := range files {
		id := strings.TrimSuffix(filepath.Base(file), ".yaml")
		if slices.ContainsFunc(reports, func(r banner.SiteReport) bool { return r.ID == id }) {
			continue
		}
		src, err := os.ReadFile(file)
		site, fault := (*banner.Site)(nil), err
		if err == nil {
			site, fault = banner.ParseSite(id, file, src, catalog)
		}
		if fault != nil {
			keepOfFaulty(id, file) // whoever looks at that file is told
			continue
		}
		beside = append(beside, site)
	}
	for _, site := range beside {
		claims.Keep(site, held[site.ID])
	}
	for _, r := range reports {
		if r.Site != nil {
			claims.Keep(r.Site, held[r.ID])
		} else {
			keepOfFaulty(r.ID, r.File)
		}
	}
	for _, site := range beside {
		claims.Claim(site)
	}
	for i, r := range reports {
		if r.Site != nil {
			reports[i].Faults = append(r.Faults, claims.Claim(r.Site)...)
		}
	}
	return nil
}

// reportFiles builds on every processor and reports in the order of the files.
func reportFiles(ctx context.Context, bundler *banner.Bundler, files []string, progress func(done, total int64)) ([]banner.SiteReport, error) {
	reports, errs := make([]banner.SiteReport, len(files)), make([]error, len(files))
	next := make(chan int)
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				reports[i], errs[i] = reportFile(ctx, bundler, files[i])
			}
		})
	}
	for i := range files {
		next <- i
		progress(int64(i), int64(len(files)))
	}
	close(next)
	group.Wait()
	return reports, errors.Join(errs...)
}

func reportFile(ctx context.Context, bundler *banner.Bundler, file string) (banner.SiteReport, error) {
	id := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	refused := func(detail, fix string) banner.SiteReport {
		return banner.SiteReport{ID: id, File: file, Weights: []banner.Weight{}, Warnings: []banner.Warning{}, Faults: []banner.SiteFault{{
			File: file, Rule: "Sluis form", Detail: detail, Fix: fix,
		}}}
	}
	if is := banner.NotAFile(file); is != "" {
		return refused("this is "+is+" and no site file", fileInstead(file, is)), nil
	}
	src, err := os.ReadFile(file)
	if cause, ok := errors.AsType[*fs.PathError](err); ok {
		return refused("the file cannot be read: "+cause.Err.Error(), "name a file that is there and that this account may read"), nil
	}
	report, err := bundler.Report(ctx, id, file, src)
	if ext := filepath.Ext(file); ext != ".yaml" && err == nil {
		report.Faults = append(report.Faults, banner.SiteFault{
			File: file, Rule: "Sluis form", Detail: "no file of this name is served: site files end in .yaml", Fix: "rename it to " + id + ".yaml",
		})
	}
	return report, err
}

// fileInstead says how to come from what is no file to one.
func fileInstead(path, is string) string {
	switch is {
	case "a folder":
		if filepath.Ext(path) != ".yaml" {
			return "name its files: " + filepath.Join(path, "*.yaml") + "; or give the folder in SLUIS_SITES and name none"
		}
		return "put a file in its place, or give the folder a name that does not end in .yaml"
	case "a link that leads nowhere":
		return "have it lead to a file that is there, or remove it"
	case "a pipe":
		return "write what comes out of it to a file whose name ends in .yaml, and check that one"
	}
	return "put a file in its place"
}
