package banner

import (
	"time"

	"sluis/consentlog"
)

// Choice is what the choice cookie of a visitor says.
type Choice struct {
	Legal     int
	Granted   map[consentlog.Category]bool
	Services  map[string]bool
	Day       int
	ConsentID string
}

// ParseChoice reads the value of the choice cookie; an error means: no choice.
func ParseChoice(cookie string, site *Site, now time.Time) (Choice, error) { return Choice{}, nil }

// String is the value of the cookie.
func (c Choice) String() string { return "" }
