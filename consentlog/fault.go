package consentlog

import (
	"errors"
	"fmt"
	"strings"
)

// The errors a caller can tell apart with errors.Is.
var (
	// ErrNotFound: there is no such record, visitor or notice.
	ErrNotFound = errors.New("consentlog: not found")
	// ErrConflict: the record id was used before, with other content.
	ErrConflict = errors.New("consentlog: record id already used with other content")
	// ErrUnavailable: Redis did not confirm in time. Nothing is acknowledged;
	// the same record may be sent again under the same id.
	ErrUnavailable = errors.New("consentlog: storage unavailable")
	// ErrCorrupt: what Redis holds contradicts a signature.
	ErrCorrupt = errors.New("consentlog: stored log contradicts its checkpoint")
	// ErrOtherKey: the log in Redis was begun with another key than this
	// installation's. It comes with ErrCorrupt.
	ErrOtherKey = errors.New("consentlog: the log was begun with another key")
)

// unavailable is the error of an exchange with Redis that came to nothing.
func unavailable(err error) error { return fmt.Errorf("%w: %w", ErrUnavailable, err) }

// Fault is one thing wrong with an input, in words for whoever sent it.
type Fault struct {
	Pointer string `json:"pointer"` // where: an RFC 6901 JSON pointer, or "?name" for a query parameter
	Detail  string `json:"detail"`  // what is wrong
	Fix     string `json:"fix"`     // how to mend it
}

// InvalidError carries every fault found in one input.
type InvalidError struct{ Faults []Fault }

func (e *InvalidError) Error() string {
	parts := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		parts[i] = f.Pointer + ": " + f.Detail
	}
	return "invalid: " + strings.Join(parts, "; ")
}

// faults collects what is wrong with one input.
type faults []Fault

func (f *faults) add(pointer, detail, fix string) {
	*f = append(*f, Fault{Pointer: pointer, Detail: detail, Fix: fix})
}

func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return &InvalidError{Faults: f}
}
