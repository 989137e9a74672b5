package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// walk is one way through everything that Redis holds.
type walk struct {
	what     string
	visitors int // that it met
	took     time.Duration
	memory   int64 // the most that its process took (bytes)
}

// disturbance is how records fare while something else goes on.
type disturbance struct {
	while    string
	callers  int
	rate     float64 // records a second
	p50, p99 time.Duration
	longest  time.Duration
}

// sweepReport is what a sweep over so many visitors takes, and from whom.
type sweepReport struct {
	machine  string
	visitors int
	memory   string // of Redis
	walks    []walk
	load     []disturbance
}

// longAfter is a day on which all that is recorded today is too old.
const longAfter = "2060-01-01"

// measureSweep records so many visitors, walks them with redis-cli and with dry
// runs of a sweep, and sends records all the while. Where nothing is too old a
// sweep reads no record, as in the first years of every log; where everything is,
// it reads them all.
func measureSweep(ctx context.Context, binary string, s sluis, r redis, visitors int, each time.Duration) (report sweepReport, err error) {
	report = sweepReport{machine: describeMachine(ctx), visitors: visitors}
	notice, err := currentNotice(ctx, s)
	if err != nil {
		return report, err
	}
	if err := fill(ctx, s, notice, visitors); err != nil {
		return report, err
	}
	if err := r.atRest(ctx); err != nil {
		return report, err
	}
	report.memory = r.says(ctx, "memory", "used_memory_human")
	if report.walks, err = r.names(ctx); err != nil {
		return report, err
	}
	sweeps := []struct {
		what string
		args []string
	}{
		{"nothing is too old", nil},
		{"everything is too old", []string{"--at", longAfter}},
	}
	for _, sweep := range sweeps {
		fmt.Fprintf(os.Stderr, "sweep, %s …\n", sweep.what)
		made, err := s.sweep(ctx, binary, r, sweep.args...)
		if err != nil {
			return report, err
		}
		made.what = "sweep, " + sweep.what
		report.walks = append(report.walks, made)
	}
	for _, callers := range []int{1, 64} {
		rows, err := disturb(ctx, binary, s, r, notice, callers, each)
		if err != nil {
			return report, err
		}
		report.load = append(report.load, rows...)
	}
	return report, nil
}

// disturb lets records and each kind of sweep take turns; of each the middle round
// counts.
func disturb(ctx context.Context, binary string, s sluis, r redis, notice string, callers int, each time.Duration) (rows []disturbance, err error) {
	kinds := []struct {
		while string
		args  []string // of a sweep; nil: none
	}{
		{"nothing", nil},
		{"sweep with the service's pauses, everything is too old", []string{"--at", longAfter, "--pause", "50ms"}},
		{"sweep without pauses, nothing is too old", []string{"--pause", "0s"}},
		{"sweep without pauses, everything is too old", []string{"--at", longAfter, "--pause", "0s"}},
	}
	turns := make([][]disturbance, len(kinds))
	for range rounds {
		for i, kind := range kinds {
			fmt.Fprintf(os.Stderr, "records, %d callers, beside %s …\n", callers, kind.while)
			row, err := disturbed(ctx, binary, s, r, notice, callers, each, kind.args)
			if err != nil {
				return rows, fmt.Errorf("beside %s: %w", kind.while, err)
			}
			row.while = kind.while
			turns[i] = append(turns[i], row)
		}
	}
	for _, all := range turns {
		slices.SortFunc(all, func(a, b disturbance) int { return cmp.Compare(a.rate, b.rate) })
		rows = append(rows, all[len(all)/2])
	}
	return rows, nil
}

// fill records until there are so many visitors.
func fill(ctx context.Context, s sluis, notice string, visitors int) error {
	begun := time.Now()
	for n := 0; n < visitors; {
		times, _, err := post(ctx, s.address, notice, 256, 5*time.Second)
		if err != nil {
			return err
		}
		if n += len(times); ctx.Err() != nil {
			return ctx.Err()
		}
		fmt.Fprintf(os.Stderr, "%s visitors after %s …\n", thousands(float64(n)), time.Since(begun).Round(time.Second))
	}
	return nil
}

