package consentlog

import (
	"context"
	_ "embed" // for commit.lua
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"
)

//go:embed commit.lua
var commitLua string

// scripts are the two names under which one and the same script runs.
//
// Appends go under a name that only this process knows. Redis 7 neither saves
// nor replicates scripts, so a Redis that restarted or was promoted answers
// NOSCRIPT to the very command that would append: that is the fence. It goes
// up again once the survivors have had time to put back what Redis forgot.
// Putting back is not fenced.
type scripts struct {
	appending, healing *redis.Script
}

func newScripts() scripts {
	return scripts{
		appending: redis.NewScript("-- " + newSalt() + "\n" + commitLua),
		healing:   redis.NewScript(commitLua),
	}
}

// commitAnswer is what commit.lua said.
type commitAnswer struct {
	held  string         // the checkpoint that Redis holds now
	taken map[int]string // what refused the batch, from 0, the indexes and then the erasures, and what stands there
}

func parseAnswer(cmd *redis.Cmd) (commitAnswer, error) {
	list, err := cmd.StringSlice()
	if err != nil {
		return commitAnswer{}, err
	}
	if len(list)%2 != 1 {
		return commitAnswer{}, fmt.Errorf("commit.lua answered %d items", len(list))
	}
	a := commitAnswer{held: list[0]}
	for i := 1; i < len(list); i += 2 {
		n, err := strconv.Atoi(list[i])
		if err != nil {
			return commitAnswer{}, fmt.Errorf("commit.lua: %w", err)
		}
		if a.taken == nil {
			a.taken = map[int]string{}
		}
		a.taken[n-1] = list[i+1]
	}
	return a, nil
}

// append runs a batch behind the fence.
func (s scripts) append(ctx context.Context, r redis.UniversalClient, b *batch) (commitAnswer, error) {
	return parseAnswer(s.appending.EvalSha(ctx, r, b.keys, b.args("1")...))
}

// putBack runs a batch that was committed before once more, byte for byte, or
// the first of a new epoch.
func (s scripts) putBack(ctx context.Context, r redis.UniversalClient, b *batch) (commitAnswer, error) {
	return parseAnswer(s.healing.Run(ctx, r, b.keys, b.args("0")...))
}

// open makes the private name known. It is an EVAL rather than SCRIPT LOAD because
// that would not find the owner of the key in a Cluster; no checkpoint reads "?",
// so nothing is written.
func (s scripts) open(ctx context.Context, r redis.Scripter, checkpointKey string) error {
	return s.appending.Eval(ctx, r, []string{checkpointKey}, "?", "").Err()
}
