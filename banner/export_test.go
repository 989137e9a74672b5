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
