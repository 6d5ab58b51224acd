package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/palier-hub/palier/domain"
)

func (p *program) get(t testing.TB, path, token string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, p.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return send(t, request)
}

// TestMetrics: the hub's work and state can be fetched by Prometheus, and what a
// client names doesn't make series unless the client is known.
func TestMetrics(t *testing.T) {
	t.Parallel()
	p := start(t, "--data", t.TempDir(), "--demo", "--metrics-token", "for-prometheus")
	defer p.stop(t)
	p.ask(t, "", `query Anybody { innovationProjectBySlug(slug: "caracol") { matches(first: 1) { nodes { score } } } }`)
	p.ask(t, p.token(t, domain.RoleStaff), `query Known { hostingRequests(first: 5) { nodes { status } } }`)
	for _, token := range []string{"", "for-prometheu", "for-prometheus2"} {
		if status, body := p.get(t, "/metrics", token); status != http.StatusUnauthorized || strings.Contains(body, "palier_") {
			t.Errorf("the token %q: %d %s", token, status, body)
		}
	}
	before := p.ready(t).Commit
	status, body := p.get(t, "/metrics", "for-prometheus")
	if status != http.StatusOK {
		t.Fatal(status, body)
	}
	for _, line := range []string{
		`palier_work_duration_seconds_count{outcome="done",work="match"} [1-9]`,
		`palier_work_duration_seconds_count{outcome="done",work="append"} [1-9]`,
		`palier_work_duration_seconds_count{outcome="done",work="decide"} [1-9]`,
		`palier_work_duration_seconds_count{outcome="done",work="command"} [1-9]`,
		`palier_operation_duration_seconds_count{name="Known",outcome="done",type="query"} 1`,
		`palier_operation_duration_seconds_count{name="",outcome="done",type="query"} 1`,
		`http_server_request_duration_seconds_count{.*http_response_status_code="200".*} [1-9]`,
		`palier_ready 1`, `palier_ledger_away_seconds 0`, `palier_streams_open 0`, `go_goroutines \d+`,
	} {
		if !regexp.MustCompile(`(?m)^` + line).MatchString(body) {
			t.Errorf("no line %s", line)
		}
	}
	// Letters and what falls due add commits of their own meanwhile.
	var commit int
	if i := strings.Index(body, "\npalier_ledger_commit "); i >= 0 {
		fmt.Sscanf(body[i:], "\npalier_ledger_commit %d", &commit)
	}
	if after := p.ready(t).Commit; commit < int(before) || commit > int(after) {
		t.Errorf("the ledger's commit is %d, was %d before and %d after", commit, before, after)
	}
	if strings.Contains(body, "Anybody") {
		t.Error("anybody can make series")
	}
	if t.Failed() {
		t.Log(body)
	}
}

// collecting is a collector of traces.
type collecting struct {
	mu    sync.Mutex
	spans []*traces.Span
}

func (c *collecting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in io.Reader = r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		in, _ = gzip.NewReader(r.Body)
	}
	body, err := io.ReadAll(in)
	var sent collector.ExportTraceServiceRequest
	if err != nil || proto.Unmarshal(body, &sent) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, of := range sent.ResourceSpans {
		for _, scope := range of.ScopeSpans {
			c.spans = append(c.spans, scope.Spans...)
		}
	}
}

// TestTraces: a mutation's trace goes on from its client's, down to the append,
// and the log names it. No argument and no token is in it.
func TestTraces(t *testing.T) {
	t.Parallel()
	var c collecting
	server := httptest.NewServer(&c)
	defer server.Close()
	p := start(t, "--data", t.TempDir(), "--demo", "--log-format", "json", "--traces-url", server.URL+"/v1/traces", "--trace-ratio", "1")
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	token := p.token(t, domain.RoleStaff)
	body, err := json.Marshal(map[string]any{"query": `mutation Founding($n: String!) { landlordRegister(input: { landlord: { name: $n, kind: OPH } }) { commit userErrors { message } } }`,
		"variables": map[string]any{"n": "Office secret"}})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, p.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Traceparent", "00-"+trace+"-00f067aa0ba902b7-01")
	_, answer := send(t, request)
	p.stop(t) // sends what waits
	var names []string
	for _, s := range c.spans {
		if fmt.Sprintf("%x", s.TraceId) == trace {
			names = append(names, s.Name)
			if text := s.String(); strings.Contains(text, "secret") || strings.Contains(text, token) {
				t.Errorf("a span tells too much: %s", text)
			}
		}
	}
	for _, name := range []string{"POST /graphql", "mutation Founding", "command", "batch", "decide", "append"} {
		if !slices.Contains(names, name) {
			t.Errorf("no span %q among %q; the answer was %s", name, names, answer)
		}
	}
	if !strings.Contains(p.log.String(), `"trace_id":"`+trace+`"`) {
		t.Error("the log doesn't name the trace")
	}
}

// TestNoCollector: a collector that isn't there is told of in the log, and nothing
// waits for it.
func TestNoCollector(t *testing.T) {
	t.Parallel()
	p := start(t, "--data", t.TempDir(), "--traces-url", "http://127.0.0.1:9/v1/traces", "--trace-ratio", "1")
	p.ask(t, "", `{ viewer { role } }`)
	p.cancel()
	<-p.done
	if !strings.Contains(p.log.String(), "traces couldn't be sent") {
		t.Error(p.log)
	}
}

// TestProfiles are on an address of their own, and nowhere else.
func TestProfiles(t *testing.T) {
	t.Parallel()
	p := start(t, "--data", t.TempDir(), "--debug-addr", "127.0.0.1:0")
	defer p.stop(t)
	if status, body := p.get(t, "/debug/pprof/", ""); status != http.StatusNotFound {
		t.Errorf("profiles are public: %d %s", status, body)
	}
	found := regexp.MustCompile(`address=(http://127\.0\.0\.1:\d+)/debug/pprof/`).FindStringSubmatch(p.log.String())
	if found == nil {
		t.Fatalf("the log doesn't say where profiles are: %s", p.log)
	}
	aside := &program{url: found[1]}
	if status, body := aside.get(t, "/debug/pprof/", ""); status != http.StatusOK || !strings.Contains(body, "heap") {
		t.Errorf("%d %s", status, body)
	}
}

// TestDrain: a hub that is to stop says so first, and answers meanwhile.
func TestDrain(t *testing.T) {
	t.Parallel()
	p := start(t, "--data", t.TempDir(), "--drain", "2s")
	begun := time.Now()
	p.cancel()
	for {
		if s := p.ready(t); !s.Ready {
			if s.Message != "stopping" {
				t.Errorf("%+v", s)
			}
			break
		}
		if time.Since(begun) > 10*time.Second {
			t.Fatal("it never said that it stops")
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.ask(t, "", `{ viewer { role } }`)
	if err := <-p.done; err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took < 2*time.Second {
		t.Errorf("proxies had only %s to notice", took)
	}
}
