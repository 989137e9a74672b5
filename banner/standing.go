package banner

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"sluis/consentlog"
)

// Standing is what the log knows of the present declaration: since when what
// it declares has been in force, and what it changed.
type Standing struct {
	Since   time.Time // zero: the log does not say
	Changes []Change  // against the newest declaration with other services; empty when there was none
	Amended bool      // something else than a service was declared otherwise before, and no service was
}

// Change is one service that a visitor may want to know about.
type Change struct {
	Kind     string // "added", "removed", "changed"
	Service  string // its name
	Category string // the name of its category
}

// Published is what the log of a site knows of its notices. *consentlog.Log
// is one.
type Published interface {
	Notices(ctx context.Context) ([]consentlog.PublishedNotice, error)
	Notice(ctx context.Context, hash string) (consentlog.Notice, error)
}

// Standing compares what a site declares now with what the log says it
// declared before in the language. It is in force since the first difference,
// looking back. That need not be one of a service, such as a raised legal
// version: then the newest difference of a service lies further back. Another
// script, look or wording of the banner is no new declaration. What the log
// has not seen yet is in force from now on.
func (b *Bundler) Standing(ctx context.Context, site *Site, language string, log Published, now time.Time) (Standing, error) {
	notice, err := b.Notice(ctx, site, language)
	if err != nil {
		return Standing{}, err
	}
	present, err := declared(notice.Content)
	if err != nil {
		return Standing{}, err
	}
	published, err := log.Notices(ctx)
	if err != nil {
		return Standing{}, fmt.Errorf("read what %s declared: %w", site.ID, err)
	}
	published = slices.DeleteFunc(slices.Clone(published), func(p consentlog.PublishedNotice) bool { return p.Language != language })
	slices.SortStableFunc(published, func(x, y consentlog.PublishedNotice) int { return y.Since.Compare(x.Since) })
	var standing Standing
	for _, p := range published {
		earlier, err := log.Notice(ctx, p.Hash)
		if err != nil {
			return Standing{}, fmt.Errorf("read what %s declared: %w", site.ID, err)
		}
		then, err := declared(earlier.Content)
		if err != nil {
			return Standing{}, err
		}
		if reflect.DeepEqual(present, then) {
			if !standing.Amended {
				standing.Since = p.Since
			}
			continue
		}
		standing.Changes = changes(then, present)
		if !standing.Amended && standing.Since.IsZero() && slices.ContainsFunc(published, func(p consentlog.PublishedNotice) bool { return p.Hash == notice.Hash() }) {
			// It is older than that one: it came back, at some time since.
			standing.Since = p.Since
		}
		standing.Amended = len(standing.Changes) == 0
		if !standing.Amended {
			break // each one is a read of the log
		}
	}
	if standing.Since.IsZero() {
		standing.Since = now
	}
	standing.Since = standing.Since.UTC().Truncate(24 * time.Hour) // a date is all that is said
	return standing, nil
}

// declared reads from a notice what its declaration says.
func declared(content json.RawMessage) (noticeContent, error) {
	var n noticeContent
	if err := json.Unmarshal(content, &n); err != nil {
		return n, fmt.Errorf("read a notice: %w", err)
	}
	kept := noticeContent{LegalVersion: n.LegalVersion, Controller: n.Controller, Validity: n.Validity, ProofKept: n.ProofKept, Categories: n.Categories}
	for i := range kept.Categories {
		for j := range kept.Categories[i].Services {
			// Where tags are fetched from changes without anything changing for
			// the visitor, and no declaration shows it.
			kept.Categories[i].Services[j].Hosts = nil
		}
	}
	return kept, nil
}

func changes(then, now noticeContent) []Change {
	type place struct {
		category consentlog.Category
		service  noticeService
	}
	before := map[string]place{}
	for _, category := range then.Categories {
		for _, service := range category.Services {
			before[service.ID] = place{category.ID, service}
		}
	}
	var all []Change
	kept := map[string]bool{}
	for _, category := range now.Categories {
		for _, service := range category.Services {
			kept[service.ID] = true
			switch was, ok := before[service.ID]; {
			case !ok:
				all = append(all, Change{"added", service.Name, category.Name})
			case was.category != category.ID || !reflect.DeepEqual(was.service, service):
				all = append(all, Change{"changed", service.Name, category.Name})
			}
		}
	}
	for _, category := range then.Categories {
		for _, service := range category.Services {
			if !kept[service.ID] {
				all = append(all, Change{"removed", service.Name, category.Name})
			}
		}
	}
	return all
}
