package api

import "time"

// Seams for the tests.

// SetClock gives the keys another clock.
func (k *Keys) SetClock(now func() time.Time) { k.now = now }

// SearchFor has the searches of lists pause sooner.
func (a *API) SearchFor(d time.Duration) { a.searchFor = d }

// The pure parts that are tested on their own.
var (
	Defuse      = defuse
	WriteCursor = writeCursor
	ReadCursor  = readCursor
	Accepted    = accepted
	Network     = network
	Latest      = latest
	ColumnNames = columnNames
)

// Kinds lists the slugs of the table of problems.
func Kinds() []string {
	var out []string
	for _, k := range kinds {
		out = append(out, k.slug)
	}
	return out
}

// Kept counts what is kept for each language of each site.
func (a *API) Kept() (declarations, notices int) {
	a.declarations.mu.Lock()
	defer a.declarations.mu.Unlock()
	a.publisher.mu.Lock()
	defer a.publisher.mu.Unlock()
	return len(a.declarations.made), len(a.publisher.seen)
}
