package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"time"
)

// redisChild is the embedded default: this machine's own redis-server as a
// child process, which writes every record to the disk before it is
// acknowledged. It is started again when it dies, and stopped by Close.
type redisChild struct {
	program, folder string
	logger          *slog.Logger
	socket          redisSocket

	lock       *dataLock
	removeLink func() error
	stop       context.CancelFunc
	done       chan struct{} // closed when supervise has returned
}

const (
	redisPauseFirst = 100 * time.Millisecond
	redisPauseLast  = 5 * time.Second

	// redisSilence is how long a redis that runs may not answer at all. Reading
	// a large log does not count: it answers that it is reading.
	redisSilence = time.Minute
)

// startRedis starts the program in the folder and waits until it answers,
// which takes as long as it needs to read its files.
func startRedis(ctx context.Context, program, folder string, logger *slog.Logger) (_ *redisChild, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	c := &redisChild{program: program, folder: folder, logger: logger, done: make(chan struct{})}
	if c.lock, err = lockData(folder); err != nil {
		return nil, err
	}
	if c.socket, c.removeLink, err = newRedisSocket(folder); err != nil {
		return nil, errors.Join(err, c.lock.Release())
	}
	if err := c.socket.endLeftOver(ctx, logger); err != nil {
		return nil, errors.Join(err, c.letGo())
	}
	process, err := spawnRedis(program, folder, logger)
	if err != nil {
		return nil, errors.Join(err, c.letGo())
	}
	if err := c.ready(ctx, process); err != nil {
		process.end(logger)
		return nil, errors.Join(err, c.letGo())
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	c.stop = stop
	go c.supervise(running, process)
	return c, nil
}

// URL is where the store finds it.
func (c *redisChild) URL() string {
	return (&url.URL{Scheme: "unix", Path: string(c.socket)}).String()
}

// Close stops Redis, waits for it and lets the folder go.
func (c *redisChild) Close() error {
	c.stop()
	<-c.done
	return c.letGo()
}

func (c *redisChild) letGo() error { return errors.Join(c.removeLink(), c.lock.Release()) }

// ready waits until Redis answers PING. While it reads a large log it answers
// LOADING, which is said every few seconds.
func (c *redisChild) ready(ctx context.Context, process *redisProcess) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	said, heard := time.Now(), time.Now()
	for {
		reply, err := c.socket.say(ctx, "PING")
		if err == nil && reply == "+PONG" {
			return nil
		}
		if err == nil {
			heard = time.Now()
		}
		if time.Since(heard) > redisSilence {
			return fmt.Errorf("%s runs in %s but does not answer: %w", c.program, c.folder, err)
		}
		if time.Since(said) > 3*time.Second {
			c.logger.Info("redis is still reading its files", "answer", reply)
			said = time.Now()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for redis: %w", context.Cause(ctx))
		case <-process.ended:
			return fmt.Errorf("%s does not start in %s (%s). It said:\n%s",
				c.program, c.folder, process.outcome(), process.lastWords())
		case <-tick.C:
		}
	}
}

// supervise starts Redis again, with growing pauses, until it is to stop.
func (c *redisChild) supervise(ctx context.Context, process *redisProcess) {
	defer close(c.done)
	pause := redisPauseFirst
	for {
		begun := time.Now()
		select {
		case <-ctx.Done():
			process.end(c.logger)
			return
		case <-process.ended:
		}
		if time.Since(begun) > time.Minute {
			pause = redisPauseFirst
		}
		c.logger.Error("redis ended by itself and is started again",
			"outcome", process.outcome(), "pause", pause, "said", process.lastWords())
		for process = nil; process == nil; pause = min(2*pause, redisPauseLast) {
			select {
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
			var err error
			if process, err = spawnRedis(c.program, c.folder, c.logger); err != nil {
				c.logger.Error("redis could not be started again", "error", err, "pause", pause)
			}
		}
	}
}
