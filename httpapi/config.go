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
	Reach func(ctx context.Context, commit uint64) error
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

// Limits bound what one request may cost before any work is done.
type Limits struct {
	// BodyBytes of a request. The longest queries of portals have some 20 kB;
	// the rest is room for variables.
	BodyBytes int64
	// MemberBodyBytes of a request with a token: a push of 1,000 spaces has
	// about 1 MB.
	MemberBodyBytes int64
	// Tokens of a GraphQL document, before it is parsed further.
	Tokens int
	// Operation is how long one may take; what reads its context is then
	// interrupted.
	Operation time.Duration
	// Documents that were parsed and validated are kept, so many of them.
	Documents int

	// Streams are the websockets and event streams that may be open at once; each
	// takes some 75 kB with a subscription.
	Streams int
	// SocketOperations may run at once on one websocket.
	SocketOperations int
	// SocketInit is how long a websocket may take to say who it is.
	SocketInit time.Duration
	// KeepAlive is the time between two signs of life on what stays open, which
	// proxies close when it is silent, and the longest for which a viewer whose
	// right has ended can follow.
	KeepAlive time.Duration
	// Write is how long a client may take to read one message, or to answer a
	// sign of life, before it is cut.
	Write time.Duration
}

// DefaultLimits are safe for a public endpoint.
func DefaultLimits() Limits {
	return Limits{
		BodyBytes: 256 << 10, MemberBodyBytes: 4 << 20, Tokens: 2000, Operation: 5 * time.Second, Documents: 1000,
		Streams: 6000, SocketOperations: 25, SocketInit: 5 * time.Second, KeepAlive: 25 * time.Second, Write: 10 * time.Second,
	}
}

func (l Limits) orDefaults() Limits {
	d := DefaultLimits()
	if l.BodyBytes <= 0 {
		l.BodyBytes = d.BodyBytes
	}
	if l.MemberBodyBytes <= 0 {
		l.MemberBodyBytes = d.MemberBodyBytes
	}
	if l.Tokens <= 0 {
		l.Tokens = d.Tokens
	}
	if l.Operation <= 0 {
		l.Operation = d.Operation
	}
	if l.Documents <= 0 {
		l.Documents = d.Documents
	}
	if l.Streams <= 0 {
		l.Streams = d.Streams
	}
	if l.SocketOperations <= 0 {
		l.SocketOperations = d.SocketOperations
	}
	if l.SocketInit <= 0 {
		l.SocketInit = d.SocketInit
	}
	if l.KeepAlive <= 0 {
		l.KeepAlive = d.KeepAlive
	}
	if l.Write <= 0 {
		l.Write = d.Write
	}
	return l
}

// Server is an http.Server whose timeouts keep slow clients from holding it.
// The caller listens, serves and shuts it down.
func Server(addr string, handler http.Handler) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		// A body of 256 kB over a poor mobile line.
		ReadTimeout: 20 * time.Second,
		// Reading, the longest operation, and the answer over the same line.
		WriteTimeout: 60 * time.Second,
		IdleTimeout:  2 * time.Minute,
		// Queries sent by GET are in the request line, which counts here.
		MaxHeaderBytes: 32 << 10,
	}
}
