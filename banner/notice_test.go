package banner_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"sluis/banner"
	"sluis/consentlog"
)

func notice(t testing.TB, s *banner.Site, language string) consentlog.Notice {
	t.Helper()
	n, err := banner.NewNotice(s, language, catalog(t).SiteTexts(s, language), "bundle")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Protects: two processes, today and years from now, give what they show the
// same name: a record's hash leads to the text, whoever looks it up.
func TestNoticeIsTheSameInAnotherProcess(t *testing.T) {
	const child = "SLUIS_TEST_PRINT_NOTICE"
	n := notice(t, site(t), "nl")
	if os.Getenv(child) != "" {
		fmt.Println("notice=" + n.Hash())
		return
	}
	for range 3 {
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), child+"=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if !strings.Contains(string(out), "notice="+n.Hash()) {
			t.Errorf("want %s, another process says %s", n.Hash(), out)
		}
	}
}

// Protects: the log takes every notice that we make: canonical, and whole.
func TestNoticeIsFitForTheLog(t *testing.T) {
	for _, language := range []string{"nl", "en"} {
		n := notice(t, site(t), language)
		if err := n.Validate(); err != nil {
			t.Errorf("%s: %v", language, err)
		}
		if n.Language != language || n.LegalVersion != 2 {
			t.Errorf("%s %d", n.Language, n.LegalVersion)
		}
	}
}

// Protects: the notice answers what ISO/IEC TS 27560 and GDPR art. 13 ask: who,
// what for, who receives, how long, where to, which rights, how to withdraw,
// where to complain.
func TestNoticeSaysWhatIsDue(t *testing.T) {
	var got struct {
		Controller struct {
			Name, Address, Email, Privacy string
			Authority                     struct{ Name, URL string }
		}
		Jurisdiction, ConsentType, Validity, ProofKept, Language, Bundle string
		LegalBasis, Rights                                               []string
		Withdrawal                                                       struct {
			Text, Button string
			Ways         []string
		}
		Categories []struct {
			ID, Name, Text string
			Services       []struct {
				ID, Purpose, Necessity, Retention, Privacy, Provider string
				Recipients                                           []string
				Transfer                                             *banner.Transfer
				Cookies                                              []struct{ Name, Lifetime, Purpose string }
			}
		}
		Texts map[string]string
	}
	if err := json.Unmarshal(notice(t, site(t), "nl").Content, &got); err != nil {
		t.Fatal(err)
	}
	for what, value := range map[string]string{
		"controller": got.Controller.Name, "address": got.Controller.Address, "contact": got.Controller.Email, "privacy": got.Controller.Privacy,
		"authority": got.Controller.Authority.Name, "authority address": got.Controller.Authority.URL, "jurisdiction": got.Jurisdiction, "type": got.ConsentType,
		"validity": got.Validity, "proof": got.ProofKept, "withdrawal": got.Withdrawal.Text, "withdrawal button": got.Withdrawal.Button, "bundle": got.Bundle,
	} {
		if value == "" {
			t.Errorf("%s is missing", what)
		}
	}
	if len(got.LegalBasis) == 0 || len(got.Rights) < 7 || len(got.Withdrawal.Ways) == 0 || len(got.Categories) != 4 {
		t.Errorf("%+v", got)
	}
	if got.Texts["accept"] != "Alles toestaan" {
		t.Errorf("the site's own wording is not in the notice: %q", got.Texts["accept"])
	}
	services := 0
	for _, category := range got.Categories {
		if category.Name == "" || category.Text == "" {
			t.Errorf("category %s has no words", category.ID)
		}
		for _, s := range category.Services {
			services++
			if s.Purpose == "" || s.Retention == "" || s.Privacy == "" || s.Provider == "" || len(s.Recipients) == 0 {
				t.Errorf("%s: %+v", s.ID, s)
			}
			if (category.ID == "necessary") != (s.Necessity != "") {
				t.Errorf("%s in %s has the reason %q", s.ID, category.ID, s.Necessity)
			}
		}
	}
	shown, err := json.Marshal(got.Categories)
	if err != nil {
		t.Fatal(err)
	}
	if unfilled := regexp.MustCompile(`\{[a-z_]+\}`).Find(shown); unfilled != nil {
		t.Errorf("visitors would read %s", unfilled)
	}
	if services != 4 {
		t.Errorf("%d services, want 4", services)
	}
}

