// Package main is the sluis process: configuration, wiring, listeners and
// commands around the packages that do the work.
//
// It guarantees that a service which started is complete (storage answered,
// every site that is served is sound, the signing key is there), that every
// goroutine it starts is waited for, and that a stop undoes the start in
// reverse: the listener first, Redis last.
//
// It knows no rule of consent, of the log or of HTTP resources; those live in
// banner, consentlog and api.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.Environ()); err != nil {
		fmt.Fprintln(os.Stderr, "sluis: "+err.Error())
		os.Exit(1)
	}
}
