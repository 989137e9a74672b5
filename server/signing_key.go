package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// signingKey is what every checkpoint is signed with. Name is the host under
// which the logs of this installation are known; it is part of every receipt
// and therefore stays as it was at the first start, whatever the public
// address becomes later.
type signingKey struct {
	Name   string
	Secret [32]byte
}

const signingKeyHead = `# The signing key of this Sluis installation, made at its first start.
# Every receipt and checkpoint of every site is signed with keys derived from it.
# Keep it secret and keep a copy somewhere safe: without it no log can go on,
# and whoever has it can sign in your name. Sluis never changes this file.
`

// logName is what a key name may consist of (c2sp.org/signed-note: no space
// and no plus sign).
var logName = regexp.MustCompile(`^[A-Za-z0-9.\-:\[\]]{1,200}$`)

// openSigningKey reads the key in the file, or makes one named name when there
// is no file yet. An existing file is never written to, and none is made where
// state, which every log leaves beside its key, shows that there was one.
func openSigningKey(path, name, state string) (signingKey, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if logs, err := os.ReadDir(state); err == nil && len(logs) > 0 {
			return signingKey{}, fmt.Errorf("signing key %s is missing, and %s shows logs that were begun with it. Put back the copy you kept; "+
				"to begin anew, without those logs, set SLUIS_DATA to an empty folder and SLUIS_REDIS_URL to an empty Redis", path, state)
		}
		if err := makeSigningKey(path, name); err != nil {
			return signingKey{}, fmt.Errorf("signing key: %w", err)
		}
		// Two processes may have made one at the same moment: the file decides.
		raw, err = os.ReadFile(path)
	}
	if err != nil {
		return signingKey{}, fmt.Errorf("signing key: %w. Make it readable for the account the service runs under", err)
	}
	key, err := parseSigningKey(raw)
	if err != nil {
		return signingKey{}, fmt.Errorf("signing key %s: %w. Put back the copy you kept; "+
			"a new key cannot continue a log that was begun with this one", path, err)
	}
	return key, nil
}

func makeSigningKey(path, name string) error {
	if !logName.MatchString(name) {
		return fmt.Errorf("the host %q cannot name a log", name)
	}
	secret := make([]byte, 32)
	rand.Read(secret)
	text := fmt.Sprintf("%sname %s\nsecret %s\n", signingKeyHead, name, base64.StdEncoding.EncodeToString(secret))

	// Written aside and linked into place: the file is complete or absent, and
	// link refuses to replace what another process put there first.
	aside, err := os.CreateTemp(filepath.Dir(path), ".signing-*")
	if err != nil {
		return err
	}
	defer os.Remove(aside.Name())
	_, err = aside.WriteString(text)
	if err := errors.Join(err, aside.Chmod(0o600), aside.Sync(), aside.Close()); err != nil {
		return err
	}
	if err := os.Link(aside.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func parseSigningKey(raw []byte) (signingKey, error) {
	var key signingKey
	var secret []byte
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		word, value, _ := strings.Cut(line, " ")
		switch word {
		case "name":
			key.Name = value
		case "secret":
			var err error
			if secret, err = base64.StdEncoding.DecodeString(value); err != nil {
				return key, fmt.Errorf("line %d: the secret is no base64", n)
			}
		default:
			return key, fmt.Errorf("line %d begins with %q; a key holds the lines name and secret", n, word)
		}
	}
	if !logName.MatchString(key.Name) {
		return key, fmt.Errorf("the name %q is missing or malformed", key.Name)
	}
	if copy(key.Secret[:], secret) != 32 || len(secret) != 32 {
		return key, fmt.Errorf("the secret has %d bytes and needs 32", len(secret))
	}
	return key, nil
}
