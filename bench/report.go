package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// report is what a run found, as Markdown for the README.
type report struct {
	machine string
	each    time.Duration
	records []recordRow
	gate    []gateRow
}

func (r report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s, %s; load, service and Redis on the same cores; %s a line.\n\n", r.machine, time.Now().UTC().Format("2 January 2006"), r.each)
	b.WriteString("| callers | records/s, sealed and on disk | p50 | p99 | redis-benchmark SET 512 B | ratio |\n|---:|---:|---:|---:|---:|---:|\n")
	for _, row := range r.records {
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s | %.2f |\n", row.callers, thousands(row.rate), short(row.p50), short(row.p99), thousands(row.raw), row.rate/row.raw)
	}
	b.WriteString("\n| connections | gate/s, Sluis | p50 | p99 | gate/s, nginx | p50 | p99 | ratio |\n|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, row := range r.gate {
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s | %s | %s | %.2f |\n", row.connections,
			thousands(row.sluis.rate), row.sluis.p50, row.sluis.p99, thousands(row.nginx.rate), row.nginx.p50, row.nginx.p99, row.sluis.rate/row.nginx.rate)
	}
	if len(r.gate) > 0 {
		fmt.Fprintf(&b, "\nThe gate of the demo site is %d bytes in brotli.\n", r.gate[0].bytes)
	}
	return b.String()
}

// thousands writes 12345.6 as 12,346.
func thousands(f float64) string {
	s := fmt.Sprintf("%.0f", f)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func short(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
}

var processor = regexp.MustCompile(`model name\s*:\s*(.*)`)

func describeMachine(ctx context.Context) string {
	parts := []string{fmt.Sprintf("%d cores", runtime.NumCPU())}
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if m := processor.FindSubmatch(raw); m != nil {
			parts = append(parts, "of an "+string(m[1]))
		}
	}
	for _, program := range []string{"redis-server", "nginx"} {
		arg := "--version"
		if program == "nginx" {
			arg = "-v"
		}
		out, _ := exec.CommandContext(ctx, program, arg).CombinedOutput()
		if m := regexp.MustCompile(`(?:v=|nginx/)([0-9.]+)`).FindSubmatch(out); m != nil {
			parts = append(parts, program+" "+string(m[1]))
		}
	}
	return strings.Join(append(parts, runtime.Version()), ", ")
}
