package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// healthCommand exists because the container image holds nothing but sluis:
// no shell and no curl that could ask.
type healthCommand struct {
	Ready bool `help:"Ask whether records can be written and every site file is sound (/readyz), not only whether the process answers (/healthz)."`
}

func (healthCommand) Help() string {
	return `Exits with 0 when the service that listens on SLUIS_LISTEN answers well, else with 1.

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
	_, err = fmt.Fprintln(p.stdout, "ok")
	return err
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
