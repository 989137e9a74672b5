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

// noticeEntry is what the index of notices says of one: a field of
// keys.notices. It is derived, and a torn write may have left one that points
// to nothing.
type noticeEntry struct {
	raw          string // the field as it stands, whatever it is
	at           place
	language     string
	legalVersion int
	since        time.Time // when it was first logged
}

// noticeSuffix is what follows the place in the index of notices.
func noticeSuffix(n Notice, since time.Time) string {
	return fmt.Sprintf(" %s %d %s", n.Language, n.LegalVersion, since.Format(time.RFC3339))
}

func parseNoticeEntry(raw string) (e noticeEntry, whole bool) {
	e.raw = raw
	f := strings.Fields(raw)
	if len(f) != 4 {
		return e, false
	}
	var err1, err2 error
	e.at, err1 = parsePlace(f[0])
	e.language = f[1]
	e.legalVersion, _ = strconv.Atoi(f[2])
	e.since, err2 = time.Parse(time.RFC3339, f[3])
	return e, err1 == nil && err2 == nil
}

// loggedNotice is a notice that was read back from the log.
type loggedNotice struct {
	noticeEntry
	notice  Notice
	current bool // it lies in the current epoch
}

// findNotice looks a notice up. The entry is what the index says even where
// nothing is found.
func (l *Log) findNotice(ctx context.Context, hash string) (n loggedNotice, found bool, err error) {
	raw, err := l.store.redis.HGet(ctx, l.keys.notices(), hash).Result()
	if errors.Is(err, redis.Nil) {
		return n, false, nil
	}
	if err != nil {
		return n, false, unavailable(err)
	}
	e, whole := parseNoticeEntry(raw)
	if !whole {
		return loggedNotice{noticeEntry: e}, false, nil
	}
	return l.readNotice(ctx, hash, e)
}

// readNotice reads from the log what an entry points to.
func (l *Log) readNotice(ctx context.Context, hash string, e noticeEntry) (n loggedNotice, found bool, err error) {
	n.noticeEntry = e
	p, err := l.prove(ctx, e.at)
	if errors.Is(err, ErrNotFound) {
		return n, false, nil
	}
	if err != nil {
		return n, false, err
	}
	var f noticeFacts
	if json.Unmarshal(p.facts, &f) != nil || f.Kind != kindNotice || f.Notice != hash {
		return n, false, nil
	}
	n.notice = Notice{Language: f.Language, LegalVersion: f.LegalVersion, Content: f.Content}
	now, err := l.current(ctx)
	if err != nil {
		return n, false, err
	}
	n.current = now.epoch == e.at.epoch
	return n, true, nil
}

// HasNotice reports whether the notice is in the log, so that Append accepts
// consents that name it, and the language it is in.
func (l *Log) HasNotice(ctx context.Context, hash string) (language string, has bool, err error) {
	if known, ok := l.languages.Load(hash); ok && l.hasNow(hash) {
		return known.(string), true, nil
	}
	n, found, err := l.findNotice(ctx, hash)
	if err != nil {
		return "", false, fmt.Errorf("has notice: %w", err)
	}
	if found { // read once, as nearly every record asks
		l.languages.Store(hash, n.notice.Language)
	}
	return n.notice.Language, found, nil
}

// Notice is a logged notice with its content, or ErrNotFound.
func (l *Log) Notice(ctx context.Context, hash string) (Notice, error) {
	n, found, err := l.findNotice(ctx, hash)
	if err == nil && !found {
		err = ErrNotFound
	}
	if err != nil {
		return Notice{}, fmt.Errorf("notice: %w", err)
	}
	return n.notice, nil
}

// Notices lists everything the site has shown, oldest first.
func (l *Log) Notices(ctx context.Context) ([]PublishedNotice, error) {
	all, err := l.store.redis.HGetAll(ctx, l.keys.notices()).Result()
	if err != nil {
		return nil, fmt.Errorf("notices: %w", unavailable(err))
	}
	out := []PublishedNotice{}
	for hash, raw := range all {
		e, whole := parseNoticeEntry(raw)
		if !whole {
			continue
		}
		if epoch, known := l.noticed.Load(hash); !known || epoch != e.at.epoch {
			_, found, err := l.readNotice(ctx, hash, e)
			if err != nil {
				return nil, fmt.Errorf("notices: %w", err)
			}
			if !found {
				continue
			}
			l.noticed.Store(hash, e.at.epoch) // checked once: a list of hundreds must not cost hundreds of proofs each time
		}
		out = append(out, PublishedNotice{Hash: hash, Language: e.language, LegalVersion: e.legalVersion, Since: e.since})
	}
	slices.SortFunc(out, func(a, b PublishedNotice) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Hash, b.Hash))
	})
	return out, nil
}
