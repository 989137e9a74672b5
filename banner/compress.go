package banner

import (
	"bytes"
	"compress/gzip"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// codings are the compressed forms of one script.
type codings struct{ br, zstd, gzip []byte }

// quickly takes about a millisecond, so that a first visitor does not wait.
func quickly(body []byte) *codings {
	return compressed(body, brotli.WriterOptions{Quality: 5}, zstd.SpeedDefault, gzip.DefaultCompression)
}

// window is no larger than a large script, which spares browsers the memory; this
// one is also named in a single bit.
const window = 16

// best takes fifty times as long and saves another tenth.
func best(body []byte) *codings {
	return compressed(body, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: window}, zstd.SpeedBestCompression, gzip.BestCompression)
}

// orSmaller is of each coding the smaller one: levels are heuristics, and once in
// a while the quick one saves a byte more.
func (c *codings) orSmaller(other *codings) *codings {
	pick := func(a, b []byte) []byte {
		if len(b) < len(a) {
			return b
		}
		return a
	}
	return &codings{br: pick(c.br, other.br), zstd: pick(c.zstd, other.zstd), gzip: pick(c.gzip, other.gzip)}
}

func compressed(body []byte, b brotli.WriterOptions, z zstd.EncoderLevel, g int) *codings {
	return &codings{
		br: through(body, func(w io.Writer) (io.WriteCloser, error) { return brotli.NewWriterOptions(w, b), nil }),
		zstd: through(body, func(w io.Writer) (io.WriteCloser, error) {
			return zstd.NewWriter(w, zstd.WithEncoderLevel(z), zstd.WithEncoderConcurrency(1))
		}),
		gzip: through(body, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, g) }),
	}
}

// through writes the body through a compressor into memory, where only a level
// that does not exist could fail.
func through(body []byte, open func(io.Writer) (io.WriteCloser, error)) []byte {
	var out bytes.Buffer
	w, err := open(&out)
	if err != nil {
		return body
	}
	w.Write(body)
	w.Close()
	return out.Bytes()
}
