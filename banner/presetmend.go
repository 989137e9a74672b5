package banner

import (
	"slices"
	"strings"
)

// presetNames are what people call a service that has a preset under another
// id: abbreviations, former names and the names of its maker. It is a table,
// never written to.
var presetNames = map[string][]string{
	"adwords":             {"google-ads"},
	"analytics":           {"google-analytics-4"},
	"bing":                {"microsoft-uet"},
	"bing-ads":            {"microsoft-uet"},
	"captcha":             {"recaptcha", "cloudflare-turnstile"},
	"cloudflare":          {"cloudflare-web-analytics", "cloudflare-turnstile"},
	"facebook":            {"facebook-plugins", "meta-pixel"},
	"facebook-pixel":      {"meta-pixel"},
	"fb":                  {"facebook-plugins", "meta-pixel"},
	"fb-pixel":            {"meta-pixel"},
	"fbq":                 {"meta-pixel"},
	"ga":                  {"google-analytics-4"},
	"ga4":                 {"google-analytics-4"},
	"gads":                {"google-ads"},
	"gmaps":               {"google-maps"},
	"google-tag":          {"google-analytics-4", "google-ads", "google-tag-manager"},
	"gtag":                {"google-analytics-4", "google-ads"},
	"gtm":                 {"google-tag-manager"},
	"ig":                  {"instagram"},
	"meta":                {"meta-pixel", "facebook-plugins"},
	"osm":                 {"openstreetmap"},
	"php":                 {"php-session"},
	"piwik":               {"matomo"},
	"tag-manager":         {"google-tag-manager"},
	"turnstile":           {"cloudflare-turnstile"},
	"tweet":               {"x-embed"},
	"twitter":             {"x-embed", "x-pixel"},
	"twitter-pixel":       {"x-pixel"},
	"typekit":             {"adobe-fonts"},
	"ua":                  {"google-analytics-4"},
	"uet":                 {"microsoft-uet"},
	"universal-analytics": {"google-analytics-4"},
	"yt":                  {"youtube"},
}

const describeIt = " Or describe the service yourself under define"

// presetMend is the mend for an id that no preset has.
func presetMend(id string, known []string) string {
	word := strings.ReplaceAll(strings.ToLower(id), "_", "-")
	// A catalogue of the operator's own need not have them all.
	meant := slices.DeleteFunc(slices.Clone(presetNames[word]), func(id string) bool { return !slices.Contains(known, id) })
	if len(meant) == 0 { // "tiktok" is an embed and a pixel
		for _, id := range known {
			if slices.Contains(strings.Split(id, "-"), word) {
				meant = append(meant, id)
			}
		}
	}
	if len(meant) == 0 {
		mend := suggest(id, known)
		if strings.HasSuffix(mend, "?") {
			return mend + describeIt
		}
		return mend + "." + describeIt
	}
	for i := range meant {
		meant[i] = quote(meant[i])
	}
	return "did you mean " + strings.Join(meant, " or ") + "?" + describeIt
}
