package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/httpapi"
)

// No goroutine outlives the tests: neither a socket's nor a subscription's.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// socket is a client's.
type socket struct {
	t    testing.TB
	conn *websocket.Conn
}

const protocol = "graphql-transport-ws"

// dial opens a websocket; headers are "Name: value".
func dial(t testing.TB, url string, headers ...string) (socket, *http.Response, error) {
	t.Helper()
	h := make(http.Header)
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		h.Add(name, value)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	conn, response, err := websocket.Dial(t.Context(), strings.Replace(url, "http", "ws", 1)+"/graphql",
		&websocket.DialOptions{Subprotocols: []string{protocol}, HTTPHeader: h, HTTPClient: &http.Client{Transport: transport}})
	if err == nil {
		conn.SetReadLimit(-1)
		t.Cleanup(func() { conn.CloseNow() })
	}
	return socket{t, conn}, response, err
}

// connect opens a websocket and says who it is.
func connect(t testing.TB, url, payload string, headers ...string) socket {
	t.Helper()
	s, _, err := dial(t, url, headers...)
	if err != nil {
		t.Fatal(err)
	}
	s.send(`{"type":"connection_init"` + payload + `}`)
	if got := s.next(); got.Type != "connection_ack" {
		t.Fatalf("got %+v, want an acknowledgement", got)
	}
	return s
}

func (s socket) send(text string) {
	s.t.Helper()
	if err := s.conn.Write(s.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		s.t.Fatal(err)
	}
}

