package banner

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sluis/consentlog"
)

// The reasons why a cookie is no choice. Whatever it is, nothing is granted and
// the visitor is asked.
var (
	ErrChoiceMalformed = errors.New("banner: not a choice cookie")
	ErrChoiceOutdated  = errors.New("banner: choice about another legal version")
	ErrChoiceExpired   = errors.New("banner: choice has expired")
	ErrChoiceFuture    = errors.New("banner: choice from the future")
)

// Choice is what the choice cookie of a visitor says.
type Choice struct {
	Legal     int                          // legal version of the site it was made about
	Signal    bool                         // chosen while the browser sent a privacy signal
	Granted   map[consentlog.Category]bool // necessary is always true
	Services  map[string]bool              // services singled out: granted or denied against their category
	Day       int                          // day number of the decision: floor(unix ms / 86400000)
	ConsentID string                       // empty where nothing optional was granted
}

// The sign of a denied service is "!": ids hold hyphens, and "+a-b" would read
// as a grant of "a-b".
var choiceForm = regexp.MustCompile(`^1\.([1-9][0-9]{0,3})\.(1?[13579bdf])\.(0|[1-9][0-9]{0,5})\.((?:[+!][a-z0-9-]{1,40})*)\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$`)

var singledOut = regexp.MustCompile(`[+!][a-z0-9-]+`)

// signalBit marks a choice made while the browser sent a privacy signal: only
// such a choice counts against that signal.
const signalBit = 16

// optionalBits are the digits' bits after 1, which stands for necessary.
var optionalBits = map[consentlog.Category]int64{consentlog.Functional: 2, consentlog.Analytics: 4, consentlog.SocialMedia: 8}

// ParseChoice reads the value of the choice cookie. An error means: no choice,
// nothing granted. Services that the site no longer has are left out.
func ParseChoice(cookie string, site *Site, now time.Time) (Choice, error) {
	m := choiceForm.FindStringSubmatch(cookie)
	if m == nil {
		return Choice{}, ErrChoiceMalformed
	}
	legal, _ := strconv.Atoi(m[1])
	bits, _ := strconv.ParseInt(m[2], 16, 64)
	day, _ := strconv.Atoi(m[3])
	c := Choice{Legal: legal, Signal: bits&signalBit != 0, Day: day, ConsentID: m[5], Services: map[string]bool{},
		Granted: map[consentlog.Category]bool{consentlog.Necessary: true}}
	granted := bits&^signalBit != 1
	for category, bit := range optionalBits {
		c.Granted[category] = bits&bit != 0
	}
	previous := ""
	for _, single := range singledOut.FindAllString(m[4], -1) {
		id := single[1:]
		if id <= previous {
			return Choice{}, ErrChoiceMalformed
		}
		previous = id
		granted = granted || single[0] == '+'
		if _, known := site.Service(id); known {
			c.Services[id] = single[0] == '+'
		}
	}
	if granted && c.ConsentID == "" {
		return Choice{}, ErrChoiceMalformed
	}
	added, counts := site.AddedAfter(legal)
	if !counts {
		return Choice{}, ErrChoiceOutdated
	}
	for _, used := range added { // nobody was asked about it yet
		c.Services[used.ID] = false
	}
	switch today := DayOf(now); {
	case day > today+1:
		return Choice{}, ErrChoiceFuture
	case today-day > site.ValidDays():
		return Choice{}, ErrChoiceExpired
	}
	return c, nil
}

// String is the value of the cookie.
func (c Choice) String() string {
	bits := int64(1)
	if c.Signal {
		bits |= signalBit
	}
	for category, bit := range optionalBits {
		if c.Granted[category] {
			bits |= bit
		}
	}
	var singles strings.Builder
	for _, id := range slices.Sorted(maps.Keys(c.Services)) {
		sign := "!"
		if c.Services[id] {
			sign = "+"
		}
		singles.WriteString(sign + id)
	}
	return fmt.Sprintf("1.%d.%x.%d.%s.%s", c.Legal, bits, c.Day, singles.String(), c.ConsentID)
}

// ChoiceOf is the choice that a record puts into force, as the browser writes
// it. The record does not say which legal version its notice has, and its day
// is not always that of the choice: one embed adds to a choice of before.
func ChoiceOf(record *consentlog.Consent, legal, day int) Choice {
	c := Choice{Legal: legal, Signal: record.GPC, Day: day, Granted: map[consentlog.Category]bool{consentlog.Necessary: true}, Services: map[string]bool{}}
	granted := false
	for category := range optionalBits {
		c.Granted[category] = record.Choices[category] == consentlog.Granted
		granted = granted || c.Granted[category]
	}
	for id, decision := range record.Services {
		c.Services[id] = decision == consentlog.Granted
		granted = granted || c.Services[id]
	}
	if granted { // whoever withdrew everything carries no number on
		c.ConsentID = record.ConsentID
	}
	return c
}

// Ends is when the choice no longer counts: after the last day that ParseChoice
// accepts. The browser gives its cookie the same end.
func (c Choice) Ends(site *Site) time.Time {
	return time.UnixMilli(int64(c.Day+site.ValidDays()+1) * (24 * time.Hour).Milliseconds()).UTC()
}

// allows tells whether a service may load: by its own grant or denial where it
// was singled out, else by its category.
func (c Choice) allows(service *Service) bool {
	if service.Category == consentlog.Necessary {
		return true
	}
	if own, singled := c.Services[service.ID]; singled {
		return own
	}
	return c.Granted[service.Category]
}

// DayOf is the number of a day as the choice cookie counts them.
func DayOf(t time.Time) int { return int(t.UnixMilli() / (24 * time.Hour).Milliseconds()) }
