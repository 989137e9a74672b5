package banner

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"sluis/consentlog"
)

//go:embed services/*.json texts/*.json
var embedded embed.FS

// Catalog holds every service preset and every language. It is never changed
// after it was loaded, and safe for any number of goroutines.
type Catalog struct {
	services map[string]*Service
	texts    map[string]map[string]string
	locales  map[string]*localeWords
	wordings map[string]*wording

	// While the files are read.
	textPlaces      map[string]map[string]textPlace
	shipped         map[string]map[string]string // as we ship them
	shippedServices map[string]*Service
}

// LoadCatalog reads the embedded presets and texts and lays the folders
// services/ and texts/ of each overlay over them, in order: a preset replaces
// the one of the same id, texts replace single keys or add a language. Every
// fault of every file is reported at once, as a *SiteError.
func LoadCatalog(overlays ...fs.FS) (*Catalog, error) {
	if len(overlays) == 0 {
		return shippedCatalog()
	}
	return readCatalog(overlays)
}

// shippedCatalog is read once for whoever asks: what is embedded stays the same.
var shippedCatalog = sync.OnceValues(func() (*Catalog, error) { return readCatalog(nil) })

func readCatalog(overlays []fs.FS) (*Catalog, error) {
	c := &Catalog{services: map[string]*Service{}, texts: map[string]map[string]string{}, locales: map[string]*localeWords{}, wordings: map[string]*wording{}, textPlaces: map[string]map[string]textPlace{}, shipped: map[string]map[string]string{}, shippedServices: map[string]*Service{}}
	var faults []SiteFault
	for i, overlay := range append([]fs.FS{embedded}, overlays...) {
		found, err := c.overlay(overlay, i == 0)
		if err != nil {
			return nil, fmt.Errorf("load catalogue: %w", err)
		}
		faults = append(faults, found...)
	}
	faults = append(faults, c.languageFaults()...)
	c.textPlaces, c.shipped, c.shippedServices = nil, nil, nil
	if len(faults) > 0 {
		return nil, &SiteError{Faults: sortFaults(faults)}
	}
	return c, nil
}

func (c *Catalog) overlay(from fs.FS, own bool) ([]SiteFault, error) {
	var faults []SiteFault
	for _, folder := range []string{"services", "texts"} {
		files, err := fs.Glob(from, folder+"/*.json")
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if strings.HasPrefix(path.Base(file), ".") {
				continue // what editors and desktops leave, as beside site files
			}
			src, err := fs.ReadFile(from, file)
			if err != nil {
				return nil, err
			}
			d := newDocument(file)
			name := strings.TrimSuffix(path.Base(file), ".json")
			if folder == "services" {
				c.addService(d, name, src, own)
			} else {
				c.addTexts(d, name, src, own)
			}
			faults = append(faults, d.faults...)
		}
	}
	return faults, nil
}

func (c *Catalog) addService(d *document, id string, src []byte, own bool) {
	// What we ship speaks Dutch as well as English; an operator's preset may
	// speak English alone.
	languages := []string{"en"}
	if own {
		languages = append(languages, "nl")
	}
	s := d.service(id, src, languages)
	if s == nil {
		return
	}
	if own {
		c.shippedServices[id] = s
	} else {
		(&serviceRules{document: d, service: s}).kin(c.shippedServices)
	}
	if old := c.services[id]; old != nil {
		s.inherit(old)
	}
	c.services[id] = s
}

// ParseService reads one preset strictly, with English texts at least. All its
// faults are reported at once, as a *SiteError.
func ParseService(id, file string, src []byte) (*Service, error) {
	d := newDocument(file)
	s := d.service(id, src, []string{"en"})
	if err := d.err(); err != nil {
		return nil, err
	}
	return s, nil
}

func (d *document) service(id string, src []byte, languages []string) *Service {
	root := d.parseJSON(src)
	if root == nil {
		return nil
	}
	s := &Service{}
	d.decode(root, "", s)
	if s.ID != id || !slugForm.MatchString(id) {
		d.breaks(ruleService, "id", quote(s.ID)+" is not the name of the file", `write "id": "`+id+`"; ids have 1 to 40 of a-z, 0-9 and -`)
	}
	(&serviceRules{document: d, service: s, languages: languages, preset: true}).check()
	return s
}

// Service returns the preset with the id.
func (c *Catalog) Service(id string) (*Service, bool) {
	s, ok := c.services[id]
	return s, ok
}

// Services lists the presets by id.
func (c *Catalog) Services() []*Service {
	services := make([]*Service, 0, len(c.services))
	for _, id := range sortedKeys(c.services) {
		services = append(services, c.services[id])
	}
	return services
}

// Texts returns a copy of the texts of a language, nil when it is unknown.
func (c *Catalog) Texts(language string) map[string]string { return maps.Clone(c.texts[language]) }

// SiteTexts returns the texts of a language as the site shows them: the
// catalogue's, with the site's own wording laid over them. Maps, chat and the like
// are functional too, and remember no settings: where the site has any, the banner
// says so (GDPR art. 6(1)(a), for each purpose), unless its own words stand there.
func (c *Catalog) SiteTexts(site *Site, language string) map[string]string {
	texts := c.Texts(language)
	if texts == nil {
		return nil
	}
	own := site.Texts[language]
	maps.Copy(texts, own)
	if slices.ContainsFunc(site.Services, fromOthers) {
		add := func(key, separator, more string) {
			if own[key] == "" || own[more] != "" {
				texts[key] += separator + texts[more]
			}
		}
		add("purpose.functional", ", ", "purpose.functional.services")
		add("functional.text", " ", "functional.services.text")
	}
	return texts
}

// fromOthers is of a functional service that comes from somewhere else.
func fromOthers(used SiteService) bool {
	return used.Service != nil && used.Service.Category == consentlog.Functional && len(used.Service.Hosts) > 0
}

// Languages lists the languages, sorted.
func (c *Catalog) Languages() []string { return sortedKeys(c.texts) }
