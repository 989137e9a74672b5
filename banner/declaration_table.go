package banner

import "strings"

// table lists what a service stores on the visitor's device. The roles say
// again what the elements mean: on a narrow screen the rows are set as blocks,
// and browsers forget that a table set as blocks is one.
func (w *writer) table(s noticeService, own *Service) *element {
	if len(s.Cookies)+len(s.Storage) == 0 {
		return nil
	}
	labels := []string{w.texts["declaration.cookie"], w.texts["declaration.purpose"], w.texts["declaration.kind"], w.texts["declaration.lifetime"], w.texts["declaration.party"]}
	head := el("tr", attr{"role", "row"})
	for _, label := range labels {
		head.add([]any{el("th", attr{"role", "columnheader"}, attr{"scope", "col"}, label)})
	}
	rows := el("tbody", attr{"role", "rowgroup"})
	row := func(name string, purpose Localised, cells ...string) {
		r := el("tr", attr{"role", "row"}, el("th", attr{"role", "rowheader"}, attr{"scope", "row"}, el("code", w.rightToLeft(attr{"dir", "ltr"}), name)))
		for i, cell := range cells {
			td := el("td", attr{"role", "cell"}, attr{"data-label", labels[i+1]}, cell)
			if i == 0 {
				td.children = []any{el("span", w.said(cell, purpose[w.notice.Language] == ""))}
			}
			r.add([]any{td})
		}
		rows.add([]any{r})
	}
	for i, c := range s.Cookies {
		party := w.texts["declaration.party.first"]
		if c.Party != "first" {
			party = s.Provider
			if domain := strings.TrimPrefix(c.Domain, "."); domain != "" {
				party += " (" + domain + ")"
			}
		}
		row(pattern(c.Name, c.Match), own.Cookies[i].Purpose, c.Purpose, w.texts["declaration.kind.cookie"], saidLifetime(c.Lifetime, w.say, w.texts), party)
	}
	for i, e := range s.Storage {
		party, lifetime := w.texts["declaration.party.first"], w.texts["declaration.lifetime.storage"]
		if e.Party != "first" {
			party = s.Provider
		}
		if e.Type == "sessionStorage" {
			lifetime = w.texts["service.session"]
		}
		row(pattern(e.Name, e.Match), own.Storage[i].Purpose, e.Purpose, w.texts["declaration.kind.storage"]+" ("+e.Type+")", lifetime, party)
	}
	return el("table", attr{"role", "table"}, attr{"aria-label", s.Name}, el("thead", attr{"role", "rowgroup"}, head), rows)
}

// pattern shows that a name only begins so.
func pattern(name, match string) string {
	if match == "prefix" {
		return name + "*"
	}
	return name
}
