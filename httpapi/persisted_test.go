package httpapi_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/palier-hub/palier/httpapi"
	"github.com/palier-hub/palier/peers"
)

// kept counts what is kept.
type kept struct {
	*peers.Local
	documents []string
}

func (k *kept) Keep(ctx context.Context, text string) {
	k.documents = append(k.documents, text)
	k.Local.Keep(ctx, text)
}

func named(hash string) string {
	return fmt.Sprintf(`{"persistedQuery":{"version":1,"sha256Hash":%q}}`, hash)
}

func TestPersistedQueries(t *testing.T) {
	keeps := &kept{Local: peers.NewLocal(stopped)}
	h := start(t, func(c *httpapi.Config) { c.Peers = keeps })
	post := func(query, extensions string, headers ...string) answer {
		t.Helper()
		body := `{"extensions":` + extensions
		if query != "" {
			body += fmt.Sprintf(`,"query":%q`, query)
		}
		return h.send(t, "POST", "/graphql", body+"}", append(headers, "Content-Type: application/json", english)...)
	}
	get := func(query, extensions string, headers ...string) answer {
		t.Helper()
		values := url.Values{"extensions": {extensions}}
		if query != "" {
			values.Set("query", query)
		}
		return h.send(t, "GET", "/graphql?"+values.Encode(), "", append(headers, "Apollo-Require-Preflight: 1", english)...)
	}
	expect := func(what string, got answer, status int, part string) {
		t.Helper()
		if got.status != status || !strings.Contains(got.body, part) {
			t.Errorf("%s: %d %.300s, want %d and %s", what, got.status, got.body, status, part)
		}
	}
	const query = "query Role { role }"
	hash := peers.HashOf(query).String()
	const notFound = `{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}`

	expect("not known", post("", named(hash)), 200, notFound)
	expect("not known, in French", h.send(t, "POST", "/graphql", `{"extensions":`+named(hash)+`}`, "Content-Type: application/json"), 200, notFound)
	expect("not known, of the newer media type", get("", named(hash), "Accept: application/graphql-response+json"), 400, notFound)
	expect("sent", post(query, named(hash)), 200, `"PUBLIC"`)
	expect("known", post("", named(hash)), 200, `"PUBLIC"`)
	expect("known, by GET", get("", named(hash)), 200, `"PUBLIC"`)
	expect("known, to another viewer", get("", named(hash), "Authorization: Bearer good"), 200, `"LANDLORD"`)
	expect("a blank document", post(" ", named(peers.HashOf(" ").String())), 200, "GRAPHQL_VALIDATION_FAILED")
	expect("without the preflight's header", h.send(t, "GET", "/graphql?"+url.Values{"extensions": {named(hash)}}.Encode(), ""), 400, "CSRF_PREVENTION")
	expect("as an event stream", get("", named(hash), "Accept: text/event-stream"), 200, `"PUBLIC"`)

	const other = "{ role locale }"
	expect("by GET", get(other, named(peers.HashOf(other).String())), 200, `"PUBLIC"`)
	if fmt.Sprint(keeps.documents) != fmt.Sprint([]string{query, other}) {
		t.Errorf("kept: %q", keeps.documents)
	}

	// Nothing else is kept.
	keeps.documents = nil
	expect("another's hash", post("{ locale }", named(hash)), 400, "PERSISTED_QUERY_HASH_MISMATCH")
	for _, invalid := range []string{"{ nothing }", "{ role", "{ __schema { types { name } } }", "query($a: ID!) { space(id: $a) }", strings.Repeat("{ role } ", 2000)} {
		invalidHash := peers.HashOf(invalid).String()
		if got := post(invalid, named(invalidHash)); !strings.Contains(got.body, `"errors"`) {
			t.Errorf("%.40q: %s", invalid, got.body)
		}
		expect("what isn't valid", post("", named(invalidHash)), 200, notFound)
	}
	const mutation = "mutation { change }"
	mutationHash := peers.HashOf(mutation).String()
	expect("a mutation by GET", get(mutation, named(mutationHash)), 405, "METHOD_NOT_ALLOWED")
	if len(keeps.documents) > 0 {
		t.Errorf("kept: %.100q", keeps.documents)
	}
	if got := post(mutation, named(mutationHash)); got.status != 200 {
		t.Errorf("a mutation: %d %s", got.status, got.body)
	}
	expect("a known mutation by GET", get("", named(mutationHash)), 405, "METHOD_NOT_ALLOWED")

	for what, extensions := range map[string]string{
		"a huge hash":        named(strings.Repeat("0", 100_000)),
		"a short hash":       named("00"),
		"capitals":           named(strings.ToUpper(hash)),
		"no hash":            `{"persistedQuery":{"version":1}}`,
		"a number":           `{"persistedQuery":{"version":1,"sha256Hash":1}}`,
		"no version":         fmt.Sprintf(`{"persistedQuery":{"sha256Hash":%q}}`, hash),
		"another version":    fmt.Sprintf(`{"persistedQuery":{"version":2,"sha256Hash":%q}}`, hash),
		"version 1.0":        fmt.Sprintf(`{"persistedQuery":{"version":1.0,"sha256Hash":%q}}`, hash),
		"a version in words": fmt.Sprintf(`{"persistedQuery":{"version":"1","sha256Hash":%q}}`, hash),
		"a list":             `{"persistedQuery":[]}`,
		"a text":             `{"persistedQuery":"x"}`,
	} {
		for by, got := range map[string]answer{"without": post("", extensions), "with": post(query, extensions)} {
			expect(what+", "+by+" a document", got, 400, "BAD_REQUEST")
			if len(got.body) > 1000 || strings.Contains(got.body, `"data"`) {
				t.Errorf("%s: %.100s", what, got.body)
			}
		}
	}
	expect("null is none", post(query, `{"persistedQuery":null}`), 200, `"PUBLIC"`)
	expect("null is none, and nothing is asked", post("", `{"persistedQuery":null}`), 400, "BAD_REQUEST")
	expect("another extension", post("", `{"other":{}}`), 400, "BAD_REQUEST")
}

func TestPersistedQueriesOnSocket(t *testing.T) {
	h := start(t, nil)
	s := connect(t, h.URL, "")
	const query = "subscription { refused }"
	hash := peers.HashOf("{ role }").String()
	for _, step := range []struct{ payload, kind, part string }{
		{`{"extensions":` + named(hash) + `}`, "error", "PERSISTED_QUERY_NOT_FOUND"},
		{`{"query":"{ locale }","extensions":` + named(hash) + `}`, "error", "PERSISTED_QUERY_HASH_MISMATCH"},
		{`{"query":"{ role }","extensions":` + named(hash) + `}`, "next", "PUBLIC"},
		{`{"extensions":` + named(hash) + `}`, "next", "PUBLIC"},
		{`{"extensions":` + named("x") + `}`, "error", "BAD_REQUEST"},
		{`{"query":"` + query + `","extensions":` + named(peers.HashOf(query).String()) + `}`, "error", ""},
	} {
		s.send(`{"id":"1","type":"subscribe","payload":` + step.payload + `}`)
		got := s.next()
		if got.Type != step.kind || !strings.Contains(string(got.Payload), step.part) {
			t.Errorf("%s: %s %s", step.payload, got.Type, got.Payload)
		}
		if got.Type == "next" {
			s.next()
		}
	}
}
