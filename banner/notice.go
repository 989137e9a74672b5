package banner

import "sluis/consentlog"

// NewNotice builds the canonical content of exactly what a site shows in a language.
func NewNotice(site *Site, language string, texts map[string]string, bundleHash string) (consentlog.Notice, error) {
	return consentlog.Notice{}, nil
}
