package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

type keyListCommand struct{}

func (keyListCommand) Run(p *process) error {
	keys, _, err := openKeys(p)
	if err != nil {
		return err
	}
	list, err := keys.List()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tROLE\tSITES\tMADE\tEXPIRES")
	for _, k := range list {
		expires := "never"
		switch {
		case k.Expires.IsZero():
		case time.Now().After(k.Expires):
			expires = k.Expires.Format(time.DateOnly) + " (expired)"
		default:
			expires = k.Expires.Format(time.DateOnly)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", k.ID, k.Role, strings.Join(k.Sites, ","), k.Created.Format(time.DateOnly), expires)
	}
	return table.Flush()
}
