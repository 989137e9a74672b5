package banner_test

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sluis/banner"
	"sluis/consentlog"
)

// shelf is a log that holds notices only, and counts how many were read.
type shelf struct {
	entries []consentlog.PublishedNotice
	notices map[string]consentlog.Notice
	reads   int
}

func (s *shelf) Notices(context.Context) ([]consentlog.PublishedNotice, error) { return s.entries, nil }

func (s *shelf) Notice(_ context.Context, hash string) (consentlog.Notice, error) {
	s.reads++
	n, ok := s.notices[hash]
	if !ok {
		return n, consentlog.ErrNotFound
	}
	return n, nil
}

// publish puts what the site shows now onto the shelf.
func (s *shelf) publish(t *testing.T, b *banner.Bundler, site *banner.Site, language, day string) {
	t.Helper()
	n, err := b.Notice(t.Context(), site, language)
	if err != nil {
		t.Fatal(err)
	}
	since, err := time.Parse("2006-01-02", day)
	if err != nil {
		t.Fatal(err)
	}
	s.entries = append(s.entries, consentlog.PublishedNotice{Hash: n.Hash(), Language: language, LegalVersion: n.LegalVersion, Since: since.Add(7 * time.Hour)})
	if s.notices == nil {
		s.notices = map[string]consentlog.Notice{}
	}
	s.notices[n.Hash()] = n
}

func declaration(t *testing.T, b *banner.Bundler, site *banner.Site, language string, standing banner.Standing) *banner.Declaration {
	t.Helper()
	d, err := b.Declaration(t.Context(), site, language, standing)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// read is what a reader sees of a page: its texts, without its marks.
func read(page []byte) string {
	_, body, _ := strings.Cut(string(page), "<body>")
	text := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, "\n"))
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text)
}

