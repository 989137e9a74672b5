package api_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"sluis/consentlog"
)

// commands counts what this Redis was asked so far.
func (r *redisServer) commands() int {
	r.t.Helper()
	_, rest, _ := strings.Cut(r.ask("INFO stats"), "total_commands_processed:")
	n, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(rest, "\n", 2)[0]))
	must(r.t, err)
	return n
}

// grant puts a grant about a notice into the log from another process.
func (s *service) grant(n consentlog.Notice) (consentID string) {
	s.t.Helper()
	_, log := s.elsewhere()
	must(s.t, log.Publish(s.t.Context(), n))
	consentID = uuid.NewString()
	_, _, err := log.Append(s.t.Context(), consentlog.Consent{
		ID: uuid.NewString(), ConsentID: consentID, Action: "save", Notice: n.Hash(), Language: n.Language, Layer: "preferences", Layout: "box",
		Choices: map[consentlog.Category]consentlog.Decision{"necessary": "granted", "functional": "denied", "analytics": "granted", "social-media": "denied"},
	})
	must(s.t, err)
	return consentID
}

// basis is what the scripts of a visitor rest on.
func (s *service) basis(consentID string) string {
	s.t.Helper()
	_, body := s.get("/v1/sites/demo/scripts?consentId=" + consentID)
	var out struct{ Basis string }
	must(s.t, json.Unmarshal([]byte(body), &out))
	return out.Basis
}

// A site that takes a new legal version back asks again, in the browser and
// here: what was agreed to is not what it says now.
func TestOtherLegalVersionGrantsNothing(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	file := filepath.Join(s.dir, "sites", "demo.yaml")
	must(t, os.WriteFile(file, []byte(demoSite+"legalVersion: 2\n"), 0o600))
	must(t, s.sites.Reload(t.Context()))
	n, err := s.bundler.Notice(t.Context(), s.site("demo"), "nl")
	must(t, err)
	visitor := s.grant(n)
	if got := s.basis(visitor); got != "consent" {
		t.Errorf("version 2 of 2: %s", got)
	}
	must(t, os.WriteFile(file, []byte(demoSite), 0o600))
	must(t, s.sites.Reload(t.Context()))
	if got := s.basis(visitor); got != "expired" {
		t.Errorf("version 2 of 1: %s", got)
	}
}

// What a visitor may load is found with a few questions to Redis, however many
// notices the site has shown in its life: anybody may ask.
func TestScriptsCostTheSameWithManyNotices(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	_, log := s.elsewhere()
	for i := range 50 {
		must(t, log.Publish(t.Context(), consentlog.Notice{Language: "nl", LegalVersion: 1, Content: fmt.Appendf(nil, `{"text":"%d"}`, i)}))
	}
	n, err := s.bundler.Notice(t.Context(), s.site("demo"), "nl")
	must(t, err)
	visitor := s.grant(n)
	before := s.redis.commands()
	if got := s.basis(visitor); got != "consent" {
		t.Error(got)
	}
	if took := s.redis.commands() - before; took > 30 {
		t.Errorf("Redis was asked %d times", took)
	}
}
