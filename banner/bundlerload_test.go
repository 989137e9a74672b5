package banner_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sluis/banner"
)

// Protects: after a start with many sites nobody waits for compression: a
// script that is served already takes no place from those that are waited for.
func TestBuildsDoNotWaitForTheBestCoding(t *testing.T) {
	b := banner.NewBundler(banner.BundlerOptions{Catalog: catalog(t), Parallel: 1})
	t.Cleanup(b.Close)
	letGo := b.HoldBest()
	defer letGo()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	s := site(t)
	for _, language := range s.Languages {
		if _, err := b.Banner(ctx, s, language); err != nil {
			t.Fatalf("banner in %s: %v", language, err)
		}
	}
	if _, err := b.Gate(ctx, s); err != nil {
		t.Fatalf("gate: %v", err)
	}
}

// Protects: sites that come and go, such as previews, leave nothing behind; nor
// does a language that a site gave up.
func TestBundlerForgetsWhatIsGone(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "shop.yaml", goodSite, "preview.yaml", goodSiteAt(t, "preview.example.nl"))
	sites := open(t, dir, nil)
	b := bundler(t)
	sites.OnChange(b.Forget)
	built := func() {
		for _, s := range sites.All() {
			for _, language := range s.Languages {
				if _, err := b.Banner(t.Context(), s, language); err != nil {
					t.Fatal(err)
				}
				if _, err := b.Proof(t.Context(), s, language); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := b.Gate(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
	}
	built()
	if releases, scripts := b.Kept(); releases != 2 || scripts != 10 {
		t.Fatalf("%d releases, %d scripts", releases, scripts)
	}
	kept, _ := sites.Get("shop")
	asset, err := b.Gate(t.Context(), kept)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "preview.yaml")); err != nil {
		t.Fatal(err)
	}
	reload(t, sites)
	reload(t, sites)
	if releases, scripts := b.Kept(); releases != 1 || scripts != 5 {
		t.Errorf("the preview is gone: %d releases, %d scripts", releases, scripts)
	}
	if again, err := b.Gate(t.Context(), kept); err != nil || again != asset {
		t.Errorf("what stays is built anew (%v)", err)
	}
	write(t, dir, "shop.yaml", change(t, goodSite, "languages: [nl, en]", "languages: [nl]", "  en: https://www.example.nl/en/privacy\n", ""))
	reload(t, sites)
	built()
	if releases, scripts := b.Kept(); releases != 1 || scripts != 3 {
		t.Errorf("one language is gone: %d releases, %d scripts", releases, scripts)
	}
}
