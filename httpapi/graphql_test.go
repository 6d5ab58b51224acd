package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/httpapi"
)

const (
	asJSON    = "Content-Type: application/json"
	asGraphQL = "Accept: application/graphql-response+json"
	english   = "Accept-Language: en"
)

// gqlError is an error as a client reads it.
type gqlError struct {
	Message    string         `json:"message"`
	Path       []any          `json:"path"`
	Extensions map[string]any `json:"extensions"`
}

func errorsOf(t *testing.T, a answer) []gqlError {
	t.Helper()
	var body struct {
		Errors []gqlError `json:"errors"`
	}
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		t.Fatalf("not JSON (%v): %s", err, a.body)
	}
	return body.Errors
}

// TestRequests covers what comes before and after execution: status, code, and
// whether data stands in the answer.
func TestRequests(t *testing.T) {
	h := start(t, func(c *httpapi.Config) {
		c.Limits.By[httpapi.ClassPublic] = httpapi.ClassLimits{BodyBytes: 600, Tokens: 30, Repetitions: 30, RootFields: 30}
		c.Limits.By[httpapi.ClassServer] = httpapi.ClassLimits{BodyBytes: 900}
	})
	query := func(q string) string { return "/graphql?query=" + url.QueryEscape(q) }
	tests := map[string]struct {
		method, path, body string
		headers            []string
		status             int
		// code of the first error; "" when there is to be none.
		code string
		// body, when it matters whole; else "data" must be there without an
		// error and missing with one.
		want string
	}{
		"query by POST": {method: "POST", body: `{"query":"{ role }"}`, headers: []string{asJSON},
			status: 200, want: `{"data":{"role":"PUBLIC"},"extensions":{"cost":{"limit":5000,"requested":1},"palier":{"commit":41}}}`},
		"query by POST, newer media type": {method: "POST", body: `{"query":"{ role }"}`, headers: []string{asJSON, asGraphQL},
			status: 200, want: `{"data":{"role":"PUBLIC"},"extensions":{"cost":{"limit":5000,"requested":1},"palier":{"commit":41}}}`},
		"query by GET": {method: "GET", path: query("{ role }"), headers: []string{"apollo-require-preflight: 1"}, status: 200},
		"query by GET with variables": {method: "GET", path: query("query($id: ID) { space(id: $id) }") + `&variables={"id":"spc_a"}`,
			headers: []string{"x-apollo-operation-name: x"}, status: 200},
		"mutation by POST": {method: "POST", body: `{"query":"mutation { change }"}`, headers: []string{asJSON},
			status: 200, want: `{"data":{"change":"changed"},"extensions":{"cost":{"limit":5000,"requested":1},"palier":{"commit":42}}}`},
		"chosen operation": {method: "POST", body: `{"query":"query A { role } query B { locale }","operationName":"B"}`, headers: []string{asJSON},
			status: 200, want: `{"data":{"locale":"FR"},"extensions":{"cost":{"limit":5000,"requested":1},"palier":{"commit":41}}}`},
		"parameters that are null":                            {method: "POST", body: `{"query":"{ role }","operationName":null,"variables":null,"extensions":null}`, headers: []string{asJSON}, status: 200},
		"another protocol that the client would rather speak": {method: "POST", body: `{"query":"{ role }"}`, headers: []string{asJSON, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"}, status: 200},
		"a field that isn't ours":                             {method: "POST", body: `{"query":"{ role }","more":{"a":[1]},"more":2}`, headers: []string{asJSON}, status: 200},
		"a field in capitals too":                             {method: "POST", body: `{"query":"{ role }","QUERY":"{ locale }"}`, headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"a field twice":                                       {method: "POST", body: `{"query":"{ role }","query":"{ locale }"}`, headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"only by another name":                                {method: "POST", body: `{"Query":"{ role }"}`, headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"a body that isn't UTF-8":                             {method: "POST", body: "{\"query\":\"{ role }\",\"variables\":{\"a\":\"\xff\"}}", headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"an operation that isn't there":                       {method: "POST", body: `{"query":"query A { role }","operationName":"` + strings.Repeat("B", 500) + `"}`, headers: []string{asJSON, asGraphQL}, status: 400, code: "GRAPHQL_VALIDATION_FAILED"},
		"content type with a parameter": {method: "POST", body: `{"query":"{ role }"}`,
			headers: []string{"Content-Type: application/json; charset=utf-8"}, status: 200},

		"mutation by GET":               {method: "GET", path: query("mutation { change }"), headers: []string{asJSON}, status: 405, code: "METHOD_NOT_ALLOWED"},
		"subscription":                  {method: "POST", body: `{"query":"subscription { changes }"}`, headers: []string{asJSON}, status: 200, code: "SUBSCRIPTION_NOT_SUPPORTED"},
		"another method":                {method: "PUT", body: `{"query":"{ role }"}`, headers: []string{asJSON}, status: 405, code: "METHOD_NOT_ALLOWED"},
		"a browser's form":              {method: "POST", body: "query={role}", headers: []string{"Content-Type: application/x-www-form-urlencoded"}, status: 400, code: "CSRF_PREVENTION"},
		"a browser's text":              {method: "POST", body: `{"query":"mutation { change }"}`, headers: []string{"Content-Type: text/plain; x=application/json"}, status: 400, code: "CSRF_PREVENTION"},
		"a link":                        {method: "GET", path: query("{ role }"), status: 400, code: "CSRF_PREVENTION"},
		"text that asked first":         {method: "POST", body: `{}`, headers: []string{"Content-Type: text/plain", "apollo-require-preflight: 1"}, status: 415, code: "UNSUPPORTED_MEDIA_TYPE"},
		"body at the limit":             {method: "POST", body: padded(600), headers: []string{asJSON}, status: 200},
		"body above the limit":          {method: "POST", body: padded(601), headers: []string{asJSON}, status: 413, code: "BODY_TOO_LARGE"},
		"body at a member's limit":      {method: "POST", body: padded(900), headers: []string{asJSON, "Authorization: Bearer good"}, status: 200},
		"body above a member's limit":   {method: "POST", body: padded(901), headers: []string{asJSON, "Authorization: Bearer good"}, status: 413, code: "BODY_TOO_LARGE"},
		"another encoding":              {method: "POST", body: `{"query":"{ role }"}`, headers: []string{"Content-Type: application/json; charset=utf-16", "apollo-require-preflight: 1"}, status: 415, code: "UNSUPPORTED_MEDIA_TYPE"},
		"not JSON":                      {method: "POST", body: `{"query": secret`, headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"truncated UTF-8":               {method: "POST", body: "{\"query\":\"{ role }\xe2\"", headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"two JSON values":               {method: "POST", body: `{"query":"{ role }"} {}`, headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"an array of operations":        {method: "POST", body: `[{"query":"{ role }"}]`, headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"a query that is a number":      {method: "POST", body: `{"query":3}`, headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"variables that are a list":     {method: "POST", body: `{"query":"{ role }","variables":[1]}`, headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"no query":                      {method: "POST", body: `{}`, headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"no body":                       {method: "POST", headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"no query by GET":               {method: "GET", path: "/graphql", headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"variables by GET, not JSON":    {method: "GET", path: query("{ role }") + "&variables={", headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"a parameter twice":             {method: "GET", path: query("{ role }") + "&query=" + url.QueryEscape("{ locale }"), headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"a parameter and nothing":       {method: "GET", path: query("{ role }") + "&variables&variables={}", headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"a parameter in capitals too":   {method: "GET", path: query("{ role }") + "&documentID=x", headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},
		"parameters that aren't ours":   {method: "GET", path: query("{ role }") + "&x=1&x=2&operationName=", headers: []string{asJSON}, status: 200},
		"an address that can't be read": {method: "GET", path: "/graphql?query=%zz", headers: []string{asJSON}, status: 400, code: "BAD_REQUEST"},

		"syntax":                          {method: "POST", body: `{"query":"{"}`, headers: []string{asJSON}, status: 200, code: "GRAPHQL_PARSE_FAILED"},
		"syntax, newer media type":        {method: "POST", body: `{"query":"{"}`, headers: []string{asJSON, asGraphQL}, status: 400, code: "GRAPHQL_PARSE_FAILED"},
		"unknown field":                   {method: "POST", body: `{"query":"{ rolle }"}`, headers: []string{asJSON}, status: 200, code: "GRAPHQL_VALIDATION_FAILED"},
		"unknown field, newer media type": {method: "POST", body: `{"query":"{ rolle }"}`, headers: []string{asJSON, asGraphQL}, status: 400, code: "GRAPHQL_VALIDATION_FAILED"},
		"unknown operation":               {method: "POST", body: `{"query":"query A { role }","operationName":"B"}`, headers: []string{asJSON}, status: 200, code: "GRAPHQL_VALIDATION_FAILED"},
		"a variable of another type":      {method: "POST", body: `{"query":"query($c: Colour) { colour(of: $c) }","variables":{"c":"BLUE"}}`, headers: []string{asJSON, asGraphQL}, status: 400, code: "GRAPHQL_VALIDATION_FAILED"},
		"empty document":                  {method: "POST", body: `{"query":""}`, headers: []string{asJSON}, status: 200, code: "GRAPHQL_VALIDATION_FAILED"},
		"tokens at the limit":             {method: "POST", body: `{"query":"{` + strings.Repeat(" role", 28) + `}"}`, headers: []string{asJSON}, status: 200},
		"tokens above the limit":          {method: "POST", body: `{"query":"{` + strings.Repeat(" role", 29) + `}"}`, headers: []string{asJSON}, status: 200, code: "TOO_MANY_TOKENS"},
		"introspection":                   {method: "POST", body: `{"query":"{ __schema { types { name } } }"}`, headers: []string{asJSON}, status: 200, code: "INTROSPECTION_DISABLED"},
		"introspection in fragments":      {method: "POST", body: `{"query":"{ ...A } fragment A on Query { ... { __type(name: \"Query\") { name } } }"}`, headers: []string{asJSON}, status: 200, code: "INTROSPECTION_DISABLED"},
		"the name of a type":              {method: "POST", body: `{"query":"{ role ... on Query { locale } }"}`, headers: []string{asJSON}, status: 200},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			path := tc.path
			if path == "" {
				path = "/graphql"
			}
			got := h.send(t, tc.method, path, tc.body, tc.headers...)
			if got.status != tc.status {
				t.Errorf("status %d, want %d: %s", got.status, tc.status, got.body)
			}
			if tc.want != "" && got.body != tc.want {
				t.Errorf("got  %s\nwant %s", got.body, tc.want)
			}
			hasData := strings.Contains(got.body, `"data":`)
			errs := errorsOf(t, got)
			switch {
			case tc.code == "" && (len(errs) > 0 || !hasData):
				t.Errorf("got %s, want data", got.body)
			case tc.code != "" && (len(errs) == 0 || errs[0].Extensions["code"] != tc.code || errs[0].Message == ""):
				t.Errorf("got %s, want the code %s with a message", got.body, tc.code)
			case tc.code != "" && hasData:
				t.Errorf("data in a request error: %s", got.body)
			}
			if strings.Contains(got.body, "secret") {
				t.Errorf("the request is echoed: %s", got.body)
			}
			wantType := "application/json; charset=utf-8"
			for _, header := range tc.headers {
				if header == asGraphQL {
					wantType = "application/graphql-response+json; charset=utf-8"
				}
			}
			if contentType := got.header.Get("Content-Type"); contentType != wantType {
				t.Errorf("content type %q, want %q", contentType, wantType)
			}
			if got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("caching %q, want no-store", got.header.Get("Cache-Control"))
			}
		})
	}
	if allow := h.send(t, "GET", query("mutation { change }"), "", asJSON).header.Get("Allow"); allow != "POST" {
		t.Errorf("a mutation by GET: Allow %q, want POST", allow)
	}
	if got := h.send(t, "OPTIONS", "/graphql", ""); got.status != 204 || got.header.Get("Allow") != "GET, POST, OPTIONS" {
		t.Errorf("OPTIONS: %d, Allow %q", got.status, got.header.Get("Allow"))
	}
	if got := errorsOf(t, h.send(t, "POST", "/graphql", padded(601), asJSON))[0].Extensions["limit"]; got != 600.0 {
		t.Errorf("the limit told is %v, want 600", got)
	}
}

// padded is a good request of exactly so many bytes.
func padded(bytes int) string {
	const body = `{"query":"{ role }"}`
	return body + strings.Repeat(" ", bytes-len(body))
}

func TestContentNegotiation(t *testing.T) {
	h := start(t, nil)
	for accept, want := range map[string]string{
		"":                                  "application/json",
		"*/*":                               "application/json",
		"application/*":                     "application/json",
		"application/json":                  "application/json",
		"application/graphql-response+json": "application/graphql-response+json",
		"application/graphql-response+json, application/json;q=0.9":       "application/graphql-response+json",
		"text/html, application/json":                                     "application/json",
		"application/json;q=0.2, application/graphql-response+json;q=0.8": "application/graphql-response+json",
		"application/graphql-response+json;q=0, */*;q=0.1":                "application/json",
		"text/event-stream;q=0, application/graphql-response+json":        "application/graphql-response+json",
	} {
		var headers []string
		if accept != "" {
			headers = []string{"Accept: " + accept}
		}
		if got := h.ask(t, "{ role }", headers...).header.Get("Content-Type"); got != want+"; charset=utf-8" {
			t.Errorf("Accept %q: got %q, want %q", accept, got, want)
		}
	}
}

func TestNotAcceptable(t *testing.T) {
	h := start(t, nil)
	for _, accept := range []string{"image/png", "text/html, application/json;q=0", "nonsense"} {
		got := h.ask(t, "mutation { change }", "Accept: "+accept)
		if errs := errorsOf(t, got); got.status != 406 || errs[0].Extensions["code"] != "NOT_ACCEPTABLE" || h.begun > 0 {
			t.Errorf("%s: %d %s", accept, got.status, got.body)
		}
	}
}

// TestPartialSuccess: data with errors has a status of its own, for those who know
// the newer media type.
func TestPartialSuccess(t *testing.T) {
	h := start(t, nil)
	for accept, status := range map[string]int{asGraphQL: 294, "Accept: application/json": 200} {
		if got := h.ask(t, "{ role refusal }", accept); got.status != status || !strings.Contains(got.body, `"data":{"role"`) {
			t.Errorf("%s: %d %s", accept, got.status, got.body)
		}
		if got := h.ask(t, "{ role }", accept); got.status != 200 {
			t.Errorf("%s: %d %s", accept, got.status, got.body)
		}
	}
}

func TestErrorsOfResolvers(t *testing.T) {
	h := start(t, func(c *httpapi.Config) { c.Limits.By[httpapi.ClassPublic].Operation = 50 * time.Millisecond })
	tests := map[string]struct {
		query   string
		headers []string
		want    []gqlError
	}{
		"refusal in French": {query: "{ refusal }", want: []gqlError{{
			Message:    "l'objet a changé : version 1 attendue, version 2 actuelle. Relisez-le, reprenez votre modification et envoyez-la avec la version actuelle",
			Path:       []any{"refusal"},
			Extensions: map[string]any{"code": "VERSION_CONFLICT", "path": []any{"input", "expectedVersion"}, "expected": 1.0, "current": 2.0},
		}}},
		"refusal in English": {query: "{ it: refusal }", headers: []string{english}, want: []gqlError{{
			Message:    "the object has changed: version 1 expected, version 2 current. Read it again, redo your change and send it with the current version",
			Path:       []any{"it"},
			Extensions: map[string]any{"code": "VERSION_CONFLICT", "path": []any{"input", "expectedVersion"}, "expected": 1.0, "current": 2.0},
		}}},
		"several refusals, in order": {query: "{ refusals }", want: []gqlError{
			{Message: "un", Path: []any{"refusals"}, Extensions: map[string]any{"code": "INVALID_INPUT", "path": []any{"input", "label"}}},
			{Message: "deux", Path: []any{"refusals"}, Extensions: map[string]any{"code": "INVALID_INPUT", "path": []any{"input", "kind"}}},
		}},
		"a condition that may be told": {query: "{ system }", headers: []string{english}, want: []gqlError{
			{Message: "unavailable", Path: []any{"system"}, Extensions: map[string]any{"code": "UNAVAILABLE", "retryAfterSeconds": 2.0}},
		}},
		"an id of another kind": {query: `{ space(id: "prj_x") }`, headers: []string{english}, want: []gqlError{{
			Message:    domain.ID("prj_x").Expect(domain.KindSpace).Error(),
			Path:       []any{"space", "id"},
			Extensions: map[string]any{"code": "INVALID_INPUT", "path": []any{"id"}, "id": "prj_x", "want": "space", "got": "project"},
		}}},
		"a value that its scalar can't read": {query: `{ day(on: "monday") }`, want: []gqlError{{
			Message:    `on: "monday" is not a day`,
			Path:       []any{"day", "on"},
			Extensions: map[string]any{"code": "INVALID_INPUT", "path": []any{"on"}},
		}}},
		"out of time": {query: "{ late }", want: []gqlError{{
			Message:    "l'opération a dépassé 50ms : demandez-en moins à la fois",
			Path:       []any{"late"},
			Extensions: map[string]any{"code": "TIMEOUT", "limitMilliseconds": 50.0},
		}}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got := h.ask(t, tc.query, tc.headers...)
			if got.status != http.StatusOK {
				t.Errorf("status %d, want 200", got.status)
			}
			if errs := errorsOf(t, got); !reflect.DeepEqual(errs, tc.want) {
				t.Errorf("got  %+v\nwant %+v", errs, tc.want)
			}
		})
	}
}

// TestMasking: what isn't meant to be told is logged under an id, and the id is
// all that a client gets.
func TestMasking(t *testing.T) {
	h := start(t, nil)
	for query, want := range map[string]struct {
		status int
		logged string
	}{
		"{ internal }":     {200, "mongodb://secret@host refused"},
		"query Q{ panic }": {200, "secret in a panic"},
		"{ bug }":          {500, "secret outside"},
	} {
		t.Run(query, func(t *testing.T) {
			got := h.ask(t, query, english)
			if got.status != want.status {
				t.Errorf("status %d, want %d", got.status, want.status)
			}
			errs := errorsOf(t, got)
			if len(errs) != 1 || errs[0].Extensions["code"] != "INTERNAL" {
				t.Fatalf("got %s, want one error INTERNAL", got.body)
			}
			id, _ := errs[0].Extensions["id"].(string)
			if id == "" || !strings.Contains(errs[0].Message, id) {
				t.Errorf("the message %q doesn't quote the id %q", errs[0].Message, id)
			}
			if strings.Contains(got.body, "secret") || strings.Contains(got.body, ".go:") {
				t.Errorf("internals are told: %s", got.body)
			}
			entry := logEntry(t, h, "id", id)
			if text, _ := json.Marshal(entry); !strings.Contains(string(text), want.logged) {
				t.Errorf("the log entry %s lacks %q", text, want.logged)
			}
			if entry["request"] != got.header.Get("X-Request-Id") {
				t.Errorf("the log names the request %v, the answer %q", entry["request"], got.header.Get("X-Request-Id"))
			}
		})
	}
	if !strings.Contains(h.log.String(), "fake_test.go") {
		t.Error("no stack is logged for a panic")
	}
}

func TestSuggestionsOnlyInDevelopment(t *testing.T) {
	questions := []string{"{ rolle }", "{ space(idd: 1) }", "{ colour(of: GREN) }", "{ ...A } fragment A on Qury { role }"}
	quiet, open := start(t, nil), start(t, func(c *httpapi.Config) { c.Development = true })
	for _, q := range questions {
		if got := quiet.ask(t, q); strings.Contains(got.body, "id you mean") || !strings.Contains(got.body, "GRAPHQL_VALIDATION_FAILED") {
			t.Errorf("%s: got %s, want an error without a suggestion", q, got.body)
		}
		if got := open.ask(t, q); !strings.Contains(got.body, "id you mean") {
			t.Errorf("%s in development: got %s, want a suggestion", q, got.body)
		}
	}
}

func TestIntrospectionWhereItIsOn(t *testing.T) {
	for name, change := range map[string]func(*httpapi.Config){
		"development": func(c *httpapi.Config) { c.Development = true },
		"configured":  func(c *httpapi.Config) { c.Introspection = true },
	} {
		// The fake can't describe itself: that it is asked is enough.
		if got := start(t, change).ask(t, "{ __schema { types { name } } }"); strings.Contains(got.body, "INTROSPECTION_DISABLED") {
			t.Errorf("%s: %s", name, got.body)
		}
	}
}

func TestASessionPerResponse(t *testing.T) {
	h := start(t, nil)
	h.ask(t, "{ role }")
	h.ask(t, "{ role locale }")
	h.ask(t, "{ nothing }")
	if h.begun != 2 {
		t.Errorf("%d sessions were opened for two answers and a refusal", h.begun)
	}
	if got := h.ask(t, "mutation { change }").header.Get("Palier-Commit"); got != "42" {
		t.Errorf("Palier-Commit %q after a mutation, want 42", got)
	}
}

func TestLocale(t *testing.T) {
	h := start(t, nil)
	for header, want := range map[string]string{"": "FR", "en-GB,en;q=0.9": "EN", "de, fr": "FR"} {
		if got := h.ask(t, "{ locale }", "Accept-Language: "+header); !strings.Contains(got.body, want) {
			t.Errorf("Accept-Language %q: got %s, want %s", header, got.body, want)
		}
	}
}
