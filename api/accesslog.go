package api

import (
	"log/slog"
	"net/http"
	"time"
)

// log writes the access line: which operation on which site, by which key, how
// it went. No address, user agent or query is in it, and not the path either,
// since a consent id can be part of one. Readings of a log and refusals are
// for the operator; what went well without a key is for debugging only.
func (r *request) log(took time.Duration) {
	ctx := r.c.Request().Context()
	level := slog.LevelDebug
	if r.key != nil || r.route.limited && r.c.Response().Status >= http.StatusBadRequest {
		level = slog.LevelInfo
	}
	if !r.api.o.Logger.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 6)
	attrs = append(attrs,
		slog.String("operation", r.route.operation),
		slog.Int("status", r.c.Response().Status),
		slog.Int64("bytes", r.c.Response().Size),
		slog.Duration("took", took))
	if r.site != nil {
		attrs = append(attrs, slog.String("site", r.site.ID))
	}
	if r.key != nil {
		attrs = append(attrs, slog.String("key", r.key.ID))
	}
	r.api.o.Logger.LogAttrs(ctx, level, "request", attrs...)
}
