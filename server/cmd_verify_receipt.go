package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"sluis/consentlog"
)

type verifyReceiptCommand struct {
	File string `arg:"" help:"The receipt; - reads standard input."`
	Key  string `required:"" placeholder:"FILE|KEY" help:"The site's public key, or a file that holds it."`
}

func (verifyReceiptCommand) Help() string {
	return `Needs no network and no service: the receipt and the public key are enough.
Exits with 0 and a sentence when the receipt is sound, with 1 and what is wrong when it is not.

Examples:
  sluis verify receipt receipt.json --key key.txt
  sluis verify receipt receipt.json --key consent.example.nl/shop+d8785a5a+AWJ1Zf4x…`
}

func (cmd verifyReceiptCommand) Run(p *process) error {
	key, err := verifierKey(cmd.Key)
	if err != nil {
		return err
	}
	var raw []byte
	if cmd.File == "-" {
		raw, err = io.ReadAll(io.LimitReader(os.Stdin, 1<<20))
	} else {
		raw, err = os.ReadFile(cmd.File)
	}
	if err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	var receipt consentlog.Receipt
	if err := json.Unmarshal(raw, &receipt); err != nil {
		return fmt.Errorf("the receipt is not sound: it is no receipt as Sluis writes it: %w", err)
	}
	v, err := consentlog.VerifyReceipt(receipt, key)
	if errors.Is(err, consentlog.ErrOtherKey) {
		return fmt.Errorf("the receipt is not signed with the public key that was given. Give the one in the privacy statement of its site: "+
			"if it is the one, somebody else signed this receipt: %w", err)
	}
	if err != nil {
		return fmt.Errorf("the receipt is not sound: %w", err)
	}
	_, err = fmt.Fprintf(p.stdout, "The receipt is sound: record %s (%s) of site %s, made at %s, stands at place %s of the log of %s, which held %d records when it was signed.\n",
		v.ID, v.Action, v.Site, v.Time.Format("2006-01-02 15:04:05 UTC"), v.Place, v.Name, v.Size)
	return err
}