func (s socket) subscribe(id, query string) {
	s.t.Helper()
	s.send(fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":{"query":%q}}`, id, query))
}

// received is a message of the server.
type received struct {
	ID, Type string
	Payload  json.RawMessage
}

// read answers the next message, or why there is none.
func (s socket) read() (m received, err error) {
	ctx, stop := context.WithTimeout(s.t.Context(), time.Minute)
	defer stop()
	_, text, err := s.conn.Read(ctx)
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	return m, err
}

func (s socket) next() received {
	s.t.Helper()
	m, err := s.read()
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

// wants compares the next message: its id and type, and what its payload holds.
func (s socket) wants(id, kind, payload string) {
	s.t.Helper()
	if m := s.next(); m.ID != id || m.Type != kind || !strings.Contains(string(m.Payload), payload) {
		s.t.Fatalf("got %s %s %s, want %s %s %s", m.ID, m.Type, m.Payload, id, kind, payload)
	}
}

// closed reads until the socket is closed, and compares the code.
func (s socket) closed(code int) websocket.CloseError {
	s.t.Helper()
	for {
		m, err := s.read()
		if err == nil {
			if m.Type == "connection_ack" || m.Type == "pong" {
				continue
			}
			s.t.Fatalf("got %+v, want the socket closed with %d", m, code)
		}
		why, _ := errors.AsType[websocket.CloseError](err)
		if int(why.Code) != code || why.Reason == "" {
			s.t.Fatalf("closed by %v, want %d with a reason", err, code)
		}
		return why
	}
}

// TestSocketProtocol: each thing that a client may do wrong closes the socket
// with the code that the subprotocol has for it.
func TestSocketProtocol(t *testing.T) {
	h := start(t, func(c *httpapi.Config) {
		c.Limits.SocketInit = time.Minute
		c.Limits.By[httpapi.ClassPublic].BodyBytes = 2000
		c.Limits.By[httpapi.ClassServer].BodyBytes = 4000
	})
	const initial = `{"type":"connection_init"}`
	subscribe := func(id, payload string) string {
		return fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":%s}`, id, payload)
	}
	query := func(q string) string { return fmt.Sprintf(`{"query":%q}`, q) }
	for name, tc := range map[string]struct {
		messages []string
		code     int
	}{
		"not JSON":                     {[]string{`{`}, 4400},
		"not an object":                {[]string{`[]`}, 4400},
		"two values":                   {[]string{initial + initial}, 4400},
		"no type":                      {[]string{`{}`}, 4400},
		"a type twice":                 {[]string{initial, `{"type":"ping","type":"subscribe","id":"1","payload":{"query":"{ role }"}}`}, 4400},
		"a type in capitals too":       {[]string{initial, `{"type":"ping","TYPE":"subscribe","id":"1","payload":{"query":"{ role }"}}`}, 4400},
		"a type that is escaped too":   {[]string{initial, `{"type":"ping","id":"1","payload":{"query":"{ role }"},"t\u0079pe":"subscribe"}`}, 4400},
		"a payload twice":              {[]string{initial, `{"id":"1","type":"subscribe","payload":{"query":"{ role }"},"payload":{"query":"{ locale }"}}`}, 4400},
		"a query twice":                {[]string{initial, subscribe("1", `{"query":"{ role }","query":"{ locale }"}`)}, 4400},
		"two tokens":                   {[]string{`{"type":"connection_init","payload":{"authorization":"Bearer bad","Authorization":"Bearer good"}}`}, 4400},
		"a token in capitals":          {[]string{`{"type":"connection_init","payload":{"AUTHORIZATION":"Bearer good"}}`}, 4400},
		"unknown type":                 {[]string{initial, `{"type":"start","id":"1"}`}, 4400},
		"a payload that isn't one":     {[]string{`{"type":"connection_init","payload":[]}`}, 4400},
		"a second beginning":           {[]string{initial, initial}, 4429},
		"an operation before":          {[]string{subscribe("1", query("{ role }"))}, 4401},
		"a bad token":                  {[]string{`{"type":"connection_init","payload":{"authorization":"Bearer bad"}}`}, 4401},
		"a token of another scheme":    {[]string{`{"type":"connection_init","payload":{"Authorization":"Basic good"}}`}, 4401},
		"a token that isn't text":      {[]string{`{"type":"connection_init","payload":{"Authorization":3}}`}, 4401},
		"an operation without an id":   {[]string{initial, `{"type":"subscribe","payload":{"query":"{ role }"}}`}, 4400},
		"an operation without a query": {[]string{initial, subscribe("1", `{}`)}, 4400},
		"an operation that is a list":  {[]string{initial, subscribe("1", `[]`)}, 4400},
		"an operation without payload": {[]string{initial, `{"type":"subscribe","id":"1"}`}, 4400},
		"completing nothing":           {[]string{initial, `{"type":"complete"}`}, 4400},
		"an id that runs":              {[]string{initial, subscribe("1", query("subscription { changes }")), subscribe("1", query("{ role }"))}, 4409},
		"more than a public body":      {[]string{initial, subscribe("1", query("{ role }"+strings.Repeat(" ", 2000)))}, 1009},
		"more than a member's":         {[]string{`{"type":"connection_init","payload":{"authorization":"Bearer good"}}`, subscribe("1", query("{ role }"+strings.Repeat(" ", 4000)))}, 1009},
		"more before saying who it is": {[]string{`{"type":"connection_init","payload":{"a":"` + strings.Repeat("a", 2000) + `"}}`}, 1009},
	} {
		t.Run(name, func(t *testing.T) {
			s, _, err := dial(t, h.URL)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range tc.messages {
				s.send(m)
			}
			if why := s.closed(tc.code); strings.Contains(why.Reason, "secret") {
				t.Errorf("too much is told: %s", why.Reason)
			}
		})
	}
	t.Run("binary", func(t *testing.T) {
		s := connect(t, h.URL, "")
		if err := s.conn.Write(t.Context(), websocket.MessageBinary, []byte(initial)); err != nil {
			t.Fatal(err)
		}
		s.closed(4400)
	})
	t.Run("another subprotocol", func(t *testing.T) {
		conn, _, err := websocket.Dial(t.Context(), strings.Replace(h.URL, "http", "ws", 1)+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-ws"},
			HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}})
		if err != nil {
			t.Fatal(err)
		}
		socket{t, conn}.closed(4406)
	})
	t.Run("with more than is due", func(t *testing.T) { // as some clients send
		s := connect(t, h.URL, `,"id":null,"payload":{"headers":{"Authorization":"x"},"more":1,"more":2}`)
		s.send(`{"id":"1","type":"subscribe","more":[],"more":{},"payload":{"query":"{ role }","operationName":null,"extensions":{}}}`)
		s.wants("1", "next", `{"data":{"role":"PUBLIC"}`)
	})
	t.Run("ours", func(t *testing.T) {
		if s := connect(t, h.URL, ""); s.conn.Subprotocol() != protocol {
			t.Errorf("subprotocol %q", s.conn.Subprotocol())
		}
	})
}

