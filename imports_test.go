package sluis_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// imports lists which packages of this module import what: folder → import
// path → files. Tests of a package count under its folder with "_test" behind.
func imports(t *testing.T) map[string]map[string][]string {
	t.Helper()
	found := map[string]map[string][]string{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && file != "." || d.Name() == "node_modules" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if filepath.Ext(file) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder, _, _ := strings.Cut(filepath.ToSlash(file), "/")
		if strings.HasSuffix(folder, ".go") {
			folder = "."
		}
		if strings.HasSuffix(file, "_test.go") {
			folder += "_test"
		}
		for _, imported := range parsed.Imports {
			name, err := strconv.Unquote(imported.Path.Value)
			if err != nil {
				return err
			}
			if found[folder] == nil {
				found[folder] = map[string][]string{}
			}
			found[folder][name] = append(found[folder][name], file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Imports run one way: consentlog ← banner ← api ← server. What is proven
// knows nothing of what is shown, and neither knows of HTTP.
func TestImportsRunOneWay(t *testing.T) {
	allowed := map[string][]string{
		".":          {},
		"demo":       {},
		"consentlog": {},
		"banner":     {"sluis/consentlog"},
		"api":        {"sluis", "sluis/consentlog", "sluis/banner"},
		"server":     {"sluis", "sluis/consentlog", "sluis/banner", "sluis/api", "sluis/demo"},
		"bench":      {"sluis/consentlog", "sluis/banner", "sluis/api"},
	}
	for folder, imported := range imports(t) {
		own, isTest := strings.CutSuffix(folder, "_test")
		rules, known := allowed[own]
		if !known {
			t.Errorf("folder %s has no rule in this test", own)
		}
		for name, files := range imported {
			if name != "sluis" && !strings.HasPrefix(name, "sluis/") || slices.Contains(rules, name) || isTest && name == path.Join("sluis", own) {
				continue
			}
			t.Errorf("%s must not import %s (%s)", own, name, files)
		}
	}
}

// Each library has one owner, so that changing it changes one package. Tests
// may use what their package may, and what the second list gives them.
func TestLibrariesHaveOneOwner(t *testing.T) {
	owners := map[string][]string{
		"github.com/redis/go-redis":           {"consentlog"},
		"github.com/transparency-dev/formats": {"consentlog"},
		"golang.org/x/mod":                    {"consentlog"},
		"github.com/google/uuid":              {"consentlog", "banner", "api", "server", "bench"},
		"github.com/evanw/esbuild":            {"banner"},
		"github.com/andybalholm/brotli":       {"banner"},
		"github.com/klauspost/compress":       {"banner"},
		"github.com/goccy/go-yaml":            {"banner", "api"},
		"golang.org/x/text":                   {"banner"},
		"github.com/labstack/echo":            {"api", "server"},
		"golang.org/x/time":                   {"api"},
		"github.com/prometheus/client_golang": {"api", "server"},
		"github.com/alecthomas/kong":          {"server"},
		"github.com/alicebob/miniredis":       {"server"},
		"golang.org/x/sys":                    {"server"},
		"github.com/getkin/kin-openapi":       {},
	}
	inTests := map[string][]string{
		"github.com/getkin/kin-openapi": {"api"},
		"github.com/alicebob/miniredis": {"consentlog"},
		"github.com/andybalholm/brotli": {"bench"},
	}
	for folder, imported := range imports(t) {
		own, isTest := strings.CutSuffix(folder, "_test")
		for name, files := range imported {
			if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") {
				continue // the standard library, and this module
			}
			library := ""
			for l := range owners {
				if name == l || strings.HasPrefix(name, l+"/") {
					library = l
				}
			}
			switch {
			case library == "":
				t.Errorf("%s has no owner in this test (%s)", name, files)
			case !slices.Contains(owners[library], own) && !(isTest && slices.Contains(inTests[library], own)):
				t.Errorf("%s is not for %s (%s)", library, folder, files)
			}
		}
	}
}
