package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// Protects: who gave Sluis a Redis that forgets everything when it restarts is
// warned where the watch looks, and not in one line at the start alone.
func TestForgetfulRedisIsWarnedOf(t *testing.T) {
	const told = `"warnings":["Redis keeps no append-only file`
	for _, c := range []struct {
		appendonly string
		warned     bool
	}{{"no", true}, {"yes", false}} {
		s := start(t, setup{redis: []string{"--appendonly", c.appendonly}})
		if _, body := s.request(http.MethodGet, "/readyz", ""); strings.Contains(body, told) != c.warned {
			t.Errorf("appendonly %s: %s", c.appendonly, body)
		}
	}
}
