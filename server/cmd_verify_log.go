package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"sluis/consentlog"
)

// readerKeyVariable may hold a reader key, because what stands on a command
// line can be seen by every account of the machine.
const readerKeyVariable = "SLUIS_READER_KEY"

type verifyLogCommand struct {
	Site      string `required:"" placeholder:"SITE" help:"The site whose log is checked."`
	From      string `required:"" placeholder:"URL" help:"The running service."`
	Key       string `placeholder:"FILE|KEY" help:"The site's public key, or a file that holds it. Without it the key is taken from the service, which then vouches for itself."`
	ReaderKey string `placeholder:"FILE|KEY" help:"A reader key of the site, or a file that holds it. Better than the key itself: the variable SLUIS_READER_KEY."`
}

func (verifyLogCommand) Help() string {
	return `Reads every record, works out the Merkle tree anew and compares it with the signed checkpoint.
Exits with 0 and a sentence when the log is sound, with 1 and what is wrong when it is not.

Examples:
  sluis verify log --site shop --from https://consent.example.nl --key key.txt --reader-key reader.key
  SLUIS_READER_KEY=sluis_… sluis verify log --site shop --from http://localhost:8080`
}

func (cmd verifyLogCommand) Run(p *process) error {
	readerKey := environmentValue(p.environ, readerKeyVariable)
	if cmd.ReaderKey != "" {
		var err error
		if readerKey, err = textOrFile(cmd.ReaderKey); err != nil {
			return fmt.Errorf("reader key: %w", err)
		}
	}
	if readerKey == "" {
		return fmt.Errorf("a reader key is needed. Make one where the service runs with: sluis key create --site %s --role reader", cmd.Site)
	}
	source, err := newRemoteLog(cmd.From, cmd.Site, readerKey)
	if err != nil {
		return err
	}
	key, vouched, err := cmd.publicKey(p.ctx, source)
	if err != nil {
		return err
	}
	report, err := consentlog.VerifyLog(p.ctx, source, key, progress(p.stderr, "records", time.Second/2))
	if err != nil {
		return cmd.explain(err, key)
	}
	fmt.Fprintf(p.stdout, "The log of site %s is sound: %s of which %s, in %s, all covered by the signed root %s.\n",
		cmd.Site, count(report.Records, "record"), count(report.Consents, "choice"), count(int64(report.Epochs), "epoch"), report.Root)
	for _, loss := range report.Losses {
		fmt.Fprintln(p.stdout, declared(loss))
	}
	for _, back := range report.SetBacks {
		fmt.Fprintf(p.stdout, "The service's clock was set back at place %s, from %s to %s: the order of the records is proven, their times around it are only what the clock said.\n",
			back.Place, back.From.UTC().Format(time.RFC3339), back.To.UTC().Format(time.RFC3339))
	}
	if vouched {
		fmt.Fprintf(p.stdout, "The public key came from the service itself. Compare it with the one in the site's privacy statement: %s\n", key)
	}
	return nil
}

// declared says what a log says of its own past. Two sizes tell how much is gone,
// and not whether others wrote in its place before.
func declared(loss consentlog.Loss) string {
	switch {
	case loss.Forked:
		return fmt.Sprintf("Declared fork: epoch %d went two ways when storage forgot; below place %d other records stand now than some that were signed before. "+
			"Receipts for either remain valid.", loss.Epoch, loss.To)
	case loss.To == 0:
		return fmt.Sprintf("Declared loss: epoch %d ended when storage forgot while nobody was there to notice; what was recorded in it, nobody knows of. "+
			"Receipts for it remain valid.", loss.Epoch)
	case loss.From == loss.To:
		return fmt.Sprintf("Declared loss: epoch %d ended when storage forgot while nobody was there to notice; what was recorded after place %d, nobody knows of. "+
			"Receipts for it remain valid.", loss.Epoch, loss.To-1)
	}
	return fmt.Sprintf("Declared loss: epoch %d lost what stood from place %d to %d when storage forgot, and perhaps some before that, where others wrote meanwhile; "+
		"receipts for it remain valid.", loss.Epoch, loss.From, loss.To)
}

// explain tells a log that is not sound from one that was not read, and both
// from a public key of somebody else.
func (cmd verifyLogCommand) explain(err error, key string) error {
	name, _, _ := strings.Cut(key, "+")
	switch {
	case errors.Is(err, consentlog.ErrOtherKey):
		return fmt.Errorf("the log of site %s is not signed with the public key that was given, which is of %s. Give the one in the privacy statement of this site: "+
			"if it is the one, somebody else signed this log: %w", cmd.Site, name, err)
	case errors.Is(err, errNotRead) && !errors.Is(err, consentlog.ErrCorrupt):
		return fmt.Errorf("the log of site %s could not be checked: %w", cmd.Site, err)
	}
	return fmt.Errorf("the log of site %s is not sound: %w", cmd.Site, err)
}

func (cmd verifyLogCommand) publicKey(ctx context.Context, source *remoteLog) (key string, vouched bool, err error) {
	if cmd.Key != "" {
		key, err = verifierKey(cmd.Key)
		return key, false, err
	}
	if key, err = source.VerifierKey(ctx); err != nil {
		return "", false, fmt.Errorf("public key: %w", err)
	}
	return key, true, nil
}

// progress says how far a long check is, and no more often than that.
func progress(w io.Writer, nouns string, every time.Duration) func(done, total int64) {
	last := time.Now()
	return func(done, total int64) {
		if now := time.Now(); now.Sub(last) > every && total > 0 {
			last = now
			fmt.Fprintf(w, "checked %d of %d %s (%d %%)\n", done, total, nouns, done*100/total)
		}
	}
}

// count writes a number with its noun.
func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
