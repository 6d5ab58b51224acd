package otelsdk_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/palier-hub/palier/telemetry"
	"github.com/palier-hub/palier/telemetry/otelsdk"
)

func opened(t testing.TB) *otelsdk.Providers {
	t.Helper()
	p, err := otelsdk.Open(t.Context(), otelsdk.Config{Version: "test", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close(t.Context()) })
	return p
}

// Requests are told apart by method and status, by no more of them than there are,
// and not at all when they stay open or ask how the hub is.
func TestRequests(t *testing.T) {
	p := opened(t)
	h := p.HTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/early":
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusTeapot)
			w.WriteHeader(http.StatusOK) // too late
		case "/flushed":
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
		case "/said":
			io.WriteString(w, "so")
		case "/gone":
			defer func() { recover() }()
			panic(http.ErrAbortHandler)
		}
	}))
	for _, c := range []struct{ method, path, accept string }{
		{"GET", "/early", ""}, {"GET", "/flushed", ""}, {"POST", "/said", ""}, {"POST", "/nothing", ""}, {"GET", "/gone", ""},
		{"GET", "/readyz", ""}, {"POST", "/graphql", "text/event-stream"}, {"BREW", "/early", ""}, {"STEEP", "/early", ""},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		r.Header.Set("Accept", c.accept)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	told := httptest.NewRecorder()
	p.Metrics.ServeHTTP(told, httptest.NewRequest("GET", "/metrics", nil))
	want := []string{
		`http_request_method="GET",http_response_status_code="200"} 2`, `http_request_method="GET",http_response_status_code="418"} 1`,
		`http_request_method="POST",http_response_status_code="200"} 2`, `http_request_method="_OTHER",http_response_status_code="418"} 2`,
	}
	found := regexp.MustCompile(`(?m)^http_server_request_duration_seconds_count{(.*)$`).FindAllStringSubmatch(told.Body.String(), -1)
	for i, line := range found {
		if i >= len(want) || line[1] != want[i] {
			t.Errorf("%s, want %q", line[1], want)
		}
	}
	if len(found) != len(want) || strings.Contains(told.Body.String(), "BREW") {
		t.Errorf("%d series, want %d", len(found), len(want))
	}
}

// What telemetry costs a small request.
func BenchmarkRequest(b *testing.B) {
	p := opened(b)
	h := p.HTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, ended := p.Recorder.BeginOperation(r.Context(), telemetry.Operation{Type: "query", Name: "Small", Known: true})
		w.WriteHeader(http.StatusOK)
		ended(nil)
	}))
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(""))
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
}
