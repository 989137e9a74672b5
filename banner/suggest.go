package banner

import (
	"slices"
	"strings"
)

func quote(s string) string { return "“" + s + "”" }

// suggest is the mend for a word that is not among those known: the nearest
// one where there is a likely one, else all of them.
func suggest(word string, known []string) string {
	best, nearest := "", 2 // one letter off in a short word, more in a longer one
	if n := len([]rune(word)); n > 3 {
		nearest = max(2, n/3) + 1
	}
	for _, k := range known {
		if n := distance(strings.ToLower(word), strings.ToLower(k)); n < nearest {
			best, nearest = k, n
		}
	}
	// "google-analytics" is far from "google-analytics-4" by no measure, but
	// "analytics" is: a part of a name counts as near too.
	if best == "" && len(word) > 3 {
		if i := slices.IndexFunc(known, func(k string) bool { return strings.Contains(k, strings.ToLower(word)) }); i >= 0 {
			best = known[i]
		}
	}
	if best != "" {
		return "did you mean " + quote(best) + "?"
	}
	if len(known) == 0 {
		return "leave it out"
	}
	known = slices.Sorted(slices.Values(known))
	return "use one of: " + strings.Join(known, ", ")
}

// distance counts the letters to insert, remove, change or swap to come from
// one word to the other (restricted Damerau-Levenshtein).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}
