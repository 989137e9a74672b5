package banner_test

import "strings"

// ownText is the text that goodSite words itself: line 27, its value in column 13.
const ownText = "accept: Alles toestaan"

// english puts texts of another language in its place, from line 27 on.
func english(texts ...string) string {
	return "accept: Alles toestaan\n  en:\n    " + strings.Join(texts, "\n    ")
}

// wordRefusals change goodSite too: what a site may not say in its own words.
var wordRefusals = []refusal{
	{"sentence without its purposes", ownText, `intro: "{controller} vraagt om je toestemming."`, "27:12", "texts.nl.intro", "{purposes} is missing", "keep {purposes}", "AP 1"},
	{"sentence without the controller", ownText, `intro: "Wij willen graag {purposes}."`, "27:12", "texts.nl.intro", "{controller} is missing", "keep {controller}", "AP 1"},
	{"purpose of two letters", ownText, `purpose.analytics: analyse`, "27:24", "texts.nl.purpose.analytics", "does not say what for", "in a few words", "AP 1"},
	{"purpose that says nothing", ownText, `purpose.analytics: je een betere ervaring geven`, "27:24", "texts.nl.purpose.analytics", "“ervaring” is no purpose", "measure visits", "AP 1"},
	{"category that says nothing", ownText, english(`functional.text: Makes your experience of this website nicer.`), "29:22", "texts.en.functional.text", "“experience” is no purpose", "show videos", "AP 1"},

	{"accept that does not say so", ownText, "accept: Verder", "27:13", "texts.nl.accept", "“Verder” does not say that it accepts", "clear word", "AP 3"},
	{"accept that says OK", ownText, english("accept: OK"), "29:13", "texts.en.accept", "“OK” does not say that it accepts", "clear word", "AP 3"},
	{"accept that says no", ownText, "accept: Niet weigeren", "27:13", "texts.nl.accept", "the button that accepts says “weigeren”", "nothing else", "AP 3"},
	{"accept that says only what is necessary", ownText, "accept: Noodzakelijke accepteren", "27:13", "texts.nl.accept", "accepts all says “noodzakelijke”", "nothing else", "AP 3"},
	{"refuse that leads to settings", ownText, "refuse: Instellingen", "27:13", "texts.nl.refuse", "the button that refuses says “instellingen”", "nothing else", "AP 3"},
	{"refuse that leads elsewhere in English", ownText, english("refuse: Manage"), "29:13", "texts.en.refuse", "the button that refuses says “manage”", "nothing else", "AP 3"},
	{"refuse that is vague", ownText, "refuse: Liever anders", "27:13", "texts.nl.refuse", "does not say that it refuses", "clear word", "AP 3"},
	{"refuse that accepts", ownText, "refuse: Alles toestaan", "27:13", "texts.nl.refuse", "does not say that it refuses", "clear word", "AP 3"},
	{"refuse that is the same as accept", ownText, "refuse: Alles toestaan.\n    accept: Alles toestaan", "27:13", "texts.nl.refuse", "the same label", "what it does", "AP 3"},
	{"a refusal is told as a yes", ownText, english(`saved: You accepted. Thank you.`), "29:12", "texts.en.saved", "said after every choice but says “accepted”", "no word of accepting", "AP 3"},

	{"accept in capitals", ownText, "accept: ALLES TOESTAAN", "27:13", "texts.nl.accept", "one is in capitals", "same way", "AP 5"},
	{"accept with a sign", ownText, "accept: Alles toestaan ✓", "27:13", "texts.nl.accept", "“✓” draws the eye", "words only", "AP 5"},
	{"accept with an exclamation mark", ownText, `accept: "Ja, alles toestaan!"`, "27:13", "texts.nl.accept", "“!” draws the eye", "words only", "AP 5"},
	{"labels of unlike length", ownText, "accept: Ja\n    refuse: Nee, ik weiger alles", "28:13", "texts.nl.refuse", "unlike length", "word both alike", "AP 5"},
	{"third button that refuses", ownText, "choose: Weigeren", "27:13", "texts.nl.choose", "opens the preferences but says “weigeren”", "no word of accepting", "AP 6"},
	{"third button that accepts", ownText, "choose: Akkoord", "27:13", "texts.nl.choose", "opens the preferences but says “akkoord”", "no word of accepting", "AP 6"},
	{"save that accepts", ownText, "save: Alles accepteren", "27:11", "texts.nl.save", "saves what is switched on but says “accepteren”", "no word of accepting", "AP 6"},

	{"withdrawal that says nothing of it", ownText, "withdrawal: Klik op ‘Cookies’ voor informatie.", "27:17", "texts.nl.withdrawal", "does not say that consent can be withdrawn", "as ours", "AP 8"},
	{"withdrawal without the button", ownText, "withdrawal: Je kunt je keuze altijd intrekken.", "27:17", "texts.nl.withdrawal", "does not name the button “Cookies”", "as it is labelled", "AP 8"},
	{"button of another name", ownText, "reopen: Privacy", "27:13", "texts.nl.reopen", "does not name the button “Privacy”", "in withdrawal and in reopen alike", "AP 8"},
	{"legitimate interest", ownText, `analytics.text: Meet bezoek op grond van ons gerechtvaardigd belang.`, "27:21", "texts.nl.analytics.text", "“gerechtvaardigd belang” is no ground", "consent and nothing else", "AP 9"},
	{"legitimate interest in English", ownText, english(`preferences.intro: "{controller} has legitimate interests and asks again in {validity}."`), "29:24", "texts.en.preferences.intro", "“legitimate interests” is no ground", "leave it out", "AP 9"},

	{"browsing on as consent", ownText, `title: Door gebruik van deze site stem je in`, "27:12", "texts.nl.title", "“door gebruik” takes going on for consent", "only the buttons decide", "EDPB consent 86"},
	{"browsing on as consent in English", ownText, english(`intro: "{controller} would like to {purposes}. By continuing you agree."`), "29:12", "texts.en.intro", "“continuing” takes going on for consent", "only the buttons", "EDPB consent 86"},
	{"closing as consent", ownText, "close: Akkoord en sluiten", "27:12", "texts.nl.close", "closes without a choice but says “akkoord”", "no word of accepting", "EDPB consent 86"},
	{"refuse that shames", ownText, "refuse: Nee, slechte website", "27:13", "texts.nl.refuse", "“slechte” coaxes", "nothing about it", "EDPB patterns: steering"},
	{"accept that coaxes", ownText, english("accept: Yes please accept"), "29:13", "texts.en.accept", "“please” coaxes", "nothing about it", "EDPB patterns: steering"},
	{"title that coaxes", ownText, "title: Voor de beste ervaring", "27:12", "texts.nl.title", "“ervaring” coaxes", "done with the data", "EDPB patterns: steering"},
	{"label too long", ownText, "choose: Zelf per onderdeel uitkiezen graag", "27:13", "texts.nl.choose", "34 characters are too many", "at most 28", "EDPB patterns: overload"},
	{"word too long", ownText, "accept: Cookievoorkeuren accepteren", "27:13", "texts.nl.accept", "has 16 letters", "at most 12 letters", "WCAG 1.4.10"},
	{"title of dots", ownText, `title: "…"`, "27:12", "texts.nl.title", "this text is empty", "leave the key out", "GDPR 7(2)"},
	{"label that nobody sees", ownText, `refuse: "..."`, "27:13", "texts.nl.refuse", "this text is empty", "leave the key out", "GDPR 7(2)"},
	{"label of one letter", ownText, "reopen: C", "27:13", "texts.nl.reopen", "cannot be read as a word", "what the button does", "GDPR 7(2)"},
	{"text with invisible signs", ownText, `refuse: "Wei\u200bgeren"`, "27:13", "texts.nl.refuse", "invisible", "leave it out", "Sluis form"},
	{"category of one letter", ownText, "functional.name: F", "27:22", "texts.nl.functional.name", "cannot be read as a word", "name the category", "GDPR 7(2)"},
	{"categories of one name", ownText, "analytics.name: Functioneel", "27:21", "texts.nl.analytics.name", "two categories are called “Functioneel”", "own name", "GDPR 6(1)(a)"},
	{"advertising under another name", ownText, "advertising.name: Sociale media plus", "27:23", "texts.nl.advertising.name", "does not name advertising", "name it", "GDPR 6(1)(a)"},
}
