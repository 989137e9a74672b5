package api

import (
	"context"
	"net/http"

	"sluis/consentlog"
)

func (a *API) receiptRoutes() []route {
	return []route{
		{operation: "getReceipt", method: http.MethodGet, path: "/v1/sites/:site/records/:id/receipt", limited: true, cors: corsAny, cache: noStore, call: handle(a.getReceipt)},
		{operation: "getConsentReceipt", method: http.MethodGet, path: "/v1/sites/:site/consents/:consentId/receipt", limited: true, cors: corsAny, cache: noStore, call: handle(a.getConsentReceipt)},
	}
}

// receiptWanted is the receipt of which record, and for whom.
type receiptWanted struct{ site, id, consentID string }

func (in *receiptWanted) read(r *request) error {
	if err := r.needSite(); err != nil {
		return err
	}
	in.site = r.site.ID
	in.id = r.path("id", uuidForm, "send the id of the record: a UUID version 4 in lower case")
	in.consentID = r.param("consentId")
	if in.consentID != "" && !uuidForm.MatchString(in.consentID) {
		r.fault("?consentId", "is not a consent id", "send a UUID version 4 in lower case, or leave it out")
	}
	return r.checked()
}

// getReceipt proves a record again, against the newest checkpoint.
func (a *API) getReceipt(ctx context.Context, in receiptWanted) (consentlog.Receipt, error) {
	log, err := a.o.Store.Log(ctx, in.site)
	if err != nil {
		return consentlog.Receipt{}, err
	}
	return log.Receipt(ctx, in.id, in.consentID)
}

// getConsentReceipt proves the choice that a visitor's other acts left in
// force, the half that names the visitor included.
func (a *API) getConsentReceipt(ctx context.Context, in visitorWanted) (consentlog.Receipt, error) {
	log, err := a.o.Store.Log(ctx, in.site.ID)
	if err != nil {
		return consentlog.Receipt{}, err
	}
	history, err := log.Visitor(ctx, in.consentID)
	if err != nil {
		return consentlog.Receipt{}, err
	}
	if len(history) == 0 {
		return consentlog.Receipt{}, consentlog.ErrNotFound
	}
	return log.Receipt(ctx, latest(history).ID, in.consentID)
}
