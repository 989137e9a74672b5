package banner_test

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	touched = []struct {
		kind string
		form *regexp.Regexp // its first group is the name
	}{
		{"cookie", regexp.MustCompile(`\$\{secure \? '(__Host-)' : ''\}(\w+)=`)},
		{"localStorage", regexp.MustCompile(`\blocalStorage(?:\.(?:setItem|getItem|removeItem)\(['"]|\[['"]|\.)([\w.-]+)`)},
		{"sessionStorage", regexp.MustCompile(`\bsessionStorage(?:\.(?:setItem|getItem|removeItem)\(['"]|\[['"]|\.)([\w.-]+)`)},
		{"indexedDB", regexp.MustCompile(`\bindexedDB\.open\(['"]([^'"]+)`)},
		{"cache", regexp.MustCompile(`\bcaches\.open\(['"]([^'"]+)`)},
	}
	testFile = regexp.MustCompile(`\.test\.ts$`)
)

// Protects: what our own scripts keep on a visitor's device is what the
// declaration says, name by name: neither more nor under another name.
func TestOwnStorageIsDeclaredAsItIs(t *testing.T) {
	files, err := fs.Glob(os.DirFS("src"), "*.ts")
	if err != nil {
		t.Fatal(err)
	}
	var used []string
	for _, file := range files {
		if testFile.MatchString(file) {
			continue
		}
		src, err := os.ReadFile("src/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, each := range touched {
			for _, found := range each.form.FindAllStringSubmatch(string(src), -1) {
				used = append(used, each.kind+" "+strings.Join(found[1:], ""))
			}
		}
	}
	own, known := catalog(t).Service("sluis")
	if !known {
		t.Fatal("no service of our own")
	}
	var declared []string
	for _, c := range own.Cookies {
		declared = append(declared, "cookie "+c.Name+map[string]string{"prefix": "*"}[c.Match])
	}
	for _, s := range own.Storage {
		declared = append(declared, s.Type+" "+s.Name+map[string]string{"prefix": "*"}[s.Match])
	}
	slices.Sort(used)
	slices.Sort(declared)
	if used = slices.Compact(used); !slices.Equal(used, declared) {
		t.Errorf("the scripts use %q, declared is %q", used, declared)
	}
}
