package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"sluis/banner"
	"sluis/consentlog"
)

type sweepCommand struct {
	DryRun bool          `help:"Say what would be erased, and erase nothing."`
	At     string        `placeholder:"YYYY-MM-DD" help:"With --dry-run: what would be too old on that day. Default: now."`
	Pause  time.Duration `default:"0s" placeholder:"50ms" help:"How long Redis is left alone after each 256 keys, and each 256 records that are read. The service itself takes 50ms. Default: none."`
}

func (sweepCommand) Help() string {
	return `The half of a record that holds the consent number is kept for as long as the notice of that record said: the validity
of the choice and five years more. Then it is erased, in every log of the Redis, and the log says how many there were.
What was decided stays, named by nobody; every receipt and the log go on verifying. It cannot be undone.

A running service does this by itself, soon after its start and then once a day. The command does it at once. It works
beside a service where both share a Redis (SLUIS_REDIS_URL); with the embedded Redis the service has to be stopped.

Copies and backups hold what was erased until they are replaced. After a backup was put back, sweep again.

Exits with 0 when every log was swept, also where nothing was too old, else with 1.

Examples:
  sluis sweep --dry-run
  sluis sweep --dry-run --at 2032-01-01
  sluis sweep`
}

func (cmd sweepCommand) Run(p *process) (err error) {
	at, err := cmd.day()
	if err != nil {
		return err
	}
	logs, err := openLogs(p, func(Config) string {
		return "A running service sweeps by itself, once a day; stop it to sweep at once."
	})
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	defer func() { err = errors.Join(err, logs.close()) }()
	return cmd.sweep(p, logs.Store, at)
}

// day is the moment whose age counts. Only a dry run may ask about another than
// now: what a slip of the pen erased nothing brings back.
func (cmd sweepCommand) day() (time.Time, error) {
	switch {
	case cmd.At == "":
		return time.Time{}, nil
	case !cmd.DryRun:
		return time.Time{}, errors.New("--at only asks what would be too old on a day. Add --dry-run, or leave --at out to erase what is too old now")
	}
	at, err := time.Parse(time.DateOnly, cmd.At)
	if err != nil {
		return at, fmt.Errorf("--at %q is no day. Give for example 2032-01-01", cmd.At)
	}
	return at, nil
}

func (cmd sweepCommand) sweep(p *process, store *consentlog.Store, at time.Time) error {
	done, err := store.Sweep(p.ctx, consentlog.SweepOptions{
		Kept: banner.ProofKeptBy, At: at, DryRun: cmd.DryRun, Pause: cmd.Pause, Progress: sweepProgress(p.stderr),
	})
	said := "no longer name anybody: they were kept for as long as was promised."
	if cmd.DryRun {
		said = "would name nobody any more. Nothing was erased."
	}
	for _, site := range slices.Sorted(maps.Keys(done.Records)) {
		fmt.Fprintf(p.stdout, "%s of site %s %s\n", count(done.Records[site], "record"), site, said)
	}
	if len(done.Records) == 0 && err == nil {
		fmt.Fprintf(p.stdout, "Nothing is too old among what names %s.\n", count(done.Visitors, "visitor"))
	}
	return err
}

// sweepProgress says how far a long sweep is, at most twice a second. Redis does
// not say how many visitors there are.
func sweepProgress(w io.Writer) func(consentlog.Swept) {
	last := time.Now()
	return func(done consentlog.Swept) {
		if now := time.Now(); now.Sub(last) > 500*time.Millisecond {
			last = now
			var records int64
			for _, n := range done.Records {
				records += n
			}
			fmt.Fprintf(w, "looked at %s, %s too old\n", count(done.Visitors, "visitor"), count(records, "record"))
		}
	}
}
