package api

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// node is a place in the contract, in the order in which it is written.
// References are followed on the way, so that a reader never sees one.
type node struct {
	value any
	ref   string // the last name of the reference that led here
	root  *node
}

func readContract(src []byte) (*node, error) {
	var value yaml.MapSlice
	if err := yaml.UnmarshalWithOptions(src, &value, yaml.UseOrderedMap()); err != nil {
		return nil, fmt.Errorf("read the contract: %w", err)
	}
	root := &node{value: value}
	root.root = root
	return root, nil
}

// at goes down by names. Where there is nothing, it returns an empty node.
func (n *node) at(names ...string) *node {
	for _, name := range names {
		var found any
		for _, item := range n.items() {
			if item.Key == name {
				found = item.Value
			}
		}
		n = n.child(found)
	}
	return n
}

func (n *node) child(value any) *node {
	c := &node{value: value, root: n.root}
	for _, item := range c.items() {
		ref, ok := item.Value.(string)
		if item.Key != "$ref" || !ok {
			continue
		}
		path := strings.Split(strings.TrimPrefix(ref, "#/"), "/")
		target := *n.root.at(path...)
		target.ref = path[len(path)-1]
		if own := c.items(); len(own) > 1 { // 3.1: what stands beside a reference counts too
			target.value = append(append(yaml.MapSlice{}, target.items()...), own...)
		}
		return &target
	}
	return c
}

func (n *node) items() yaml.MapSlice {
	items, _ := n.value.(yaml.MapSlice)
	return items
}

// each visits the members of an object.
func (n *node) each(visit func(name string, child *node)) {
	for _, item := range n.items() {
		visit(fmt.Sprint(item.Key), n.child(item.Value))
	}
}

// list is the elements of an array.
func (n *node) list() []*node {
	values, _ := n.value.([]any)
	out := make([]*node, len(values))
	for i, v := range values {
		out[i] = n.child(v)
	}
	return out
}

// text is the value in words; "" where there is none.
func (n *node) text() string {
	if n.value == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprint(n.value))
}

func (n *node) texts() []string {
	var out []string
	for _, item := range n.list() {
		if item.value == nil {
			out = append(out, "null")
			continue
		}
		out = append(out, item.text())
	}
	return out
}
