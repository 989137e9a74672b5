package banner

import (
	"net/url"
	"slices"
	"strings"
)

// resolved judges a service once more as this site uses it: what stands in
// braces in its description was let pass there, and a value can make anything
// of it. described is the description, prefix where its faults are shown.
func (r *siteRules) resolved(prefix string, described, used *Service) {
	rules := &serviceRules{document: r.document, service: used, prefix: prefix}
	rules.resolvedHosts(described, r.catalog.services)
	rules.resolvedScript()
	if used.Retention != "provider" {
		rules.duration(ruleRetention, "retention", used.Retention)
	}
	for i, cookie := range used.Cookies {
		if cookie.Lifetime != "session" {
			rules.duration(ruleLifetimes, itemPath("cookies", i)+".lifetime", cookie.Lifetime)
		}
	}
}

// resolvedHosts are hosts, which a policy can be written of, and no address of
// a service that asks for more.
func (r *serviceRules) resolvedHosts(described *Service, known map[string]*Service) {
	for i, host := range r.service.Hosts {
		if host == described.Hosts[i] && !strings.Contains(host.Host, "{") {
			continue // judged as it was described
		}
		path := itemPath("hosts", i)
		if !hostForm.MatchString(host.Host) {
			r.wrong(ruleService, path+".host", quote(host.Host)+" is not a host", "give a value that makes one: www.example.com")
			continue
		}
		if host.Path != "" && host.Path[0] != '/' {
			r.wrong(ruleService, path+".path", quote(host.Path)+" is not a path", "give a value that begins with /")
			continue
		}
		r.kinOf(i, host, known)
	}
}

// resolvedScript comes from one of the hosts, by which visitors are told and
// policies are made.
func (r *serviceRules) resolvedScript() {
	l := r.service.Load
	if l == nil {
		return
	}
	u, err := url.Parse(l.Script)
	if err != nil || !slices.ContainsFunc(r.service.Hosts, func(h Host) bool { return h.Type == "script" && h.covers(u) }) {
		r.wrong(ruleService, "load.script", quote(l.Script)+" is not among the hosts", "give values by which it is, or add it to hosts with type script")
	}
}
