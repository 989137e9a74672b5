package banner

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// unlistedTwin is the origin that visitors may stand on as well: with www. or
// without. Empty where it is listed, or where nobody would look for one: below
// a subdomain, on an address in numbers, on this machine.
func unlistedTwin(origins []string, origin string) string {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "https" || OnThisMachine(u) || numberedForm.MatchString(u.Hostname()) {
		return ""
	}
	bare, www := strings.CutPrefix(u.Host, "www.")
	if !www && strings.Count(u.Hostname(), ".") == 1 {
		bare = "www." + u.Host
	}
	twin := "https://" + bare
	if slices.Contains(origins, twin) {
		return ""
	}
	return twin
}

// copiedForm is how documentation writes a value that the reader has to
// replace: G-XXXXXXX, GTM-EXAMPLE, example.nl.
var copiedForm = regexp.MustCompile(`(?i:xxxx)|EXAMPLE|\bexample\b`)

// neverReplaced tells a value that was copied and never replaced. A preset's own
// example counts where it must be given and stands for one account: a duration
// in an example is as good as any.
func neverReplaced(p Parameter, value string) bool {
	_, err := parseDuration(value)
	return copiedForm.MatchString(value) || p.Required && value == p.Example && err != nil
}
