package httpapi_test

import (
	"strings"
	"testing"

	"github.com/palier-hub/palier/httpapi"
)

const apolloManifest = `{"format":"apollo-persisted-query-manifest","version":1,"operations":[
	{"id":"abc","name":"Role","type":"query","body":"query Role { role }"},
	{"id":"old","name":"Old","type":"query","body":"query Old { forgotten }"}]}`

func TestManifests(t *testing.T) {
	for text, want := range map[string]string{
		apolloManifest:                                             "query Role { role }",
		`{"abc":"query Role { role }"}`:                            "query Role { role }",
		`{"format":"other","version":1}`:                           "",
		`{"format":"apollo-persisted-query-manifest","version":2}`: "",
		`["a"]`:    "",
		`{"a":1}`:  "",
		`{"a":""}`: "",
		`{"` + strings.Repeat("a", 201) + `":"{ role }"}`: "",
		`{`: "",
	} {
		documents, err := httpapi.ReadManifest(strings.NewReader(text))
		if (err == nil) != (want != "") || documents["abc"] != want {
			t.Errorf("%.60s: %v %v", text, documents, err)
		}
	}
}

// TestTrustedDocuments are named by their ids; where there are to be no others,
// others aren't run.
func TestTrustedDocuments(t *testing.T) {
	documents, err := httpapi.ReadManifest(strings.NewReader(apolloManifest))
	if err != nil {
		t.Fatal(err)
	}
	for _, only := range []bool{false, true} {
		h := start(t, func(c *httpapi.Config) {
			c.Trusted = documents
			c.TrustedOnly[httpapi.ClassPublic] = only
		})
		refused := map[bool]string{true: "DOCUMENT_NOT_TRUSTED"}[only]
		for body, code := range map[string]string{
			`{"documentId":"abc"}`: "",
			`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"abc"}}}`:                               "",
			`{"query":"query Role { role }"}`:                                                                  "",
			`{"query":"query Role { role }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"abc"}}}`: "",
			`{"query":"{ locale }"}`:           refused,
			`{"query":"query Role { role  }"}`: refused,
			`{"documentId":"old"}`:             "PERSISTED_QUERY_NOT_FOUND",
			`{"documentId":"none"}`:            "PERSISTED_QUERY_NOT_FOUND",
			`{"documentId":3}`:                 "BAD_REQUEST",
		} {
			got := h.send(t, "POST", "/graphql", body, asJSON)
			errs := errorsOf(t, got)
			if code == "" && len(errs) > 0 || code != "" && (len(errs) != 1 || errs[0].Extensions["code"] != code) {
				t.Errorf("only %v: %s: %s, want %q", only, body, got.body, code)
			}
			if code == refused && only && got.status != 403 {
				t.Errorf("%s: %d, want 403", body, got.status)
			}
		}
		if got := h.send(t, "GET", "/graphql?documentId=abc", "", asksFirst); !strings.Contains(got.body, "PUBLIC") {
			t.Errorf("by GET: %s", got.body)
		}
		if got := h.ask(t, "{ locale }", "Authorization: Bearer good"); got.status != 200 {
			t.Errorf("another class: %s", got.body)
		}
		s := connect(t, h.URL, "")
		s.subscribe("1", "{ locale }")
		if got := s.next(); (got.Type == "error") != only {
			t.Errorf("only %v: by a websocket: %+v", only, got)
		}
		for body, status := range map[string]int{`{"documentId":"abc"}`: 200, `{"query":"query Role { role }"}`: 200, `{"query":"{ locale }"}`: 403} {
			if got := h.send(t, "POST", "/graphql", body, asJSON, "Authorization: Bearer trusting"); got.status != status || status == 403 && !strings.Contains(got.body, `"DOCUMENT_NOT_TRUSTED"`) {
				t.Errorf("a key for trusted documents only: %s: %d %s", body, got.status, got.body)
			}
		}
		s = connect(t, h.URL, `,"payload":{"authorization":"Bearer trusting"}`)
		s.subscribe("1", "{ locale }")
		s.wants("1", "error", "DOCUMENT_NOT_TRUSTED")
		logEntry(t, h, "id", "old")
	}
}
