package httpapi

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestAddressOf(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, c := range map[string]struct {
		peer      string
		forwarded []string
		trusted   []netip.Prefix
		want      string
	}{
		"no proxy":                         {"198.51.100.7:5000", nil, nil, "198.51.100.7"},
		"none is trusted":                  {"198.51.100.7:5000", []string{"203.0.113.1"}, nil, "198.51.100.7"},
		"not even a private one":           {"10.0.0.1:5000", []string{"203.0.113.1"}, nil, "10.0.0.1"},
		"spoofed, past the proxy":          {"198.51.100.7:5000", []string{"203.0.113.1"}, proxies, "198.51.100.7"},
		"spoofed as a proxy":               {"198.51.100.7:5000", []string{"203.0.113.1, 10.0.0.1"}, proxies, "198.51.100.7"},
		"by a proxy":                       {"10.0.0.1:5000", []string{"203.0.113.1"}, proxies, "203.0.113.1"},
		"spoofed, by a proxy":              {"10.0.0.1:5000", []string{"192.0.2.1, 203.0.113.1"}, proxies, "203.0.113.1"},
		"spoofed by a header of its own":   {"10.0.0.1:5000", []string{"192.0.2.1", "203.0.113.1"}, proxies, "203.0.113.1"},
		"spoofed with a proxy's address":   {"10.0.0.1:5000", []string{"192.0.2.1, 10.9.9.9, 203.0.113.1"}, proxies, "203.0.113.1"},
		"by two proxies":                   {"10.0.0.1:5000", []string{"192.0.2.1, 203.0.113.1, 10.0.0.2"}, proxies, "203.0.113.1"},
		"nonsense before the client":       {"10.0.0.1:5000", []string{"nonsense, 203.0.113.1"}, proxies, "203.0.113.1"},
		"nonsense of the proxy":            {"10.0.0.1:5000", []string{"203.0.113.1, unknown"}, proxies, "10.0.0.1"},
		"a proxy that adds nothing":        {"10.0.0.1:5000", nil, proxies, "10.0.0.1"},
		"empty":                            {"10.0.0.1:5000", []string{""}, proxies, "10.0.0.1"},
		"all are trusted":                  {"10.0.0.1:5000", []string{"10.0.0.3, 10.0.0.2"}, proxies, "10.0.0.3"},
		"with a port":                      {"10.0.0.1:5000", []string{"203.0.113.1:444"}, proxies, "203.0.113.1"},
		"version 6":                        {"[fd00::1]:5000", []string{"2001:db8:0:1:2::3"}, proxies, "2001:db8:0:1::/64"},
		"version 6 with a port":            {"[fd00::1]:5000", []string{"[2001:db8:0:1:2::3]:444"}, proxies, "2001:db8:0:1::/64"},
		"version 6 with a zone":            {"[fe80::1%eth0]:5000", nil, proxies, "fe80::/64"},
		"version 4 in 6, as a proxy":       {"[::ffff:10.0.0.1]:5000", []string{"::ffff:203.0.113.1"}, proxies, "203.0.113.1"},
		"a socket of the file system":      {"@", []string{"203.0.113.1"}, proxies, "unknown"},
		"many addresses, of which one is":  {"10.0.0.1:5000", []string{strings.Repeat("192.0.2.1,", 3000) + "203.0.113.1"}, proxies, "203.0.113.1"},
		"many proxies, as far as they are": {"10.0.0.1:5000", []string{strings.Repeat("10.0.0.9,", 3000) + "10.0.0.2"}, proxies, "10.0.0.9"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		for _, line := range c.forwarded {
			r.Header.Add("X-Forwarded-For", line)
		}
		if got := household(addressOf(r, c.trusted)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
