package banner_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"sluis/banner"
)

// refusedElsewhere are refusals that no change of one file shows.
var refusedElsewhere = map[string]string{
	"Sluis size": "banner/weight_test.go: TestReportRefusesHeavySites",
}

// Protects: no rule is a mere promise. What is refused has a case that is
// refused, what is built in names a test that exists, and every refusal names
// a rule of the table.
func TestEveryRuleIsKept(t *testing.T) {
	cases := map[string]int{}
	for _, c := range slices.Concat(siteRefusals, wordRefusals, presetRefusals, ownRefusals) {
		cases[c.rule]++
		if rule, known := banner.RuleOf(c.rule); !known || rule.Stops == "" {
			t.Errorf("%s: rule %q is not in the table, or refuses nothing", c.name, c.rule)
		}
	}
	seen := map[string]bool{}
	for _, rule := range banner.Rules() {
		if seen[rule.ID] || rule.ID == "" || rule.Title == "" || rule.Source == "" || rule.Built == "" && rule.Stops == "" {
			t.Errorf("not whole, or twice: %+v", rule)
		}
		seen[rule.ID] = true
		if found, _ := banner.RuleOf(rule.ID); found.Title != rule.Title {
			t.Errorf("%s is found as %+v", rule.ID, found)
		}
		if rule.Stops != "" && cases[rule.ID] == 0 {
			if proof, named := refusedElsewhere[rule.ID]; !named {
				t.Errorf("%s refuses %q, but no case shows it", rule.ID, rule.Stops)
			} else {
				provenBy(t, rule.ID, proof)
			}
		}
		if (rule.Built == "") != (len(rule.Proof) == 0) {
			t.Errorf("%s: what is built in needs a test, and a test something to show: %q, %q", rule.ID, rule.Built, rule.Proof)
		}
		for _, proof := range rule.Proof {
			provenBy(t, rule.ID, proof)
		}
	}
}

// provenBy looks for "file: words" in the file, the words as the name of a test.
func provenBy(t *testing.T, rule, proof string) {
	t.Helper()
	file, name, _ := strings.Cut(proof, ": ")
	src, err := os.ReadFile("../" + file)
	if err != nil {
		t.Errorf("%s: %v", rule, err)
		return
	}
	for line := range strings.Lines(string(src)) {
		if strings.Contains(line, name) && (strings.Contains(line, "test(") || strings.HasPrefix(line, "func "+name+"(")) {
			return
		}
	}
	t.Errorf("%s is said to be proven by %q, which is not in %s", rule, name, file)
}

// Protects: the page about what is lawful and the program say the same.
func TestLawfulPageIsCurrent(t *testing.T) {
	const file = "../docs/lawful.md"
	if *update {
		if err := os.WriteFile(file, []byte(banner.RulePage()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(file)
	if err != nil || string(page) != banner.RulePage() {
		t.Errorf("docs/lawful.md is behind the rules (%v): run go test ./banner -run TestLawfulPage -update", err)
	}
}
