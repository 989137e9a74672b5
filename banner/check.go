package banner

// Warning is something lawful but unwise in a site.
type Warning struct {
	Path   string `json:"path"`
	Detail string `json:"detail"`
	Fix    string `json:"fix"`
}

// Check lists what is lawful but unwise.
func (s *Site) Check() []Warning { return nil }
