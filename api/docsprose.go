package api

import (
	"html"
	"html/template"
	"regexp"
	"strings"
)

var (
	codeSpan = regexp.MustCompile("`([^`]+)`")
	// fence is a block of code, which has no empty line here.
	fence    = regexp.MustCompile("^```\\w*\n([^`]*)\n```$")
	strong   = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	emphasis = regexp.MustCompile(`\*([^*]+)\*`)
)

// prose turns a description of the contract into HTML: paragraphs, code and
// blocks of it, emphasis, and no more of Markdown than the contract uses.
// Everything else is escaped.
func prose(text string) template.HTML {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		paragraph = strings.TrimSpace(paragraph)
		if code := fence.FindStringSubmatch(paragraph); code != nil {
			b.WriteString("<pre><code>" + html.EscapeString(code[1]) + "</code></pre>\n")
		} else if paragraph != "" {
			b.WriteString("<p>" + string(inline(paragraph)) + "</p>\n")
		}
	}
	return template.HTML(b.String())
}

// inline is prose without paragraphs.
func inline(text string) template.HTML {
	// Code is taken out first: an asterisk in it is an asterisk.
	var b strings.Builder
	last := 0
	for _, at := range codeSpan.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(emphasise(text[last:at[0]]))
		b.WriteString("<code>" + html.EscapeString(text[at[2]:at[3]]) + "</code>")
		last = at[1]
	}
	b.WriteString(emphasise(text[last:]))
	return template.HTML(b.String())
}

func emphasise(text string) string {
	text = strong.ReplaceAllString(html.EscapeString(text), "<strong>$1</strong>")
	return emphasis.ReplaceAllString(text, "<em>$1</em>")
}
