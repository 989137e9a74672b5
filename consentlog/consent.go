package consentlog

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Bounds of what the log accepts.
const (
	MaxServices  = 64
	maxLate      = 183 * 24 * time.Hour // a choice older than its longest validity says nothing any more
	maxAhead     = maxLate              // clocks of visitors are wrong, and cost nobody a record; this is no clock
	maxTagLength = 35                   // of a language tag, as RFC 5646 section 4.4.1 advises
)

// The words a consent is made of, in the order in which documentation lists them.
var (
	Actions = []string{"accept_all", "refuse_all", "save", "withdraw", "embed", "signal", "renew"}
	Layers  = []string{"first", "preferences", "embed", "page", "signal"}
	Layouts = []string{"box", "bar", "centred"}
)

var (
	slugPattern     = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
	languagePattern = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)
)

// Validate checks every rule a record must keep before it may enter a log. It
// returns an *InvalidError that lists every fault, or nil.
func (c *Consent) Validate(now time.Time) error {
	var f faults
	if !isUUID(c.ID) {
		f.add("/id", "is not a UUID version 4", "send a random UUID in lower case, the same one for every retry")
	}
	if c.ConsentID != "" && !isUUID(c.ConsentID) {
		f.add("/consentId", "is not a UUID version 4", "send a random UUID in lower case, or leave it out")
	}
	if !slices.Contains(Actions, c.Action) {
		f.add("/action", "is not a known action", fmt.Sprintf("use one of %v", Actions))
	}
	c.validateChoices(&f)
	c.validateServices(&f)
	if !isHash(c.Notice) {
		f.add("/notice", "is not the hash of a notice", "send the 43 characters of the notice that was shown")
	}
	if len(c.Language) > maxTagLength || !languagePattern.MatchString(c.Language) {
		f.add("/language", "is not a language tag", `send the language the notice was shown in, such as "nl"`)
	}
	if !slices.Contains(Layers, c.Layer) {
		f.add("/layer", "is not a known layer", fmt.Sprintf("use one of %v", Layers))
	}
	if !slices.Contains(Layouts, c.Layout) {
		f.add("/layout", "is not a known layout", fmt.Sprintf("use one of %v", Layouts))
	}
	if t := c.ClientTime; t != nil {
		switch {
		case t.Sub(now) > maxAhead:
			f.add("/clientTime", "is more than 183 days ahead", "set the clock right, or leave clientTime out")
		case now.Sub(*t) > maxLate:
			f.add("/clientTime", "is more than 183 days ago", "drop the record: the choice is no longer valid")
		}
	}
	return f.err()
}

func (c *Consent) validateChoices(f *faults) {
	for _, k := range Categories {
		switch d, given := c.Choices[k]; {
		case !given:
			f.add("/choices/"+string(k), "is missing", `say "granted" or "denied" for every category`)
		case d != Granted && d != Denied:
			f.add("/choices/"+string(k), "is not a decision", `use "granted" or "denied"`)
		case k == Necessary && d == Denied:
			f.add("/choices/necessary", "cannot be denied", `send "granted": what is necessary needs no consent`)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(c.Choices)) {
		if !slices.Contains(Categories, k) {
			f.add("/choices/"+pointerToken(string(k)), "is not a category", fmt.Sprintf("use %v", Categories))
		}
	}
}

func (c *Consent) validateServices(f *faults) {
	if len(c.Services) > MaxServices {
		f.add("/services", fmt.Sprintf("names %d services", len(c.Services)), fmt.Sprintf("name at most %d", MaxServices))
		return
	}
	for _, id := range slices.Sorted(maps.Keys(c.Services)) {
		at := "/services/" + pointerToken(id)
		if !slugPattern.MatchString(id) {
			f.add(at, "is not the id of a service", "use the id from the site's configuration")
		}
		if d := c.Services[id]; d != Granted && d != Denied {
			f.add(at, "is not a decision", `use "granted" or "denied"`)
		}
	}
	categories, services := c.granted()
	if c.ConsentID == "" && (categories > 0 || services > 0) {
		f.add("/consentId", "is missing though something optional is granted", "send the consent id, so that the grant can be shown and withdrawn")
	}
	switch c.Action {
	case "accept_all":
		if categories < len(Categories)-1 || services < len(c.Services) {
			f.add("/action", "says accept_all though something is denied", `grant everything, or use "save"`)
		}
	case "refuse_all", "withdraw", "signal":
		if categories > 0 || services > 0 {
			f.add("/action", "says "+c.Action+" though something optional is granted", `deny everything optional, or use "save"`)
		}
	}
}

// granted counts the optional categories and the services that were granted.
func (c *Consent) granted() (categories, services int) {
	for k, d := range c.Choices {
		if k != Necessary && d == Granted {
			categories++
		}
	}
	for _, d := range c.Services {
		if d == Granted {
			services++
		}
	}
	return categories, services
}

// isUUID insists on the one spelling, so that equal ids are equal strings.
func isUUID(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && u.Version() == 4 && u.Variant() == uuid.RFC4122 && u.String() == s
}
