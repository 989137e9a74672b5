package main

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// redisStopWait is how long a process may take to stop before it is killed.
// Nothing acknowledged is lost by that: it was on the disk first.
const redisStopWait = 30 * time.Second

// redisProcess is one run of the redis-server program.
type redisProcess struct {
	ended chan struct{} // closed when the process is gone and its output read
	cmd   *exec.Cmd

	mu   sync.Mutex
	tail []string // the last lines it printed
}

// spawnRedis starts the program in the folder. Each option has its reason in
// ARCHITECTURE.md, "The embedded Redis".
func spawnRedis(program, folder string, logger *slog.Logger) (*redisProcess, error) {
	cmd := exec.Command(program,
		"--port", "0", "--unixsocket", socketName, "--unixsocketperm", "700",
		"--dir", ".", "--appendonly", "yes", "--appendfsync", "always", "--save", "",
		"--maxmemory-policy", "noeviction", "--hash-max-listpack-value", "512",
		"--daemonize", "no", "--logfile", "", "--loglevel", "notice")
	cmd.Dir = folder
	cmd.SysProcAttr = childAttributes()
	if err := asOwner(folder, cmd.SysProcAttr); err != nil {
		return nil, err
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = writer, writer

	p := &redisProcess{cmd: cmd, ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel takes the end of the thread that started a child for the
		// end of the parent (golang.org/issue/27505), so this thread stays
		// with the child to its end.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		writer.Close()
		started <- err
		if err != nil {
			reader.Close()
			return
		}
		p.follow(reader, logger)
		cmd.Wait() // the outcome is read from cmd.ProcessState
		close(p.ended)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	return p, nil
}

// asOwner has root start Redis under the account that the folder belongs to.
// What Redis writes while root erases or sweeps would otherwise be closed to the
// Redis of a service under that account, which then does not start. Where root
// wrote there before, only root can go on.
func asOwner(folder string, to *syscall.SysProcAttr) error {
	if os.Geteuid() != 0 {
		return nil
	}
	var owner *syscall.Stat_t
	mixed := false
	err := filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		whose, ok := info.Sys().(*syscall.Stat_t)
		if owner == nil {
			owner = whose
		}
		mixed = mixed || !ok || whose.Uid != owner.Uid
		return nil
	})
	if err == nil && !mixed && owner.Uid != 0 {
		to.Credential = &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}
	}
	return err
}

// follow reads what the process says until it has closed its output.
func (p *redisProcess) follow(from io.ReadCloser, logger *slog.Logger) {
	defer from.Close()
	for scan := bufio.NewScanner(from); scan.Scan(); {
		logger.Debug("redis says", "line", scan.Text())
		p.mu.Lock()
		p.tail = append(p.tail, scan.Text())
		p.tail = p.tail[max(0, len(p.tail)-8):]
		p.mu.Unlock()
	}
}

// lastWords is the end of what it said.
func (p *redisProcess) lastWords() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.tail, "\n")
}

// outcome says how it ended; only for a process that has.
func (p *redisProcess) outcome() string { return p.cmd.ProcessState.String() }

// end asks the process to stop and waits until it is gone.
func (p *redisProcess) end(logger *slog.Logger) {
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(redisStopWait):
		logger.Error("redis did not stop in time and is killed", "waited", redisStopWait)
		p.cmd.Process.Kill()
		<-p.ended
	}
}
