package banner

import (
	"io/fs"
	"maps"
)

// Catalog holds every service preset and every language.
type Catalog struct {
	services map[string]*Service
	texts    map[string]map[string]string
}

// LoadCatalog reads the embedded presets and texts and lays the folders
// services/ and texts/ of each overlay over them, in order.
func LoadCatalog(overlays ...fs.FS) (*Catalog, error) { return &Catalog{}, nil }

// Service returns the preset with the id.
func (c *Catalog) Service(id string) (*Service, bool) { s, ok := c.services[id]; return s, ok }

// Services lists the presets by id.
func (c *Catalog) Services() []*Service { return nil }

// Texts returns a copy of the texts of a language, nil when it is unknown.
func (c *Catalog) Texts(language string) map[string]string { return maps.Clone(c.texts[language]) }

// SiteTexts returns the texts of a language as the site shows them: the
// catalogue's, with the site's own wording laid over them.
func (c *Catalog) SiteTexts(site *Site, language string) map[string]string {
	texts := c.Texts(language)
	maps.Copy(texts, site.Texts[language])
	return texts
}

// Languages lists the languages, sorted.
func (c *Catalog) Languages() []string { return nil }
