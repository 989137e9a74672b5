package banner

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The phone that the first layer is measured on in thought, in CSS px. The
// figures are those of src/banner.css and of letters half as wide as high,
// which is wide for a text: an estimate on the careful side.
const (
	phoneWidth, phoneHeight = 390, 844
	layerShare              = 60              // per cent of the height, as max-height says
	layerText               = phoneWidth - 74 // margins, padding and borders
	layerRest               = 24 + 146 + 2    // padding above, two rows of buttons, borders
)

// layer refuses texts that a visitor would have to scroll for on a phone. A
// smaller screen scrolls inside the layer.
func (r *siteRules) layer() {
	for _, language := range r.site.Languages {
		shipped := r.catalog.texts[language]
		if shipped == nil || r.site.Controller.Name == "" {
			continue
		}
		shown := shownTexts(r.site, r.catalog.locale(language), r.catalog.SiteTexts(r.site, language))
		height := layerRest + 26*lines(shown["title"], 11) + 8 + 24*lines(shown["intro"], 8) + 8 + 21*lines(shown["withdrawal"]+" "+shown["privacy"], 7)
		if most := phoneHeight * layerShare / 100; height > most {
			path := r.longest(language, shipped)
			if !r.faulty(path) {
				r.breaks(ruleLayer, path, fmt.Sprintf("the first layer in %s would be about %d px high, over %d (%d %% of a phone's screen)", quote(language), height, most, layerShare),
					"say title, intro, purposes and withdrawal in fewer words, and take a short name for the controller")
			}
		}
	}
}

// layerKeys are the texts that the first layer is high by.
var layerKeys = []string{"title", "intro", "withdrawal", "privacy", "and", "purpose.functional", "purpose.functional.services", "purpose.analytics", "purpose.social-media", "purpose.advertising"}

// longest is the place of what exceeds our own words most.
func (r *siteRules) longest(language string, shipped map[string]string) string {
	path, most := "controller.name", utf8.RuneCountInString(r.site.Controller.Name)-30
	for _, key := range layerKeys {
		if own := r.site.Texts[language][key]; own != "" {
			if more := utf8.RuneCountInString(own) - utf8.RuneCountInString(shipped[key]); more > most {
				path, most = childPath(childPath("texts", language), key), more
			}
		}
	}
	return path
}

// lines is how many a text takes whose letters have this width.
func lines(text string, letter int) int {
	n, room := 1, layerText/letter
	left := room
	for _, word := range strings.Fields(text) {
		size := utf8.RuneCountInString(word)
		if size > left && left < room {
			n, left = n+1, room
		}
		for ; size > room; size -= room { // torn apart
			n++
		}
		left -= size + 1
	}
	return n
}
