package banner

// schemaWord is what an editor shows about a key of a site file.
type schemaWord struct {
	about    string
	required bool
	rules    object // further keywords of JSON Schema
}

func due(about string, rules ...object) schemaWord {
	w := may(about, rules...)
	w.required = true
	return w
}

func may(about string, rules ...object) schemaWord {
	w := schemaWord{about: about}
	if len(rules) > 0 {
		w.rules = rules[0]
	}
	return w
}

func oneOf(standard string, values ...string) object {
	o := object{"enum": values}
	if standard != "" {
		o["default"] = standard
	}
	return o
}

var (
	colourRule   = object{"pattern": colourForm.String()}
	durationRule = object{"pattern": "^(P[0-9YMWD]+(T[0-9HMS]+)?|PT[0-9HMS]+|session|provider|\\{[a-z_]+\\})$"}
	matchRule    = oneOf("", "exact", "prefix")
	partyRule    = oneOf("", "first", "third")
)

// schemaWords has one entry per key. It is a table, never written to.
var schemaWords = map[string]schemaWord{
	"origins":                due("Addresses of the website, as browsers send them: scheme, host and port, no path. An address belongs to one site, which serves all of its paths", object{"minItems": 1, "uniqueItems": true, "items": object{"type": "string", "pattern": "^(https://[^/?#*]+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]+)?)$"}}),
	"languages":              due("Languages of the website, the usual one first", object{"minItems": 1, "uniqueItems": true}),
	"controller":             due("Who is responsible (GDPR article 4(7))"),
	"controller.name":        due("Registered name"),
	"controller.address":     due("Street, number, postcode and town"),
	"controller.email":       due("Address for questions about personal data", object{"format": "email"}),
	"controller.dpo":         may("Data protection officer, where there is one: name, e-mail address or the address of a form", object{"minLength": 1}),
	"controller.authority":   may("Where visitors can complain: a known authority or the https address of another", object{"default": authorityAP, "examples": sortedKeys(authorities)}),
	"privacy":                due("Address of the privacy statement, one for all languages or one for each"),
	"services":               may("Services of others, in the order in which the banner shows them: id of a preset and its parameters, or define: and a description"),
	"legalVersion":           may("Raise it when a purpose, service, transfer or category is added: visitors are asked again", object{"default": 1, "minimum": 1, "maximum": 9999}),
	"validity":               may("How long a choice counts, in whole days (ISO 8601); longer than P6M or shorter than P1M needs validityReason", object{"default": "P6M", "pattern": "^P[0-9YMWD]+$"}),
	"validityReason":         may("Why choices count longer than six months, or shorter than one"),
	"layout":                 may("Form of the first layer", oneOf("box", "box", "bar", "centred")),
	"corner":                 may("Side on which the box and the reopen control stand", oneOf("start", "start", "end")),
	"theme":                  may("Look of the banner; contrast is checked (WCAG 2.2 AA)"),
	"theme.mode":             may("Light, dark, or as the visitor's machine is set", oneOf("auto", "auto", "light", "dark")),
	"theme.accent":           may("Colour of buttons, switches and focus", object{"pattern": colourForm.String(), "default": defaultAccent}),
	"theme.light":            may("Own colours of the light look"),
	"theme.light.background": may("Background", colourRule),
	"theme.light.text":       may("Text", colourRule),
	"theme.light.accent":     may("Accent, where it differs from theme.accent", colourRule),
	"theme.dark":             may("Own colours of the dark look"),
	"theme.dark.background":  may("Background", colourRule),
	"theme.dark.text":        may("Text", colourRule),
	"theme.dark.accent":      may("Accent; without it theme.accent is lightened until it can be read", colourRule),
	"theme.radius":           may("Radius of corners in px", object{"default": 12, "minimum": 0, "maximum": 24}),
	"theme.font":             may("The page's font or the machine's", oneOf("inherit", "inherit", "system")),
	"theme.logo":             may("Address of an image on one of the website's origins, shown above the question, 32 px high; requested only where the question is", object{"pattern": "^https?://"}),
	"texts":                  may("Own wording of single texts, per language"),
	"gpc":                    may("What Global Privacy Control does; ignore needs gpcReason and is unlawful for visitors from the EEA", oneOf("deny", "deny", "ignore")),
	"gpcReason":              may("Why the browser's signal need not be honoured"),
	"advertising":            may("The fourth category says that it is for advertising too; needed by pixels", object{"default": false}),
	"caught":                 may("Unmarked tags that are held back as well as a script can: those of the site's services, those of every service that Sluis knows, or none", oneOf("services", "services", "catalogue", "off")),

	"services.define.id":                 due("Id"),
	"services.define.name":               due("Name that visitors know"),
	"services.define.category":           due("Where visitors decide about it", oneOf("", "functional", "analytics", "social-media")),
	"services.define.advertising":        may("It profiles visitors for advertising"),
	"services.define.provider":           due("Company that runs it; {controller} for the website itself"),
	"services.define.purpose":            due("One short sentence in every language of the site"),
	"services.define.necessity":          may("Only in presets: why it needs no consent"),
	"services.define.recipients":         due("Who receives data, by name; a country as its two letters in braces: Example Inc. ({US})", object{"minItems": 1}),
	"services.define.otherRecipients":    may("Who else receives data, where they have no name: its advertising partners; in every language of the site"),
	"services.define.privacy":            due("Its privacy statement; {privacy} for the website's own"),
	"services.define.retention":          due("How long the provider keeps data (ISO 8601), or provider where only its statement says", durationRule),
	"services.define.transfer":           due("Where data go outside the EEA and on what ground; null where they stay"),
	"services.define.transfer.countries": due("Two letters each", object{"minItems": 1, "items": object{"type": "string", "pattern": countryForm.String()}}),
	"services.define.transfer.ground":    due("Adequacy decision, standard clauses or consent", oneOf("", "adequacy", "scc", "consent")),
	"services.define.joint":              may("Website and provider are jointly responsible for collecting and sending data, as with plug-ins of social networks", object{"default": false}),
	"services.define.hosts":              due("What its tags request; [] for nothing"),
	"services.define.hosts[].type":       due("Kind of request", oneOf("", "script", "iframe", "image", "style", "font", "connect", "media")),
	"services.define.hosts[].host":       due("Host, which may begin with *."),
	"services.define.hosts[].path":       may("Beginning of path and query", object{"pattern": "^/"}),
	"services.define.cookies":            due("Its cookies; [] for none"),
	"services.define.cookies[].name":     due("Name, or its beginning"),
	"services.define.cookies[].match":    due("Whole name or beginning", matchRule),
	"services.define.cookies[].party":    due("first: on the website's own domain; third: on another", partyRule),
	"services.define.cookies[].domain":   may("Domain of a third party's cookie"),
	"services.define.cookies[].lifetime": due("ISO 8601, or session", durationRule),
	"services.define.cookies[].optOut":   may("It is the visitor's own objection, and never removed", object{"default": false}),
	"services.define.cookies[].purpose":  due("What it is for"),
	"services.define.storage":            may("What it keeps in the browser besides cookies"),
	"services.define.storage[].type":     due("Kind of storage", oneOf("", "localStorage", "sessionStorage", "indexedDB", "cache")),
	"services.define.storage[].name":     due("Key, or its beginning"),
	"services.define.storage[].match":    due("Whole key or beginning", matchRule),
	"services.define.storage[].party":    due("first: of the website, removed on withdrawal; third: inside the service's frame", partyRule),
	"services.define.storage[].optOut":   may("It is the visitor's own objection, and never removed", object{"default": false}),
	"services.define.storage[].purpose":  due("What it is for"),
	"services.define.remnants":           may("Cookies that are removed though it no longer sets them"),
	"services.define.remnants[].name":    due("Name, or its beginning"),
	"services.define.remnants[].match":   due("Whole name or beginning", matchRule),
	"services.define.remnants[].why":     may("Why it is not declared"),

	"services.define.parameters":             may("Settings that are given beside define"),
	"services.define.parameters{}.pattern":   due("Anchored regular expression (RE2)"),
	"services.define.parameters{}.required":  may("Whether it must be given; else it has a default"),
	"services.define.parameters{}.default":   may("Value when it is not given"),
	"services.define.parameters{}.example":   due("A value that matches"),
	"services.define.parameters{}.help":      due("Where a value is found"),
	"services.define.load":                   may("How it is loaded once granted; without it only marked embeds are released"),
	"services.define.load.script":            due("Address of its script", object{"pattern": "^https://"}),
	"services.define.load.when":              may("CSS selector: only on pages with such an element"),
	"services.define.load.adapter":           may("Module of the gate that prepares the page", oneOf("", gateAdapters...)),
	"services.define.load.attributes":        may("Attributes of the script element"),
	"services.define.load.before":            may("Steps before the script"),
	"services.define.load.after":             may("Steps when it has loaded"),
	"services.define.load.before[].do":       due("Kind of step", oneOf("", stepKinds...)),
	"services.define.load.before[].name":     due("Global, may be dotted"),
	"services.define.load.before[].args":     may("Arguments"),
	"services.define.load.after[].do":        due("Kind of step", oneOf("", stepKinds...)),
	"services.define.load.after[].name":      due("Global, may be dotted"),
	"services.define.load.after[].args":      may("Arguments"),
	"services.define.consent":                may("Consent call by a module of the gate", oneOf("", gateAdapters...)),
	"services.define.signals":                may("Consent calls as steps"),
	"services.define.signals.default":        may("Before the script"),
	"services.define.signals.grant":          may("After a grant"),
	"services.define.signals.deny":           may("On withdrawal"),
	"services.define.signals.default[].do":   due("Kind of step", oneOf("", stepKinds...)),
	"services.define.signals.default[].name": due("Global, may be dotted"),
	"services.define.signals.default[].args": may("Arguments"),
	"services.define.signals.grant[].do":     due("Kind of step", oneOf("", stepKinds...)),
	"services.define.signals.grant[].name":   due("Global, may be dotted"),
	"services.define.signals.grant[].args":   may("Arguments"),
	"services.define.signals.deny[].do":      due("Kind of step", oneOf("", stepKinds...)),
	"services.define.signals.deny[].name":    due("Global, may be dotted"),
	"services.define.signals.deny[].args":    may("Arguments"),
	"services.define.embed":                  may("How its embeds are made more private"),
	"services.define.embed.replace":          may("Host to host"),
	"services.define.embed.query":            may("Parameters added to the address"),
	"services.define.embed.attributes":       may("Attributes set on the elements that load.when finds"),
	"services.define.reload":                 may("A running tag cannot be stopped: the page is loaded anew after a withdrawal"),
	"services.define.example":                due("Example"),
	"services.define.example.parameters":     may("Parameters"),
	"services.define.example.html":           may("Markup"),
	"services.define.example.request":        may("First request"),
	"services.define.advice":                 may("Advice"),
	"services.define.confidence":             due("Confidence"),
	"services.define.leaks":                  may("Leaks"),
	"services.define.sources":                due("Sources"),
}
