package banner

const (
	sourceAP       = "Autoriteit Persoonsgegevens, clear and misleading cookie banners: nine rules"
	sourceBanners  = "EDPB, report of the cookie banner taskforce, 17-01-2023, by paragraph"
	sourceConsent  = "EDPB, guidelines 05/2020 on consent, by paragraph"
	sourcePatterns = "EDPB, guidelines 03/2022 on deceptive design patterns"
	sourceLaw      = "Telecommunications Act (NL), GDPR and the Court of Justice"
	sourceWCAG     = "WCAG 2.2, level AA, by criterion"
	sourceOwn      = "Rules of Sluis itself"
)

const (
	provenTwins  = "e2e/twins.test.ts: accept and refuse are twins"
	provenSecond = "e2e/lawful.test.ts: accept and refuse are twins in the preferences too"
	provenLonger = "e2e/lawful.test.ts: the longest labels stay whole at 320 px"
	provenPhone  = "e2e/lawful.test.ts: the fullest first layer fits a phone"
	provenWalk   = "e2e/walk.test.ts: nothing third-party and no storage before the choice"
	provenOff    = "e2e/preferences.test.ts: nothing is on in advance"
	provenAxe    = "e2e/access.test.ts: axe finds nothing"
	provenKeys   = "e2e/access.test.ts: by keyboard alone"
)

