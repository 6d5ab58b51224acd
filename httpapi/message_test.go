package httpapi_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/palier-hub/palier/httpapi"
)

// begin sends so much of a message, and not its end.
func (s socket) begin(bytes int) {
	s.t.Helper()
	w, err := s.conn.Writer(s.t.Context(), websocket.MessageText)
	if err != nil {
		s.t.Fatal(err)
	}
	io.WriteString(w, strings.Repeat(" ", bytes)) // a socket that is closed meanwhile says why
}

// TestUnfinishedMessages: messages that don't end have a client's part of the memory
// only, until they are cut off.
func TestUnfinishedMessages(t *testing.T) {
	h := start(t, func(c *httpapi.Config) {
		c.Limits.By[httpapi.ClassPublic].BodyBytes = 16<<20 - 1 // of 64 MB
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	const here, elsewhere = "X-Forwarded-For: 203.0.113.1", "X-Forwarded-For: 203.0.113.2"
	idle := connect(t, h.URL, "", here)
	ends := make(chan error, 5)
	var open []socket
	for range cap(ends) {
		s := connect(t, h.URL, "", here)
		open = append(open, s)
		go func() {
			_, _, err := s.conn.Read(t.Context())
			ends <- err
		}()
		s.begin(9 << 20)
	}
	select {
	case err := <-ends:
		if websocket.CloseStatus(err) != websocket.StatusTryAgainLater || !strings.Contains(err.Error(), "OVERLOADED: ") {
			t.Fatalf("one too many is closed by %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("one too many is let in")
	}
	idle.send(`{"type":"ping"}`) // what is short finds room
	idle.wants("", "pong", "")
	long := "{ role }" + strings.Repeat(" ", 9<<20)
	other := connect(t, h.URL, "", elsewhere)
	for range 5 { // each gives its room back
		other.subscribe("1", long)
		other.wants("1", "next", `"role":"PUBLIC"`)
		other.wants("1", "complete", "")
	}
	for _, s := range open {
		s.conn.CloseNow()
	}
	for try := 0; ; try++ { // until the server has noticed
		again := connect(t, h.URL, "", here)
		again.subscribe("1", long)
		m, err := again.read()
		if err == nil && m.Type == "next" {
			break
		}
		if try == 100 {
			t.Fatalf("cut off, they keep their room: %v", err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestUnfinishedMessagesAreCharged, as they arrive.
func TestUnfinishedMessagesAreCharged(t *testing.T) {
	h := start(t, limited(150, 0))
	s := connect(t, h.URL, "")
	s.begin(200 << 10)
	s.closed(4429)

	h = start(t, limited(1000, 0))
	gone := connect(t, h.URL, "")
	gone.begin(100 << 10)
	gone.conn.CloseNow()
	var got string
	for range 200 { // until the server has noticed
		if got = h.ask(t, "{ role }").body; strings.Contains(got, `"available":8`) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("100 kB cut off: %s", got)
}

// raw opens a websocket whose frames are made by hand, and begins.
func raw(t *testing.T, h *hub) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", h.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprint(conn, "GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"+frame(`{"type":"connection_init"}`))
	return conn
}

// closeFrame is that of a server, as far as its code.
func closeFrame(text []byte, code uint16) bool {
	at := bytes.IndexByte(text, 0x88)
	return at >= 0 && len(text) >= at+4 && binary.BigEndian.Uint16(text[at+2:]) == code
}

// TestLateMessages: one that isn't whole in time closes its socket, whatever else the
// client says; and so does one that waits for the goodbye without end.
func TestLateMessages(t *testing.T) {
	const (
		pong = "\x8a\x80\x00\x00\x00\x00"
		more = "\x00\x81\x00\x00\x00\x00 "
	)
	begun := "\x01" + frame(`{"type":"ping"`)[1:]
	stalls := "\x81\xfe\x10\x00\x00\x00\x00\x00{" // of 4 kB
	for name, tc := range map[string]struct {
		first, then string
		code        uint16
	}{
		"with signs of life": {begun, pong, 4408},
		"drop by drop":       {begun, more, 4408},
		"within a frame":     {stalls, "", 4408},
		"one letter a time":  {stalls, " ", 4408},
		"of bytes":           {"\x82" + stalls[1:], " ", 4400},
		"after nonsense":     {frame("nonsense") + stalls, " ", 4400},
	} {
		t.Run(name, func(t *testing.T) {
			h := start(t, func(c *httpapi.Config) {
				c.Limits.Read, c.Limits.Write = 100*time.Millisecond, 500*time.Millisecond
			})
			conn := raw(t, h)
			fmt.Fprint(conn, tc.first)
			go func() {
				for {
					if _, err := fmt.Fprint(conn, tc.then); err != nil {
						return
					}
					time.Sleep(10 * time.Millisecond)
				}
			}()
			begun := time.Now()
			got, _ := io.ReadAll(conn) // it is closed, if need be with what was still on the way
			if !closeFrame(got, tc.code) || time.Since(begun) > 5*time.Second {
				t.Errorf("after %s: %q", time.Since(begun), got)
			}
		})
	}
	t.Run("whole in time", func(t *testing.T) {
		h := start(t, func(c *httpapi.Config) { c.Limits.Read = 100 * time.Millisecond })
		s := connect(t, h.URL, "")
		for range 3 { // each has its own
			time.Sleep(70 * time.Millisecond)
			s.send(`{"type":"ping"}`)
			s.wants("", "pong", "")
		}
	})
}

// TestFramesAreCharged: what no message pays for, signs of life and frames that hold
// nothing, fills the bucket, and then closes the socket.
func TestFramesAreCharged(t *testing.T) {
	const (
		ping   = "\x89\x80\x00\x00\x00\x00"
		pong   = "\x8a\x80\x00\x00\x00\x00"
		begins = "\x01\x80\x00\x00\x00\x00"
		empty  = "\x00\x80\x00\x00\x00\x00"
		drop   = "\x00\x81\x00\x00\x00\x00 "
	)
	for name, tc := range map[string]struct {
		first, flood string
	}{
		"pings":                   {"", ping},
		"pongs":                   {"", pong},
		"pings within a message":  {begins, ping},
		"fragments of nothing":    {begins, empty},
		"fragments of one letter": {begins, drop},
		"after the goodbye":       {frame("nonsense"), empty},
	} {
		t.Run(name, func(t *testing.T) {
			h := start(t, limited(100, 0))
			conn := raw(t, h)
			go func() {
				fmt.Fprint(conn, tc.first)
				for flood := strings.Repeat(tc.flood, 1000); ; {
					if _, err := io.WriteString(conn, flood); err != nil {
						return
					}
				}
			}()
			begun := time.Now()
			got, _ := io.ReadAll(conn)
			code := uint16(4429)
			if strings.HasPrefix(tc.first, "\x81") {
				code = 4400
			}
			if !closeFrame(got, code) || bytes.Count(got, []byte("\x8a\x00")) > 100 || time.Since(begun) > 5*time.Second {
				t.Errorf("after %s: %q", time.Since(begun), got)
			}
			for range 16 { // too little for what came next
				h.ask(t, "{ role }")
			}
			if got := h.ask(t, "{ role }"); !strings.Contains(got.body, "RATE_LIMITED") {
				t.Errorf("the address has something left: %s", got.body)
			}
		})
	}
	t.Run("broken off", func(t *testing.T) {
		h := start(t, limited(1000, 0))
		conn := raw(t, h)
		fmt.Fprint(conn, begins+strings.Repeat(empty, 1000)) // 6 kB
		conn.(*net.TCPConn).CloseWrite()
		for asked := 1; ; asked++ { // until the server has noticed
			got := h.ask(t, "{ role }").body
			// The upgrade, what begins, the message, and its frames.
			if strings.Contains(got, fmt.Sprintf(`"available":%d,`, 1000-3-5-asked)) {
				return
			}
			if asked == 200 {
				t.Fatalf("6 kB of frames: %s", got)
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
}

// TestSignsOfLifeAreFree: one a second, and the answers to the hub's own; their bytes
// aren't counted to the message that follows.
func TestSignsOfLifeAreFree(t *testing.T) {
	clock := atomic.Int64{}
	h := start(t, func(c *httpapi.Config) {
		limited(100, 0)(c)
		c.Now = func() time.Time { return stopped().Add(time.Duration(clock.Load())) }
		c.Limits.KeepAlive = time.Millisecond
	})
	s := connect(t, h.URL, "") // twice: it was opened, and it has begun
	ctx := s.conn.CloseRead(t.Context())
	for range 200 { // and as many are asked of it
		clock.Add(int64(time.Second))
		if err := s.conn.Ping(ctx); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	if got := h.ask(t, "{ role }"); !strings.Contains(got.body, `"available":97`) {
		t.Errorf("after 200 signs of life: %s", got.body)
	}
	s.conn.Ping(ctx) // at the same time as the last
	s.conn.Ping(ctx)
	if got := h.ask(t, "{ role }"); !strings.Contains(got.body, `"available":94`) {
		t.Errorf("after two more at once: %s", got.body)
	}
}
