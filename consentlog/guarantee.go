package consentlog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// guarantee is what this Redis promises about what it has acknowledged.
type guarantee struct {
	durable    bool // nothing acknowledged can be forgotten, short of a lost disk
	appendOnly bool
	text       string
}

// probe asks every master what it promises. It refuses what cannot hold
// evidence at all.
func (s *Store) probe(ctx context.Context) error {
	if s.o.StandIn {
		s.guarantee.Store(&guarantee{text: "in-memory stand-in for Redis: nothing survives a restart"})
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	var all []guarantee
	var err error
	switch c := s.redis.(type) {
	case *redis.ClusterClient:
		var mu sync.Mutex
		err = c.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
			g, err := probeNode(ctx, node)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, g)
			return err
		})
	default:
		var g guarantee
		g, err = probeNode(ctx, s.redis)
		if strings.Contains(s.o.RedisURL, "master_name=") {
			g = g.replicated()
		}
		all = append(all, g)
	}
	var away net.Error
	switch {
	case errors.As(err, &away), errors.Is(err, io.EOF): // one that is only on its way
		return unavailable(err)
	case redis.HasErrorPrefix(err, "NOAUTH"), redis.HasErrorPrefix(err, "WRONGPASS"):
		return fmt.Errorf("%w: give user and password in its address: redis://user:password@host:6379", err)
	case err != nil:
		return err
	}
	weakest := all[0]
	for _, g := range all[1:] {
		if weakest.durable && !g.durable || weakest.appendOnly && !g.appendOnly {
			weakest = g
		}
	}
	s.guarantee.Store(&weakest)
	return nil
}

func probeNode(ctx context.Context, node redis.UniversalClient) (guarantee, error) {
	info, err := readInfo(ctx, node)
	if err != nil {
		return guarantee{}, err
	}
	if info["loading"] == "1" {
		return guarantee{}, fmt.Errorf("%w: it still reads its file", ErrUnavailable)
	}
	version := info["redis_version"]
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err != nil || n < 7 {
		return guarantee{}, fmt.Errorf("version %q is too old: the log needs Redis 7.0 or later, or Valkey", version)
	}
	if info["role"] != "master" {
		return guarantee{}, fmt.Errorf("its role is %q: give the address of the master", info["role"])
	}
	if policy := info["maxmemory_policy"]; policy != "noeviction" {
		return guarantee{}, fmt.Errorf("its maxmemory-policy %q would evict evidence: run `redis-cli CONFIG SET maxmemory-policy noeviction` and set it in redis.conf too", policy)
	}
	g := guarantee{appendOnly: info["aof_enabled"] == "1"}
	// Managed Redis often forbids CONFIG; then the weaker case is assumed.
	config, err := node.ConfigGet(ctx, "*appendfsync*").Result()
	fsync := config["appendfsync"]
	switch {
	case !g.appendOnly:
		g.text = "Redis keeps no append-only file: a restart of Redis loses what was recorded since its last snapshot. Set `appendonly yes`"
	case err != nil:
		g.text = "Redis does not say how it writes to disk (CONFIG is forbidden): assumed that it may forget the last second when it loses power; what no process remembers is then declared as lost"
	case fsync != "always":
		g.text = fmt.Sprintf("Redis may forget the last second when it loses power (appendfsync %s); what no process remembers is then declared as lost", fsync)
	case config["no-appendfsync-on-rewrite"] == "yes":
		g.text = "Redis does not fsync while it rewrites its append-only file (no-appendfsync-on-rewrite yes): what it then loses and no process remembers is declared as lost"
	default:
		g.durable = true
		g.text = "every record is on disk before it is acknowledged (appendonly yes, appendfsync always)"
	}
	if info["connected_slaves"] != "0" {
		g = g.replicated()
	}
	g.text += " · " + product(info)
	return g, nil
}

// replicated weakens a promise: a replica that lags may be promoted.
func (g guarantee) replicated() guarantee {
	if g.durable {
		g.durable = false
		g.text = "every record is on disk before it is acknowledged, but a lagging replica may be promoted: what it lacks is put back from memory, or declared as lost"
	}
	return g
}

// product is the program by its own name and version.
func product(info map[string]string) string {
	if version := info["valkey_version"]; version != "" {
		return "Valkey " + version
	}
	return "Redis " + info["redis_version"]
}

// readInfo asks for everything at once; the section names differ between
// Redis, Valkey and managed offers.
func readInfo(ctx context.Context, node redis.Cmdable) (map[string]string, error) {
	text, err := node.Info(ctx).Result()
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for line := range strings.Lines(text) {
		if k, v, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			out[k] = v
		}
	}
	if out["run_id"] == "" {
		return nil, errors.New("INFO answers no run_id")
	}
	return out, nil
}
