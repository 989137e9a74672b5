package consentlog

import "time"

// Query narrows what Records yields. The zero value asks for everything.
type Query struct {
	From, To time.Time // server time: from From on, before To
	Action   string    // one of Actions
	Language string    // exactly this tag
	Notice   string    // exactly this hash
	Category Category  // only records that decided so about this category
	Decision Decision  // with Category; empty means granted
	Before   string    // a place: only records that lie before it
	Until    time.Time // real time: a search that goes on after it pauses; zero: it never does
}

// Pause ends a search that came to its Until: there may be more before this place.
type Pause struct{ Place string }

func (p *Pause) Error() string { return "the search paused at " + p.Place }

// matches tests everything but the place.
func (q *Query) matches(f *Facts) bool {
	switch {
	case !q.From.IsZero() && f.Time.Before(q.From),
		!q.To.IsZero() && !f.Time.Before(q.To),
		q.Action != "" && f.Action != q.Action,
		q.Language != "" && f.Language != q.Language,
		q.Notice != "" && f.Notice != q.Notice:
		return false
	case q.Category != "" && q.Decision != "":
		return f.Choices[q.Category] == q.Decision
	case q.Category != "":
		return f.Choices[q.Category] == Granted
	}
	return true
}
