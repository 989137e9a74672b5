package banner_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"sluis/banner"
)

// optOuts are cookies and keys by which visitors, or the owners of a website,
// tell a service not to count or follow them.
var optOuts = []string{
	"__kla_off", "matomo_ignore", "mtm_consent_removed", "umami.disabled", "plausible_ignore", "__hs_do_not_track",
}

// Protects: a withdrawal takes away what a service stored and never what a
// visitor told it himself: without that he would be followed again, or counted,
// once he agrees to something else or comes by another way.
func TestNoVisitorLosesHisObjection(t *testing.T) {
	for _, service := range catalog(t).Services() {
		if service.ID == "sluis" {
			continue
		}
		parameters, err := json.Marshal(service.Example.Parameters)
		if err != nil {
			t.Fatal(err)
		}
		s := site(t, "  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n", "  "+service.ID+": "+string(parameters)+"\nadvertising: true\n")
		for _, trace := range banner.Traces(s) {
			removed := regexp.MustCompile("^(" + trace[1] + ")$")
			for _, name := range optOuts {
				if removed.MatchString(name) {
					t.Errorf("%s: a withdrawal removes %s", service.ID, name)
				}
			}
			for _, c := range service.Cookies {
				if c.OptOut && removed.MatchString(c.Name) {
					t.Errorf("%s: a withdrawal removes %s", service.ID, c.Name)
				}
			}
		}
		for _, c := range service.Cookies {
			if slices.Contains(optOuts, c.Name) && !c.OptOut {
				t.Errorf("%s: %s does not say that it is an objection", service.ID, c.Name)
			}
		}
		for _, e := range service.Storage {
			if slices.Contains(optOuts, e.Name) && !e.OptOut {
				t.Errorf("%s: %s does not say that it is an objection", service.ID, e.Name)
			}
		}
	}
}
