package main

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// redisSocket speaks the few words of Redis' protocol that starting and
// stopping a child need; everything else is package consentlog's.
type redisSocket string

// longestSocketPath is what the kernels this runs on take, with room to spare
// (Linux 107 bytes, the BSDs 103).
const longestSocketPath = 100

const socketName = "redis.sock"

// newRedisSocket answers an address for the socket in the folder. A path that
// is too long is reached through a short link, which remove takes away.
func newRedisSocket(folder string) (socket redisSocket, remove func() error, err error) {
	path, err := filepath.Abs(filepath.Join(folder, socketName))
	if err != nil {
		return "", nil, err
	}
	if len(path) <= longestSocketPath {
		return redisSocket(path), func() error { return nil }, nil
	}
	short, err := os.MkdirTemp("", "sluis-")
	if err != nil {
		return "", nil, err
	}
	link := filepath.Join(short, "r")
	if err := os.Symlink(filepath.Dir(path), link); err != nil {
		os.RemoveAll(short)
		return "", nil, err
	}
	socket = redisSocket(filepath.Join(link, socketName))
	if len(socket) > longestSocketPath {
		os.RemoveAll(short)
		return "", nil, fmt.Errorf("no path to Redis' socket is short enough. Give a shorter folder in TMPDIR or SLUIS_DATA")
	}
	return socket, func() error { return os.RemoveAll(short) }, nil
}

// say sends one command and answers Redis' first line: "+PONG", "-LOADING …".
func (s redisSocket) say(ctx context.Context, command string) (string, error) {
	conn, err := s.open(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(command + "\r\n")); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	return strings.TrimSpace(line), err
}

// open connects; the connection ends by itself after two seconds.
func (s redisSocket) open(ctx context.Context) (net.Conn, error) {
	deadline := time.Now().Add(2 * time.Second)
	conn, err := (&net.Dialer{Deadline: deadline}).DialContext(ctx, "unix", string(s))
	if err == nil {
		conn.SetDeadline(deadline)
	}
	return conn, err
}

// endLeftOver stops a Redis that outlived a killed Sluis: two of them on the
// same files would destroy both. The caller holds the folder's lock, so nobody
// is using it.
func (s redisSocket) endLeftOver(ctx context.Context, logger *slog.Logger) error {
	if !s.listening(ctx) {
		return nil
	}
	logger.Info("a redis left over by a killed sluis is stopped first")
	s.say(ctx, "SHUTDOWN") // it hangs up instead of answering
	for deadline := time.Now().Add(redisStopWait); s.listening(ctx); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) || ctx.Err() != nil {
			return fmt.Errorf("a redis left over behind %s does not stop. End it by hand", string(s))
		}
	}
	return nil
}

// listening tells whether some process answers on the socket.
func (s redisSocket) listening(ctx context.Context) bool {
	_, err := s.say(ctx, "PING")
	return err == nil
}
