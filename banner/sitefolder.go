package banner

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// siteSource is the text of a site file, or why it cannot be read.
type siteSource struct {
	text []byte
	err  error
}

// sum tells one content from another, and from every failure.
func (s siteSource) sum() [sha256.Size]byte {
	if s.err != nil {
		return sha256.Sum256([]byte("unreadable\x00" + s.err.Error()))
	}
	return sha256.Sum256(s.text)
}

// readSite reads one entry of the folder. It is found where there is something
// that is, or should be, a site file. A ConfigMap's files are links, so what
// counts is where they lead; a pipe is never opened, which would wait for ever.
func readSite(path string) (source siteSource, found bool) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return source, false
	}
	if err == nil {
		source.text, err = os.ReadFile(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return source, false // removed meanwhile, or a link that leads nowhere
	}
	if cause, ok := errors.AsType[*fs.PathError](err); ok {
		err = cause.Err // the path stands beside it, where it may be shown
	}
	source.err = err
	return source, true
}

// listSites lists a folder; one that is missing is empty.
func listSites(dir string) ([]fs.DirEntry, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list site files: %w", err)
	}
	return entries, nil
}

// SiteFiles lists the site files of a folder.
func SiteFiles(dir string) ([]string, error) {
	entries, err := listSites(dir)
	var files []string
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		if !siteFileName(entry.Name()) {
			continue
		}
		if _, found := readSite(path); found {
			files = append(files, path)
		}
	}
	return files, err
}

func siteFileName(name string) bool {
	return strings.HasSuffix(name, ".yaml") && !strings.HasPrefix(name, ".")
}

// meantForSite tells a name that somebody gave to a site: editors of Windows add
// an ending, and other programs take .yml.
func meantForSite(name string) bool {
	lower := strings.TrimSuffix(strings.ToLower(name), ".txt")
	return !strings.HasPrefix(name, ".") && (strings.HasSuffix(lower, ".yaml") || strings.HasSuffix(lower, ".yml"))
}

// IgnoredFiles lists what is not read for its name although somebody meant it
// for a site. What has the right name and is no file is in NoFiles.
func IgnoredFiles(dir string) ([]string, error) {
	entries, err := listSites(dir)
	ignored := []string{}
	for _, entry := range entries {
		if meantForSite(entry.Name()) && !siteFileName(entry.Name()) {
			ignored = append(ignored, filepath.Join(dir, entry.Name()))
		}
	}
	return ignored, err
}

// read gives every site file by id, and what only bears the name of one.
func (s *Sites) read(ctx context.Context) (sources map[string]siteSource, none []NoFile, err error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) && len(s.files) == 0 {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	sources = map[string]siteSource{}
	for _, entry := range entries {
		name := entry.Name()
		path := filepath.Join(s.dir, name)
		if !siteFileName(name) {
			if info, err := os.Stat(path); err == nil {
				s.ignore(ctx, name, info.IsDir(), "{id}.yaml")
			}
			continue
		}
		if source, found := readSite(path); found {
			sources[strings.TrimSuffix(name, ".yaml")] = source
			delete(s.told, name) // should it be none again, that is news
			continue
		}
		if is := NotAFile(path); is != "" {
			none = append(none, NoFile{path, is})
			s.ignore(ctx, name, false, "a file; this is "+is)
		}
	}
	return sources, none, nil
}

func (s *Sites) ignore(ctx context.Context, name string, folder bool, wanted string) {
	// The operator's own presets and texts may stand beside the sites.
	if s.told[name] || folder && (name == "services" || name == "texts") {
		return
	}
	s.told[name] = true
	level := slog.LevelInfo
	if meantForSite(name) {
		level = slog.LevelWarn
	}
	s.logger.Log(ctx, level, "not a site file, ignored", "name", name, "wanted", wanted)
}
