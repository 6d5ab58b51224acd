package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// hostile sends a request as an attacker's tool does, and answers its status and
// body. Nothing may be told of the insides.
func (p *program) hostile(t *testing.T, method, path, body string, headers ...string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(method, p.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		request.Header.Set(name, value)
	}
	status, text := send(t, request)
	for _, leak := range []string{"INTERNAL", ".go:", "goroutine ", "github.com", "gqlgen", "mongodb", "/root/", "tracing", "Did you mean", "on type"} {
		if strings.Contains(text, leak) {
			t.Errorf("%s %.80s: the answer has %q: %.300s", method, body, leak, text)
		}
	}
	return status, text
}

func (p *program) post(t *testing.T, query string, variables any) (int, string) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	return p.hostile(t, http.MethodPost, "/graphql", string(body), "Content-Type: application/json")
}

// TestAttackTools: what public tools look for isn't found in the production profile.
func TestAttackTools(t *testing.T) {
	t.Parallel()
	p := start(t, "--demo", "--data", t.TempDir())
	defer p.stop(t)
	times := strings.Repeat
	var aliases strings.Builder
	for i := range 101 {
		fmt.Fprintf(&aliases, "alias%d: __typename ", i)
	}
	for name, tc := range map[string]struct{ query, code string }{
		"aliases":                 {"{ " + aliases.String() + "}", "TOO_MANY_ALIASES"},
		"many directives":         {"{ __typename " + times("@aa", 50) + " }", "TOO_MANY_DIRECTIVES"},
		"directives":              {"{ __typename " + times("@aa", 10) + " }", "GRAPHQL_VALIDATION_FAILED"},
		"a field repeated":        {"{ " + times("__typename \n", 500) + "}", "TOO_MANY_REPETITIONS"},
		"a field repeated, below": {"{ viewer { " + times("role ", 500) + "} }", "TOO_MANY_REPETITIONS"},
		"a field repeated, aside": {"{ viewer { ...A ...B } } fragment A on PalierViewer { " + times("role ", 200) + "} fragment B on PalierViewer { " + times("role ", 200) + "}", "TOO_MANY_REPETITIONS"},
		"introspection":           {"{ __schema { types { name } } }", "INTROSPECTION_DISABLED"},
		"circular introspection":  {"{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }", "INTROSPECTION_TOO_DEEP"},
		"suggestions":             {"{ landlrds { nodes { name } } }", "GRAPHQL_VALIDATION_FAILED"},
		"a type by its name":      {`{ __type(name: "Landlord") { fields { name } } }`, "INTROSPECTION_DISABLED"},
		"a page without an end":   {"{ landlords(first: 1000000000) { nodes { name } } }", "PAGE_TOO_LONG"},
		"pages within pages":      {"{ landlords(first: 100) { nodes { sites(first: 100) { nodes { spaces(first: 100) { nodes { label } } } } } } }", "COST_TOO_HIGH"},
		"no end of tokens":        {"{ viewer { role } }" + times(" #\n", 2000), "TOO_MANY_TOKENS"},
		"a cycle":                 {"{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "GRAPHQL_VALIDATION_FAILED"},
		"deep":                    {"{ landlords { nodes { " + times("group { ", 20) + "name" + times(" }", 20) + " } } }", "TOO_DEEP"},
		"deep in brackets":        {"{ landlords(filter: " + times("[", 900) + times("]", 900) + ") { nodes { name } } }", "GRAPHQL_VALIDATION_FAILED"},
		"deeper than any":         {"{ landlords(filter: " + times("[", 1200), "TOO_MANY_TOKENS"},
	} {
		status, body := p.post(t, tc.query, nil)
		var answer struct {
			Errors []struct{ Extensions struct{ Code string } }
			Data   any
		}
		if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 200 || answer.Data != nil || len(answer.Errors) != 1 || answer.Errors[0].Extensions.Code != tc.code {
			if !(name == "deeper than any" && len(answer.Errors) == 1) {
				t.Errorf("%s: %d %.300s, want %s", name, status, body, tc.code)
			}
		}
	}

	if status, body := p.hostile(t, "POST", "/graphql", "["+times(`{"query":"{ viewer { role } }"},`, 9)+`{"query":"{ viewer { role } }"}]`, "Content-Type: application/json"); status != 400 || strings.Contains(body, "data") {
		t.Errorf("an array: %d %s", status, body)
	}
	if status, body := p.hostile(t, "GET", "/graphql?query="+url.QueryEscape("mutation { landlordPublish(input: {id: \"x\"}) { commit } }"), "", "Apollo-Require-Preflight: 1"); status != 405 {
		t.Errorf("a mutation by GET: %d %s", status, body)
	}
	for _, contentType := range []string{"application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", ""} {
		for _, query := range []string{"query=" + url.QueryEscape("{ viewer { role } }"), `{"query":"{ viewer { role } }"}`} {
			if status, body := p.hostile(t, "POST", "/graphql", query, "Content-Type: "+contentType); status < 400 || status > 499 || strings.Contains(body, "data") {
				t.Errorf("%q: %d %s", contentType, status, body)
			}
		}
	}
	for _, path := range []string{"/graphql", "/graphiql", "/playground", "/console", "/altair", "/voyager", "/graphql/console", "/api/graphql", "/v1/graphql", "/debug/pprof/", "/.env", "/server-status"} {
		status, body := p.hostile(t, "GET", path, "", "Accept: text/html,*/*")
		if status < 400 || strings.Contains(strings.ToLower(body), "graphiql") || strings.Contains(strings.ToLower(body), "playground") {
			t.Errorf("%s: %d %.200s", path, status, body)
		}
	}
	if status, body := p.hostile(t, "TRACE", "/graphql", ""); status != 405 {
		t.Errorf("TRACE: %d %s", status, body)
	}
}

// TestSchemaIsNotGuessed: whether a name is one of the schema isn't told by an error,
// and neither is anything that is near it.
func TestSchemaIsNotGuessed(t *testing.T) {
	t.Parallel()
	p := start(t, "--demo", "--data", t.TempDir())
	defer p.stop(t)
	_, want := p.post(t, "{ zzzz }", nil)
	if strings.Contains(want, "zzzz") || strings.Contains(want, "locations") {
		t.Errorf("the answer to a guess tells of it: %s", want)
	}
	for _, guess := range []string{
		"{ landlords }", "{ landlord }", "{ landlrds { name } }", "{ viewer { rol } }", "{ viewer { role { x } } }", "{ zzzz viewer { role } landlords yyyy }",
		"{ landlord(idd: 1) { name } }", "{ landlord { name } }", `{ landlord(id: "x", zzz: 2) { name } }`, "{ landlords(filter: {zzz: 1}) { nodes { name } } }",
		"{ landlords(filter: {kinds: [HLMM]}) { nodes { name } } }", "{ landlords(orderBy: NAMEE) { nodes { name } } }", "{ landlords(first: \"x\") { nodes { name } } }",
		"{ ...A } fragment A on Landlrd { name }", "{ ...A } fragment A on Landlord { name }", "{ ... on Landlord { name } }",
		"query($f: LandlordFiltr) { landlords(filter: $f) { nodes { name } } }", "query($f: LandlordFilter) { landlords(filter: $f) { nodes { nam } } }",
		"mutation { landlordPublish { commit } }", "mutation { landlordPublis(input: {}) { commit } }", "mutation { landlordPublish(input: {}) { commit } }",
		"mutation { landlordPublish(input: {zzz: 1}) { commit } }", "subscription { change { id } }", "subscription { changes { idd } }", "{ __schema { typess { name } } }",
		"{ landlords @aa { nodes { name } } }", "{ landlords { nodes { name @deprecated } } }", "{ ...A }",
	} {
		if _, got := p.post(t, guess, nil); got != want {
			t.Errorf("%s: %s", guess, got)
		}
	}
	// Of values too no more is told than which of those that were given.
	for guess, variables := range map[string]any{
		"query($i: LandlordStepInput!) { __typename }":                                      map[string]any{"i": map[string]any{}},
		"query($f: LandlordFilter) { landlords(filter: $f) { totalCount } }":                map[string]any{"f": map[string]any{"kinds": []string{"HLMM"}}},
		"query($n: PalierNear) { landlordSites(filter: {near: $n}) { totalCount } }":        map[string]any{"n": map[string]any{"latitude": 4}},
		"mutation($i: LandlordStepInput!) { landlordPublish(input: $i) { commit } }":        map[string]any{"i": map[string]any{}},
		"mutation($i: VacantSpaceUpsertInput!) { vacantSpaceUpsert(input: $i) { commit } }": map[string]any{"i": "x"},
	} {
		_, got := p.post(t, guess, variables)
		for _, name := range []string{"radiusKm", "LandlordStepInput", "LandlordKind", "VacantSpaceUpsertInput", "defined", `"id"`} {
			if strings.Contains(got, name) {
				t.Errorf("%s: %s tells %s", guess, got, name)
			}
		}
	}
}

// TestBadInput: whatever is sent, nothing breaks, nothing of the insides is told, and
// the memory that it took is given back.
func TestBadInput(t *testing.T) {
	p := start(t, "--demo", "--data", t.TempDir(), "--rate-limit", "0")
	defer p.stop(t)
	times := strings.Repeat
	bomb := func(depth, spreads int, field string) string {
		var b strings.Builder
		b.WriteString("{ viewer { landlord { ...F0 } } }")
		for i := range depth {
			fmt.Fprintf(&b, " fragment F%d on Landlord { %s }", i, times(fmt.Sprintf(field, fmt.Sprintf("...F%d", i+1)), spreads))
		}
		fmt.Fprintf(&b, " fragment F%d on Landlord { name }", depth)
		return b.String()
	}
	queries := []string{
		"{ landlords { nodes {" + times(" name", 500) + " } } }", bomb(200, 1, " %s"), bomb(100, 2, " %s"), bomb(60, 2, " group { %s }"), bomb(20, 9, " %s"),
		"{ ...A } fragment A on Query { ...A }", "{ landlords(first: 1000000000) { nodes { name } } }", "{ landlords(first: 1e9) { nodes { name } } }",
		`{ landlords(filter: {search: "{\"$where\": \"sleep(1000)\"}"}) { totalCount } }`, `{ landlord(id: "$ne") { name } }`, `{ node(id: "{\"$gt\": \"\"}") { id } }`,
		`{ innovationProjectBySlug(slug: "$where") { name } }`, `{ landlords(after: "` + times("A", 10_000) + `") { totalCount } }`, `{ landlords(after: "' OR 1=1 --") { totalCount } }`,
		`{ viewer { role } } # ` + times("x", 200_000), "\ufeff{ viewer { role } }", "{ viewer { role } }\x00", `{ node(id: """` + times("\\n", 1000) + `""") { id } }`,
		"{" + times("{", 1500), times("(", 1900), times("query A { viewer { role } } ", 200), "query(" + times("$a: Int ", 300) + ") { viewer { role } }",
		"{ landlords(filter: {kinds: [" + times("HLM ", 1000) + "]}) { totalCount } }", "query($a: [[[[[Int]]]]]) { viewer { role } }",
	}
	bodies := []string{
		"{\"query\":\"{ viewer { role }\xe2\"}", "\xff\xfe{\"query\":\"{ viewer { role } }\"}", `{"query":"\ud800"}`, `{"query":"{ viewer { role } }","variables":` + times("[", 9000) + times("]", 9000) + `}`,
		`{"query":"query($f: LandlordFilter) { landlords(filter: $f) { totalCount } }","variables":{"f":` + times(`{"a":`, 9000) + "1" + times("}", 9000) + `}}`,
		`{"query":"query($s: String) { landlords(filter: {search: $s}) { totalCount } }","variables":{"s":{"$regex":".*"}}}`,
		`{"query":"query($n: Int!) { landlords(first: $n) { totalCount } }","variables":{"n":1e9}}`, `{"query":"query($n: Int!) { landlords(first: $n) { totalCount } }","variables":{"n":1e999}}`,
		`{"query":"{ viewer { role } }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + times("0", 100_000) + `"}}}`,
		`{"documentId":"../../etc/passwd"}`, `{"operationName":"` + times("A", 100_000) + `","query":"query A { viewer { role } }"}`, times("[", 100_000), times(`{"query":`, 20_000), "null", "0", `""`, "",
		`{"query":"` + times("a", 255<<10) + `"}`,
	}
	for _, query := range queries {
		body, err := json.Marshal(map[string]any{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, string(body))
	}
	held := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	attack := func(round int) {
		for _, body := range bodies {
			body = strings.Replace(body, "viewer", fmt.Sprintf("a%d: viewer", round), 1) // none is known from before
			status, text := p.hostile(t, "POST", "/graphql", body, "Content-Type: application/json")
			if status >= 500 || !json.Valid([]byte(text)) {
				t.Fatalf("%.100s: %d %.300s", body, status, text)
			}
		}
	}
	attack(0) // what is made once is made
	before := held()
	for round := range 20 {
		attack(round + 1)
	}
	after := held()
	t.Logf("%d hostile requests; held before %d MB, after %d MB", 20*len(bodies), before>>20, after>>20)
	if after > before+50<<20 {
		t.Errorf("%d MB more are held", (after-before)>>20)
	}
	for _, word := range []string{"panic", "level=ERROR"} {
		if at := strings.Index(p.log.String(), word); at >= 0 {
			t.Errorf("the log has %q: %.300s", word, p.log.String()[at:])
		}
	}
	if got := p.ask(t, "", "{ viewer { role } }"); !slices.Contains([]string{"PUBLIC"}, got["viewer"].(map[string]any)["role"].(string)) {
		t.Errorf("afterwards: %v", got)
	}
}
