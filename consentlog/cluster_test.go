package consentlog_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"sluis/consentlog"
)

// freePort asks the system for a port that nobody uses.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Promise: everything a site has lies in one slot, so that a Cluster commits it
// in one atomic call.
func TestCluster(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	port, bus := freePort(t), freePort(t)
	s := startRedis(t, "--port", fmt.Sprint(port), "--cluster-enabled", "yes", "--cluster-port", fmt.Sprint(bus))
	if err := s.admin.ClusterAddSlotsRange(ctx, 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	eventually(t, 10*time.Second, "the cluster is up", func() bool {
		return strings.Contains(s.admin.ClusterInfo(ctx).Val(), "cluster_state:ok")
	})
	o := options(fmt.Sprintf("redis://127.0.0.1:%d?addr=127.0.0.1:%d", port, port))
	o.StateDir = t.TempDir()
	store := openStore(t, o)
	for _, name := range []string{"one", "two", "three"} {
		l, err := store.Log(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		publish(t, l)
		for range 260 {
			add(t, l, anyConsent())
		}
		c := grant()
		add(t, l, c)
		r, err := l.Receipt(ctx, c.ID, c.ConsentID)
		if err != nil {
			t.Fatal(err)
		}
		verify(t, l, r)
		if records, err := l.Visitor(ctx, c.ConsentID); err != nil || len(records) != 1 {
			t.Errorf("visitor %v, %v", records, err)
		}
		if report := verifyLog(t, l); report.Consents != 261 {
			t.Errorf("report %+v", report)
		}
	}
	// Every site is swept, page after page, also where no notice says how long; and
	// whatever a page held, no record of the log is of one visitor alone.
	done, err := store.Sweep(ctx, consentlog.SweepOptions{Kept: promised, At: time.Now().AddDate(7, 0, 0)})
	if left := s.admin.Keys(ctx, consentlog.KeyVisitor("*", "*")).Val(); err != nil || len(done.Records) != 3 || len(left) > 0 {
		t.Errorf("swept %+v, %v, left %d", done, err, len(left))
	}
	for _, name := range []string{"one", "two", "three"} {
		l, err := store.Log(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		if report := verifyLog(t, l); report.Erasures != 1 {
			t.Errorf("%d erasures of %d records", report.Erasures, done.Records[name])
		}
	}
	if got := store.Guarantee(); !strings.Contains(got, "on disk") {
		t.Error(got)
	}
}
