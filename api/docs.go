package api

import (
	"context"
	"net/http"

	"sluis"
)

func (a *API) docsRoutes() []route {
	return []route{
		{operation: "getContract", method: http.MethodGet, path: "/openapi.yaml", cors: corsAny, cache: fiveMins, call: handle(a.getContract)},
		{operation: "getDocs", method: http.MethodGet, path: "/docs", cache: fiveMins, call: handle(a.getDocs)},
	}
}

// getContract is openapi.yaml.
func (a *API) getContract(context.Context, nothing) (text, error) {
	return text{"application/yaml", string(sluis.OpenAPI)}, nil
}

// getDocs is the contract as pages.
func (a *API) getDocs(context.Context, nothing) (text, error) {
	return text{"text/html; charset=utf-8", ""}, nil
}
