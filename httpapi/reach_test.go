package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/httpapi"
)

// notYet is the condition of a hub that hasn't come so far.
type notYet struct{}

func (notYet) Error() string              { return "not yet" }
func (notYet) ErrorCode() string          { return "COMMIT_NOT_REACHED" }
func (notYet) Say(l domain.Locale) string { return l.In("pas encore", "not yet") }
func (notYet) Facts() map[string]any      { return map[string]any{"retryAfterSeconds": 1} }
func reach(_ context.Context, _ string, n uint64) error {
	if n > 41 {
		return notYet{}
	}
	return nil
}

func TestMinCommit(t *testing.T) {
	h := start(t, func(c *httpapi.Config) { c.Reach = reach })
	for header, want := range map[string]struct {
		status     int
		code       string
		retryAfter string
	}{
		"":                     {status: 200},
		"0":                    {status: 200},
		"41":                   {status: 200},
		"42":                   {503, "COMMIT_NOT_REACHED", "1"},
		"-1":                   {400, "BAD_REQUEST", ""},
		"41, 42":               {400, "BAD_REQUEST", ""},
		"9223372036854775808":  {400, "BAD_REQUEST", ""},
		"99999999999999999999": {400, "BAD_REQUEST", ""},
		"last":                 {400, "BAD_REQUEST", ""},
	} {
		var headers []string
		if header != "" {
			headers = append(headers, "Palier-Min-Commit: "+header)
		}
		got := h.ask(t, "{ role }", headers...)
		if got.status != want.status || got.header.Get("Retry-After") != want.retryAfter || !strings.Contains(got.body, want.code) {
			t.Errorf("Palier-Min-Commit %q: %d, Retry-After %q, %s", header, got.status, got.header.Get("Retry-After"), got.body)
		}
		if refused := strings.Contains(got.body, `"data"`) != (want.status == http.StatusOK); refused {
			t.Errorf("Palier-Min-Commit %q: %s", header, got.body)
		}
	}
}

// TestReachersAreTold: whoever holds the places is told apart, those of one
// organisation together.
func TestReachersAreTold(t *testing.T) {
	var asked []string
	h := start(t, func(c *httpapi.Config) {
		c.Verify = func(_ context.Context, account string) (domain.Credential, error) {
			v := domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_a", Actor: account}
			if account == "staff" {
				v = domain.Viewer{Role: domain.RoleStaff, Actor: account}
			}
			return domain.Credential{Viewer: v}, nil
		}
		c.Reach = func(_ context.Context, client string, _ uint64) error {
			asked = append(asked, client)
			return nil
		}
	})
	for _, token := range []string{"", "landlord", "colleague", "staff"} {
		headers := []string{"Palier-Min-Commit: 1"}
		if token != "" {
			headers = append(headers, "Authorization: Bearer "+token)
		}
		if got := h.ask(t, "{ role }", headers...); got.status != http.StatusOK {
			t.Fatalf("%q: %d %s", token, got.status, got.body)
		}
	}
	if len(asked) != 4 || asked[1] != asked[2] || asked[0] == asked[1] || asked[0] == asked[3] || asked[1] == asked[3] {
		t.Errorf("asked for %q", asked)
	}
}

// An error inside of an answer says when to try again in the header, too.
func TestRetryAfter(t *testing.T) {
	h := start(t, nil)
	if got := h.ask(t, "{ system }"); got.status != http.StatusOK || got.header.Get("Retry-After") != "2" {
		t.Errorf("%d, Retry-After %q: %s", got.status, got.header.Get("Retry-After"), got.body)
	}
}
