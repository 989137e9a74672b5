package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sluis/api"
	"sluis/banner"
)

// setting is one environment variable. apply puts a value into the
// configuration and answers what is wrong with it and how to mend it, or "".
type setting struct {
	name, fallback string
	// secret keeps a faulty value out of the error: it may hold a password.
	secret bool
	apply  func(c *Config, value string) (detail, fix string)
	show   func(c *Config) string
}

// settings lists every variable in the order in which check prints them. The
// README's table is held against this list by a test.
func settings() []setting {
	return []setting{
		{"SLUIS_LISTEN", "127.0.0.1:8080", false, setListen, func(c *Config) string { return c.Listen }},
		{"SLUIS_PUBLIC_URL", "", false, setPublicURL, func(c *Config) string { return c.PublicURL }},
		{"SLUIS_SITES", "./sites", false, setSites, func(c *Config) string { return c.Sites }},
		{"SLUIS_DATA", "./data", false, setData, func(c *Config) string { return c.Data }},
		{"SLUIS_REDIS_URL", "", true, setRedisURL, showRedisURL},
		{"SLUIS_PRESETS", "", false, setPresets, func(c *Config) string { return c.Presets }},
		{"SLUIS_TRUSTED_PROXIES", "", false, setTrustedProxies, showTrustedProxies},
		{"SLUIS_RATE_ADDRESS", "20/200", false, func(c *Config, v string) (string, string) { return setRate(&c.Limits.Address, v) }, func(c *Config) string { return showRate(c.Limits.Address) }},
		{"SLUIS_RATE_SITE", "1000/2000", false, func(c *Config, v string) (string, string) { return setRate(&c.Limits.Site, v) }, func(c *Config) string { return showRate(c.Limits.Site) }},
		{"SLUIS_LOG_LEVEL", "info", false, setLogLevel, func(c *Config) string { return strings.ToLower(c.LogLevel.String()) }},
		{"SLUIS_LOG_FORMAT", "text", false, setLogFormat, func(c *Config) string { return c.LogFormat }},
	}
}

func setListen(c *Config, value string) (string, string) {
	const fix = "Give host:port, for example 127.0.0.1:8080, or :8080 for every interface."
	host, port, err := net.SplitHostPort(value)
	if err != nil {
		return "is no address to listen on", fix
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return "has a port that is no number from 0 to 65535", fix
	}
	if strings.ContainsAny(host, "/ ") {
		return "has a host that is no host name", fix
	}
	c.Listen = value
	return "", ""
}

func setPublicURL(c *Config, value string) (string, string) {
	if value == "" {
		return "", "" // follows from the port; see listen
	}
	const fix = "Give scheme and host as visitors' browsers use them, for example https://consent.example.nl."
	u, err := url.Parse(value)
	if err != nil || u.Host == "" {
		return "is no URL", fix
	}
	u.Host = strings.ToLower(u.Host)
	// As browsers send it: the demo's pages stand there, and are held to what every site is.
	host, port := banner.ExactHost(u.Hostname()), banner.ExactPort(u.Scheme, u.Port())
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return "is neither https nor http", fix
	case u.Scheme == "http" && !banner.OnThisMachine(u):
		return "is plain http, which browsers do not let an https page load", "Use https; http is for localhost only."
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return "holds more than scheme, host and port", fix
	case host == "" || !logName.MatchString(host): // it names the log as well
		return "has a host that is none", "Give a name of a-z, 0-9, - and dots, other letters in their xn-- form, or an address in its shortest form: 192.0.2.7, [2001:db8::1]."
	case port == ":":
		return "has a port that is none", "Give a number from 1 to 65535, or leave it out: " + u.Scheme + "://" + host + "."
	}
	c.PublicURL = u.Scheme + "://" + host + port
	return "", ""
}

func setSites(c *Config, value string) (string, string) {
	c.Sites = filepath.Clean(value)
	if info, err := os.Stat(c.Sites); err == nil && !info.IsDir() {
		return "is a file", "Give the folder that holds the site files."
	}
	return "", ""
}

func setData(c *Config, value string) (string, string) {
	c.Data = filepath.Clean(value)
	if info, err := os.Stat(c.Data); err == nil && !info.IsDir() {
		return "is a file", "Give a folder that the service may write to."
	}
	return "", ""
}

func setRedisURL(c *Config, value string) (string, string) {
	if value == "" {
		return "", ""
	}
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "redis" && u.Scheme != "rediss" && u.Scheme != "unix" {
		return "is no Redis address", "Give redis://host:6379, rediss://user:password@host:6379 or unix:///path/to/redis.sock."
	}
	c.RedisURL = value
	return "", ""
}

func showRedisURL(c *Config) string {
	u, err := url.Parse(c.RedisURL)
	if c.RedisURL == "" || err != nil {
		return ""
	}
	return u.Redacted()
}

func setPresets(c *Config, value string) (string, string) {
	if value == "" {
		return "", ""
	}
	c.Presets = filepath.Clean(value)
	if info, err := os.Stat(c.Presets); err != nil || !info.IsDir() {
		return "is no folder that can be read", "Give a folder with services/ or texts/ in it."
	}
	for _, folder := range []string{"services", "texts"} {
		if _, err := os.Stat(filepath.Join(c.Presets, folder)); err == nil {
			return "", ""
		}
	}
	return "holds neither services/ nor texts/", "Give the folder above them."
}

func setTrustedProxies(c *Config, value string) (string, string) {
	for part := range strings.SplitSeq(value, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(part)
		if err != nil {
			address, err := netip.ParseAddr(part)
			if err != nil {
				return fmt.Sprintf("holds %q, which is no address", part), "Give addresses or prefixes with commas between them: 10.0.0.5, 192.168.0.0/24."
			}
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		c.TrustedProxies = append(c.TrustedProxies, prefix.Masked())
	}
	return "", ""
}

func showTrustedProxies(c *Config) string {
	parts := make([]string, len(c.TrustedProxies))
	for i, p := range c.TrustedProxies {
		parts[i] = p.String()
	}
	return strings.Join(parts, ", ")
}

// setRate reads "a second/at once", or off.
func setRate(rate *api.Rate, value string) (string, string) {
	if value == "off" {
		*rate = api.Rate{PerSecond: -1}
		return "", ""
	}
	perSecond, burst, ok := strings.Cut(value, "/")
	steady, err1 := strconv.ParseFloat(perSecond, 64)
	atOnce, err2 := strconv.Atoi(burst)
	if !ok || err1 != nil || err2 != nil || !(steady > 0 && steady < 1e9) || atOnce < 1 {
		return "is no rate", "Give how many a second and how many at once, for example 20/200, or off."
	}
	*rate = api.Rate{PerSecond: steady, Burst: atOnce}
	return "", ""
}

func showRate(rate api.Rate) string {
	if rate.PerSecond < 0 {
		return "off"
	}
	return strconv.FormatFloat(rate.PerSecond, 'f', -1, 64) + "/" + strconv.Itoa(rate.Burst)
}

func setLogLevel(c *Config, value string) (string, string) {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, ok := levels[strings.ToLower(value)]
	if !ok {
		return "is no log level", "Give debug, info, warn or error."
	}
	c.LogLevel = level
	return "", ""
}

func setLogFormat(c *Config, value string) (string, string) {
	if value != "text" && value != "json" {
		return "is no log format", "Give text or json."
	}
	c.LogFormat = value
	return "", ""
}
