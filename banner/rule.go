package banner

import (
	"slices"
	"strings"
)

// Rule is one thing that a banner owes its visitors, or a site file its
// readers. It is kept in one or both of two ways: no setting can break it, or
// a site that would break it is refused.
type Rule struct {
	ID     string   `json:"id"`     // short and stable: "AP 3"
	Title  string   `json:"title"`  // in our own words
	Source string   `json:"source"` // where it comes from
	Built  string   `json:"built"`  // how it is built in, whatever a site file says; may be empty
	Stops  string   `json:"stops"`  // what is refused for it; may be empty
	Proof  []string `json:"proof"`  // tests of what is built in: file and name; refusals have a case each in refusals_test.go
}

// The rules that a fault can name. The table says what each of them asks.
const (
	ruleForm    = "Sluis form"
	ruleOrigin  = "Sluis origin"
	ruleService = "Sluis service"
	ruleLook    = "Sluis look"
	ruleLayer   = "Sluis layer"
	ruleSize    = "Sluis size"

	rulePurpose     = "AP 1"
	ruleWords       = "AP 3"
	ruleTwins       = "AP 5"
	ruleClicks      = "AP 6"
	ruleWithdrawing = "AP 8"
	ruleInterest    = "AP 9"

	ruleEssential  = "EDPB banners 25"
	ruleMinimum    = "EDPB consent 64"
	ruleConduct    = "EDPB consent 86"
	ruleRefresh    = "EDPB consent 110"
	rulePrompting  = "EDPB patterns: prompting"
	ruleSteering   = "EDPB patterns: steering"
	ruleOneTongue  = "EDPB patterns: language"
	ruleOverload   = "EDPB patterns: overload"
	ruleNecessity  = "Tw 11.7a"
	ruleLifetimes  = "Planet49"
	ruleOnePurpose = "GDPR 6(1)(a)"
	rulePlain      = "GDPR 7(2)"
	ruleStatement  = "GDPR 12"
	ruleController = "GDPR 13(1)(a)"
	ruleOfficer    = "GDPR 13(1)(b)"
	ruleRecipients = "GDPR 13(1)(e)"
	ruleTransfers  = "GDPR 13(1)(f)"
	ruleRetention  = "GDPR 13(2)(a)"
	ruleComplaint  = "GDPR 13(2)(d)"
	ruleSignal     = "GDPR 21(5)"
	ruleEncrypted  = "GDPR 32"

	ruleTextContrast    = "WCAG 1.4.3"
	ruleReflow          = "WCAG 1.4.10"
	ruleControlContrast = "WCAG 1.4.11"
)

// Rules lists every rule, the authority's first.
func Rules() []Rule { return slices.Clone(rules) }

// RuleOf returns the rule that a fault names.
func RuleOf(id string) (Rule, bool) {
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}

// RulePage is the list of rules for people, as docs/lawful.md holds it.
func RulePage() string {
	var b strings.Builder
	b.WriteString(rulePageHead)
	source := ""
	for _, r := range rules {
		if r.Source != source {
			source = r.Source
			b.WriteString("\n## " + source + "\n")
		}
		b.WriteString("\n**" + r.ID + ": " + r.Title + ".**\n")
		for _, line := range []struct{ label, text string }{
			{"Built in", r.Built}, {"Refused", r.Stops}, {"Tests", strings.Join(r.Proof, "; ")},
		} {
			if line.text != "" {
				b.WriteString("- " + line.label + ": " + line.text + "\n")
			}
		}
	}
	b.WriteString(rulePageFoot)
	return b.String()
}

const rulePageHead = `# What makes a banner lawful, and who sees to it

Printed by ` + "`sluis check --rules`" + `; a test keeps this page the same. Each rule is kept in one or both of two ways:

- **Built in:** no setting of a site file, a preset or a text can break it. The tests named show it.
- **Refused:** a file that would break it is refused, by ` + "`sluis check`" + ` and at every start, with file, line, column, this rule and the mend. A running service keeps the last good version of the site. Each refusal has a case in banner/refusals_test.go and the files beside it; only the size is measured by ` + "`sluis check`" + ` alone, for it takes a build.

The numbers are those of the sources, the words are ours. This is no legal advice.
`

const rulePageFoot = `
## What no program can see to

- Whether a purpose is true, and whether the list of services is complete: compare it with what a browser shows.
- Whether an unmarked tag in a page fetches something before the gate runs; the browser may read ahead.
- Whether something lies under the banner that a page fixes to its window or scrolls inside itself: the room that the banner makes is the page's own. And whether the reopen control covers the end of a page: it takes the last 60 px of its corner, so leave a footer that much room, or write the other ` + "`corner`" + `.
- Whether a page opens a modal dialog by itself: while that is open, browsers make all else inert, so the question waits until it is closed, and nothing is loaded till then.
- Whether children are addressed: then leave out every service that needs consent.
- Whether a service that was added, or that changed, needs a new legalVersion: the file alone does not tell. The running service finds what older choices would grant unasked in the log, and says so; another purpose in new words it does not see.
- Agreements between those who are jointly responsible (GDPR 26(2)): the declaration says that they are, the privacy statement what they agreed.
- Agreements with processors, and settings made at the providers themselves; ` + "`sluis check`" + ` reminds of those it knows.
- Wording that misleads without a word that is known for it. The labels of the buttons must hold a word of acceptance and one of refusal in each of the 24 languages; for sentences there is a list of known phrases, and such a list has holes.

## Decided, and why

- **A browser's signal is answered, never silently.** There is no mode in which Global Privacy Control keeps the banner away. The signal asks not to be followed; it does not say whether a visitor wants maps or videos, and whoever sends it may want to know that it was heeded. With ` + "`gpc: deny`" + ` everything optional is off from the start, the banner says why, and a visitor who had granted something before is told once and not asked.
- **Consent is the one ground.** The Dutch exception for measuring with little effect on privacy (Tw 11.7a(3)(b)) is no switch here: whether it holds hangs on settings at the provider and on agreements that no program sees, and a refusal would then no longer mean that nothing is counted. Who relies on it measures outside Sluis and answers for it; the advice about Matomo says what it takes.
- **Withdrawing takes two clicks from any page,** the reopen control and “refuse all”, as many as accepting all takes from there. While the banner stands, each takes one.
- **A choice is for one host.** Its cookie is called ` + "`__Host-sluis`" + ` where the page has TLS: browsers take it from that very host alone, over TLS, for all of its paths. Subdomains do not share it, or any of them, rented out or broken into, could write a grant for all. Each host is asked by itself.
- **Nothing is said about automated decisions.** They must be told where there are any (GDPR 13(2)(f)); whether a website takes some on the basis of what its services gather, Sluis cannot know, and a denial that nobody checked would be worse than silence. A website that takes them says so in its privacy statement.
- **Joint responsibility is said of plug-ins of social networks,** of which the Court decided it; a website that embeds something else on such terms describes the service itself (` + "`joint: true`" + `).
`
