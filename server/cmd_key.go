package main

import (
	"fmt"
	"path/filepath"

	"sluis/api"
)

// keyCommands groups what concerns the keys that open the log for reading.
type keyCommands struct {
	Create keyCreateCommand `cmd:"" help:"Make a key and print it, once."`
	List   keyListCommand   `cmd:"" help:"List the keys; the keys themselves are not kept."`
	Revoke keyRevokeCommand `cmd:"" help:"End a key at once."`
}

// openKeys opens the keys of the configured data folder. A running service
// sees every change with its next request.
func openKeys(p *process) (*api.Keys, Config, error) {
	c, err := LoadConfig(p.environ)
	if err != nil {
		return nil, c, err
	}
	keys, err := api.OpenKeys(filepath.Join(c.Data, "keys.json"))
	if err != nil {
		return nil, c, fmt.Errorf("keys in %s: %w", c.Data, err)
	}
	return keys, c, nil
}
