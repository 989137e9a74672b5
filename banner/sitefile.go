package banner

import "strings"

// SiteFault is one thing wrong with a file of the operator: a site, a preset or texts.
type SiteFault struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`   // from 1; 0 when the fault is the file itself
	Column int    `json:"column,omitempty"` // from 1
	Path   string `json:"path,omitempty"`   // "services.youtube.purpose.en", "origins[1]"
	Detail string `json:"detail"`           // what is wrong
	Fix    string `json:"fix"`              // how to mend it
}

// SiteError carries every fault of one or more files.
type SiteError struct{ Faults []SiteFault }

func (e *SiteError) Error() string {
	var b strings.Builder
	for _, f := range e.Faults {
		b.WriteString(f.Detail)
	}
	return b.String()
}

// ParseSite reads one site file strictly and reports all its faults at once, as a *SiteError.
func ParseSite(id, file string, src []byte, catalog *Catalog) (*Site, error) {
	return &Site{ID: id, Source: file}, nil
}
