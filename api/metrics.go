package api

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"sluis/banner"
	"sluis/consentlog"
)

// Metrics counts what the service does. It is made before the store is
// opened, since Observe is the store's observer. Labels have few values: no
// site, so that many sites cost nothing, and never anything of a visitor.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	records  *prometheus.CounterVec
	refusals *prometheus.CounterVec
	reads    *prometheus.CounterVec
	limits   *prometheus.CounterVec
	notices  *prometheus.CounterVec
	events   *prometheus.CounterVec
	commits  prometheus.Histogram
	batches  prometheus.Histogram
}

// NewMetrics registers the service's figures.
func NewMetrics(registry *prometheus.Registry) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
		registry.MustRegister(c)
		return c
	}
	seconds := []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 3}
	m := &Metrics{
		registry: registry,
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sluis_http_request_duration_seconds", Help: "Time to answer, by operation of openapi.yaml and class of status.", Buckets: seconds,
		}, []string{"operation", "status"}),
		records:  counter("sluis_records_total", "Records, by act and outcome: sealed, repeated, conflict, unavailable.", "action", "outcome"),
		refusals: counter("sluis_records_refused_total", "Records that were not taken, by the problem that their sender was told.", "reason"),
		reads:    counter("sluis_log_reads_total", "Readings of a log by holders of a key.", "operation"),
		limits:   counter("sluis_rate_limited_total", "Requests refused for their number, by limit.", "limit"),
		notices:  counter("sluis_notices_published_total", "Notices brought into the log when their banner was served.", "outcome"),
		events:   counter("sluis_log_events_total", "What the writers of the logs met: batch, conflict, unknown, settled, healed, epoch, failed.", "kind"),
		commits: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "sluis_log_commit_duration_seconds", Help: "Time that Redis took to commit a batch.", Buckets: seconds,
		}),
		batches: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "sluis_log_batch_records", Help: "Records in a committed batch.", Buckets: prometheus.ExponentialBuckets(1, 2, 9),
		}),
	}
	registry.MustRegister(m.requests, m.commits, m.batches)
	// The first rise of these is what an operator wants to hear of (docs/running.md).
	m.refusals.WithLabelValues("origin-foreign")
	for _, kind := range []consentlog.EventKind{consentlog.EventEpoch, consentlog.EventFailed} {
		m.events.WithLabelValues(string(kind))
	}
	for _, action := range consentlog.Actions {
		m.records.WithLabelValues(action, "unavailable")
	}
	for _, limit := range []string{"address", "site"} {
		m.limits.WithLabelValues(limit)
	}
	return m
}

// watch shows how many sites are served, and how many site files are not as
// they should be.
func (m *Metrics) watch(sites *banner.Sites) {
	gauge := func(name, help string, value func() int) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(value()) }))
	}
	gauge("sluis_sites_served", "Sites whose scripts are served.", func() int { return len(sites.All()) })
	gauge("sluis_site_files_faulty", "Site files with a fault: the last good version since the start is served, or nothing.", func() int {
		files := map[string]bool{}
		for _, fault := range sites.Faults() {
			files[fault.File] = true
		}
		return len(files)
	})
}

// Observe is the store's observer: consentlog.StoreOptions.Observe.
func (m *Metrics) Observe(e consentlog.Event) {
	m.events.WithLabelValues(string(e.Kind)).Inc()
	if e.Kind == consentlog.EventBatch {
		m.commits.Observe(e.Duration.Seconds())
		m.batches.Observe(float64(e.Records))
	}
}

// timer is the clock of one operation, looked up once instead of per request.
type timer struct{ classes [6]prometheus.Observer }

func (m *Metrics) timer(operation string) *timer {
	t := &timer{}
	for class := 1; class < len(t.classes); class++ {
		t.classes[class] = m.requests.WithLabelValues(operation, strconv.Itoa(class)+"xx")
	}
	return t
}

func (t *timer) observe(status int, took time.Duration) {
	if class := status / 100; class >= 1 && class < len(t.classes) {
		t.classes[class].Observe(took.Seconds())
	}
}

func (m *Metrics) recorded(action, outcome string) { m.records.WithLabelValues(action, outcome).Inc() }
func (m *Metrics) refused(reason string)           { m.refusals.WithLabelValues(reason).Inc() }
func (m *Metrics) read(operation string)           { m.reads.WithLabelValues(operation).Inc() }
func (m *Metrics) limited(limit string)            { m.limits.WithLabelValues(limit).Inc() }
func (m *Metrics) published(outcome string)        { m.notices.WithLabelValues(outcome).Inc() }

// page is the answer of /metrics.
type page struct{ metrics *Metrics }

func (p page) answer(r *request) error {
	promhttp.HandlerFor(p.metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(r.c.Response(), r.c.Request())
	return nil
}
