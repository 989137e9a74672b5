package banner

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

func (r *siteRules) origins() {
	if len(r.site.Origins) == 0 && !r.faulty("origins") {
		r.breaks(ruleOrigin, "origins", "origins is missing", "list the addresses of the website: origins: [https://www.example.nl]")
	}
	seen := map[string]bool{}
	for i, origin := range r.site.Origins {
		path := itemPath("origins", i)
		if r.faulty(path) {
			continue
		}
		if rule, detail, fix := originFault(origin); rule != "" {
			r.breaks(rule, path, detail, fix)
		} else if seen[origin] {
			r.breaks(ruleOrigin, path, quote(origin)+" stands here twice", "keep one")
		}
		seen[origin] = true
	}
}

// originFault says what keeps a text from being an origin as browsers send it.
func originFault(origin string) (rule, detail, fix string) {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ruleOrigin, quote(origin) + " is not the address of a website", "write scheme and host: https://www.example.nl"
	}
	host, port := ExactHost(strings.ToLower(u.Hostname())), ExactPort(u.Scheme, u.Port())
	exact := u.Scheme + "://" + host + port
	switch {
	case u.Scheme == "http" && !OnThisMachine(u):
		return ruleEncrypted, quote(origin) + " is not encrypted", "use https://" + u.Host + "; http is for localhost only"
	case strings.Contains(u.Host, "*"):
		return ruleOrigin, quote(origin) + " holds a wildcard", "list each host of the website by itself"
	case strings.ContainsFunc(u.Host, func(r rune) bool { return r > 126 }):
		return ruleOrigin, quote(origin) + " is not written as browsers send it", "write the host in its xn-- form"
	case host == "":
		return ruleOrigin, quote(u.Hostname()) + " is no host that a browser sends", "write a name of a-z, 0-9, - and dots, or an address in its shortest form: 192.0.2.7, [2001:db8::1]"
	case port == ":":
		return ruleOrigin, quote(u.Port()) + " is no port", "write a number from 1 to 65535, or leave it out: " + u.Scheme + "://" + host
	case origin != exact:
		return ruleOrigin, quote(origin) + " is more than an origin", "write " + exact
	}
	return "", "", ""
}

var (
	nameForm = regexp.MustCompile(`^[a-z0-9._-]+$`)
	// Browsers read a host as a number when its last part is one, in any base.
	numberedForm = regexp.MustCompile(`(^|\.)([0-9]+|0x[0-9a-f]*)\.?$`)
)

// ExactHost is a host as browsers send it, empty where none would.
func ExactHost(host string) string {
	ip, err := netip.ParseAddr(host)
	switch {
	case err == nil && ip.Zone() != "":
		return ""
	case err == nil && ip.Is4In6(): // which Go writes with dots
		b := ip.As16()
		return fmt.Sprintf("[::ffff:%x:%x]", int(b[12])<<8|int(b[13]), int(b[14])<<8|int(b[15]))
	case err == nil && ip.Is6():
		return "[" + ip.String() + "]"
	case err == nil:
		return ip.String()
	case !nameForm.MatchString(host) || numberedForm.MatchString(host):
		return ""
	}
	return host
}

// ExactPort is the port with its colon as browsers send it: nothing where it is
// the usual one, a mere colon where it is none.
func ExactPort(scheme, port string) string {
	n, err := strconv.Atoi(port)
	switch {
	case port == "" || scheme == "https" && n == 443 || scheme == "http" && n == 80:
		return ""
	case err != nil || n < 1 || n > 65535:
		return ":"
	}
	return ":" + strconv.Itoa(n)
}
