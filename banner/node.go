package banner

import (
	"fmt"
	"slices"
	"strings"
)

// nodeKind tells what a node of a document is.
type nodeKind int

const (
	nullNode nodeKind = iota
	textNode
	numberNode
	truthNode
	listNode
	mapNode
	brokenNode // its fault is noted already
)

func (k nodeKind) String() string {
	return [...]string{"nothing", "a text", "a number", "true or false", "a list", "a mapping", "something unreadable"}[k]
}

// node is one value of a YAML or JSON document with the place where it stands.
// Both formats become the same tree, so that one strict decoder and one set of
// messages serve site files, presets and texts.
type node struct {
	kind   nodeKind
	scalar string // text, number and truth, as written
	list   []*node
	fields []field
	place
}

// field is one entry of a mapping, in the order of the file.
type field struct {
	name string
	place
	value *node
	bare  bool // it stands between braces without a colon
}

// place is where something stands in its file, both from 1.
type place struct{ line, column int }

// document is one file while it is read: its places by path, its faults.
type document struct {
	file    string
	places  map[string]place
	faults  []SiteFault
	odd     bool              // a key or a plain text begins with a space that is none
	belongs map[string]string // keys that are not for the top, and the one that they stand below
}

func newDocument(file string) *document {
	return &document{file: file, places: map[string]place{"": {1, 1}}}
}

// fault notes a fault of form at a path.
func (d *document) fault(path, detail, fix string) { d.breaks(ruleForm, path, detail, fix) }

// breaks notes what breaks a rule at a path, at the nearest place that is known.
func (d *document) breaks(rule, path, detail, fix string) {
	d.breaksAt(d.at(path), rule, path, detail, fix)
}

func (d *document) breaksAt(at place, rule, path, detail, fix string) {
	d.faults = append(d.faults, SiteFault{File: d.file, Line: at.line, Column: at.column, Rule: rule, Path: path, Detail: detail, Fix: fix})
}

func (d *document) faultAt(at place, path, detail, fix string) {
	d.breaksAt(at, ruleForm, path, detail, fix)
}

// at finds the place of a path, or of the nearest parent that exists: a
// missing key is shown where it should have been.
func (d *document) at(path string) place {
	for {
		if p, ok := d.places[path]; ok {
			return p
		}
		path = parentPath(path)
	}
}

// faulty tells whether something is noted at the path already, so that one
// mistake does not appear twice.
func (d *document) faulty(path string) bool {
	return slices.ContainsFunc(d.faults, func(f SiteFault) bool { return f.Path == path })
}

// quotesMend is for a value that is no text. Only the rule of its place knows
// whether it would be one that may stand there.
const quotesMend = "put it between quotes: "

// instead gives a fault the mend of the rule of its place in place of that of
// whoever read the value.
func (d *document) instead(path, mend, fix string) {
	for i, f := range d.faults {
		if f.Path == path && strings.HasPrefix(f.Fix, mend) {
			d.faults[i].Fix = fix
		}
	}
}

// faultyWithin tells whether something is noted at the path or below it.
func (d *document) faultyWithin(path string) bool {
	return slices.ContainsFunc(d.faults, func(f SiteFault) bool {
		rest, within := strings.CutPrefix(f.Path, path)
		return within && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// err is everything noted, or nil.
func (d *document) err() error {
	if len(d.faults) == 0 {
		return nil
	}
	return &SiteError{Faults: sortFaults(d.faults)}
}

func parentPath(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '.' || path[i] == '[' {
			return path[:i]
		}
	}
	return ""
}

func childPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func itemPath(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
