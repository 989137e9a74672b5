package consentlog

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// Canonical form is RFC 8785 on a restricted alphabet: keys in ASCII and
// sorted, no white space, valid UTF-8 without control characters, line
// separators or the replacement character, integers within ±2^53 only. Inside
// it Go, JavaScript and jq write the same bytes without any library, so
// whoever verifies needs none of our code.

const maxInteger = 1 << 53

var errNotCanonical = errors.New("not in canonical form")

// encode writes v canonically. Struct fields must be declared in the order of
// their JSON names; maps are sorted by encoding/json.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	out := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	return out, checkAlphabet(out)
}

// checkAlphabet looks at the encoded bytes: an escape other than \" and \\ there
// means that a forbidden character was in the input.
func checkAlphabet(src []byte) error {
	for i := 0; i < len(src); {
		c := src[i]
		if c < utf8.RuneSelf {
			if c < 0x20 || c == 0x7f {
				return fmt.Errorf("%w: control character %#02x", errNotCanonical, c)
			}
			if c == '\\' {
				if i+1 >= len(src) || (src[i+1] != '"' && src[i+1] != '\\') {
					return fmt.Errorf("%w: a control character or line separator", errNotCanonical)
				}
				i++
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError || r == '\u2028' || r == '\u2029' || unicode.IsControl(r) {
			return fmt.Errorf("%w: character %U", errNotCanonical, r)
		}
		i += n
	}
	return nil
}

// Canonical undoes reformatting: it sorts keys and drops white space, and
// refuses what the alphabet excludes. A receipt therefore survives being
// pretty-printed, but not any change of what it says.
func Canonical(src []byte) ([]byte, error) {
	if !utf8.Valid(src) {
		return nil, fmt.Errorf("%w: not UTF-8", errNotCanonical)
	}
	d := json.NewDecoder(bytes.NewReader(src))
	d.UseNumber()
	v, err := readValue(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something follows the value", errNotCanonical)
	}
	return encode(v)
}

// maxDepth bounds recursion on input from strangers.
const maxDepth = 32

func readValue(d *json.Decoder, depth int) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotCanonical, err)
	}
	switch t := t.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, fmt.Errorf("%w: too deep", errNotCanonical)
		}
		if t == '{' {
			return readMembers(d, depth+1)
		}
		items := []any{}
		for d.More() {
			v, err := readValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			items = append(items, v)
		}
		_, err := d.Token()
		return items, err
	case json.Number:
		n, err := strconv.ParseInt(t.String(), 10, 64)
		if err != nil || n > maxInteger || n < -maxInteger || strconv.FormatInt(n, 10) != t.String() {
			return nil, fmt.Errorf("%w: number %s", errNotCanonical, t)
		}
		return n, nil
	default:
		return t, nil
	}
}

func readMembers(d *json.Decoder, depth int) (map[string]any, error) {
	out := map[string]any{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errNotCanonical, err)
		}
		k := t.(string)
		for i := range len(k) {
			if k[i] < 0x20 || k[i] > 0x7e {
				return nil, fmt.Errorf("%w: key %q", errNotCanonical, k)
			}
		}
		if _, twice := out[k]; twice {
			return nil, fmt.Errorf("%w: key %q occurs twice", errNotCanonical, k)
		}
		if out[k], err = readValue(d, depth); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return out, err
}

// hashText is how hashes appear in JSON: base64url without padding, 43
// characters.
func hashText(src []byte) string {
	h := sha256.Sum256(src)
	return base64.RawURLEncoding.EncodeToString(h[:])
}

// parseHash reads hashText strictly: each hash has one spelling only.
func parseHash(s string) ([sha256.Size]byte, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != sha256.Size || len(s) != 43 {
		return [sha256.Size]byte{}, fmt.Errorf("%q is not a SHA-256 in base64url", s)
	}
	return [sha256.Size]byte(b), nil
}

func isHash(s string) bool {
	_, err := parseHash(s)
	return err == nil
}
