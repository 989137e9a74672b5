package banner

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
)

// An origin belongs to one site. What a browser keeps, it keeps for an origin:
// the choice in its cookie, and the records that wait to be sent. Two sites there
// would take each other's choices for their own, and records of the one would be
// sent to the other, which refuses them.
//
// On one's own machine websites take turns at the same address while they are
// made. There nothing is claimed; check says that such an origin has to go.

// OriginClaims says which site has which origin.
type OriginClaims map[string]*Site

// Keep gives a site those of its origins that it had already, so that nobody who
// comes before it in the order takes them.
func (c OriginClaims) Keep(s *Site, had []string) {
	for _, origin := range s.Origins {
		if slices.Contains(had, origin) && c[origin] == nil {
			c[origin] = s
		}
	}
}

// Claim takes the origins of a site, and faults those that another has.
func (c OriginClaims) Claim(s *Site) (faults []SiteFault) {
	for i := range s.Origins {
		if fault, taken := c.taken(s, i); taken {
			faults = append(faults, fault)
		} else {
			c[s.Origins[i]] = s
		}
	}
	return faults
}

// taken faults one origin that another site has.
func (c OriginClaims) taken(s *Site, i int) (fault SiteFault, taken bool) {
	origin := s.Origins[i]
	holder := c[origin]
	if holder == nil || holder.ID == s.ID {
		return fault, false
	}
	if u, err := url.Parse(origin); err == nil && OnThisMachine(u) {
		return fault, false
	}
	at, where := s.originPlaces[i], holder.Source
	fix := "mend the fault in that file first: until then the origin stays with the site that had it; then list it in one of the two"
	if at := holder.originPlaces[slices.Index(holder.Origins, origin)]; at.line > 0 {
		where = fmt.Sprintf("%s:%d", where, at.line)
		fix = "list it in one of the two: one site serves every path of an origin"
	}
	return SiteFault{
		File: s.Source, Line: at.line, Column: at.column, Rule: ruleOrigin, Path: itemPath("origins", i),
		Detail: fmt.Sprintf("%s is an origin of another site too, in %s; browsers would mix up the choices and records of the two", quote(origin), where),
		Fix:    fix,
	}, true
}

// OnThisMachine tells the addresses at which websites are made, which alone may go without encryption.
func OnThisMachine(u *url.URL) bool {
	return slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())
}

// HeldBy is as much of a site as is known from before a start: that it had these
// origins. It keeps them from others while its own file is refused, as the last
// good version does in a running service, and is never served.
func HeldBy(id, file string, origins []string) *Site {
	if len(origins) == 0 {
		return nil
	}
	return &Site{ID: id, Source: file, Origins: origins, originPlaces: make([]place, len(origins))}
}

// holder is what has the origins of a file: the site that is served, or what is
// known of it from before the start, without what its file has let go since.
func (f siteFile) holder() *Site {
	if f.good != nil || f.before == nil || f.said == nil {
		return cmp.Or(f.good, f.before)
	}
	kept := slices.DeleteFunc(slices.Clone(f.before.Origins), func(origin string) bool { return !slices.Contains(f.said.Origins, origin) })
	return HeldBy(f.before.ID, f.before.Source, kept)
}

// settle has each site be what its file says now, unless that takes an origin
// from another: then it stays what it was. Who has an origin keeps it, over a
// restart too; where two new ones want it, the first by id gets it. What is
// refused is looked at again at every change, for the other may have let go.
func (s *Sites) settle(ctx context.Context) {
	refused := map[string][]SiteFault{}
	for s.refuseTakers(refused) {
	}
	for id, file := range s.files {
		if file.said != nil && refused[id] == nil {
			file.good, file.before = file.said, nil
		}
		if !slices.Equal(file.taken, refused[id]) {
			s.complain(ctx, id, refused[id], file.good != nil)
			if len(refused[id]) == 0 && file.said != nil {
				s.logger.InfoContext(ctx, "site file accepted", "site", id, "why", "its origins are those of no other site any more")
			}
		}
		file.taken = refused[id]
		s.files[id] = file
	}
}

// refuseTakers adds the sites that would take an origin from another, were all
// those that are not yet refused what their files say. It reports whether to look
// again: a site that goes back to what it was claims again what it let go. Those
// that only want more go back to what they keep: thousands take one look.
func (s *Sites) refuseTakers(refused map[string][]SiteFault) (again bool) {
	claims := OriginClaims{}
	for _, held := range []bool{true, false} {
		for _, id := range sortedKeys(s.files) {
			file := s.files[id]
			holder := file.holder()
			site := holder
			if file.said != nil && refused[id] == nil {
				site = file.said
			}
			if site == nil {
				continue
			}
			var faults []SiteFault
			var free []int
			for i, origin := range site.Origins {
				if (holder != nil && slices.Contains(holder.Origins, origin)) != held {
					continue
				}
				if fault, taken := claims.taken(site, i); taken {
					faults = append(faults, fault)
				} else {
					free = append(free, i)
				}
			}
			if len(faults) > 0 {
				refused[id] = faults
				if lets(holder, site) {
					return true
				}
				continue
			}
			for _, i := range free {
				claims[site.Origins[i]] = site
			}
		}
	}
	return false
}

// lets says whether a site is about to let an origin go.
func lets(holder, said *Site) bool {
	return holder != nil && slices.ContainsFunc(holder.Origins, func(origin string) bool { return !slices.Contains(said.Origins, origin) })
}
