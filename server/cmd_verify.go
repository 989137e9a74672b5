package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"sluis/consentlog"
)

// verifyCommands groups what checks proofs.
type verifyCommands struct {
	Log     verifyLogCommand     `cmd:"" help:"Check every record of a running service's log."`
	Receipt verifyReceiptCommand `cmd:"" help:"Check one receipt, offline, with the site's public key."`
}

// verifierKey takes a public key or the file that holds one.
func verifierKey(given string) (string, error) {
	text, err := textOrFile(given)
	if err != nil {
		return "", fmt.Errorf("public key: %w", err)
	}
	const where = "It is printed in the site's privacy statement and at /v1/sites/{site}/log/key"
	if strings.Count(text, "+") < 2 {
		return "", fmt.Errorf("public key: %q is neither a key (name+hash+base64) nor a file that holds one. "+where, given)
	}
	text = strings.Join(strings.Fields(text), "") // an e-mail may break the line
	if err := consentlog.CheckVerifierKey(text); err != nil {
		return "", fmt.Errorf("public key: it is damaged, so nothing was checked: %w. "+where, err)
	}
	return text, nil
}

// textOrFile answers what the file of that name holds, or the text itself.
func textOrFile(given string) (string, error) {
	raw, err := os.ReadFile(given)
	switch {
	case err == nil:
		return strings.TrimSpace(string(raw)), nil
	case errors.Is(err, fs.ErrPermission):
		return "", err
	}
	return strings.TrimSpace(given), nil
}
