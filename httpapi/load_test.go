package httpapi_test

import (
	"bufio"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/httpapi"
)

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

// TestSlowBodies: what one client is slow to send takes a part of the memory only.
func TestSlowBodies(t *testing.T) {
	h := start(t, func(c *httpapi.Config) {
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	slow := func(from string) *bufio.Reader {
		conn, err := net.Dial("tcp", h.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{", from, 256<<10)
		return bufio.NewReader(conn)
	}
	for range 255 { // of 64 MB
		slow("203.0.113.1")
	}
	refused := 0
	for range 20 { // those before may not have come so far yet
		if refused > 0 {
			break
		}
		answer := slow("203.0.113.1")
		done := make(chan string, 1)
		go func() {
			line, _ := answer.ReadString('\n')
			done <- line
		}()
		select {
		case line := <-done:
			if !strings.Contains(line, "503") {
				t.Fatal(line)
			}
			refused++
		case <-time.After(300 * time.Millisecond): // it was let in
		}
	}
	if refused == 0 {
		t.Error("everything is let in")
	}
	if got := h.ask(t, "{ role }", "X-Forwarded-For: 203.0.113.2"); got.status != 200 {
		t.Errorf("another: %d %s", got.status, got.body)
	}
}

// TestShares: one client has half of the places, and others find one.
func TestShares(t *testing.T) {
	h := start(t, func(c *httpapi.Config) {
		c.Limits.Queries = 2
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	const here, elsewhere, token = "X-Forwarded-For: 203.0.113.1", "X-Forwarded-For: 203.0.113.2", "Authorization: Bearer good"
	for name, tc := range map[string]struct {
		payload      string
		same, others []string
	}{
		"an address":  {"", []string{here}, []string{here, token}},
		"an account":  {`,"payload":{"authorization":"Bearer good"}`, []string{elsewhere, token}, []string{here}},
		"and another": {"", []string{here}, []string{elsewhere}},
	} {
		t.Run(name, func(t *testing.T) {
			before := h.schema.late.Load()
			busy := connect(t, h.URL, tc.payload, here)
			busy.subscribe("1", "{ late }")
			for h.schema.late.Load() == before {
				h.send(t, "GET", "/healthz", "")
			}
			if got := h.ask(t, "{ role }", tc.same...); got.status != 503 {
				t.Errorf("the same: %d %s", got.status, got.body)
			}
			for range 3 { // each gives its place back
				if got := h.ask(t, "{ role }", tc.others...); got.status != 200 {
					t.Errorf("another: %d %s", got.status, got.body)
				}
			}
			busy.send(`{"id":"1","type":"complete"}`)
			for try := 0; h.ask(t, "{ role }", tc.same...).status != 200; try++ {
				if try == 1000 {
					t.Fatal("its place isn't given back")
				}
			}
		})
	}
}
