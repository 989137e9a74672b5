package consentlog

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
	"golang.org/x/mod/sumdb/tlog"
)

// tiles reads the c2sp.org/tlog-tiles of one epoch out of Redis, for
// tlog.TileHashReader, which authenticates each against the signed root.
type tiles struct {
	ctx   context.Context // tlog.TileReader has no room for one
	redis redis.UniversalClient
	keys  keys
	epoch int64
	away  error // why Redis could not be read
}

// Height, ReadTiles and SaveTiles make tiles a tlog.TileReader.
func (t *tiles) Height() int { return tileHeight }

// SaveTiles does nothing: Redis is near enough.
func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles reads all of them in one exchange.
func (t *tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	cmds := make([]*redis.StringCmd, len(want))
	_, err := t.redis.Pipelined(t.ctx, func(p redis.Pipeliner) error {
		for i, x := range want {
			if x.L == 0 {
				cmds[i] = p.GetRange(t.ctx, t.keys.entries(segmentID{t.epoch, x.N}), 0, int64(x.W)*entrySize-1)
			} else {
				cmds[i] = p.GetRange(t.ctx, t.keys.tile(t.epoch, x.L, x.N), 0, int64(x.W)*tlog.HashSize-1)
			}
		}
		return nil
	})
	if err != nil {
		t.away = err
		return nil, err
	}
	out := make([][]byte, len(want))
	for i, x := range want {
		out[i] = []byte(cmds[i].Val())
		if x.L == 0 {
			out[i] = leafTile(out[i])
		}
	}
	return out, nil
}

// explain tells an absent Redis from one whose content contradicts the root.
func (t *tiles) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case t.away != nil:
		return unavailable(t.away)
	case errors.Is(err, ErrCorrupt):
		return err
	default:
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
}

// leafTile turns entries into the hashes of their leaves.
func leafTile(entries []byte) []byte {
	out := make([]byte, 0, len(entries)/entrySize*tlog.HashSize)
	for ; len(entries) >= entrySize; entries = entries[entrySize:] {
		h := tlog.RecordHash(entries[:entrySize])
		out = append(out, h[:]...)
	}
	return out
}
