package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	p := start(t, "--data", t.TempDir())
	addr := strings.TrimPrefix(p.url, "http://")
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	for _, given := range []string{addr, ":" + port, "0.0.0.0:" + port, "[::]:" + port} {
		for _, args := range [][]string{{"healthcheck", "--addr", given}, {"healthcheck", "--ready", "--addr", given}} {
			if out, err := says(t, "", args...); err != nil || out != "" {
				t.Errorf("%v: %v %s", args, err, out)
			}
		}
	}
	p.stop(t)
	if got := fails(t, "healthcheck", "--addr", addr); !strings.Contains(got, "doesn't answer") {
		t.Errorf("stopped: %s", got)
	}
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	if got := fails(t, "healthcheck", "--addr", strings.TrimPrefix(other.URL, "http://")); !strings.Contains(got, "404") {
		t.Errorf("another program: %s", got)
	}
	if got := fails(t, "healthcheck", "--addr", "8080"); !strings.Contains(got, "isn't an address") {
		t.Errorf("no address: %s", got)
	}
}
