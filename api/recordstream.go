package api

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net"
	"net/http"
	"time"

	"sluis/consentlog"
)

// recordStream sends records while they are read, so that a log of millions
// takes no more memory than one of ten.
type recordStream struct {
	form    form
	site    string
	records iter.Seq2[consentlog.Record, error]
}

// flushEvery is after how many records a client sees progress and a slow one
// gets more time.
const (
	flushEvery    = 512
	streamTimeout = 30 * time.Second
)

func (s *recordStream) answer(r *request) error {
	next, stop := iter.Pull2(s.records)
	defer stop()
	// The first record, or time enough without one, decides whether there is an
	// answer at all: before it, a fault can still be told by the status.
	record, err, more := next()
	if more && err != nil && !isPause(err) {
		return err
	}
	h := r.c.Response().Header()
	h.Set("Content-Type", string(s.form)+"; charset=utf-8")
	h.Set("Cache-Control", noStore)
	h.Set("X-Content-Type-Options", "nosniff")
	if s.form == asCSV {
		h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
		h.Set("Content-Disposition", `attachment; filename="`+s.site+`-records.csv"`)
	}
	r.c.Response().WriteHeader(http.StatusOK)
	if r.c.Request().Method == http.MethodHead {
		return nil
	}
	control := http.NewResponseController(r.c.Response().Writer) // echo's own keeps to itself that a flush failed
	buffer := bufio.NewWriterSize(r.c.Response(), 32<<10)
	put, finish := s.writer(buffer)
	for sent := 0; more; {
		due := isPause(err)
		if due {
			err = nil
		} else if err == nil {
			if err = put(record); err == nil {
				sent++
			}
			due = sent%flushEvery == 0
		}
		if err == nil && due {
			// Not every writer has deadlines (a recorder in a test has none).
			_ = control.SetWriteDeadline(time.Now().Add(streamTimeout))
			if err = buffer.Flush(); err == nil {
				err = control.Flush()
			}
		}
		if err != nil {
			r.api.o.Logger.ErrorContext(r.c.Request().Context(), "records broke off", "site", s.site, "after", sent, "cause", err)
			breakOff(r.c.Request(), control)
		}
		record, err, more = next()
	}
	finish()
	err = buffer.Flush()
	if err == nil && !r.c.Request().ProtoAtLeast(1, 1) {
		err = control.Flush() // a connection that closes says nothing of what was left in it
	}
	if err != nil { // who went away need not be told
		breakOff(r.c.Request(), control)
	}
	return nil
}

func isPause(err error) bool {
	_, paused := errors.AsType[*consentlog.Pause](err)
	return paused
}

// breakOff ends an answer so that half a log does not look like all of it. Under
// HTTP/1.1 the final chunk is missing. Under HTTP/1.0, which many a proxy speaks
// to us, a closed connection is a whole answer, so it is reset.
func breakOff(r *http.Request, control *http.ResponseController) {
	if !r.ProtoAtLeast(1, 1) {
		if conn, _, err := control.Hijack(); err == nil {
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			_ = conn.Close()
		}
	}
	panic(http.ErrAbortHandler)
}

func (s *recordStream) writer(w io.Writer) (put func(consentlog.Record) error, finish func()) {
	if s.form == asNDJSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return func(r consentlog.Record) error { return e.Encode(r) }, func() {}
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true // RFC 4180
	_ = c.Write(columnNames())
	return func(r consentlog.Record) error { return c.Write(row(r)) }, c.Flush
}
