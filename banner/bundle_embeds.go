package banner

import (
	"cmp"
	"slices"
	"strings"
)

// embeds says whose a marked address is: by its host, or by the beginning of
// what follows https:// where two services of the site share a host.
func embeds(site *Site) (byStart ordered, paths bool) {
	type claim struct {
		Host
		service string
		frame   bool // sites paste frames of it
	}
	var claims []claim
	for _, used := range site.Services {
		service := used.Service
		for _, host := range service.Hosts {
			if strings.HasPrefix(host.Host, "*") || !slices.Contains([]string{"iframe", "image", "media"}, host.Type) {
				continue
			}
			// A service that fills an element draws its own frames: sites never
			// paste those, unless they have an address to paste.
			drawn := service.Load != nil && service.Load.When != "" && host.Path == ""
			claims = append(claims, claim{host, service.ID, host.Type == "iframe" && !drawn})
		}
	}
	shared := func(c claim) bool {
		framed := slices.ContainsFunc(claims, func(o claim) bool { return o.frame && o.Host.Host == c.Host.Host })
		return framed && slices.ContainsFunc(claims, func(o claim) bool { return o.service != c.service && o.Host.Host == c.Host.Host })
	}
	paths = slices.ContainsFunc(claims, shared)
	// An image under the very same address as a frame is the frame's service's.
	frames := slices.DeleteFunc(slices.Clone(claims), func(c claim) bool { return !c.frame })
	for _, c := range append(frames, claims...) {
		key := c.Host.Host
		if paths {
			key += cmp.Or(c.Path, "/")
		}
		if (c.frame || shared(c)) && !slices.ContainsFunc(byStart, func(m member) bool { return m.name == key }) {
			byStart = append(byStart, member{key, c.service})
		}
	}
	if paths {
		slices.SortStableFunc(byStart, func(a, b member) int { return cmp.Compare(len(b.name), len(a.name)) })
	}
	return byStart, paths
}
