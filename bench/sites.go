package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// footprint is what a service takes that nobody visits.
type footprint struct {
	sites      int
	start      time.Duration // until it answers
	memory     float64       // bytes
	processor  float64       // of one core, a second
	files      float64
	goroutines float64
}

// siteFile is a website of a usual kind.
const siteFile = `origins: [https://www.site-%[1]d.example, https://site-%[1]d.example]
languages: [nl, en]
controller:
  name: Site %[1]d
  address: Atoomweg 2J, 9743 AK Groningen
  email: info@site-%[1]d.example
privacy: https://www.site-%[1]d.example/privacy
services:
  google-analytics-4: {measurement_id: G-ABC%[1]d}
  youtube: {}
legalVersion: 1
validity: P6M
`

// measureSites starts the service on one site and on many, and lets it be.
func measureSites(ctx context.Context, binary, work string, many int, each time.Duration) (rows []footprint, err error) {
	for _, sites := range []int{1, many} {
		fmt.Fprintf(os.Stderr, "%d sites …\n", sites)
		row, err := measureSitesOf(ctx, binary, filepath.Join(work, strconv.Itoa(sites)), sites, each)
		if err != nil {
			return rows, fmt.Errorf("%d sites: %w", sites, err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func measureSitesOf(ctx context.Context, binary, work string, sites int, each time.Duration) (row footprint, err error) {
	folder := filepath.Join(work, "sites")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return row, err
	}
	for i := range sites {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("site-%d.yaml", i)), fmt.Appendf(nil, siteFile, i), 0o644); err != nil {
			return row, err
		}
	}
	redis, err := startRedis(ctx, work)
	if err != nil {
		return row, err
	}
	defer redis.stop()
	begun := time.Now()
	s, err := startSluis(ctx, binary, work, redis.url())
	if err != nil {
		return row, err
	}
	defer s.stop()
	row = footprint{sites: sites, start: time.Since(begun)}
	// What follows a start is over when a whole measurement of rest is behind it.
	for range 2 {
		before, err := s.metrics(ctx)
		if err != nil {
			return row, err
		}
		select {
		case <-ctx.Done():
			return row, ctx.Err()
		case <-time.After(max(each, 4*time.Second)):
		}
		after, err := s.metrics(ctx)
		if err != nil {
			return row, err
		}
		row.processor = (after["process_cpu_seconds_total"] - before["process_cpu_seconds_total"]) / max(each, 4*time.Second).Seconds()
		row.memory, row.files, row.goroutines = after["process_resident_memory_bytes"], after["process_open_fds"], after["go_goroutines"]
	}
	return row, nil
}

var metric = regexp.MustCompile(`(?m)^(\w+) ([0-9.e+]+)$`)

// metrics is what the service says of itself.
func (s sluis) metrics(ctx context.Context) (map[string]float64, error) {
	said, err := s.get(ctx, "/metrics", nil)
	if err != nil {
		return nil, err
	}
	all := map[string]float64{}
	for _, m := range metric.FindAllSubmatch(said.body, -1) {
		all[string(m[1])], _ = strconv.ParseFloat(string(m[2]), 64)
	}
	return all, nil
}

func sitesMarkdown(machine string, rows []footprint) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s, %s; nobody visits.\n\n", machine, time.Now().UTC().Format("2 January 2006"))
	b.WriteString("| sites | start | memory | of one core | open files | goroutines |\n|---:|---:|---:|---:|---:|---:|\n")
	for _, row := range rows {
		fmt.Fprintf(&b, "| %d | %.2f s | %.0f MB | %.1f %% | %.0f | %.0f |\n", row.sites, row.start.Seconds(), row.memory/(1<<20), 100*row.processor, row.files, row.goroutines)
	}
	return b.String()
}
