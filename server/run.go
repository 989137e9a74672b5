package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/alecthomas/kong"
)

// commands is the command line. Each command lives in a file of its own.
type commands struct {
	Serve   serveCommand   `cmd:"" help:"Run the service."`
	Check   checkCommand   `cmd:"" help:"Say what is wrong with the configuration and the site files, or what is in force."`
	Verify  verifyCommands `cmd:"" help:"Check a whole log, or one receipt offline."`
	Key     keyCommands    `cmd:"" help:"Make, list and revoke the keys that open the consent log for reading."`
	Erase   eraseCommand   `cmd:"" help:"Erase what ties a visitor's records to a consent number."`
	Sweep   sweepCommand   `cmd:"" help:"Erase at once what the service erases every day: consent numbers that were kept for as long as was promised."`
	Health  healthCommand  `cmd:"" help:"Ask the service on this machine whether it is alive; for container health checks."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// process is what a command gets from the outside world.
type process struct {
	ctx            context.Context
	stdout, stderr io.Writer
	environ        []string
}

// helpAsked ends parsing after help was printed; kong would exit the process.
type helpAsked struct{}

// run parses args and carries out one command. It takes the whole environment
// and no lookup function, because a misspelt SLUIS_ variable is a fault only a
// list can show. It may run any number of times in one process.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, environ []string) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil, helpAsked:
		default:
			panic(p)
		}
	}()
	parser, err := kong.New(&commands{},
		kong.Name("sluis"),
		kong.Description("Cookie consent that can be proven: one script tag, a sealed log, receipts that verify offline."),
		kong.UsageOnError(),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { panic(helpAsked{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: false}),
	)
	if err != nil {
		return fmt.Errorf("command line: %w", err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	} else if args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		if e, ok := errors.AsType[*kong.ParseError](err); ok {
			asked := "sluis"
			if node := e.Context.Selected(); node != nil {
				asked = node.FullPath()
			} else if path := e.Context.Path; len(path) > 0 {
				asked = path[len(path)-1].Node().FullPath()
			}
			return fmt.Errorf("%w (see: %s --help)", e, asked)
		}
		return err
	}
	return parsed.Run(&process{ctx: ctx, stdout: stdout, stderr: stderr, environ: environ})
}
