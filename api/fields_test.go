package api_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sluis/api"
	"sluis/consentlog"
)

// Protects: what is sent and stored is what the contract says, field by field,
// and who exports the log as a sheet misses none.
func TestEveryFieldIsInTheContract(t *testing.T) {
	doc := openContract(t).doc
	for name, kind := range map[string]reflect.Type{
		"NewRecord": reflect.TypeFor[consentlog.Consent](), "Facts": reflect.TypeFor[consentlog.Facts](),
	} {
		var fields, required []string
		for _, f := range reflect.VisibleFields(kind) {
			tag, more, _ := strings.Cut(f.Tag.Get("json"), ",")
			fields = append(fields, tag)
			if more != "omitempty" {
				required = append(required, tag)
			}
		}
		slices.Sort(fields)
		slices.Sort(required)
		schema := doc.Components.Schemas[name].Value
		if said := slices.Sorted(maps.Keys(schema.Properties)); !slices.Equal(said, fields) {
			t.Errorf("openapi.yaml gives %s %v, the code %v", name, said, fields)
		}
		if said := slices.Sorted(slices.Values(schema.Required)); !slices.Equal(said, required) {
			t.Errorf("openapi.yaml requires of %s %v, the code %v", name, said, required)
		}
		if name != "Facts" {
			continue
		}
		for _, field := range fields {
			if !slices.Contains([]string{"kind", "salt", "site", "v", "choices"}, field) && !slices.Contains(api.ColumnNames(), field) {
				t.Errorf("the sheet has no column %s", field)
			}
		}
	}
}
