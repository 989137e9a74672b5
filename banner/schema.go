package banner

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// object is a JSON object in the making; encoding/json sorts its keys.
type object = map[string]any

// SiteSchema is the JSON Schema (2020-12) of site files, for editors: every
// key with its meaning, every preset of the catalogue with its parameters. It
// is made from the types that files are read into, so it cannot lag behind
// them. ParseSite judges more than a schema can say, such as contrast.
func SiteSchema(catalog *Catalog) ([]byte, error) {
	b := &schemaBuilder{used: map[string]bool{}}
	root := b.object("", reflect.TypeFor[Site]())
	properties, _ := root["properties"].(object)
	services, err := b.services(catalog)
	if err != nil {
		return nil, err
	}
	properties["services"] = services
	properties["languages"].(object)["items"] = object{"enum": catalog.Languages()}
	properties["texts"] = object{
		"description":          schemaWords["texts"].about,
		"type":                 "object",
		"propertyNames":        object{"enum": catalog.Languages()},
		"additionalProperties": object{"type": "object", "propertyNames": object{"enum": sortedKeys(catalog.Texts("en"))}, "additionalProperties": object{"type": "string", "minLength": 1}},
	}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "A site of Sluis"
	root["description"] = "One website: one controller, one banner per language, one log. File name: {id}.yaml"
	for _, path := range sortedKeys(schemaWords) {
		if !b.used[path] {
			return nil, fmt.Errorf("site schema: words for %s, which is no key", path)
		}
	}
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("site schema: %w", err)
	}
	return append(out, '\n'), b.err
}

type schemaBuilder struct {
	used map[string]bool
	err  error
}

// words are what is said about a key. One without words is an error, so that
// nobody adds a key and leaves editors mute.
func (b *schemaBuilder) words(path string) schemaWord {
	b.used[path] = true
	word, ok := schemaWords[path]
	if !ok && b.err == nil {
		b.err = fmt.Errorf("site schema: no words for %s", path)
	}
	return word
}

func (b *schemaBuilder) object(path string, t reflect.Type) object {
	properties, required := object{}, []string{}
	for _, key := range structKeys(t) {
		at := childPath(path, key.name)
		word := b.words(at)
		property := b.value(at, t.Field(key.index).Type)
		property["description"] = word.about
		for name, constraint := range word.rules {
			property[name] = constraint
		}
		properties[key.name] = property
		if word.required {
			required = append(required, key.name)
		}
	}
	schema := object{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		schema["required"] = required
	}
	return schema
}

func (b *schemaBuilder) value(path string, t reflect.Type) object {
	switch t {
	case reflect.TypeFor[Link]():
		return object{"oneOf": []any{object{"type": "string"}, object{"type": "object", "additionalProperties": object{"type": "string"}}}}
	case reflect.TypeFor[Localised]():
		return object{"type": "object", "additionalProperties": object{"type": "string"}, "propertyNames": object{"pattern": languageForm.String()}}
	case reflect.TypeFor[siteServices]():
		return object{"type": "object"}
	}
	switch t.Kind() {
	case reflect.String:
		return object{"type": "string", "minLength": 1}
	case reflect.Int:
		return object{"type": "integer"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Slice:
		return object{"type": "array", "items": b.value(path+"[]", t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": b.value(path+"{}", t.Elem())}
	case reflect.Pointer:
		schema := b.value(path, t.Elem())
		schema["type"] = []string{"object", "null"}
		return schema
	case reflect.Struct:
		return b.object(path, t)
	}
	return object{} // anything: the arguments of a step
}

var sinceSchema = object{"description": "The legalVersion that it came with: visitors who chose before are asked about it only", "type": "integer", "minimum": 2, "maximum": 9999}

// services lists the presets with their parameters, and what a site may define
// itself.
func (b *schemaBuilder) services(catalog *Catalog) (object, error) {
	listed := object{}
	for _, s := range catalog.Services() {
		if s.ID == ownService {
			continue
		}
		properties, required := object{}, []string{}
		for _, name := range sortedKeys(s.Parameters) {
			p := s.Parameters[name]
			property := object{"description": p.Help.In("en"), "type": []string{"string", "number"}, "pattern": p.Pattern, "examples": []string{p.Example}}
			if p.Default != "" {
				property["default"] = p.Default
			}
			if p.Required {
				required = append(required, name)
			}
			properties[name] = property
		}
		properties["since"] = sinceSchema
		about := s.Name + " (" + string(s.Category) + "): " + s.Purpose.In("en")
		if s.Advertising {
			about += " Needs advertising: true."
		}
		schema := object{"description": about, "type": "object", "additionalProperties": false, "properties": properties}
		if len(required) > 0 {
			schema["required"] = required
		} else {
			schema["type"] = []string{"object", "null"}
		}
		listed[s.ID] = schema
	}
	define := b.object("services.define", reflect.TypeFor[Service]())
	properties, _ := define["properties"].(object)
	for _, key := range []string{"id", "example", "confidence", "sources", "advice", "leaks", "necessity"} { // a preset's business
		delete(properties, key)
	}
	required, _ := define["required"].([]string)
	define["required"] = slices.DeleteFunc(required, func(key string) bool { return properties[key] == nil })
	return object{
		"description":   schemaWords["services"].about,
		"type":          "object",
		"propertyNames": object{"pattern": slugForm.String()},
		"properties":    listed,
		"additionalProperties": object{
			"description": "A service of your own", "type": "object", "required": []string{"define"},
			"properties": object{"define": define, "since": sinceSchema}, "additionalProperties": object{"type": []string{"string", "number", "boolean"}},
		},
	}, nil
}
