package api

import (
	"context"
	"math"
	"net/http"
	"strings"
	"time"

	"sluis/banner"
	"sluis/consentlog"
)

// A page that reaches the service over its own origin (a path such as /_sluis/
// of the website) gets the choice cookie by HTTP as well: Safari forgets after
// seven days what a script wrote, and keeps what the website itself answered.
//
// The cookie of an answer replaces whatever the browser holds by then, so it
// must never be older. These rules see to that:
//
//   - A record that is sent for the first time, at once, is the newest decision
//     there is. Its cookie is set.
//   - Any other (delivered late, repeated, or a browser's signal, which nobody
//     decided) may have been overtaken. Its cookie is set only where the browser
//     holds exactly that choice, and then as the browser holds it.
//   - The cookie lives as long as its choice counts from its own day on, so
//     no repetition prolongs it.
//   - Nothing is set about another legal version than the site asks about now.
//   - An answer that took longer than a hasty visitor needs for another
//     decision sets nothing.
const hasty = time.Second

// ownPath is what came along with a record over the page's own origin.
type ownPath struct {
	name   string // of the choice cookie
	secure bool
	held   string // its value, empty where the browser has none
	came   time.Time
}

// ownPathOf is nil where the record came over another origin: this host sets
// no cookie for anybody else. Scripts can set neither of the two headers, and
// the origin was found among those of the site.
func ownPathOf(r *request) *ownPath {
	req := r.c.Request()
	if req.Header.Get("Sec-Fetch-Site") != "same-origin" {
		return nil
	}
	p := &ownPath{name: "sluis", came: r.api.o.Now()}
	if strings.HasPrefix(req.Header.Get("Origin"), "https://") {
		p.name, p.secure = "__Host-sluis", true
	}
	if held := req.CookiesNamed(p.name); len(held) > 0 {
		p.held = held[0].Value
	}
	return p
}

// choiceCookie is the cookie that goes with the answer, or nil. It cannot fail:
// the record stands, and the cookie that the browser wrote stays.
func (a *API) choiceCookie(ctx context.Context, log *consentlog.Log, in newRecord, out sealed) *http.Cookie {
	if in.own == nil {
		return nil
	}
	choice, ok := a.choiceToSet(ctx, log, in, out)
	now := a.o.Now()
	left := choice.Ends(in.site).Sub(now)
	if !ok || left <= 0 || now.Sub(in.own.came) > hasty {
		return nil
	}
	return &http.Cookie{
		Name: in.own.name, Value: choice.String(), Path: "/", Secure: in.own.secure, SameSite: http.SameSiteLaxMode,
		MaxAge: int(math.Ceil(left.Seconds())),
	}
}

func (a *API) choiceToSet(ctx context.Context, log *consentlog.Log, in newRecord, out sealed) (banner.Choice, bool) {
	now, legal := a.o.Now(), in.site.LegalVersion
	held, err := banner.ParseChoice(in.own.held, in.site, now)
	if err == nil {
		if same := banner.ChoiceOf(&in.consent, legal, held.Day); same.String() == in.own.held {
			return same, true
		}
	}
	if !out.created || in.consent.ClientTime != nil || in.consent.Action == "signal" {
		return banner.Choice{}, false
	}
	day := banner.DayOf(now)
	if err == nil && (in.consent.Action == "embed" || in.consent.Action == "renew") {
		day = min(day, held.Day) // part of an answer is no answer to the whole question
	}
	of, err := legalVersion(ctx, log, in.consent.Notice)
	return banner.ChoiceOf(&in.consent, legal, day), err == nil && of == legal
}
