package api

import "sync"

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
