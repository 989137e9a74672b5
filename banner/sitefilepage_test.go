package banner_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"sluis/banner"
)

const siteFilePage = "../docs/site-file.md"

// siteFileKeys says in which table of the page each key stands, in the order
// in which a reader meets them. A key of the schema that stands nowhere is a
// fault, so that nobody adds one and leaves it unexplained.
var siteFileKeys = map[string][]string{
	"website":  {"origins", "languages", "controller", "controller.name", "controller.address", "controller.email", "controller.dpo", "controller.authority", "privacy"},
	"services": {"services", "caught", "advertising"},
	"choice":   {"legalVersion", "validity", "validityReason", "gpc", "gpcReason"},
	"look": {"layout", "corner", "theme", "theme.mode", "theme.accent", "theme.light", "theme.light.background", "theme.light.text", "theme.light.accent",
		"theme.dark", "theme.dark.background", "theme.dark.text", "theme.dark.accent", "theme.radius", "theme.font", "theme.logo"},
	"words": {"texts"},
}

// siteFileWords are the values and examples that neither the schema nor the
// fuller example of the page can give.
var siteFileWords = map[string]struct{ values, example string }{
	"origins":              {values: "list of addresses"},
	"languages":            {values: "list of: LANGUAGES"},
	"controller":           {values: "the keys below"},
	"controller.dpo":       {values: "text"},
	"controller.authority": {values: "`autoriteit-persoonsgegevens`, `gegevensbeschermingsautoriteit` or an address"},
	"privacy":              {values: "address, or one for each language"},
	"services":             {values: "[presets](#the-presets) and [own services](#own-services)", example: "`youtube: {}`"},
	"validity":             {values: "ISO 8601, whole days"},
	"validityReason":       {example: "`customers come back once a year`"},
	"gpcReason":            {example: "`an intranet outside the EEA`"},
	"theme":                {values: "the keys below"},
	"theme.light":          {values: "the keys below"},
	"theme.dark":           {values: "the keys below"},
	"texts":                {values: "language, key, text", example: "`nl: {title: Uw keuze}`"},
}

type schemaNode struct {
	Description string
	Type        any
	Enum        []string
	Default     any
	Minimum     *int
	Maximum     *int
	Pattern     string
	Examples    []string
	Required    []string
	Properties  map[string]schemaNode
	Items       *schemaNode
	Additional  json.RawMessage `json:"additionalProperties"`
}

// child is the schema of a key, also of lists (a[]) and of maps (a{}).
func (n schemaNode) child(t *testing.T, path string) schemaNode {
	t.Helper()
	for name := range strings.SplitSeq(path, ".") {
		bare := strings.TrimSuffix(strings.TrimSuffix(name, "[]"), "{}")
		next, ok := n.Properties[bare]
		if !ok {
			t.Fatalf("the schema has no key %s (%s)", path, bare)
		}
		if next.Items != nil && strings.HasSuffix(name, "[]") {
			next = *next.Items
		}
		if strings.HasSuffix(name, "{}") {
			next = next.additional(t)
		}
		n = next
	}
	return n
}

func (n schemaNode) additional(t *testing.T) schemaNode {
	t.Helper()
	var inner schemaNode
	if err := json.Unmarshal(n.Additional, &inner); err != nil {
		t.Fatal(err)
	}
	return inner
}

// keys lists every key below, parents first.
func (n schemaNode) keys(t *testing.T, prefix string) []string {
	t.Helper()
	var out []string
	for name, p := range n.Properties {
		at := name
		if prefix != "" {
			at = prefix + "." + name
		}
		out = append(out, at)
		switch {
		case at == "services" || at == "texts": // tables of their own
		case p.Items != nil && len(p.Items.Properties) > 0:
			out = append(out, p.Items.keys(t, at+"[]")...)
		case len(p.Properties) > 0:
			out = append(out, p.keys(t, at)...)
		case len(p.Additional) > 0 && p.Additional[0] == '{':
			out = append(out, p.additional(t).keys(t, at+"{}")...)
		}
	}
	slices.Sort(out)
	return out
}

func (n schemaNode) values() string {
	switch {
	case len(n.Enum) > 0:
		return "`" + strings.Join(n.Enum, "`, `") + "`"
	case n.Maximum != nil:
		return fmt.Sprintf("%d to %d", *n.Minimum, *n.Maximum)
	case strings.HasPrefix(n.Pattern, "^#"):
		return "`#rrggbb`"
	case n.Pattern == "^https?://":
		return "address"
	case n.Type == "boolean":
		return "`true`, `false`"
	case n.Items != nil && n.Items.Type == "object":
		return "list of the keys below"
	case n.Items != nil:
		return "list"
	case len(n.Properties) > 0:
		return "the keys below"
	case n.Type == "object":
		return "names and values"
	case n.Type == "string":
		return "text"
	}
	return ""
}

