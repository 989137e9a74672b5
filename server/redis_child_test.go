package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// shortDir is a folder whose path leaves room for a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "sluis")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func needRedis(t *testing.T) string {
	t.Helper()
	program, why := findRedis(t.Context())
	if program == "" {
		t.Fatalf("%s; make install-tests installs it", why)
	}
	return program
}

// eventually polls, with a deadline, what another process has to do.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); !condition(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("never happened: %s", what)
		}
	}
}

// lockedBuffer takes log lines from several goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// pid asks Redis for its process id.
func (s redisSocket) pid(ctx context.Context) (int, bool) {
	conn, err := s.open(ctx)
	if err != nil {
		return 0, false
	}
	defer conn.Close()
	conn.Write([]byte("INFO server\r\n"))
	buf := make([]byte, 4096)
	n, _ := conn.Read(buf)
	_, after, ok := strings.Cut(string(buf[:n]), "process_id:")
	number, _, _ := strings.Cut(after, "\r")
	pid, err := strconv.Atoi(number)
	return pid, ok && err == nil
}

// Protects: a Redis that dies is back by itself, with what it had acknowledged.
func TestRedisIsStartedAgainWithItsData(t *testing.T) {
	t.Parallel()
	child, err := startRedis(t.Context(), needRedis(t), filepath.Join(shortDir(t), "redis"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer child.Close()
	if reply, err := child.socket.say(t.Context(), "SET kept yes"); err != nil || reply != "+OK" {
		t.Fatal(reply, err)
	}
	first, ok := child.socket.pid(t.Context())
	if !ok {
		t.Fatal("no process id")
	}
	process, err := os.FindProcess(first)
	if err != nil {
		t.Fatal(err)
	}
	process.Kill()
	eventually(t, "another redis answers", func() bool {
		now, ok := child.socket.pid(t.Context())
		return ok && now != first
	})
	eventually(t, "it has read its files", func() bool {
		reply, err := child.socket.say(t.Context(), "STRLEN kept")
		return err == nil && reply == ":3"
	})
}

// Protects: records are written before they are acknowledged, nothing is ever
// evicted, and nobody reaches Redis over the network.
func TestEmbeddedRedisIsDurableAndPrivate(t *testing.T) {
	t.Parallel()
	child, err := startRedis(t.Context(), needRedis(t), filepath.Join(shortDir(t), "redis"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer child.Close()
	for name, want := range map[string]string{
		"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction", "port": "0", "save": "", "hash-max-listpack-value": "512",
	} {
		conn, err := child.socket.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		conn.Write([]byte("CONFIG GET " + name + "\r\n"))
		buf := make([]byte, 1024)
		n, _ := conn.Read(buf)
		conn.Close()
		if fields := strings.Split(string(buf[:n]), "\r\n"); len(fields) < 5 || fields[4] != want {
			t.Errorf("%s: %q, want %q", name, fields, want)
		}
	}
}

// Protects: two services never start two Redis on the same files; the second
// is told who is there and what it can do.
func TestSecondProcessOnTheSameDataIsRefused(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(shortDir(t), "redis")
	child, err := startRedis(t.Context(), needRedis(t), folder, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	_, err = startRedis(t.Context(), needRedis(t), folder, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "in use by another sluis (process "+strconv.Itoa(os.Getpid())) ||
		!strings.Contains(err.Error(), "SLUIS_DATA") || !strings.Contains(err.Error(), "SLUIS_REDIS_URL") {
		t.Errorf("second start: %v", err)
	}
	if reply, err := child.socket.say(t.Context(), "PING"); reply != "+PONG" {
		t.Errorf("the first was disturbed: %s %v", reply, err)
	}
	if err := child.Close(); err != nil {
		t.Fatal(err)
	}
	third, err := startRedis(t.Context(), needRedis(t), folder, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatalf("after the first has gone: %v", err)
	}
	third.Close()
}

// Protects: a Redis left over by a killed Sluis is ended before another is
// started on its files.
func TestLeftOverRedisIsStoppedFirst(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(shortDir(t), "redis")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	orphan, err := spawnRedis(needRedis(t), folder, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	socket := redisSocket(filepath.Join(folder, socketName))
	eventually(t, "the orphan answers", func() bool { return socket.listening(t.Context()) })
	child, err := startRedis(t.Context(), needRedis(t), folder, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer child.Close()
	eventually(t, "the orphan has ended", func() bool {
		select {
		case <-orphan.ended:
			return true
		default:
			return false
		}
	})
}

// Protects: a data folder deep in the file system works, though the kernel
// takes only about a hundred bytes for the path of a socket.
func TestLongDataPathWorks(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(shortDir(t), strings.Repeat("diep/", 30), "redis")
	child, err := startRedis(t.Context(), needRedis(t), folder, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if len(child.socket) > longestSocketPath {
		t.Errorf("socket path of %d bytes", len(child.socket))
	}
	link := filepath.Dir(filepath.Dir(string(child.socket)))
	if err := child.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(link); err == nil {
		t.Errorf("%s was left behind", link)
	}
}

// Protects: files that Redis cannot read stop the start with Redis' own words.
func TestUnreadableRedisFilesAreNamed(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(shortDir(t), "redis")
	if err := os.MkdirAll(filepath.Join(folder, "appendonlydir"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "appendonlydir", "appendonly.aof.manifest"), []byte("rubbish\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := startRedis(t.Context(), needRedis(t), folder, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "does not start in "+folder) || !strings.Contains(err.Error(), "AOF") {
		t.Errorf("got %v", err)
	}
}

// Protects: a machine that has Valkey instead of Redis keeps records on disk too.
func TestValkeyIsEmbeddedWhereThereIsNoRedis(t *testing.T) {
	bin := t.TempDir()
	if err := os.Symlink(needRedis(t), filepath.Join(bin, "valkey-server")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	c := Config{Data: shortDir(t)}
	s, err := openStorage(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if _, err := os.Stat(filepath.Join(c.Data, "redis", "appendonlydir")); s.standIn || s.warning != "" || err != nil {
		t.Errorf("stand-in %v, warning %q, its file: %v", s.standIn, s.warning, err)
	}
}

// Protects: without redis-server the service says that nothing survives a
// restart, and still refuses to hide records it once kept on disk.
func TestStandInOnlyWhereNothingIsHidden(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	said := &lockedBuffer{}
	c := Config{Data: t.TempDir()}
	s, err := openStorage(t.Context(), c, slog.New(slog.NewTextHandler(said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	s.close()
	if !s.standIn || !strings.Contains(s.warning, "nothing survives a restart") || !strings.Contains(said.String(), "nothing survives a restart") {
		t.Errorf("stand-in %v, warning %q, said %q", s.standIn, s.warning, said)
	}
	if err := os.MkdirAll(filepath.Join(c.Data, "redis", "appendonlydir"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err = openStorage(t.Context(), c, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "holds records") {
		t.Errorf("with records on disk: %v", err)
	}
}
