package banner

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sluis/consentlog"
)

// AddedAfter lists the services that came with a later legal version than the
// one of a choice: nobody was asked about them yet, and nothing else changed.
// Of what is necessary nobody is asked at all, but it explains its version too.
// It reports false where the site file does not say what changed; then the
// whole choice no longer counts.
func (s *Site) AddedAfter(legal int) ([]SiteService, bool) {
	if legal < 1 || legal > s.LegalVersion {
		return nil, false
	}
	for version := legal + 1; version <= s.LegalVersion; version++ {
		if !slices.ContainsFunc(s.Services, func(used SiteService) bool { return used.Since == version }) {
			return nil, false
		}
	}
	return slices.DeleteFunc(slices.Clone(s.Services), func(used SiteService) bool {
		return used.Since <= legal || used.Service.Category == consentlog.Necessary
	}), true
}

// legals are the legal versions whose choices still count, as a regular expression.
func (s *Site) legals() string {
	versions := strconv.Itoa(s.LegalVersion)
	earlier := s.earlier()
	if len(earlier) == 0 {
		return versions
	}
	for _, version := range earlier {
		versions += "|" + version.name
	}
	return "(?:" + versions + ")"
}

// earlier says per legal version of before which categories it lacks a service
// of, as bits, and which services those are, as the choice cookie denies them.
func (s *Site) earlier() ordered {
	all := ordered{}
	for legal := s.LegalVersion - 1; legal > 0; legal-- {
		added, known := s.AddedAfter(legal)
		if !known {
			break
		}
		bits, denied := 0, ""
		for _, used := range added {
			bits |= categoryBit(used.Service.Category)
			denied += "!" + used.ID
		}
		all = append(all, member{strconv.Itoa(legal), []any{bits, denied}})
	}
	return all
}

// news says per legal version what it added, for visitors who chose before it.
func (s *Site) news(texts map[string]string) [][]any {
	all := [][]any{}
	for _, used := range s.Services {
		if used.Since < 2 || used.Service.Category == consentlog.Necessary {
			continue
		}
		text := strings.NewReplacer("{service}", used.Service.Name, "{category}", texts[s.categoryKey(used.Service.Category)+".name"]).Replace(texts["changed.service"])
		all = append(all, []any{used.Since, used.ID, categoryBit(used.Service.Category), text})
	}
	return all
}

// since judges with which legal version services came.
func (r *siteRules) since() {
	for _, used := range r.site.Services {
		path := childPath(childPath("services", used.ID), "since")
		_, given := r.places[path] // 0 is what it is where it is left out
		switch {
		case r.faulty(path):
		case given && used.Since < 2:
			r.breaks(ruleForm, path, fmt.Sprintf("%d is no version that came after the first", used.Since),
				"leave since out where "+used.ID+" was there from the start, or write the legalVersion that it came with, from 2 upwards")
		case used.Since > r.site.LegalVersion:
			r.breaks(rulePrompting, path, fmt.Sprintf("version %d is yet to come: the site is at legalVersion %d", used.Since, r.site.LegalVersion),
				fmt.Sprintf("raise legalVersion to %d, so that visitors are asked about %s", used.Since, used.ID))
		}
	}
}
