package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"sluis/consentlog"
)

// dataLock keeps a second process from starting another Redis on the same
// files. The kernel lets go of it when the process ends, however it ends.
type dataLock struct{ file *os.File }

// errInUse: another process has the folder.
var errInUse = errors.New("is in use by another sluis")

// lockData takes the lock of a folder or says who has it.
func lockData(folder string) (*dataLock, error) {
	path := filepath.Join(folder, "lock")
	file, err := consentlog.OpenLock(path)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder := make([]byte, 20)
		n, _ := file.ReadAt(holder, 0)
		file.Close()
		return nil, fmt.Errorf("%s %w (process %s). Stop that one, give this one a folder of its own "+
			"with SLUIS_DATA, or let both share a Redis with SLUIS_REDIS_URL", folder, errInUse, strings.TrimSpace(string(holder[:n])))
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if err := errors.Join(file.Truncate(0), writePID(file)); err != nil {
		file.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return &dataLock{file}, nil
}

func writePID(file *os.File) error {
	_, err := file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// Release lets the next process in.
func (l *dataLock) Release() error { return l.file.Close() }
