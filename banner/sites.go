package banner

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// reloadEvery is how soon a changed file takes effect. The folder is polled and
// compared by content: file events do not reach bind mounts, network file
// systems and the symbolic links of a Kubernetes ConfigMap, and times lie after
// a checkout or an rsync. Reading some small files costs nothing.
const reloadEvery = 2 * time.Second

// SitesOptions is what sites are read from and judged by. Dir and Catalog are
// required.
type SitesOptions struct {
	Dir      string       // the folder of the {id}.yaml
	Fallback *Site        // served while the folder is missing or has no such file; nil: nothing
	Catalog  *Catalog     // presets and texts
	Logger   *slog.Logger // default: discarded

	// Held is what Sites.Held gave before a restart: who had an origin keeps it.
	Held map[string][]string
}

// Sites holds the sites of a folder and follows it while it changes. Reading
// them never waits. A file that became faulty leaves its last good version in
// place, where there is one since the start; the faults say so. No site depends
// on the file of another.
type Sites struct {
	dir      string
	fallback *Site
	catalog  *Catalog
	logger   *slog.Logger

	now    atomic.Pointer[siteSet]
	folder atomic.Pointer[folderState]

	reload sync.Mutex // one Reload at a time; guards what follows
	opened bool       // before that, faults are returned and not logged
	files  map[string]siteFile
	held   map[string][]string // of the start before, then of the last folder that was not empty
	told   map[string]bool     // ignored files that were named in the log

	followers []func(live []*Site)
}

// siteSet is what is served at one moment. It is never changed.
type siteSet struct {
	byID    map[string]*Site
	all     []*Site
	faults  []SiteFault
	refused []string
	held    map[string][]string

	fallback bool // it is what is served
}

// siteFile is what is known of one file: its last content and last good site.
type siteFile struct {
	sum    [sha256.Size]byte
	said   *Site // the site that the content is; nil: it has faults
	good   *Site // the site that is served
	before *Site // what it had before this start, and nothing else; until it is good
	advice int   // about what the content says
	faults []SiteFault
	taken  []SiteFault // origins of another site
	missed bool        // it was not there when the folder was last looked at
}

// OpenSites reads every {id}.yaml of the folder. Faults of any file are an error,
// a *SiteError with all of them; beside it come the sites that are sound. Only
// where there are none, and for every other error, there are no Sites.
func OpenSites(o SitesOptions) (*Sites, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Sites{dir: o.Dir, fallback: o.Fallback, catalog: o.Catalog, logger: o.Logger, held: o.Held, files: map[string]siteFile{}, told: map[string]bool{}}
	s.now.Store(&siteSet{})
	s.folder.Store(&folderState{})
	if err := s.Reload(context.Background()); err != nil {
		return nil, err
	}
	s.reload.Lock()
	defer s.reload.Unlock()
	s.opened = true
	faults := s.Faults()
	if len(faults) > 0 && len(s.All()) == 0 {
		return nil, &SiteError{Faults: faults}
	}
	advice := 0
	for _, file := range s.files {
		advice += file.advice
	}
	s.logger.Info("sites read", "folder", s.dir, "served", len(s.All()), "notServed", len(s.Refused()), "advice", advice)
	if len(faults) > 0 {
		return s, &SiteError{Faults: faults}
	}
	return s, nil
}

// Get returns the site with the id.
func (s *Sites) Get(id string) (*Site, bool) {
	site, ok := s.now.Load().byID[id]
	return site, ok
}

// All lists the sites by id.
func (s *Sites) All() []*Site { return s.now.Load().all }

// Faults lists what is wrong in the files of the folder. Their last good
// versions, where there are any, are still served.
func (s *Sites) Faults() []SiteFault { return s.now.Load().faults }

// Refused lists the ids, sorted, of those of which nothing is served: their files have
// faults, and were not good since the start.
func (s *Sites) Refused() []string { return s.now.Load().refused }

// Held says which origins each site has, for the next start. A site that is
// refused has those that it had before this one.
func (s *Sites) Held() map[string][]string { return s.now.Load().held }

// OnChange has every change told to a follower, with the sites that are live
// since: what was kept for others can go. A follower must not call Reload.
func (s *Sites) OnChange(follower func(live []*Site)) {
	s.reload.Lock()
	defer s.reload.Unlock()
	s.followers = append(s.followers, follower)
}

// Run reloads every two seconds until the context ends.
func (s *Sites) Run(ctx context.Context) error {
	ticker := time.NewTicker(reloadEvery)
	defer ticker.Stop()
	told := "" // of a folder that cannot be read
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			told = s.tell(ctx, s.Reload(ctx), told)
		}
	}
}

// tell logs once that the folder cannot be read, until the cause is another or
// it is read again: a line every two seconds buried what else there was.
func (s *Sites) tell(ctx context.Context, err error, before string) (told string) {
	if err != nil {
		told = err.Error()
	}
	switch {
	case told == before:
	case err != nil:
		s.logger.ErrorContext(ctx, "sites not read, the last good ones stay", "folder", s.dir, "error", err)
	default:
		s.logger.InfoContext(ctx, "sites are read again", "folder", s.dir, "served", len(s.All()))
	}
	return told
}

