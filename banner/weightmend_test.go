package banner_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// hostly is wordy with addresses that are nobody else's, which is what weighs in
// a gate.
func hostly(id, hosts int) string {
	seed, all := uint32(id)*2654435761+7, []string{}
	for range hosts {
		name := ""
		for len(name) < 40 {
			seed = seed*1664525 + 1013904223
			name += fmt.Sprintf("%x", seed>>8)
		}
		all = append(all, "{type: script, host: "+name+".example}")
	}
	return strings.Replace(wordy(id), "hosts: []", "hosts: ["+strings.Join(all, ", ")+"]", 1)
}

// Protects: whoever is told that a gate is too large learns how much has to go,
// first what a smaller net saves, which costs no service, and then parts that
// are enough: three were named, whatever was missing. What is proposed works.
func TestTheMendOfAHeavyGateIsEnough(t *testing.T) {
	var services strings.Builder
	for id := range 20 {
		services.WriteString(hostly(id, 8))
	}
	b := bundler(t)
	heavy := change(t, goodSite, "  youtube: {}\n", services.String(), "  x-embed:\n", "")
	for caught, told := range map[string]string{
		"services":  `^(\d+) bytes have to go: write caught: off, which saves (\d+) and is enough \(every tag then has to be marked or managed\); or leave out or shorten what weighs most: `,
		"catalogue": `^(\d+) bytes have to go: write caught: services, which saves \d+ and is not enough alone \(.+\); or write caught: off, which saves (\d+) and is enough \(.+\); or leave out or shorten what weighs most: `,
	} {
		report, err := b.Report(t.Context(), "shop", "sites/shop.yaml", []byte(heavy+"caught: "+caught+"\n"))
		if err != nil || len(report.Faults) == 0 || !strings.HasPrefix(report.Faults[0].Detail, "the gate is ") {
			t.Fatalf("%v, weights %v, faults %v", err, report.Weights, report.Faults)
		}
		gate, fix := report.Weights[0], report.Faults[0].Fix
		m := regexp.MustCompile(told).FindStringSubmatch(fix)
		if m == nil || m[1] != strconv.Itoa(gate.Bytes-gate.Limit) {
			t.Fatalf("%s: %s", caught, fix)
		}
		sum := 0
		for _, p := range regexp.MustCompile(`\(about (\d+) bytes\)`).FindAllStringSubmatch(fix, -1) {
			n, _ := strconv.Atoi(p[1])
			sum += n
		}
		if enough := !strings.Contains(fix, fmt.Sprintf("; those are about %d bytes, so it takes more", sum)); enough != (sum >= gate.Bytes-gate.Limit) {
			t.Errorf("%s: %d bytes named: %s", caught, sum, fix)
		}
		off, err := b.Report(t.Context(), "shop", "sites/shop.yaml", []byte(heavy+"caught: off\n"))
		if err != nil {
			t.Fatal(err)
		}
		if saved := strconv.Itoa(gate.Bytes - off.Weights[0].Bytes); saved != m[2] {
			t.Errorf("%s: it saves %s, and not %s", caught, saved, m[2])
		}
	}
}
