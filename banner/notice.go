package banner

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"sluis/consentlog"
)

// noticeVersion is raised when the shape of the content changes, so that old
// notices can be read for ever.
const noticeVersion = 1

// noticeContent is exactly what a site shows in one language, together with
// what ISO/IEC TS 27560 wants to find in a notice. Its hash stands in every
// record, so it holds whatever a visitor could have read or been led by, and
// nothing that changes by itself, such as a date.
type noticeContent struct {
	Version      int    `json:"v"`
	Site         string `json:"site"`
	Language     string `json:"language"`
	LegalVersion int    `json:"legalVersion"`

	Controller   noticeController `json:"controller"`
	Jurisdiction string           `json:"jurisdiction"` // law under which consent is asked
	LegalBasis   []string         `json:"legalBasis"`
	ConsentType  string           `json:"consentType"` // TS 27560: kind of consent
	Validity     string           `json:"validity"`
	ValidReason  string           `json:"validityReason,omitempty"`
	ProofKept    string           `json:"proofKept"` // how long the record of a grant names its consent number
	Withdrawal   noticeWithdrawal `json:"withdrawal"`
	Rights       []string         `json:"rights"` // GDPR articles
	GPC          string           `json:"gpc"`
	Advertising  bool             `json:"advertising"`

	Categories []noticeCategory `json:"categories"`

	Layout  string  `json:"layout"`
	Corner  string  `json:"corner"`
	Theme   Theme   `json:"theme"`
	Palette Palette `json:"palette"`

	Texts  map[string]string `json:"texts"`
	Bundle string            `json:"bundle"` // hash of the script that showed it
}

type noticeController struct {
	Name      string    `json:"name"`
	Address   string    `json:"address"`
	Email     string    `json:"email"`
	DPO       string    `json:"dpo,omitempty"`
	Privacy   string    `json:"privacy"`
	Authority Authority `json:"authority"`
}

type noticeWithdrawal struct {
	Text   string   `json:"text"`
	Button string   `json:"button"`
	Ways   []string `json:"ways"` // how it is exercised, for machines
}

type noticeCategory struct {
	ID       consentlog.Category `json:"id"`
	Name     string              `json:"name"`
	Text     string              `json:"text"`
	Services []noticeService     `json:"services"`
}

type noticeService struct {
	ID          string          `json:"id"`
	Name        string          `json:"name"`
	Provider    string          `json:"provider"`
	Purpose     string          `json:"purpose"`
	Necessity   string          `json:"necessity,omitempty"`
	Recipients  []string        `json:"recipients"`
	Privacy     string          `json:"privacy"`
	Retention   string          `json:"retention"`
	Transfer    *Transfer       `json:"transfer"`
	Joint       bool            `json:"joint,omitempty"`
	Advertising bool            `json:"advertising,omitempty"`
	Cookies     []noticeCookie  `json:"cookies"`
	Storage     []noticeStorage `json:"storage"`
	Hosts       []Host          `json:"hosts"` // where data are sent, so what "personal data" can reach whom
}

type noticeCookie struct {
	Name     string `json:"name"`
	Match    string `json:"match"`
	Party    string `json:"party"`
	Domain   string `json:"domain,omitempty"`
	Lifetime string `json:"lifetime"`
	Purpose  string `json:"purpose"`
}

type noticeStorage struct {
	Type    string `json:"type"`
	Name    string `json:"name"`
	Match   string `json:"match"`
	Party   string `json:"party"`
	Purpose string `json:"purpose"`
}

// NewNotice is what a site shows in a language, as the log keeps it. texts are
// those shown (Catalog.SiteTexts), bundleHash names the script that shows
// them. The same arguments give the same content in every process, and any
// difference a visitor could notice gives another hash.
func NewNotice(site *Site, language string, texts map[string]string, bundleHash string) (consentlog.Notice, error) {
	controller := site.Controller
	content := noticeContent{
		Version: noticeVersion, Site: site.ID, Language: language, LegalVersion: site.LegalVersion,
		Controller:   noticeController{controller.Name, controller.Address, controller.Email, controller.DPO, site.Privacy.In(language), controller.Complaints()},
		Jurisdiction: "EEA",
		LegalBasis:   []string{"Directive 2002/58/EC art. 5(3)", "GDPR art. 6(1)(a)"},
		ConsentType:  "expressed",
		Validity:     site.Validity, ValidReason: site.ValidityReason, ProofKept: site.ProofKept(),
		Withdrawal: noticeWithdrawal{texts["withdrawal"], texts["reopen"], []string{"reopen control on every page", "DELETE /v1/sites/" + site.ID + "/consents/{consentId}"}},
		Rights:     []string{"GDPR art. 7(3)", "GDPR art. 15", "GDPR art. 16", "GDPR art. 17", "GDPR art. 18", "GDPR art. 20", "GDPR art. 77"},
		GPC:        site.GPC, Advertising: site.Advertising,
		Layout: site.Layout, Corner: site.Corner, Theme: site.Theme, Palette: site.Theme.Palette(),
		Texts: bannerTexts(texts), Bundle: bundleHash,
	}
	for _, category := range consentlog.Categories {
		key := site.categoryKey(category)
		shown := noticeCategory{ID: category, Name: texts[key+".name"], Text: texts[key+".text"], Services: []noticeService{}}
		for _, service := range site.Services {
			if service.Service.Category == category {
				shown.Services = append(shown.Services, newNoticeService(service.Service, language))
			}
		}
		content.Categories = append(content.Categories, shown)
	}
	canonical, err := canonicalise(content)
	if err != nil {
		return consentlog.Notice{}, fmt.Errorf("notice of %s in %s: %w", site.ID, language, err)
	}
	return consentlog.Notice{Language: language, LegalVersion: site.LegalVersion, Content: canonical}, nil
}

func newNoticeService(s *Service, language string) noticeService {
	tongue := s.tongue(language)
	n := noticeService{
		ID: s.ID, Name: s.Name, Provider: s.Provider, Purpose: s.Purpose.In(tongue), Necessity: s.Necessity.In(tongue),
		Recipients: s.recipients(language), Privacy: s.Privacy, Retention: s.Retention, Transfer: s.Transfer, Joint: s.Joint, Advertising: s.Advertising,
		Cookies: []noticeCookie{}, Storage: []noticeStorage{}, Hosts: append([]Host{}, s.Hosts...),
	}
	for _, c := range s.Cookies {
		n.Cookies = append(n.Cookies, noticeCookie{c.Name, c.Match, c.Party, c.Domain, c.Lifetime, c.Purpose.In(language)})
	}
	for _, e := range s.Storage {
		n.Storage = append(n.Storage, noticeStorage{e.Type, e.Name, e.Match, e.Party, e.Purpose.In(language)})
	}
	return n
}

// canonicalise encodes v in the form that hashes are taken of.
func canonicalise(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return consentlog.Canonical([]byte(strings.TrimSuffix(b.String(), "\n")))
}
