package httpapi_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/httpapi"
)

// request is a body of a POST.
func request(query string, variables map[string]any) string {
	text, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// TestLimits: each limit at its value, and one above it.
func TestLimits(t *testing.T) {
	h := start(t, func(c *httpapi.Config) {
		c.Limits.By[httpapi.ClassPublic] = httpapi.ClassLimits{
			Tokens: 60, Depth: 5, Aliases: 4, RootFields: 3, Directives: 4, Repetitions: 3, Items: 8, Representations: 6, Cost: 200,
		}
	})
	times := strings.Repeat
	things := func(n int) map[string]any { return map[string]any{"list": slices.Repeat([]string{"a"}, n), "n": n} }
	tests := map[string]struct {
		code  string
		limit int
		// ask makes an operation that has so many.
		ask func(n int) string
	}{
		"tokens": {"TOO_MANY_TOKENS", 60, func(n int) string { return request("{ role }"+times("#\n", n-3), nil) }},
		"depth": {"TOO_DEEP", 5, func(n int) string {
			return request("{ things(first: 2) { nodes { things(first: 2) { nodes { "+times("things { ", n-5)+"__typename "+times("} ", n-5)+"} } } } }", nil)
		}},
		"depth by fragments": {"TOO_DEEP", 5, func(n int) string {
			return request("{ ...A } fragment A on Query { things(first: 2) { nodes { ...B } } } fragment B on Thing { things(first: 2) { nodes { name "+times("things { __typename } ", n-5)+"} } }", nil)
		}},
		"aliases": {"TOO_MANY_ALIASES", 4, func(n int) string {
			return request("{ things { ...A nodes { b: name "+times("c: name ", n-4)+"} } t: things { ...A } } fragment A on Things { a: __typename }", nil)
		}},
		"root fields": {"TOO_MANY_ROOT_FIELDS", 3, func(n int) string {
			return request("{ role ...A } fragment A on Query { locale colour"+times(" day", n-3)+" }", nil)
		}},
		"directives": {"TOO_MANY_DIRECTIVES", 4, func(n int) string {
			return request("{ ... @include(if: true) { role ...A"+times(" @include(if: true)", n-4)+" } ...A @skip(if: true) } fragment A on Query { locale @include(if: true) }", nil)
		}},
		"repetitions": {"TOO_MANY_REPETITIONS", 3, func(n int) string { return request("{ things { nodes {"+times(" name", n+1)+" } } }", nil) }},
		"repetitions by fragments": {"TOO_MANY_REPETITIONS", 3, func(n int) string {
			return request("{ things { nodes { ...A"+times(" name", n)+" } } } fragment A on Thing { name }", nil)
		}},
		"repetitions in another operation": {"TOO_MANY_REPETITIONS", 3, func(n int) string {
			return `{"operationName":"A","query":"query A { role } query B { things { nodes {` + times(" name", n+1) + ` } } }"}`
		}},
		"depth of another operation": {"TOO_DEEP", 5, func(n int) string {
			return `{"operationName":"A","query":"query A { role } query B { things(first: 2) { nodes { things(first: 2) { nodes { ` + times("things { ", n-5) + "__typename " + times("} ", n-5) + `} } } } }"}`
		}},
		"items": {"TOO_MANY_ITEMS", 8, func(n int) string {
			return request("{ things(ids: ["+times(`"a" `, n)+"]) { nodes { name } } }", nil)
		}},
		"items of a variable": {"TOO_MANY_ITEMS", 8, func(n int) string {
			return request("query($list: [ID!]) { things(ids: $list) { nodes { name } } }", things(n))
		}},
		"representations": {"TOO_MANY_REPRESENTATIONS", 6, func(n int) string {
			return request("query($list: [Any!]!) { _entities(representations: $list) { name } }", things(n))
		}},
		"first": {"PAGE_TOO_LONG", 100, func(n int) string { return request(fmt.Sprintf("{ things(first: %d) { nodes { name } } }", n), nil) }},
		"first of a variable": {"PAGE_TOO_LONG", 100, func(n int) string {
			return request("query($n: Int!) { things(first: $n) { nodes { name } } }", things(n))
		}},
		"cost": {"COST_TOO_HIGH", 200, func(n int) string {
			return request(fmt.Sprintf("{ things(first: 99) { nodes { name } } more: things(first: %d) { nodes { name } } }", n-101), nil)
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if got := h.send(t, "POST", "/graphql", tc.ask(tc.limit), asJSON); len(errorsOf(t, got)) > 0 {
				t.Errorf("at the limit: %s", got.body)
			}
			got := h.send(t, "POST", "/graphql", tc.ask(tc.limit+1), asJSON, asGraphQL)
			errs := errorsOf(t, got)
			if got.status != 400 || len(errs) != 1 || strings.Contains(got.body, "data") {
				t.Fatalf("above it: %d %s", got.status, got.body)
			}
			facts := errs[0].Extensions
			delete(facts, "path")
			if want := map[string]any{"code": tc.code, "limit": float64(tc.limit), "actual": float64(tc.limit + 1), "class": "PUBLIC"}; !reflect.DeepEqual(facts, want) {
				t.Errorf("got %v, want %v", facts, want)
			}
		})
	}
	t.Run("other classes", func(t *testing.T) {
		body := request("query($list: [ID!]) { things(ids: $list) { nodes { name } } }", things(1000))
		if got := h.send(t, "POST", "/graphql", body, asJSON, "Authorization: Bearer good"); len(errorsOf(t, got)) > 0 {
			t.Errorf("a server's own limit: %s", got.body)
		}
	})
	t.Run("shorter pages, and less of an introspection", func(t *testing.T) {
		h := start(t, func(c *httpapi.Config) {
			c.Limits.By[httpapi.ClassPublic] = httpapi.ClassLimits{First: 7, Introspection: 1}
			c.Introspection = true
		})
		for query, code := range map[string]string{
			"{ things(first: 7) { nodes { name } } }":    "",
			"{ things(first: 8) { nodes { name } } }":    `"code":"PAGE_TOO_LONG","limit":7`,
			"{ __schema { types { name } } }":            "",
			"{ __schema { types { fields { name } } } }": `"code":"INTROSPECTION_TOO_DEEP","limit":1`,
		} {
			got := h.ask(t, query).body // the schema of these tests can't describe itself, but is let try
			if refused := strings.Contains(got, "PAGE_TOO_LONG") || strings.Contains(got, "INTROSPECTION_TOO_DEEP"); refused != (code != "") || !strings.Contains(got, code) {
				t.Errorf("%s: %s", query, got)
			}
		}
	})
	// The same over a websocket, and as events.
	refused := request("{ things(first: 101) { nodes { name } } }", nil)
	s := connect(t, h.URL, "")
	s.send(`{"id":"1","type":"subscribe","payload":` + refused + `}`)
	if got := s.next(); got.Type != "error" || !strings.Contains(string(got.Payload), "PAGE_TOO_LONG") {
		t.Errorf("%+v %s", got, got.Payload)
	}
	if got := h.send(t, "POST", "/graphql", refused, asJSON, "Accept: text/event-stream"); !strings.Contains(got.body, "PAGE_TOO_LONG") {
		t.Errorf("%s", got.body)
	}
}

// TestOneOf: exactly one field, in a literal and in variables.
func TestOneOf(t *testing.T) {
	h := start(t, nil)
	const asks = "query($pick: Pick) { things(pick: $pick) { nodes { name } } }"
	for name, tc := range map[string]struct {
		query     string
		pick      any
		fine      bool
		wantsPath string
	}{
		"one":                {asks, map[string]any{"a": "x"}, true, ""},
		"nothing":            {asks, nil, true, ""},
		"none":               {asks, map[string]any{}, false, "[pick]"},
		"two":                {asks, map[string]any{"a": "x", "b": "y"}, false, "[pick]"},
		"one and null":       {asks, map[string]any{"a": "x", "b": nil}, false, "[pick]"},
		"null":               {asks, map[string]any{"a": nil}, false, "[pick]"},
		"nested":             {asks, map[string]any{"of": map[string]any{"a": "x", "b": "y"}}, false, "[pick of]"},
		"two in a literal":   {`{ things(pick: {a: "x", b: "y"}) { nodes { name } } }`, nil, false, ""},
		"one in a literal":   {`{ things(pick: {a: "x"}) { nodes { name } } }`, nil, true, ""},
		"a variable of null": {`query($a: String) { things(pick: {a: $a}) { nodes { name } } }`, nil, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.send(t, "POST", "/graphql", request(tc.query, map[string]any{"pick": tc.pick}), asJSON)
			errs := errorsOf(t, got)
			if (len(errs) == 0) != tc.fine {
				t.Fatalf("%s", got.body)
			}
			if tc.wantsPath != "" && (errs[0].Extensions["code"] != "INVALID_INPUT" || fmt.Sprint(errs[0].Extensions["path"]) != tc.wantsPath) {
				t.Errorf("%s", got.body)
			}
		})
	}
}