// unseen are the parts of a site that a visitor does not meet: they must not
// ask anybody again when they change.
var unseen = map[string]bool{
	"Origins":                         true, // where the notice may be shown, not what it says
	"Languages":                       true, // one notice per language
	"Source":                          true,
	"originPlaces":                    true,
	"GPCReason":                       true, // for the operator
	"Caught":                          true, // code, and so part of the bundle hash
	"Services.ID":                     true, // the service inside counts
	"Services.Parameters":             true, // what they change in the service counts
	"Services.Service.Load":           true, // code, and so part of the bundle hash
	"Services.Service.Embed":          true,
	"Services.Service.Signals":        true,
	"Services.Service.Consent":        true,
	"Services.Service.Reload":         true,
	"Services.Service.Remnants":       true,
	"Services.Service.Cookies.OptOut": true, // what is removed is code
	"Services.Service.Storage.OptOut": true,
	"Services.Service.Parameters":     true,
	"Services.Service.Example":        true,
	"Services.Service.Advice":         true,
	"Services.Service.Confidence":     true,
	"Services.Service.Leaks":          true,
	"Services.Service.Sources":        true,
	"Services.Since":                  true, // shown by the script, whose hash the notice holds
	"Texts":                           true, // given to NewNotice as shown
}

// Protects: any change a visitor could notice gives the notice another name,
// also of a field that somebody adds later and forgets here.
func TestNoticeChangesWithEverythingShown(t *testing.T) {
	s := site(t)
	s.ValidityReason = "because"
	texts := catalog(t).SiteTexts(s, "nl")
	hash := func() string {
		n, err := banner.NewNotice(s, "nl", texts, "bundle")
		if err != nil {
			t.Fatal(err)
		}
		return n.Hash()
	}
	before, tried := hash(), 0
	changed := func(path string, set, restore func()) {
		tried++
		set()
		if hash() == before {
			t.Errorf("%s changes and the notice keeps its name", path)
		}
		restore()
	}
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		if unseen[path] {
			return
		}
		switch v.Kind() {
		case reflect.String:
			old := v.String()
			changed(path, func() { v.SetString(old + "x") }, func() { v.SetString(old) })
		case reflect.Int:
			old := v.Int()
			changed(path, func() { v.SetInt(old + 1) }, func() { v.SetInt(old) })
		case reflect.Bool:
			old := v.Bool()
			changed(path, func() { v.SetBool(!old) }, func() { v.SetBool(old) })
		case reflect.Pointer:
			if !v.IsNil() {
				walk(path, v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(path, v.Index(i))
			}
		case reflect.Map:
			for _, key := range v.MapKeys() {
				old := v.MapIndex(key)
				if language := key.String(); language != "nl" && language != "" {
					continue // another language, another notice
				}
				changed(path, func() { v.SetMapIndex(key, reflect.ValueOf(old.String()+"x").Convert(old.Type())) }, func() { v.SetMapIndex(key, old) })
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."), v.Field(i))
			}
		}
	}
	walk("", reflect.ValueOf(s).Elem())
	if tried < 100 {
		t.Errorf("only %d changes were tried", tried)
	}
	for key := range texts {
		if strings.HasPrefix(key, "declaration.") {
			continue // another page, which is about all visitors and asks nothing
		}
		old := texts[key]
		changed("text "+key, func() { texts[key] = old + "x" }, func() { texts[key] = old })
	}
	if other, _ := banner.NewNotice(s, "nl", texts, "another bundle"); other.Hash() == before {
		t.Error("another script, the same name")
	}
	if other, _ := banner.NewNotice(s, "en", texts, "bundle"); other.Hash() == before {
		t.Error("another language, the same name")
	}
	if hash() != before {
		t.Error("the walk did not restore the site")
	}
}
