package api

import (
	"slices"
	"strconv"
	"strings"

	"sluis/consentlog"
)

// form is how a list is sent.
type form string

const (
	asJSON   form = "application/json"
	asCSV    form = "text/csv"
	asNDJSON form = "application/x-ndjson"
)

// accepted picks the form by Accept (RFC 9110 12.5.1): the highest quality,
// and of equals the one that is named first here.
func accepted(accept string) (form, error) {
	if strings.TrimSpace(accept) == "" {
		return asJSON, nil
	}
	best, quality := form(""), 0.0
	for _, f := range []form{asJSON, asCSV, asNDJSON} {
		if q := qualityOf(string(f), accept); q > quality {
			best, quality = f, q
		}
	}
	if best == "" {
		return "", problem("not-acceptable", "The list is not to be had as "+quote(accept)+".", consentlog.Fault{
			Pointer: "Accept:", Detail: "names no form that there is", Fix: "ask for application/json, text/csv or application/x-ndjson",
		})
	}
	return best, nil
}

// qualityOf is the quality that Accept gives a media type; the most specific
// range that fits it decides.
func qualityOf(media, accept string) float64 {
	group, _, _ := strings.Cut(media, "/")
	ranges := []string{"*/*", group + "/*", media}
	specific, quality := -1, 0.0
	for item := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(item, ";")
		at := slices.Index(ranges, strings.ToLower(strings.TrimSpace(name)))
		if at < specific || at < 0 {
			continue
		}
		specific, quality = at, 1
		for param := range strings.SplitSeq(params, ";") {
			if v, ok := strings.CutPrefix(strings.TrimSpace(param), "q="); ok {
				quality, _ = strconv.ParseFloat(v, 64) // what is no number counts as 0
			}
		}
	}
	return quality
}
