package banner

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// languageFile is texts/{language}.json: the texts by key and, beside them,
// whatever else a language needs, so that a language is one file.
type languageFile struct {
	texts map[string]string
	// Locale and Wording may be missing in a file of the operator's; in one of
	// ours a test misses them.
	Locale  *localeWords `json:"locale"`
	Wording *wording     `json:"wording"`
	// Presets are texts of services, by id, that the preset's own file leaves out.
	Presets map[string]presetTexts `json:"presets"`
}

// shippedLanguages reads the locales and wordings once; what is in the binary
// cannot be faulty at run time and right in the tests.
var shippedLanguages = sync.OnceValue(func() map[string]languageFile {
	all := map[string]languageFile{}
	files, _ := fs.Glob(embedded, "texts/*.json")
	for _, file := range files {
		src, _ := embedded.ReadFile(file)
		var read languageFile
		if err := json.Unmarshal(src, &read); err != nil {
			panic(fmt.Sprintf("%s: %v", file, err))
		}
		all[strings.TrimSuffix(path.Base(file), ".json")] = read
	}
	return all
})

// decodeNode takes the sections out; what is left are texts.
func (l *languageFile) decodeNode(d *document, n *node, path string) {
	if !d.expect(n, path, mapNode) {
		return
	}
	sections, texts := &node{kind: mapNode, place: n.place}, &node{kind: mapNode, place: n.place}
	for _, f := range n.fields {
		to := texts
		if f.name == "locale" || f.name == "wording" || f.name == "presets" {
			to = sections
		}
		to.fields = append(to.fields, f)
	}
	d.decode(texts, path, &l.texts)
	d.intoStruct(sections, path, reflect.ValueOf(l).Elem())
}

// check judges what a language says about itself.
func (l *languageFile) check(d *document, tag string) {
	if l.Locale != nil {
		l.Locale.check(d, tag)
	}
	if l.Wording == nil {
		return
	}
	lists := reflect.ValueOf(*l.Wording)
	for _, key := range structKeys(lists.Type()) {
		at := childPath("wording", key.name)
		list, _ := lists.Field(key.index).Interface().([]string)
		if len(list) == 0 && !d.faulty(at) {
			d.fault(at, "no word is listed", "list the beginnings of words, as texts/en.json does")
		}
		for i, phrase := range list {
			if at := itemPath(at, i); !findable(phrase) && !d.faulty(at) {
				d.fault(at, quote(phrase)+" begins no word of any text", "write small letters and no signs but $ behind a whole word, as texts/en.json does")
			}
		}
	}
	// What a refusal is called is not for the one who would rather have none.
	if ours, known := wordingOf(tag); known && !reflect.DeepEqual(*l.Wording, ours) {
		d.breaks(ruleWords, "wording", "Sluis knows the words of "+quote(tag)+" itself, and these are others", "leave wording out; what is missing in ours belongs into Sluis")
	}
}

// mostForms is a number up to which every plural of any language has come.
const mostForms = 120

// check wants a form for every number, in which the number is said.
func (w *localeWords) check(d *document, tag string) {
	say := locale{tag, language.Make(tag), *w}
	words := reflect.ValueOf(*w)
	for _, key := range structKeys(words.Type()) {
		at := childPath("locale", key.name)
		unit, counted := words.Field(key.index).Interface().(map[string]string)
		said := map[string]int{}
		for n := 1; counted && n < mostForms && !d.faultyWithin(at); n++ {
			pattern := say.pattern(n, unit)
			if pattern == "" {
				d.fault(at, fmt.Sprintf("there is no word for %d", n), `write each plural that the language has, # being the number: {"one": "# day", "other": "# days"}`)
			} else if first, again := said[pattern]; again && !strings.Contains(pattern, "#") {
				// A word of its own for one number, such as a dual, needs none.
				d.fault(at, fmt.Sprintf("%d and %d are both %s", first, n, quote(pattern)), "write # where the number belongs")
			} else if !again {
				said[pattern] = n
			}
		}
	}
	if at := "locale.months"; len(w.Months) != 12 && !d.faultyWithin(at) {
		d.fault(at, fmt.Sprintf("%d months are not 12", len(w.Months)), "list all, as they stand in a date")
	}
	for i, month := range w.Months {
		if at := itemPath("locale.months", i); month == "" && !d.faulty(at) {
			d.fault(at, "this month has no name", "write it as it stands in a date")
		}
	}
	for _, part := range []string{"{day}", "{month}", "{year}"} {
		if at := "locale.date"; !strings.Contains(w.Date, part) && !d.faulty(at) {
			d.fault(at, part+" is missing", "write the order of a date: {day} {month} {year}")
		}
	}
}
