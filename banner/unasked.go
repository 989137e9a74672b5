package banner

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"sluis/consentlog"
)

// Unasked is a service that a choice in force grants although the notice of
// that choice did not say so: it, or what it does, came later, and the site
// file did not raise legalVersion (GDPR art. 13(3)).
type Unasked struct {
	Service      string `json:"service"`      // id
	LegalVersion int    `json:"legalVersion"` // of the choices that grant it
	Detail       string `json:"detail"`       // what they were not told
	Fix          string `json:"fix"`
}

// Unasked compares the services that a site lists with every notice whose
// choices still count: those of a legal version that the site still takes, in
// any language, that were shown less than the validity of a choice ago. The
// newest notice alone would not do: the first visitor after the change brings
// the new one into the log, and those who chose before it are still there.
//
// What is compared is that a service was listed, its category and the countries
// it sends data to. Its purpose is not: a program cannot tell another purpose
// from better words for the same one, and better words are no reason to ask.
func (s *Site) Unasked(ctx context.Context, log Published, now time.Time) ([]Unasked, error) {
	published, err := log.Notices(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what %s asked: %w", s.ID, err)
	}
	published = slices.Clone(published)
	slices.SortStableFunc(published, func(x, y consentlog.PublishedNotice) int { return y.Since.Compare(x.Since) })
	all := []Unasked{}
	until := map[string]time.Time{} // by language: when the next newer notice took its place
	for _, p := range published {
		shown, followed := until[p.Language]
		if !followed && !slices.Contains(s.Languages, p.Language) {
			// Of a language that the site has no longer nothing newer comes.
			shown, followed = published[0].Since, true
		}
		until[p.Language] = p.Since
		if _, counts := s.AddedAfter(p.LegalVersion); !counts || followed && now.Sub(shown) > s.ValidFor() {
			continue
		}
		notice, err := log.Notice(ctx, p.Hash)
		if err != nil {
			return nil, fmt.Errorf("read what %s asked: %w", s.ID, err)
		}
		var then noticeContent
		if err := json.Unmarshal(notice.Content, &then); err != nil {
			return nil, fmt.Errorf("read a notice of %s: %w", s.ID, err)
		}
		for _, used := range s.Services {
			known := slices.ContainsFunc(all, func(u Unasked) bool { return u.Service == used.ID })
			if known || used.Service.Category == consentlog.Necessary || used.Since > p.LegalVersion {
				continue
			}
			if untold := then.untold(used.Service); untold != "" {
				next := s.LegalVersion + 1
				all = append(all, Unasked{used.ID, p.LegalVersion, untold,
					fmt.Sprintf("raise legalVersion to %d and add since: %d to %s; whoever chose before is then asked about it alone", next, next, used.ID)})
			}
		}
	}
	return all, nil
}

// untold is what a notice did not say of a service; empty where it said it all.
func (n noticeContent) untold(s *Service) string {
	for _, category := range n.Categories {
		for _, told := range category.Services {
			switch {
			case told.ID != s.ID:
				continue
			case category.ID == consentlog.Necessary:
				return "was called necessary, so nobody was asked"
			case category.ID != s.Category:
				return fmt.Sprintf("stood under %s and stands under %s now", category.ID, s.Category)
			}
			var further []string
			if s.Transfer != nil {
				further = slices.DeleteFunc(slices.Clone(s.Transfer.Countries), func(country string) bool {
					return told.Transfer != nil && slices.Contains(told.Transfer.Countries, country)
				})
			}
			if len(further) > 0 {
				return "sends data to " + strings.Join(further, ", ") + ", which was not said"
			}
			return ""
		}
	}
	return "was not listed"
}
