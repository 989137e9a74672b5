package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// noFiles puts a folder, a link that leads nowhere and a pipe where site files
// should be.
func noFiles(t *testing.T, folder string) {
	t.Helper()
	for _, err := range []error{
		os.Mkdir(filepath.Join(folder, "news.yaml"), 0o700),
		os.Symlink("nowhere", filepath.Join(folder, "gone.yaml")),
		syscall.Mkfifo(filepath.Join(folder, "pipe.yaml"), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Protects: a deployment that runs check first is stopped where a site's file is
// a folder, a link that leads nowhere or a pipe, and is told so: of such a site
// nothing would be served. Beside sound files, and where there are no others.
func TestCheckRefusesWhatIsNoFile(t *testing.T) {
	t.Parallel()
	for _, sound := range []int{0, 1} {
		folder := t.TempDir()
		noFiles(t, folder)
		if sound > 0 {
			put(t, folder, "shop.yaml", soundSite)
		}
		out, _, err := commandIn(t.TempDir(), []string{"SLUIS_SITES=" + folder}, "check")
		if want := []string{"3 faults in 3 of 3 site files", "3 faults in 3 of 4 site files"}[sound]; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
		for _, want := range []string{
			"news.yaml: this is a folder and no site file\n  rule  Sluis form: Files say each thing once, in its form\n  mend  put a file in its place, or give the folder a name that does not end in .yaml\n",
			"gone.yaml: this is a link that leads nowhere and no site file\n  rule  Sluis form: Files say each thing once, in its form\n  mend  have it lead to a file that is there, or remove it\n",
			"pipe.yaml: this is a pipe and no site file\n  rule  Sluis form: Files say each thing once, in its form\n  mend  write what comes out of it to a file",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("not said: %s\n%s", want, out)
			}
		}
		if strings.Contains(out, "has to end in .yaml") || strings.Contains(out, "Nothing is refused") || strings.Contains(out, "site demo") {
			t.Errorf("misled: %s", out)
		}
	}
}

// Protects: check of a pipe ends and says what to do. It waited for ever for
// somebody to write, and no signal stopped it. A link to a file is a file.
func TestCheckOfAPipeEnds(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	noFiles(t, folder)
	pipe := filepath.Join(folder, "pipe.yaml")
	t.Cleanup(func() { // lets go of whoever waits
		if end, err := os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
			end.Close()
		}
	})
	link := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.Symlink(write(t, "other.yaml", []byte(soundSite)), link); err != nil {
		t.Fatal(err)
	}
	type result struct {
		out string
		err error
	}
	ended := make(chan result, 1)
	go func() {
		out, _, err := command(t.TempDir(), "check", pipe, link)
		ended <- result{out, err}
	}()
	select {
	case got := <-ended:
		if got.err == nil || got.err.Error() != "1 fault in 1 of 2 site files" || !strings.Contains(got.out, "this is a pipe and no site file") || !strings.Contains(got.out, "write what comes out of it to a file whose name ends in .yaml") {
			t.Errorf("%v\n%s", got.err, got.out)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("still waiting for the pipe")
	}
}

// Protects: who gets the demo in the place of a site learns what stands in its way.
func TestTheDemoSaysWhatIsNoFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	noFiles(t, folder)
	if got := noSiteFiles(Config{Sites: folder}); got != "no .yaml file in "+folder+", but gone.yaml, which is a link that leads nowhere and no file" {
		t.Error(got)
	}
}
