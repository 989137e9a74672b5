package banner

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// parameters must be usable by someone who reads only their example and help.
func (r *serviceRules) parameters() {
	for _, name := range sortedKeys(r.service.Parameters) {
		p, path := r.service.Parameters[name], "parameters."+name
		if !parameterForm.MatchString(name) || name == "define" || slices.Contains(reservedParameters, name) {
			r.wrong(ruleService, path, quote(name)+" cannot be the name of a parameter", "take another of a-z, 0-9 and _; not define, "+strings.Join(reservedParameters, ", "))
		}
		r.localised(ruleService, path+".help", p.Help, "say where the owner of a website finds this value")
		if p.Required == (p.Default != "") {
			r.wrong(ruleService, path, "a parameter is either required or has a default", "write one of the two")
		}
		if r.need(ruleService, path+".pattern", p.Pattern, `write the form of a value: ^G-[A-Z0-9]+$`) {
			r.pattern(path, p)
		}
	}
}

func (r *serviceRules) pattern(path string, p Parameter) {
	form, err := regexp.Compile(p.Pattern)
	if err != nil || !strings.HasPrefix(p.Pattern, "^") || !strings.HasSuffix(p.Pattern, "$") || strings.Contains(p.Pattern, "|") && !strings.Contains(p.Pattern, "(") {
		r.wrong(ruleService, path+".pattern", quote(p.Pattern)+" is not an anchored regular expression", "begin it with ^ and end it with $; put alternatives in parentheses")
		return
	}
	if r.need(ruleService, path+".example", p.Example, "write a value as the provider gives it") && !form.MatchString(p.Example) {
		r.wrong(ruleService, path+".example", quote(p.Example)+" does not match the pattern", "write a value that does")
	}
	if p.Default != "" && !form.MatchString(p.Default) {
		r.wrong(ruleService, path+".default", quote(p.Default)+" does not match the pattern", "write a value that does")
	}
}

func (r *serviceRules) load() {
	if r.service.Consent != "" {
		r.oneOf(ruleService, "consent", r.service.Consent, gateAdapters)
	}
	if s := r.service.Signals; s != nil {
		r.steps("signals.default", s.Default)
		r.steps("signals.grant", s.Grant)
		r.steps("signals.deny", s.Deny)
	}
	l := r.service.Load
	if l == nil {
		return
	}
	if l.Adapter != "" {
		r.oneOf(ruleService, "load.adapter", l.Adapter, gateAdapters)
	}
	r.steps("load.before", l.Before)
	r.steps("load.after", l.After)
	if !r.need(ruleService, "load.script", l.Script, "write the address of the script, or leave load out") {
		return
	}
	examples := map[string]string{}
	for name, parameter := range r.service.Parameters {
		examples[name] = parameter.Example
	}
	example := fillIn(l.Script, examples, true)
	u, err := url.Parse(example)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		r.wrong(ruleService, "load.script", quote(l.Script)+" is not an https address", "write it in full: https://cdn.example.com/tag.js?id={id}")
		return
	}
	if !slices.ContainsFunc(r.service.Hosts, func(h Host) bool {
		h.Host, h.Path = fillIn(h.Host, examples, false), fillIn(h.Path, examples, false)
		return h.Type == "script" && h.covers(u)
	}) {
		r.wrong(ruleService, "load.script", u.Host+" is not among the hosts", "add it to hosts with type script, so that a policy lets it through")
	}
}

var stepKinds = []string{"set", "list", "stub", "call", "push", "new", "proxy"}

func (r *serviceRules) steps(path string, steps []Step) {
	for i, step := range steps {
		at := itemPath(path, i)
		r.oneOf(ruleService, at+".do", step.Do, stepKinds)
		name := placeholderForm.ReplaceAllString(step.Name, "x")
		if !globalForm.MatchString(name) {
			r.wrong(ruleService, at+".name", quote(step.Name)+" is not the name of a global", "write it like dataLayer or ttq.load")
		}
		if step.Do != "list" && step.Do != "call" && len(step.Args) == 0 {
			r.wrong(ruleService, at+".args", "this step does nothing", "say with what, in args")
		}
		for j, arg := range step.Args {
			r.argument(itemPath(at+".args", j), arg)
		}
	}
}

// argument looks for special values, which are objects whose key begins with $.
func (r *serviceRules) argument(path string, value any) {
	switch v := value.(type) {
	case []any:
		for i := range v {
			r.argument(itemPath(path, i), v[i])
		}
	case map[string]any:
		for _, key := range sortedKeys(v) {
			if !strings.HasPrefix(key, "$") {
				r.argument(childPath(path, key), v[key])
				continue
			}
			global, _ := v[key].(string)
			if (key != "$global" || !globalForm.MatchString(global)) && (key != "$now" && key != "$date" || v[key] != true) || len(v) > 1 {
				r.wrong(ruleService, path, "this is no special value", `use {"$global": "name"}, {"$now": true} or {"$date": true}, by itself`)
			}
		}
	}
}

func (r *serviceRules) embed() {
	e := r.service.Embed
	if e == nil {
		return
	}
	for _, from := range sortedKeys(e.Replace) {
		for _, host := range []string{from, e.Replace[from]} {
			if !slices.ContainsFunc(r.service.Hosts, func(h Host) bool { return h.Type == "iframe" && h.Host == host }) {
				r.wrong(ruleService, "embed.replace."+from, host+" is not among the hosts", "add it to hosts with type iframe")
			}
		}
	}
}

// placeholders refuses braces that nothing fills and parameters that fill nothing.
func (r *serviceRules) placeholders() {
	used := map[string]bool{}
	r.service.clone().templates(func(path, text string, _ bool) string {
		for _, name := range placeholders(text) {
			used[name] = true
			if _, declared := r.service.Parameters[name]; !declared && !slices.Contains(reservedParameters, name) {
				fix := suggest(name, append(sortedKeys(r.service.Parameters), reservedParameters...))
				if strings.HasPrefix(path, "recipients") && len(name) == 2 {
					fix = "write a country in capital letters: {" + strings.ToUpper(name) + "}"
				}
				r.wrong(ruleService, path, "{"+name+"} is not filled in", fix)
			}
		}
		return text
	})
	for _, name := range sortedKeys(r.service.Parameters) {
		if !used[name] {
			r.wrong(ruleService, "parameters."+name, "nothing uses this parameter", "write {"+name+"} where its value belongs")
		}
	}
}

// provenance is what a file of the catalogue owes beyond an inline definition.
func (r *serviceRules) provenance() {
	r.oneOf(ruleService, "confidence", r.service.Confidence, []string{"high", "medium", "low"})
	if len(r.service.Sources) == 0 {
		r.missing(ruleService, "sources", "say where the facts come from")
	}
	e := r.service.Example
	if e.HTML == "" && r.service.Load == nil && r.service.ID != ownService && len(r.service.Hosts) > 0 {
		r.missing(ruleService, "example.html", "write the marked-up embed or script that a website would paste")
	}
	if e.Request == "" && len(r.service.Hosts) > 0 {
		r.missing(ruleService, "example.request", "write the address that is fetched first once it is granted")
	}
	for _, name := range sortedKeys(r.service.Parameters) {
		if _, given := e.Parameters[name]; r.service.Parameters[name].Required && !given {
			r.missing(ruleService, "example.parameters."+name, "give a value, so that the example runs")
		}
	}
}
