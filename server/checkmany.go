package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"sluis/banner"
)

// showSiteLines writes a line for each site: of thousands the whole reports would
// bury what is wrong.
func showSiteLines(to io.Writer, sites []banner.SiteReport) {
	if len(sites) == 0 {
		return
	}
	fmt.Fprintln(to)
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "site\tlanguages\tgate\tbanner\tadvice")
	for _, report := range sites {
		gate, largest := 0, 0
		for _, w := range report.Weights {
			if w.Script == "gate" {
				gate = w.Bytes
			} else {
				largest = max(largest, w.Bytes)
			}
		}
		fmt.Fprintf(table, "%s\t%s\t%d bytes\t%d bytes\t%d\n", report.ID, strings.Join(report.Site.Languages, ", "), gate, largest, len(report.Warnings))
	}
	table.Flush()
}

// showAdvice writes what is lawful but unwise in sound sites, and counts it. What
// is said of several is said once, with their names.
func (r checkReport) showAdvice(to io.Writer, sound []banner.SiteReport, verbose bool) (count int) {
	var order []string
	sites := map[string][]string{}
	for _, site := range sound {
		for _, w := range site.Warnings {
			line := adviceLine(w)
			if sites[line] == nil {
				order = append(order, line)
			}
			if !slices.Contains(sites[line], site.ID) {
				sites[line] = append(sites[line], site.ID)
			}
			count++
		}
	}
	slices.SortStableFunc(order, func(a, b string) int { return len(sites[b]) - len(sites[a]) })
	if len(order) > 0 || len(r.Ignored) > 0 {
		fmt.Fprintln(to)
	}
	for _, line := range order {
		fmt.Fprintln(to, line)
		switch {
		case len(r.Sites) == 1:
		case verbose:
			fmt.Fprintf(to, "    for %s\n", strings.Join(sites[line], ", "))
		default:
			fmt.Fprintf(to, "    for %s\n", someOf(sites[line]))
		}
	}
	for _, file := range r.Ignored {
		fmt.Fprintf(to, "  careful: %s is not read. Better: a file whose name ends in .yaml, or take it out of the folder.\n", file)
	}
	return count + len(r.Ignored)
}

func adviceLine(w banner.Warning) string {
	rule := ""
	if w.Rule != "" {
		rule = " (" + w.Rule + ")"
	}
	return fmt.Sprintf("  careful: %s: %s%s. Better: %s.", w.Path, w.Detail, rule, strings.TrimSuffix(w.Fix, "."))
}
