package banner

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// What goes wrong in YAML without being seen: of these slips a parser tells
// something that nobody can look for.

var (
	// strangeSpace is one that YAML takes for a letter, where only a space can be
	// meant: before a key or an item, or after the colon of a key. Copied from a
	// web page or typed with the Alt key, it looks like any other.
	strangeSpace = regexp.MustCompile(`(?m)^(?: *(?:- +)?[\w-]+:| *-)?[ ]*([\x{a0}\x{2000}-\x{200b}\x{202f}\x{3000}])[^\n:]*(?::[ \r\n]|["'\[{\w-])`)
	// strangeStart is what becomes of it: part of a key or of a text.
	strangeStart = regexp.MustCompile(`^(?:[\w-]+:|-)?[ ]*[\x{a0}\x{2000}-\x{200b}\x{202f}\x{3000}]`)
	// bareColour is one without quotes: what # begins is a comment, which a value
	// between braces cannot end with.
	bareColour = regexp.MustCompile(`: *(#[0-9A-Fa-f]{3,8}\b)`)
	// bareBraces is a text of a list whose braces have no quotes around them.
	bareBraces = regexp.MustCompile(`[\[,] *([^\[\]{},'"]*[^\[\]{},'": ]\{[A-Za-z_]+\}[^\[\]{},'"]*)[,\]]`)
	// noSpace is a key whose value follows at once, which makes one text of both.
	// An address is no key.
	noSpace = regexp.MustCompile(`^ *(?:- +)?([A-Za-z][\w.-]*:)(/?[^\s/].*)$`)
	// noColon is an id before its braces.
	noColon = regexp.MustCompile(`^ *([a-z0-9-]+) +(\{.*\})\s*$`)
	// bareApostrophe begins a name such as 't Hart, and to YAML a text that ends with
	// another one.
	bareApostrophe = regexp.MustCompile(`[\w-]: +('[^',{}]*)(?:$|[,}])`)
	bareColon      = regexp.MustCompile(`^ *(?:- +)?[\w.-]+: +([^\s"'\[{|>#&*!][^#]*: .*)$`)
	// openBrace is one that the line neither closes nor carries on with a comma.
	openBrace = regexp.MustCompile(`(\{)[^{}]*[^{},\s]\s*$`)
	anyKey    = regexp.MustCompile(`^[\w.-]+:(?: |$)`)
	tabIndent = regexp.MustCompile(`(?m)^ *(\t)\s*\S`)
)

// strangeSpaces notes the spaces that are none, and reports whether there are any.
// A folded text may hold such a line rightly, so it is asked where the file makes
// no sense otherwise.
func (d *document) strangeSpaces(src []byte) bool {
	return d.slip(src, strangeSpace, "here stands a no-break space, which YAML takes for a letter",
		"put an ordinary space in its place; delete the white space there and type it anew")
}

// tabs notes tabs where lines are indented.
func (d *document) tabs(src []byte) bool {
	return d.slip(src, tabIndent, "this is not YAML: the line is indented with a tab", "put two spaces in its place for each level, as in the lines around it")
}

