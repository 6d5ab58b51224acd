package main

import (
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/palier-hub/palier/httpapi"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/peers"
	"github.com/palier-hub/palier/peers/redispeers"
	"github.com/palier-hub/palier/telemetry"
	"github.com/palier-hub/palier/telemetry/otelsdk"
)

// sharing says what hubs share beside the ledger, and what clients may ask.
type sharing struct {
	Redis          string   `env:"PALIER_REDIS_URL" placeholder:"URL" help:"Redis by which hubs wake each other and share rate limits and persisted queries: redis://[user:password@]host:6379/0, rediss:// for TLS; ?master_name=… for Sentinels, ?addr=host:port for the further nodes of a cluster. Nothing fails without it."`
	RateLimit      int64    `name:"rate-limit" env:"PALIER_RATE_LIMIT" default:"120000" help:"Cost a minute of what one address may ask without a token; 0 for any."`
	ViewerLimit    int64    `name:"viewer-rate-limit" env:"PALIER_VIEWER_RATE_LIMIT" default:"1200000" help:"Cost a minute of what one account may ask with its tokens; 0 for any."`
	PersonLimit    int64    `name:"person-rate-limit" env:"PALIER_PERSON_RATE_LIMIT" default:"120000" help:"Cost a minute, of its server's, of what one person may ask for whom a server acts; 0 for any."`
	TrustedProxies []string `name:"trusted-proxies" env:"PALIER_TRUSTED_PROXIES" placeholder:"NETWORK,…" help:"Networks of the reverse proxies, such as 10.0.0.0/8, whose X-Forwarded-For says where a client is. Without them all clients of a proxy share one rate limit."`
}

// mostRate bounds what may be asked for: what a bucket holds is reckoned in
// microseconds, exactly.
const mostRate = 1_000_000_000

// wrong is what can't be meant.
func (s *sharing) wrong() (wrong []error) {
	for _, of := range []struct {
		flag  string
		limit int64
	}{{"--rate-limit", s.RateLimit}, {"--viewer-rate-limit", s.ViewerLimit}, {"--person-rate-limit", s.PersonLimit}} {
		if of.limit < 0 || of.limit > mostRate {
			wrong = append(wrong, fmt.Errorf("%s is %d: give the cost of a minute, between 1 and %d, or 0 for any", of.flag, of.limit, mostRate))
		}
	}
	if _, err := s.proxies(); err != nil {
		wrong = append(wrong, err)
	}
	if s.Redis != "" {
		if err := redispeers.Check(s.Redis); err != nil {
			wrong = append(wrong, fmt.Errorf("--redis: %w", err))
		}
	}
	return wrong
}

func (s *sharing) proxies() (networks []netip.Prefix, err error) {
	for _, text := range s.TrustedProxies {
		text = strings.TrimSpace(text)
		if at, err := netip.ParseAddr(text); err == nil {
			networks = append(networks, netip.PrefixFrom(at, at.BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies: %q isn't a network: give one such as 10.0.0.0/8, or an address", text)
		}
		if isNobodys(network) {
			return nil, fmt.Errorf("--trusted-proxies: whoever is in %s could say that it is anybody, and so ask without limit: name the proxies themselves", text)
		}
		networks = append(networks, network.Masked())
	}
	return networks, nil
}

// isNobodys tells whether a network is wider than any that one operator has.
func isNobodys(network netip.Prefix) bool {
	private := netip.MustParsePrefix("fc00::/7") // RFC 4193; those of IPv4 have 8 bits at least
	switch {
	case network.Addr().Is4():
		return network.Bits() < 8
	case network.Bits() >= private.Bits() && private.Contains(network.Addr()):
		return false
	}
	return network.Bits() < 16
}

// connect connects to Redis; nil without one, for a hub that shares nothing.
func (s *sharing) connect(ledgerID string, clock func() time.Time, logger *slog.Logger, recorder *telemetry.Recorder) (*redispeers.Peers, error) {
	if s.Redis == "" {
		return nil, nil
	}
	p, err := redispeers.Open(redispeers.Config{URL: s.Redis, Ledger: ledgerID, Clock: clock, Logger: logger, Recorder: recorder})
	if err != nil {
		return nil, fmt.Errorf("--redis: %w", err)
	}
	return p, nil
}

// share has the surface ask what hubs share.
func (s *sharing) share(c *httpapi.Config, by *redispeers.Peers) error {
	networks, err := s.proxies()
	if err != nil {
		return err
	}
	c.TrustedProxies = networks
	c.RateLimits = httpapi.RateLimits{PerAddress: s.RateLimit, PerViewer: s.ViewerLimit, PerPerson: s.PersonLimit}
	c.Peers = peers.NewLocal(c.Now)
	if by == nil {
		return nil
	}
	c.Peers = by
	ofHub := c.Health
	c.Health = func() httpapi.Status {
		status := ofHub()
		status.Redis = redisHealth(by.Status())
		return status
	}
	return nil
}

// redisHealth tells how a hub stands with Redis. It is ready without.
func redisHealth(s redispeers.Status) *httpapi.RedisStatus {
	if s.Away.IsZero() {
		return &httpapi.RedisStatus{Hearing: s.Hearing}
	}
	return &httpapi.RedisStatus{
		Away:    true,
		Message: "Redis is away since " + s.Away.UTC().Format(time.RFC3339) + ": rate limits and persisted queries are this hub's own, and other hubs' commits are looked for",
	}
}

// wake has the ledger looked at when another hub says that it has appended.
func wake(by *redispeers.Peers, h *hub.Hub, l ledger.Ledger) {
	if w, ok := l.(interface{ Wake() }); ok {
		by.Hear(func(commit uint64) {
			if h.World().Commit() < commit {
				w.Wake()
			}
		})
	}
}

// redisGauges are the figures of Redis.
func redisGauges(p *redispeers.Peers, now func() time.Time) []otelsdk.Gauge {
	uses := func(by string, of func(redispeers.Status) uint64) otelsdk.Gauge {
		return otelsdk.Gauge{Name: "palier.redis.uses", Total: true, Attributes: []attribute.KeyValue{attribute.String("by", by)},
			Description: "Buckets and documents asked for, by who answered: redis, or the hub itself, as its fallback.",
			Read:        func() float64 { return float64(of(p.Status())) }}
	}
	return []otelsdk.Gauge{
		{Name: "palier.redis.away", Unit: "s", Description: "Since when every use of Redis is by the hub alone; 0 while Redis is used.",
			Read: func() float64 { return since(p.Status().Away, now) }},
		{Name: "palier.redis.hearing", Description: "1 while other hubs' commits are told by Redis, 0 while they are looked for.",
			Read: func() float64 { return yes(p.Status().Hearing) }},
		uses("redis", func(s redispeers.Status) uint64 { return s.Asked - min(s.Local, s.Asked) }),
		uses("hub", func(s redispeers.Status) uint64 { return s.Local }),
	}
}
