package banner

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

var slugForm = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

// reservedIDs begin addresses of the service itself, where a site's scripts
// and its declaration would be looked for in vain.
var reservedIDs = []string{"docs", "healthz", "metrics", "openapi", "readyz", "sluis", "v", "v1"}

// ParseSite reads one site file strictly. All its faults are reported at once,
// as a *SiteError whose faults name line, column, path and mend.
func ParseSite(id, file string, src []byte, catalog *Catalog) (*Site, error) {
	site, d := parseSite(id, file, src, catalog)
	if err := d.err(); err != nil {
		return nil, err
	}
	return site, nil
}

// parseSite is ParseSite with what is known of the file: the site counts only
// where there is no fault.
func parseSite(id, file string, src []byte, catalog *Catalog) (*Site, *document) {
	d := newDocument(file)
	if !slugForm.MatchString(id) {
		d.faults = append(d.faults, SiteFault{File: file, Rule: ruleOrigin, Detail: "the name " + quote(id) + " cannot be a site's id",
			Fix: "name the file with 1 to 40 of a-z, 0-9 and -, then .yaml: bakery.yaml"})
	}
	if slices.Contains(reservedIDs, id) {
		d.faults = append(d.faults, SiteFault{File: file, Rule: ruleOrigin, Detail: "the name " + quote(id) + " is an address of the service's own",
			Fix: "give the file the name of the website: bakery.yaml"})
	}
	root := d.parseYAML(src)
	if root == nil || len(d.faults) > 0 && root.kind != mapNode {
		return nil, d
	}
	site := &Site{
		ID: id, Source: file,
		Controller:   Controller{Authority: authorityAP},
		LegalVersion: 1, Validity: "P6M",
		Layout: "box", Corner: "start", GPC: "deny", Caught: "services",
		Theme: Theme{Mode: "auto", Accent: defaultAccent, Radius: 12, Font: "inherit"},
	}
	d.belongs = belongs(catalog)
	d.decode(root, "", site)
	r := &siteRules{document: d, site: site, catalog: catalog}
	r.check()
	for i := range site.Origins {
		site.originPlaces = append(site.originPlaces, d.at(itemPath("origins", i)))
	}
	return site, d
}

// belongs tells below which key those stand that somebody wrote without indenting.
func belongs(catalog *Catalog) map[string]string {
	below := map[string]string{}
	for _, name := range structNames(reflect.TypeFor[Controller]()) {
		below[name] = "controller"
	}
	for _, name := range structNames(reflect.TypeFor[Theme]()) {
		below[name] = "theme"
	}
	for _, service := range catalog.Services() {
		below[service.ID] = "services"
	}
	return below
}

// siteServices is the mapping of service ids to parameters, in its order.
type siteServices []SiteService

func (s *siteServices) decodeNode(d *document, n *node, path string) {
	if n.kind == listNode {
		d.fault(path, "this is a list where a mapping belongs", "write each id as a key of its own, with a colon and without a hyphen: "+asKeys(n))
		return
	}
	if n.kind == textNode {
		d.fault(path, misfit(n, mapNode), "write each id as a key of its own, with a colon behind it: "+asKeys(asList(n)))
		return
	}
	if n.kind == nullNode || !d.expect(n, path, mapNode) {
		return
	}
	bare := ""
	for f := range d.fields(n, path) {
		if at := childPath(path, f.name); bare != "" && f.value.kind == textNode && !switched(f.value) {
			d.fault(at, quote(f.name)+" stands beside "+bare+", and not below it", "indent it below "+quote(bare))
			continue
		}
		bare = ""
		if f.value.kind == nullNode {
			bare = f.name
		}
		*s = append(*s, d.siteService(f, childPath(path, f.name)))
	}
}

// asList is a text as the list of ids that it was meant for.
func asList(text *node) *node {
	list := &node{kind: listNode}
	for _, word := range strings.FieldsFunc(text.scalar, func(r rune) bool { return strings.ContainsRune(" ,:{}", r) }) {
		list.list = append(list.list, &node{kind: textNode, scalar: word})
	}
	return list
}

// switched tells a service that was switched on and given nothing.
func switched(n *node) bool { return n.kind == truthNode || n.scalar == "yes" || n.scalar == "on" }

// asKeys writes a list of ids, or what can be read of it, as the mapping that it
// should be.
func asKeys(list *node) string {
	var keys []string
	for _, item := range list.list {
		switch {
		case item.kind == textNode:
			keys = append(keys, item.scalar+": {}")
		case item.kind == mapNode && len(item.fields) == 1 && len(item.fields[0].value.fields) == 0:
			keys = append(keys, item.fields[0].name+": {}")
		case item.kind == mapNode && len(item.fields) > 0:
			keys = append(keys, item.fields[0].name+": {…}")
		}
	}
	if len(keys) == 0 {
		keys = []string{"youtube: {}"}
	}
	return "{" + strings.Join(keys, ", ") + "}"
}

// siteService reads one entry: parameters, or a definition of its own.
func (d *document) siteService(f field, path string) SiteService {
	service := SiteService{ID: f.name, Parameters: map[string]string{}}
	if f.value.kind == nullNode { // "youtube:" is as good as "youtube: {}"
		return service
	}
	if on := switched(f.value); on || f.value.kind == textNode || f.value.kind == numberNode {
		fix := "write the name of the parameter before it, between braces: " + f.name + ": {…: " + f.value.scalar + "}"
		if on {
			fix = "write " + f.name + ": {}, or leave the line out to go without it"
		}
		d.fault(path, misfit(f.value, mapNode), fix)
		return service
	}
	if !d.expect(f.value, path, mapNode) {
		return service
	}
	for p := range d.fields(f.value, path) {
		at := childPath(path, p.name)
		switch {
		case p.name == "define":
			service.Service = &Service{ID: f.name}
			d.decode(p.value, at, service.Service)
		case p.name == "since":
			d.decode(p.value, at, &service.Since)
		case p.value.kind == numberNode || p.value.kind == truthNode: // a pixel's number needs no quotes
			service.Parameters[p.name] = p.value.scalar
		case d.expect(p.value, at, textNode):
			service.Parameters[p.name] = d.text(p.value, at)
		}
	}
	return service
}

func (l *Link) decodeNode(d *document, n *node, path string) {
	*l = Link{}
	if n.kind == mapNode {
		for f := range d.fields(n, path) {
			at := childPath(path, f.name)
			if d.expect(f.value, at, textNode) {
				(*l)[f.name] = d.text(f.value, at)
			}
		}
		return
	}
	if d.expect(n, path, textNode) {
		(*l)[""] = d.text(n, path)
	}
}

// sortedKeys makes faults about a map come in the same order every time.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