// foreign notes a file in another encoding, as some editors of Windows save it.
func (d *document) foreign(src []byte) bool {
	if utf8.Valid(src) {
		return false
	}
	at := 0
	for at < len(src) {
		r, size := utf8.DecodeRune(src[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	line := bytes.LastIndexByte(src[:at], '\n') + 1
	d.faultAt(place{1 + bytes.Count(src[:at], []byte("\n")), 1 + utf8.RuneCount(src[line:at])}, "", "the file is not in UTF-8", "save it as UTF-8 in your editor")
	return true
}

// slipNear looks for what made a line, or the one before it, unreadable.
func (d *document) slipNear(src []byte, number int) bool {
	lines := strings.Split(string(src), "\n")
	for n := number; n >= max(1, number-1); n-- {
		if n > len(lines) {
			continue
		}
		line := strings.TrimRight(lines[n-1], "\r")
		column := func(at int) place { return place{n, 1 + utf8.RuneCountInString(line[:at])} }
		if m := bareColour.FindStringSubmatchIndex(line); m != nil {
			d.faultAt(column(m[2]), "", "here # begins a comment, so the value is missing", `put the colour between quotes: "`+line[m[2]:m[3]]+`"`)
			return true
		}
		if m := bareBraces.FindStringSubmatchIndex(line); m != nil {
			d.faultAt(column(m[2]), "", "in a list braces have a meaning of their own", "put the text between quotes: '"+strings.TrimSpace(line[m[2]:m[3]])+"'")
			return true
		}
		if m := bareApostrophe.FindStringSubmatchIndex(line); m != nil {
			d.faultAt(column(m[2]), "", "the apostrophe begins a text between quotes that does not end", `put it between double quotes: "`+strings.TrimSpace(line[m[2]:m[3]])+`"`)
			return true
		}
		if m := bareColon.FindStringSubmatchIndex(line); m != nil {
			d.faultAt(column(m[2]), "", "here a colon and a space begin a value, and the text ends before them", `put the text between quotes: "`+strings.ReplaceAll(line[m[2]:m[3]], `"`, `\"`)+`"`)
			return true
		}
		if m := openBrace.FindStringSubmatchIndex(line); m != nil {
			d.faultAt(column(m[2]), "", "this brace is not closed, and no comma follows", "end the line with }, or with a comma where it goes on")
			return true
		}
		if m := noColon.FindStringSubmatchIndex(line); m != nil {
			d.faultAt(column(m[2]), "", "there is no colon behind the name", "write "+line[m[2]:m[3]]+": "+line[m[4]:m[5]])
			return true
		}
		if m := noSpace.FindStringSubmatchIndex(line); m != nil {
			d.faultAt(column(m[4]), "", "there is no space after the colon, so this is no key", "write "+line[m[2]:m[3]]+" "+line[m[4]:m[5]])
			return true
		}
	}
	return d.uneven(lines, number)
}

// uneven notes a line near the unreadable one that begins at no level of those
// before it, or deeper than one that has its value already.
func (d *document) uneven(lines []string, number int) bool {
	var levels []int
	above, open := 0, true
	for n := 1; n <= min(number+1, len(lines)); n++ {
		text, _, _ := strings.Cut(strings.TrimRight(lines[n-1], " \r"), " #")
		if text = strings.TrimSpace(text); text == "" || text[0] == '#' {
			continue
		}
		level, popped := strings.Index(lines[n-1], text), false
		for len(levels) > 0 && level < levels[len(levels)-1] {
			levels, popped = levels[:len(levels)-1], true
		}
		if len(levels) == 0 || level > levels[len(levels)-1] {
			if n >= number-1 && anyKey.MatchString(text) && (popped || !open) {
				d.faultAt(place{n, level + 1}, "", fmt.Sprintf("this line begins in column %d, as none does that it could belong to", level+1),
					fmt.Sprintf("what stands side by side begins in one column, what belongs to a key two spaces deeper; line %d begins in column %d", above, 1+strings.IndexFunc(lines[above-1], func(r rune) bool { return r != ' ' })))
				return true
			}
			levels = append(levels, level)
		}
		above, open = n, text[0] == '-' || strings.ContainsRune(":,{[|>-", rune(text[len(text)-1]))
	}
	return false
}

// slip notes the first place only: who made it once made it in every line.
func (d *document) slip(src []byte, form *regexp.Regexp, detail, fix string) bool {
	found := form.FindAllSubmatchIndex(src, -1)
	if len(found) == 0 {
		return false
	}
	start := found[0][2]
	line := bytes.LastIndexByte(src[:start], '\n') + 1
	if len(found) > 1 {
		detail += fmt.Sprintf(", the first of %d in this file", len(found))
	}
	d.faultAt(place{1 + bytes.Count(src[:start], []byte("\n")), 1 + utf8.RuneCount(src[line:start])}, "", detail, fix)
	return true
}

// wordQuotes are what word processors make of quotes, and no quotes to YAML.
const wordQuotes = "“”„"

// unquoted takes out of a mapping what a comma made of a text: between braces it
// ends the text, and what follows looks like a key without a value.
func (d *document) unquoted(n *node, path string, known func(name string) bool) *node {
	kept := *n
	kept.fields = nil
	for i := 0; i < len(n.fields); i++ {
		f := n.fields[i]
		kept.fields = append(kept.fields, f)
		text, next := f.value.scalar, i+1
		if f.bare || f.value.kind != textNode && f.value.kind != numberNode {
			continue
		}
		for ; next < len(n.fields) && n.fields[next].bare && !known(n.fields[next].name); next++ {
			text += ", " + n.fields[next].name
		}
		if next > i+1 {
			rest, text := n.fields[i+1], strings.Trim(text, wordQuotes)
			d.faultAt(rest.place, childPath(path, f.name), "between braces the comma ends the text before "+quote(rest.name), "put it between quotes: "+f.name+`: "`+strings.ReplaceAll(text, `"`, `\"`)+`"`)
			i = next - 1
		}
	}
	return &kept
}
