package api

import (
	"net"
	"net/http"
	"net/netip"

	"github.com/labstack/echo/v4"
)

// limitAddress counts the request against its address.
func (r *request) limitAddress() error {
	return r.apply(r.api.limits.address(r.c.RealIP()))
}

// limitSite counts a record against its site.
func (r *request) limitSite() error {
	return r.apply(r.api.limits.site(r.site.ID))
}

func (r *request) apply(v verdict) error {
	if v.name == "" {
		return nil
	}
	h := r.c.Response().Header()
	join := func(name, item string) {
		if had := h.Get(name); had != "" {
			item = had + ", " + item
		}
		h.Set(name, item)
	}
	join("RateLimit", v.remaining())
	join("RateLimit-Policy", v.policy())
	if v.ok {
		return nil
	}
	r.api.o.Metrics.limited(v.name)
	p := problem("too-many-requests", "The limit per "+v.name+" is reached.")
	p.retryAfter = v.wait()
	return p
}

// clientAddress takes the address from the connection, or from X-Forwarded-For
// where the connection comes from a proxy that the operator named.
func clientAddress(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		direct := echo.ExtractIPDirect()
		return func(r *http.Request) string { return direct(r) }
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		p = p.Masked()
		trust = append(trust, echo.TrustIPRange(&net.IPNet{
			IP:   p.Addr().AsSlice(),
			Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}
