package api

import (
	"errors"
	"strings"

	"sluis/consentlog"
)

// authenticate lets holders of a key through, and of a site's own key only
// where the path names a site. Whether a site exists is told to nobody else.
func (r *request) authenticate() error {
	header := r.c.Request().Header.Get("Authorization")
	if header == "" {
		return problem("key-missing", "The request has no Authorization header.", consentlog.Fault{
			Pointer: "Authorization:", Detail: "is missing", Fix: "send Authorization: Bearer sluis_… with a reader key.",
		})
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return problem("key-missing", "The Authorization header is not of the scheme Bearer.", consentlog.Fault{
			Pointer: "Authorization:", Detail: "has another scheme than Bearer", Fix: "send Authorization: Bearer sluis_… with a reader key.",
		})
	}
	key, err := r.api.o.Keys.Check(strings.TrimSpace(token))
	switch {
	case errors.Is(err, ErrKeyExpired):
		return problem("key-unknown", "The key has expired.", consentlog.Fault{
			Pointer: "Authorization:", Detail: "holds the key " + key.ID + ", which expired on " + key.Expires.Format("2 January 2006"), Fix: "make a new one: sluis key create",
		})
	case errors.Is(err, ErrKeyUnknown):
		return problem("key-unknown", "The key is not known here.", consentlog.Fault{
			Pointer: "Authorization:", Detail: "holds no key of this service", Fix: "check for missing characters (sluis_ and 43 more), or make a new key: sluis key create",
		})
	case err != nil:
		return err
	}
	if site := r.c.Param("site"); site != "" && !key.Reads(site) {
		return problem("key-foreign", "The key "+key.ID+" is not for the site "+quote(site)+".", consentlog.Fault{
			Pointer: "Authorization:", Detail: "holds a key for " + strings.Join(key.Sites, ", "), Fix: "use a key of this site, or make one: sluis key create --site " + site + " --role reader",
		})
	}
	r.key = &key
	return nil
}
