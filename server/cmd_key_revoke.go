package main

import (
	"errors"
	"fmt"

	"sluis/api"
)

type keyRevokeCommand struct {
	ID string `arg:"" help:"The key's ID, as key list shows it."`
}

func (cmd keyRevokeCommand) Run(p *process) error {
	keys, c, err := openKeys(p)
	if err != nil {
		return err
	}
	if err := keys.Revoke(cmd.ID); errors.Is(err, api.ErrKeyUnknown) {
		return fmt.Errorf("there is no key %s in %s; sluis key list shows those there are", cmd.ID, c.Data)
	} else if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "Key %s no longer opens anything.\n", cmd.ID)
	return err
}
