package banner

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"sluis/consentlog"
)

// BundlerOptions is what a Bundler works with.
type BundlerOptions struct {
	Logger  *slog.Logger // default: discarded
	Catalog *Catalog     // required
	// Parallel is how many scripts are built or compressed at once: a hundred
	// would take 230 MB. Default: one per processor.
	Parallel int
}

// Bundler builds the scripts of sites on first use and keeps them until the
// site changes. It is safe for any number of goroutines.
type Bundler struct {
	o    BundlerOptions
	slot chan struct{} // holds one token per build that is running
	best chan struct{} // the same for compressing well, which nobody waits for
	work sync.WaitGroup

	mu       sync.Mutex
	releases map[string]release // by site id
	scripts  map[script]*build
}

type release struct {
	of   *Site
	name string
}

// script is one file of a site; language is empty for the gate, and has proving behind it
// for the script of the choice in force.
type script struct{ site, language string }

// build is one script of one release, in the making until done is closed.
type build struct {
	release string
	done    chan struct{}
	asset   *Asset
	older   func() *Asset // of a banner
	notice  consentlog.Notice
	err     error
}

// NewBundler makes a Bundler. It builds nothing yet.
func NewBundler(o BundlerOptions) *Bundler {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Parallel == 0 {
		o.Parallel = runtime.GOMAXPROCS(0)
	}
	return &Bundler{o: o, slot: make(chan struct{}, o.Parallel), best: make(chan struct{}, (o.Parallel+1)/2), releases: map[string]release{}, scripts: map[script]*build{}}
}

// Gate is the blocking script of a site: /{site}.js and /v/{release}/{site}.js.
func (b *Bundler) Gate(ctx context.Context, site *Site) (*Asset, error) {
	made, err := b.get(ctx, site, "")
	if err != nil {
		return nil, err
	}
	return made.asset, nil
}

// Banner is the script of what visitors see in a language:
// /v/{release}/{site}.{language}.js.
func (b *Bundler) Banner(ctx context.Context, site *Site, language string) (*Asset, error) {
	made, err := b.getBanner(ctx, site, language)
	if err != nil {
		return nil, err
	}
	return made.asset, nil
}

// BannerForOlder is Banner as a gate of another release gets it. A browser may keep
// that gate for minutes, and would ask again after the page is loaded anew for the
// answer: so it is told to fetch the gate, while the visitor still reads.
func (b *Bundler) BannerForOlder(ctx context.Context, site *Site, language string) (*Asset, error) {
	made, err := b.getBanner(ctx, site, language)
	if err != nil {
		return nil, err
	}
	return made.older(), nil
}

// Notice is what Banner shows, in the form that goes into the log. Its hash is
// what the banner sends with every record.
func (b *Bundler) Notice(ctx context.Context, site *Site, language string) (consentlog.Notice, error) {
	made, err := b.getBanner(ctx, site, language)
	if err != nil {
		return consentlog.Notice{}, err
	}
	return made.notice, nil
}

// Release names the present build of a site, 12 characters: it changes when
// anything that goes into its scripts changes. It is known without building.
func (b *Bundler) Release(site *Site) string {
	b.mu.Lock()
	known := b.releases[site.ID]
	b.mu.Unlock()
	if known.of == site {
		return known.name
	}
	// Everything that esbuild is given, and esbuild itself. The origins are for the panel of ?sluis-debug.
	texts := b.texts(site)
	inputs := []any{builder(), unnamed, site.Origins, gateConstants(site, b.o.Catalog, texts)}
	for _, language := range site.Languages {
		// The notice too: the banner names it, and it holds what no script does.
		notice, _ := NewNotice(site, language, texts[language], "")
		inputs = append(inputs, layerConstants(site, b.o.Catalog.locale(language), texts[language]), notice.Content)
	}
	sum := sha256.New()
	json.NewEncoder(sum).Encode(inputs)
	files, _ := sources.ReadDir("src")
	for _, file := range files {
		if strings.HasSuffix(file.Name(), ".test.ts") {
			continue
		}
		src, _ := sources.ReadFile("src/" + file.Name())
		fmt.Fprintf(sum, "%s %d\n%s", file.Name(), len(src), src)
	}
	name := base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:9])
	b.mu.Lock()
	b.releases[site.ID] = release{site, name}
	b.mu.Unlock()
	return name
}

