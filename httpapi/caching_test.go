package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
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
