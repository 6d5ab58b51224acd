package httpapi_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/palier-hub/palier/httpapi"
)

// The seeds are kept here; what fuzzing finds is kept in testdata/fuzz.

func fuzzed(f *testing.F) http.Handler {
	documents, err := httpapi.ReadManifest(strings.NewReader(apolloManifest))
	if err != nil {
		f.Fatal(err)
	}
	h := &hub{log: new(lockedBuffer)}
	config := h.config(slog.New(slog.NewTextHandler(io.Discard, nil)))
	config.Trusted = documents
	return httpapi.New(config)
}

// faulty tells whether a text can ask for one of the fake's faults.
func faulty(text string) bool {
	for _, fault := range []string{"late", "panic", "bug", "internal"} {
		if strings.Contains(text, fault) {
			return true
		}
	}
	return false
}

// FuzzBody: whatever is posted, the answer is JSON with a status that isn't the
// server's fault.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		`{"query":"{ role }"}`,
		`{"query":"query($id: ID) { space(id: $id) }","variables":{"id":1e999}}`,
		`{"query":"{ ...A } fragment A on Query { ...A }"}`,
		"{\"query\":\"{ role }\\u0000\xff\"}",
		`{"query":"{ colour(of: RED) @skip(if: true) }","extensions":{"a":[[[]]]}}`,
		`{"query":"query($n: Int!, $p: Pick) { things(first: $n, pick: $p) { nodes { name } } }","variables":{"n":5,"p":{"a":"x","of":{}}}}`,
		`{"query":"query($r: [Any!]!) { _entities(representations: $r) { name things { nodes { name } } } }","variables":{"r":[{"id":"x"},[[]]]}}`,
		`{"documentId":"abc","extensions":null}`,
		`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"abc"}}}`,
		`{"query":"{ role }","extensions":{"persistedQuery":{"version":1e0,"sha256Hash":["abc"]}}}`,
		`{"query":"{ __schema { types { name } } __typename }"}`,
	} {
		f.Add(body)
	}
	handler := fuzzed(f)
	f.Fuzz(func(t *testing.T, body string) {
		if faulty(body) {
			t.Skip()
		}
		r := httptest.NewRequest("POST", "/graphql", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// FuzzHeaders: whatever a request says of itself, and asks by its address.
func FuzzHeaders(f *testing.F) {
	f.Add("Bearer good", "application/json;q=0.5, */*", "gzip, zstd;q=0", "fr-FR, en;q=0.1", "id-1", "203.0.113.1, [::1]:80", `W/"x", *`, "41", "query={role}")
	f.Add("bearer  ", "text/html;q=nan", "*;q=-1", "\xff", strings.Repeat("a", 65), "1.2.3.4%eth0", `""`, "-1", "query={role}&variables={%22a%22:1}")
	f.Add("Basic Z29vZA==", "application/graphql-response+json; charset=utf-8", "", "", "", "", "", "", "documentId=abc&extensions=[]")
	f.Add("", ",;=", "gzip;q=1e999", "en-", "a b", "::", "W/", "18446744073709551616", "query=%zz")
	handler := fuzzed(f)
	f.Fuzz(func(t *testing.T, authorization, accept, encoding, language, id, forwarded, match, commit, query string) {
		if faulty(query) || strings.Contains(query, "%") || strings.Contains(accept, "event-stream") {
			t.Skip() // what is escaped could be one of the fake's faults
		}
		r := httptest.NewRequest("GET", "/graphql", nil)
		r.URL.RawQuery = query
		r.Header.Set("Apollo-Require-Preflight", "1")
		for name, value := range map[string]string{
			"Authorization": authorization, "Accept": accept, "Accept-Encoding": encoding, "Accept-Language": language, "X-Request-Id": id,
			"X-Forwarded-For": forwarded, "If-None-Match": match, "Palier-Min-Commit": commit,
		} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code >= 500 || w.Header().Get("X-Request-Id") == "" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if w.Header().Get("Content-Encoding") == "" && w.Code != http.StatusNotModified && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// FuzzManifest: what isn't a manifest is said to be none.
func FuzzManifest(f *testing.F) {
	f.Add(apolloManifest)
	f.Add(`{"abc":"query Role { role }"}`)
	f.Add(`{"format":"","operations":[{}]}`)
	f.Add(`{"format":"apollo-persisted-query-manifest","version":1,"operations":null}`)
	f.Add("[\xff")
	f.Fuzz(func(t *testing.T, text string) {
		documents, err := httpapi.ReadManifest(strings.NewReader(text))
		for id, document := range documents {
			if err == nil && (id == "" || document == "") {
				t.Errorf("%q: %q", id, document)
			}
		}
	})
}

// FuzzSocket: whatever two messages say, the socket is closed with a code or goes on.
func FuzzSocket(f *testing.F) {
	f.Add(`{"type":"connection_init"}`, `{"id":"1","type":"subscribe","payload":{"query":"{ role }"}}`)
	f.Add(`{"type":"connection_init","payload":{"authorization":["x"],"Authorization":"Bearer good"}}`, `{"id":1,"type":"subscribe"}`)
	f.Add(`{"type":"connection_init","payload":null}`, `{"id":"","type":"complete"}`)
	f.Add(`[]`, "\xff")
	f.Add(`{"type":"ping","payload":[[[]]]}`, `{"type":"connection_init","id":null}`)
	f.Add(`{"type":"connection_init","payload":{"onBehalfOf":"per_1"}}`, `{"id":"1","type":"subscribe","payload":{"query":"subscription { ticks }","extensions":{"persistedQuery":1}}}`)
	server := httptest.NewServer(fuzzed(f))
	f.Cleanup(server.Close)
	f.Fuzz(func(t *testing.T, first, second string) {
		if faulty(first + second) {
			t.Skip()
		}
		s, _, err := dial(t, server.URL)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
		defer stop()
		for _, text := range []string{first, second, `{"type":"ping"}`} {
			if s.conn.Write(ctx, websocket.MessageText, []byte(text)) != nil {
				break // it is closed: why is read below
			}
		}
		for {
			_, text, err := s.conn.Read(ctx)
			var m received
			if code := websocket.CloseStatus(err); err != nil {
				if code < 4400 && code != websocket.StatusInvalidFramePayloadData {
					t.Errorf("%q, %q: %v", first, second, err)
				}
				return
			}
			if json.Unmarshal(text, &m) != nil {
				t.Errorf("%q, %q: got %q", first, second, text)
			}
			if m.Type == "pong" {
				return
			}
		}
	})
}
