package banner_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluis/banner"
)

// Protects: what a browser keeps for an origin is of one site. Two sites would
// share a choice, and a record of the one that waits would be sent to the other,
// which refuses it, and be lost. The start refuses the second, with file, line,
// rule and mend; at one's own machine sites may take turns.
func TestAnOriginIsOfOneSite(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "magazine.yaml", goodSite, "shop.yaml", change(t, goodSite, "https://www.example.nl,", "https://shop.example, https://www.example.nl,"))
	_, err := banner.OpenSites(banner.SitesOptions{Dir: dir, Catalog: catalog(t)})
	var faults *banner.SiteError
	if !errors.As(err, &faults) || len(faults.Faults) != 1 {
		t.Fatalf("want one fault, got %v", err)
	}
	for _, want := range []string{"shop.yaml:1:33: origins[1]: ", filepath.Join(dir, "magazine.yaml") + ":1", "Rule Sluis origin", "one site serves every path"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not said: %s\n%v", want, err)
		}
	}
	write(t, dir, "shop.yaml", goodSiteAt(t, "shop.example")) // both list http://localhost:8080
	if got := ids(open(t, dir, nil)); got != "magazine shop" {
		t.Errorf("sites %q", got)
	}
}

// Protects: in a running service who has an origin keeps it, whatever its name:
// whoever takes it stays what it was, says so once, and gets it when it is free,
// which is said too: the log's last word about a renamed site was that it is
// refused, while it was served.
func TestAnOriginIsTakenFromNobody(t *testing.T) {
	dir := t.TempDir()
	both := change(t, goodSite, "https://www.example.nl,", "https://b.example, https://www.example.nl,")
	write(t, dir, "b.yaml", goodSiteAt(t, "b.example"))
	var log bytes.Buffer
	s := open(t, dir, &log)
	before, _ := s.Get("b")

	// One that comes new, while the holder changes something else.
	write(t, dir, "a.yaml", both, "b.yaml", goodSiteAt(t, "b.example", "layout: bar", "layout: box"))
	for range 3 {
		reload(t, s)
	}
	if b, _ := s.Get("b"); ids(s) != "b" || b == before || b.Layout != "box" {
		t.Errorf("sites %q, and b is %+v", ids(s), b)
	}
	if f := s.Faults(); len(f) != 1 || f[0].File != filepath.Join(dir, "a.yaml") || f[0].Path != "origins[0]" {
		t.Errorf("faults %v", f)
	}
	if n := strings.Count(log.String(), "site file refused"); n != 1 {
		t.Errorf("told %d times, want once:\n%s", n, &log)
	}

	// The holder lets go: the file that was refused counts without being touched.
	write(t, dir, "b.yaml", goodSiteAt(t, "c.example"))
	reload(t, s)
	if a, ok := s.Get("a"); !ok || len(a.Origins) != 3 || len(s.Faults()) > 0 {
		t.Errorf("sites %q, faults %v", ids(s), s.Faults())
	}
	accepted := func(site string) bool {
		return strings.Contains(log.String(), `msg="site file accepted" site=`+site+" ")
	}
	if !accepted("a") || accepted("b") {
		t.Errorf("that a is served is not said, or it is said of b:\n%s", &log)
	}

	// Both change at once, and to what the other had.
	write(t, dir, "a.yaml", goodSiteAt(t, "c.example"), "b.yaml", both)
	reload(t, s)
	a, _ := s.Get("a")
	b, _ := s.Get("b")
	if len(s.Faults()) > 0 || a.Origins[0] != "https://c.example" || b.Origins[0] != "https://b.example" {
		t.Errorf("faults %v, a %v, b %v", s.Faults(), a.Origins, b.Origins)
	}

	// A file with another name for the same site: when the old one is gone for good.
	if err := os.Rename(filepath.Join(dir, "a.yaml"), filepath.Join(dir, "renamed.yaml")); err != nil {
		t.Fatal(err)
	}
	reload(t, s)
	reload(t, s)
	if got := ids(s); got != "b renamed" || len(s.Faults()) > 0 || !accepted("renamed") {
		t.Errorf("sites %q, faults %v", got, s.Faults())
	}
}

// Protects: of many new sites that list one address the first by id has it, and
// each of the others is told, at once; nobody who was there loses anything.
func TestManyNewSitesOnOneOrigin(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "m.yaml", goodSiteAt(t, "m.example"))
	s := open(t, dir, nil)
	write(t, dir,
		"a.yaml", goodSiteAt(t, "shared.example"), "b.yaml", goodSiteAt(t, "shared.example"),
		"c.yaml", change(t, goodSite, "https://www.example.nl,", "https://c.example, https://m.example,"),
		"z.yaml", goodSiteAt(t, "c.example"))
	reload(t, s)
	if got := ids(s); got != "a m z" {
		t.Errorf("sites %q", got)
	}
	var files []string
	for _, f := range s.Faults() {
		files = append(files, filepath.Base(f.File)+" "+f.Path)
	}
	if got := strings.Join(files, ", "); got != "b.yaml origins[0], c.yaml origins[1]" {
		t.Errorf("faults %s", got)
	}
}

