package api

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"sluis/banner"
	"sluis/consentlog"
)

// shownServices remembers which services the notices show that were asked
// about. A hash stands for one content for ever, so nothing in it goes stale.
type shownServices struct {
	mu sync.Mutex
	of map[string][]string // by hash; at most rememberedNotices
}

const rememberedNotices = 256

func (s *shownServices) get(hash string) (ids []string, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids, known = s.of[hash]
	return ids, known
}

func (s *shownServices) keep(hash string, ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil || len(s.of) >= rememberedNotices {
		s.of = map[string][]string{}
	}
	s.of[hash] = ids
}

// checkServices refuses services that were not shown. current is the notice
// where the site shows it now; nil: it is one from before, and in the log.
func (a *API) checkServices(ctx context.Context, log *consentlog.Log, in newRecord, current *consentlog.Notice) error {
	hash := in.consent.Notice
	shown, known := a.shown.get(hash)
	if !known {
		if current == nil {
			notice, err := log.Notice(ctx, hash)
			if errors.Is(err, consentlog.ErrNotFound) {
				return unknownNotice()
			}
			if err != nil {
				return err
			}
			current = &notice
		}
		var err error
		if shown, err = banner.ShownServices(*current); err != nil {
			return err
		}
		a.shown.keep(hash, shown)
	}
	var faults []consentlog.Fault
	for _, id := range slices.Sorted(maps.Keys(in.consent.Services)) {
		if !slices.Contains(shown, id) {
			faults = append(faults, consentlog.Fault{
				Pointer: "/services/" + id, Detail: "is not a service that the notice shows", Fix: "name services of the notice only",
			})
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return problem("invalid-record", plural(len(faults), "rule is broken.", "rules are broken."), faults...)
}

func otherLanguage(shown string) error {
	return problem("invalid-record", "1 rule is broken.", consentlog.Fault{
		Pointer: "/language", Detail: "is not what was shown: the notice is in " + quote(shown), Fix: "send " + shown + ", or the hash of the notice in this language",
	})
}

func unknownNotice() error {
	return problem("invalid-record", "1 rule is broken.", consentlog.Fault{
		Pointer: "/notice", Detail: "names no notice that this site ever showed", Fix: "send the hash that the banner came with, one that GET /v1/sites/{site}/notices lists",
	})
}
