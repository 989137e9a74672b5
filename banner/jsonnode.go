package banner

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"sort"
	"unicode/utf8"
)

// parseJSON turns a JSON file into nodes. A file that is not JSON has one fault.
func (d *document) parseJSON(src []byte) *node {
	// As with YAML, editors of Windows put a mark in front.
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if d.foreign(src) {
		return nil
	}
	r := &jsonReader{d: d, dec: json.NewDecoder(bytes.NewReader(src)), src: src}
	r.dec.UseNumber()
	for i, c := range src {
		if c == '\n' {
			r.lines = append(r.lines, i+1)
		}
	}
	n, err := r.value()
	if err == nil {
		if _, more := r.dec.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows the closing brace")
		}
	}
	if err != nil {
		offset := r.dec.InputOffset()
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			offset = syntax.Offset
		}
		detail, fix := "this is not JSON: "+err.Error(), "correct the file at this place"
		read := src[:min(int(offset)+1, len(src))]
		if before := bytes.TrimRight(read, " \t\r\n}]"); bytes.HasSuffix(before, []byte(",")) && bytes.ContainsAny(read[len(before):], "}]") {
			detail, fix = "this is not JSON: a comma stands before the closing brace or bracket", "take it out"
		}
		d.faultAt(r.placeOf(offset), "", detail, fix)
		return nil
	}
	return n
}

type jsonReader struct {
	d     *document
	dec   *json.Decoder
	src   []byte
	lines []int // offsets at which a line begins, the first one left out
}

// next is the place of the token that comes next.
func (r *jsonReader) next() place {
	offset := r.dec.InputOffset()
	for offset < int64(len(r.src)) && bytes.IndexByte([]byte(" \t\r\n,:"), r.src[offset]) >= 0 {
		offset++
	}
	return r.placeOf(offset)
}

func (r *jsonReader) placeOf(offset int64) place {
	line := sort.SearchInts(r.lines, int(offset)+1)
	start := 0
	if line > 0 {
		start = r.lines[line-1]
	}
	return place{line + 1, utf8.RuneCount(r.src[start:min(int(offset), len(r.src))]) + 1}
}

func (r *jsonReader) value() (*node, error) {
	n := &node{place: r.next()}
	token, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case string:
		n.kind, n.scalar = textNode, t
	case json.Number:
		n.kind, n.scalar = numberNode, t.String()
	case bool:
		n.kind, n.scalar = truthNode, map[bool]string{true: "true", false: "false"}[t]
	case json.Delim:
		if t == '[' {
			n.kind = listNode
		} else {
			n.kind = mapNode
		}
		for r.dec.More() {
			f := field{place: r.next()}
			if t == '{' {
				name, err := r.dec.Token()
				if err != nil {
					return nil, err
				}
				f.name, _ = name.(string)
			}
			if f.value, err = r.value(); err != nil {
				return nil, err
			}
			if t == '[' {
				n.list = append(n.list, f.value)
			} else {
				n.fields = append(n.fields, f)
			}
		}
		_, err = r.dec.Token()
	}
	return n, err
}
