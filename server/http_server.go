package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// The bounds of one connection. A caller that is slower than this is cut off,
// so that slow callers cannot use up the service.
const (
	headerWithin   = 5 * time.Second
	requestWithin  = 10 * time.Second
	responseWithin = 60 * time.Second // long answers set their own, from one piece to the next
	idleFor        = 2 * time.Minute
	longestHeader  = 16 << 10
)

// serve answers requests in the background until the service stops: it takes
// no new ones, then finishes those it has.
func (s *service) serve(listener net.Listener, handler http.Handler) {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerWithin,
		ReadTimeout:       requestWithin,
		WriteTimeout:      responseWithin,
		IdleTimeout:       idleFor,
		MaxHeaderBytes:    longestHeader,
		ErrorLog:          slog.NewLogLogger(s.logger.Handler(), slog.LevelDebug),
	}
	var group sync.WaitGroup
	group.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("serve %s: %w", listener.Addr(), err)
		}
	})
	s.onStop("requests", func(ctx context.Context) error {
		// Two thirds of the time for those who are being answered; the rest is
		// for the storage to close.
		ctx, cancel := context.WithTimeout(ctx, stopWithin*2/3)
		defer cancel()
		err := server.Shutdown(ctx)
		if err != nil {
			err = errors.Join(err, server.Close())
		}
		group.Wait()
		return err
	})
}
