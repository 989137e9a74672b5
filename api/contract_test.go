package api_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"sluis"
)

// contract is openapi.yaml in the hands of the tests: it finds the operation
// of a request, holds each answer against it, and counts what was seen.
type contract struct {
	doc *openapi3.T

	mu   sync.Mutex
	seen map[string]map[string]bool // operationId → statuses
}

func openContract(t *testing.T) *contract {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(sluis.OpenAPI)
	if err != nil {
		t.Fatalf("load openapi.yaml: %v", err)
	}
	// Bodies that are no JSON are text to the contract.
	for _, media := range []string{"text/javascript", "text/html", "text/csv", "application/x-ndjson", "application/yaml"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.PlainBodyDecoder)
	}
	return &contract{doc: doc, seen: map[string]map[string]bool{}}
}

// find gives the path and operation of a request; names go before parameters.
func (c *contract) find(method, path string) (pattern string, params map[string]string, op *openapi3.Operation) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	parts, best := strings.Split(path, "/"), -1
	for candidate, item := range c.doc.Paths.Map() {
		names := strings.Split(candidate, "/")
		if len(names) != len(parts) || item.GetOperation(method) == nil {
			continue
		}
		found, literal := map[string]string{}, 0
		for i, name := range names {
			if strings.HasPrefix(name, "{") {
				found[strings.Trim(name, "{}")] = parts[i]
			} else if name == parts[i] {
				literal++
			} else {
				literal = -len(parts) * 2
			}
		}
		if literal > best {
			best, pattern, params, op = literal, candidate, found, item.GetOperation(method)
		}
	}
	return pattern, params, op
}

// usualHeaders are those of every answer, which say nothing of an operation.
var usualHeaders = []string{"Content-Length", "Content-Type", "Date", "Referrer-Policy", "Vary", "X-Content-Type-Options"}

// check holds an answer against the contract.
func (c *contract) check(t *testing.T, req *http.Request, resp *http.Response, body []byte) {
	t.Helper()
	pattern, params, op := c.find(req.Method, req.URL.Path)
	if op == nil {
		return // a path or method that is not in the contract answers 404 or 405
	}
	status := http.StatusText(resp.StatusCode)
	if op.Responses.Status(resp.StatusCode) == nil && resp.StatusCode != http.StatusInternalServerError {
		t.Errorf("%s answers %d %s, which openapi.yaml does not name", op.OperationID, resp.StatusCode, status)
	}
	if answer := op.Responses.Status(resp.StatusCode); answer != nil && resp.StatusCode < 300 {
		for name := range resp.Header {
			named := slices.ContainsFunc(slices.Collect(maps.Keys(answer.Value.Headers)), func(n string) bool { return strings.EqualFold(n, name) })
			if !named && !slices.Contains(usualHeaders, name) {
				t.Errorf("%s %d sends %s, which openapi.yaml does not name", op.OperationID, resp.StatusCode, name)
			}
		}
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: req, PathParams: params,
			Route: &routers.Route{Spec: c.doc, Path: pattern, PathItem: c.doc.Paths.Value(pattern), Method: req.Method, Operation: op},
		},
		Status: resp.StatusCode, Header: resp.Header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(req.Context(), input); err != nil {
		t.Errorf("%s %d against openapi.yaml: %v", op.OperationID, resp.StatusCode, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[op.OperationID] == nil {
		c.seen[op.OperationID] = map[string]bool{}
	}
	c.seen[op.OperationID][itoa(resp.StatusCode)] = true
}

// The contract is valid OpenAPI 3.1, its examples included.
func TestContractIsValid(t *testing.T) {
	if err := openContract(t).doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
}

// The contract and the router know the same operations: nothing is promised
// that is not there, and nothing is there that is not promised.
func TestEveryOperationIsRoutedAndEveryRouteDescribed(t *testing.T) {
	c := openContract(t)
	promised := map[string]string{}
	for path, item := range c.doc.Paths.Map() {
		for method, op := range item.Operations() {
			promised[op.OperationID] = method + " " + path
		}
	}
	routed := map[string]string{}
	for _, r := range start(t, setup{}).api.Echo.Routes() {
		if r.Method == http.MethodHead {
			continue // comes with GET
		}
		var parts []string
		for part := range strings.SplitSeq(r.Path, "/") {
			if name, is := strings.CutPrefix(part, ":"); is {
				part = "{" + name + "}"
			}
			parts = append(parts, part)
		}
		routed[r.Name] = r.Method + " " + strings.Join(parts, "/")
	}
	all := maps.Clone(promised)
	maps.Copy(all, routed)
	for _, operation := range slices.Sorted(maps.Keys(all)) {
		if promised[operation] != routed[operation] {
			t.Errorf("%s: openapi.yaml has %q, the router %q", operation, promised[operation], routed[operation])
		}
	}
}

// Every operation does what its script in testdata says, with every status
// that the contract documents, and every answer has the documented form.
func TestOperations(t *testing.T) {
	c := openContract(t)
	var operations []string
	for path, item := range c.doc.Paths.Map() {
		for _, op := range item.Operations() {
			operations = append(operations, op.OperationID)
			if op.Summary == "" || op.Description == "" || len(op.Tags) != 1 {
				t.Errorf("%s (%s) lacks a summary, a description or its tag", op.OperationID, path)
			}
		}
	}
	t.Run("scripts", func(t *testing.T) {
		for _, op := range operations {
			t.Run(op, func(t *testing.T) {
				t.Parallel()
				path := filepath.Join("testdata", op+".txt")
				src, err := os.ReadFile(path)
				if err != nil {
					t.Fatalf("the operation has no script: %v", err)
				}
				runScript(t, c, path, string(src))
			})
		}
	})
	for _, item := range c.doc.Paths.Map() {
		for _, op := range item.Operations() {
			for _, status := range slices.Sorted(maps.Keys(op.Responses.Map())) {
				if status != "default" && !c.seen[op.OperationID][status] {
					t.Errorf("no script makes %s answer %s", op.OperationID, status)
				}
			}
		}
	}
}
