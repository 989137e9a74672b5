package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// gateRow is one line of the table of the gate.
type gateRow struct {
	connections  int
	bytes        int
	sluis, nginx measured
}

type measured struct {
	rate     float64
	p50, p99 string
}

// rounds is how often the two take turns; the middle one counts, because
// another process may disturb one.
const rounds = 3

// measureGate lets wrk ask Sluis and nginx for the same bytes by turns.
func measureGate(ctx context.Context, s sluis, work string, connections int, each time.Duration) (gateRow, error) {
	gate, err := s.get(ctx, "/demo.js", http.Header{"Accept-Encoding": {"br"}})
	if err != nil {
		return gateRow{}, err
	}
	row := gateRow{connections: connections, bytes: len(gate.body)}
	nginx, address, err := startNginx(ctx, work, gate)
	if err != nil {
		return row, err
	}
	defer nginx.stop()
	var ours, theirs []measured
	for range rounds {
		a, err := wrk(ctx, s.address, connections, each/rounds+time.Second)
		if err != nil {
			return row, err
		}
		b, err := wrk(ctx, address, connections, each/rounds+time.Second)
		if err != nil {
			return row, err
		}
		ours, theirs = append(ours, a), append(theirs, b)
	}
	row.sluis, row.nginx = middle(ours), middle(theirs)
	return row, nil
}

func middle(all []measured) measured {
	slices.SortFunc(all, func(a, b measured) int { return int(a.rate - b.rate) })
	return all[len(all)/2]
}

// startNginx serves the bytes that Sluis answered, with the same headers, as a
// static file.
func startNginx(ctx context.Context, work string, gate *answer) (*process, string, error) {
	folder := filepath.Join(work, "nginx")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, "", err
	}
	if err := os.WriteFile(filepath.Join(folder, "demo.js"), gate.body, 0o644); err != nil {
		return nil, "", err
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	address := free.Addr().String()
	free.Close()
	who, err := user.Current()
	if err != nil {
		return nil, "", err
	}
	config := fmt.Sprintf(`user %s; worker_processes auto; pid %[2]s/pid; error_log stderr error; daemon off;
events { worker_connections 2048; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=10 inactive=60s;
  client_body_temp_path %[2]s/t1; proxy_temp_path %[2]s/t2; fastcgi_temp_path %[2]s/t3; uwsgi_temp_path %[2]s/t4; scgi_temp_path %[2]s/t5;
  server { listen %[3]s; root %[2]s; types { } default_type "%[4]s";
`, who.Username, folder, address, gate.header.Get("Content-Type"))
	for name := range gate.header {
		switch name {
		case "Content-Type", "Content-Length", "Date", "Etag", "Last-Modified":
		default:
			config += fmt.Sprintf("    add_header %s %q;\n", name, gate.header.Get(name))
		}
	}
	file := filepath.Join(folder, "conf")
	if err := os.WriteFile(file, []byte(config+"  }\n}\n"), 0o644); err != nil {
		return nil, "", err
	}
	program, err := exec.LookPath("nginx")
	if err != nil {
		program = "/usr/sbin/nginx" // not in the PATH of every account
	}
	p, err := start(program, []string{"-c", file, "-p", folder}, os.Environ())
	if err != nil {
		return nil, "", err
	}
	return p, address, p.until(ctx, func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

var (
	wrkRate = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)
	wrkPart = regexp.MustCompile(`(50|99)%\s+(\S+)`)
	wrkBad  = regexp.MustCompile(`Non-2xx or 3xx responses: \d+|Socket errors: .*`)
)

func wrk(ctx context.Context, address string, connections int, each time.Duration) (m measured, err error) {
	out, err := exec.CommandContext(ctx, "wrk", "-t1", "-c"+strconv.Itoa(connections), "-d"+strconv.Itoa(int(each.Seconds()))+"s", "--latency",
		"-H", "Accept-Encoding: br", "http://"+address+"/demo.js").CombinedOutput()
	if err != nil {
		return m, fmt.Errorf("wrk: %w: %s", err, out)
	}
	if bad := wrkBad.Find(out); bad != nil {
		return m, fmt.Errorf("wrk against %s: %s", address, bad)
	}
	rate := wrkRate.FindSubmatch(out)
	if rate == nil {
		return m, fmt.Errorf("wrk said nothing useful: %s", out)
	}
	m.rate, _ = strconv.ParseFloat(string(rate[1]), 64)
	for _, part := range wrkPart.FindAllSubmatch(out, -1) {
		if string(part[1]) == "50" {
			m.p50 = string(part[2])
		} else {
			m.p99 = string(part[2])
		}
	}
	return m, nil
}
