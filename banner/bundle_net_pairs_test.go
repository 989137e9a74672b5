package banner_test

import (
	"strings"
	"testing"

	"sluis/banner"
)

// Protects: of any two services of the catalogue, in either order of the site
// file, the one that is denied is not loaded by the grant of the other: what
// one of them claims more narrowly is never the other's. A row does not know
// whether an address comes as a script, a frame or a picture.
func TestNetGivesNoServiceToAnother(t *testing.T) {
	all := catalog(t).Services()
	for _, caught := range []string{"services", "catalogue"} {
		for i, one := range all {
			for _, other := range all[i+1:] {
				if one.ID == "sluis" || other.ID == "sluis" || !shareAnAddress(one, other) {
					continue
				}
				for _, pair := range [][]*banner.Service{{one, other}, {other, one}} {
					s := sitePair(t, pair)
					s.Caught = caught
					rows := owners(t, s)
					for _, service := range pair {
						for _, host := range tags(service) {
							address := "https://" + strings.Replace(host.Host, "*", "any", 1) + pathOf(host) + "any"
							got, want := owner(rows, address), narrowest(pair, address)
							if got != "" && got != "-" && !want[got] {
								t.Errorf("%s, %s before %s: %s is %s's, want one of %v", caught, pair[0].ID, pair[1].ID, address, got, want)
							}
						}
					}
				}
			}
		}
	}
}

// sitePair is a site with two services, with the values of their examples.
func sitePair(t *testing.T, pair []*banner.Service) *banner.Site {
	t.Helper()
	s := site(t)
	s.Advertising = true
	s.Services = s.Services[:1]
	for _, service := range pair {
		s.Services = append(s.Services, banner.SiteService{ID: service.ID, Service: service, Parameters: service.Example.Parameters})
	}
	return s
}

// tags are the addresses of a service that the net looks at.
func tags(service *banner.Service) []banner.Host {
	var found []banner.Host
	for _, host := range service.Hosts {
		if (host.Type == "script" || host.Type == "iframe" || host.Type == "image") && !strings.Contains(host.Host+host.Path, "{") {
			found = append(found, host)
		}
	}
	return found
}

func pathOf(host banner.Host) string {
	if host.Path == "" {
		return "/"
	}
	return host.Path
}

func hostCovers(h banner.Host, host string) bool {
	parent, wild := strings.CutPrefix(h.Host, "*")
	return h.Host == host || wild && strings.HasSuffix(host, parent)
}

func shareAnAddress(one, other *banner.Service) bool {
	for _, a := range tags(one) {
		for _, b := range tags(other) {
			if hostCovers(a, b.Host) || hostCovers(b, a.Host) {
				return true
			}
		}
	}
	return false
}

// narrowest are those of the pair that name the address most closely: by the
// host itself before a wildcard, then by the longest path.
func narrowest(pair []*banner.Service, address string) map[string]bool {
	host, path, _ := strings.Cut(strings.TrimPrefix(address, "https://"), "/")
	best, ids := -1, map[string]bool{}
	for _, service := range pair {
		for _, h := range tags(service) {
			if !hostCovers(h, host) || !strings.HasPrefix("/"+path, h.Path) {
				continue
			}
			near := len(h.Host)*1000 + len(h.Path)
			if !strings.HasPrefix(h.Host, "*") {
				near += 500_000
			}
			if near > best {
				best, ids = near, map[string]bool{}
			}
			if near == best {
				ids[service.ID] = true
			}
		}
	}
	return ids
}
