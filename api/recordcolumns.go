package api

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"sluis/consentlog"
)

// firstColumns are the facts in the order of their columns. Facts that were
// added since follow behind them, so that no column of an older sheet moves.
var firstColumns = []string{"time", "id", "action", "choices", "services", "language", "layer", "layout", "gpc", "notice", "clientTime"}

// notColumns are facts that say the same of every row, or nothing to a reader.
var notColumns = []string{"kind", "salt", "site", "v"}

// columns are the facts that are shown, by their place in consentlog.Facts.
var columns = func() (order []reflect.StructField) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[consentlog.Facts]()) {
		if !slices.Contains(notColumns, factName(f)) {
			order = append(order, f)
		}
	}
	slices.SortStableFunc(order, func(a, b reflect.StructField) int { return cmp.Compare(rank(a), rank(b)) })
	return order
}()

func factName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

func rank(f reflect.StructField) int {
	if i := slices.Index(firstColumns, factName(f)); i >= 0 {
		return i
	}
	return len(firstColumns)
}

// columnNames are the first line. Choices are a column for each category.
func columnNames() []string {
	names := []string{"place"}
	for _, f := range columns {
		if name := factName(f); name != "choices" {
			names = append(names, name)
			continue
		}
		for _, category := range consentlog.Categories {
			names = append(names, string(category))
		}
	}
	return names
}

func row(r consentlog.Record) []string {
	cells := []string{r.Place}
	facts := reflect.ValueOf(r.Facts)
	for _, f := range columns {
		switch fact := facts.FieldByIndex(f.Index).Interface().(type) {
		case map[consentlog.Category]consentlog.Decision:
			for _, category := range consentlog.Categories {
				cells = append(cells, string(cmp.Or(fact[category], consentlog.Denied)))
			}
		case map[string]consentlog.Decision:
			var services []string
			for _, id := range slices.Sorted(maps.Keys(fact)) {
				services = append(services, id+"="+string(fact[id]))
			}
			cells = append(cells, strings.Join(services, " "))
		case time.Time:
			cells = append(cells, fact.Format(time.RFC3339))
		case *time.Time:
			if fact == nil {
				cells = append(cells, "")
				continue
			}
			cells = append(cells, fact.Format(time.RFC3339))
		default:
			cells = append(cells, fmt.Sprint(fact))
		}
	}
	for i, cell := range cells {
		cells[i] = defuse(cell)
	}
	return cells
}

// defuse keeps a spreadsheet from taking a cell for a formula (OWASP: CSV
// injection). No field should ever begin like that; the hash of a notice can.
func defuse(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
