package banner

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var durationForm = regexp.MustCompile(`^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?(T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,4})S)?)?$`)

// parseDuration reads an ISO 8601 duration. Years count 365 days and months a
// twelfth of that, rounded down to whole days, so that Go and the browser count
// alike without a calendar: P6M is 182 days.
func parseDuration(s string) (time.Duration, error) {
	m := durationForm.FindStringSubmatch(s)
	if m == nil || s[len(s)-1] == 'P' || s[len(s)-1] == 'T' {
		return 0, errors.New("not an ISO 8601 duration")
	}
	n := func(i int) time.Duration { v, _ := strconv.Atoi(m[i]); return time.Duration(v) }
	days := (n(1)*12+n(2))*365/12 + n(3)*7 + n(4)
	return days*24*time.Hour + n(6)*time.Hour + n(7)*time.Minute + n(8)*time.Second, nil
}

// validity is parseDuration for a value that was checked when the site was read.
func validity(s string) time.Duration {
	d, _ := parseDuration(s)
	return d
}

// ValidDays is how many days after its own a choice counts: on day 183 of a
// site with P6M the banner asks again.
func (s *Site) ValidDays() int { return int(s.ValidFor() / (24 * time.Hour)) }

// proofYears is how long a grant is kept as proof after it ran out: the Dutch
// limitation period of claims and fines (BW 3:310, Awb 5:45).
const proofYears = 5

// ProofKept is how long the identity half of a grant is kept, ISO 8601: for as
// long as it counts and five years more.
func (s *Site) ProofKept() string {
	m := durationForm.FindStringSubmatch(s.Validity)
	if m == nil {
		return fmt.Sprintf("P%dY", proofYears)
	}
	years, _ := strconv.Atoi(m[1])
	return fmt.Sprintf("P%dY", years+proofYears) + strings.TrimPrefix(strings.TrimPrefix(s.Validity, "P"), m[1]+"Y")
}

// ProofKeptBy is what a notice in the log says about the same; 0 where it says
// nothing. Years and months count as everywhere here.
func ProofKeptBy(notice json.RawMessage) time.Duration {
	var n noticeContent
	if json.Unmarshal(notice, &n) != nil {
		return 0
	}
	return validity(n.ProofKept)
}
