package banner

import "net/url"

// Authority is where a visitor can complain.
type Authority struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

const authorityAP = "autoriteit-persoonsgegevens"

// authorities are those that a site can name by id; any other goes by address.
var authorities = map[string]Authority{
	authorityAP:                      {"Autoriteit Persoonsgegevens", "https://www.autoriteitpersoonsgegevens.nl"},
	"gegevensbeschermingsautoriteit": {"Gegevensbeschermingsautoriteit", "https://www.gegevensbeschermingsautoriteit.be"},
}

// Complaints is the authority of a controller: a known one, or the host of its address.
func (c Controller) Complaints() Authority {
	if known, ok := authorities[c.Authority]; ok {
		return known
	}
	u, err := url.Parse(c.Authority)
	if err != nil {
		return Authority{Name: c.Authority, URL: c.Authority}
	}
	return Authority{Name: u.Hostname(), URL: c.Authority}
}
