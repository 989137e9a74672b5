package banner

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// decode fills v (a pointer) from n strictly: an unknown or doubled key, a
// value of another kind and an empty value are faults, each at its place, and
// reading goes on so that all of them are found.
func (d *document) decode(n *node, path string, v any) {
	d.into(n, path, reflect.ValueOf(v).Elem())
}

// nodeDecoder is a type with a form of its own in files.
type nodeDecoder interface {
	decodeNode(d *document, n *node, path string)
}

func (d *document) into(n *node, path string, v reflect.Value) {
	if n.kind == brokenNode {
		return
	}
	if _, known := d.places[path]; !known || n.kind != mapNode && n.kind != listNode {
		d.places[path] = n.place
	}
	if own, ok := v.Addr().Interface().(nodeDecoder); ok {
		own.decodeNode(d, n, path)
		return
	}
	switch v.Kind() {
	case reflect.String:
		if d.expect(n, path, textNode) {
			v.SetString(d.text(n, path))
		}
	case reflect.Int:
		if d.expect(n, path, numberNode) {
			i, err := strconv.Atoi(n.scalar)
			if err != nil {
				d.fault(path, n.scalar+" is not a whole number", "write digits only")
			}
			v.SetInt(int64(i))
		}
	case reflect.Bool:
		if d.expect(n, path, truthNode) {
			v.SetBool(n.scalar == "true")
		}
	case reflect.Pointer:
		if n.kind != nullNode {
			v.Set(reflect.New(v.Type().Elem()))
			d.into(n, path, v.Elem())
		}
	case reflect.Slice:
		if d.expect(n, path, listNode) {
			v.Set(reflect.MakeSlice(v.Type(), len(n.list), len(n.list)))
			for i, item := range n.list {
				d.into(item, itemPath(path, i), v.Index(i))
			}
		}
	case reflect.Map:
		if d.expect(n, path, mapNode) {
			v.Set(reflect.MakeMap(v.Type()))
			n = d.unquoted(n, path, func(string) bool { return false })
			for f := range d.fields(n, path) {
				value := reflect.New(v.Type().Elem()).Elem()
				d.into(f.value, childPath(path, f.name), value)
				v.SetMapIndex(reflect.ValueOf(f.name).Convert(v.Type().Key()), value)
			}
		}
	case reflect.Struct:
		if n.kind == textNode {
			d.fault(path, misfit(n, mapNode), "write its keys, indented below it: "+strings.Join(structNames(v.Type()), ", "))
		} else if d.expect(n, path, mapNode) {
			d.intoStruct(n, path, v)
		}
	case reflect.Interface:
		v.Set(reflect.ValueOf(d.plain(n, path)))
	}
}

func (d *document) intoStruct(n *node, path string, v reflect.Value) {
	known := structKeys(v.Type())
	names := make([]string, len(known))
	for i, key := range known {
		names[i] = key.name
	}
	n = d.unquoted(n, path, func(name string) bool { return slices.Contains(names, name) })
	for f := range d.fields(n, path) {
		i := slices.Index(names, f.name)
		if i < 0 {
			fix := suggest(f.name, names)
			if above := d.belongs[f.name]; above != "" && path == "" {
				fix = "indent it below " + quote(above)
			}
			d.faultAt(f.place, childPath(path, f.name), "unknown key "+quote(f.name), fix)
			continue
		}
		d.into(f.value, childPath(path, f.name), v.Field(known[i].index))
	}
}

// fields yields the entries of a mapping, notes their places and refuses
// doubled keys, of which a plain decoder would keep the last in silence.
func (d *document) fields(n *node, path string) func(yield func(field) bool) {
	return func(yield func(field) bool) {
		seen := map[string]place{}
		for _, f := range n.fields {
			child := childPath(path, f.name)
			if first, double := seen[f.name]; double {
				d.faultAt(f.place, child, quote(f.name)+" stands here a second time", "keep one; the first is in line "+strconv.Itoa(first.line))
				continue
			}
			seen[f.name] = f.place
			d.places[child] = f.place
			if !yield(f) {
				return
			}
		}
	}
}

// expect notes a fault where n is of another kind than what is wanted.
func (d *document) expect(n *node, path string, want nodeKind) bool {
	if n.kind == want {
		return true
	}
	fix := "write " + want.String()
	switch {
	case n.kind == nullNode:
		fix += ", or leave the key out; a value that begins with # needs quotes"
	case want == textNode && (n.kind == numberNode || n.kind == truthNode):
		fix = quotesMend + `"` + n.scalar + `"`
	case want == listNode && n.kind == textNode:
		fix = "write it as a list: [" + n.scalar + "]"
	}
	d.fault(path, misfit(n, want), fix)
	return false
}

func misfit(n *node, want nodeKind) string {
	return "this is " + n.kind.String() + " where " + want.String() + " belongs"
}

// text refuses what has no place in a text that is hashed, logged and shown:
// control characters and the line separators that JSON writers disagree about.
func (d *document) text(n *node, path string) string {
	s := strings.TrimSpace(n.scalar)
	if i := strings.IndexFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == unicode.ReplacementChar
	}); i >= 0 {
		d.fault(path, "this text holds a line break or another control character", "write it on one line; in YAML, fold long texts with >-")
		return ""
	}
	if strings.ContainsFunc(s, invisible) {
		d.fault(path, "this text holds an invisible sign", "type it anew, or leave it out: visitors see something else than what is written")
		return ""
	}
	return s
}

// invisible are signs that change what is seen without being seen, but for
// those that some scripts are written with.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) && !strings.ContainsRune("\u00ad\u200c\u200d\u200e\u200f", r)
}

// plain is n as encoding/json would give it, for values that are passed on.
func (d *document) plain(n *node, path string) any {
	switch n.kind {
	case textNode:
		return d.text(n, path)
	case numberNode:
		i, err := strconv.ParseInt(n.scalar, 10, 64)
		if err != nil {
			d.fault(path, n.scalar+" is not a whole number", "write digits only, or put it between quotes")
		}
		return i
	case truthNode:
		return n.scalar == "true"
	case listNode:
		var list []any
		d.into(n, path, reflect.ValueOf(&list).Elem())
		return list
	case mapNode:
		var m map[string]any
		d.into(n, path, reflect.ValueOf(&m).Elem())
		return m
	}
	d.fault(path, "this is empty", "write a value")
	return ""
}

type structKey struct {
	name  string
	index int
}

// structKeys lists the keys of a struct: its yaml tags, else its json tags.
func structKeys(t reflect.Type) []structKey {
	var keys []structKey
	for i := range t.NumField() {
		tag, ok := t.Field(i).Tag.Lookup("yaml")
		if !ok {
			tag = t.Field(i).Tag.Get("json")
		}
		if name, _, _ := strings.Cut(tag, ","); name != "" && name != "-" {
			keys = append(keys, structKey{name, i})
		}
	}
	return keys
}

func structNames(t reflect.Type) []string {
	var names []string
	for _, key := range structKeys(t) {
		names = append(names, key.name)
	}
	return slices.Sorted(slices.Values(names))
}
