// Package demo is the site that shows Sluis at work: a small Dutch bakery with
// Google Analytics, a YouTube film, a Facebook page and an X post, in Dutch
// and English, with the privacy statement such a shop needs.
//
// It guarantees that every page is complete in one answer: no asset of its own
// and none from elsewhere is fetched beside it, so whatever a browser requests
// after it is the gate's doing. It stores nothing; the newsletter form only
// says thank you.
//
// It is a leaf: it knows nothing of consent, and what the privacy statement
// says about services is handed to it.
package demo

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"time"
)

//go:embed pages
var pages embed.FS

// Facts is what the privacy statement says in one language.
type Facts struct {
	Controller, Address, Email string
	Services                   []Service
	Validity                   string // how long a choice counts, in words
	VerifierKey                string // what receipts are checked with
}

// Service is one third party in the privacy statement, in words.
type Service struct {
	Name, Category, Purpose, Recipients, Retention, Transfer, Privacy string
	Cookies                                                           []Cookie
}

// Cookie is one row of a service's cookie table.
type Cookie struct{ Name, Lifetime, Purpose string }

// Page is one address of the demo. It is an http.Handler.
type Page struct {
	Method, Path string
	body         []byte
	etag         string
}

// ServeHTTP answers with the page. It reads no part of the request's body.
func (p Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", p.etag)
	h.Set("X-Content-Type-Options", "nosniff")
	// YouTube refuses to play without knowing which site embeds it, so the
	// origin, and no more, goes with requests to others.
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	if p.Method == http.MethodPost {
		w.Write(p.body)
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.body))
}

// source is where a page comes from.
type source struct {
	method, path, file, lang, title, description, other string
}

func sources() []source {
	return []source{
		{"GET", "/demo/", "home.nl.html", "nl", "Bakkerij De Sluis, desembrood aan de kade", "Desembrood, rogge en bolussen, elke dag vers aan de kade.", "/demo/en/"},
		{"GET", "/demo/en/", "home.en.html", "en", "Bakkerij De Sluis, sourdough on the quay", "Sourdough, rye and sticky buns, fresh every day on the quay.", "/demo/"},
		{"GET", "/demo/privacy/", "privacy.nl.html", "nl", "Privacyverklaring van Bakkerij De Sluis", "Welke gegevens wij gebruiken, waarvoor, hoe lang, en wat je eraan kunt doen.", "/demo/en/privacy/"},
		{"GET", "/demo/en/privacy/", "privacy.en.html", "en", "Privacy statement of Bakkerij De Sluis", "Which data we use, what for, how long, and what you can do about it.", "/demo/privacy/"},
		{"POST", "/demo/broodbrief/", "thanks.nl.html", "nl", "Dank je wel, Bakkerij De Sluis", "Aanmelding voor de broodbrief.", ""},
		{"POST", "/demo/en/bread-letter/", "thanks.en.html", "en", "Thank you, Bakkerij De Sluis", "Subscription to the bread letter.", ""},
		{"GET", "/demo/log/", "log.html", "en", "", "", ""},
	}
}

// Paths lists where there is something to look at, without rendering it.
func Paths() []string {
	var all []string
	for _, s := range sources() {
		if s.method == http.MethodGet {
			all = append(all, s.path)
		}
	}
	return all
}

// Pages renders every page of the demo. facts holds "nl" and "en".
func Pages(facts map[string]Facts) ([]Page, error) {
	set, err := parse()
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	var all []Page
	for _, s := range sources() {
		type other struct{ Lang, Path string }
		data := struct {
			Lang, Title, Description string
			Other                    *other
			Facts                    Facts
		}{s.lang, s.title, s.description, nil, facts[s.lang]}
		if s.other != "" {
			data.Other = &other{map[string]string{"nl": "en", "en": "nl"}[s.lang], s.other}
		}
		var out bytes.Buffer
		if err := set.ExecuteTemplate(&out, s.file, data); err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
		sum := sha256.Sum256(out.Bytes())
		etag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
		all = append(all, Page{s.method, s.path, out.Bytes(), etag})
	}
	return all, nil
}

// parse reads the templates. The drawings are templates too, so that they can
// take a text for screen readers; our own style sheet and drawings are trusted.
func parse() (*template.Template, error) {
	read := func(name string) (string, error) {
		b, err := pages.ReadFile("pages/" + name)
		return string(b), err
	}
	style, err := read("style.css")
	if err != nil {
		return nil, err
	}
	brand, err := read("brand.svg")
	if err != nil {
		return nil, err
	}
	hero, err := read("hero.svg")
	if err != nil {
		return nil, err
	}
	heroTemplate, err := template.New("hero").Parse(hero)
	if err != nil {
		return nil, err
	}
	return template.New("demo").Funcs(template.FuncMap{
		"style": func() template.CSS { return template.CSS(style) },
		"brand": func() template.HTML { return template.HTML(brand) },
		"hero": func(label string) (template.HTML, error) {
			var out bytes.Buffer
			err := heroTemplate.Execute(&out, label)
			return template.HTML(out.String()), err
		},
	}).ParseFS(pages, "pages/*.html")
}
