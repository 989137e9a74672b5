// Package banner is what a visitor sees and what it lets load: sites, services
// and texts as data, the scripts built from them, the notice that says exactly
// what was shown, and the meaning of a choice.
//
// It guarantees that nothing incomplete is served: a site, preset or language
// with a fault is refused, all faults at once, each with its place and mend. A
// choice that is not whole, present and about this legal version grants
// nothing. The same site, texts and script always give the same notice, and
// any difference a visitor could notice gives another.
//
// It does not store anything (package consentlog does), does not speak HTTP
// (package api does) and does not judge whether what a site says about itself
// is true.
package banner
