package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sluis/api"
	"sluis/banner"
)

type keyCreateCommand struct {
	Site    []string `required:"" placeholder:"SITE" help:"The site that the key opens; more than once for several, * for every site."`
	Role    string   `required:"" enum:"reader,admin" placeholder:"reader|admin" help:"reader: read the log. admin: the same today. To erase takes the consent number and no key: sluis erase."`
	Expires string   `placeholder:"P90D" help:"How long it holds, as an ISO 8601 duration in years, months, weeks and days. Default: until revoked."`
}

func (keyCreateCommand) Help() string {
	return `Prints the key alone on standard output. Only its hash is kept: a lost key cannot be shown again, make a new one.
Works beside a running service, on the same SLUIS_DATA. A site without a file in SLUIS_SITES is warned of, not refused:
the key may come first.

Examples:
  sluis key create --site shop --role reader --expires P90D
  sluis key create --site shop --site blog --role reader > reader.key`
}

func (cmd keyCreateCommand) Run(p *process) error {
	options := api.KeyOptions{Sites: cmd.Site, Role: api.Role(cmd.Role)}
	if cmd.Expires != "" {
		var err error
		if options.Expires, err = after(time.Now().UTC(), cmd.Expires); err != nil {
			return err
		}
	}
	keys, c, err := openKeys(p)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	token, key, err := keys.Create(options)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "Key %s made. To end it: sluis key revoke %s\n", key.ID, key.ID)
	cmd.warn(p.stderr, c.Sites)
	_, err = fmt.Fprintln(p.stdout, token)
	return err
}

// warn tells of sites that there is no file for. It is no refusal: a key may be
// made before its site, and the folder that this shell knows need not be the
// service's.
func (cmd keyCreateCommand) warn(to io.Writer, folder string) {
	files, err := banner.SiteFiles(folder)
	if err != nil { // the key was made: what is left is to show it
		fmt.Fprintf(to, "Careful: whether there is such a site is unknown: %v\n", unreadableSites(err))
		return
	}
	served := []string{banner.DemoID}
	if len(files) > 0 {
		served = nil
	}
	for _, file := range files {
		served = append(served, strings.TrimSuffix(filepath.Base(file), ".yaml"))
	}
	if path, err := filepath.Abs(folder); err == nil {
		folder = path
	}
	for _, site := range cmd.Site {
		if site != api.AllSites && !slices.Contains(served, site) {
			fmt.Fprintf(to, "Careful: there is no site %s: no %s.yaml in %s (SLUIS_SITES), where Sluis would serve %s.\n"+
				"  The key opens nothing until there is one. Was another site meant, revoke the key and make one for that.\n",
				site, site, folder, servedInstead(site, served))
		}
	}
}

// servedInstead names the sites that there are, of many the one that was meant.
func servedInstead(site string, served []string) string {
	if len(served) <= namedSites {
		return strings.Join(served, ", ")
	}
	nearest := slices.MinFunc(served, func(a, b string) int { return cmp.Compare(distance(site, a), distance(site, b)) })
	return fmt.Sprintf("%d sites, %s among them", len(served), nearest)
}

var calendarDuration = regexp.MustCompile(`^P(?:(\d{1,3})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?$`)

// after adds a duration in calendar units: P1M is the same day next month.
func after(t time.Time, duration string) (time.Time, error) {
	m := calendarDuration.FindStringSubmatch(duration)
	if m == nil || duration == "P" {
		return t, fmt.Errorf("--expires %q is no duration. Give for example P90D, P6M or P1Y", duration)
	}
	var n [4]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1])
	}
	if n == [4]int{} {
		return t, fmt.Errorf("--expires %q is no time at all: the key would have expired already", duration)
	}
	return t.AddDate(n[0], n[1], 7*n[2]+n[3]), nil
}
