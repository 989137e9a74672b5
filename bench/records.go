package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// recordRow is one line of the table of records.
type recordRow struct {
	callers  int
	rate     float64 // records a second, each sealed, on disk and answered with its receipt
	p50, p99 time.Duration
	raw      float64 // redis-benchmark's writes a second
}

// measureRecords posts records from so many callers at once, each waiting for
// its receipt before it sends the next, then lets redis-benchmark write to the
// same Redis from as many callers.
func measureRecords(ctx context.Context, s sluis, r redis, callers int, each time.Duration) (recordRow, error) {
	row := recordRow{callers: callers}
	notice, err := currentNotice(ctx, s)
	if err != nil {
		return row, err
	}
	if _, _, err := post(ctx, s.address, notice, callers, time.Second); err != nil { // warm up
		return row, err
	}
	times, took, err := post(ctx, s.address, notice, callers, each)
	if err != nil {
		return row, err
	}
	slices.Sort(times)
	row.rate = float64(len(times)) / took.Seconds()
	row.p50, row.p99 = times[len(times)/2], times[len(times)*99/100]
	row.raw, err = rawWrites(ctx, r, callers, each)
	return row, err
}

// currentNotice asks for the banner, which publishes its notice, and then for
// the notice's name.
func currentNotice(ctx context.Context, s sluis) (string, error) {
	key, err := os.ReadFile(filepath.Join(s.data, "demo-reader.key"))
	if err != nil {
		return "", err
	}
	header := http.Header{"Authorization": {"Bearer " + strings.TrimSpace(string(key))}}
	site, err := s.get(ctx, "/v1/sites/demo", header)
	if err != nil {
		return "", err
	}
	var served struct{ Release string }
	if err := json.Unmarshal(site.body, &served); err != nil {
		return "", err
	}
	if _, err := s.get(ctx, "/v/"+served.Release+"/demo.nl.js", nil); err != nil {
		return "", err
	}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		answer, err := s.get(ctx, "/v1/sites/demo/notices", header)
		if err != nil {
			return "", err
		}
		var list struct {
			Items []struct {
				Hash     string
				Language string
			}
		}
		if err := json.Unmarshal(answer.body, &list); err != nil {
			return "", err
		}
		for _, n := range list.Items {
			if n.Language == "nl" {
				return n.Hash, nil
			}
		}
	}
	return "", errors.New("the notice of the demo was not published")
}

// post sends records until the time is over and answers how long each took.
func post(ctx context.Context, address, notice string, callers int, each time.Duration) (times []time.Duration, took time.Duration, err error) {
	var group sync.WaitGroup
	results := make([][]time.Duration, callers)
	errs := make([]error, callers)
	begun := time.Now()
	for i := range callers {
		group.Go(func() { results[i], errs[i] = postOne(ctx, address, notice, begun.Add(each)) })
	}
	group.Wait()
	return slices.Concat(results...), time.Since(begun), errors.Join(errs...)
}

// postOne is one caller on one connection. It writes and reads HTTP by hand:
// the load runs on the cores that it measures and should be light.
func postOne(ctx context.Context, address, notice string, until time.Time) (times []time.Duration, err error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	conn.SetDeadline(until.Add(10 * time.Second))
	in := bufio.NewReaderSize(conn, 8<<10)
	var out []byte
	for time.Now().Before(until) && ctx.Err() == nil {
		body := fmt.Sprintf(`{"id":"%s","consentId":"%s","action":"accept_all","choices":{"necessary":"granted","functional":"granted",`+
			`"analytics":"granted","social-media":"granted"},"notice":"%s","language":"nl","layer":"first","layout":"box","gpc":false}`,
			uuid.New(), uuid.New(), notice)
		out = fmt.Appendf(out[:0], "POST /v1/sites/demo/records HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s",
			address, address, len(body), body)
		begun := time.Now()
		if _, err := conn.Write(out); err != nil {
			return times, err
		}
		if err := readAnswer(in); err != nil {
			return times, err
		}
		times = append(times, time.Since(begun))
	}
	return times, nil
}

// readAnswer reads one answer and fails unless it is 201.
func readAnswer(in *bufio.Reader) error {
	status, err := in.ReadString('\n')
	if err != nil {
		return err
	}
	length := -1
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return err
		}
		if line = strings.TrimSpace(line); line == "" {
			break
		}
		if name, value, _ := strings.Cut(line, ":"); strings.EqualFold(name, "Content-Length") {
			length, _ = strconv.Atoi(strings.TrimSpace(value))
		}
	}
	if length < 0 {
		return errors.New("an answer without a length")
	}
	if !strings.HasPrefix(status, "HTTP/1.1 201 ") {
		body, _ := io.ReadAll(io.LimitReader(in, int64(length)))
		return fmt.Errorf("%s: %s", strings.TrimSpace(status), body)
	}
	_, err = in.Discard(length)
	return err
}

var benchmarkRate = regexp.MustCompile(`"SET","([0-9.]+)"`)

// rawWrites is redis-benchmark's SET of 512 bytes, about what the facts, the
// entry and the identity half of one record weigh, to random keys, from as
// many callers, none of whom sends the next before the last is on disk. That
// is the most any service on this Redis could reach that stores each record
// durably and answers each caller: no HTTP, no signature, no proof.
func rawWrites(ctx context.Context, r redis, callers int, each time.Duration) (float64, error) {
	run := func(requests int) (float64, error) {
		out, err := exec.CommandContext(ctx, "redis-benchmark", "-s", r.socket, "-c", strconv.Itoa(callers), "-n", strconv.Itoa(requests),
			"-d", "512", "-r", "1000000", "-t", "set", "--csv").Output()
		m := benchmarkRate.FindSubmatch(out)
		if err != nil || m == nil {
			return 0, fmt.Errorf("redis-benchmark: %w: %s", err, out)
		}
		return strconv.ParseFloat(string(m[1]), 64)
	}
	rate, err := run(max(2000, 10*callers))
	if err != nil {
		return 0, err
	}
	return run(int(rate * each.Seconds()))
}
