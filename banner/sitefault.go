package banner

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// SiteFault is one thing wrong with a file of the operator: a site, a preset or texts.
type SiteFault struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`   // from 1; 0 when the fault is the file itself
	Column int    `json:"column,omitempty"` // from 1
	Rule   string `json:"rule"`             // which rule it breaks, see Rules: "AP 3"
	Path   string `json:"path,omitempty"`   // "services.youtube.purpose.en", "origins[1]"
	Detail string `json:"detail"`           // what is wrong
	Fix    string `json:"fix"`              // how to mend it
}

// String is the fault on one line:
// "sites/shop.yaml:3:11: origins[0]: … Rule GDPR 32. Fix: …".
func (f SiteFault) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", f.Line, f.Column)
	}
	if f.Path != "" {
		b.WriteString(": " + f.Path)
	}
	b.WriteString(": " + f.Detail + ". Rule " + f.Rule + ". Fix: " + f.Fix)
	if !strings.HasSuffix(f.Fix, "?") && !strings.HasSuffix(f.Fix, ".") {
		b.WriteByte('.')
	}
	return b.String()
}

// SiteError carries every fault of one or more files.
type SiteError struct{ Faults []SiteFault }

func (e *SiteError) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

func sortFaults(faults []SiteFault) []SiteFault {
	slices.SortStableFunc(faults, func(a, b SiteFault) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return faults
}
