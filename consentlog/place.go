package consentlog

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// place says where a record lies: "<epoch>.<index>". Places are ordered as the
// log grew.
type place struct {
	epoch, index int64
}

func (p place) String() string {
	return strconv.FormatInt(p.epoch, 10) + "." + strconv.FormatInt(p.index, 10)
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.epoch, q.epoch), cmp.Compare(p.index, q.index))
}

func (p place) before(q place) bool { return p.compare(q) < 0 }

// segment is the segment that it lies in.
func (p place) segment() segmentID { return segmentID{p.epoch, p.index / tileWidth} }

func parsePlace(s string) (place, error) {
	e, i, _ := strings.Cut(s, ".")
	epoch, err1 := strconv.ParseInt(e, 10, 64)
	index, err2 := strconv.ParseInt(i, 10, 64)
	p := place{epoch, index}
	if err1 != nil || err2 != nil || epoch < 1 || index < 0 || p.String() != s {
		return place{}, fmt.Errorf("%q is not a place in a log", s)
	}
	return p, nil
}

// fieldsOf are the fields of a visitor's hash that hold the halves of places.
func fieldsOf(places []place) []string {
	fields := make([]string, len(places))
	for i, p := range places {
		fields[i] = p.String()
	}
	return fields
}