func row(cells ...string) string {
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(c, "|", `\|`)
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}

func siteSchema(t *testing.T) schemaNode {
	t.Helper()
	src, err := banner.SiteSchema(catalog(t))
	if err != nil {
		t.Fatal(err)
	}
	var root schemaNode
	if err := json.Unmarshal(src, &root); err != nil {
		t.Fatal(err)
	}
	return root
}

// pageBlocks are the examples of the page: its blocks of YAML, in order.
func pageBlocks(page string) []string {
	var blocks []string
	for _, found := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(page, -1) {
		blocks = append(blocks, found[1])
	}
	return blocks
}

func keyTable(t *testing.T, root schemaNode, keys []string, fuller map[string]any) string {
	t.Helper()
	b := row("key", "meaning", "values", "default", "example") + "|---|---|---|---|---|\n"
	for _, path := range keys {
		n, words := root.child(t, path), siteFileWords[path]
		parent, name := root, path
		if i := strings.LastIndex(path, "."); i >= 0 {
			parent, name = root.child(t, path[:i]), path[i+1:]
		}
		standard := ""
		if n.Default != nil {
			standard = fmt.Sprintf("`%v`", n.Default)
		}
		if slices.Contains(parent.Required, name) {
			standard = "**due**"
		}
		values := words.values
		if values == "" {
			values = n.values()
		}
		values = strings.Replace(values, "LANGUAGES", "`"+strings.Join(catalog(t).Languages(), "`, `")+"`", 1)
		example := words.example
		if example == "" {
			example = exampleOf(t, fuller, path)
		}
		b += row("`"+path+"`", n.Description, values, standard, example)
	}
	return b
}

// exampleOf takes the example of a key from the fuller file of the page.
func exampleOf(t *testing.T, file map[string]any, path string) string {
	t.Helper()
	var at any = file
	for name := range strings.SplitSeq(path, ".") {
		m, _ := at.(map[string]any)
		var ok bool
		if at, ok = m[name]; !ok {
			t.Errorf("the fuller example of %s shows no %s: add it there, or an example in siteFileWords", siteFilePage, path)
			return ""
		}
	}
	switch v := at.(type) {
	case map[string]any:
		return "" // its keys have examples
	case []any:
		return fmt.Sprintf("`[%s]`", strings.Join(strings.Fields(strings.Trim(fmt.Sprint(v), "[]")), ", "))
	}
	if s, ok := at.(string); ok && strings.HasPrefix(s, "#") {
		return fmt.Sprintf("`%q`", s) // without quotes it would be a comment
	}
	return fmt.Sprintf("`%v`", at)
}

func defineTable(t *testing.T, define schemaNode) string {
	t.Helper()
	b := row("key", "meaning", "values", "default") + "|---|---|---|---|\n"
	// What is due comes first, then what may be added.
	keys := define.keys(t, "")
	for _, wanted := range []bool{true, false} {
		for _, path := range keys {
			first, _, _ := strings.Cut(path, ".")
			first = strings.TrimSuffix(strings.TrimSuffix(first, "[]"), "{}")
			if slices.Contains(define.Required, first) != wanted {
				continue
			}
			n := define.child(t, path)
			parent, name := define, path
			if i := strings.LastIndex(path, "."); i >= 0 {
				parent, name = define.child(t, path[:i]), path[i+1:]
			}
			standard := ""
			if n.Default != nil {
				standard = fmt.Sprintf("`%v`", n.Default)
			}
			if slices.Contains(parent.Required, name) {
				standard = "**due**"
			}
			b += row("`"+path+"`", n.Description, n.values(), standard)
		}
	}
	return b
}

