package api_test

import (
	"testing"

	"sluis/api"
)

// No cell of an exported log can be taken for a formula by a spreadsheet.
func TestCellsAreNoFormulas(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "nl": "nl", "=1+1": "'=1+1", "+31": "'+31", "-x": "'-x", "@cmd": "'@cmd", "\tx": "'\tx", "\rx": "'\rx",
	} {
		if got := api.Defuse(cell); got != want {
			t.Errorf("%q becomes %q", cell, got)
		}
	}
}

// A cursor leads back to its place, and only in the list it was made for.
func TestCursor(t *testing.T) {
	cursor := api.WriteCursor("1795352455.7", "list")
	if place, err := api.ReadCursor(cursor, "list"); err != nil || place != "1795352455.7" {
		t.Errorf("%q, %v", place, err)
	}
	if _, err := api.ReadCursor(cursor, "another"); err == nil {
		t.Error("it opens another list")
	}
}

// Whatever is sent as a cursor, nothing but a place comes out of it.
func FuzzCursor(f *testing.F) {
	f.Add(api.WriteCursor("1795352455.7", "list"))
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, cursor string) {
		if place, err := api.ReadCursor(cursor, "list"); err == nil && api.WriteCursor(place, "list") != cursor {
			t.Errorf("%q gives %q", cursor, place)
		}
	})
}

// Accept is read as RFC 9110 has it: qualities, ranges, and no guess where
// nothing fits.
func TestAccepted(t *testing.T) {
	for accept, want := range map[string]string{
		"":                                     "application/json",
		"*/*":                                  "application/json",
		"text/*":                               "text/csv",
		"text/html, text/csv;q=0.1":            "text/csv",
		"application/*;q=0.2, text/csv;q=0.1":  "application/json",
		"application/json;q=0, */*":            "text/csv",
		"application/x-ndjson":                 "application/x-ndjson",
		"Text/CSV":                             "text/csv",
		"application/json;q=nonsense, text/*":  "text/csv",
		"application/json;q=0.3, text/csv;q=1": "text/csv",
	} {
		if got, err := api.Accepted(accept); err != nil || string(got) != want {
			t.Errorf("%q gives %q, %v", accept, got, err)
		}
	}
	for _, accept := range []string{"text/html", "application/json;q=0", "image/*", "nonsense"} {
		if got, err := api.Accepted(accept); err == nil {
			t.Errorf("%q gives %q", accept, got)
		}
	}
}

// One customer of a provider is one address: an IPv6 /64 counts as a whole.
func TestNetwork(t *testing.T) {
	for ip, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "2001:db8:1:2:3::4": "2001:db8:1:2::/64", "2001:db8:1:2:ffff::1": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64", "": "", "nonsense": "nonsense",
	} {
		if got := api.Network(ip); got != want {
			t.Errorf("%q counts as %q", ip, got)
		}
	}
}
