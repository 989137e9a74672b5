package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"

	"sluis/banner"
	"sluis/consentlog"
)

type eraseCommand struct {
	Site      string `required:"" placeholder:"SITE" help:"The site whose log is concerned."`
	ConsentID string `required:"" name:"consent-id" placeholder:"ID" help:"The consent number that the visitor gave."`
	DryRun    bool   `help:"Say what would be erased, and erase nothing."`
}

func (eraseCommand) Help() string {
	return `Destroys what ties a visitor's records to the consent number, and logs that this was done (GDPR art. 17). What was
decided stays, named by nobody; every receipt and the log go on verifying. It cannot be undone.

Works beside a running service where both share a Redis (SLUIS_REDIS_URL). With the embedded Redis the service has to
be stopped, or is asked itself, which needs no key: DELETE /v1/sites/{site}/consents/{consent number}.

Redis' own file holds the old bytes until it is written anew: soon after, or with the first record after the service's
next start where Redis is embedded. Copies and backups hold them until they are replaced.

Exits with 0 when the erasure stands in the log (with --dry-run: when there is something to erase), else with 1.

Examples:
  sluis erase --site shop --consent-id 3f8e2d31-0a52-4c0b-8a57-d8f1f7f1f1aa --dry-run
  curl -X DELETE https://consent.example.nl/v1/sites/shop/consents/3f8e2d31-0a52-4c0b-8a57-d8f1f7f1f1aa`
}

var consentIDForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func (cmd eraseCommand) Run(p *process) (err error) {
	if !consentIDForm.MatchString(cmd.ConsentID) {
		return errors.New("--consent-id is no consent number: give 36 characters in lower case, such as 3f8e2d31-0a52-4c0b-8a57-d8f1f7f1f1aa")
	}
	logs, err := openLogs(p, cmd.call)
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	defer func() { err = errors.Join(err, logs.close()) }()
	log, err := logs.Log(p.ctx, cmd.Site)
	if err != nil {
		return err
	}
	return cmd.erase(p, log)
}

func (cmd eraseCommand) erase(p *process, log *consentlog.Log) error {
	var said string
	if cmd.DryRun {
		records, err := log.Visitor(p.ctx, cmd.ConsentID)
		if err != nil {
			return cmd.explain(p, log, err)
		}
		said = fmt.Sprintf("%s of site %s would name nobody any more, the newest of %s. Nothing was erased.\n",
			count(int64(len(records)), "record"), cmd.Site, records[0].Facts.Time.Format("2006-01-02 15:04:05 UTC"))
	} else {
		e, err := log.Erase(p.ctx, cmd.ConsentID)
		if err != nil {
			return cmd.explain(p, log, err)
		}
		said = fmt.Sprintf("Erased: %s of site %s no longer name anybody. Logged at %s, at place %s.\n",
			count(int64(e.Records), "record"), cmd.Site, e.Time.Format("2006-01-02 15:04:05 UTC"), e.Place)
	}
	_, err := fmt.Fprint(p.stdout, said)
	return err
}

func (cmd eraseCommand) explain(p *process, log *consentlog.Log, err error) error {
	if errors.Is(err, consentlog.ErrNotFound) {
		if _, none := log.Checkpoint(p.ctx); errors.Is(none, consentlog.ErrNotFound) {
			return fmt.Errorf("there is no log of a site %s: nothing was ever recorded under that id. The id is the name of the site's file without .yaml", cmd.Site)
		}
		return fmt.Errorf("the log of site %s has nothing under this consent number: it was never recorded, or it was erased. Nothing was logged", cmd.Site)
	}
	return err
}

// call is how the running service is asked for the same, where it knows the site.
func (cmd eraseCommand) call(c Config) string {
	file := cmd.Site + ".yaml"
	files, err := banner.SiteFiles(c.Sites) // none: this shell may know another folder than the service
	if err == nil && len(files) > 0 && !slices.Contains(files, filepath.Join(c.Sites, file)) {
		return fmt.Sprintf("There is no %s in %s (SLUIS_SITES), so the running service cannot be asked: stop it, or put the file back and ask it.", file, c.Sites)
	}
	at := c.PublicURL
	if at == "" {
		at = "http://" + reachable(c.Listen)
	}
	return fmt.Sprintf("Or ask the service while it runs:\n  curl -X DELETE %s/v1/sites/%s/consents/%s", at, cmd.Site, cmd.ConsentID)
}
