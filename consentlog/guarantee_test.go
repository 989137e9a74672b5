package consentlog_test

import (
	"strings"
	"testing"

	"sluis/consentlog"
)

// Protects: operators read which program holds the log. Valkey answers in
// `redis_version` with the Redis that it stands in for, its own stands beside it.
func TestGuaranteeNamesTheProgram(t *testing.T) {
	t.Parallel()
	for want, info := range map[string]map[string]string{
		"Redis 8.0.2":  {"redis_version": "8.0.2", "server_name": ""},
		"Valkey 8.1.1": {"redis_version": "7.2.4", "server_name": "valkey", "valkey_version": "8.1.1"},
	} {
		if got := consentlog.Product(info); got != want {
			t.Errorf("%v is called %q, want %q", info, got, want)
		}
	}
	s := startRedis(t)
	said := s.admin.Info(t.Context(), "server").Val()
	_, own, valkey := strings.Cut(said, "\nvalkey_version:")
	name := "Valkey "
	if !valkey {
		name = "Redis "
		_, own, _ = strings.Cut(said, "\nredis_version:")
	}
	version, _, _ := strings.Cut(own, "\r")
	if got := openStore(t, options(s.url())).Guarantee(); !strings.HasSuffix(got, " · "+name+version) {
		t.Errorf("a server that says\n%s\nis called %q", said, got)
	}
}
