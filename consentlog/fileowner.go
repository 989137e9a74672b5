package consentlog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// GiveToOwner gives a file that was just made to the owner of the first of like
// that is there: the file that it will replace, or else its folder. What root
// makes with a command would otherwise be closed to the service, which runs
// under another account. Other accounts can give nothing away and need not.
//
// The file must be open and newly made. Whatever else may lie under its path,
// such as a link that the service's account put there, stays whose it is.
func GiveToOwner(made *os.File, like ...string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, path := range like {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		owner, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return fmt.Errorf("whom %s belongs to is not known", path)
		}
		return made.Chown(int(owner.Uid), int(owner.Gid))
	}
	return nil
}

// OpenLock opens the file that a lock is held on, and makes it where there is none.
func OpenLock(path string) (*os.File, error) {
	lock, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return os.OpenFile(path, os.O_RDWR, 0)
	}
	if err != nil {
		return nil, err
	}
	if err := GiveToOwner(lock, filepath.Dir(path)); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

// makeFolder makes a folder where there is none. It belongs to the owner of the
// one around it.
func makeFolder(path string) error {
	if err := os.Mkdir(path, 0o700); errors.Is(err, fs.ErrExist) {
		return nil
	} else if err != nil {
		return err
	}
	made, err := os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return err
	}
	return errors.Join(GiveToOwner(made, filepath.Dir(path)), made.Close())
}
