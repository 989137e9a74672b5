package consentlog

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"
)

// What tells one life of a Redis from the next, and the fence between them.

// standInLife is the one life of the stand-in.
const standInLife = "stand-in"

// runID names the present life of the Redis that holds a key.
func (s *Store) runID(ctx context.Context, key string) (string, error) {
	if s.o.StandIn {
		return standInLife, nil
	}
	node, err := s.node(ctx, key)
	if err != nil {
		return "", err
	}
	info, err := readInfo(ctx, node)
	if err != nil {
		return "", err
	}
	return info["run_id"], nil
}

// life counts, from 1, the lives of Redis that this process knows of, or more. What
// was read in one says nothing in the next: Redis may have forgotten it in between,
// while it was read, and got it back since.
func (s *Store) life() int64 { return s.settled.Load() + 1 }

// errRestarted: everyone has had time, and Redis then forgot something once more.
var errRestarted = errors.New("redis restarted meanwhile")

// openFence makes the private name known to the Redis that holds the key, if it
// still lives the life in which everyone had the time to put back what it forgot.
// It asks and opens on one connection, which ends with that life.
func (s *Store) openFence(ctx context.Context, key, life string) error {
	if s.o.StandIn {
		return s.scripts.open(ctx, s.redis, key)
	}
	node, err := s.node(ctx, key)
	if err != nil {
		return err
	}
	return node.Watch(ctx, func(tx *redis.Tx) error { // for the one connection; nothing is watched
		info, err := readInfo(ctx, tx)
		if err == nil && info["run_id"] != life {
			err = errRestarted
		}
		if err == nil {
			err = s.scripts.open(ctx, tx, key)
		}
		return err
	})
}
