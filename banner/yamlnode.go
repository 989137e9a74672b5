package banner

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// parseYAML turns a YAML file into nodes. Anchors, aliases, tags and a second
// document are faults: what a site file says must stand where it counts.
func (d *document) parseYAML(src []byte) *node {
	// Editors of Windows put a mark in front, which counts for no column.
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if d.foreign(src) {
		return nil
	}
	file, err := parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err != nil && (d.strangeSpaces(src) || d.tabs(src)) {
		return nil
	}
	if err != nil {
		at, message := place{1, 1}, err.Error()
		if syntax, ok := errors.AsType[yaml.Error](err); ok {
			message = syntax.GetMessage()
			at = placeOf(syntax.GetToken(), at)
		}
		if d.slipNear(src, at.line) {
			return nil
		}
		d.faultAt(at, "", "this is not YAML: "+message, "correct the file at this line; indent with spaces, and put a text with \": \" or \" #\" in it between quotes")
		return nil
	}
	var body *node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		n := d.fromYAML(doc.Body)
		if body != nil {
			d.faultAt(n.place, "", "a second document begins here", "keep one site per file")
			break
		}
		body = n
	}
	if d.odd && d.strangeSpaces(src) {
		return nil
	}
	if body == nil {
		d.faultAt(place{1, 1}, "", "the file is empty", "write at least origins, languages, controller and privacy")
	}
	return body
}

func placeOf(t *token.Token, otherwise place) place {
	if t == nil || t.Position == nil {
		return otherwise
	}
	return place{t.Position.Line, t.Position.Column}
}

func (d *document) fromYAML(y ast.Node) *node {
	n := &node{place: placeOf(y.GetToken(), place{1, 1})}
	switch y := y.(type) {
	case *ast.AnchorNode:
		d.faultAt(n.place, "", "anchors and aliases are not used in site files", "write the value out where it belongs")
		return d.fromYAML(y.Value)
	case *ast.AliasNode:
		d.faultAt(n.place, "", "anchors and aliases are not used in site files", "write the value out where it belongs")
		n.kind = brokenNode
	case *ast.TagNode:
		d.faultAt(n.place, "", "YAML tags are not used in site files", "leave "+y.Start.Value+" out; put a text between quotes")
		return d.fromYAML(y.Value)
	case *ast.StringNode:
		n.kind, n.scalar = textNode, y.Value
		d.odd = d.odd || strangeStart.MatchString(y.Value)
	case *ast.LiteralNode:
		n.kind, n.scalar = textNode, y.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		n.kind, n.scalar = numberNode, y.GetToken().Value
	case *ast.BoolNode:
		n.kind, n.scalar = truthNode, strconv.FormatBool(y.Value)
	case *ast.NullNode:
		n.kind = nullNode
	case ast.ArrayNode:
		n.kind = listNode
		for items := y.ArrayRange(); items.Next(); {
			n.list = append(n.list, d.fromYAML(items.Value()))
		}
		if len(n.list) > 0 {
			n.place = n.list[0].place
		}
	case ast.MapNode:
		n.kind = mapNode
		for entries := y.MapRange(); entries.Next(); {
			d.addYAMLField(n, entries.KeyValue())
		}
		if len(n.fields) > 0 {
			n.place = n.fields[0].place
		}
	default:
		d.faultAt(n.place, "", "this kind of YAML is not used in site files", "write a plain value, a list or a mapping")
		n.kind = brokenNode
	}
	return n
}

func (d *document) addYAMLField(n *node, entry *ast.MappingValueNode) {
	at := placeOf(entry.Key.GetToken(), n.place)
	if _, merge := entry.Key.(*ast.MergeKeyNode); merge {
		d.faultAt(at, "", "merge keys (<<) are not used in site files", "write the values out")
		return
	}
	d.odd = d.odd || strangeStart.MatchString(entry.Key.GetToken().Value)
	value := &node{place: at}
	if entry.Value != nil {
		value = d.fromYAML(entry.Value)
	}
	n.fields = append(n.fields, field{name: entry.Key.GetToken().Value, place: at, value: value, bare: entry.Start.Value != ":"})
}
