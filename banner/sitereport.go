package banner

import (
	"context"
	"errors"
)

// SiteReport is everything that can be said of a site file before it is served.
type SiteReport struct {
	ID       string      `json:"id"`
	File     string      `json:"file"`    // empty for the built-in demo
	Site     *Site       `json:"-"`       // nil where the file cannot be read as a site
	Weights  []Weight    `json:"weights"` // the gate first, then the banner in each language
	Warnings []Warning   `json:"warnings"`
	Faults   []SiteFault `json:"faults"`
}

// Report judges a site file as ParseSite does, and builds its scripts to weigh
// them. An error is one of this program, never of the file.
func (b *Bundler) Report(ctx context.Context, id, file string, src []byte) (SiteReport, error) {
	site, d := parseSite(id, file, src, b.o.Catalog)
	if err, faulty := errors.AsType[*SiteError](d.err()); faulty {
		return SiteReport{ID: id, File: file, Weights: []Weight{}, Warnings: []Warning{}, Faults: err.Faults}, nil
	}
	report, err := b.ReportSite(ctx, site)
	if err != nil {
		return report, err
	}
	d.weigh(b, site, report.Weights)
	report.Faults = append(report.Faults, sortFaults(d.faults)...)
	return report, nil
}

// ReportSite is Report for a site that was read already.
func (b *Bundler) ReportSite(ctx context.Context, site *Site) (SiteReport, error) {
	weights, err := b.weigh(ctx, site)
	report := SiteReport{ID: site.ID, File: site.Source, Site: site, Weights: weights, Warnings: site.Check(), Faults: []SiteFault{}}
	if report.Warnings == nil {
		report.Warnings = []Warning{}
	}
	return report, err
}
