package banner_test

import (
	"fmt"
	"strings"
)

// siteRefusals change goodSite.
var siteRefusals = []refusal{
	{"unknown key", "layout: bar", "layuot: bar", "18:1", "layuot", "unknown key", "did you mean “layout”?", "Sluis form"},
	{"doubled key", "corner: end", "layout: box", "19:1", "layout", "a second time", "the first is in line 18", "Sluis form"},
	{"text for a list", `[https://www.example.nl, "http://localhost:8080"]`, "https://www.example.nl", "1:10", "origins", "where a list belongs", "[https://www.example.nl]", "Sluis form"},
	{"list for a text", "layout: bar", "layout: [bar]", "18:1", "layout", "where a text belongs", "write a text", "Sluis form"},
	{"number for a text", "name: Example", "name: 5", "4:9", "controller.name", "where a text belongs", `"5"`, "Sluis form"},
	{"text for a number", "radius: 0", `radius: "0"`, "23:11", "theme.radius", "where a number belongs", "write a number", "Sluis form"},
	{"fraction", "legalVersion: 2", "legalVersion: 1.5", "16:15", "legalVersion", "not a whole number", "digits", "Sluis form"},
	{"empty value", "layout: bar", "layout:", "18:8", "layout", "nothing", "leave the key out", "Sluis form"},
	{"colour without quotes", `accent: "#0b5fa5"`, "accent: #0b5fa5", "22:10", "theme.accent", "nothing", "needs quotes", "Sluis form"},
	{"control character", "name: Example", `name: "Exa\u0007mple"`, "4:9", "controller.name", "control character", "one line", "Sluis form"},
	{"anchor", "name: Example", "name: &n Example", "4:9", "", "anchors", "write the value out", "Sluis form"},
	{"alias", "name: Example", "name: *n", "4:9", "", "anchors", "write the value out", "Sluis form"},
	{"tag", "name: Example", "name: !!str Example", "4:9", "", "tags", "leave !!str out", "Sluis form"},

	{"origin not encrypted", "https://www.example.nl,", "http://www.example.nl,", "1:11", "origins[0]", "not encrypted", "https://www.example.nl", "GDPR 32"},
	{"origin with a path", "https://www.example.nl,", "https://www.example.nl/shop,", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl", "Sluis origin"},
	{"origin with a slash", "https://www.example.nl,", "https://www.example.nl/,", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl", "Sluis origin"},
	{"origin with a query", "https://www.example.nl,", "https://www.example.nl?a=1,", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl", "Sluis origin"},
	{"origin with its usual port", "https://www.example.nl,", "https://www.example.nl:443,", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl", "Sluis origin"},
	{"origin with a colon and no port", "https://www.example.nl,", "\"https://www.example.nl:\",", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl", "Sluis origin"},
	{"origin whose usual port has a zero", "https://www.example.nl,", "https://www.example.nl:0443,", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl", "Sluis origin"},
	{"origin whose port has a zero", "https://www.example.nl,", "https://www.example.nl:08443,", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl:8443", "Sluis origin"},
	{"origin with a port that is none", "https://www.example.nl,", "https://www.example.nl:99999,", "1:11", "origins[0]", "“99999” is no port", "1 to 65535, or leave it out: https://www.example.nl", "Sluis origin"},
	{"origin with port zero", "https://www.example.nl,", "https://www.example.nl:0,", "1:11", "origins[0]", "“0” is no port", "1 to 65535", "Sluis origin"},
	{"origin with a sign that no host has", "https://www.example.nl,", "https://a;b.nl,", "1:11", "origins[0]", "“a;b.nl” is no host", "a-z, 0-9", "Sluis origin"},
	{"origin with a number that has a zero", "https://www.example.nl,", "https://1.2.3.04,", "1:11", "origins[0]", "“1.2.3.04” is no host", "192.0.2.7", "Sluis origin"},
	{"origin with a short number", "https://www.example.nl,", "https://0x7f.1,", "1:11", "origins[0]", "“0x7f.1” is no host", "192.0.2.7", "Sluis origin"},
	{"origin with a long number", "https://www.example.nl,", "\"https://[2001:0db8:0::1]\",", "1:11", "origins[0]", "more than an origin", "write https://[2001:db8::1]", "Sluis origin"},
	{"origin in capitals", "https://www.example.nl,", "https://WWW.example.nl,", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl", "Sluis origin"},
	{"origin with a name", "https://www.example.nl,", "https://me@www.example.nl,", "1:11", "origins[0]", "more than an origin", "write https://www.example.nl", "Sluis origin"},
	{"origin with a wildcard", "https://www.example.nl,", `"https://*.example.nl",`, "1:11", "origins[0]", "wildcard", "list each host", "Sluis origin"},
	{"origin not in ASCII", "https://www.example.nl,", "https://bakkerij-één.nl,", "1:11", "origins[0]", "as browsers send it", "xn--", "Sluis origin"},
	{"origin without scheme", "https://www.example.nl,", "www.example.nl,", "1:11", "origins[0]", "not the address", "https://www.example.nl", "Sluis origin"},
	{"origin of another scheme", "https://www.example.nl,", "ftp://www.example.nl,", "1:11", "origins[0]", "not the address", "https://", "Sluis origin"},
	{"origin twice", "https://www.example.nl,", "http://localhost:8080,", "1:34", "origins[1]", "twice", "keep one", "Sluis origin"},
	{"no origins", `origins: [https://www.example.nl, "http://localhost:8080"]`, "origins: []", "1:1", "origins", "missing", "list the addresses", "Sluis origin"},
	{"unknown language", "languages: [nl, en]", "languages: [nl, eng]", "2:17", "languages[1]", "no texts", "did you mean “en”?", "EDPB patterns: language"},
	{"language twice", "languages: [nl, en]", "languages: [nl, nl, en]", "2:17", "languages[1]", "twice", "keep one", "EDPB patterns: language"},
	{"no name", "  name: Example\n", "", "3:1", "controller.name", "missing", "registered", "GDPR 13(1)(a)"},
	{"no address", `  address: "Street 1, 1234 AB Town"` + "\n", "", "3:1", "controller.address", "missing", "postcode", "GDPR 13(1)(a)"},
	{"no e-mail", "  email: privacy@example.nl\n", "", "3:1", "controller.email", "missing", "email:", "GDPR 13(1)(a)"},
	{"bad e-mail", "privacy@example.nl", "privacy(at)example.nl", "6:10", "controller.email", "not an e-mail", "name@example.nl", "GDPR 13(1)(a)"},
	{"officer who is nobody", "  email: privacy@example.nl\n", "  email: privacy@example.nl\n  dpo: \"?\"\n", "7:8", "controller.dpo", "names nobody", "leave dpo out", "GDPR 13(1)(b)"},
	{"officer with a bad address", "  email: privacy@example.nl\n", "  email: privacy@example.nl\n  dpo: dpo@\n", "7:8", "controller.dpo", "not an e-mail", "leave dpo out", "GDPR 13(1)(b)"},
	{"officer with a form in the clear", "  email: privacy@example.nl\n", "  email: privacy@example.nl\n  dpo: http://example.nl/dpo\n", "7:8", "controller.dpo", "not a web address", "leave dpo out", "GDPR 13(1)(b)"},
	{"unknown authority", "autoriteit-persoonsgegevens", "autoriteit-persoonsgegeven", "7:14", "controller.authority", "no authority", "did you mean “autoriteit-persoonsgegevens”?", "GDPR 13(2)(d)"},
	{"privacy not encrypted", "https://www.example.nl/privacy\n", "http://www.example.nl/privacy\n", "9:3", "privacy.nl", "not a web address", "in full", "GDPR 12"},
	{"privacy in one language only", "  en: https://www.example.nl/en/privacy\n", "", "8:1", "privacy", "no privacy statement in “en”", "add en:", "EDPB patterns: language"},
	{"privacy in another language", "  en: https://www.example.nl/en/privacy", "  de: https://www.example.nl/de", "10:3", "privacy.de", "not among", "use one of", "EDPB patterns: language"},
	{"unknown preset", "youtube: {}", "youtub: {}", "12:3", "services.youtub", "no preset", "did you mean “youtube”?", "Sluis service"},
	{"sluis itself", "youtube: {}", "sluis: {}", "12:3", "services.sluis", "part of every site", "leave it out", "Sluis service"},
	{"parameter missing", "    measurement_id: G-ABCDEF1234\n", "", "13:3", "services.google-analytics-4.measurement_id", "needs measurement_id", "G-EXAMPLE123", "Sluis service"},
	{"parameter malformed", "G-ABCDEF1234", "UA-12345-1", "14:5", "services.google-analytics-4.measurement_id", "not a valid", "G-EXAMPLE123", "Sluis service"},
	{"parameter unknown", "measurement_id:", "measurment_id:", "14:5", "services.google-analytics-4.measurment_id", "no parameter", "did you mean “measurement_id”?", "Sluis service"},
	{"more services than a record can name", "  youtube: {}\n", "  youtube: {}\n" + manyServices(62), "11:1", "services", "are 65 services", "leave out", "Sluis service"},
	{"added in a version to come", "youtube: {}", "youtube: {since: 3}", "12:20", "services.youtube.since", "yet to come", "raise legalVersion to 3", "EDPB patterns: prompting"},
	{"legal version zero", "legalVersion: 2", "legalVersion: 0", "16:15", "legalVersion", "not a version", "from 1", "Sluis form"},
	{"validity not ISO 8601", "validity: P3M", "validity: 3 months", "17:11", "validity", "ISO 8601", "P6M", "Sluis form"},
	{"validity without number", "validity: P3M", "validity: P", "17:11", "validity", "ISO 8601", "P6M", "Sluis form"},
	{"validity in hours", "validity: P3M", "validity: PT12H", "17:11", "validity", "whole days", "P6M", "Sluis form"},
	{"validity above six months", "validity: P3M", "validity: P7M", "17:11", "validity", "longer than six months", "validityReason", "EDPB consent 110"},
	{"validity above thirteen months", "validity: P3M", "validityReason: because\nvalidity: P14M", "18:11", "validity", "any authority", "P6M", "EDPB consent 110"},
	{"validity above six months for no reason", "validity: P3M", "validityReason: because\nvalidity: P7M", "18:11", "validity", "longer than six months", "validityReason", "EDPB consent 110"},
	{"signal ignored for no reason", "gpc: deny", "gpc: ignore\ngpcReason: because", "28:6", "gpc", "without a reason", "gpcReason", "GDPR 21(5)"},
	{"controller without a name", "name: Example", `name: "—"`, "4:9", "controller.name", "names nobody", "registered", "GDPR 13(1)(a)"},
	{"validity below one month", "validity: P3M", "validity: P3W", "17:11", "validity", "again within a month", "validityReason", "EDPB patterns: prompting"},
	{"name that fills a phone", "name: Example", "name: " + strings.Repeat("Stichting Voorbeeld ", 14) + "Nederland", "4:9", "controller.name", "the first layer in “nl” would be about", "a short name for the controller", "Sluis layer"},
	{"sentence that fills a phone", "accept: Alles toestaan", "intro: \"{controller} wil graag {purposes}. " + strings.Repeat("Dat is ons veel waard. ", 8) + "\"\n    withdrawal: Je kunt je keuze altijd veranderen of intrekken met de knop ‘Cookies’ onderaan elke pagina." + strings.Repeat(" Dat kan elke dag.", 6), "27:12", "texts.nl.intro", "the first layer in “nl” would be about", "fewer words", "Sluis layer"},
	{"layout", "layout: bar", "layout: baar", "18:9", "layout", "not known", "did you mean “bar”?", "Sluis look"},
	{"corner", "corner: end", "corner: bottom", "19:9", "corner", "not known", "end, start", "Sluis look"},
	{"mode", "mode: light", "mode: lite", "21:9", "theme.mode", "not known", "auto, dark, light", "Sluis look"},
	{"font", "font: system", "font: Arial", "24:9", "theme.font", "not known", "inherit, system", "Sluis look"},
	{"logo of somebody else", "radius: 0", "logo: https://cdn.example/logo.svg", "23:9", "theme.logo", "not on the website itself", "put the image on the website", "Sluis look"},
	{"logo on a host that begins the same", "radius: 0", "logo: https://www.example.nl.evil.example/logo.svg", "23:9", "theme.logo", "not on the website itself", "put the image on the website", "Sluis look"},
	{"radius", "radius: 0", "radius: 25", "23:11", "theme.radius", "between 0 and 24", "0 to 24", "Sluis look"},
	{"colour by name", `"#0b5fa5"`, "blue", "22:11", "theme.accent", "not a colour", "#1a4fd6", "Sluis form"},
	{"colour that cannot be seen", `"#0b5fa5"`, `"#dddddd"`, "22:11", "theme.accent", "1.36:1, below 3.0:1", "take #949494", "WCAG 1.4.11"},
	{"text that cannot be read", "radius: 0", `light: {text: "#999999"}`, "23:17", "theme.light.text", "2.85:1, below 4.5:1", "take #767676", "WCAG 1.4.3"},
	{"text override unknown", "accept: Alles toestaan", "acept: Alles toestaan", "27:12", "texts.nl.acept", "no text", "did you mean “accept”?", "Sluis form"},
	{"text override empty", "accept: Alles toestaan", `accept: ""`, "27:13", "texts.nl.accept", "empty", "leave the key out", "GDPR 7(2)"},
	{"text override without its placeholder", "accept: Alles toestaan", "embed.always: Altijd", "27:19", "texts.nl.embed.always", "{service} is missing", "keep {service}", "GDPR 7(2)"},
	{"text override with a placeholder of its own", "accept: Alles toestaan", "accept: Akkoord {site}", "27:13", "texts.nl.accept", "{site} is not filled in", "leave {site} out", "GDPR 7(2)"},
	{"text override too long", "accept: Alles toestaan", "accept: " + strings.Repeat("ja ", 40), "27:14", "texts.nl.accept", "longer than", "shorter", "EDPB patterns: overload"},
	{"text override in another language", "texts:\n  nl:", "texts:\n  de:", "26:3", "texts.de", "not among", "nl", "EDPB patterns: language"},
	{"signal ignored without reason", "gpc: deny", "gpc: ignore", "28:6", "gpc", "without a reason", "gpcReason", "GDPR 21(5)"},
}

// manyServices are lines of a site file, one for each service.
func manyServices(n int) string {
	var lines strings.Builder
	for i := range n {
		fmt.Fprintf(&lines, "  our-service-%d: {define: {name: Service %d, category: functional, provider: Example, purpose: {nl: Beantwoordt vragen op de pagina., en: Answers questions on the page.}, recipients: [Example], privacy: \"https://service.example/privacy\", retention: P1Y, transfer: null, hosts: [{type: script, host: %d.service.example}], cookies: [], reload: true, load: {script: \"https://%d.service.example/a.js\"}}}\n", i, i, i, i)
	}
	return lines.String()
}
