package banner

import (
	"bytes"
	"encoding/json"

	"sluis/consentlog"
)

// encodeSteps writes each step as src/steps.ts reads it: a JSON text of kind,
// name and arguments.
func encodeSteps(lists ...[]Step) []string {
	encoded := []string{}
	for _, steps := range lists {
		for _, step := range steps {
			var b bytes.Buffer
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false) // it stands in a script file, where that only costs bytes
			// What came out of a file of JSON or YAML: this cannot fail.
			_ = e.Encode(append([]any{step.Do, step.Name}, step.Args...))
			encoded = append(encoded, string(bytes.TrimSpace(b.Bytes())))
		}
	}
	return encoded
}

// stepped tells whether the gate runs the service's own steps. An adapter
// knows by itself what to do.
func (s *Service) stepped() bool {
	return s.Load != nil && s.Load.Adapter == "" && !s.container()
}

// before is what precedes the script, with the consent call last: it must find
// what the snippet set up.
func (s *Service) before() []string {
	if !s.stepped() {
		return nil
	}
	return encodeSteps(s.Load.Before, s.signals().Grant)
}

// after is what follows when the script is there.
func (s *Service) after() []string {
	if !s.stepped() {
		return nil
	}
	return encodeSteps(s.Load.After)
}

func (s *Service) signals() Signals {
	if s.Signals == nil {
		return Signals{}
	}
	return *s.Signals
}

// stops tells whether a running tag can be told to stop; otherwise only a new
// page ends it. Told is what the gate loaded: of a tag that the page marked
// itself nobody knows whether it has come far enough to hear.
func (s *Service) stops() bool {
	return s.Load != nil && !s.Reload && len(s.signals().Deny) > 0
}

// defaults are the consent calls of a site's services that come before
// everything else.
func defaults(site *Site) []string {
	all := []string{}
	for _, used := range site.Services {
		if used.Service.stepped() {
			all = append(all, encodeSteps(used.Service.signals().Default)...)
		}
	}
	return all
}

// consentCalls are, for each service that has any, its calls when it is
// granted again and when it is denied, and whether the latter ends it. No
// choice changes what is necessary, which the gate may not even know.
func consentCalls(site *Site) ordered {
	all := ordered{}
	for _, used := range site.Services {
		if s := used.Service; s.Signals != nil && s.Category != consentlog.Necessary {
			row := []any{encodeSteps(s.Signals.Grant), encodeSteps(s.Signals.Deny)}
			if s.stops() {
				row = append(row, 1)
			}
			all = append(all, member{s.ID, row})
		}
	}
	return all
}
