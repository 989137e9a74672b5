package banner

import (
	"encoding/json"
	"html"
	"slices"
	"strings"
)

// element is one element of the declaration. The page writes it as HTML, the
// embed builds it with createElement: one tree, so that they cannot differ.
type element struct {
	tag      string
	attrs    []attr
	children []any // string or *element
}

type attr struct{ name, value string }

// el makes an element of attributes, texts, elements and lists of them; nil
// elements are left out.
func el(tag string, parts ...any) *element {
	e := &element{tag: tag}
	e.add(parts)
	return e
}

func (e *element) add(parts []any) {
	for _, part := range parts {
		switch p := part.(type) {
		case attr:
			e.attrs = append(e.attrs, p)
		case string:
			e.children = append(e.children, p)
		case *element:
			if p != nil {
				e.children = append(e.children, p)
			}
		case []any:
			e.add(p)
		}
	}
}

func class(names string) attr { return attr{"class", names} }

// link leads to an address of a site file or a preset, both checked when read.
// Anything but the web and e-mail would still be no link.
func link(name, address string) any {
	if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "mailto:") {
		return name
	}
	return el("a", attr{"href", address}, name)
}

// voids are the elements without an end.
var voids = []string{"meta", "br"}

// html writes the element.
func (e *element) html(b *strings.Builder) {
	b.WriteString("<" + e.tag)
	for _, a := range e.attrs {
		b.WriteString(" " + a.name + `="` + html.EscapeString(a.value) + `"`)
	}
	b.WriteString(">")
	if slices.Contains(voids, e.tag) {
		return
	}
	for _, child := range e.children {
		switch c := child.(type) {
		case string:
			b.WriteString(html.EscapeString(c))
		case *element:
			c.html(b)
		}
	}
	b.WriteString("</" + e.tag + ">")
}

// MarshalJSON writes [tag, {attributes}, ...children], as src/declaration.ts
// reads it.
func (e *element) MarshalJSON() ([]byte, error) {
	attrs := map[string]string{}
	for _, a := range e.attrs {
		attrs[a.name] = a.value
	}
	return json.Marshal(append([]any{e.tag, attrs}, e.children...))
}