// disturbed measures records while sweeps go on, one after another.
func disturbed(ctx context.Context, binary string, s sluis, r redis, notice string, callers int, each time.Duration, args []string) (row disturbance, err error) {
	sweeping, stop := context.WithCancel(ctx)
	swept := make(chan error, 1)
	go func() {
		for args != nil && sweeping.Err() == nil {
			if _, err := s.sweep(sweeping, binary, r, args...); err != nil && sweeping.Err() == nil {
				swept <- err
				return
			}
		}
		swept <- nil
	}()
	times, took, err := post(ctx, s.address, notice, callers, each)
	stop()
	if failed := <-swept; err == nil {
		err = failed
	}
	if err != nil {
		return row, err
	}
	slices.Sort(times)
	return disturbance{
		callers: callers, rate: float64(len(times)) / took.Seconds(), p50: times[len(times)/2], p99: times[len(times)*99/100], longest: times[len(times)-1],
	}, nil
}

// met is how a sweep says whom it met; of each only one record is there.
var met = regexp.MustCompile(`([0-9,]+) (?:visitors?|records? of site)`)

// sweep is a dry run of the command beside the service.
func (s sluis) sweep(ctx context.Context, binary string, r redis, args ...string) (walk, error) {
	cmd := exec.CommandContext(ctx, binary, append([]string{"sweep", "--dry-run"}, args...)...)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(entry, "SLUIS_") }),
		"SLUIS_DATA="+s.data, "SLUIS_REDIS_URL="+r.url())
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	begun := time.Now()
	if err := cmd.Run(); err != nil {
		return walk{}, fmt.Errorf("sweep: %w: %s", err, &said)
	}
	w := walk{took: time.Since(begun), memory: memoryOf(cmd)}
	for _, m := range met.FindAllStringSubmatch(said.String(), -1) {
		n, _ := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
		w.visitors = max(w.visitors, n)
	}
	return w, nil
}

// memoryOf is the most that a process took.
func memoryOf(cmd *exec.Cmd) int64 {
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok || runtime.GOOS != "linux" {
		return 0
	}
	return usage.Maxrss * 1024
}

// pattern is that of the keys which a sweep asks for.
const pattern = "cl:{*}:[sp]*"

// names are the references: nothing but the names of all visitors, told by Redis
// to itself and to redis-cli.
func (r redis) names(ctx context.Context) (walks []walk, err error) {
	within := `local at, n = '0', 0
repeat
  local page = redis.call('SCAN', at, 'MATCH', ARGV[1], 'COUNT', 256)
  at, n = page[1], n + #page[2]
until at == '0'
return n`
	for _, w := range []struct {
		what string
		args []string
	}{
		{"SCAN within Redis, names alone", []string{"eval", within, "0", pattern}},
		{"redis-cli --scan, names alone", []string{"--scan", "--pattern", pattern}},
	} {
		cmd := exec.CommandContext(ctx, "redis-cli", append([]string{"-s", r.socket}, w.args...)...)
		var said lines
		cmd.Stdout = &said
		begun := time.Now()
		if err := cmd.Run(); err != nil {
			return walks, fmt.Errorf("%s: %w", w.what, err)
		}
		met := said.count
		if met == 1 { // Redis itself told how many there are
			met, _ = strconv.Atoi(strings.TrimSpace(said.last))
		}
		walks = append(walks, walk{what: w.what, visitors: met, took: time.Since(begun), memory: memoryOf(cmd)})
	}
	return walks, nil
}

// lines counts what is written to it and keeps the end: a program that is started
// seems to take at least what this one does.
type lines struct {
	count int
	last  string
}

func (l *lines) Write(b []byte) (int, error) {
	l.count += bytes.Count(b, []byte("\n"))
	l.last = string(b)
	return len(b), nil
}

// atRest waits until Redis rewrites nothing any more.
func (r redis) atRest(ctx context.Context) error {
	for r.says(ctx, "persistence", "aof_rewrite_in_progress") != "0" {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil
}

// says is one field of Redis' INFO.
func (r redis) says(ctx context.Context, section, field string) string {
	out, _ := exec.CommandContext(ctx, "redis-cli", "-s", r.socket, "info", section).Output()
	for line := range strings.Lines(string(out)) {
		if value, is := strings.CutPrefix(strings.TrimSpace(line), field+":"); is {
			return value
		}
	}
	return ""
}
