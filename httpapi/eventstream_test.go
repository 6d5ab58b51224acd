package httpapi_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/httpapi"
)

// stream is a client's event stream.
type stream struct {
	t        testing.TB
	response *http.Response
	lines    *bufio.Reader
}

// openStream asks for one; headers are "Name: value".
func openStream(t testing.TB, h *hub, method, query, body string, headers ...string) *stream {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, h.URL+"/graphql"+query, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	if got := response.Header.Get("Content-Type"); response.StatusCode != 200 || got != "text/event-stream; charset=utf-8" {
		t.Fatalf("%d %s", response.StatusCode, got)
	}
	return &stream{t, response, bufio.NewReader(response.Body)}
}

// read answers the next event; "" at the end.
func (s *stream) read() (event, data string) {
	for {
		line, err := s.lines.ReadString('\n')
		switch {
		case err != nil:
			return "", ""
		case strings.HasPrefix(line, "event: "):
			event = strings.TrimSpace(line[7:])
		case strings.HasPrefix(line, "data: "), line == "data:\n":
			data = strings.TrimSpace(line[5:])
		case line == "\n" && event != "":
			return event, data
		}
	}
}

func (s *stream) wants(event, data string) {
	s.t.Helper()
	if e, d := s.read(); e != event || !strings.Contains(d, data) {
		s.t.Fatalf("got %q %s, want %s %s", e, d, event, data)
	}
}

// ends: the connection is closed without a further event.
func (s *stream) ends() {
	s.t.Helper()
	if e, d := s.read(); e != "" {
		s.t.Fatalf("got %s %s, want the end", e, d)
	}
}

const preflight = "Apollo-Require-Preflight: 1"

// TestEventStream: GraphQL over SSE, by POST and by GET.
func TestEventStream(t *testing.T) {
	h := start(t, func(c *httpapi.Config) { c.Limits.KeepAlive = 20 * time.Millisecond })
	h.schema.events.tell("a\nb")
	h.schema.events.tell("end")
	query := func(q string) string { return "?query=" + url.QueryEscape(q) }
	for name, s := range map[string]*stream{
		"POST": openStream(t, h, "POST", "", `{"query":"subscription { changes }"}`, asJSON),
		"GET":  openStream(t, h, "GET", query("subscription { changes }"), "", preflight),
		// Gateways name all media types on all requests.
		"among others": openStream(t, h, "POST", "", `{"query":"subscription { changes }"}`, asJSON, "Accept: application/json, multipart/mixed, text/event-stream"),
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.wants("next", `{"data":{"changes":"a\nb"},"extensions":{"palier":{"commit":41}}}`)
			s.wants("next", `"end"`)
			s.wants("complete", "")
			s.ends()
		})
	}
	for query, want := range map[string]string{
		"{ role }":                 `{"data":{"role":"LANDLORD"}`,
		"{ nothing }":              `GRAPHQL_VALIDATION_FAILED`,
		"subscription { refused }": `INVALID_INPUT`,
		"mutation { change }":      `{"data":{"change":"changed"},"extensions":{"cost":{"limit":25000,"requested":1},"palier":{"commit":42}}}`,
		"{ bug }":                  `INTERNAL`,
	} {
		s := openStream(t, h, "POST", "", `{"query":"`+query+`"}`, asJSON, "Authorization: Bearer good")
		s.wants("next", want)
		s.wants("complete", "")
		s.ends()
	}
	broken := openStream(t, h, "POST", "", `{"query":"subscription { broken }"}`, asJSON)
	broken.wants("next", `"one"`)
	broken.wants("next", `{"errors":[{"message":"indisponible","extensions":{"code":"UNAVAILABLE","retryAfterSeconds":2}}]}`)
	broken.wants("complete", "")

	for name, tc := range map[string]struct {
		method, query, body string
		headers             []string
		status              int
		code                string
	}{
		"a link":                  {"GET", query("subscription { changes }"), "", nil, 400, "CSRF_PREVENTION"},
		"a mutation by GET":       {"GET", query("mutation { change }"), "", []string{preflight}, 405, "METHOD_NOT_ALLOWED"},
		"a bad token":             {"POST", "", `{"query":"subscription { changes }"}`, []string{asJSON, "Authorization: Bearer bad"}, 401, "UNAUTHENTICATED"},
		"no events wanted":        {"POST", "", `{"query":"subscription { changes }"}`, []string{asJSON, "Accept: application/json"}, 200, "SUBSCRIPTION_NOT_SUPPORTED"},
		"JSON weighs more":        {"POST", "", `{"query":"{ role }"}`, []string{asJSON, "Accept: text/event-stream;q=0.1, application/json"}, 200, ""},
		"JSON before for a query": {"POST", "", `{"query":"{ role }"}`, []string{asJSON, "Accept: application/json, text/event-stream"}, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.send(t, tc.method, "/graphql"+tc.query, tc.body, append([]string{"Accept: text/event-stream"}[:1-min(1, strings.Count(strings.Join(tc.headers, " "), "Accept"))], tc.headers...)...)
			if got.status != tc.status || !strings.Contains(got.body, tc.code) || strings.HasPrefix(got.body, "event:") {
				t.Errorf("got %d %s", got.status, got.body)
			}
			if tc.code == "SUBSCRIPTION_NOT_SUPPORTED" && (!strings.Contains(got.body, "text/event-stream") || !strings.Contains(got.body, protocol)) {
				t.Errorf("it doesn't say what to do: %s", got.body)
			}
		})
	}
}

// TestEventStreamLives beyond the time of a request, with signs of life, until
// the client leaves.
func TestEventStreamLives(t *testing.T) {
	h := start(t, func(c *httpapi.Config) {
		c.Limits.KeepAlive, c.Limits.By[httpapi.ClassPublic].Operation = 20*time.Millisecond, 10*time.Millisecond
	})
	hurried := httptest.NewUnstartedServer(h.surface)
	hurried.Config.ReadTimeout, hurried.Config.WriteTimeout = 50*time.Millisecond, 50*time.Millisecond
	hurried.Start()
	defer hurried.Close()
	h.Close()
	h.Server = hurried
	s := openStream(t, h, "POST", "", `{"query":"subscription { changes }"}`, asJSON)
	for comments := 0; comments < 10; comments++ { // 200 ms
		for line := ""; !strings.HasPrefix(line, ":"); {
			var err error
			if line, err = s.lines.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
	}
	h.schema.events.tell("late")
	s.wants("next", "late")
	s.response.Body.Close()
	for h.schema.following.Load() > 0 {
		time.Sleep(time.Millisecond) // the test's own time limit ends it
	}
}
