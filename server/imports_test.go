package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Protects: the shape of the program. Imports run one way, and each library
// has one owner, so that it can be changed in one place.
func TestImportsRunOneWay(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "sluis/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	may := map[string][]string{
		"sluis":            {},
		"sluis/consentlog": {},
		"sluis/banner":     {"sluis/consentlog"},
		"sluis/api":        {"sluis", "sluis/consentlog", "sluis/banner"},
		"sluis/demo":       {},
		"sluis/server":     {"sluis/consentlog", "sluis/banner", "sluis/api", "sluis/demo"},
		"sluis/bench":      {},
	}
	owners := map[string][]string{
		"github.com/redis/":              {"sluis/consentlog"},
		"github.com/transparency-dev/":   {"sluis/consentlog"},
		"golang.org/x/mod/":              {"sluis/consentlog"},
		"github.com/evanw/esbuild/":      {"sluis/banner"},
		"github.com/andybalholm/brotli":  {"sluis/banner"},
		"github.com/klauspost/compress/": {"sluis/banner"},
		"github.com/goccy/go-yaml":       {"sluis/banner", "sluis/api"},
		"github.com/labstack/echo/":      {"sluis/api", "sluis/server"},
		"github.com/prometheus/":         {"sluis/api", "sluis/server"},
		"github.com/alecthomas/kong":     {"sluis/server"},
		"github.com/alicebob/miniredis/": {"sluis/server"},
		"github.com/google/uuid":         {"sluis/consentlog", "sluis/banner", "sluis/api", "sluis/bench"},
		"golang.org/x/time/rate":         {"sluis/api"},
	}
	for line := range strings.Lines(string(out)) {
		name, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		allowed, known := may[name]
		if !known {
			t.Errorf("%s is a package that no rule speaks of", name)
		}
		for _, imported := range strings.Fields(imports) {
			if imported == "sluis" || strings.HasPrefix(imported, "sluis/") {
				if !slices.Contains(allowed, imported) {
					t.Errorf("%s imports %s", name, imported)
				}
				continue
			}
			if !strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") {
				continue // standard library
			}
			owned := false
			for prefix, packages := range owners {
				owned = owned || strings.HasPrefix(imported, prefix) && slices.Contains(packages, name)
			}
			if !owned {
				t.Errorf("%s imports %s, which is not its to import", name, imported)
			}
		}
	}
}
