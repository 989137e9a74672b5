package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// process is a program under measurement.
type process struct {
	cmd   *exec.Cmd
	said  *bytes.Buffer
	ended chan struct{}
}

func start(name string, args []string, environ []string) (*process, error) {
	p := &process{cmd: exec.Command(name, args...), said: &bytes.Buffer{}, ended: make(chan struct{})}
	p.cmd.Env = environ
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		p.cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// stop ends the process and waits until it is gone.
func (p *process) stop() {
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		p.cmd.Process.Kill()
		<-p.ended
	}
}

// until waits for the program to answer.
func (p *process) until(ctx context.Context, answers func() bool) error {
	for deadline := time.Now().Add(20 * time.Second); !answers(); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.ended:
			return fmt.Errorf("%s ended: %s", p.cmd.Path, p.said)
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s does not answer", p.cmd.Path)
		}
	}
	return nil
}

// redis is a redis-server set up as Sluis' own embedded one.
type redis struct {
	*process
	socket string
}

func (r redis) url() string { return "unix://" + r.socket }

func startRedis(ctx context.Context, work string) (redis, error) {
	r := redis{socket: filepath.Join(work, "redis.sock")}
	var err error
	r.process, err = start("redis-server", []string{
		"--port", "0", "--unixsocket", r.socket, "--dir", work, "--appendonly", "yes", "--appendfsync", "always",
		"--save", "", "--maxmemory-policy", "noeviction", "--hash-max-listpack-value", "512"}, os.Environ())
	if err != nil {
		return r, err
	}
	return r, r.until(ctx, func() bool {
		conn, err := net.Dial("unix", r.socket)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// sluis is the service: the real binary, its demo site, no rate limits.
type sluis struct {
	*process
	address, data string
}

func startSluis(ctx context.Context, binary, work, redisURL string) (sluis, error) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return sluis{}, err
	}
	s := sluis{address: free.Addr().String(), data: filepath.Join(work, "data")}
	free.Close()
	var environ []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "SLUIS_") {
			environ = append(environ, entry)
		}
	}
	s.process, err = start(binary, []string{"serve"}, append(environ,
		"SLUIS_LISTEN="+s.address, "SLUIS_PUBLIC_URL=http://"+s.address, "SLUIS_DATA="+s.data, "SLUIS_SITES="+filepath.Join(work, "sites"),
		"SLUIS_REDIS_URL="+redisURL, "SLUIS_RATE_ADDRESS=off", "SLUIS_RATE_SITE=off", "SLUIS_LOG_LEVEL=warn"))
	if err != nil {
		return s, err
	}
	return s, s.until(ctx, func() bool {
		_, err := s.get(ctx, "/healthz", nil)
		return err == nil
	})
}

// get fetches a path and fails unless the answer is 200.
func (s sluis) get(ctx context.Context, path string, header http.Header) (*answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.address+path, nil)
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		req.Header[name] = values
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = errors.New(path + ": " + res.Status + ": " + string(body))
	}
	return &answer{res.Header, body}, err
}

type answer struct {
	header http.Header
	body   []byte
}
