package banner

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"sluis/consentlog"
)

// held are the services of a site that the gate has to do with. Of the others
// nothing is ever held back; what has a switch may be marked in the page.
func (s *Site) held() []SiteService {
	return slices.DeleteFunc(slices.Clone(s.Services), func(used SiteService) bool {
		return used.Service.Category == consentlog.Necessary && used.Service.Load == nil && len(used.Service.Hosts) == 0
	})
}

// The places of what the gate needs of a service: Held in src/site.d.ts.
const (
	heldBit = iota
	heldScript
	heldGoogle
	heldWhen
	heldAttributes
	heldScriptAttributes
	heldBefore
	heldAfter
)

// heldRow is what the gate needs of a service. 0 stands for nothing, and is left
// out at the end.
func heldRow(used SiteService) []any {
	row := []any{heldBit: categoryBit(used.Service.Category)}
	load := used.Service.Load
	if load == nil {
		return row
	}
	row = append(row, load.Script, 0, 0, 0, 0, 0, 0)
	switch {
	case load.Adapter == "google":
		row[heldGoogle] = used.Parameters["measurement_id"]
	case used.Service.container():
		row[heldGoogle] = used.Parameters["container_id"]
	}
	if load.When != "" {
		row[heldWhen] = strings.ReplaceAll(load.When, ", ", ",")
		if embed := used.Service.Embed; embed != nil && len(embed.Attributes) > 0 {
			row[heldAttributes] = embed.Attributes
		}
	}
	if set := worthSetting(load.Attributes); len(set) > 0 {
		row[heldScriptAttributes] = set
	}
	if steps := used.Service.before(); len(steps) > 0 {
		row[heldBefore] = steps
	}
	if steps := used.Service.after(); len(steps) > 0 {
		row[heldAfter] = steps
	}
	for row[len(row)-1] == 0 {
		row = row[:len(row)-1]
	}
	return row
}

// worthSetting leaves out what changes nothing: a character set that is the
// page's own anyway.
func worthSetting(attributes map[string]string) map[string]string {
	set := maps.Clone(attributes)
	delete(set, "charset")
	return set
}

// serviceConstants is what the gate knows of the services of its site.
// src/site.d.ts says what each name means.
func serviceConstants(site *Site) constants {
	all := site.held()
	some := func(is func(*Service) bool) bool {
		return slices.ContainsFunc(all, func(used SiteService) bool { return is(used.Service) })
	}
	rows := ordered{}
	with := map[int]bool{} // by place in a row: some service has that
	for _, used := range all {
		row := heldRow(used)
		rows = append(rows, member{used.ID, row})
		for at, value := range row {
			with[at] = with[at] || value != 0
		}
	}
	starts := defaults(site)
	analytics, advertising := googleServices(all)
	sparing, queries := sparingHosts(all), embedQueries(all)
	return constants{
		"SERVICES": rows, "DEFAULTS": starts, "GOOGLE": analytics, "ADS": advertising, "SPARING": sparing, "QUERIES": queries,
		"WITH_SERVICES": len(rows) > 0, "WITH_LOAD": with[heldScript], "WITH_WHEN": with[heldWhen], "WITH_ATTRIBUTES": with[heldAttributes],
		"WITH_SCRIPT_ATTRIBUTES": with[heldScriptAttributes], "WITH_AFTER": with[heldAfter],
		"WITH_STEPS":     with[heldBefore] || with[heldAfter] || some(func(s *Service) bool { return s.Signals != nil }),
		"WITH_NECESSARY": some(func(s *Service) bool { return s.Category == consentlog.Necessary }),
		"WITH_GOOGLE":    some((*Service).google),
		"WITH_CONTAINER": some(func(s *Service) bool { return s.Load != nil && s.Load.Adapter != "google" && s.container() }),
		"WITH_DEFAULTS":  len(starts) > 0, "WITH_SPARING": len(sparing) > 0, "WITH_QUERY": len(queries) > 0,
	}
}

// google tells whether Google's consent signals are for the service.
func (s *Service) google() bool {
	return s.Consent == "google" || s.Load != nil && s.Load.Adapter == "google"
}

// googleServices are those that the signals are about, of statistics and of
// advertising; empty for none. What the gate loads itself goes before what the
// page marks.
func googleServices(all []SiteService) (analytics, advertising string) {
	loaded := false
	for _, used := range all {
		s := used.Service
		switch {
		case !s.google():
			continue
		case s.Load != nil && s.Load.Adapter == "google":
			analytics, loaded = s.ID, true
		case analytics == "" && !loaded && s.Category == consentlog.Analytics:
			analytics = s.ID
		}
		if s.Advertising {
			advertising = s.ID
		}
	}
	return analytics, advertising
}

// sparingHosts are, by service, those that spare privacy more than the one in
// the page.
func sparingHosts(all []SiteService) map[string]string {
	hosts := map[string]string{}
	for _, used := range all {
		if e := used.Service.Embed; e != nil {
			for _, host := range sortedKeys(e.Replace) {
				hosts[used.ID] = e.Replace[host]
			}
		}
	}
	return hosts
}

// embedQueries are, by service, what an embed's address gets.
func embedQueries(all []SiteService) map[string]string {
	queries := map[string]string{}
	for _, used := range all {
		if e := used.Service.Embed; e != nil && len(e.Query) > 0 {
			query := url.Values{}
			for name, value := range e.Query {
				query.Set(name, value)
			}
			queries[used.ID] = query.Encode()
		}
	}
	return queries
}
