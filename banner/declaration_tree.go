package banner

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"sluis/consentlog"
)

// writer writes the declaration of one site in one language. All it says of
// the site comes out of the notice: what the banner shows and what the
// declaration declares are one.
type writer struct {
	site     *Site
	notice   noticeContent
	texts    map[string]string
	say      locale
	standing Standing
}

func newWriter(site *Site, notice consentlog.Notice, say locale, texts map[string]string, standing Standing) (*writer, error) {
	w := &writer{site: site, texts: texts, say: say, standing: standing}
	if err := json.Unmarshal(notice.Content, &w.notice); err != nil {
		return nil, fmt.Errorf("read the notice of %s: %w", site.ID, err)
	}
	return w, nil
}

var anyPlaceholder = regexp.MustCompile(`\{[a-z]+\}`)

// text is a text with its placeholders filled in, by texts or by elements.
func (w *writer) text(key string, values map[string]any) []any {
	text, parts := w.texts[key], []any{}
	for {
		at := anyPlaceholder.FindStringIndex(text)
		if at == nil {
			return append(parts, text)
		}
		value, ok := values[text[at[0]+1:at[1]-1]]
		if !ok {
			value = text[at[0]:at[1]]
		}
		parts = append(parts, text[:at[0]], value)
		text = text[at[1]:]
	}
}

func (w *writer) values() map[string]any {
	c := w.notice.Controller
	return map[string]any{
		"controller": c.Name, "address": c.Address, "email": link(c.Email, "mailto:"+c.Email), "authority": link(c.Authority.Name, c.Authority.URL),
		"validity": w.say.duration(w.notice.Validity, w.texts["and"]), "reopen": w.texts["reopen"],
	}
}

// body is everything but the title. choice is what the visitor can do at once.
func (w *writer) body(choice ...any) []any {
	values := w.values()
	section := func(key string, more ...any) *element {
		return el("section", el("h2", w.texts[key+".title"]), el("p", w.text(key+".text", values)), more)
	}
	all := []any{
		el("p", class("sluis-intro"), w.text("declaration.intro", values)),
		w.version(),
		section("declaration.choice", w.signal(), choice),
		section("declaration.what"),
	}
	for _, category := range w.notice.Categories {
		all = append(all, w.category(category))
	}
	return append(all,
		section("declaration.withdraw"),
		section("declaration.browser"),
		section("declaration.rights"),
		section("declaration.complaint"),
		section("declaration.record"),
		section("declaration.controller", w.officer(), el("p", link(w.texts["privacy"], w.notice.Controller.Privacy))),
		w.changes())
}

// signal says that Global Privacy Control is heeded, where it is.
func (w *writer) signal() *element {
	if w.notice.GPC != "deny" {
		return nil
	}
	return el("p", w.texts["declaration.gpc"])
}

// officer names the data protection officer, where there is one.
func (w *writer) officer() *element {
	dpo := w.notice.Controller.DPO
	if dpo == "" {
		return nil
	}
	address := dpo
	if strings.Contains(dpo, "@") && !isURL(dpo) {
		address = "mailto:" + dpo
	}
	return el("p", w.text("declaration.dpo", map[string]any{"dpo": link(dpo, address)}))
}

// version is left out while the log does not say since when.
func (w *writer) version() *element {
	if w.standing.Since.IsZero() {
		return nil
	}
	return el("p", class("sluis-small"), w.text("declaration.version", map[string]any{
		"version": strconv.Itoa(w.notice.LegalVersion),
		"date":    el("time", attr{"datetime", w.standing.Since.UTC().Format("2006-01-02")}, w.say.date(w.standing.Since)),
	}))
}

// changes is left out where there are some, but of no service: no text names
// them, and to say that nothing changed would be wrong.
func (w *writer) changes() *element {
	if w.standing.Since.IsZero() || w.standing.Amended {
		return nil
	}
	section := el("section", el("h2", w.texts["declaration.changes.title"]))
	if len(w.standing.Changes) == 0 {
		section.add([]any{el("p", w.texts["declaration.changes.none"])})
		return section
	}
	list := el("ul")
	for _, c := range w.standing.Changes {
		list.add([]any{el("li", w.text("declaration.changes."+c.Kind, map[string]any{"service": c.Service, "category": c.Category}))})
	}
	section.add([]any{list})
	return section
}

func (w *writer) category(c noticeCategory) *element {
	basis := "declaration.basis.consent"
	if c.ID == consentlog.Necessary {
		basis = "declaration.basis.necessary"
	}
	section := el("section", attr{"id", "sluis-" + string(c.ID)}, class("sluis-category"),
		el("h2", c.Name), el("p", c.Text),
		el("p", class("sluis-small"), w.texts["declaration.basis"]+": "+w.texts[basis]))
	if len(c.Services) == 0 {
		section.add([]any{el("p", class("sluis-small"), w.texts["services.none"])})
	}
	for _, s := range c.Services {
		section.add([]any{w.service(s)})
	}
	return section
}

func (w *writer) service(s noticeService) *element {
	facts := el("dl")
	fact := func(key string, value ...any) { facts.add([]any{el("dt", w.texts[key]), el("dd", value)}) }
	own, _ := w.site.Service(s.ID)
	foreign := own.Service.foreign(w.notice.Language)
	fact("declaration.purpose", w.said(s.Purpose, foreign))
	if s.Necessity != "" {
		fact("declaration.necessary.reason", w.said(s.Necessity, foreign))
	}
	fact("declaration.provider", s.Provider)
	fact("service.recipients", strings.Join(s.Recipients, ", "))
	fact("service.retention", saidRetention(s.Retention, w.say, w.texts))
	var copied []any // of what the transfer rests on; an adequacy decision is published
	if s.Transfer != nil && s.Transfer.Ground == "scc" {
		copied = append([]any{". "}, w.text("declaration.safeguard", w.values())...)
	}
	fact("service.transfer", saidTransfer(s.Transfer, w.say, w.texts), copied)
	fact("privacy", w.statement(s))
	if len(s.Cookies)+len(s.Storage) == 0 {
		fact("service.cookies", w.texts["service.cookies.none"])
	}
	var joint *element
	if s.Joint {
		joint = el("p", w.text("declaration.joint", map[string]any{"controller": w.notice.Controller.Name, "provider": s.Provider}))
	}
	return el("section", class("sluis-service"), el("h3", s.Name), joint, facts, w.table(s, own.Service))
}

// statement is the privacy statement of a service. The website's own, which a
// service of the website has, is named after its controller and is the one in
// the reader's language.
func (w *writer) statement(s noticeService) any {
	whose, address := s.Name, s.Privacy
	if w.site.states(address) {
		whose, address = w.notice.Controller.Name, w.notice.Controller.Privacy
	}
	return link(strings.ReplaceAll(w.texts["service.privacy"], "{service}", whose), address)
}

// said is a text of a preset. What it says in English only is marked, so that
// it is read aloud as English (WCAG 3.1.2).
func (w *writer) said(text string, foreign bool) []any {
	switch {
	case !foreign:
		return []any{text}
	case direction(w.notice.Language) == "rtl":
		return []any{attr{"lang", "en"}, el("bdi", attr{"dir", "ltr"}, text)}
	}
	return []any{attr{"lang", "en"}, text}
}

// rightToLeft is for a declaration that is written so. What is not, such as a
// cookie's name, would be shown with its signs on the wrong side.
func (w *writer) rightToLeft(a attr) any {
	if direction(w.notice.Language) == "rtl" {
		return a
	}
	return nil
}
