package api_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sluis/api"
)

// Protects: a log that fails midway is told from a whole one by whoever reads it,
// in both forms that are streamed. HTTP/1.0 has no final chunk to miss, so there
// the connection ends with an error; proxies speak it to us.
func TestHalfALogDoesNotLookWhole(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	token, _, err := s.keys.Create(api.KeyOptions{Sites: []string{"demo"}, Role: api.Reader})
	must(t, err)
	notice, err := s.bundler.Notice(t.Context(), s.site("demo"), "nl")
	must(t, err)
	const records = 256 + 200 // a whole segment, and more than is kept back before it is sent
	for range records {
		s.refuse(notice.Hash())
	}
	read := func(version, form string) (rows int, err error) {
		t.Helper()
		conn, err := net.Dial("tcp", s.Listener.Addr().String())
		must(t, err)
		defer conn.Close()
		must(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
		_, err = fmt.Fprintf(conn, "GET /v1/sites/demo/records HTTP/%s\r\nHost: x\r\nAuthorization: Bearer %s\r\nAccept: %s\r\n\r\n", version, token, form)
		must(t, err)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s %s: %v %v", version, form, resp, err)
		}
		body, err := io.ReadAll(resp.Body)
		return bytes.Count(body, []byte("accept_all")) + bytes.Count(body, []byte("refuse_all")), err
	}
	each := func(check func(name string, rows int, err error)) {
		for _, version := range []string{"1.0", "1.1"} {
			for _, form := range []string{"text/csv", "application/x-ndjson"} {
				rows, err := read(version, form)
				check(version+" "+form, rows, err)
			}
		}
	}
	each(func(name string, rows int, err error) {
		if rows != records || err != nil {
			t.Errorf("whole, %s: %d records, %v", name, rows, err)
		}
	})
	if gone := s.redis.ask(`EVAL "return redis.call('DEL', redis.call('KEYS', 'cl:*:f:0')[1])" 0`); !strings.HasPrefix(gone, ":1\r") { // the older half
		t.Fatalf("nothing was destroyed: %s", gone)
	}
	each(func(name string, rows int, err error) {
		if rows == 0 || rows >= records || err == nil {
			t.Errorf("half, %s: %d records, %v", name, rows, err)
		}
	})
}

// Protects: the end of a log that could not be sent, such as to one who reads too
// slowly, is no end of it either. HTTP/1.1 sees to what waits in the connection.
func TestALogWithoutItsEndDoesNotLookWhole(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	token, _, err := s.keys.Create(api.KeyOptions{Sites: []string{"demo"}, Role: api.Reader})
	must(t, err)
	for _, c := range []struct {
		minor  int
		client http.ResponseWriter
		broken any
	}{
		{0, goneAway{httptest.NewRecorder()}, http.ErrAbortHandler},
		{1, goneAway{httptest.NewRecorder()}, http.ErrAbortHandler},
		{0, goneAtTheEnd{httptest.NewRecorder()}, http.ErrAbortHandler},
		{0, httptest.NewRecorder(), nil},
		{1, httptest.NewRecorder(), nil},
	} {
		req := httptest.NewRequest(http.MethodGet, "/v1/sites/demo/records", nil)
		req.ProtoMinor = c.minor
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Accept", "text/csv")
		func() {
			defer func() {
				if p := recover(); p != c.broken {
					t.Errorf("HTTP/1.%d, %T: it ended with %v", c.minor, c.client, p)
				}
			}()
			s.api.ServeHTTP(c.client, req)
		}()
	}
}

// goneAtTheEnd is a client that took what was written, but not all of it arrived.
type goneAtTheEnd struct{ *httptest.ResponseRecorder }

func (goneAtTheEnd) FlushError() error { return io.ErrClosedPipe }
