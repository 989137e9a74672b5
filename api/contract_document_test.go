package api_test

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"sluis"
)

// contract loads openapi.yaml.
func contract(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(sluis.OpenAPI)
	if err != nil {
		t.Fatalf("load openapi.yaml: %v", err)
	}
	return doc
}

// The contract is valid OpenAPI 3.1, its examples included.
func TestContractIsValid(t *testing.T) {
	doc := contract(t)
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
}
