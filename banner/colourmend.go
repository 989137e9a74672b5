package banner

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	longForm  = regexp.MustCompile(`^#?([0-9a-f]{6})$`)
	shortForm = regexp.MustCompile(`^#?([0-9a-f])([0-9a-f])([0-9a-f])$`)
	styleForm = regexp.MustCompile(`^rgb\( *(\d+)[ ,]+(\d+)[ ,]+(\d+) *\)$`)
)

// colourMend is the mend for a colour that is written in another way: as brand
// guides and style sheets have it, which is no other colour.
func colourMend(value string) string {
	word := strings.ToLower(value)
	if m := longForm.FindStringSubmatch(word); m != nil {
		return `write "#` + m[1] + `"`
	}
	if m := shortForm.FindStringSubmatch(word); m != nil {
		return `write "#` + m[1] + m[1] + m[2] + m[2] + m[3] + m[3] + `"`
	}
	if m := styleForm.FindStringSubmatch(word); m != nil {
		var c colour
		for i, digits := range m[1:] {
			part, err := strconv.ParseUint(digits, 10, 8)
			if err != nil {
				return inDigits
			}
			c[i] = uint8(part)
		}
		return `write "` + c.String() + `"`
	}
	return inDigits
}

const inDigits = `write six hexadecimal digits in lower case, between quotes: "#1a4fd6"`