// rules is the one table: check, start-up, the readiness answer and
// docs/lawful.md all speak from it.
var rules = []Rule{
	{"AP 1", "Say on the first layer what for, and who asks", sourceAP,
		"The first layer always shows title, sentence, withdrawal and privacy statement; there is no setting to leave one out.",
		"A sentence without {controller} or {purposes}; a purpose that is missing, shorter than a few words, or vague (“a better experience”), in texts and in services.",
		[]string{"banner/notice_test.go: TestNoticeSaysWhatIsDue"}},
	{"AP 2", "Tick nothing in advance", sourceAP, "Every optional switch is off until the visitor moves it; there is no setting for it.", "", []string{provenOff}},
	{"AP 3", "Clear words on the buttons", sourceAP, "",
		"An accept button without a word of accepting, a refuse button without a word of refusing, one with a word of the other, or one that speaks of settings instead.", nil},
	{"AP 4", "All choices on one layer", sourceAP, "Accept, refuse and choose stand side by side in every layout.", "", []string{provenTwins}},
	{"AP 5", "Hide no choice: neither by colour, size nor place", sourceAP,
		"Accept and refuse are the same element in the same style; colours are set for both at once.",
		"Labels of unlike length, one in capitals, signs or emoji in a label.", []string{provenTwins}},
	{"AP 6", "No more clicks to refuse than to accept", sourceAP, "One click each.", "A third button or a closing cross that is named like accepting or refusing, so that a refusal would need another click.", []string{provenTwins}},
	{"AP 7", "No inconspicuous link as the refusal", sourceAP, "The refusal is a button like the acceptance.", "", []string{provenTwins}},
	{"AP 8", "Say how to withdraw, beforehand and afterwards", sourceAP, "The reopen control is on every page; the declaration has a second way.",
		"A withdrawal text that does not speak of withdrawing, or does not name the reopen control as it is labelled.", []string{provenOff, "banner/language_test.go: TestWithdrawalNamesTheButton"}},
	{"AP 9", "Do not mix consent with legitimate interest", sourceAP, "There is no such switch: every category and every service is off or on by consent.", "A text that pleads legitimate interest.", []string{provenOff}},

	{"EDPB banners 8", "Refuse wherever one can accept", sourceBanners, "Both layers have both buttons.", "", []string{provenTwins, provenSecond, "e2e/walk.test.ts: refuse, reload"}},
	{"EDPB banners 10", "Nothing ticked in advance", sourceBanners, "As AP 2.", "", []string{provenOff}},
	{"EDPB banners 14", "No refusal as a link in the prose or outside the frame", sourceBanners, "As AP 7: the buttons are in one row of the frame.", "", []string{provenTwins}},
	{"EDPB banners 17", "No colours that lead or that cannot be read", sourceBanners, "One surface for both twins; the text on it is black or white, whichever can be read.", "", []string{provenTwins, "banner/palette_test.go: TestPaletteIsReadableForEveryAccent"}},
	{"EDPB banners 24", "No legitimate interest for reading or storing", sourceBanners, "As AP 9: nothing is loaded on another ground than consent or necessity.", "", []string{provenWalk}},
	{"EDPB banners 25", "Call necessary only what is", sourceBanners, "",
		"A site's own service as necessary; a preset or own service that moves what the catalogue asks consent for into necessary, or hosts of such a service; a reason that says nothing.", nil},
	{"EDPB banners 32", "A lasting way to withdraw", sourceBanners, "The reopen control; no setting removes it.", "", []string{provenOff, "e2e/walk.test.ts: withdraw: the cookies are gone"}},

	{"EDPB consent 39", "No wall: the page can be used without consent", sourceConsent, "The first layer is not modal, steals no focus and lets go of the page at a refusal.", "", []string{provenKeys, "e2e/obscured.test.ts: the banner covers no focused element"}},
	{"EDPB consent 64", "Who, what for, and the right to withdraw are told before", sourceConsent, "All three stand on the first layer.", "A service without name or provider.", []string{"banner/notice_test.go: TestNoticeSaysWhatIsDue"}},
	{"EDPB consent 86", "Only a clear act is consent", sourceConsent, "Nothing but the buttons grants; Escape, closing, scrolling and waiting do not.", "A text that takes browsing on, or closing, for consent.", []string{"e2e/silence.test.ts: no consent: ", provenKeys}},
	{"EDPB consent 104", "Be able to show what was consented to", sourceConsent, "The notice, with every word and service, is in the log before it is shown; each record names it by its hash.", "", []string{"banner/bundler_test.go: TestBannerAndNoticeVouchForEachOther", "banner/notice_test.go: TestNoticeChangesWithEverythingShown"}},
	{"EDPB consent 110", "Ask again at suitable intervals", sourceConsent, "A choice ends by itself and visits do not prolong it.", "A validity above thirteen months, or above six without a reason.", []string{"e2e/cookie.test.ts: a refusal of"}},

	{"EDPB patterns: prompting", "Do not wear refusals down by asking again", sourcePatterns, "One question for each period and legal version, for a refusal as for a grant.", "A validity below one month without a reason.", []string{"e2e/walk.test.ts: refuse, reload"}},
	{"EDPB patterns: steering", "Do not coax or shame", sourcePatterns, "", "Words that praise the acceptance or punish the refusal, in labels and on the first layer.", nil},
	{"EDPB patterns: language", "One language throughout", sourcePatterns, "A banner is built for each language of the site, with all of its texts.", "A language without texts; a privacy statement or an own service that lacks one of the site's languages; texts in a language the site does not have. (A preset that speaks English only is shown in English, and check says so.)", []string{"banner/language_test.go: TestLanguagesAreWhole"}},
	{"EDPB patterns: maze", "No search for what concerns the choice", sourcePatterns, "Two layers and no third: one click from the first to every category and service, and one page, the declaration, with all of it.", "", []string{provenTwins, provenSecond, "banner/declaration_test.go: TestDeclarationHoldsTheNotice"}},
	{"EDPB patterns: snugness", "The most open setting is not the one that is set", sourcePatterns, "As AP 2: whoever does nothing grants nothing.", "", []string{provenOff, provenWalk}},
	{"EDPB patterns: hidden", "Nothing hidden in plain sight", sourcePatterns, "As AP 5 and EDPB banners 17: refusing is as large, as near and as easy to read as accepting, on every layer and device.", "", []string{provenTwins, provenSecond, "banner/palette_test.go: TestPaletteIsReadableForEveryAccent"}},
	{"EDPB patterns: dead end", "No control that leads nowhere", sourcePatterns, "What opens the choice works while the banner cannot be had, as soon as it can; the declaration can be read without scripts, and without the gate.", "", []string{"e2e/rules-absent.test.ts: the banner is blocked, then no longer", "e2e/declaration.test.ts: page without JavaScript", "e2e/declaration.test.ts: embed without the gate"}},
	{"EDPB patterns: longer", "Refusing takes no longer than necessary", sourcePatterns, "As AP 6: one click, no question back, and no other page.", "", []string{provenTwins, "e2e/walk.test.ts: refuse, reload"}},
	{"EDPB patterns: misleading", "A control does what it says", sourcePatterns, "Saving grants what is switched on and nothing else; closing and Escape decide nothing. What buttons may say: AP 3, AP 6.", "", []string{provenOff, provenKeys}},
	{"EDPB patterns: overload", "No flood of words", sourcePatterns, "", "A text more than three times as long as ours, a label of more than 28 characters, a purpose or reason of more than 200.", nil},

	{"Tw 11.7a", "Before consent, nothing is read or stored that is not necessary", sourceLaw, "The gate holds every listed service and marked element; a refusal stores the choice without a number.",
		"A necessary service without a reason why nothing else does.", []string{provenWalk, "e2e/held.test.ts: marked scripts keep their order"}},
	{"Planet49", "Tell how long each cookie lives and who reads it (CJEU C-673/17)", sourceLaw, "", "A cookie or stored entry without lifetime, party or purpose.", nil},
	{"GDPR 6(1)(a)", "A choice for each purpose", sourceLaw, "Each category and each service in it has a switch of its own.", "A service under the category of another purpose; advertising that the banner does not name, or outside the category that names it; two categories of one name; two services for one address.", []string{provenOff}},
	{"GDPR 7(2)", "Plain, and apart from other matters", sourceLaw, "", "An empty or invisible text; a text without its facts.", nil},
	{"GDPR 7(3)", "Withdrawing is as easy as consenting", sourceLaw, "From any page: the reopen control, then refuse all; accepting all takes the same two clicks from there. What services stored is removed, but never a visitor's own objection.", "", []string{"e2e/preferences.test.ts: to withdraw takes no more clicks than to accept", "e2e/walk.test.ts: withdraw: the cookies are gone", "banner/optout_test.go: TestNoVisitorLosesHisObjection"}},
	{"GDPR 12", "The privacy statement is at hand", sourceLaw, "It is linked on the first layer.", "A missing, unencrypted or malformed address.", []string{"banner/notice_test.go: TestNoticeSaysWhatIsDue"}},
	{"GDPR 13(1)(a)", "Who is responsible, and how to reach them", sourceLaw, "", "A controller without name, address or e-mail.", nil},
	{"GDPR 13(1)(b)", "The data protection officer, where there is one", sourceLaw, "The declaration names the one that the site file names (controller.dpo).", "One that names nobody, or whose address is none.", []string{"banner/declaration_test.go: TestDeclarationTellsWhatIsSo"}},
	{"GDPR 13(1)(e)", "Who receives data", sourceLaw, "", "A service without recipients.", nil},
	{"GDPR 13(1)(f)", "Where data go outside the EEA, and on what ground", sourceLaw, "Where the ground is standard clauses, the declaration says where to get a copy.", "A service that does not say whether data leave the EEA, where to, or on what ground.", []string{"banner/declaration_test.go: TestDeclarationTellsWhatIsSo"}},
	{"GDPR 13(2)(a)", "How long data are kept", sourceLaw, "", "A service without retention.", nil},
	{"GDPR 13(2)(d)", "Where to complain", sourceLaw, "The declaration names the authority.", "An authority that is neither known nor an address.", []string{"banner/declaration_test.go: TestDeclarationHoldsTheNotice"}},
	{"GDPR 13(3)", "What is new is told before it is done", sourceLaw, "A service that came with a later legalVersion (since) is off until it was asked about. One that came without is told to the operator, from the log: in the service's own log, in /readyz and with the site.", "", []string{"e2e/renewal.test.ts: a service that was added is asked about, and nothing else", "banner/unasked_test.go: TestUnaskedServicesAreFound", "api/unasked_test.go: TestOperatorIsToldWhatVisitorsWereNotAsked"}},
	{"GDPR 21(5)", "An objection by signal counts", sourceLaw, "Global Privacy Control withdraws older grants and leaves everything optional off; the declaration says so, and the statement that is served for the website never claims it of a site that ignores it.", "Ignoring the browser's privacy signal without a reason.", []string{"e2e/signal.test.ts: the signal withdraws a grant of earlier", "banner/declaration_test.go: TestDeclarationTellsWhatIsSo", "api/gpc_test.go: TestNoPromiseOfASignalThatIsIgnored"}},
	{"GDPR 26", "Who is jointly responsible (CJEU C-40/17)", sourceLaw, "The declaration says it of each plug-in of a social network.", "", []string{"banner/declaration_test.go: TestDeclarationTellsWhatIsSo"}},
	{"GDPR 32", "Choices travel encrypted", sourceLaw, "", "An origin with http other than this machine.", nil},

	{"WCAG 1.4.3", "Text has a contrast of 4.5:1", sourceWCAG, "What a site does not name is derived so that it holds, and nothing is drawn in other colours.", "A named colour that misses it, in the light or the dark look.", []string{"banner/palette_test.go: TestPaletteIsReadableForEveryAccent", "banner/mend_test.go: TestTheSheetDrawsOnlyJudgedColours"}},
	{"WCAG 1.4.10", "All of it fits 320 px", sourceWCAG, "The layer scrolls inside itself and never sideways.", "A word on one of the twins that is too long for half of 320 px.", []string{provenTwins, provenLonger}},
	{"WCAG 1.4.11", "Controls and focus have a contrast of 3:1", sourceWCAG, "As 1.4.3.", "As 1.4.3.", []string{"banner/palette_test.go: TestPaletteIsReadableForEveryAccent"}},
	{"WCAG 2.1.1", "Everything works by keyboard", sourceWCAG, "Native buttons, checkboxes and dialog.", "", []string{provenKeys}},
	{"WCAG 2.4.11", "The banner hides nothing that has the focus", sourceWCAG, "The page is given room for as long as the banner stands: whatever scrolls with it comes to rest above the banner when it gets the focus, in every layout and window.", "", []string{"e2e/obscured.test.ts: the banner covers no focused element"}},
	{"WCAG 2.5.3", "What is read is what is named", sourceWCAG, "A button's name is its label, in every language and wording.", "", []string{provenAxe}},
	{"WCAG 2.5.8", "Targets are large enough", sourceWCAG, "The buttons of both layers are at least 44 px high, those in a small embed 32, in units that no setting or page changes; radius and font cannot shrink them.", "", []string{provenAxe, provenTwins}},
	{"WCAG 3.1.2", "Another language is marked as such", sourceWCAG, "What a preset says in English only is marked as English in the preferences and the declaration.", "", []string{"e2e/tongue.test.ts: English inside another language is marked", "banner/bundle_layers_test.go: TestOnlyForeignPurposesAreMarked"}},
	{"WCAG 4.1.2", "Every control has name, role and state", sourceWCAG, "As axe judges both layers, light and dark, phone and desktop.", "", []string{provenAxe}},

	{"Sluis layer", "The first layer leaves a phone two fifths of its screen", sourceOwn, "It is never higher than 60 % of the screen and scrolls inside itself.", "Texts that would have to scroll on a phone of 390 by 844, so that some visitors would not see all of them.", []string{provenPhone}},
	{"Sluis size", "Gate and banner are light", sourceOwn, "A site pays only for the services it lists.", "A gate or a banner over its limit; the services and texts that weigh most are named. By sluis check alone.", []string{"banner/bundle_size_test.go: TestSizes"}},
	{"Sluis look", "Layout, corner and theme are ones that were tested", sourceOwn, "", "Any other value; a radius beyond 24 px; a logo that is not on the website itself.", nil},
	{"Sluis origin", "Records are taken from named addresses only", sourceOwn, "", "An origin with path, query, name, wildcard or usual port; one twice, or of two sites, this machine's own apart; an id of a site that is an address of the service's own.", nil},
	{"Sluis service", "A service is described so that the gate can hold, release and clean it up", sourceOwn, "", "An unknown preset; a parameter that is unknown, missing or malformed; hosts, patterns or steps that would not work; more services than a record can name.", nil},
	{"Sluis form", "Files say each thing once, in its form", sourceOwn, "", "Unknown or doubled keys, values of another kind, control characters, YAML that hides values elsewhere.", nil},
}
