package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"sluis/banner"
	"sluis/consentlog"
)

func (a *API) logRoutes() []route {
	const path = "/v1/sites/:site/log"
	return []route{
		{operation: "getCheckpoint", method: http.MethodGet, path: path + "/checkpoint", limited: true, cors: corsAny, cache: revalidate, call: handle(a.getCheckpoint)},
		{operation: "getLogKey", method: http.MethodGet, path: path + "/key", limited: true, cors: corsAny, cache: fiveMins, call: handle(a.getLogKey)},
		{operation: "getSegment", method: http.MethodGet, path: path + "/segments/:segment", limited: true, reader: true, cache: noStore, call: handle(a.getSegment)},
	}
}

const plain = "text/plain; charset=utf-8"

// getCheckpoint is the signed state of a site's log.
func (a *API) getCheckpoint(ctx context.Context, in ofSite) (text, error) {
	log, err := a.o.Store.Log(ctx, in.site.ID)
	if err != nil {
		return text{}, err
	}
	checkpoint, err := log.Checkpoint(ctx)
	return text{plain, checkpoint}, err
}

// getLogKey is the public key of a site's log.
func (a *API) getLogKey(ctx context.Context, in ofSite) (text, error) {
	log, err := a.o.Store.Log(ctx, in.site.ID)
	if err != nil {
		return text{}, err
	}
	return text{plain, log.VerifierKey() + "\n"}, nil
}

// segmentWanted names a segment of a log.
type segmentWanted struct {
	site     *banner.Site
	epoch, n int64
}

func (in *segmentWanted) read(r *request) error {
	if err := r.needSite(); err != nil {
		return err
	}
	in.site = r.site
	name := r.path("segment", segmentForm, "send the epoch, a dot and the number of the segment")
	epoch, n, _ := strings.Cut(name, ".")
	// The form leaves digits only, few enough for an int64.
	in.epoch, _ = strconv.ParseInt(epoch, 10, 64)
	in.n, _ = strconv.ParseInt(n, 10, 64)
	return r.checked()
}

// getSegment is a piece of the log as it was hashed.
func (a *API) getSegment(ctx context.Context, in segmentWanted) (consentlog.Segment, error) {
	a.o.Metrics.read("getSegment")
	log, err := a.o.Store.Log(ctx, in.site.ID)
	if err != nil {
		return consentlog.Segment{}, err
	}
	return log.Segment(ctx, in.epoch, in.n)
}
