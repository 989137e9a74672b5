package banner

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// placeholderForm is {name}, or {+name} in an address where slashes of the value
// stay slashes (as in RFC 6570).
var placeholderForm = regexp.MustCompile(`\{(\+?)([a-z][a-z0-9_-]*)\}`)

// placeholders lists the {names} in a text, sorted and once each.
func placeholders(text string) []string {
	var names []string
	for _, m := range placeholderForm.FindAllStringSubmatch(text, -1) {
		names = append(names, m[2])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// reservedParameters are filled in from the site; presets cannot declare them.
var reservedParameters = []string{"controller", "privacy", "proof", "since", "validity"}

// resolve is the copy of a service that one site shows and loads.
func (s *Service) resolve(site *Site, parameters map[string]string) *Service {
	values := map[string]string{"controller": site.Controller.Name, "validity": site.Validity, "proof": site.ProofKept()}
	if len(site.Languages) > 0 {
		values["privacy"] = site.Privacy.In(site.Languages[0])
	}
	for name, value := range parameters {
		values[name] = value
	}
	copied := s.clone()
	copied.templates(func(_, text string, encode bool) string {
		return fillIn(text, values, encode)
	})
	return copied
}

// fillIn puts values in place of {names}; a name without value stays.
func fillIn(text string, values map[string]string, encode bool) string {
	return placeholderForm.ReplaceAllStringFunc(text, func(found string) string {
		m := placeholderForm.FindStringSubmatch(found)
		value, known := values[m[2]]
		switch {
		case !known:
			return found
		case !encode:
			return value
		}
		value = strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
		if m[1] == "+" {
			value = strings.ReplaceAll(value, "%2F", "/")
		}
		return value
	})
}

// clone copies everything that templates can change.
func (s *Service) clone() *Service {
	c := *s
	c.Recipients = slices.Clone(s.Recipients)
	c.Hosts = slices.Clone(s.Hosts)
	c.Cookies = slices.Clone(s.Cookies)
	c.Storage = slices.Clone(s.Storage)
	if s.Load != nil {
		load := *s.Load
		load.Attributes = maps.Clone(s.Load.Attributes)
		load.Before, load.After = cloneSteps(load.Before), cloneSteps(load.After)
		c.Load = &load
	}
	if s.Signals != nil {
		c.Signals = &Signals{cloneSteps(s.Signals.Default), cloneSteps(s.Signals.Grant), cloneSteps(s.Signals.Deny)}
	}
	return &c
}

// templates visits every text in which {parameters} are filled in and puts
// what visit returns in its place. It is the one list of these places, for
// filling in and for finding placeholders that nothing fills.
func (s *Service) templates(visit func(path, text string, encode bool) string) {
	at := func(path string, text *string) {
		if *text != "" {
			*text = visit(path, *text, false)
		}
	}
	at("provider", &s.Provider)
	at("privacy", &s.Privacy)
	at("retention", &s.Retention)
	for i := range s.Recipients {
		at(itemPath("recipients", i), &s.Recipients[i])
	}
	for i := range s.Hosts {
		at(itemPath("hosts", i)+".host", &s.Hosts[i].Host)
		at(itemPath("hosts", i)+".path", &s.Hosts[i].Path)
	}
	for i := range s.Cookies {
		at(itemPath("cookies", i)+".name", &s.Cookies[i].Name)
		at(itemPath("cookies", i)+".lifetime", &s.Cookies[i].Lifetime)
	}
	for i := range s.Storage {
		at(itemPath("storage", i)+".name", &s.Storage[i].Name)
	}
	if s.Load != nil {
		s.Load.Script = visit("load.script", s.Load.Script, true)
		for _, name := range sortedKeys(s.Load.Attributes) {
			s.Load.Attributes[name] = visit("load.attributes."+name, s.Load.Attributes[name], false)
		}
		visitSteps("load.before", s.Load.Before, visit)
		visitSteps("load.after", s.Load.After, visit)
	}
	if s.Signals != nil {
		visitSteps("signals.default", s.Signals.Default, visit)
		visitSteps("signals.grant", s.Signals.Grant, visit)
		visitSteps("signals.deny", s.Signals.Deny, visit)
	}
}

func visitSteps(path string, steps []Step, visit func(path, text string, encode bool) string) {
	for i := range steps {
		at := itemPath(path, i)
		steps[i].Name = visit(at+".name", steps[i].Name, false)
		for j := range steps[i].Args {
			steps[i].Args[j] = visitValue(at+".args["+strconv.Itoa(j)+"]", steps[i].Args[j], visit)
		}
	}
}

func visitValue(path string, value any, visit func(path, text string, encode bool) string) any {
	switch v := value.(type) {
	case string:
		return visit(path, v, false)
	case []any:
		for i := range v {
			v[i] = visitValue(itemPath(path, i), v[i], visit)
		}
	case map[string]any:
		for _, key := range sortedKeys(v) {
			v[key] = visitValue(childPath(path, key), v[key], visit)
		}
	}
	return value
}

func cloneSteps(steps []Step) []Step {
	c := slices.Clone(steps)
	for i := range c {
		c[i].Args, _ = cloneValue(c[i].Args).([]any)
	}
	return c
}

func cloneValue(value any) any {
	switch v := value.(type) {
	case []any:
		c := make([]any, len(v))
		for i := range v {
			c[i] = cloneValue(v[i])
		}
		return c
	case map[string]any:
		c := make(map[string]any, len(v))
		for k := range v {
			c[k] = cloneValue(v[k])
		}
		return c
	}
	return value
}