func TestSocketSaysNothing(t *testing.T) {
	h := start(t, func(c *httpapi.Config) { c.Limits.SocketInit = 20 * time.Millisecond })
	s, _, err := dial(t, h.URL)
	if err != nil {
		t.Fatal(err)
	}
	s.closed(4408)
}

// TestSocketViewer: who asks is told by the header or by the first message, and
// the latter counts.
func TestSocketViewer(t *testing.T) {
	h := start(t, nil)
	for name, tc := range map[string]struct {
		payload string
		headers []string
		role    string
	}{
		"nobody":          {"", nil, "PUBLIC"},
		"no payload":      {`,"payload":null`, nil, "PUBLIC"},
		"small letters":   {`,"payload":{"authorization":"Bearer good"}`, nil, "LANDLORD"},
		"a capital":       {`,"payload":{"Authorization":"bearer good","other":1}`, nil, "LANDLORD"},
		"the header":      {"", []string{"Authorization: Bearer good"}, "LANDLORD"},
		"null in payload": {`,"payload":{"Authorization":null}`, []string{"Authorization: Bearer good"}, "LANDLORD"},
	} {
		t.Run(name, func(t *testing.T) {
			s := connect(t, h.URL, tc.payload, tc.headers...)
			s.subscribe("1", "{ role }")
			s.wants("1", "next", `{"data":{"role":"`+tc.role+`"},"extensions":{"cost":{"limit":`+map[string]string{"PUBLIC": "5000", "LANDLORD": "25000"}[tc.role]+`,"requested":1},"palier":{"commit":41}}}`)
			s.wants("1", "complete", "")
		})
	}
	if _, response, err := dial(t, h.URL, "Authorization: Bearer bad"); err == nil || response.StatusCode != 401 {
		t.Errorf("a bad header: %v %v", response, err)
	}
}

// TestSocketOrigin: pages of the sites of CORS may connect, of our own, and
// whatever isn't a page.
func TestSocketOrigin(t *testing.T) {
	configured, closed := start(t, nil), start(t, func(c *httpapi.Config) { c.AllowedOrigins = nil })
	any := start(t, func(c *httpapi.Config) { c.AllowedOrigins = []string{"*"} })
	for _, tc := range []struct {
		h      *hub
		origin string
		ok     bool
	}{
		{configured, "https://portal.example", true},
		{configured, "https://other.example", false},
		{configured, "null", false},
		{configured, configured.URL, true},
		{configured, "://", false},
		{closed, "https://portal.example", false},
		{closed, closed.URL, true},
		{any, "https://other.example", true},
	} {
		_, response, err := dial(t, tc.h.URL, "Origin: "+tc.origin)
		if (err == nil) != tc.ok || err != nil && response.StatusCode != 403 {
			t.Errorf("%s at %s: %v", tc.origin, tc.h.URL, err)
		}
	}
}

