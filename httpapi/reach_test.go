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
func reach(_ context.Context, n uint64) error {
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

// An error inside of an answer says when to try again in the header, too.
func TestRetryAfter(t *testing.T) {
	h := start(t, nil)
	if got := h.ask(t, "{ system }"); got.status != http.StatusOK || got.header.Get("Retry-After") != "2" {
		t.Errorf("%d, Retry-After %q: %s", got.status, got.header.Get("Retry-After"), got.body)
	}
}
