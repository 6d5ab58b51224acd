package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/palier-hub/palier/httpapi"
)

const asksFirst = "Apollo-Require-Preflight: 1"

func get(query string) string { return "/graphql?query=" + url.QueryEscape(query) }

// TestKeeping: the strictest hint holds, and nothing is kept that isn't anybody's.
func TestKeeping(t *testing.T) {
	h := start(t, nil)
	for name, tc := range map[string]struct {
		query   string
		headers []string
		want    string
	}{
		"a hint":                     {"{ long }", nil, "public, max-age=60"},
		"the strictest":              {"{ long ...A } fragment A on Query { ... { shorter } }", nil, "public, max-age=30"},
		"private":                    {"{ long mine }", nil, "private, max-age=60"},
		"a field without a hint":     {"{ long locale }", nil, "no-store"},
		"objects without a hint":     {"{ long things { nodes { name } } }", nil, "no-store"},
		"an error":                   {"{ long refusal }", nil, "no-store"},
		"nothing":                    {"{ __typename }", nil, "no-store"},
		"the name of a type besides": {"{ long __typename }", nil, "public, max-age=60"},
		"a viewer":                   {"{ long }", []string{"Authorization: Bearer good"}, "no-store"},
		"a refusal":                  {"{ nothing }", nil, "no-store"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, got := range []answer{h.send(t, "GET", get(tc.query), "", append(tc.headers, asksFirst)...), h.ask(t, tc.query, tc.headers...)} {
				if is := got.header.Get("Cache-Control"); is != tc.want {
					t.Errorf("%q, want %q: %.200s", is, tc.want, got.body)
				}
				varies := strings.Join(got.header.Values("Vary"), ", ")
				if strings.Contains(varies, "Authorization") != (tc.want != "no-store") {
					t.Errorf("Vary %q", varies)
				}
			}
		})
	}
}

func TestEntityTags(t *testing.T) {
	h := start(t, limited(100, 100))
	first := h.send(t, "GET", get("{ long }"), "", asksFirst)
	tag := first.header.Get("ETag")
	if !strings.HasPrefix(tag, `W/"`) || strings.Contains(first.body, `"cost"`) {
		t.Fatalf("tag %q: %.200s", tag, first.body)
	}
	for given, status := range map[string]int{
		tag: 304, `"x", ` + tag: 304, strings.TrimPrefix(tag, "W/"): 304, "*": 304, `"x"`: 200, "": 200,
	} {
		got := h.send(t, "GET", get("{ long }"), "", asksFirst, "If-None-Match: "+given)
		if got.status != status || (got.body == "") != (status == 304) || got.header.Get("ETag") != tag || got.header.Get("Cache-Control") != "public, max-age=60" {
			t.Errorf("%s: %d, %d bytes, %v", given, got.status, len(got.body), got.header)
		}
	}
	if got := h.send(t, "GET", get("{ shorter }"), "", asksFirst, "If-None-Match: "+tag); got.status != 200 {
		t.Errorf("another answer: %d", got.status)
	}
	for _, got := range []answer{h.ask(t, "{ long }", "If-None-Match: *"), h.send(t, "GET", get("{ role }"), "", asksFirst, "If-None-Match: *")} {
		if got.status != 200 || got.header.Get("ETag") != "" {
			t.Errorf("%d, tag %q", got.status, got.header.Get("ETag"))
		}
	}
}

func TestCompression(t *testing.T) {
	h := start(t, nil)
	plain := h.ask(t, "{ long }")
	for accepted, want := range map[string]string{
		"gzip": "gzip", "zstd": "zstd", "gzip, zstd, br": "zstd", "zstd;q=0, gzip": "gzip", "br": "", "": "", "identity": "",
	} {
		got := h.ask(t, "{ long }", "Accept-Encoding: "+accepted)
		if got.header.Get("Content-Encoding") != want {
			t.Errorf("%q: %q, want %q", accepted, got.header.Get("Content-Encoding"), want)
		}
		if !strings.Contains(strings.Join(got.header.Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("%q: Vary %q", accepted, got.header.Values("Vary"))
		}
		if text := unpacked(t, want, got.body); text != plain.body {
			t.Errorf("%q: another answer: %.100s", accepted, text)
		}
	}
	if got := h.ask(t, "{ role }", "Accept-Encoding: gzip, zstd"); got.header.Get("Content-Encoding") != "" {
		t.Errorf("%d bytes were compressed", len(got.body))
	}
}

func unpacked(t *testing.T, encoding, body string) string {
	t.Helper()
	var from io.Reader = strings.NewReader(body)
	var err error
	switch encoding {
	case "gzip":
		from, err = gzip.NewReader(from)
	case "zstd":
		from, err = zstd.NewReader(from)
	}
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := out.ReadFrom(from); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestEventsAreNotHeldBack: an event reaches a client that takes compressed answers
// when it happens, and not when enough have.
func TestEventsAreNotHeldBack(t *testing.T) {
	h := start(t, nil)
	s := openStream(t, h, "POST", "", `{"query":"subscription { changes }"}`, asJSON, "Accept-Encoding: gzip, zstd")
	for _, text := range []string{"one", "two"} { // each is told only when the one before has come
		h.schema.events.tell(text)
		s.wants("next", `{"data":{"changes":"`+text+`"}`)
	}
}

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
		logEntry(t, h, "id", "old")
	}
}

// TestOverload: what there is no place for is refused, and nothing of it is done.
func TestOverload(t *testing.T) {
	h := start(t, func(c *httpapi.Config) {
		c.Limits.Queries, c.Limits.Commands = 1, 1
	})
	busy := connect(t, h.URL, "")
	busy.subscribe("1", "{ late }")
	for h.schema.late.Load() == 0 {
		h.send(t, "GET", "/healthz", "")
	}
	begun := h.begunSessions()
	got := h.ask(t, "{ role }", english)
	if errs := errorsOf(t, got); got.status != 503 || got.header.Get("Retry-After") != "1" || errs[0].Extensions["code"] != "OVERLOADED" || strings.Contains(got.body, "data") {
		t.Errorf("%d %s", got.status, got.body)
	}
	s := connect(t, h.URL, "")
	s.subscribe("1", "{ role }")
	if got := s.next(); got.Type != "error" || !strings.Contains(string(got.Payload), "OVERLOADED") {
		t.Errorf("%+v %s", got, got.Payload)
	}
	if h.begunSessions() != begun {
		t.Error("a session was opened for what was refused")
	}
	if got := h.ask(t, "mutation { change }"); got.status != 200 { // they have places of their own
		t.Errorf("%d %s", got.status, got.body)
	}
	busy.send(`{"id":"1","type":"complete"}`)
	for try := 0; ; try++ {
		got := h.ask(t, "{ role }")
		if got.status == 200 {
			break
		}
		if try == 1000 {
			t.Fatalf("afterwards: %d %s", got.status, got.body)
		}
	}
}
