package api

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"sync"
	"time"
)

// Role is what a key may do. An admin may do all that a reader may.
type Role string

// The two roles.
const (
	Reader Role = "reader"
	Admin  Role = "admin"
)

// AllSites in Key.Sites means every site, also those added later.
const AllSites = "*"

// Key is what is known of a key. The key itself is known to its holder only.
type Key struct {
	ID      string    `json:"id"`     // 8 hexadecimal characters: for the log and for Revoke
	Hash    string    `json:"sha256"` // of the whole key, in hexadecimal
	Sites   []string  `json:"sites"`
	Role    Role      `json:"role"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires,omitzero"` // zero: never
}

// Reads says whether the key may read the site.
func (k Key) Reads(site string) bool {
	return slices.Contains(k.Sites, AllSites) || slices.Contains(k.Sites, site)
}

// The ways in which a key does not hold.
var (
	ErrKeyUnknown = errors.New("api: unknown or revoked key")
	ErrKeyExpired = errors.New("api: expired key")
)

// KeyOptions describe a key to be made.
type KeyOptions struct {
	Sites   []string // site ids, or AllSites
	Role    Role
	Expires time.Time // zero: never
}

// Keys is the file of keys. Any number of processes may use it at once: a
// change is one rename under a lock, and seen by the next Check everywhere.
type Keys struct {
	path string
	now  func() time.Time

	mu   sync.Mutex // guards what follows
	seen os.FileInfo
	keys []Key
}

// OpenKeys opens the file of keys. A missing file holds no key; it is made
// with the first one.
func OpenKeys(path string) (*Keys, error) {
	k := &Keys{path: path, now: time.Now}
	if _, err := k.List(); err != nil {
		return nil, err
	}
	return k, nil
}

const (
	keyPrefix = "sluis_" // lets scanners of leaked secrets recognise one
	keyBytes  = 32
)

var (
	keyForm  = regexp.MustCompile(`^sluis_[A-Za-z0-9_-]{43}$`)
	siteForm = regexp.MustCompile(`^([a-z0-9-]{1,40}|\*)$`)
)

// Create makes a key and returns it for the first and last time.
func (k *Keys) Create(o KeyOptions) (token string, key Key, err error) {
	now := k.now().UTC().Truncate(time.Second)
	switch {
	case o.Role != Reader && o.Role != Admin:
		return "", Key{}, fmt.Errorf("create key: role %q is neither reader nor admin", o.Role)
	case len(o.Sites) == 0:
		return "", Key{}, errors.New(`create key: name at least one site, or "*" for all`)
	case !o.Expires.IsZero() && !o.Expires.After(now):
		return "", Key{}, errors.New("create key: it would have expired already")
	}
	for _, site := range o.Sites {
		if !siteForm.MatchString(site) {
			return "", Key{}, fmt.Errorf("create key: %q is not the id of a site, which is the name of its file without .yaml", site)
		}
	}
	var secret [keyBytes]byte
	_, _ = rand.Read(secret[:]) // never fails (crypto/rand)
	token = keyPrefix + base64.RawURLEncoding.EncodeToString(secret[:])
	sum := sha256.Sum256([]byte(token))
	var id [4]byte
	_, _ = rand.Read(id[:])
	key = Key{
		ID: hex.EncodeToString(id[:]), Hash: hex.EncodeToString(sum[:]), Sites: slices.Clone(o.Sites), Role: o.Role,
		Created: now, Expires: o.Expires.UTC().Truncate(time.Second),
	}
	if o.Expires.IsZero() {
		key.Expires = time.Time{}
	}
	err = k.change(func(keys []Key) ([]Key, error) { return append(keys, key), nil })
	if err != nil {
		return "", Key{}, fmt.Errorf("create key: %w", err)
	}
	return token, key, nil
}

// List gives every key, oldest first.
func (k *Keys) List() ([]Key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.refresh(); err != nil {
		return nil, err
	}
	return slices.Clone(k.keys), nil
}

// Revoke ends a key by its id, or returns ErrKeyUnknown.
func (k *Keys) Revoke(id string) error {
	err := k.change(func(keys []Key) ([]Key, error) {
		rest := slices.DeleteFunc(keys, func(key Key) bool { return key.ID == id })
		if len(rest) == len(keys) {
			return nil, ErrKeyUnknown
		}
		return rest, nil
	})
	if err != nil {
		return fmt.Errorf("revoke key %s: %w", id, err)
	}
	return nil
}

// Check finds the key that a caller shows. The time it takes tells nothing
// about how much of a key was right: hashes are compared, in constant time.
func (k *Keys) Check(token string) (Key, error) {
	if !keyForm.MatchString(token) {
		return Key{}, ErrKeyUnknown
	}
	sum := sha256.Sum256([]byte(token))
	shown := []byte(hex.EncodeToString(sum[:]))

	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.refresh(); err != nil {
		return Key{}, err
	}
	found := -1
	for i, key := range k.keys {
		if subtle.ConstantTimeCompare(shown, []byte(key.Hash)) == 1 {
			found = i
		}
	}
	switch {
	case found < 0:
		return Key{}, ErrKeyUnknown
	case !k.keys[found].Expires.IsZero() && !k.now().Before(k.keys[found].Expires):
		return k.keys[found], ErrKeyExpired
	}
	return k.keys[found], nil
}
