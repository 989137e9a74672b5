package main

import (
	"fmt"
	"strings"
	"time"
)

func (r sweepReport) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s, %s; load, service, sweep and Redis on the same cores; %s visitors of one site, %s in Redis.\n\n",
		r.machine, time.Now().UTC().Format("2 January 2006"), thousands(float64(r.visitors)), r.memory)
	b.WriteString("| way through all visitors, dry | met | took | visitors/s | memory | ratio |\n|---|---:|---:|---:|---:|---:|\n")
	for _, w := range r.walks {
		fmt.Fprintf(&b, "| %s | %s | %.1f s | %s | %d MB | %.2f |\n", w.what, thousands(float64(w.visitors)), w.took.Seconds(),
			thousands(w.rate()), w.memory>>20, w.rate()/r.walks[0].rate())
	}
	b.WriteString("\n| records beside | callers | records/s | p50 | p99 | longest | ratio |\n|---|---:|---:|---:|---:|---:|---:|\n")
	quiet := map[int]float64{}
	for _, row := range r.load {
		if quiet[row.callers] == 0 {
			quiet[row.callers] = row.rate
		}
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s | %s | %.2f |\n", row.while, row.callers, thousands(row.rate),
			short(row.p50), short(row.p99), short(row.longest), row.rate/quiet[row.callers])
	}
	return b.String()
}

// rate is how many visitors a walk meets in a second.
func (w walk) rate() float64 { return float64(w.visitors) / w.took.Seconds() }
