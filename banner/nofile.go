package banner

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// NoFile is an entry of the folder that bears the name of a site file and is
// none. Nothing is served of it, so whoever deploys or watches has to hear of it.
type NoFile struct {
	Path string
	Is   string // what it is instead: "a folder"
}

// NotAFile says what stands where a file should: a folder, a pipe, a link that
// leads nowhere. It is empty where a file stands, or nothing. Nothing is opened:
// whoever opens a pipe waits for ever, and no signal ends that.
func NotAFile(path string) string {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(path); err == nil {
			return "a link that leads nowhere"
		}
	}
	switch {
	case err != nil || info.Mode().IsRegular():
		return "" // what cannot be looked at cannot be read either, which says why
	case info.IsDir():
		return "a folder"
	case info.Mode()&fs.ModeNamedPipe != 0:
		return "a pipe"
	case info.Mode()&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}

// NoFiles lists what bears the name of a site file in a folder and is no file.
func NoFiles(dir string) ([]NoFile, error) {
	entries, err := listSites(dir)
	var none []NoFile
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		if !siteFileName(entry.Name()) {
			continue
		}
		if is := NotAFile(path); is != "" {
			none = append(none, NoFile{path, is})
		}
	}
	return none, err
}

// folderState is what there is to say of the folder itself when it was last
// looked at.
type folderState struct {
	unread error
	none   []NoFile
}

// Unread says why the folder could not be read when it was last looked at; nil
// where it could. Its sites are then served as they were.
func (s *Sites) Unread() error { return s.folder.Load().unread }

// NoFiles lists what bore the name of a site file when the folder was last read,
// and was no file.
func (s *Sites) NoFiles() []NoFile { return s.folder.Load().none }

// ServesFallback tells whether the fallback is served, for want of site files.
func (s *Sites) ServesFallback() bool { return s.now.Load().fallback }