// Protects: a website does not go dark because its file was copied and the copy
// sorts before it: who had an origin keeps it over a restart, as in a running
// service, even while its own file is faulty; and a start without that knowledge
// does what a running service does with two new ones.
func TestAnOriginStaysOverARestart(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "shop.yaml", goodSite)
	s := open(t, dir, nil)
	write(t, dir, "copy.yaml", change(t, goodSite, "https://www.example.nl,", "https://copy.example, https://www.example.nl,"))
	reload(t, s)
	if got := ids(s); got != "shop" {
		t.Fatalf("running: sites %q", got)
	}
	start := func(held map[string][]string) *banner.Sites {
		t.Helper()
		s, _ := banner.OpenSites(banner.SitesOptions{Dir: dir, Catalog: catalog(t), Held: held})
		if s == nil {
			t.Fatal("nothing is served")
		}
		return s
	}
	again := start(s.Held())
	if f := again.Faults(); ids(again) != "shop" || len(f) != 1 || f[0].File != filepath.Join(dir, "copy.yaml") || f[0].Path != "origins[1]" {
		t.Errorf("restarted: sites %q, faults %v", ids(again), f)
	}

	// The one that has it is faulty at the next start: nobody gets it meanwhile.
	write(t, dir, "shop.yaml", change(t, goodSite, "layout: bar", "layout: baar"), "third.yaml", goodSiteAt(t, "third.example"))
	faulty := start(again.Held())
	if got := ids(faulty); got != "third" || !strings.Contains(faulty.Faults()[0].Detail, "in "+filepath.Join(dir, "shop.yaml")+";") {
		t.Errorf("faulty: sites %q, faults %v", got, faulty.Faults())
	}
	next := start(faulty.Held())
	if got := ids(next); got != "third" {
		t.Errorf("and at the start after that: sites %q", got)
	}
	write(t, dir, "shop.yaml", goodSite)
	reload(t, next)
	if got := ids(next); got != "shop third" || !slices.Equal(next.Refused(), []string{"copy"}) {
		t.Errorf("mended: sites %q, refused %q", got, next.Refused())
	}

	if got := ids(start(nil)); got != "copy third" {
		t.Errorf("where nothing is known from before: sites %q", got)
	}
	// Its file is gone: it has nothing any more.
	if err := os.Remove(filepath.Join(dir, "shop.yaml")); err != nil {
		t.Fatal(err)
	}
	if got := ids(start(next.Held())); got != "copy third" {
		t.Errorf("its file is gone: sites %q", got)
	}
}

// Protects: that is so too where the folder comes late, as a volume that is
// mounted after the service was started.
func TestAnOriginStaysWhereTheFolderComesLate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sites")
	demo, err := banner.DemoSite(catalog(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := banner.OpenSites(banner.SitesOptions{Dir: dir, Fallback: demo, Catalog: catalog(t), Held: map[string][]string{"shop": {"https://www.example.nl"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "copy.yaml", goodSite, "shop.yaml", goodSite)
	reload(t, s)
	if ids(s) != "shop" || !slices.Equal(s.Refused(), []string{"copy"}) {
		t.Errorf("sites %q, refused %q", ids(s), s.Refused())
	}
}

// Protects: a volume that is taken away for a moment gives no origin to whoever
// sorts first, also where the owner came after the start.
func TestAnOriginStaysWhereTheFolderGoesAndComesBack(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "shop.yaml", goodSite)
	s := open(t, dir, nil)
	write(t, dir, "copy.yaml", goodSite)
	reload(t, s)
	for _, file := range []string{"copy.yaml", "shop.yaml"} {
		if err := os.Remove(filepath.Join(dir, file)); err != nil {
			t.Fatal(err)
		}
	}
	reload(t, s)
	reload(t, s)
	if got := ids(s); got != "demo" {
		t.Fatalf("gone: sites %q", got)
	}
	write(t, dir, "copy.yaml", goodSite, "shop.yaml", goodSite)
	reload(t, s)
	if ids(s) != "shop" || !slices.Equal(s.Refused(), []string{"copy"}) {
		t.Errorf("sites %q, refused %q", ids(s), s.Refused())
	}
}

// Protects: at a start a faulty file costs no sound site an origin that another one
// let go, and whoever wants the one that it had is told which file to mend first.
func TestWhatASoundFileLetGoIsFree(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.yaml", change(t, goodSiteAt(t, "w.example"), "layout: bar", "layout: baar"),
		"b.yaml", goodSiteAt(t, "x.example"), "c.yaml", goodSiteAt(t, "y.example"))
	s, _ := banner.OpenSites(banner.SitesOptions{Dir: dir, Catalog: catalog(t),
		Held: map[string][]string{"a": {"https://x.example"}, "b": {"https://y.example"}}})
	if s == nil || ids(s) != "c" {
		t.Fatalf("sites %v", s)
	}
	faults := s.Faults()
	if last := faults[len(faults)-1]; last.File != filepath.Join(dir, "b.yaml") || !strings.Contains(last.Fix, "mend the fault in that file first") {
		t.Errorf("faults %v", faults)
	}
}
