package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"sluis/banner"
)

// heldOrigins is the file that keeps over a restart which site has which
// origins. Where two site files list the same one, the site that had it keeps
// it, as in a running service: nobody's website goes dark because its file was
// copied. It is no secret and may be lost; then the first by id has it.
type heldOrigins struct {
	path   string
	logger *slog.Logger
	last   map[string][]string // as it is on disk
	unread bool                // what is on disk could not be read
}

// heldOriginsFile is the form on disk.
type heldOriginsFile struct {
	V     int                 `json:"v"`
	Sites map[string][]string `json:"sites"`
}

const heldOriginsVersion = 1

// unreadEnding is what a file of a newer program, or one that was broken, is put aside under.
const unreadEnding = ".unread"

func openHeldOrigins(data string, logger *slog.Logger) *heldOrigins {
	h := &heldOrigins{path: filepath.Join(data, "origins.json"), logger: logger}
	raw, err := os.ReadFile(h.path)
	if errors.Is(err, fs.ErrNotExist) {
		return h
	}
	var file heldOriginsFile
	if err == nil {
		err = json.Unmarshal(raw, &file)
	}
	if err == nil && file.V != heldOriginsVersion {
		err = fmt.Errorf("it has version %d; this program knows %d", file.V, heldOriginsVersion)
	}
	if err != nil {
		logger.Warn("not known which site had which origin: of two files that list the same one the first by name is served; a start puts the file aside as "+filepath.Base(h.path)+unreadEnding,
			"file", h.path, "cause", err)
		h.unread = true
		return h
	}
	h.last = file.Sites
	return h
}

// follow writes what changes, from now on.
func (h *heldOrigins) follow(sites *banner.Sites) {
	sites.OnChange(func([]*banner.Site) { h.keep(sites.Held()) })
	h.keep(sites.Held())
}

// keep replaces the file where it says something else; a folder without any site
// file says nothing, for it may not be mounted yet. A failure is told and costs
// no visitor anything.
func (h *heldOrigins) keep(held map[string][]string) {
	if len(held) == 0 || maps.EqualFunc(h.last, held, slices.Equal) {
		return
	}
	raw, err := json.MarshalIndent(heldOriginsFile{heldOriginsVersion, held}, "", "  ")
	if h.unread {
		err = errors.Join(err, os.Rename(h.path, h.path+unreadEnding))
	}
	if err == nil {
		err = h.replace(append(raw, '\n'))
	}
	if err != nil {
		h.logger.Warn("not kept which site has which origin", "file", h.path, "cause", err)
		return
	}
	h.last, h.unread = held, false
}

// replace puts a new content in the place of the file in one step.
func (h *heldOrigins) replace(content []byte) error {
	aside, err := os.CreateTemp(filepath.Dir(h.path), ".origins-*")
	if err != nil {
		return err
	}
	defer os.Remove(aside.Name()) // fails once it is renamed, as it should
	_, err = aside.Write(content)
	if err := errors.Join(err, aside.Sync(), aside.Close()); err != nil {
		return err
	}
	return os.Rename(aside.Name(), h.path)
}
