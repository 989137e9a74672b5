package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sluis/api"
	"sluis/banner"
)

// Config is everything an operator can set, all of it by environment
// variables that begin with SLUIS_. Every field has a working default. An
// unknown variable or a bad value stops the start, and all faults are named
// at once.
type Config struct {
	// Listen is the address the service listens on, "host:port". Port 0 takes
	// a free one. SLUIS_LISTEN, default 127.0.0.1:8080.
	Listen string

	// PublicURL is where visitors' browsers reach the service: scheme, host
	// and optional port, no path. https, or http for this machine only. Its
	// host names the log the first time the service starts with a data folder.
	// SLUIS_PUBLIC_URL, default http://localhost:<port of Listen>.
	PublicURL string

	// Sites is the folder of site files, {site}.yaml. When it is missing or
	// holds none, the demo site is served. SLUIS_SITES, default ./sites.
	Sites string

	// Data is the folder for what must survive: the signing key, the reader
	// keys, which site has which origins, the last known state of each log and,
	// without RedisURL, Redis' own files. SLUIS_DATA, default ./data.
	Data string

	// RedisURL is the Redis (7.0 or newer) or Valkey that holds the log:
	// redis://, rediss:// or unix://. Empty: this machine's redis-server, or else
	// its valkey-server, is started inside Data. SLUIS_REDIS_URL, default empty.
	RedisURL string

	// Presets is a folder with services/*.json and texts/*.json that add to
	// or override what Sluis ships. SLUIS_PRESETS, default empty: none.
	Presets string

	// TrustedProxies are the addresses of reverse proxies whose
	// X-Forwarded-For is believed, for rate limits only. Comma-separated
	// addresses or prefixes. SLUIS_TRUSTED_PROXIES, default empty: none.
	TrustedProxies []netip.Prefix

	// Limits bound how often one address may call, and how many records one
	// site may get: "a second/at once", or off. SLUIS_RATE_ADDRESS, default
	// 20/200; SLUIS_RATE_SITE, default 1000/2000.
	Limits api.Limits

	// LogLevel is the least level that is logged: debug, info, warn or error.
	// SLUIS_LOG_LEVEL, default info.
	LogLevel slog.Level

	// LogFormat is text or json. SLUIS_LOG_FORMAT, default text.
	LogFormat string

	// set names the variables that the environment held.
	set map[string]bool
}

// ConfigFault is one thing wrong with the environment.
type ConfigFault struct {
	Name   string // the variable
	Detail string // what is wrong with it
	Fix    string // how to mend it
}

// Error reads as one line.
func (f *ConfigFault) Error() string { return f.Name + ": " + f.Detail + ". " + f.Fix }

// LoadConfig reads the configuration from an environment as of os.Environ.
// The error joins every *ConfigFault.
func LoadConfig(environ []string) (Config, error) {
	c := Config{set: map[string]bool{}}
	values := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "SLUIS_") {
			values[name] = value
		}
	}
	var faults []error
	for _, s := range settings() {
		value := s.fallback
		if v, ok := values[s.name]; ok && v != "" {
			value, c.set[s.name] = v, true
		}
		delete(values, s.name)
		if detail, fix := s.apply(&c, value); detail != "" {
			shown := strconv.Quote(value)
			if s.secret {
				shown = "the value"
			}
			faults = append(faults, &ConfigFault{s.name, shown + " " + detail, fix})
		}
	}
	delete(values, readerKeyVariable)
	for name := range values {
		faults = append(faults, &ConfigFault{name, "there is no such setting", didYouMean(name)})
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	if len(faults) > 0 {
		return c, fmt.Errorf("configuration:\n%w", errors.Join(faults...))
	}
	return c, nil
}

// completePublicURL fills in the default, once the port is known.
func (c *Config) completePublicURL() {
	if c.PublicURL == "" {
		_, port, _ := net.SplitHostPort(c.Listen)
		if port = banner.ExactPort("http", port); port == ":" {
			port = "" // a free one, which only a start knows
		}
		c.PublicURL = "http://localhost" + port
	}
}

// publicHost is the host that names a new log.
func (c *Config) publicHost() string {
	u, err := url.Parse(c.PublicURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// environmentValue looks one variable up; the last one counts, as in os.Getenv
// after os.Setenv.
func environmentValue(environ []string, name string) (value string) {
	for _, entry := range environ {
		if v, ok := strings.CutPrefix(entry, name+"="); ok {
			value = v
		}
	}
	return value
}

// didYouMean proposes the nearest setting, or all of them.
func didYouMean(name string) string {
	best, least := "", 4
	var names []string
	for _, s := range settings() {
		names = append(names, s.name)
		if d := distance(name, s.name); d < least {
			best, least = s.name, d
		}
	}
	if best != "" {
		return "Did you mean " + best + "? Otherwise remove it."
	}
	return "Remove it; the settings are " + strings.Join(names, ", ") + "."
}

// distance is the number of single-letter edits between two names.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
