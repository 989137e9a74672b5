package banner

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"sluis/consentlog"
)

// Declaration is the cookie declaration of a site in one language, made from
// the very notice that its banner shows: as a page of its own, and as a script
// that puts it into a page of the site.
type Declaration struct {
	Page   *Asset
	Embed  *Asset
	Policy string // Content-Security-Policy of Page: its own style and nothing else
}

// Declaration makes the declaration of a site as it stands.
func (b *Bundler) Declaration(ctx context.Context, site *Site, language string, standing Standing) (*Declaration, error) {
	notice, err := b.Notice(ctx, site, language)
	if err != nil {
		return nil, err
	}
	w, err := newWriter(site, notice, b.o.Catalog.locale(language), b.o.Catalog.SiteTexts(site, language), standing)
	if err != nil {
		return nil, err
	}
	style, err := pageStyle(site.Theme)
	if err != nil {
		return nil, fmt.Errorf("style of the declaration of %s: %w", site.ID, err)
	}
	select {
	case b.slot <- struct{}{}:
		defer func() { <-b.slot }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	script, err := bundle("declaration.ts", w.constants().encode())
	if err != nil {
		return nil, fmt.Errorf("declaration of %s in %s: %w", site.ID, language, err)
	}
	hash := sha256.Sum256([]byte(style))
	d := &Declaration{
		Page: newAsset([]byte(w.page(style))), Embed: newAsset(script),
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	}
	d.Page.ContentType = "text/html; charset=utf-8"
	return d, nil
}

func pageStyle(theme Theme) (string, error) {
	var all strings.Builder
	for _, file := range []string{"declaration.css", "declaration-page.css"} {
		css, err := source(file)
		if err != nil {
			return "", err
		}
		small, err := minifyCSS(string(css))
		if err != nil {
			return "", fmt.Errorf("%s: %w", file, err)
		}
		all.WriteString(small)
	}
	return theme.fill(all.String()), nil
}

// page is the whole document. It has no script: whoever reads it holds a
// choice on the site's own address, so that is where its button leads, and
// where the preferences open at once.
func (w *writer) page(style string) string {
	home := w.site.Origins[0] + "/"
	title := w.text("declaration.title", w.values())
	languages := el("ul")
	for _, language := range w.site.Languages {
		a := el("a", attr{"href", "?lang=" + language}, attr{"lang", language}, attr{"hreflang", language}, ownName(language))
		if language == w.notice.Language {
			a.attrs = append(a.attrs, attr{"aria-current", "page"})
		}
		languages.add([]any{el("li", a)})
	}
	var nav *element
	if len(w.site.Languages) > 1 {
		nav = el("nav", languages)
	}
	document := el("html", attr{"lang", w.notice.Language}, w.rightToLeft(attr{"dir", "rtl"}),
		el("head",
			el("meta", attr{"charset", "utf-8"}),
			el("title", title),
			el("meta", attr{"name", "viewport"}, attr{"content", "width=device-width, initial-scale=1"}),
			el("meta", attr{"name", "color-scheme"}, attr{"content", w.site.Theme.colorScheme()}),
			el("style")),
		el("body",
			el("header", el("div", el("a", class("home"), attr{"href", home}, w.notice.Controller.Name), nav)),
			el("main", class("sluis-declaration"),
				el("h1", title),
				w.body(
					el("p", el("a", class("button"), attr{"href", home + "?sluis-open"}, w.texts["declaration.choice.open"])),
					el("noscript", el("p", class("sluis-small"), w.texts["declaration.noscript"]))))))
	var b strings.Builder
	b.WriteString("<!doctype html>")
	document.html(&b)
	// A style is no text: what is in it must not be escaped, and holds no "<".
	return strings.Replace(b.String(), "<style></style>", "<style>"+style+"</style>", 1)
}

// constants is what the embed knows. src/declared.d.ts says what each means.
func (w *writer) constants() constants {
	// The page around it may be written the other way.
	root := el("div", class("sluis-declaration"), attr{"lang", w.notice.Language}, attr{"dir", direction(w.notice.Language)}, w.body(el("div", class("sluis-choice"))))
	categories, services := [][]string{}, [][]string{}
	for _, c := range w.notice.Categories {
		categories = append(categories, []string{string(c.ID), c.Name})
		for _, s := range c.Services {
			if c.ID != consentlog.Necessary {
				services = append(services, []string{s.ID, s.Name, string(c.ID)})
			}
		}
	}
	return constants{
		"SITE": w.site.ID, "LANGUAGE": w.notice.Language, "LANGUAGES": strings.Join(w.site.Languages, "|"),
		"DECLARATION": root, "DECLARED_CATEGORIES": categories, "DECLARED_SERVICES": services, "WITH_GPC": w.site.GPC == "deny",
		"DECLARED_TEXTS": []string{w.texts["declaration.choice.open"], w.texts["declaration.choice.none"], w.texts["consent.number"], w.texts["gpc"]},
	}
}