// TestSocketOperations: all kinds over one socket, with the limits and errors of
// a request.
func TestSocketOperations(t *testing.T) {
	h := start(t, func(c *httpapi.Config) {
		c.Limits.By[httpapi.ClassPublic] = httpapi.ClassLimits{Tokens: 30, Operation: 50 * time.Millisecond}
	})
	s := connect(t, h.URL, "", english)
	s.send(`{"type":"ping"}`)
	s.wants("", "pong", "")
	s.send(`{"type":"pong"}`)
	s.subscribe("m", "mutation { change }")
	s.wants("m", "next", `{"data":{"change":"changed"},"extensions":{"cost":{"limit":5000,"requested":1},"palier":{"commit":42}}}`)
	s.wants("m", "complete", "")
	s.send(`{"id":"v","type":"subscribe","payload":{"query":"query A { role } query B($id: ID) { space(id: $id) }","operationName":"B","variables":{"id":"spc_a"}}}`)
	s.wants("v", "next", `{"data":{"space":"found"}`)
	s.wants("v", "complete", "")
	for query, code := range map[string]string{
		"{ nothing }":                           "GRAPHQL_VALIDATION_FAILED",
		"{":                                     "GRAPHQL_PARSE_FAILED",
		"{" + strings.Repeat(" role", 40) + "}": "TOO_MANY_TOKENS",
		"{ __schema { types { name } } }":       "INTROSPECTION_DISABLED",
		"{ bug }":                               "INTERNAL",
		"subscription { refused }":              "INVALID_INPUT",
	} {
		s.subscribe("e", query)
		s.wants("e", "error", `"code":"`+code+`"`)
	}
	for query, code := range map[string]string{"{ internal }": "INTERNAL", "{ panic }": "INTERNAL", "{ late }": "TIMEOUT", "{ refusal }": "VERSION_CONFLICT"} {
		s.subscribe("e", query)
		s.wants("e", "next", `"code":"`+code+`"`)
		s.wants("e", "complete", "")
	}
	// An error that ends a subscription, and an end that is none.
	s.subscribe("b", "subscription { broken }")
	s.wants("b", "next", `{"data":{"broken":"one"},"extensions":{"palier":{"commit":41}}}`)
	s.wants("b", "error", `"code":"UNAVAILABLE"`)
	s.subscribe("s", "subscription { slow }")
	s.wants("s", "next", `"code":"TIMEOUT"`)
	s.wants("s", "complete", "")
	h.schema.events.tell("a")
	h.schema.events.tell("end")
	s.subscribe("c", "subscription { changes }")
	s.wants("c", "next", `{"data":{"changes":"a"}`)
	s.wants("c", "next", `{"data":{"changes":"end"}`)
	s.wants("c", "complete", "")
	if log := h.log.String(); strings.Contains(log, "good") || !strings.Contains(log, `"kind":"mutation"`) {
		t.Errorf("the log: %s", log)
	}
}

