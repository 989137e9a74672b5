package banner_test

import (
	"strings"
	"testing"

	"sluis/consentlog"
)

// Protects: a withdrawal ends every service: a preset that says neither how its
// tag is told to stop nor that only a new page ends it, would run on.
func TestEveryPresetSaysHowItStops(t *testing.T) {
	for _, s := range catalog(t).Services() {
		if s.Category == consentlog.Necessary {
			continue
		}
		told := s.Signals != nil && len(s.Signals.Deny) > 0
		// What the page embeds is taken back by itself; a script is not.
		embedded := s.Load == nil && !strings.HasPrefix(s.Example.HTML, "<script")
		if !told && !s.Reload && !embedded {
			t.Errorf("%s: neither signals.deny nor reload", s.ID)
		}
		if s.Reload && embedded {
			t.Errorf("%s: the page is loaded anew for an embed that can be taken back", s.ID)
		}
		if s.Load == nil && s.Signals != nil {
			t.Errorf("%s: nobody would hear its signals", s.ID)
		}
	}
}

// Protects: a frame is its service's by its whole address where two services of
// a site share a host, and other sites do not pay for that.
func TestFramesOfASharedHost(t *testing.T) {
	gate := func(services string) string {
		s := site(t, "  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n", services)
		s.Caught = "off" // the net knows by itself whose an address is
		asset, err := bundler(t).Gate(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		return string(asset.Body)
	}
	for name, c := range map[string]struct {
		services string
		has, not []string
	}{
		"maps beside a form's guard": {"  google-maps: {}\n  recaptcha: {}\n",
			[]string{`"www.google.com/maps/embed":"google-maps"`, `"www.google.com/recaptcha/":"recaptcha"`, "startsWith"}, []string{`"www.google.com":`}},
		"maps alone": {"  google-maps: {}\n", []string{`"www.google.com":"google-maps"`}, []string{"startsWith"}},
		"plug-ins beside the pixel": {"  facebook-plugins: {}\n  meta-pixel: {pixel_id: \"123456789012345\"}\nadvertising: true\n",
			[]string{`"www.facebook.com/plugins/":"facebook-plugins"`, `"www.facebook.com/tr":"meta-pixel"`}, nil},
		"a host without a path": {"  google-maps: {}\n  recaptcha: {}\n  youtube: {}\n  calendly: {}\n",
			[]string{`"www.youtube.com/embed/":"youtube"`}, []string{`"calendly.com/"`}},
	} {
		t.Run(name, func(t *testing.T) {
			gate := gate(c.services)
			for _, text := range c.has {
				if !strings.Contains(gate, text) {
					t.Errorf("without %s:\n%s", text, gate)
				}
			}
			for _, text := range c.not {
				if strings.Contains(gate, text) {
					t.Errorf("with %s", text)
				}
			}
		})
	}
}

// Protects: what a site's services must be told travels with its gate, and a
// site without such services carries nothing of it.
func TestStepsTravelWithTheGate(t *testing.T) {
	told, err := bundler(t).Gate(t.Context(), site(t, "  x-embed:\n", "  microsoft-uet: {tag_id: \"12345678\"}\nadvertising: true\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		`["push","uetq","consent","default",{"ad_storage":"denied"}]`,
		`['["list","uetq"]','["push","uetq","consent","update",{"ad_storage":"granted"}]']`,
		`["new","uetq","UET",{"enableAutoSpaTracking":true,"q":{"$global":"uetq"},"ti":"12345678"}]`,
	} {
		if !strings.Contains(string(told.Body), text) {
			t.Errorf("without %s:\n%s", text, told.Body)
		}
	}
	plain, err := bundler(t).Gate(t.Context(), site(t))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(plain.Body), "$global") {
		t.Errorf("steps without need:\n%s", plain.Body)
	}
}
