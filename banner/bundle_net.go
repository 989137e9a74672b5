package banner

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"sluis/consentlog"
)

// unlisted stands for every service that the site does not list: no visitor
// was told of it, so no choice can grant it.
const unlisted = "-"

// netConstants is what the gate's net for unmarked tags knows: whose an
// address is. src/site.d.ts says what each name means.
func netConstants(site *Site, catalog *Catalog) constants {
	rows := [][2]string{}
	if site.Caught != "off" {
		for _, a := range caughtAddresses(site, catalog) {
			id := a.service
			if !a.listed {
				id = unlisted
			}
			if last := len(rows) - 1; last >= 0 && rows[last][1] == id {
				rows[last][0] += "|" + a.pattern()
			} else {
				rows = append(rows, [2]string{a.pattern(), id})
			}
		}
	}
	c := constants{"WITH_NET": len(rows) > 0, "OWNERS": rows}
	if len(rows) > 0 {
		c["EMBEDS"], c["WITH_EMBEDS"] = ordered{}, true // the rows say whose an embed is
	}
	return c
}

// address is where tags of a service come from.
type address struct {
	Host
	service string
	listed  bool
}

// within reports whether everything at the address is at the other one too.
func (a address) within(other address) bool {
	parent, wild := strings.CutPrefix(other.Host.Host, "*")
	return (a.Host.Host == other.Host.Host || wild && strings.HasSuffix(a.Host.Host, parent)) && strings.HasPrefix(a.Path, other.Path)
}

// pattern is the address as the gate looks for it behind "//".
func (a address) pattern() string {
	host, path := regexp.QuoteMeta(a.Host.Host), a.Path
	if wild, ok := strings.CutPrefix(a.Host.Host, "*"); ok {
		host = `[^/?#]+` + regexp.QuoteMeta(wild)
	}
	if path == "" {
		path = "/"
	}
	return host + regexp.QuoteMeta(path)
}

// caughtAddresses are those that the net holds, the narrower before the wider.
// An unlisted service is held where its address is part of a listed one's, or
// a grant for that would let it through under another name.
func caughtAddresses(site *Site, catalog *Catalog) []address {
	var all []address
	add := func(service *Service, listed bool) {
		for _, host := range service.Hosts {
			tag := host.Type == "script" || host.Type == "iframe" || host.Type == "image"
			if known, ok := host.anywhere(service.Parameters); tag && ok && !site.isOwn(known) {
				all = append(all, address{known, service.ID, listed})
			}
		}
	}
	for _, used := range site.Services {
		add(used.Service, true)
	}
	for _, service := range catalog.Services() {
		if _, listed := site.Service(service.ID); !listed {
			add(service, false)
		}
	}
	necessary := func(a address) bool {
		used, _ := site.Service(a.service)
		service, known := catalog.Service(a.service)
		if a.listed {
			service, known = used.Service, true
		}
		return known && service.Category == consentlog.Necessary
	}
	// Of another service, and wider in what it asks for. The kinds of tag do not
	// matter: a row holds whatever asks for its addresses.
	inside := func(a address) bool {
		return slices.ContainsFunc(all, func(wider address) bool {
			return wider.listed && wider.service != a.service && a.within(wider) && !wider.within(a)
		})
	}
	var narrow, wide []address
	for _, a := range all {
		switch {
		case inside(a):
			narrow = append(narrow, a)
		case !necessary(a) && (a.listed || site.Caught == "catalogue"):
			wide = append(wide, a)
		}
	}
	slices.SortStableFunc(narrow, func(a, b address) int { return len(b.Path) - len(a.Path) })
	return append(distinct(narrow), distinct(wide)...)
}

// anywhere is the address on whatever site: what depends on a parameter is the
// provider's own where there is a default, or open at one end. It reports false
// for a service that stands under no fixed name, as one that websites run
// themselves. With parameters filled in, an address is what it is.
func (h Host) anywhere(parameters map[string]Parameter) (Host, bool) {
	standard := map[string]string{}
	for name, p := range parameters {
		if p.Default != "" {
			standard[name] = p.Default
		}
	}
	h.Host = fillIn(h.Host, standard, false)
	if _, fixed, open := strings.Cut(h.Host, "}."); open && strings.HasPrefix(h.Host, "{") && strings.Contains(fixed, ".") {
		h.Host = "*." + fixed
	}
	h.Path, _, _ = strings.Cut(h.Path, "{")
	return h, !strings.Contains(h.Host, "{")
}

// distinct leaves out what another address of the same service says already.
// The kind of tag does not matter: what is requested there is one service's.
func distinct(all []address) []address {
	var kept []address
	for i, a := range all {
		if !slices.ContainsFunc(all, func(b address) bool { return b.service == a.service && a.within(b) && !b.within(a) }) &&
			!slices.ContainsFunc(all[:i], func(b address) bool { return a.within(b) && b.within(a) }) {
			kept = append(kept, a)
		}
	}
	return kept
}

// isOwn reports whether an address is the website's own, of which only what
// its services name to the very path is held.
func (s *Site) isOwn(host Host) bool {
	return host.Path == "" && slices.ContainsFunc(s.Origins, func(origin string) bool {
		u, err := url.Parse(origin)
		return err == nil && host.covers(&url.URL{Host: u.Host, Path: "/"})
	})
}