// Forget frees what was built for sites and languages that are not live any
// more. Whatever is asked for all the same is built anew.
func (b *Bundler) Forget(live []*Site) {
	sites := make(map[string]*Site, len(live))
	for _, site := range live {
		sites[site.ID] = site
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	maps.DeleteFunc(b.releases, func(id string, known release) bool { return sites[id] != known.of })
	maps.DeleteFunc(b.scripts, func(key script, _ *build) bool {
		site := sites[key.site]
		return site == nil || key.language != "" && key.language != debugging && !slices.Contains(site.Languages, strings.TrimSuffix(key.language, proving))
	})
}

// Close waits for what is still being built.
func (b *Bundler) Close() { b.work.Wait() }

func (b *Bundler) getBanner(ctx context.Context, site *Site, language string) (*build, error) {
	return b.getFor(ctx, site, language, "")
}

// getFor is get of a script that each language has.
func (b *Bundler) getFor(ctx context.Context, site *Site, language, suffix string) (*build, error) {
	if !slices.Contains(site.Languages, language) {
		return nil, fmt.Errorf("site %s has no language %q", site.ID, language)
	}
	return b.get(ctx, site, language+suffix)
}

// get returns a script of the site as it is now. The first caller starts the
// build, all wait for it, and a caller who gives up stops nobody else's.
func (b *Bundler) get(ctx context.Context, site *Site, language string) (*build, error) {
	current := b.Release(site)
	key := script{site.ID, language}
	b.mu.Lock()
	made := b.scripts[key]
	if made == nil || made.release != current {
		made = &build{release: current, done: make(chan struct{})}
		b.scripts[key] = made
		b.work.Go(func() { b.run(made, site, language) })
	}
	b.mu.Unlock()
	select {
	case <-made.done:
		return made, made.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// run builds a script, lets it be served, and then compresses it well, beside
// the builds that others still wait for.
func (b *Bundler) run(made *build, site *Site, language string) {
	if b.build(made, site, language); made.err != nil {
		return
	}
	b.best <- struct{}{}
	defer func() { <-b.best }()
	made.asset.codings.Store(best(made.asset.Body).orSmaller(made.asset.codings.Load()))
}

func (b *Bundler) build(made *build, site *Site, language string) {
	b.slot <- struct{}{}
	defer func() { <-b.slot }()
	defer close(made.done)
	var body []byte
	switch language {
	case "":
		body, made.err = b.gate(site, made.release)
	case debugging:
		body, made.err = b.debug(site, made.release)
	default:
		if of, proves := strings.CutSuffix(language, proving); proves {
			body, made.err = b.proof(site, of)
			break
		}
		body, made.notice, made.err = b.banner(site, made.release, language)
		made.older = sync.OnceValue(func() *Asset { return newAsset(withNewerGate(body, site)) })
	}
	if made.err != nil {
		made.err = fmt.Errorf("build %s script of site %s: %w", kind(language), site.ID, made.err)
		b.o.Logger.Error("cannot build script", "site", site.ID, "language", language, "error", made.err)
		return
	}
	made.asset = newAsset(body)
	b.o.Logger.Debug("script built", "site", site.ID, "language", language, "release", made.release, "bytes", len(body))
}

func kind(language string) string {
	if language == "" {
		return "gate"
	}
	return language
}

func (b *Bundler) gate(site *Site, release string) ([]byte, error) {
	c := gateConstants(site, b.o.Catalog, b.texts(site))
	c["RELEASE"] = unnamed
	body, err := bundle("gate.ts", c.encode())
	return bytes.ReplaceAll(body, []byte(unnamed), []byte(release)), err
}

// unnamed stands for the release while esbuild writes a gate. That names identifiers
// by which letters are frequent: with the release's own, any change of anything would
// give a gate other names and some ten bytes more or less.
const unnamed = "abcdefghijkl"

// banner builds the script of one language and the notice that it shows. The
// script's last line starts it with the notice's hash, and the notice holds the
// hash of all before that line: each vouches for the other.
func (b *Bundler) banner(site *Site, release, language string) ([]byte, consentlog.Notice, error) {
	texts := b.texts(site)
	c := gateConstants(site, b.o.Catalog, texts)
	maps.Copy(c, layerConstants(site, b.o.Catalog.locale(language), texts[language]))
	c["RELEASE"] = release
	body, err := bundle("banner.ts", c.encode())
	if err != nil {
		return nil, consentlog.Notice{}, err
	}
	body = append(body, '\n')
	sum := sha256.Sum256(body)
	notice, err := NewNotice(site, language, texts[language], base64.RawURLEncoding.EncodeToString(sum[:]))
	if err != nil {
		return nil, consentlog.Notice{}, err
	}
	return fmt.Appendf(body, "try{document.currentScript.start(%q)}catch{}\n", notice.Hash()), notice, nil
}

// withNewerGate adds to a banner's last line, so that what its notice vouches for stays
// as it is. With credentials, as a script's tag asks: browsers keep the two apart.
func withNewerGate(banner []byte, site *Site) []byte {
	return fmt.Appendf(bytes.Clone(bytes.TrimSuffix(banner, []byte("\n"))),
		`try{fetch(new URL("../../%s.js",document.currentScript.src),{mode:"no-cors",credentials:"include",cache:"reload"}).catch(()=>{})}catch{}`+"\n", site.ID)
}

// texts are those shown, per language of the site.
func (b *Bundler) texts(site *Site) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, language := range site.Languages {
		all[language] = shownTexts(site, b.o.Catalog.locale(language), b.o.Catalog.SiteTexts(site, language))
	}
	return all
}

// builder names the version of esbuild: another one may write another script.
func builder() string {
	const module = "github.com/evanw/esbuild"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return module
	}
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			return module + " " + dependency.Version
		}
	}
	return module
}
