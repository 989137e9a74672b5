package consentlog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// memory remembers outside Redis where each log stood, so that a process that
// starts again notices what Redis forgot while it was away.
//
// Processes may share the folder: each owns one numbered folder in it, held by
// a file lock that ends with the process. Folders that nobody holds belong to
// processes that died; whoever starts next takes their memories over. A live
// process' folder is left alone: it heals what it remembers itself.
type memory struct {
	owned []slot // the first is written to
}

type slot struct {
	dir  string
	lock *os.File
}

// remembered is the content of one state file.
type remembered struct {
	clean   bool   // the process ended in peace: this is the last it signed
	durable bool   // Redis could not forget then
	runID   string // the life of Redis it spoke to
	text    string // the checkpoint
}

const maxSlots = 1024

func openMemory(dir string) (*memory, error) {
	m := &memory{}
	for i := range maxSlots {
		d := filepath.Join(dir, strconv.Itoa(i))
		if _, err := os.Stat(d); errors.Is(err, os.ErrNotExist) && len(m.owned) > 0 {
			return m, nil
		}
		if err := errors.Join(makeFolder(dir), makeFolder(d)); err != nil {
			return nil, errors.Join(fmt.Errorf("state: %w", err), m.close())
		}
		lock, err := OpenLock(filepath.Join(d, "lock"))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("state: %w", err), m.close())
		}
		if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			lock.Close() // a live process holds it
			continue
		}
		m.owned = append(m.owned, slot{d, lock})
	}
	if len(m.owned) == 0 {
		return nil, fmt.Errorf("state: %d processes share %s", maxSlots, dir)
	}
	return m, nil
}

func (m *memory) close() error {
	var errs []error
	for _, s := range m.owned {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

func (s slot) path(site string) string { return filepath.Join(s.dir, site+".checkpoint") }

// recall returns what is remembered of a site, by us and by the dead.
func (m *memory) recall(site string) ([]remembered, error) {
	var out []remembered
	for _, s := range m.owned {
		src, err := os.ReadFile(s.path(site))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("state: %w", err)
		}
		head, text, _ := strings.Cut(string(src), "\n")
		f := strings.Fields(head)
		if len(f) != 3 {
			return nil, fmt.Errorf("state: %w: %s begins with %q", ErrCorrupt, s.path(site), head)
		}
		out = append(out, remembered{clean: f[0] == "clean", durable: f[1] == "durable", runID: f[2], text: text})
	}
	return out, nil
}

// keep replaces what is remembered of a site. It is written beside, synced and
// renamed: a process killed at any moment leaves the old or the new.
func (m *memory) keep(site string, r remembered) error {
	state, disk := "running", "weak"
	if r.clean {
		state = "clean"
	}
	if r.durable {
		disk = "durable"
	}
	target := m.owned[0].path(site)
	if err := os.Remove(target + ".new"); err != nil && !errors.Is(err, os.ErrNotExist) { // of one that was killed
		return fmt.Errorf("state: %w", err)
	}
	f, err := os.OpenFile(target+".new", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	_, err = fmt.Fprintf(f, "%s %s %s\n%s", state, disk, r.runID, r.text)
	err = errors.Join(err, GiveToOwner(f, m.owned[0].dir), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(target+".new", target)
	}
	if err == nil {
		err = syncDir(m.owned[0].dir)
	}
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	for _, dead := range m.owned[1:] { // taken over: what was kept now covers it
		if err := os.Remove(dead.path(site)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("state: %w", err)
		}
	}
	return nil
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
