package banner

import (
	"fmt"
	"strings"
	"testing"
)

// marked is a site that marks all it holds, as in bench/browser: what every
// gate has, and nothing that one service alone brings.
const marked = `origins: [https://slowoven.example]
languages: [en]
controller: {name: The Slow Oven, address: "12 Canal Street, Groningen", email: info@slowoven.example}
privacy: https://slowoven.example/privacy
caught: off
services:
  statistics:
    define:
      name: Statistics
      category: analytics
      provider: The Slow Oven
      purpose: {en: Counts visits and pages.}
      recipients: [The Slow Oven]
      privacy: '{privacy}'
      retention: P14M
      transfer: null
      hosts: [{type: script, host: statistics.example}]
      cookies: []
      consent: google
  youtube: {}
`

// promise is one of the gate, and how its sources read without it.
type promise struct {
	what    string
	without []cut
}

// cut replaces what stands between two marks of a file, the marks included.
type cut struct{ file, from, to, by string }

var promises = []promise{
	{"the control that opens the preferences again, on every page", []cut{{"reopen.ts", "  setTimeout(() => {", "}, 99);", ""}}},
	{"scripts run in the order of the page", []cut{{"release.ts", "    const runs =", "setTimeout(done, 9e3);\n    }\n", ""}, {"hold.ts", " && (element.hasAttribute('async')", "!element.src)))", ")"}}},
	{"choices of other tabs and of pages from memory", []cut{{"gate.ts", "  const fresh =", "fresh);\n", ""}, {"gate.ts", "    addEventListener('storage'", "fresh();\n", ""}}},
	{"pages that require Trusted Types", []cut{{"page.ts", "const trust =", "});", ""}, {"page.ts", "trust?.createScriptURL(url) ?? ", "", ""}}},
	{"document.write is refused with a word", []cut{{"release.ts", "    const { write, writeln } = document;", "= refuse;\n", ""}, {"release.ts", "    if (document.write == refuse)", "document.writeln = writeln;\n", ""}}},
	{"the browser's privacy signal", []cut{{"gate.ts", "    if (WITH_SIGNAL", "call(Act.Signal);\n    }\n", ""}}},
	{"functions compiled before a visitor's click", nil},
	{"a withdrawal takes back what was let go", []cut{{"release.ts", "  gone.push(", "script]);\n", ""}}},
	{"frames come from the host without cookies", []cut{{"release.ts", "      if (WITH_SPARING", "|| host);\n", ""}}},
	{"marks in visitors' texts give no script", []cut{{"release.ts", " && !/^\\W*j", ".test(address)", ""}}},
	{"smuggled markup lacks the page's nonce", []cut{{"hold.ts", "(!nonce ||", "nonce == nonce)", "true"}}},
	{"nothing happens while a page is prerendered", []cut{{"gate.ts", "if ((document as { prerendering", "else start();", "start();"}}},
	{"what an address asks for: ?sluis-debug, ?sluis-open", []cut{{"gate.ts", "/[?&]sluis-/", "|| ", ""}}},
}

// without reads the sources as they would be without these parts.
func without(t *testing.T, parts ...promise) func(name string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		src, err := source(name)
		text := string(src)
		for _, p := range parts {
			for _, c := range p.without {
				if c.file != name {
					continue
				}
				before, rest, found := strings.Cut(text, c.from)
				_, after, ended := strings.Cut(rest, c.to)
				if !found || !ended {
					t.Errorf("%s: %q … %q is no longer in %s: say how it reads without", p.what, c.from, c.to, name)
				}
				text = before + c.by + after
			}
		}
		return []byte(text), err
	}
}

// Protects: what ARCHITECTURE.md says that each promise of the gate weighs can
// be measured again by anyone (make size), and every one of them is still there.
func TestPartsOfTheGate(t *testing.T) {
	catalog, err := LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	site, err := ParseSite("slow-oven", "sites/slow-oven.yaml", []byte(marked), catalog)
	if err != nil {
		t.Fatal(err)
	}
	b := NewBundler(BundlerOptions{Catalog: catalog})
	// A release's name compresses a few bytes better or worse: four of them.
	weigh := func(parts ...promise) int {
		sum := 0
		for i := range 4 {
			c := gateConstants(site, catalog, b.texts(site))
			c["RELEASE"] = fmt.Sprintf("%016x", uint64(i+1)*0x9e3779b97f4a7c15)
			script, err := bundleFrom(without(t, parts...), "gate.ts", c.encode())
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range parts {
				if p.without == nil {
					_, after, _ := strings.Cut(string(script), "\n")
					script = []byte(after)
				}
			}
			sum += len(best(script).br)
		}
		return sum / 4
	}
	whole := weigh()
	t.Logf("gate: %d bytes", whole)
	for _, p := range promises {
		t.Logf("gate: %4d bytes for: %s", whole-weigh(p), p.what)
	}
	t.Logf("gate: %4d bytes left without all of these", weigh(promises...))
}

// Protects: a text is shown as it was written, also where it reads like the
// declaration that asBlock rewrites.
func TestTextsAreNoDeclarations(t *testing.T) {
	for text, begins := range map[string]string{`"one"`: "try{let ", `"one\n  var two"`: "try{(()=>{"} {
		script, err := bundleFrom(func(string) ([]byte, error) {
			return []byte("const text = TEXT, both = () => [text, text]; top.a = both; top.b = both"), nil
		}, "entry.ts", map[string]string{"TEXT": text})
		if err != nil {
			t.Fatal(err)
		}
		body := string(script)
		if _, code, _ := strings.Cut(body, "\n"); !strings.HasPrefix(code, begins) || strings.Contains(body, "let two") {
			t.Errorf("%s: %s", text, body)
		}
	}
}
