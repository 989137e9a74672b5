package api_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// The gate stands in the way of every page: its header and body leave in one
// write, which halves the cost of serving it.
func TestGateLeavesInOneWrite(t *testing.T) {
	s := start(t, setup{})
	var writes atomic.Int64
	server := httptest.NewUnstartedServer(s.api)
	server.Listener = countingListener{server.Listener, &writes}
	server.Start()
	t.Cleanup(server.Close)

	s.URL = server.URL
	for range 3 {
		before := writes.Load()
		resp, body := s.get("/demo.js", "Accept-Encoding", "br")
		if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Encoding") != "br" || body == "" {
			t.Fatalf("%d %v", resp.StatusCode, resp.Header)
		}
		if n := writes.Load() - before; n != 1 {
			t.Errorf("%d bytes left in %d writes", len(body), n)
		}
	}
}

type countingListener struct {
	net.Listener
	writes *atomic.Int64
}

func (l countingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return countingConn{c, l.writes}, err
}

type countingConn struct {
	net.Conn
	writes *atomic.Int64
}

func (c countingConn) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(p)
}
