package consentlog_test

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"sluis/consentlog"

	"github.com/google/uuid"
)

// Protects: of many processes that share a Redis the one that erased has it write
// its file anew, and the others see that nothing is owed: Redis copies all that it
// holds once, and not once for each.
func TestPurgeOnceForAllProcesses(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := startRedis(t, uncompressed...)
	const processes = 8
	var logs []*consentlog.Log
	for range processes {
		l := openLog(t, options(s.url()))
		publish(t, l)
		add(t, l, grant()) // whoever never wrote leaves Redis alone
		logs = append(logs, l)
	}
	eraser, visitor := logs[processes-1], uuid.NewString() // who was there first looks first
	add(t, eraser, by(visitor))
	eventually(t, 10*time.Second, "the rewrites that follow a start are over", func() bool { return !s.rewriting() })
	before := s.rewrites()
	erase(t, eraser, visitor)
	eventually(t, 30*time.Second, "nothing is owed any more", func() bool { return s.admin.Exists(ctx, consentlog.KeyPurge(site)).Val() == 0 })
	if got := s.rewrites() - before; got != 1 || s.onDisk(visitor) {
		t.Errorf("%d rewrites of the whole file; the visitor is in it: %t", got, s.onDisk(visitor))
	}
}

// Protects: where an operator switches the append-only file on, as the guarantee
// advises, what is erased after that leaves the file too.
func TestPurgeOfAFileThatWasSwitchedOnLater(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := startRedis(t, append([]string{"--appendonly", "no"}, uncompressed...)...)
	l := openLog(t, options(s.url()))
	publish(t, l)
	visitor := uuid.NewString()
	add(t, l, by(visitor))
	if err := s.admin.ConfigSet(ctx, "appendonly", "yes").Err(); err != nil {
		t.Fatal(err)
	}
	eventually(t, 10*time.Second, "the file holds what Redis holds", func() bool { return !s.rewriting() && s.onDisk(visitor) })
	erase(t, l, visitor)
	eventually(t, 20*time.Second, "the visitor is gone from the file", func() bool { return !s.onDisk(visitor) })
	eventually(t, 20*time.Second, "nothing is owed any more", func() bool { return s.admin.Exists(ctx, consentlog.KeyPurge(site)).Val() == 0 })
}

// Protects: in a Cluster, what is owed by one node does not wait for another that
// is down or does not answer.
func TestPurgeOfOneNodeWithoutTheOther(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(*redisServer){
		"down":   (*redisServer).kill,
		"silent": func(s *redisServer) { s.cmd.Process.Signal(syscall.SIGSTOP) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			nodes, url := startCluster(t)
			store := openStore(t, options(url))
			logs, names := [2]*consentlog.Log{}, [2]string{} // by node
			for i := 0; logs[0] == nil || logs[1] == nil; i++ {
				name := fmt.Sprint("site-", i)
				on := nodes[0].admin.ClusterKeySlot(ctx, name).Val() / slotsEach
				l, err := store.Log(ctx, name)
				if err != nil {
					t.Fatal(err)
				}
				publish(t, l)
				logs[on], names[on] = l, name
			}
			visitor := uuid.NewString()
			add(t, logs[0], by(visitor))
			eventually(t, 10*time.Second, "the rewrite that follows a start is over", func() bool { return !nodes[0].rewriting() })
			fail(nodes[1])
			erase(t, logs[0], visitor)
			eventually(t, 20*time.Second, "the visitor is gone from the file", func() bool { return !nodes[0].onDisk(visitor) })
			eventually(t, 20*time.Second, "nothing is owed any more", func() bool {
				return nodes[0].admin.Exists(context.Background(), consentlog.KeyPurge(names[0])).Val() == 0
			})
		})
	}
}

const slotsEach = 8192

// startCluster starts a Cluster of two nodes, each of which goes on without the
// other.
func startCluster(t *testing.T) (nodes [2]*redisServer, url string) {
	t.Helper()
	ctx := t.Context()
	var ports [2]int
	for i := range nodes {
		bus := freePort(t)
		ports[i] = freePort(t)
		nodes[i] = startRedis(t, append([]string{"--port", fmt.Sprint(ports[i]), "--cluster-enabled", "yes", "--cluster-port", fmt.Sprint(bus),
			"--cluster-require-full-coverage", "no"}, uncompressed...)...)
		err := nodes[i].admin.ClusterAddSlotsRange(ctx, slotsEach*i, slotsEach*(i+1)-1).Err()
		if err == nil && i > 0 {
			err = nodes[0].admin.Do(ctx, "CLUSTER", "MEET", "127.0.0.1", ports[i], bus).Err()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range nodes {
		eventually(t, 20*time.Second, "the cluster is up", func() bool {
			info := s.admin.ClusterInfo(ctx).Val()
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_size:2")
		})
	}
	return nodes, fmt.Sprintf("redis://127.0.0.1:%d?addr=127.0.0.1:%d", ports[0], ports[1])
}
