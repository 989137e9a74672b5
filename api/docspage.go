package api

import (
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// docsPage is what the template shows.
type docsPage struct {
	Title, Version, Summary, Base, Site string
	Description                         template.HTML
	Style                               template.CSS
	Groups                              []docsGroup
	Problems                            []docsProblem
	Schemas                             []docsSchema
}

type docsGroup struct {
	ID, Name    string
	Description template.HTML
	Operations  []docsOperation
}

type docsOperation struct {
	ID, Method, Path, Summary string
	Key                       bool
	Description               template.HTML
	Parameters                []docsField
	Body                      *docsBody
	Answers                   []docsAnswer
}

type docsField struct {
	Name, In, Form, Ref, Example string
	Required                     bool
	Description                  template.HTML
}

type docsBody struct {
	Description template.HTML
	Types       []string
	Schema      string
	Examples    []docsExample
}

type docsExample struct{ Summary, Text string }

type docsAnswer struct {
	Status, Class, Schema string
	Description           template.HTML
	Types, Headers        []string
}

type docsProblem struct {
	Slug, Title, Meaning, Mend, Class string
	Status                            int
}

type docsSchema struct {
	Name, Form  string
	Description template.HTML
	Properties  []docsField
}

func newDocsPage(contract *node) docsPage {
	info := contract.at("info")
	p := docsPage{
		Title: info.at("title").text(), Version: info.at("version").text(), Summary: info.at("summary").text(),
		Description: prose(info.at("description").text()),
	}
	for _, tag := range contract.at("tags").list() {
		name := tag.at("name").text()
		p.Groups = append(p.Groups, docsGroup{ID: strings.ToLower(name), Name: name, Description: prose(tag.at("description").text())})
	}
	contract.at("paths").each(func(path string, item *node) {
		item.each(func(method string, op *node) {
			if method == "parameters" {
				return
			}
			tags := op.at("tags").texts()
			for i := range p.Groups {
				if slices.Contains(tags, p.Groups[i].Name) {
					p.Groups[i].Operations = append(p.Groups[i].Operations, newDocsOperation(path, method, item, op))
				}
			}
		})
	})
	for _, k := range kinds {
		p.Problems = append(p.Problems, docsProblem{Slug: k.slug, Title: k.title, Meaning: k.meaning, Mend: k.mend, Status: k.status, Class: fmt.Sprint(k.status / 100)})
	}
	contract.at("components", "schemas").each(func(name string, schema *node) {
		p.Schemas = append(p.Schemas, newDocsSchema(name, schema))
	})
	return p
}

func newDocsOperation(path, method string, item, op *node) docsOperation {
	d := docsOperation{
		ID: op.at("operationId").text(), Method: strings.ToUpper(method), Path: path, Summary: op.at("summary").text(),
		Key: len(op.at("security").list()) > 0, Description: prose(op.at("description").text()),
	}
	for _, param := range append(item.at("parameters").list(), op.at("parameters").list()...) {
		d.Parameters = append(d.Parameters, docsField{
			Name: param.at("name").text(), In: param.at("in").text(), Required: param.at("required").text() == "true",
			Description: inline(param.at("description").text()), Form: formOf(param.at("schema")), Example: param.at("example").text(),
		})
	}
	if body := op.at("requestBody"); body.value != nil {
		b := &docsBody{Description: prose(body.at("description").text())}
		body.at("content").each(func(media string, content *node) {
			b.Types = append(b.Types, media)
			if ref := content.at("schema").ref; ref != "" {
				b.Schema = ref
			}
			content.at("examples").each(func(_ string, example *node) {
				b.Examples = append(b.Examples, docsExample{Summary: example.at("summary").text(), Text: asJSONText(example.at("value").value, "")})
			})
		})
		d.Body = b
	}
	op.at("responses").each(func(status string, answer *node) {
		a := docsAnswer{Status: status, Class: status[:1], Description: inline(answer.at("description").text())}
		if status == "default" {
			a.Status = "else"
		}
		answer.at("content").each(func(media string, content *node) {
			a.Types = append(a.Types, media)
			if ref := content.at("schema").ref; ref != "" {
				a.Schema = ref
			}
		})
		answer.at("headers").each(func(name string, _ *node) { a.Headers = append(a.Headers, name) })
		d.Answers = append(d.Answers, a)
	})
	return d
}

func newDocsSchema(name string, schema *node) docsSchema {
	s := docsSchema{Name: name, Description: prose(schema.at("description").text())}
	if schema.at("properties").value == nil {
		s.Form = formOf(schema)
	}
	s.properties("", schema)
	return s
}

// properties lists the members of a form, and after each what lies inside it
// where that has no name to lead to.
func (s *docsSchema) properties(within string, schema *node) {
	required := schema.at("required").texts()
	schema.at("properties").each(func(property string, child *node) {
		f := docsField{Name: within + property, Required: slices.Contains(required, property), Description: inline(child.at("description").text()), Ref: child.ref}
		if child.ref == "" {
			f.Form = formOf(child)
		} else if f.Description == inline(schema.root.at("components", "schemas", child.ref, "description").text()) {
			f.Description = "" // said where the link leads
		}
		if ref := child.at("items").ref; ref != "" {
			f.Ref = ref
		}
		s.Properties = append(s.Properties, f)
		if f.Ref == "" {
			s.properties(f.Name+".", child)
			s.properties(f.Name+"[].", child.at("items"))
		}
	})
}

// formOf says in words which values a schema allows.
func formOf(schema *node) string {
	var parts []string
	say := func(format, key string) {
		if v := schema.at(key).text(); v != "" {
			parts = append(parts, fmt.Sprintf(format, v))
		}
	}
	if types := schema.at("type").texts(); len(types) > 0 {
		parts = append(parts, strings.Join(types, " or "))
	} else {
		say("%s", "type")
	}
	say("always %s", "const")
	if values := schema.at("enum").texts(); len(values) > 0 {
		parts = append(parts, "one of "+strings.Join(values, ", "))
	}
	say("%s", "format")
	say("from %s", "minimum")
	say("to %s", "maximum")
	say("at most %s characters", "maxLength")
	say("at most %s elements", "maxItems")
	say("at most %s members", "maxProperties")
	say("%s", "pattern")
	say("otherwise %s", "default")
	return strings.Join(parts, ", ")
}

// asJSONText writes an example as JSON, keeping its order, one member a line.
func asJSONText(value any, indent string) string {
	members, ok := value.(yaml.MapSlice)
	if !ok {
		b, err := json.Marshal(value)
		if err != nil {
			return fmt.Sprint(value)
		}
		return string(b)
	}
	inner := indent + "  "
	var b strings.Builder
	for i, m := range members {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, "\n%s%q: %s", inner, fmt.Sprint(m.Key), asJSONText(m.Value, inner))
	}
	return "{" + b.String() + "\n" + indent + "}"
}
