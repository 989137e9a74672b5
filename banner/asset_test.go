package banner_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Protects: every browser gets a coding it asked for, and the bytes it decodes
// are the script, before and after the better compression is swapped in.
func TestEncoded(t *testing.T) {
	b := bundler(t)
	asset, err := b.Banner(t.Context(), site(t), "nl")
	if err != nil {
		t.Fatal(err)
	}
	tag := asset.ETag
	check := func() map[string]int {
		sizes := map[string]int{}
		for header, want := range map[string]string{
			"gzip, deflate, br, zstd":      "br",
			"br":                           "br",
			"BR;q=0.5":                     "br",
			"zstd":                         "zstd",
			"gzip":                         "gzip",
			"gzip;q=1.0, br;q=0":           "gzip",
			"*":                            "br",
			"*;q=0":                        "identity",
			"br;q=0, gzip;q=0, *":          "zstd",
			"":                             "identity",
			"identity":                     "identity",
			"deflate":                      "identity",
			"brotli, gzipped":              "identity",
			"gzip;q=0, br;q=0.0, zstd;q=0": "identity",
		} {
			body, coding := asset.Encoded(header)
			if coding != want {
				t.Errorf("Accept-Encoding %q got %s, want %s", header, coding, want)
			}
			if decoded := decode(t, body, coding); !bytes.Equal(decoded, asset.Body) {
				t.Errorf("%s does not decode to the script", coding)
			}
			sizes[coding] = len(body)
		}
		return sizes
	}
	quick := check()
	b.Close()
	best := check()
	for _, coding := range []string{"br", "zstd", "gzip"} {
		if best[coding] > quick[coding] {
			t.Errorf("%s grew from %d to %d bytes", coding, quick[coding], best[coding])
		}
	}
	if body, _ := asset.Encoded("br"); len(body) > len(asset.Body)*9/20 {
		t.Errorf("the best brotli of %d bytes is %d", len(asset.Body), len(body))
	}
	if asset.ETag != tag {
		t.Error("the ETag names the coding")
	}
}

func decode(t *testing.T, body []byte, coding string) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	var err error
	switch coding {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		r, err = gzip.NewReader(r)
	case "zstd":
		var d *zstd.Decoder
		if d, err = zstd.NewReader(r); err == nil {
			defer d.Close()
			r = d
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}
