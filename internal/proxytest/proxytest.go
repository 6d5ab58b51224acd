// Package proxytest gives tests proxies whose connections they may refuse, cut,
// swallow, slow and reset: Toxiproxy, the program that PALIER_TEST_TOXIPROXY names
// (go build in internal/toxiproxy). Without it, such tests are skipped; where
// PALIER_TEST_ALL is set, as in CI, they fail.
package proxytest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/palier-hub/palier/internal/mongotest"
)

// Program is the variable of the environment that names the server's program.
const Program = "PALIER_TEST_TOXIPROXY"

// Server keeps proxies. It ends with its test.
type Server struct {
	t   testing.TB
	api string
	// proxies is how many there are.
	proxies int
}

// Start starts a server on a free port.
func Start(t testing.TB) *Server {
	t.Helper()
	program := os.Getenv(Program)
	if program == "" {
		mongotest.Missing(t, "this needs Toxiproxy: set "+Program)
	}
	addr := free(t)
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(program, "-host", host, "-port", port)
	if err := process.Start(); err != nil {
		t.Fatalf("starting %s: %v", program, err)
	}
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
	s := &Server{t: t, api: "http://" + addr}
	for range 200 {
		if answer, err := http.Get(s.api + "/version"); err == nil {
			answer.Body.Close()
			return s
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s doesn't answer at %s", program, addr)
	return nil
}

func free(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Proxy stands before a server.
type Proxy struct {
	// Addr is where it listens.
	Addr   string
	server *Server
	name   string
	toxics []string
}

// To makes a proxy before the server at an address.
func (s *Server) To(upstream string) *Proxy {
	s.t.Helper()
	s.proxies++
	p := &Proxy{Addr: free(s.t), server: s, name: fmt.Sprint("proxy", s.proxies)}
	s.ask(http.MethodPost, "/proxies", map[string]any{"name": p.name, "listen": p.Addr, "upstream": upstream, "enabled": true})
	return p
}

// Way is one of the two that bytes go.
type Way string

// The ways.
const (
	Requests Way = "upstream"
	Answers  Way = "downstream"
)

// Refuse closes all connections, and takes none until Heal.
func (p *Proxy) Refuse() { p.enable(false) }

// Reset resets each connection when something comes by one way, instead of letting
// it pass.
func (p *Proxy) Reset(w Way) { p.add("reset_peer", w, map[string]any{"timeout": 0}) }

// Cut closes each connection when so many bytes have passed by one way.
func (p *Proxy) Cut(w Way, bytes int) { p.add("limit_data", w, map[string]any{"bytes": bytes}) }

// Swallow lets nothing pass by one way, and closes nothing.
func (p *Proxy) Swallow(w Way) { p.add("timeout", w, map[string]any{"timeout": 0}) }

// Slow lets everything pass later, by so much, more or less.
func (p *Proxy) Slow(w Way, by, moreOrLess time.Duration) {
	p.add("latency", w, map[string]any{"latency": by.Milliseconds(), "jitter": moreOrLess.Milliseconds()})
}

// Heal ends all that was done to the proxy.
func (p *Proxy) Heal() {
	p.server.t.Helper()
	for _, toxic := range p.toxics {
		p.server.ask(http.MethodDelete, "/proxies/"+p.name+"/toxics/"+toxic, nil)
	}
	p.toxics = nil
	p.enable(true)
}

func (p *Proxy) enable(is bool) {
	p.server.t.Helper()
	p.server.ask(http.MethodPost, "/proxies/"+p.name, map[string]any{"enabled": is})
}

func (p *Proxy) add(kind string, w Way, attributes map[string]any) {
	p.server.t.Helper()
	name := kind + "_" + string(w)
	p.toxics = append(p.toxics, name)
	p.server.ask(http.MethodPost, "/proxies/"+p.name+"/toxics", map[string]any{"name": name, "type": kind, "stream": w, "attributes": attributes})
}

// ask fails the test unless the server does it.
func (s *Server) ask(method, path string, body any) {
	s.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	request, err := http.NewRequest(method, s.api+path, bytes.NewReader(text))
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	if said, _ := io.ReadAll(answer.Body); answer.StatusCode >= 300 {
		s.t.Fatalf("%s %s %s: %d %s", method, path, text, answer.StatusCode, said)
	}
}
