// Package main measures Sluis on the machine it runs on, against the two
// programs its speed rests on: records against redis-benchmark's own rate on
// the same Redis, the gate against nginx serving the same bytes, and, when asked
// to, a sweep against redis-cli walking the same keys.
//
// It guarantees that both sides of a ratio are measured in one run, with the
// same number of connections, over loopback only, and that everything it
// starts is stopped: it is bounded in time and ends by itself.
//
// Load, service and Redis share the machine's cores, so absolute figures are
// those of a small machine under its own load; the ratios are what to compare.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Minute)
	defer cancel()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench: "+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	binary := flag.String("sluis", "bin/sluis", "the binary to measure")
	each := flag.Duration("each", 5*time.Second, "how long each measurement lasts")
	out := flag.String("out", "bench/out", "folder for the report")
	visitors := flag.Int("sweep", 0, "measure a sweep over so many visitors instead")
	sites := flag.Int("sites", 0, "measure a service of so many sites that nobody visits instead")
	flag.Parse()

	work, err := os.MkdirTemp("", "sluis-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if *sites > 0 {
		rows, err := measureSites(ctx, *binary, work, *sites, *each)
		if err != nil {
			return err
		}
		return publish(sitesMarkdown(describeMachine(ctx), rows), filepath.Join(*out, "sites.md"))
	}
	redis, err := startRedis(ctx, work)
	if err != nil {
		return err
	}
	defer redis.stop()
	sluis, err := startSluis(ctx, *binary, work, redis.url())
	if err != nil {
		return err
	}
	defer sluis.stop()

	if *visitors > 0 {
		report, err := measureSweep(ctx, *binary, sluis, redis, *visitors, *each)
		if err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
		return publish(report.markdown(), filepath.Join(*out, "sweep.md"))
	}
	report := report{machine: describeMachine(ctx), each: *each}
	for _, callers := range []int{1, 64, 256} {
		fmt.Fprintf(os.Stderr, "records, %d callers …\n", callers)
		row, err := measureRecords(ctx, sluis, redis, callers, *each)
		if err != nil {
			return fmt.Errorf("records with %d callers: %w", callers, err)
		}
		report.records = append(report.records, row)
	}
	for _, connections := range []int{1, 64, 256} {
		fmt.Fprintf(os.Stderr, "gate, %d connections …\n", connections)
		row, err := measureGate(ctx, sluis, work, connections, *each)
		if err != nil {
			return fmt.Errorf("gate with %d connections: %w", connections, err)
		}
		report.gate = append(report.gate, row)
	}

	return publish(report.markdown(), filepath.Join(*out, "report.md"))
}

// publish prints a report and leaves it in a file.
func publish(text, path string) error {
	fmt.Print(text)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "also in "+path)
	return os.WriteFile(path, []byte(text), 0o644)
}
