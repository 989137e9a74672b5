package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"sluis/banner"
)

// healthCommand exists because the container image holds nothing but sluis:
// no shell and no curl that could ask.
type healthCommand struct {
	Ready bool `help:"Ask whether records can be written (/readyz), not only whether the process answers (/healthz)."`
}

func (healthCommand) Help() string {
	return `Exits with 0 when the service that listens on SLUIS_LISTEN answers well, else with 1. With --ready, what waits for
somebody while the service does its work, such as a fault in a site file, is told on standard error and changes nothing.

Example:
  HEALTHCHECK CMD ["/sluis", "health"]`
}

func (cmd healthCommand) Run(p *process) error {
	c, err := LoadConfig(p.environ)
	if err != nil {
		return err
	}
	path := "/healthz"
	if cmd.Ready {
		path = "/readyz"
	}
	ctx, cancel := context.WithTimeout(p.ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+reachable(c.Listen)+path, nil)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(res.Body, 4096))
		return fmt.Errorf("health: %s answered %s: %s", path, res.Status, body)
	}
	if cmd.Ready {
		tellWaiting(p.stderr, res.Body)
	}
	_, err = fmt.Fprintln(p.stdout, "ok")
	return err
}

// tellWaiting says what a service that is ready asks somebody to mend.
func tellWaiting(to io.Writer, body io.Reader) {
	var said struct {
		Sites    struct{ Faults []banner.SiteFault }
		Warnings []string
	}
	if json.NewDecoder(io.LimitReader(body, 1<<20)).Decode(&said) != nil {
		return // it is ready, which is what was asked
	}
	for _, warning := range said.Warnings {
		fmt.Fprintln(to, warning)
	}
	for _, fault := range said.Sites.Faults {
		fmt.Fprintln(to, fault.String())
	}
}

// reachable turns an address to listen on into one to connect to.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
