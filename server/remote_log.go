package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sluis/consentlog"
)

// remoteLog reads a site's log from a running service. It is a
// consentlog.Source: what it answers is checked, never believed.
type remoteLog struct {
	base, key string // …/v1/sites/{site}/log, and a reader key
	client    *http.Client
}

// errNotRead: the service could not be asked, which says nothing of its log.
var errNotRead = errors.New("the log was not read")

// longestAnswer bounds what a service may send for one request; a full segment
// of the longest records, 256 notices of 256 KiB, is below it.
const longestAnswer = 128 << 20

func newRemoteLog(service, site, readerKey string) (*remoteLog, error) {
	u, err := url.Parse(service)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, fmt.Errorf("--from %q is no address of a service. Give for example https://consent.example.nl", service)
	}
	return &remoteLog{
		base:   strings.TrimRight(service, "/") + "/v1/sites/" + url.PathEscape(site) + "/log",
		key:    readerKey,
		client: &http.Client{Timeout: 30 * time.Second},
	}, nil
}

// Checkpoint answers the newest signed checkpoint.
func (l *remoteLog) Checkpoint(ctx context.Context) (string, error) {
	body, err := l.get(ctx, "/checkpoint")
	return string(body), err
}

// VerifierKey answers the key that the service says is its own.
func (l *remoteLog) VerifierKey(ctx context.Context) (string, error) {
	body, err := l.get(ctx, "/key")
	return strings.TrimSpace(string(body)), err
}

// Segment answers up to 256 records.
func (l *remoteLog) Segment(ctx context.Context, epoch, n int64) (s consentlog.Segment, err error) {
	place := strconv.FormatInt(epoch, 10) + "." + strconv.FormatInt(n, 10)
	body, err := l.get(ctx, "/segments/"+place)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return s, fmt.Errorf("segment %s: %w", place, err)
	}
	return s, nil
}

func (l *remoteLog) get(ctx context.Context, path string) ([]byte, error) {
	for attempt := 1; ; attempt++ {
		body, wait, err := l.once(ctx, path)
		if err == nil {
			return body, nil
		}
		if wait == 0 || attempt == 10 {
			return nil, fmt.Errorf("%w: %w", errNotRead, err)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", errNotRead, context.Cause(ctx))
		case <-time.After(wait):
		}
	}
}

// once asks one time. wait is how long to wait before asking again, or 0 where
// that would not help.
func (l *remoteLog) once(ctx context.Context, path string) (body []byte, wait time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.base+path, nil)
	if err != nil {
		return nil, 0, err
	}
	if l.key != "" {
		req.Header.Set("Authorization", "Bearer "+l.key)
	}
	res, err := l.client.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(io.LimitReader(res.Body, longestAnswer+1))
	if err == nil && len(body) > longestAnswer {
		err = fmt.Errorf("%s answered more than %d bytes", l.base+path, longestAnswer)
	}
	if err != nil || res.StatusCode == http.StatusOK {
		return body, 0, err
	}
	var problem struct{ Title, Detail string }
	json.Unmarshal(body, &problem)
	err = fmt.Errorf("%s answered %s: %s. %s", l.base+path, res.Status, problem.Title, problem.Detail)
	switch res.StatusCode {
	case http.StatusNotFound:
		return nil, 0, fmt.Errorf("%w: %w", consentlog.ErrNotFound, err)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
		return nil, time.Duration(min(max(seconds, 1), 30)) * time.Second, err
	}
	return nil, 0, err
}