// Protects: the declaration declares what the banner asks about. Every service,
// cookie, lifetime, recipient and transfer of the notice stands in it, in every
// language, on the page and in the embed, with nothing left to be filled in.
func TestDeclarationHoldsTheNotice(t *testing.T) {
	c := catalog(t)
	b := banner.NewBundler(banner.BundlerOptions{Catalog: c})
	defer b.Close()
	services := "services:\n"
	for _, s := range c.Services() {
		if s.ID == "sluis" || s.Advertising {
			continue
		}
		services += "  " + s.ID + ":\n"
		for name, value := range s.Example.Parameters {
			services += fmt.Sprintf("    %s: %q\n", name, value)
		}
	}
	for _, language := range c.Languages() {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			src := "origins: [https://www.example.nl]\nlanguages: [" + language + "]\ncontroller: {name: Example, address: Street 1, email: privacy@example.nl}\nprivacy: https://www.example.nl/privacy\n" + services
			s, err := banner.ParseSite("all", "all.yaml", []byte(src), c)
			if err != nil {
				t.Fatal(err)
			}
			n, err := b.Notice(t.Context(), s, language)
			if err != nil {
				t.Fatal(err)
			}
			var content struct {
				Controller struct {
					Name, Address, Email, Privacy string
					Authority                     banner.Authority
				}
				Categories []struct {
					Name, Text string
					Services   []struct {
						Name, Provider, Purpose, Necessity, Privacy, Retention string
						Recipients                                             []string
						Transfer                                               *banner.Transfer
						Cookies                                                []struct{ Name, Lifetime, Domain, Purpose string }
						Storage                                                []struct{ Name, Type, Purpose string }
					}
				}
				Texts map[string]string
			}
			if err := json.Unmarshal(n.Content, &content); err != nil {
				t.Fatal(err)
			}
			d := declaration(t, b, s, language, banner.Standing{Since: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)})
			page, embed := read(d.Page.Body), strings.NewReplacer("\u00a0", " ", "\u202f", " ", `\"`, `"`, `\\`, `\`, "\\`", "`", `\'`, `'`).Replace(string(d.Embed.Body))
			must := func(what string) {
				t.Helper()
				what = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(what)
				if !strings.Contains(page, what) {
					t.Errorf("the page does not say %q", what)
				}
				if !strings.Contains(embed, what) {
					t.Errorf("the embed does not say %q", what)
				}
			}
			count := 0
			must(content.Controller.Name)
			must(content.Controller.Address)
			must(content.Controller.Email)
			must(content.Controller.Authority.Name)
			for _, category := range content.Categories {
				must(category.Name)
				must(category.Text)
				for _, service := range category.Services {
					count++
					must(service.Name)
					must(service.Provider)
					must(service.Purpose)
					must(service.Necessity)
					for _, recipient := range service.Recipients {
						must(recipient)
					}
					if service.Retention != "provider" {
						must(banner.SaidDuration(language, service.Retention, content.Texts["and"]))
					}
					if transfer := service.Transfer; transfer != nil {
						must(strings.ReplaceAll(content.Texts["service.transfer."+transfer.Ground], "{countries}", banner.SaidCountries(language, transfer.Countries)))
					}
					for _, cookie := range service.Cookies {
						must(cookie.Name)
						must(cookie.Purpose)
						must(strings.TrimPrefix(cookie.Domain, "."))
						if cookie.Lifetime != "session" {
							must(banner.SaidDuration(language, cookie.Lifetime, content.Texts["and"]))
						}
					}
					for _, storage := range service.Storage {
						must(storage.Name)
						must(storage.Purpose)
						must(storage.Type)
					}
					if !strings.Contains(string(d.Page.Body), `href="`+html.EscapeString(service.Privacy)+`"`) {
						t.Errorf("no link to %s", service.Privacy)
					}
				}
			}
			if count < 20 {
				t.Errorf("only %d services were compared", count)
			}
			if left := regexp.MustCompile(`\{[a-z]+\}`).FindString(page); left != "" {
				t.Errorf("%s is not filled in", left)
			}
			if left := regexp.MustCompile(`declaration\.[a-z]`).FindString(page); left != "" {
				t.Errorf("a text is missing: %s", left)
			}
		})
	}
}

// Protects: what the law wants a visitor to be told, where it is so and only
// there: the data protection officer, who is jointly responsible for what,
// where to get a copy of the clauses that a transfer rests on, and that the
// browser's signal is heeded (GDPR art. 13(1)(b), 26(2), 13(1)(f), 21(5)).
func TestDeclarationTellsWhatIsSo(t *testing.T) {
	c := catalog(t)
	b := banner.NewBundler(banner.BundlerOptions{Catalog: c})
	defer b.Close()
	own := "  youtube: {}\n  google-analytics-4:\n    measurement_id: G-ABCDEF1234\n  x-embed:\n"
	for _, language := range c.Languages() {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			texts := c.Texts(language)
			single := strings.NewReplacer("languages: [nl, en]", "languages: ["+language+"]", "texts:\n  nl:\n    accept: Alles toestaan\n", "",
				"  nl: https://www.example.nl/privacy\n  en: https://www.example.nl/en/privacy\n", "  "+language+": https://www.example.nl/privacy\n")
			said := func(key string, values ...string) string { return strings.NewReplacer(values...).Replace(texts[key]) }
			page := func(changes ...string) string {
				s, err := banner.ParseSite("shop", "sites/shop.yaml", []byte(single.Replace(change(t, goodSite, changes...))), c)
				if err != nil {
					t.Fatal(err)
				}
				// Sentences run over their links.
				return strings.ReplaceAll(read(declaration(t, b, s, language, banner.Standing{}).Page.Body), "\n", "")
			}
			officer := said("declaration.dpo", "{dpo}", "Officer & Co")
			joint := said("declaration.joint", "{controller}", "Example", "{provider}", "Meta Platforms Ireland Limited")
			copied := said("declaration.safeguard", "{email}", "privacy@example.nl")
			signal := texts["declaration.gpc"]
			spaces := strings.NewReplacer("\u00a0", " ", "\u202f", " ")
			all := page("authority: autoriteit", "dpo: Officer & Co\n  authority: autoriteit", own, "  facebook-plugins: {}\n  umami: {website_id: 94db1cb1-74f4-4a40-ad6c-962362670409}\n")
			none := page(own, "  youtube: {}\n  google-analytics-4: {measurement_id: G-ABCDEF1234}\n", "gpc: deny", "gpc: ignore\ngpcReason: Only for visitors outside the EEA")
			for _, sentence := range []string{officer, joint, copied, signal} {
				sentence = spaces.Replace(sentence)
				if strings.Count(all, sentence) != 1 {
					t.Errorf("the page says %d times %q", strings.Count(all, sentence), sentence)
				}
				if strings.Contains(none, sentence) {
					t.Errorf("the page says without need %q", sentence)
				}
			}
			if strings.Contains(none, spaces.Replace(said("declaration.dpo", "{dpo}", ""))) {
				t.Error("an officer without a name")
			}
		})
	}
	for dpo, link := range map[string]string{"dpo@example.nl": "mailto:dpo@example.nl", "https://www.example.nl/dpo": "https://www.example.nl/dpo"} {
		s := site(t, "authority: autoriteit", "dpo: "+dpo+"\n  authority: autoriteit")
		if page := string(declaration(t, b, s, "nl", banner.Standing{}).Page.Body); !strings.Contains(page, `<a href="`+link+`">`+dpo+"</a>") {
			t.Errorf("no link to %s", link)
		}
	}
}

// Protects: a service of the website's own has the website's privacy statement, which
// is named after its controller, in the language of the declaration.
func TestDeclarationNamesTheOwnStatement(t *testing.T) {
	b := banner.NewBundler(banner.BundlerOptions{Catalog: catalog(t)})
	defer b.Close()
	s := site(t)
	for language, words := range map[string]string{"nl": "Privacyverklaring van Example", "en": "Privacy statement of Example"} {
		page := string(declaration(t, b, s, language, banner.Standing{}).Page.Body)
		if link := `<a href="` + s.Privacy[language] + `">` + words + `</a>`; !strings.Contains(page, link) {
			t.Errorf("%s: no %s", language, link)
		}
		if strings.Contains(page, strings.Replace(words, "Example", "Sluis", 1)) {
			t.Errorf("%s: Sluis has no statement", language)
		}
	}
}

// Protects: the page works without anything from elsewhere: no script, no
// address that is fetched, and a policy that lets in its own style alone.
func TestDeclarationPageLoadsNothing(t *testing.T) {
	b := banner.NewBundler(banner.BundlerOptions{Catalog: catalog(t)})
	defer b.Close()
	d := declaration(t, b, site(t), "nl", banner.Standing{})
	for _, loading := range []string{"<script", "<link", "<img", "<iframe", "src=", "url(", "@import", " style="} {
		if strings.Contains(string(d.Page.Body), loading) {
			t.Errorf("the page has %s", loading)
		}
	}
	if !strings.HasPrefix(d.Policy, "default-src 'none'; style-src 'sha256-") {
		t.Errorf("the policy is %s", d.Policy)
	}
}

// Protects: whatever a site file holds is text in the declaration, never a mark
// of the page, nor an address that runs.
func TestDeclarationEscapes(t *testing.T) {
	b := banner.NewBundler(banner.BundlerOptions{Catalog: catalog(t)})
	defer b.Close()
	s := site(t, "name: Example", `name: "<img src=x> & \"Co\""`)
	d := declaration(t, b, s, "nl", banner.Standing{})
	if page := string(d.Page.Body); strings.Contains(page, "<img") || !strings.Contains(page, "&lt;img src=x&gt; &amp; &#34;Co&#34;") {
		t.Error("a name is taken for a mark")
	}
	if strings.Contains(string(d.Embed.Body), "innerHTML") {
		t.Error("the embed writes marks")
	}
	fresh := banner.NewBundler(banner.BundlerOptions{Catalog: catalog(t)})
	defer fresh.Close()
	s.Privacy["nl"] = "javascript:alert(1)"
	if page := string(declaration(t, fresh, s, "nl", banner.Standing{}).Page.Body); strings.Contains(page, "javascript:") {
		t.Error("a link runs a script")
	}
}

// Protects: a reader learns since when this has been in force and what it
// changed: added, removed and changed services, against what the log says was
// declared before, in the same language.
func TestDeclarationTellsWhatChanged(t *testing.T) {
	b := banner.NewBundler(banner.BundlerOptions{Catalog: catalog(t)})
	defer b.Close()
	log := &shelf{}
	now := time.Date(2026, 9, 9, 12, 0, 0, 0, time.UTC)
	standing := func(s *banner.Site) banner.Standing {
		t.Helper()
		got, err := b.Standing(t.Context(), s, "nl", log, now)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := site(t)
	want := func(name string, got banner.Standing, day string, changes ...banner.Change) {
		t.Helper()
		if got.Since.Format("2006-01-02") != day || !slices.Equal(got.Changes, changes) {
			t.Errorf("%s: since %s %v, want %s %v", name, got.Since.Format("2006-01-02"), got.Changes, day, changes)
		}
	}
	want("never published", standing(first), "2026-09-09")
	log.publish(t, b, first, "nl", "2026-01-05")
	log.publish(t, b, first, "en", "2026-01-06")
	want("the first", standing(first), "2026-01-05")

	// Another look of the banner is another notice, and no other declaration.
	looks := site(t, "layout: bar", "layout: box")
	log.publish(t, b, looks, "nl", "2026-02-01")
	want("another look", standing(looks), "2026-01-05")

	second := site(t, "  x-embed:\n", "  vimeo:\n", "G-ABCDEF1234", "G-ABCDEF1234\n    retention: P14M")
	want("before it is published", standing(second), "2026-09-09",
		banner.Change{Kind: "changed", Service: "Google Analytics", Category: "Statistieken"},
		banner.Change{Kind: "added", Service: "Vimeo", Category: "Sociale media"},
		banner.Change{Kind: "removed", Service: "X (Twitter)", Category: "Sociale media"})
	log.publish(t, b, second, "nl", "2026-04-01")
	got := standing(second)
	if got.Since.Format("2006-01-02") != "2026-04-01" || len(got.Changes) != 3 {
		t.Errorf("published: %+v", got)
	}
	page := read(declaration(t, b, second, "nl", got).Page.Body)
	for _, line := range []string{"1 april 2026", "Erbij gekomen: \nVimeo\n", "Weggehaald: "} {
		if !strings.Contains(strings.ReplaceAll(page, "\n", ""), strings.ReplaceAll(line, "\n", "")) {
			t.Errorf("the page does not say %q", line)
		}
	}

	// The earlier one comes back: in force again since the other one at least.
	if back := standing(looks); back.Since.Format("2006-01-02") != "2026-04-01" || len(back.Changes) != 3 {
		t.Errorf("come back: %+v", back)
	}
}

// Protects: what came with a service stays told after something else changed, such
// as the legal version that explains the service (the mend that `sluis check`
// advises) or an address, and a declaration that ever said something else never
// says that nothing changed. The date is that of the newest change of any kind.
func TestDeclarationTellsWhatChangedBeforeSomethingElse(t *testing.T) {
	b := banner.NewBundler(banner.BundlerOptions{Catalog: catalog(t)})
	defer b.Close()
	first := site(t)
	added := site(t, "  x-embed:\n", "  x-embed:\n  vimeo:\n")
	explained := site(t, "  x-embed:\n", "  x-embed:\n  vimeo: {since: 3}\n", "legalVersion: 2", "legalVersion: 3")
	moved := site(t, "  x-embed:\n", "  x-embed:\n  vimeo: {since: 3}\n", "legalVersion: 2", "legalVersion: 3", "Street 1,", "Street 2,")
	legal := site(t, "legalVersion: 2", "legalVersion: 3")
	address := site(t, "Street 1,", "Street 2,")
	vimeo := banner.Change{Kind: "added", Service: "Vimeo", Category: "Sociale media"}
	none, title := catalog(t).Texts("nl")["declaration.changes.none"], catalog(t).Texts("nl")["declaration.changes.title"]
	for name, c := range map[string]struct {
		declared []*banner.Site // from 2026-01-05 on, one a month; the last is present
		since    string
		changes  []banner.Change
		none     bool
		reads    int
	}{
		"the first":                      {[]*banner.Site{first}, "2026-01-05", nil, true, 1},
		"a service":                      {[]*banner.Site{first, added}, "2026-02-05", []banner.Change{vimeo}, false, 2},
		"its legal version after it":     {[]*banner.Site{first, added, explained}, "2026-03-05", []banner.Change{vimeo}, false, 3},
		"an address after that":          {[]*banner.Site{first, added, explained, moved}, "2026-04-05", []banner.Change{vimeo}, false, 4},
		"an address that came back":      {[]*banner.Site{first, explained, moved, explained}, "2026-03-05", []banner.Change{vimeo}, false, 3},
		"the legal version alone":        {[]*banner.Site{first, legal}, "2026-02-05", nil, false, 2},
		"the address alone":              {[]*banner.Site{first, address}, "2026-02-05", nil, false, 2},
		"no further back than is needed": {[]*banner.Site{legal, first, added}, "2026-03-05", []banner.Change{vimeo}, false, 2},
	} {
		log := &shelf{}
		for i, s := range c.declared {
			if i == 0 || s != c.declared[max(i-2, 0)] { // what came back was published before
				log.publish(t, b, s, "nl", fmt.Sprintf("2026-%02d-05", i+1))
			}
		}
		present := c.declared[len(c.declared)-1]
		got, err := b.Standing(t.Context(), present, "nl", log, time.Date(2026, 9, 9, 12, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		if got.Since.Format("2006-01-02") != c.since || !slices.Equal(got.Changes, c.changes) {
			t.Errorf("%s: since %s %v, want %s %v", name, got.Since.Format("2006-01-02"), got.Changes, c.since, c.changes)
		}
		page := read(declaration(t, b, present, "nl", got).Page.Body)
		if strings.Contains(page, none) != c.none || strings.Contains(page, title) != (c.none || c.changes != nil) {
			t.Errorf("%s: the page says %q: %t, %q: %t", name, none, strings.Contains(page, none), title, strings.Contains(page, title))
		}
		if log.reads != c.reads {
			t.Errorf("%s: %d notices were read, want %d", name, log.reads, c.reads)
		}
	}
}

// Protects: without an answer of the log the declaration says nothing about
// dates instead of something wrong.
func TestDeclarationWithoutTheLog(t *testing.T) {
	b := banner.NewBundler(banner.BundlerOptions{Catalog: catalog(t)})
	defer b.Close()
	s := site(t)
	if _, err := b.Standing(t.Context(), s, "nl", &shelf{entries: []consentlog.PublishedNotice{{Hash: "x", Language: "nl"}}}, time.Now()); err == nil {
		t.Error("a log that cannot be read is taken for an empty one")
	}
	page := read(declaration(t, b, s, "nl", banner.Standing{}).Page.Body)
	for _, key := range []string{"declaration.changes.title", "declaration.changes.none"} {
		if strings.Contains(page, catalog(t).Texts("nl")[key]) {
			t.Errorf("the page says %s", key)
		}
	}
}

// Protects: a reader gets his own language where the site has it.
func TestNegotiate(t *testing.T) {
	s := site(t)
	for header, want := range map[string]string{
		"": "nl", "en": "en", "en-US,en;q=0.9,nl;q=0.8": "en", "fr, nl-BE;q=0.5, en;q=0.4": "nl", "nl;q=0, en;q=0.1": "en",
		"en;q=0, fr": "nl", "de": "nl", "*": "nl", ";;;": "nl", "EN": "en", "xx, en;q=0.5": "en", "en;q=0.5, C, nl-NL;q=0.4": "en", "nl;q=0.4, en;q=0.4": "nl", strings.Repeat("a,", 5000): "nl",
	} {
		if got := s.Negotiate(header); got != want {
			t.Errorf("%.40q: %s, want %s", header, got, want)
		}
	}
}