// presetLine is what a site file must say, at least, to list a preset.
func presetLine(s *banner.Service) string {
	var due []string
	for _, name := range sortedParameters(s) {
		if p := s.Parameters[name]; p.Required {
			value := p.Example
			if !regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]*$`).MatchString(value) {
				value = fmt.Sprintf("%q", value)
			}
			due = append(due, name+": "+value)
		}
	}
	return s.ID + ": {" + strings.Join(due, ", ") + "}"
}

func sortedParameters(s *banner.Service) []string {
	var names []string
	for name := range s.Parameters {
		names = append(names, name)
	}
	// Those that must be given first.
	slices.SortFunc(names, func(a, b string) int {
		if s.Parameters[a].Required != s.Parameters[b].Required {
			if s.Parameters[a].Required {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	return names
}

func presetTables(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, category := range []string{"analytics", "social-media", "functional", "necessary"} {
		fmt.Fprintf(&b, "\n### %s\n\n", category)
		b.WriteString(row("id", "name", "at least", "parameters") + "|---|---|---|---|\n")
		for _, s := range catalog(t).Services() {
			if s.ID == "sluis" || string(s.Category) != category {
				continue
			}
			var parameters []string
			for _, name := range sortedParameters(s) {
				p := s.Parameters[name]
				state := "due"
				if !p.Required {
					state = "`" + p.Default + "` by default"
				}
				if p.Default == "" && !p.Required {
					state = "may be left out"
				}
				parameters = append(parameters, fmt.Sprintf("`%s` (%s; such as `%s`): %s", name, state, p.Example, p.Help.In("en")))
			}
			name := s.Name
			if s.Advertising {
				name += " (needs `advertising: true`)"
			}
			b.WriteString(row("`"+s.ID+"`", name, "`"+presetLine(s)+"`", strings.Join(parameters, "<br>")))
		}
	}
	return strings.TrimPrefix(b.String(), "\n")
}

func textTable(t *testing.T) string {
	t.Helper()
	b := row("key", "in English") + "|---|---|\n"
	texts := catalog(t).Texts("en")
	var keys []string
	for key := range texts {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		b += row("`"+key+"`", texts[key])
	}
	return b
}

// Protects: the page about site files says what the schema, the presets and
// the texts say. Its prose and examples are written by hand, its tables are
// made: go test ./banner -run TestSiteFilePage -update
func TestSiteFilePageIsCurrent(t *testing.T) {
	have, err := os.ReadFile(siteFilePage)
	if err != nil {
		t.Fatal(err)
	}
	root := siteSchema(t)
	var listed []string
	for _, keys := range siteFileKeys {
		listed = append(listed, keys...)
	}
	slices.Sort(listed)
	if all := root.keys(t, ""); !slices.Equal(all, listed) {
		t.Fatalf("the tables have the keys %v, the schema has %v: mend siteFileKeys", listed, all)
	}
	var fuller map[string]any
	if err := yaml.Unmarshal([]byte(pageBlocks(string(have))[1]), &fuller); err != nil {
		t.Fatal(err)
	}
	tables := map[string]string{
		"define":  defineTable(t, root.Properties["services"].additional(t).Properties["define"]),
		"presets": presetTables(t),
		"texts":   textTable(t),
	}
	for name, keys := range siteFileKeys {
		tables[name] = keyTable(t, root, keys, fuller)
	}
	want := string(have)
	for name, table := range tables {
		begin, end := "<!-- table "+name+" -->\n", "<!-- end "+name+" -->"
		before, rest, ok := strings.Cut(want, begin)
		_, after, ended := strings.Cut(rest, end)
		if !ok || !ended {
			t.Fatalf("%s has no place for the table %s", siteFilePage, name)
		}
		want = before + begin + "\n" + strings.TrimRight(table, "\n") + "\n\n" + end + after
	}
	if *update {
		if err := os.WriteFile(siteFilePage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(have) {
		t.Errorf("%s is behind the schema, the presets or the texts: run go test ./banner -run TestSiteFilePage -update", siteFilePage)
	}
}

// Protects: what the page tells people to write is accepted: its two whole
// files, each part of one, and the line of every preset.
func TestSiteFilePageExamplesAreAccepted(t *testing.T) {
	src, err := os.ReadFile(siteFilePage)
	if err != nil {
		t.Fatal(err)
	}
	blocks := pageBlocks(string(src))
	if len(blocks) < 4 {
		t.Fatalf("%d examples", len(blocks))
	}
	const base = "origins: [https://www.customwebsite.nl]\nlanguages: [nl, en]\n" +
		"controller: {name: Custom Website, address: \"Atoomweg 2J, 9743 AK Groningen\", email: info@customwebsite.nl}\nprivacy: https://www.customwebsite.nl/privacyverklaring\n"
	for i, block := range blocks {
		if i >= 2 {
			block = base + block
		}
		if _, err := banner.ParseSite("custom-website", "custom-website.yaml", []byte(block), catalog(t)); err != nil {
			t.Errorf("example %d of %s: %v\n%s", i+1, siteFilePage, err, block)
		}
	}
	for path, words := range siteFileWords {
		more := map[string]string{"validityReason": "validity: P1Y\n", "gpcReason": "gpc: ignore\n"}[path]
		if more == "" {
			continue
		}
		file := base + more + path + ": " + strings.Trim(words.example, "`") + "\n"
		if _, err := banner.ParseSite("a", "a.yaml", []byte(file), catalog(t)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, s := range catalog(t).Services() {
		if s.ID == "sluis" {
			continue
		}
		if _, err := banner.ParseSite("a", "a.yaml", []byte(base+"advertising: true\nservices:\n  "+presetLine(s)+"\n"), catalog(t)); err != nil {
			t.Errorf("%s: %v", presetLine(s), err)
		}
	}
}
