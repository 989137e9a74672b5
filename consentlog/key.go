package consentlog

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// verifier checks what a site's key signed. Its name is "<host>/<site>".
type verifier struct {
	name  string
	known note.Verifiers
}

// newVerifier reads a verifier key as it is printed in a privacy statement.
func newVerifier(vkey string) (verifier, error) {
	v, err := note.NewVerifier(strings.TrimSpace(vkey))
	if err != nil {
		return verifier{}, fmt.Errorf("verifier key: %w", err)
	}
	if _, site, ok := cutLast(v.Name(), "/"); !ok || !slugPattern.MatchString(site) {
		return verifier{}, fmt.Errorf("verifier key: name %q is not <host>/<site>", v.Name())
	}
	return verifier{name: v.Name(), known: note.VerifierList(v)}, nil
}

// site is the last part of the key's name.
func (v verifier) site() string {
	_, site, _ := cutLast(v.name, "/")
	return site
}

// siteKey signs one site's checkpoints.
type siteKey struct {
	verifier
	signer note.Signer
	vkey   string
}

// keyGeneration counts rotations of a site's key. Rotating is yet to come; the
// number is part of the derivation so that it can.
const keyGeneration = 1

// newSiteKey derives the key of a site from the installation's one secret, so
// that any number of sites needs one secret, and one site's key can be handed
// over without the others.
func newSiteKey(secret [32]byte, host, site string) (siteKey, error) {
	name := host + "/" + site
	seed, err := hkdf.Key(sha256.New, secret[:], nil, fmt.Sprintf("consentlog/v1 %s %d", site, keyGeneration), ed25519.SeedSize)
	if err != nil {
		return siteKey{}, fmt.Errorf("site key: %w", err)
	}
	vkey, err := note.NewEd25519VerifierKey(name, ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey))
	if err != nil {
		return siteKey{}, fmt.Errorf("site key: %w", err)
	}
	v, err := newVerifier(vkey)
	if err != nil {
		return siteKey{}, fmt.Errorf("site key: %w", err)
	}
	// note has no constructor for a signer from a seed, only this text form:
	// the same key hash, then the algorithm byte of the public key.
	hashed := strings.SplitN(strings.TrimPrefix(vkey, name+"+"), "+", 2)
	public, err := base64.StdEncoding.DecodeString(hashed[1])
	if err != nil {
		return siteKey{}, fmt.Errorf("site key: %w", err)
	}
	private := base64.StdEncoding.EncodeToString(append(public[:1:1], seed...))
	signer, err := note.NewSigner("PRIVATE+KEY+" + name + "+" + hashed[0] + "+" + private)
	if err != nil {
		return siteKey{}, fmt.Errorf("site key: %w", err)
	}
	return siteKey{verifier: v, signer: signer, vkey: vkey}, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
