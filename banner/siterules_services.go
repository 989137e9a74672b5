package banner

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sluis/consentlog"
)

// ownService is the preset of Sluis' own choice cookie, part of every site.
const ownService = "sluis"

// services looks up the presets, checks the parameters and fills them in.
func (r *siteRules) services() {
	listed := r.site.Services
	r.site.Services = nil
	if own, ok := r.catalog.Service(ownService); ok {
		r.site.Services = siteServices{{ID: ownService, Service: own.resolve(r.site, nil)}}
	}
	for _, service := range listed {
		path := childPath("services", service.ID)
		preset := r.preset(path, service)
		if preset == nil {
			continue
		}
		if preset.Advertising && !r.site.Advertising {
			r.breaks(ruleOnePurpose, path, preset.Name+" profiles visitors for advertising, which the banner does not say", "leave it out, or write advertising: true, which makes the category “social media and marketing”")
		}
		r.parameters(path, &service, preset)
		at := path
		if service.Service != nil {
			at += ".define"
		}
		service.Service = preset.resolve(r.site, service.Parameters)
		if !r.faultyWithin(path) {
			r.resolved(at, preset, service.Service)
		}
		r.site.Services = append(r.site.Services, service)
	}
	r.sharedHosts(listed)
	r.tooMany()
}

// tooMany refuses a site whose visitors could decide about more services by
// themselves than a record may name: their choice would hold and not be recorded.
func (r *siteRules) tooMany() {
	optional := slices.DeleteFunc(slices.Clone(r.site.Services), func(used SiteService) bool { return used.Service.Category == consentlog.Necessary })
	if n := len(optional); n > consentlog.MaxServices {
		r.breaks(ruleService, "services", fmt.Sprintf("are %d services that visitors decide about, and a record names %d at most", n, consentlog.MaxServices), "leave out what the website does not use, or describe what belongs together as one service")
	}
}

// preset finds what a listed service is: a preset, or its own definition.
func (r *siteRules) preset(path string, listed SiteService) *Service {
	known, isPreset := r.catalog.Service(listed.ID)
	switch {
	case listed.ID == ownService:
		r.breaks(ruleService, path, "sluis is part of every site", "leave it out")
	case listed.Service != nil && isPreset:
		r.breaks(ruleService, path, quote(listed.ID)+" is a preset already", "choose another id for your own definition")
	case listed.Service != nil && !slugForm.MatchString(listed.ID):
		r.breaks(ruleService, path, quote(listed.ID)+" cannot be an id", "write 1 to 40 of a-z, 0-9 and -: our-chat")
	case listed.Service != nil:
		rules := serviceRules{document: r.document, service: listed.Service, prefix: path + ".define", languages: r.site.Languages, wordings: r.catalog.wordings}
		rules.check()
		rules.kin(r.catalog.services)
		// Not one new fault is not enough: what reading noted at a place is not
		// noted there again, and the value may be unusable all the same.
		if !r.faultyWithin(rules.prefix) {
			return listed.Service
		}
	case !isPreset:
		r.breaks(ruleService, path, "there is no preset "+quote(listed.ID), presetMend(listed.ID, r.presetIDs()))
	}
	if listed.Service != nil || listed.ID == ownService {
		return nil
	}
	return known
}

func (r *siteRules) presetIDs() []string {
	var ids []string
	for _, s := range r.catalog.Services() {
		if s.ID != ownService {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

func (r *siteRules) parameters(path string, listed *SiteService, preset *Service) {
	for _, name := range sortedKeys(listed.Parameters) {
		at, value := childPath(path, name), listed.Parameters[name]
		parameter, known := preset.Parameters[name]
		if !known {
			r.breaks(ruleService, at, preset.Name+" has no parameter "+quote(name), suggest(name, sortedKeys(preset.Parameters)))
			continue
		}
		if form, err := regexp.Compile(parameter.Pattern); (err != nil || !form.MatchString(value)) && !r.faulty(at) {
			r.breaks(ruleService, at, quote(value)+" is not a valid "+name, "write it like "+parameter.Example+" ("+strings.TrimSuffix(parameter.Help.In("en"), ".")+")")
		}
	}
	for _, name := range sortedKeys(preset.Parameters) {
		parameter := preset.Parameters[name]
		if _, given := listed.Parameters[name]; given {
			continue
		}
		if parameter.Required {
			r.breaks(ruleService, childPath(path, name), preset.Name+" needs "+name, "add "+name+": "+parameter.Example+" ("+strings.TrimSuffix(parameter.Help.In("en"), ".")+")")
		} else {
			listed.Parameters[name] = parameter.Default
		}
	}
}

// sharedHosts refuses two services that claim the very same address: nobody
// could say for which of them a request is.
func (r *siteRules) sharedHosts(listed siteServices) {
	claimed := map[Host]string{}
	for _, service := range r.site.Services {
		for _, host := range service.Service.Hosts {
			if host.Type != "script" && host.Type != "iframe" {
				continue // pictures and requests follow from a script or a frame
			}
			if other, taken := claimed[host]; taken && other != service.ID {
				i := slices.IndexFunc(listed, func(s SiteService) bool { return s.ID == service.ID })
				r.breaks(ruleOnePurpose, childPath("services", listed[i].ID), service.ID+" and "+other+" both claim "+host.Type+" "+host.Host+host.Path, "keep one of the two, or give the longer path to the one that is meant")
			}
			claimed[host] = service.ID
		}
	}
}
