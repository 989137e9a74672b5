package banner_test

import (
	"fmt"
	"strings"
	"testing"

	"sluis/banner"
)

// wordy defines a service of the site's own with every sentence as long as it
// may be, and no two alike, so that compression finds little.
func wordy(id int) string {
	seed := uint32(id)*2654435761 + 1
	text := func(length int) string {
		var b strings.Builder
		for b.Len() < length {
			seed = seed*1664525 + 1013904223
			fmt.Fprintf(&b, "%x ", seed>>8)
		}
		return b.String()[:length]
	}
	return fmt.Sprintf("  s%d:\n    define:\n      name: S%d\n      category: functional\n      provider: P\n      purpose: {nl: Meet %s, en: Measures %s}\n      recipients: [P]\n      privacy: https://a.example/%s\n      retention: P1M\n      transfer: null\n      hosts: []\n      cookies: []\n",
		id, id, text(190), text(190), strings.ReplaceAll(text(60), " ", ""))
}

// Protects: a site whose scripts would outgrow what a visitor gets in one go
// is refused with the limit, and with what weighs most.
func TestReportRefusesHeavySites(t *testing.T) {
	var services strings.Builder
	for id := range 60 {
		services.WriteString(wordy(id))
	}
	heavy := change(t, goodSite, "  youtube: {}\n", services.String(), "  x-embed:\n", "")
	b := bundler(t)
	report, err := b.Report(t.Context(), "shop", "sites/shop.yaml", []byte(heavy))
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Weights) != 3 || len(report.Faults) != 2 {
		t.Fatalf("weights %v, faults %v", report.Weights, report.Faults)
	}
	for i, fault := range report.Faults {
		language := []string{"nl", "en"}[i]
		w := report.Weights[i+1]
		if w.Script != language || w.Limit != banner.BannerLimit || w.Bytes <= w.Limit {
			t.Errorf("%+v", w)
		}
		want := fmt.Sprintf("the banner in “%s” is %d bytes of brotli, over its limit of %d", language, w.Bytes, w.Limit)
		if fault.Rule != "Sluis size" || fault.Detail != want || fault.Line < 12 || fault.Column != 3 || !strings.HasPrefix(fault.Path, "services.") || !strings.HasPrefix(fault.Fix, fmt.Sprintf("%d bytes have to go: leave out or shorten", w.Bytes-w.Limit)) || strings.Count(fault.Fix, " bytes)") < 3 {
			t.Errorf("%+v, want %s", fault, want)
		}
	}
}

// Protects: a sound site is weighed as it will be served, and has no faults.
func TestReportWeighsWhatIsServed(t *testing.T) {
	b := bundler(t)
	report, err := b.Report(t.Context(), "shop", "sites/shop.yaml", []byte(goodSite))
	if err != nil || len(report.Faults) != 0 || len(report.Warnings) == 0 || report.Site == nil {
		t.Fatalf("%+v %v", report, err)
	}
	gate, err := b.Gate(t.Context(), report.Site)
	if err != nil {
		t.Fatal(err)
	}
	dutch, err := b.Banner(t.Context(), report.Site, "nl")
	if err != nil {
		t.Fatal(err)
	}
	b.Close()
	for i, asset := range []*banner.Asset{gate, dutch} {
		if body, _ := asset.Encoded("br"); len(body) != report.Weights[i].Bytes {
			t.Errorf("%s is served with %d bytes, weighed with %d", report.Weights[i].Script, len(body), report.Weights[i].Bytes)
		}
	}
}

// Protects: what a file gets wrong is in the report, and nothing is built for it.
func TestReportOfAFaultyFile(t *testing.T) {
	report, err := bundler(t).Report(t.Context(), "shop", "sites/shop.yaml", []byte(change(t, goodSite, "layout: bar", "layout: baar")))
	if err != nil || report.Site != nil || len(report.Weights) != 0 || len(report.Faults) != 1 || report.Faults[0].Rule != "Sluis look" {
		t.Errorf("%+v %v", report, err)
	}
}

// Protects: the widest net, which docs/holding-back.md offers, is no fault of a
// site's file: its gate is within the limit, with many services listed too.
func TestReportAcceptsTheWidestNet(t *testing.T) {
	listed := ""
	for _, service := range catalog(t).Services() {
		if len(service.Parameters) == 0 && service.ID != "youtube" && service.ID != "x-embed" && service.ID != "sluis" {
			listed += "  " + service.ID + ": {}\n"
		}
	}
	for _, services := range []string{"  youtube: {}\n", "  youtube: {}\n" + listed} {
		wide := change(t, goodSite, "  youtube: {}\n", services) + "caught: catalogue\nadvertising: true\n"
		report, err := bundler(t).Report(t.Context(), "shop", "sites/shop.yaml", []byte(wide))
		if err != nil || len(report.Faults) != 0 || report.Weights[0].Bytes > banner.GateLimit {
			t.Errorf("%v, weights %v, faults %v", err, report.Weights, report.Faults)
		}
	}
}
