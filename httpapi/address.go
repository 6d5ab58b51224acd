package httpapi

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// forwardedHeader has the addresses that a request came by, each proxy's addition
// last. Anyone can write into it, so only what a proxy of ours has added counts.
const forwardedHeader = "X-Forwarded-For"

// addressOf is the address that a request comes from: that of its connection, or,
// while that is of a proxy which is trusted, the one that it names. From the end
// of the header to the front, the first that isn't trusted is the client's,
// whatever it has put before. The zero value when the connection has none.
func addressOf(r *http.Request, trusted []netip.Prefix) netip.Addr {
	at, ok := parseAddress(r.RemoteAddr)
	if !ok || len(trusted) == 0 {
		return at
	}
	named := strings.Split(strings.Join(r.Header.Values(forwardedHeader), ","), ",")
	for _, hop := range slices.Backward(named) {
		if !slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(at) }) {
			return at
		}
		next, ok := parseAddress(strings.TrimSpace(hop))
		if !ok { // a proxy that names nobody is as far as we see
			return at
		}
		at = next
	}
	return at
}

// parseAddress reads an address, with a port or without.
func parseAddress(text string) (netip.Addr, bool) {
	at, err := netip.ParseAddr(text)
	if err != nil {
		with, err := netip.ParseAddrPort(text)
		if err != nil {
			return netip.Addr{}, false
		}
		at = with.Addr()
	}
	return at.Unmap().WithZone(""), true
}

// household is what one client has of addresses: in version 6, at least all that
// begin with the same 64 bits.
func household(at netip.Addr) string {
	if !at.IsValid() {
		return "unknown"
	}
	if at.Is6() {
		if p, err := at.Prefix(64); err == nil {
			return p.String()
		}
	}
	return at.String()
}
