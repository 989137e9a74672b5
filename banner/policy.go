package banner

import (
	"maps"
	"slices"
	"strings"

	"sluis/consentlog"
)

// AllowedService is a service that may load, and why.
type AllowedService struct {
	Service *Service `json:"-"`
	ID      string   `json:"id"`
	Reason  string   `json:"reason"` // "necessary", "category" or "service"
}

// Allowed lists the services that may load under a choice, in the order of the
// site. The zero Choice allows what is necessary and nothing else.
func (s *Site) Allowed(choice Choice) []AllowedService {
	allowed := []AllowedService{}
	for _, service := range s.Services {
		if !choice.allows(service.Service) {
			continue
		}
		reason := "category"
		if service.Service.Category == consentlog.Necessary {
			reason = "necessary"
		} else if choice.Services[service.ID] {
			reason = "service"
		}
		allowed = append(allowed, AllowedService{Service: service.Service, ID: service.ID, Reason: reason})
	}
	return allowed
}

// directives maps what a service requests to the part of a policy that governs
// it, in the order in which the policy is written.
var directives = []struct{ directive, hostType string }{
	{"script-src", "script"},
	{"frame-src", "iframe"},
	{"img-src", "image"},
	{"connect-src", "connect"},
	{"style-src", "style"},
	{"font-src", "font"},
	{"media-src", "media"},
}

// CSP is the Content-Security-Policy value under which exactly these services
// can load, beside the page's own origin and the sources given (such as the
// address of the Sluis service, for scripts and requests). The same services
// always give the same value.
func (s *Site) CSP(allowed []AllowedService, own ...string) string {
	sources := map[string]map[string]bool{}
	for _, d := range directives {
		sources[d.hostType] = map[string]bool{}
	}
	for _, source := range own {
		sources["script"][source] = true
		sources["connect"][source] = true
	}
	for _, a := range allowed {
		for _, host := range a.Service.Hosts {
			sources[host.Type]["https://"+host.Host] = true
		}
	}
	parts := make([]string, len(directives))
	for i, d := range directives {
		parts[i] = strings.Join(append([]string{d.directive, "'self'"}, slices.Sorted(maps.Keys(sources[d.hostType]))...), " ")
	}
	return strings.Join(parts, "; ")
}
