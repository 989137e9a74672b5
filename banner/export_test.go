package banner

// SaidDuration is how visitors read an ISO 8601 duration.
func SaidDuration(language, duration, and string) string {
	return newLocale(language).duration(duration, and)
}

// SaidCountries is how visitors read ISO 3166-1 codes.
func SaidCountries(language string, codes []string) string {
	return newLocale(language).countries(codes)
}

// Traces are what is removed of each service after a withdrawal.
func Traces(site *Site) [][]string { return traces(site) }

// Kept counts what a Bundler holds: releases and scripts.
func (b *Bundler) Kept() (releases, scripts int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.releases), len(b.scripts)
}

// HoldBest keeps anything from being compressed well until it is let go.
func (b *Bundler) HoldBest() (letGo func()) {
	for range cap(b.best) {
		b.best <- struct{}{}
	}
	return func() {
		for range cap(b.best) {
			<-b.best
		}
	}
}

// MarkedSite is a site as bench/browser measures it.
const MarkedSite = marked

// BestSize is what a script weighs as browsers fetch it.
func BestSize(body []byte) int { return len(best(body).br) }

// PresetNames are the names that services go by.
var PresetNames = presetNames

// CSSColour is how the style sheet writes "#rrggbb".
func CSSColour(s string) string { return parseColour(s).css() }
