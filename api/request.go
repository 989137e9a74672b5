package api

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"sluis/banner"
	"sluis/consentlog"
)

// request is one request on its way through a route. It collects what is wrong
// with the parameters, so that all of it is said at once.
type request struct {
	c     echo.Context
	api   *API
	route *route

	site   *banner.Site
	key    *Key
	query  url.Values
	asked  []string
	faults []consentlog.Fault
}

var (
	uuidForm     = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)
	segmentForm  = regexp.MustCompile(`^[0-9]{1,12}\.[0-9]{1,12}$`)
)

// needSite finds the site that the path names.
func (r *request) needSite() error {
	id := r.c.Param("site")
	site, ok := r.api.o.Sites.Get(id)
	if !ok && r.api.refused(id) {
		return problem("unknown-site", "The file of the site "+quote(id)+" is refused, so nothing is served for it.", refusedFile)
	}
	if !ok {
		return problem("unknown-site", "No site "+quote(id)+" is served here.", consentlog.Fault{
			Pointer: "path", Detail: "names no site", Fix: "use the name of the site's file without .yaml",
		})
	}
	r.site = site
	return nil
}

// refused tells a site whose file has a fault from one that is not there.
func (a *API) refused(id string) bool {
	_, found := slices.BinarySearch(a.o.Sites.Refused(), id)
	return found
}

// refusedFile is what the operator of such a site is told. What the fault is
// stands in the service's log, in /readyz and in sluis check.
var refusedFile = consentlog.Fault{Pointer: "path", Detail: "names a site whose file has a fault", Fix: "mend the site file; sluis check shows each fault in its line"}

// path gives a parameter of the path that must have a form.
func (r *request) path(name string, form *regexp.Regexp, fix string) string {
	v := r.c.Param(name)
	if !form.MatchString(v) {
		r.fault("path", "the "+name+" "+quote(v)+" has not the right form", fix)
	}
	return v
}

// param gives a parameter of the query, "" when it is not there.
func (r *request) param(name string) string {
	r.asked = append(r.asked, name)
	if r.query == nil {
		var err error
		if r.query, err = url.ParseQuery(r.c.Request().URL.RawQuery); err != nil {
			r.fault("?", "cannot be read: "+err.Error(), "percent-encode every value")
		}
	}
	values, given := r.query[name]
	switch {
	case len(values) > 1:
		r.fault("?"+name, "is given more than once", "give it once")
	case given && values[0] == "":
		r.fault("?"+name, "is empty", "give a value, or leave it out")
	}
	return r.query.Get(name)
}

// one gives a parameter of the query that has certain values only.
func (r *request) one(name string, of ...string) string {
	v := r.param(name)
	if v != "" && !slices.Contains(of, v) {
		r.fault("?"+name, quote(v)+" is not a value of it", "use one of "+strings.Join(of, ", "))
	}
	return v
}

// fault notes one thing wrong with the parameters.
func (r *request) fault(pointer, detail, fix string) {
	r.faults = append(r.faults, consentlog.Fault{Pointer: pointer, Detail: detail, Fix: fix})
}

// checked ends the reading of parameters: those that nobody asked for are
// refused, since a misspelt filter would otherwise widen what is read.
func (r *request) checked() error {
	r.param("")
	for name := range r.query {
		if slices.Contains(r.asked[:len(r.asked)-1], name) {
			continue
		}
		fix := "leave it out; this call takes no parameters in the query"
		if known := r.asked[:len(r.asked)-1]; len(known) > 0 {
			fix = "leave it out, or use one of " + strings.Join(known, ", ")
		}
		r.fault("?"+name, "is not a parameter of this call", fix)
	}
	return r.refusal()
}

// refusal is the problem of all faults so far, or nil.
func (r *request) refusal() error {
	if len(r.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(r.faults, func(a, b consentlog.Fault) int { return strings.Compare(a.Pointer, b.Pointer) })
	return problem("invalid-request", plural(len(r.faults), "place is wrong.", "places are wrong."), r.faults...)
}

// quote shows a caller's own text in a message, cut to a length that cannot
// drown the message.
func quote(s string) string {
	const most = 60
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return `"` + s + `"`
}
