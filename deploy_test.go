package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/internal/race"
)

// proxied is the URL of a proxy with the example's configuration, in plain HTTP.
func proxied(t *testing.T, hubs ...string) string {
	t.Helper()
	caddy, err := exec.LookPath("caddy")
	if err != nil {
		mongotest.Missing(t, "this needs the proxy of the example: install caddy")
	}
	url := "http://" + freeAddress(t)
	c := exec.Command(caddy, "run", "--config", "deploy/Caddyfile", "--adapter", "caddyfile")
	c.Env = append(c.Environ(), "PALIER_SITE="+url, "PALIER_HUBS="+strings.Join(hubs, " "), "HOME="+t.TempDir(), "XDG_DATA_HOME=", "XDG_CONFIG_HOME=")
	log := newBuffer()
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
		if t.Failed() {
			t.Logf("the proxy: %s", log)
		}
	})
	await(t, 20*time.Second, "the proxy", func() bool {
		response, err := http.Get(url + "/healthz")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	return url
}

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer free.Close()
	return free.Addr().String()
}

// TestBehindTheProxy: behind the example's proxy, queries, websockets and event
// streams work; hubs are started again one after another under load, and no request
// fails.
func TestBehindTheProxy(t *testing.T) {
	if race.Enabled {
		t.Skip("other programs are tested without the race detector")
	}
	uri, dir := mongotest.URI(t), t.TempDir()
	addresses := []string{freeAddress(t), freeAddress(t), freeAddress(t)}
	begin := func(n int) *program {
		return start(t, "--addr", addresses[n], "--mongo", uri, "--data", dir, "--drain", "4s", "--trusted-proxies", "127.0.0.0/8", "--rate-limit", "0", "--viewer-rate-limit", "0")
	}
	hubs := []*program{begin(0), begin(1), begin(2)}
	url := proxied(t, addresses...)
	token := staffToken(t, dir)

	if answer, err := http.Get(url + "/healthz"); err != nil || answer.Header.Get("Strict-Transport-Security") != "max-age=31536000" {
		t.Errorf("by the proxy: %v, %v", answer, err)
	} else {
		answer.Body.Close()
	}
	ended := make(chan error, 1)
	conn := listen(t, url, token)
	events := stream(t, url, token)
	// Both begin from now on, which may be late on a machine that has much to do.
	var line string
	for try := 0; line == "" && try < 5; try++ {
		_, commit := registerLandlord(t, url, token, fmt.Sprint("followed ", try))
		written := time.Now()
		select {
		case line = <-events:
			t.Logf("the event of commit %s takes %v: %s", commit, time.Since(written), line)
		case <-time.After(5 * time.Second):
		}
	}
	if !strings.Contains(line, `"commit":`) {
		t.Errorf("no event came through the proxy: %q", line)
	}
	go func() {
		_, _, err := conn.Read(context.Background())
		ended <- err
	}()

	var asked, failed atomic.Int64
	loading, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for client := range 4 {
		all.Go(func() {
			for n := 0; loading.Err() == nil; n++ {
				asked.Add(1)
				query := "{ landlords { totalCount } }"
				if n%50 == 0 {
					query = fmt.Sprintf(`mutation { landlordRegister(input: { landlord: { name: "Bailleur %d %d", kind: OPH } }) { commit userErrors { code } } }`, client, n)
				}
				body, status := ask(t, url, token, query, "", "")
				if status != http.StatusOK || strings.Contains(body, `"errors"`) {
					failed.Add(1)
					t.Errorf("%d %s", status, body)
				}
				time.Sleep(2 * time.Millisecond)
			}
		})
	}
	for n := range hubs {
		hubs[n].stop(t)
		hubs[n] = begin(n)
		time.Sleep(1500 * time.Millisecond) // the proxy sees that it is there
	}
	stop()
	all.Wait()
	t.Logf("%d requests, %d failed", asked.Load(), failed.Load())
	if asked.Load() < 100 {
		t.Error("there was no load")
	}
	select {
	case err := <-ended:
		if websocket.CloseStatus(err) != websocket.StatusGoingAway {
			t.Errorf("the websocket ended with %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("the websocket stayed open though its hub was stopped")
	}

	for _, path := range []string{"/metrics", "/Metrics", "//metrics", "/metrics/", "/%6detrics", "/./metrics", "/debug/pprof/", "/debug"} {
		response, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, response.Status)
		}
	}
	for _, h := range hubs {
		h.cancel() // all at once
	}
	for _, h := range hubs {
		h.stop(t)
	}
}

// TestTheProxySaysWhoAsks, and believes nobody who says it of themselves.
func TestTheProxySaysWhoAsks(t *testing.T) {
	t.Parallel()
	said := make(chan string, 1)
	hub := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/graphql" {
			said <- r.Header.Get("X-Forwarded-For")
		}
	}))
	defer hub.Close()
	url := proxied(t, strings.TrimPrefix(hub.URL, "http://"))
	request, err := http.NewRequest(http.MethodGet, url+"/graphql", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Forwarded-For", "203.0.113.9")
	send(t, request)
	if got := <-said; got != "127.0.0.1" {
		t.Errorf("X-Forwarded-For: %s", got)
	}
}

// stream follows changes by an event stream, and tells the lines of data.
func stream(t *testing.T, url, token string) <-chan string {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, url+"/graphql", strings.NewReader(`{"query":"subscription { changes(kinds: [LANDLORD]) { commit } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	if kind := response.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		t.Fatalf("a stream is %s, %s", response.Status, kind)
	}
	lines := make(chan string, 1)
	go func() {
		for all := bufio.NewScanner(response.Body); all.Scan(); {
			if data, ok := strings.CutPrefix(all.Text(), "data:"); ok {
				select {
				case lines <- data:
				default:
				}
			}
		}
	}()
	return lines
}
