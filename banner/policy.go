package banner

// AllowedService is a service that may load, and why.
type AllowedService struct {
	Service *Service `json:"-"`
	ID      string   `json:"id"`
	Reason  string   `json:"reason"` // "necessary", "category" or "service"
}

// Allowed lists the services that may load under a choice, in the order of the site.
func (s *Site) Allowed(choice Choice) []AllowedService { return nil }

// CSP is the Content-Security-Policy value that lets exactly these services load.
func (s *Site) CSP(allowed []AllowedService) string { return "" }
