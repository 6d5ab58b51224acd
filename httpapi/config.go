package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/peers"
	"github.com/palier-hub/palier/telemetry"
)

// Config is what the HTTP surface is made of. Schema, Verify, ActFor, Begin,
// Extensions, Health, Logger and Now are needed.
type Config struct {
	Schema graphql.ExecutableSchema
	// PublicSDL is served at /schema.graphql, and is what the explorer reads.
	PublicSDL string
	// SubgraphSDL is served at /subgraph.graphql.
	SubgraphSDL string

	// Verify answers what a bearer token comes to. Its errors are shown to the
	// client; they should have the methods that the package comment names.
	Verify func(ctx context.Context, token string) (domain.Credential, error)
	// AccessChanged is the last commit that changed what Verify says of some token;
	// nil when none does. What is open is verified again before it shows anything
	// later, and at once when Surface.AccessChanged says so.
	AccessChanged func() uint64
	// OpensFrom tells whether a key may be used by the pages of a site; nil for none.
	OpensFrom func(origin string) bool
	// ActFor answers the viewer that acts for a person, by an id as a client names
	// it. Its errors should have the methods that the package comment names; the
	// code of a refusal is ON_BEHALF_OF_REFUSED.
	ActFor func(ctx context.Context, v domain.Viewer, person string) (domain.Viewer, error)
	// Begin opens the read session of one response. It is called once per
	// response, so that each event of a subscription gets a fresh one, before
	// there is an event: a session must read nothing yet. It is called for a
	// subscription itself too, for what feeds it.
	Begin func(ctx context.Context, v domain.Viewer, l domain.Locale) context.Context
	// Ended is why the subscription of a context, which Begin made, has come to
	// its end; nil when it is simply over. Its errors are told like a resolver's.
	Ended func(ctx context.Context) error
	// Extensions is what a response says of itself in extensions.palier, asked
	// for when its data is complete. A "commit" there is sent as the header
	// Palier-Commit too.
	Extensions func(ctx context.Context) map[string]any
	// Reach returns once what Begin opens holds a commit (Palier-Min-Commit), or
	// answers why it doesn't in time; the header is ignored when it is nil.
	Reach func(ctx context.Context, client string, commit uint64) error
	// Present is the newest commit that fields can be resolved from, the "commit" of
	// Extensions then; equal subscribers share the events that are made of it. Nil
	// shares none.
	Present func() uint64
	// Peers keep what clients have asked lately, and the documents that they name by
	// their hash; this surface alone does when it is nil.
	Peers peers.Peers
	// Health tells how the hub is.
	Health func() Status

	Logger *slog.Logger
	// Recorder is told of operations; nil for nobody.
	Recorder *telemetry.Recorder
	// Metrics is served at /metrics, to whoever has MetricsToken where there is
	// one; nothing is there when it is nil.
	Metrics      http.Handler
	MetricsToken string
	// Now is the clock, for the durations in the access log.
	Now func() time.Time

	// AllowedOrigins are the sites whose scripts may read answers ("*" for
	// any, which is safe: a viewer is known by a header, never by a cookie).
	// None when empty.
	AllowedOrigins []string
	// Limits that are zero are those of DefaultLimits.
	Limits Limits
	// RateLimits that are zero don't limit.
	RateLimits RateLimits
	// Trusted are documents that clients name by an id, as ReadManifest answers them.
	Trusted map[string]string
	// TrustedOnly tells which classes are served no others.
	TrustedOnly [classes]bool
	// TrustedProxies are the networks whose X-Forwarded-For is believed. Without
	// them a client is where its connection comes from.
	TrustedProxies []netip.Prefix
	// Introspection is on in development too.
	Introspection bool
	// Development tells more to whoever asks: introspection and suggestions.
	Development bool
	// Attributions of the data, shown on the page for people.
	Attributions []string
}

// Server is an http.Server whose timeouts keep slow clients from holding it.
// The caller listens, serves and shuts it down.
func Server(addr string, handler http.Handler) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       DefaultLimits().Read,
		// Reading, the longest operation, and the answer over the same line.
		WriteTimeout: 60 * time.Second,
		IdleTimeout:  2 * time.Minute,
		// Queries sent by GET are in the request line, which counts here.
		MaxHeaderBytes: 32 << 10,
	}
}
