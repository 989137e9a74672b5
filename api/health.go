package api

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"
	"strings"

	"sluis/banner"
)

func (a *API) healthRoutes() []route {
	return []route{
		{operation: "getHealth", method: http.MethodGet, path: "/healthz", cache: noStore, call: handle(a.getHealth)},
		{operation: "getReadiness", method: http.MethodGet, path: "/readyz", cache: noStore, call: handle(a.getReadiness)},
		{operation: "getMetrics", method: http.MethodGet, path: "/metrics", cache: noStore, call: handle(a.getMetrics)},
	}
}

type health struct {
	Status string `json:"status"`
}

// getHealth says that the process lives.
func (a *API) getHealth(context.Context, nothing) (health, error) { return health{"alive"}, nil }

// readiness is what the service can do at present.
type readiness struct {
	Ready    bool           `json:"ready"`
	Version  string         `json:"version"`
	Log      logReadiness   `json:"log"`
	Sites    sitesReadiness `json:"sites"`
	Warnings []string       `json:"warnings"`
}

type logReadiness struct {
	Writable  bool   `json:"writable"`
	Guarantee string `json:"guarantee"`
	Fault     string `json:"fault,omitempty"`
}

type sitesReadiness struct {
	Served int                `json:"served"`
	Faults []banner.SiteFault `json:"faults"`
}

func (s readiness) answer(r *request) error {
	if s.Ready {
		return r.sendJSON(http.StatusOK, noStore, s)
	}
	r.c.Response().Header()["Retry-After"] = []string{"5"}
	return r.sendJSON(http.StatusServiceUnavailable, noStore, s)
}

// readinessLists is how many faults and how many services /readyz names: probes
// ask every few seconds, and one slip may concern thousands of sites.
const readinessLists = 100

// getReadiness says whether records can be taken. A faulty site file is no
// reason to take the service away from the others.
func (a *API) getReadiness(ctx context.Context, _ nothing) (readiness, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	out := readiness{
		Version: a.o.Version, Log: logReadiness{Writable: true, Guarantee: a.o.Store.Guarantee()},
		Sites: sitesReadiness{Served: len(a.o.Sites.All()), Faults: []banner.SiteFault{}}, Warnings: []string{},
	}
	if err := a.o.Store.Ping(ctx); err != nil {
		a.o.Logger.WarnContext(ctx, "not ready", "cause", err)
		out.Log.Writable, out.Log.Fault = false, "Redis does not answer, or takes no writes; the service's log has the details."
	}
	faults := a.o.Sites.Faults()
	for _, fault := range faults[:min(len(faults), readinessLists)] {
		fault.File = filepath.Base(fault.File) // where the operator keeps files is nobody's business here
		out.Sites.Faults = append(out.Sites.Faults, fault)
	}
	if a.o.Warning != "" {
		out.Warnings = append(out.Warnings, a.o.Warning)
	} else if a.o.Store.Forgets() {
		out.Warnings = append(out.Warnings, out.Log.Guarantee)
	}
	if len(out.Sites.Faults) > 0 {
		out.Warnings = append(out.Warnings, "A site file has a fault: its last good version since the start is served, or, where there is none, nothing.")
	}
	if more := len(faults) - len(out.Sites.Faults); more > 0 {
		out.Warnings = append(out.Warnings, plural(more, "fault of a site file is", "faults of site files are")+" not listed here; sluis check has them all.")
	}
	out.Warnings = append(out.Warnings, a.folderWarnings()...)
	unasked := 0
	for _, site := range a.o.Sites.All() {
		for _, u := range a.unasked.get(site) {
			if unasked++; unasked > readinessLists {
				continue
			}
			out.Warnings = append(out.Warnings, fmt.Sprintf("Site %s: %s %s in a notice of legalVersion %d; a choice made under it counts and grants it. Mend: %s.", site.ID, u.Service, u.Detail, u.LegalVersion, u.Fix))
		}
	}
	if more := unasked - readinessLists; more > 0 {
		out.Warnings = append(out.Warnings, plural(more, "service that visitors were not asked about is", "services that visitors were not asked about are")+" not listed here; the service's log has them all.")
	}
	out.Ready = out.Log.Writable && out.Sites.Served > 0
	return out, nil
}

// folderWarnings say what keeps a site from being served without being a fault
// in its file. The log says it too, where no watch looks.
func (a *API) folderWarnings() (warnings []string) {
	if err := a.o.Sites.Unread(); err != nil {
		if cause, ok := errors.AsType[*fs.PathError](err); ok {
			err = cause.Err // where the operator keeps files is nobody's business here
		}
		warnings = append(warnings, fmt.Sprintf("The folder of SLUIS_SITES cannot be read (%v): what was read last is served, and no change is seen. Mend: put the folder back, or let this account read it.", err))
	}
	none := a.o.Sites.NoFiles()
	for _, entry := range none[:min(len(none), readinessLists)] {
		warnings = append(warnings, fmt.Sprintf("%s in SLUIS_SITES is %s and no file: no site is served from it. Mend: put a file in its place, or take it out of the folder.", filepath.Base(entry.Path), entry.Is))
	}
	if more := len(none) - readinessLists; more > 0 {
		warnings = append(warnings, plural(more, "entry of SLUIS_SITES that is no file is", "entries of SLUIS_SITES that are no files are")+" not listed here; sluis check has them all.")
	}
	if a.o.Sites.ServesFallback() && strings.HasPrefix(a.o.PublicURL, "https://") {
		warnings = append(warnings, "Only the demo is served, and under an https address: SLUIS_SITES has no site file. Mend: set SLUIS_SITES to the folder of your site files, or put one there.")
	}
	return warnings
}

// getMetrics gives the figures.
func (a *API) getMetrics(context.Context, nothing) (page, error) { return page{a.o.Metrics}, nil }