// TestSocketLimit: so many operations at once, and a completed one makes room.
func TestSocketLimit(t *testing.T) {
	h := start(t, func(c *httpapi.Config) { c.Limits.SocketOperations = 3 })
	s := connect(t, h.URL, "")
	for _, id := range []string{"1", "2", "3"} {
		s.subscribe(id, "subscription { changes }")
	}
	s.subscribe("4", "{ role }")
	s.wants("4", "error", `"code":"TOO_MANY_OPERATIONS","limit":3`)
	s.send(`{"id":"2","type":"complete"}`)
	s.send(`{"id":"unknown","type":"complete"}`)
	s.subscribe("2", "{ role }") // the same id again
	s.wants("2", "next", `"role":"PUBLIC"`)
	s.wants("2", "complete", "")
	h.schema.events.tell("news")
	got := map[string]bool{s.next().ID: true, s.next().ID: true}
	if !got["1"] || !got["3"] {
		t.Errorf("told to %v", got)
	}
	s.conn.Close(websocket.StatusNormalClosure, "")
	h.surface.Shutdown(t.Context())
	for range 100 { // they end by themselves
		if h.schema.following.Load() == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if n := h.schema.following.Load(); n != 0 {
		t.Errorf("%d feeds are left", n)
	}
}

// TestTokenEnds: when a token ends on an open connection, what runs is told and
// the connection closed; nothing more is told to it.
func TestTokenEnds(t *testing.T) {
	var ends atomic.Pointer[time.Time]
	var revoked atomic.Bool
	begin := func(t *testing.T) *hub {
		ends.Store(new(time.Time{}))
		revoked.Store(false)
		return start(t, func(c *httpapi.Config) {
			verify := c.Verify
			c.Verify = func(ctx context.Context, token string) (domain.Credential, error) {
				if at := *ends.Load(); revoked.Load() || !at.IsZero() && !time.Now().Before(at) {
					return domain.Credential{}, expired{}
				}
				found, err := verify(ctx, token)
				found.Ends = *ends.Load()
				return found, err
			}
			c.Limits.KeepAlive = time.Hour
		})
	}
	withToken := `,"payload":{"authorization":"Bearer good"}`
	t.Run("by itself", func(t *testing.T) {
		h := begin(t)
		ends.Store(new(time.Now().Add(200 * time.Millisecond)))
		s := connect(t, h.URL, withToken, english)
		s.subscribe("1", "subscription { changes }")
		h.schema.events.tell("before")
		s.wants("1", "next", "before")
		s.wants("1", "error", `{"message":"the token expired","extensions":{"code":"UNAUTHENTICATED"}}`)
		if why := s.closed(4401); why.Reason != "UNAUTHENTICATED: the token expired" {
			t.Errorf("reason %q", why.Reason)
		}
	})
	t.Run("by another's will", func(t *testing.T) {
		h := begin(t)
		h.Close()
		h = start(t, func(c *httpapi.Config) {
			verify := c.Verify
			c.Verify = func(ctx context.Context, token string) (domain.Credential, error) {
				found, err := verify(ctx, token)
				if revoked.Load() {
					found.Viewer.Landlord = "lld_another"
				}
				return found, err
			}
			c.Limits.KeepAlive = 20 * time.Millisecond
		})
		s := connect(t, h.URL, withToken)
		s.subscribe("1", "subscription { changes }")
		h.schema.events.tell("before")
		s.wants("1", "next", "before")
		revoked.Store(true)
		s.wants("1", "error", `"code":"UNAUTHENTICATED"`)
		s.closed(4401)
	})
	t.Run("of an event stream", func(t *testing.T) {
		h := begin(t)
		ends.Store(new(time.Now().Add(200 * time.Millisecond)))
		s := openStream(t, h, "POST", "", `{"query":"subscription { changes }"}`, asJSON, english, "Authorization: Bearer good")
		h.schema.events.tell("before")
		s.wants("next", "before")
		s.wants("next", `{"errors":[{"message":"the token expired","extensions":{"code":"UNAUTHENTICATED"}}]}`)
		s.wants("complete", "")
		s.ends()
	})
	t.Run("before an event is told", func(t *testing.T) {
		// The clock jumps: the timer hasn't rung, and nothing is told all the same.
		var late atomic.Bool
		h := begin(t)
		h.Close()
		h = start(t, func(c *httpapi.Config) {
			c.Now = func() time.Time {
				if late.Load() {
					return time.Now().Add(2 * time.Hour)
				}
				return time.Now()
			}
			verify := c.Verify
			c.Verify = func(ctx context.Context, token string) (domain.Credential, error) {
				if late.Load() {
					return domain.Credential{}, expired{}
				}
				found, err := verify(ctx, token)
				found.Ends = time.Now().Add(time.Hour)
				return found, err
			}
			c.Limits.KeepAlive = 100 * time.Millisecond
		})
		s := connect(t, h.URL, withToken)
		s.subscribe("1", "subscription { changes }")
		h.schema.events.tell("before")
		s.wants("1", "next", "before")
		late.Store(true)
		h.schema.events.tell("after")
		s.wants("1", "error", `"code":"UNAUTHENTICATED"`)
		s.closed(4401)
	})
}

// TestStoppedReader: a client that doesn't read is cut, and holds back nobody.
func TestStoppedReader(t *testing.T) {
	for name, begin := range map[string]string{
		"websocket": "GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
			"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n" +
			frame(`{"type":"connection_init"}`) + frame(`{"type":"subscribe","id":"1","payload":{"query":"subscription { flood }"}}`),
		"event stream": "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: 36\r\n\r\n" +
			`{"query":"subscription { flood }"}  `,
	} {
		t.Run(name, func(t *testing.T) {
			h := start(t, func(c *httpapi.Config) { c.Limits.Write = 200 * time.Millisecond })
			stopped, err := net.Dial("tcp", h.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer stopped.Close()
			if _, err := stopped.Write([]byte(begin)); err != nil {
				t.Fatal(err)
			}
			reads := connect(t, h.URL, "")
			reads.subscribe("1", "subscription { changes }")
			for h.schema.following.Load() < 2 {
				reads.send(`{"type":"ping"}`)
				reads.wants("", "pong", "")
			}
			// Both are followed; then one alone: the other was cut.
			n := 0
			for ; h.schema.following.Load() == 2; n++ {
				h.schema.events.tell(fmt.Sprint("event ", n))
				reads.wants("1", "next", fmt.Sprintf(`"event %d"`, n))
			}
			h.schema.events.tell("last")
			reads.wants("1", "next", `"last"`)
		})
	}
}

// frame is a client's text message, masked with zeros; texts of more than 125
// bytes are too long for it.
func frame(text string) string {
	return string([]byte{0x81, 0x80 | byte(len(text)), 0, 0, 0, 0}) + text
}

// TestSilentClient: one that gives no sign of life is cut.
func TestSilentClient(t *testing.T) {
	h := start(t, func(c *httpapi.Config) { c.Limits.KeepAlive, c.Limits.Write = 20*time.Millisecond, 50*time.Millisecond })
	silent, err := net.Dial("tcp", h.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	fmt.Fprint(silent, "GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"+frame(`{"type":"connection_init"}`))
	for b := make([]byte, 1024); ; {
		if _, err := silent.Read(b); err != nil {
			break // it answered no ping
		}
	}
	pinged := 0
	conn, _, err := websocket.Dial(t.Context(), strings.Replace(h.URL, "http", "ws", 1)+"/graphql", &websocket.DialOptions{
		Subprotocols: []string{protocol}, HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
		OnPingReceived: func(context.Context, []byte) bool {
			if pinged++; pinged == 5 {
				h.schema.events.tell("still there")
			}
			return true
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	lively := socket{t, conn} // its library answers while it reads
	lively.send(`{"type":"connection_init"}`)
	lively.wants("", "connection_ack", "")
	lively.subscribe("1", "subscription { changes }")
	lively.wants("1", "next", "still there")
}

// TestGoingAway: subscriptions end so that their clients resume, what else runs
// is finished, and nobody new is let in.
func TestGoingAway(t *testing.T) {
	h := start(t, func(c *httpapi.Config) { c.Limits.By[httpapi.ClassPublic].Operation = 100 * time.Millisecond })
	s := connect(t, h.URL, "")
	s.subscribe("1", "subscription { changes }")
	stream := openStream(t, h, "POST", "", `{"query":"subscription { changes }"}`, asJSON)
	h.schema.events.tell("a")
	s.wants("1", "next", "a")
	stream.wants("next", "a")
	s.subscribe("2", "{ late }")
	for h.schema.late.Load() == 0 {
		s.send(`{"type":"ping"}`)
		s.wants("", "pong", "")
	}
	var stopping sync.WaitGroup
	stopping.Go(func() {
		if err := h.surface.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	s.wants("2", "next", "TIMEOUT") // it was let run its time
	s.wants("2", "complete", "")
	s.closed(1001)
	stream.ends()
	stopping.Wait()
	if _, response, err := dial(t, h.URL); err == nil || response.StatusCode != 503 {
		t.Errorf("let in: %v", err)
	}
	got := h.ask(t, "subscription { changes }", "Accept: text/event-stream")
	if got.status != 503 || !strings.Contains(got.body, "GOING_AWAY") {
		t.Errorf("let in: %+v", got)
	}
	if got := h.ask(t, "{ role }"); got.status != 200 {
		t.Errorf("a request: %+v", got)
	}
}

// TestSharesOfStreams: one client leaves room for others, and a websocket that says
// whose it is counts as theirs.
func TestSharesOfStreams(t *testing.T) {
	h := start(t, func(c *httpapi.Config) {
		c.Limits.Streams = 60
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	const here, elsewhere, token = "X-Forwarded-For: 203.0.113.1", "X-Forwarded-For: 203.0.113.2", `,"payload":{"authorization":"Bearer good"}`
	for range 24 {
		connect(t, h.URL, "", here)
	}
	for range 5 { // they are the account's
		connect(t, h.URL, token, here)
	}
	connect(t, h.URL, "", here)
	if _, response, err := dial(t, h.URL, here); err == nil || response.StatusCode != 503 {
		t.Errorf("a 26th of an address: %v", err)
	}
	if got := h.ask(t, "subscription { changes }", "Accept: text/event-stream", here); got.status != 503 || !strings.Contains(got.body, `"share":25`) {
		t.Errorf("as events: %+v", got)
	}
	connect(t, h.URL, "", elsewhere)
	for range 25 { // half of all
		connect(t, h.URL, token, elsewhere)
	}
	more, _, err := dial(t, h.URL, elsewhere)
	if err != nil {
		t.Fatal(err)
	}
	more.send(`{"type":"connection_init"` + token + `}`)
	if why := more.closed(int(websocket.StatusTryAgainLater)); !strings.HasPrefix(why.Reason, "TOO_MANY_STREAMS: ") {
		t.Errorf("a 31st of an account: %s", why.Reason)
	}
}

// TestMessagesAreCharged: what isn't an operation takes time to read, too.
func TestMessagesAreCharged(t *testing.T) {
	h := start(t, limited(50, 0))
	s := connect(t, h.URL, "") // twice: it was opened, and it has begun
	for range 48 {
		s.send(`{"type":"ping"}`)
		if got := s.next(); got.Type != "pong" {
			t.Fatalf("%+v", got)
		}
	}
	s.subscribe("1", "{ role }")
	s.wants("1", "error", "RATE_LIMITED")
	s.send(`{"type":"ping"}`)
	s.closed(4429)

	long := connect(t, start(t, limited(50, 0)).URL, "")
	long.send(`{"type":"ping","payload":"` + strings.Repeat("x", 60<<10) + `"}`)
	long.closed(4429)

	broken := connect(t, start(t, nil).URL, "")
	broken.send("{\"type\":\"ping\",\"payload\":\"\xff\"}")
	broken.closed(int(websocket.StatusInvalidFramePayloadData))
}

func TestMostStreams(t *testing.T) {
	h := start(t, func(c *httpapi.Config) { c.Limits.Streams = 2 })
	first := connect(t, h.URL, "")
	openStream(t, h, "POST", "", `{"query":"subscription { changes }"}`, asJSON)
	if got := h.ask(t, "subscription { changes }", "Accept: text/event-stream"); got.status != 503 || !strings.Contains(got.body, `"TOO_MANY_STREAMS"`) {
		t.Errorf("one too many: %+v", got)
	}
	first.conn.Close(websocket.StatusNormalClosure, "")
	for { // until the server has noticed
		if s, response, err := dial(t, h.URL); err == nil {
			s.conn.CloseNow()
			return
		} else if response == nil || response.StatusCode != 503 {
			t.Fatal(err)
		}
	}
}
