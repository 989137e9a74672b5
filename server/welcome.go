package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// namedSites is how many sites are named one by one: of thousands nobody reads
// a list, and what stands beside it is lost.
const namedSites = 12

// welcome tells the person who started the service where to look.
func welcome(to io.Writer, s *service) error {
	var b strings.Builder
	url := s.config.PublicURL
	fmt.Fprintf(&b, "\nSluis %s is running.\n\n", version())
	if s.demo != nil {
		fmt.Fprintf(&b, "  The demo is served: %s (SLUIS_SITES).\n\n", noSiteFiles(s.config))
		fmt.Fprintf(&b, "  Demo page  %s/demo/\n", url)
		fmt.Fprintf(&b, "  Records    %s/demo/log/#%s\n", url, s.demo.readerKey)
		fmt.Fprintf(&b, "  API docs   %s/docs\n\n", url)
		fmt.Fprintf(&b, "  The records on the command line:\n  curl -H 'Authorization: Bearer %s' %s/v1/sites/demo/records\n\n", s.demo.readerKey, url)
	} else {
		all := s.sites.All()
		for _, site := range all[:min(len(all), namedSites)] {
			fmt.Fprintf(&b, "  %-20s <script src=\"%s/%s.js\"></script>\n", site.ID, url, site.ID)
		}
		if more := len(all) - namedSites; more > 0 {
			fmt.Fprintf(&b, "  and %d more; sluis check --verbose prints the tag of each\n", more)
		}
		fmt.Fprintf(&b, "  API docs             %s/docs\n\n", url)
	}
	if refused := s.sites.Refused(); len(refused) > 0 {
		fmt.Fprintf(&b, "  Refused: %s, %s.\n  Pages of a refused site ask nobody and hold everything back, once browsers no longer keep its gate. The log says why; sluis check shows each fault in its line.\n\n",
			count(int64(len(refused)), "site file"), someOf(refused))
	}
	if s.warning != "" {
		fmt.Fprintf(&b, "  %s\n\n", s.warning)
	}
	fmt.Fprintf(&b, "  %s\n  Stop with Ctrl-C.\n\n", sentence(s.guarantee))
	_, err := io.WriteString(to, b.String())
	return err
}

// someOf names a few and counts the others.
func someOf(names []string) string {
	if more := len(names) - namedSites; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:namedSites], ", "), more)
	}
	return strings.Join(names, ", ")
}

// sentence begins a text with a capital.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
