package consentlog

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Publish makes sure that a notice stands in the current epoch of the log,
// with its full content. It is idempotent, and cheap when it has nothing to do.
func (l *Log) Publish(ctx context.Context, n Notice) error {
	if err := n.Validate(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, l.store.o.Timeout)
	defer cancel()
	if err := l.publish(ctx, n, l.store.o.now()); err != nil {
		return l.failed(ctx, "publish", err)
	}
	return nil
}

func (l *Log) publish(ctx context.Context, n Notice, now time.Time) error {
	hash := n.Hash()
	if l.hasNow(hash) {
		return nil
	}
	s, err := sealNotice(l.site, n, now)
	if err != nil {
		return err
	}
	p := pending{sealed: s, kind: kindNotice, index: indexOp{key: l.keys.notices(), field: hash}}
	for {
		p.life = l.store.life()
		e, found, err := l.findNotice(ctx, hash)
		if err != nil {
			return err
		}
		if found && e.current {
			l.noticed.Store(hash, e.at.epoch)
			return nil
		}
		// A new epoch logs it again, and remembers since when it was known.
		since := toSecond(now)
		if found {
			since = e.since
		}
		p.index.stale = e.raw
		p.index.suffix = fmt.Sprintf(" %s %d %s", n.Language, n.LegalVersion, since.Format(time.RFC3339))
		o, err := l.submit(ctx, p)
		if err != nil || o.committed != nil {
			return err
		}
		l.pause(ctx) // another process published it, or Redis restarted: look again
	}
}

// ensureNotice makes sure that a consent may name the notice: it must be in
// the log, and in a new epoch it is logged again before its first use.
func (l *Log) ensureNotice(ctx context.Context, hash string) error {
	if l.hasNow(hash) {
		return nil
	}
	e, found, err := l.findNotice(ctx, hash)
	switch {
	case err != nil:
		return err
	case !found:
		return &InvalidError{Faults: []Fault{{Pointer: "/notice", Detail: "is not a notice of this site", Fix: "send the hash of the notice that was shown"}}}
	case e.current:
		l.noticed.Store(hash, e.at.epoch)
		return nil
	}
	return l.publish(ctx, e.notice, l.store.o.now())
}

// hasNow says without reading anything that the notice is in the newest epoch
// we know of. An epoch before that may have been lost together with it.
func (l *Log) hasNow(hash string) bool {
	epoch, ok := l.noticed.Load(hash)
	v := l.view.Load()
	return ok && v != nil && epoch == v.epoch
}

// noticeEntry is what the index of notices says, checked against the log.
type noticeEntry struct {
	raw     string // the field as it stands, found or not
	at      place
	current bool // it lies in the current epoch
	since   time.Time
	notice  Notice
}

// findNotice looks a notice up and reads it back from the log: the index is
// derived, and a torn write may have left a field that points to nothing.
func (l *Log) findNotice(ctx context.Context, hash string) (e noticeEntry, found bool, err error) {
	raw, err := l.store.redis.HGet(ctx, l.keys.notices(), hash).Result()
	if errors.Is(err, redis.Nil) {
		return e, false, nil
	}
	if err != nil {
		return e, false, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return l.checkNotice(ctx, hash, raw)
}

func (l *Log) checkNotice(ctx context.Context, hash, raw string) (e noticeEntry, found bool, err error) {
	e.raw = raw
	f := strings.Fields(raw)
	if len(f) != 4 {
		return e, false, nil
	}
	if e.at, err = parsePlace(f[0]); err != nil {
		return e, false, nil
	}
	if e.since, err = time.Parse(time.RFC3339, f[3]); err != nil {
		return e, false, nil
	}
	s, _, _, _, err := l.prove(ctx, e.at)
	if errors.Is(err, ErrNotFound) {
		return e, false, nil
	}
	if err != nil {
		return e, false, err
	}
	var nf noticeFacts
	if json.Unmarshal(s.facts, &nf) != nil || nf.Kind != kindNotice || nf.Notice != hash {
		return e, false, nil
	}
	e.notice = Notice{Language: nf.Language, LegalVersion: nf.LegalVersion, Content: nf.Content}
	now, err := l.current(ctx)
	if err != nil {
		return e, false, err
	}
	e.current = now.epoch == e.at.epoch
	return e, true, nil
}

// HasNotice reports whether the notice is in the log, so that Append accepts
// consents that name it, and the language it is in.
func (l *Log) HasNotice(ctx context.Context, hash string) (language string, has bool, err error) {
	if known, ok := l.languages.Load(hash); ok && l.hasNow(hash) {
		return known.(string), true, nil
	}
	e, found, err := l.findNotice(ctx, hash)
	if err != nil {
		return "", false, fmt.Errorf("has notice: %w", err)
	}
	if found { // read once, as nearly every record asks
		l.languages.Store(hash, e.notice.Language)
	}
	return e.notice.Language, found, nil
}

// Notice is a logged notice with its content, or ErrNotFound.
func (l *Log) Notice(ctx context.Context, hash string) (Notice, error) {
	e, found, err := l.findNotice(ctx, hash)
	if err == nil && !found {
		err = ErrNotFound
	}
	if err != nil {
		return Notice{}, fmt.Errorf("notice: %w", err)
	}
	return e.notice, nil
}

// Notices lists everything the site has shown, oldest first.
func (l *Log) Notices(ctx context.Context) ([]PublishedNotice, error) {
	all, err := l.store.redis.HGetAll(ctx, l.keys.notices()).Result()
	if err != nil {
		return nil, fmt.Errorf("notices: %w: %w", ErrUnavailable, err)
	}
	out := []PublishedNotice{}
	for hash, raw := range all {
		known := false
		if epoch, ok := l.noticed.Load(hash); ok {
			known = strings.HasPrefix(raw, strconv.FormatInt(epoch.(int64), 10)+".")
		}
		if !known {
			var e noticeEntry
			if e, known, err = l.checkNotice(ctx, hash, raw); err != nil {
				return nil, fmt.Errorf("notices: %w", err)
			}
			if known { // checked once: a list of hundreds must not cost hundreds of proofs each time
				l.noticed.Store(hash, e.at.epoch)
			}
		}
		f := strings.Fields(raw)
		if !known || len(f) != 4 {
			continue
		}
		version, _ := strconv.Atoi(f[2])
		since, _ := time.Parse(time.RFC3339, f[3])
		out = append(out, PublishedNotice{Hash: hash, Language: f[1], LegalVersion: version, Since: since})
	}
	slices.SortFunc(out, func(a, b PublishedNotice) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Hash, b.Hash))
	})
	return out, nil
}
