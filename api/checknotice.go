package api

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"sluis/banner"
	"sluis/consentlog"
)

// checkNotice sees to it that what the visitor was shown stands in the log
// before the record that names it, and that the record's language and the
// services singled out are those of what was shown.
func (a *API) checkNotice(ctx context.Context, log *consentlog.Log, in newRecord) error {
	language, known, err := log.HasNotice(ctx, in.consent.Notice)
	if err != nil {
		return err
	}
	switch {
	case known && language != in.consent.Language:
		return otherLanguage(language)
	case known && len(in.consent.Services) == 0:
		return nil // nearly every record
	}
	current, err := a.currentNotice(ctx, in.site, in.consent.Notice)
	switch {
	case err != nil:
		return err
	case !known && current == nil:
		return unknownNotice()
	case !known && current.Language != in.consent.Language:
		return otherLanguage(current.Language)
	}
	if err := a.checkServices(ctx, log, in, current); err != nil {
		return err
	}
	if known {
		return nil
	}
	if err := log.Publish(ctx, *current); err != nil {
		return ours(fmt.Errorf("publish the notice: %w", err))
	}
	return nil
}

// currentNotice finds the notice among those that the site shows now, and those that
// it showed while they could not be published.
func (a *API) currentNotice(ctx context.Context, site *banner.Site, hash string) (*consentlog.Notice, error) {
	for _, language := range site.Languages {
		n, err := a.o.Bundler.Notice(ctx, site, language)
		if err != nil {
			return nil, fmt.Errorf("notice of %s in %s: %w", site.ID, language, err)
		}
		if n.Hash() == hash {
			return &n, nil
		}
	}
	if n, is := a.publisher.unpublished(site.ID, hash); is {
		return &n, nil
	}
	return nil, nil
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
	return invalidRecord(faults...)
}

func otherLanguage(shown string) error {
	return invalidRecord(consentlog.Fault{
		Pointer: "/language", Detail: "is not what was shown: the notice is in " + quote(shown), Fix: "send " + shown + ", or the hash of the notice in this language",
	})
}

func unknownNotice() error {
	return invalidRecord(consentlog.Fault{
		Pointer: "/notice", Detail: "names no notice that this site ever showed", Fix: "send the hash that the banner came with, one that GET /v1/sites/{site}/notices lists",
	})
}
