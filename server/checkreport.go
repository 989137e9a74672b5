package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"sluis/banner"
)

// checkReport is what check says, as JSON or as text.
type checkReport struct {
	Presets []banner.SiteFault  `json:"presets"` // faults of SLUIS_PRESETS; with any, no site is looked at
	Sites   []banner.SiteReport `json:"sites"`
	Ignored []string            `json:"ignored"` // what is not read although somebody meant it for a site
}

// verdict is the last line: nothing, or how much is wrong.
func (r checkReport) verdict() error {
	faults, files := len(r.Presets), 0
	for _, site := range r.Sites {
		faults += len(site.Faults)
		if len(site.Faults) > 0 {
			files++
		}
	}
	switch {
	case faults == 0:
		return nil
	case len(r.Presets) > 0:
		return fmt.Errorf("%s in the presets and texts; no site was looked at", count(int64(faults), "fault"))
	}
	return fmt.Errorf("%s in %d of %s", count(int64(faults), "fault"), files, count(int64(len(r.Sites)), "site file"))
}

// show writes the report for people: first the sound sites, in full where there
// are few or all is asked for, else a line for each; then what is advised and
// what is wrong, so that both stand at the end, where one looks.
func (r checkReport) show(to io.Writer, c Config, verbose bool) {
	var sound []banner.SiteReport
	for _, site := range r.Sites {
		if len(site.Faults) == 0 {
			sound = append(sound, site)
		}
	}
	if verbose || len(r.Sites) <= namedSites {
		for _, site := range sound {
			showSite(to, c, site)
		}
	} else {
		showSiteLines(to, sound)
	}
	advice := r.showAdvice(to, sound, verbose)
	printer := faultPrinter{to: to, files: map[string][][]byte{}}
	for _, fault := range r.Presets {
		printer.print(fault)
	}
	for _, site := range r.Sites {
		for _, fault := range site.Faults {
			printer.print(fault)
		}
	}
	fmt.Fprintln(to)
	switch {
	case r.verdict() == nil:
		if advice > 0 {
			fmt.Fprintf(to, "Advice: %d, under “careful”.\n", advice)
		}
		fmt.Fprintf(to, "Nothing is refused: %s can be served.\n", count(int64(len(sound)), "site"))
	case len(r.Presets) == 0:
		fmt.Fprintf(to, "Sound: %s. Refused: %s. Advice: %d.\n", count(int64(len(sound)), "site"), count(int64(len(r.Sites)-len(sound)), "site file"), advice)
	}
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

func showSite(to io.Writer, c Config, report banner.SiteReport) {
	site, from := report.Site, report.File
	if from == "" {
		from = "built in: " + noSiteFiles(c)
	}
	fmt.Fprintf(to, "\nsite %s (%s)\n  <script src=\"%s/%s.js\"></script>\n", site.ID, from, c.PublicURL, site.ID)
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  origins\t%s\n", strings.Join(site.Origins, ", "))
	fmt.Fprintf(table, "  languages\t%s\n", strings.Join(site.Languages, ", "))
	fmt.Fprintf(table, "  controller\t%s, %s, %s\n", site.Controller.Name, site.Controller.Address, site.Controller.Email)
	fmt.Fprintf(table, "  asks again\tafter %s, and when legalVersion rises above %d\n", site.Validity, site.LegalVersion)
	fmt.Fprintf(table, "  looks\t%s, %s, accent %s\n", site.Layout, site.Theme.Mode, site.Theme.Accent)
	fmt.Fprintf(table, "  unmarked tags\t%s\n", map[string]string{
		"services":  "of the services below are held as well as a script can (a net, no proof; see docs/holding-back.md)",
		"catalogue": "of every catalogued service are held as well as a script can (a net, no proof; see docs/holding-back.md)",
		"off":       "are left alone",
	}[site.Caught])
	for _, s := range site.Services {
		fmt.Fprintf(table, "  service\t%s (%s)\n", s.ID, s.Service.Category)
	}
	for _, w := range report.Weights {
		what := "banner in " + w.Script
		if w.Script == "gate" {
			what = "gate"
		}
		fmt.Fprintf(table, "  size\t%s, %d of at most %d bytes\n", what, w.Bytes, w.Limit)
	}
	table.Flush()
}

// faultPrinter shows each fault with the line that holds it.
type faultPrinter struct {
	to    io.Writer
	files map[string][][]byte
}

func (p faultPrinter) print(f banner.SiteFault) {
	place := f.File
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
	}
	what := f.Detail
	if f.Path != "" {
		what = f.Path + ": " + f.Detail
	}
	fmt.Fprintf(p.to, "\n%s: %s\n", place, what)
	if line, caret := p.line(f); line != "" {
		fmt.Fprintf(p.to, "  | %s\n  | %s^\n", line, strings.Repeat(" ", caret))
	}
	rule := f.Rule
	if known, ok := banner.RuleOf(f.Rule); ok {
		rule += ": " + known.Title
	}
	fmt.Fprintf(p.to, "  rule  %s\n  mend  %s\n", rule, f.Fix)
}

// shownWidth is how much of a long line is shown around its fault.
const shownWidth = 100

// line is what stands at a fault, cut to what fits, and where the caret goes.
func (p faultPrinter) line(f banner.SiteFault) (string, int) {
	if f.Line < 1 {
		return "", 0 // the file itself is the fault, and may be a pipe, which nobody should open
	}
	lines, read := p.files[f.File]
	if !read {
		src, err := os.ReadFile(f.File)
		if err == nil {
			lines = bytes.Split(src, []byte("\n"))
		}
		p.files[f.File] = lines
	}
	if f.Line > len(lines) || !utf8.Valid(lines[f.Line-1]) {
		return "", 0
	}
	line := []rune(strings.ReplaceAll(strings.TrimRight(string(lines[f.Line-1]), "\r"), "\t", " "))
	caret := min(max(f.Column-1, 0), len(line))
	if start := caret - shownWidth/2; start > 0 && len(line) > shownWidth {
		line, caret = append([]rune("…"), line[start:]...), shownWidth/2+1
	}
	if len(line) > shownWidth {
		line = append(line[:shownWidth:shownWidth], '…')
	}
	return string(line), caret
}
