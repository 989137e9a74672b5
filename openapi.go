// Package sluis holds the contract of the service: the OpenAPI document that
// its handlers, its tests and its documentation pages are all made to obey.
// It lies at the root because go:embed cannot reach upwards.
package sluis

import _ "embed"

// OpenAPI is openapi.yaml, byte for byte.
//
//go:embed openapi.yaml
var OpenAPI []byte