// Reload looks at the folder once. Faults in files are no error, nor is one that
// cannot be read: see Faults. A folder that cannot be read is, see Unread, and
// leaves everything as it was. A site goes when its file is missing twice.
func (s *Sites) Reload(ctx context.Context) error {
	s.reload.Lock()
	defer s.reload.Unlock()
	sources, none, err := s.read(ctx)
	s.folder.Store(&folderState{err, none})
	if err != nil {
		return fmt.Errorf("read sites: %w", err)
	}
	first := len(s.files) == 0
	changed := first
	for id, known := range s.files {
		if _, still := sources[id]; still {
			continue
		}
		// Editors and links that are set anew take a file away for a moment; with
		// the site its last good version would be gone.
		if known.holder() != nil && !known.missed {
			known.missed = true
			s.files[id] = known
			continue
		}
		s.logger.InfoContext(ctx, "site removed", "site", id)
		delete(s.files, id)
		changed = true
	}
	for _, id := range sortedKeys(sources) {
		sum := sources[id].sum()
		known, seen := s.files[id]
		if first { // at the start, or when a folder comes that was not mounted yet
			known.before = HeldBy(id, filepath.Join(s.dir, id+".yaml"), s.held[id])
		}
		if seen && known.sum == sum {
			known.missed = false
			s.files[id] = known
			continue
		}
		changed = true
		s.files[id] = s.load(ctx, id, sum, sources[id], known)
	}
	if changed {
		s.settle(ctx)
		s.publish()
	}
	return nil
}

func (s *Sites) load(ctx context.Context, id string, sum [sha256.Size]byte, source siteSource, known siteFile) siteFile {
	file := filepath.Join(s.dir, id+".yaml")
	site, advice, err := s.judge(ctx, id, file, source)
	if err != nil {
		faults := []SiteFault{{File: file, Rule: ruleForm, Detail: err.Error(), Fix: "correct the file"}}
		if siteErr, ok := errors.AsType[*SiteError](err); ok {
			faults = siteErr.Faults
		}
		s.complain(ctx, id, faults, known.good != nil)
		return siteFile{sum: sum, good: known.good, before: known.before, faults: faults}
	}
	level := slog.LevelInfo
	if !s.opened {
		level = slog.LevelDebug // thousands at a start, among which what is refused was lost
	}
	s.logger.Log(ctx, level, "site read", "site", id, "file", file, "advice", advice)
	return siteFile{sum: sum, said: site, good: known.good, before: known.before, advice: advice}
}

// complain logs what a running service refuses; a start returns it.
func (s *Sites) complain(ctx context.Context, id string, faults []SiteFault, lastGoodServed bool) {
	if !s.opened {
		return
	}
	for _, fault := range faults {
		s.logger.ErrorContext(ctx, "site file refused", "site", id, "fault", fault.String(), "lastGoodServed", lastGoodServed)
	}
}

// judge reads one file and counts the advice for it. Whatever breaks over it is its fault alone: it must not
// end a process that serves other sites.
func (s *Sites) judge(ctx context.Context, id, file string, source siteSource) (site *Site, advice int, err error) {
	if source.err != nil {
		return nil, 0, &SiteError{Faults: []SiteFault{{File: file, Rule: ruleForm, Detail: "the file cannot be read: " + source.err.Error(),
			Fix: "put a file there that this account may read"}}}
	}
	defer func() {
		if broken := recover(); broken != nil {
			s.logger.ErrorContext(ctx, "judging a site file broke off", "site", id, "cause", broken, "stack", string(debug.Stack()))
			site, err = nil, &SiteError{Faults: []SiteFault{{File: file, Rule: ruleForm, Detail: fmt.Sprintf("this file could not be judged: %v", broken),
				Fix: "this is a mistake of Sluis; report it together with the file, and go back to what the file held before"}}}
		}
	}()
	if site, err = ParseSite(id, file, source.text, s.catalog); err != nil {
		return nil, 0, err
	}
	return site, len(site.Check()), nil
}

func (s *Sites) publish() {
	set := &siteSet{byID: map[string]*Site{}, held: map[string][]string{}}
	for _, id := range sortedKeys(s.files) {
		file := s.files[id]
		set.faults = append(set.faults, append(slices.Clip(file.faults), file.taken...)...)
		if holder := file.holder(); holder != nil {
			set.held[id] = holder.Origins
		}
		if file.good == nil {
			set.refused = append(set.refused, id)
			continue
		}
		set.byID[id] = file.good
		set.all = append(set.all, file.good)
	}
	if len(s.files) == 0 && s.fallback != nil {
		set.byID[s.fallback.ID] = s.fallback
		set.all = append(set.all, s.fallback)
		set.fallback = true
	}
	// An empty folder says nothing: it may be a volume that was taken away for a moment.
	if len(set.held) > 0 {
		s.held = set.held
	}
	s.now.Store(set)
	for _, follower := range s.followers {
		follower(set.all)
	}
}
