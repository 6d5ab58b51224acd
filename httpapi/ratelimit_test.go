package httpapi_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/httpapi"
	"github.com/palier-hub/palier/peers"
)

// stopped is a clock that stands still, so that buckets don't leak.
func stopped() time.Time { return time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC) }

func limited(perAddress, perViewer int64) func(*httpapi.Config) {
	return func(c *httpapi.Config) {
		c.Peers = peers.NewLocal(stopped)
		c.RateLimits = httpapi.RateLimits{PerAddress: perAddress, PerViewer: perViewer}
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	}
}

func TestRateLimit(t *testing.T) {
	h := start(t, limited(3, 5))
	expect := func(status int, headers ...string) answer {
		t.Helper()
		got := h.ask(t, "{ role }", headers...)
		if got.status != status {
			t.Fatalf("%v: %d %s, want %d", headers, got.status, got.body, status)
		}
		return got
	}
	for range 3 {
		expect(200)
	}
	begun := h.begun
	got := expect(429, english)
	// A minute for three: the next one may come in 20 s.
	if want := `{"errors":[{"message":"this address asks for more than a cost of 3 a minute: wait 20 s and space requests out, or present a token","extensions":{"by":"ADDRESS","code":"RATE_LIMITED","limit":3,"retryAfterSeconds":20,"value":4,"windowSeconds":60}}]}`; got.body != want {
		t.Errorf("got  %s\nwant %s", got.body, want)
	}
	if got.header.Get("Retry-After") != "20" || h.begun != begun {
		t.Errorf("Retry-After %q, sessions %d, then %d", got.header.Get("Retry-After"), begun, h.begun)
	}
	if french := expect(429); !strings.Contains(french.body, "présentez un jeton") {
		t.Errorf("in French: %s", french.body)
	}
	// Whoever it is for, the method, and what is sent make no difference.
	for _, body := range []string{"", "nonsense", `[{}]`} {
		if got := h.send(t, "POST", "/graphql", body, "Content-Type: application/json"); got.status != 429 {
			t.Errorf("%q: %d", body, got.status)
		}
	}
	if got := h.send(t, "GET", "/graphql?query={role}", "", "Apollo-Require-Preflight: 1", "Accept: text/event-stream"); got.status != 429 {
		t.Errorf("an event stream: %d", got.status)
	}
	if _, response, err := dial(t, h.URL); err == nil || response.StatusCode != 429 {
		t.Errorf("a websocket: %v", err)
	}
	// Others have buckets of their own.
	expect(200, "X-Forwarded-For: 203.0.113.1")
	for range 5 {
		expect(200, "Authorization: Bearer good")
	}
	got = expect(429, "Authorization: Bearer good", "X-Forwarded-For: 203.0.113.9", "Palier-On-Behalf-Of: per_a", english)
	if !strings.Contains(got.body, "this account") || !strings.Contains(got.body, `"by":"VIEWER"`) {
		t.Errorf("%s", got.body)
	}
	// A token that isn't believed is its address's.
	expect(429, "Authorization: Bearer bad")
	for range 3 {
		expect(401, "Authorization: Bearer bad", "X-Forwarded-For: 203.0.113.2")
	}
	expect(429, "Authorization: Bearer bad", "X-Forwarded-For: 203.0.113.2")
	expect(429, "Authorization: Basic x", "X-Forwarded-For: 203.0.113.2")
	for _, path := range []string{"/healthz", "/readyz", "/", "/schema.graphql"} {
		if got := h.send(t, "GET", path, ""); got.status != 200 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}

// An operation is charged what it costs, and the answer says what is left.
func TestCostIsCharged(t *testing.T) {
	h := start(t, limited(600, 0))
	const asks = "query($n: Int!) { things(first: $n) { nodes { name } } }"
	body := func(n int) string { return fmt.Sprintf(`{"query":%q,"variables":{"n":%d}}`, asks, n) }
	got := h.send(t, "POST", "/graphql", body(99), asJSON)
	if want := `"cost":{"available":500,"capacity":600,"limit":5000,"requested":100,"restoreRate":10}`; !strings.Contains(got.body, want) {
		t.Errorf("got %s, want %s", got.body, want)
	}
	h.ask(t, "{ nothing }") // what isn't valid costs the least
	if got := h.ask(t, "{ role }"); !strings.Contains(got.body, `"available":498`) || !strings.Contains(got.body, `"requested":1`) {
		t.Errorf("got %s", got.body)
	}
	for range 4 {
		h.send(t, "POST", "/graphql", body(99), asJSON)
	}
	begun := h.begun
	// 98 are left: the least is taken, and the rest can't be.
	got = h.send(t, "POST", "/graphql", body(99), asJSON, "Accept: text/event-stream")
	if got.status != 429 || got.header.Get("Retry-After") != "1" || !strings.Contains(got.body, `"value":602`) || h.begun != begun {
		t.Errorf("got %d %s", got.status, got.body)
	}
	s := connect(t, h.URL, "")
	s.subscribe("1", strings.Replace(asks, "$n)", "$n)", 1))
	if got := s.next(); got.Type != "error" { // a variable is missing
		t.Errorf("%+v", got)
	}
	s.subscribe("2", "{ things(first: 95) { nodes { name } } }")
	if got := s.next(); got.Type != "error" || !strings.Contains(string(got.Payload), "RATE_LIMITED") {
		t.Errorf("%+v %s", got, got.Payload)
	}
}

// A body takes time to read, whatever it says.
func TestBytesAreCharged(t *testing.T) {
	h := start(t, limited(600, 0))
	padded := `{"query":"{ role }","variables":{"none":"` + strings.Repeat("x", 100<<10) + `"}}`
	if got := h.send(t, "POST", "/graphql", padded, asJSON); got.status != 200 || !strings.Contains(got.body, `"available":499`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	for range 4 {
		h.send(t, "POST", "/graphql", padded, asJSON)
	}
	begun := h.begun
	if got := h.send(t, "POST", "/graphql", padded, asJSON); got.status != 429 || h.begun != begun {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// A body that is refused is charged as far as it was read, and read as far as it was
// charged.
func TestRefusedBodiesAreCharged(t *testing.T) {
	h := start(t, limited(1000, 0))
	spent := func(from string, want int) {
		t.Helper()
		var got string
		for asked := 1; asked <= 200; asked++ { // who is gone isn't answered
			got = h.ask(t, "{ role }", "X-Forwarded-For: "+from).body
			if strings.Contains(got, fmt.Sprintf(`"available":%d,`, 1000-want-asked)) {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("%s has left %s, and should have spent %d", from, got, want)
	}
	begin := func(from, headers, body string) net.Conn {
		t.Helper()
		conn, err := net.Dial("tcp", h.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: %s\r\n%s\r\n\r\n%s", from, headers, body)
		return conn
	}
	answered := func(conn net.Conn, status int) {
		t.Helper()
		got, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || got.StatusCode != status || !got.Close {
			t.Errorf("got %+v, %v, want %d and the connection closed", got, err, status)
		}
	}
	const long = "Content-Type: application/json\r\nContent-Length: 300000"
	// It is 300 kB, of which 256 may be.
	answered(begin("203.0.113.1", "Content-Type: application/json\r\nTransfer-Encoding: chunked", "493e0\r\n"+strings.Repeat(" ", 300_000)+"\r\n0\r\n\r\n"), 413)
	spent("203.0.113.1", 1+256)
	// What isn't UTF-8, or isn't JSON.
	h.send(t, "POST", "/graphql", strings.Repeat("\xff", 100<<10), asJSON, "X-Forwarded-For: 203.0.113.2")
	h.send(t, "POST", "/graphql", strings.Repeat("x", 100<<10), asJSON, "X-Forwarded-For: 203.0.113.2")
	spent("203.0.113.2", 2*(1+100))
	// It breaks off.
	begin("203.0.113.3", "Content-Type: application/json\r\nContent-Length: 200000", strings.Repeat(" ", 100<<10)).(*net.TCPConn).CloseWrite()
	spent("203.0.113.3", 1+100)
	// It says that it is too long, and isn't waited for.
	answered(begin("203.0.113.4", long, ""), 413)
	spent("203.0.113.4", 1)
	// What is refused before is not read at all.
	answered(begin("203.0.113.5", strings.Replace(long, "json", "xml", 1)+"\r\nX-Apollo-Operation-Name: x", ""), 415)
	answered(begin("203.0.113.5", strings.Replace(long, "300000", "200000", 1)+"\r\nAuthorization: Bearer bad", ""), 401)
}

// Neighbours in version 6 are one client, and a spoofed address is nobody's.
func TestRateLimitByAddress(t *testing.T) {
	h := start(t, limited(1, 0))
	for i, c := range []struct {
		forwarded string
		status    int
	}{
		{"2001:db8::1", 200}, {"2001:db8::2", 429}, {"2001:db8:0:1::1", 200},
		{"192.0.2.1, 203.0.113.1", 200}, {"192.0.2.2, 203.0.113.1", 429}, {"192.0.2.1", 200},
	} {
		if got := h.ask(t, "{ role }", "X-Forwarded-For: "+c.forwarded); got.status != c.status {
			t.Errorf("%d: %s: %d, want %d", i, c.forwarded, got.status, c.status)
		}
	}
	for range 20 { // 0 doesn't limit
		if got := h.ask(t, "{ role }", "Authorization: Bearer good"); got.status != 200 {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
}

// On a websocket each operation is charged, to whom the socket's first message names.
func TestRateLimitOnSocket(t *testing.T) {
	h := start(t, limited(100, 2))
	s := connect(t, h.URL, `,"payload":{"authorization":"Bearer good"}`)
	for _, id := range []string{"1", "2"} {
		s.subscribe(id, "{ role }")
		if got := s.next(); got.Type != "next" {
			t.Fatalf("%+v", got)
		}
		s.next()
	}
	s.subscribe("3", "{ role }")
	if got := s.next(); got.ID != "3" || got.Type != "error" || !strings.Contains(string(got.Payload), "RATE_LIMITED") {
		t.Errorf("%+v %s", got, got.Payload)
	}
	s.subscribe("3", "{ role }") // the id is free again, and the socket goes on
	if got := s.next(); got.ID != "3" || got.Type != "error" {
		t.Errorf("%+v", got)
	}
}
