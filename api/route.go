package api

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// route is one operation of openapi.yaml and what every answer of it has in
// common.
type route struct {
	operation    string // the operationId
	method, path string // the path in echo's spelling
	reader       bool   // asks for a key
	limited      bool   // counts against the address, and has storeTimeout to answer
	streams      bool   // takes the time that its reader takes
	cors         cors
	cache        string // Cache-Control of a success; all but no-store come with an ETag
	call         call
}

// call reads its input, does the work, and returns what is to be sent.
type call func(*request) (any, error)

// input is a handler's input: read takes it out of the request and refuses
// what has not the form that openapi.yaml gives it.
type input[T any] interface {
	*T
	read(*request) error
}

// handle makes a call of a function that knows nothing of HTTP.
func handle[In any, P input[In], Out any](f func(context.Context, In) (Out, error)) call {
	return func(r *request) (any, error) {
		var in In
		if err := P(&in).read(r); err != nil {
			return nil, err
		}
		ctx := r.c.Request().Context()
		if r.route.limited && !r.route.streams {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, storeTimeout)
			defer cancel()
		}
		return f(ctx, in)
	}
}

// nothing is the input of a call that takes none.
type nothing struct{}

func (*nothing) read(r *request) error { return r.checked() }

// mount makes echo's handler of a route.
func (a *API) mount(rt *route) echo.HandlerFunc {
	timer := a.o.Metrics.timer(rt.operation)
	return func(c echo.Context) error {
		began := time.Now()
		r := &request{c: c, api: a, route: rt}
		defer func() { // also after a stream that broke off: what it gave away was read
			took := time.Since(began)
			timer.observe(c.Response().Status, took)
			r.log(took)
		}()
		if err := r.run(); err != nil {
			a.refuse(c, rt.operation, err)
		}
		return nil
	}
}

// run answers the request, or returns why not.
func (r *request) run() (err error) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p) // how a stream is broken off so that the client notices
			}
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	// echo lets the last parameter of a path take slashes too.
	for _, value := range r.c.ParamValues() {
		if strings.Contains(value, "/") {
			return echo.ErrNotFound
		}
	}
	if r.route.cors != corsNone {
		r.allowOrigin()
	}
	if r.route.limited {
		if err := r.limitAddress(); err != nil {
			return err
		}
	}
	if r.route.reader {
		if err := r.authenticate(); err != nil {
			return err
		}
	}
	out, err := r.route.call(r)
	if err != nil {
		return err
	}
	if own, ok := out.(answerer); ok {
		return own.answer(r)
	}
	return r.sendJSON(http.StatusOK, r.route.cache, out)
}

// storeTimeout is within what a caller learns that the log cannot be reached.
const storeTimeout = 3 * time.Second
