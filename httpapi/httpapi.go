package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rs/cors"

	"github.com/palier-hub/palier/peers"
)

// Surface is the whole HTTP surface, a handler.
type Surface struct {
	http.Handler
	streams *streams
}

// Shutdown ends what stays open, websockets and event streams, so that their
// clients connect elsewhere and resume, and waits for it: http.Server's Shutdown
// doesn't know of the former and would wait for the latter. The error is the
// context's.
func (s *Surface) Shutdown(ctx context.Context) error { return s.streams.shutdown(ctx) }

// AccessChanged has what is open verified again: what tokens come to has changed.
func (s *Surface) AccessChanged() { s.streams.verifyAgain() }

// Streams is how many websockets and event streams are open.
func (s *Surface) Streams() int { return s.streams.count() }

// New makes the surface:
//
//	/graphql           GraphQL: queries by GET and POST, mutations by POST, all and
//	                   subscriptions by websocket and server-sent events
//	/schema.graphql    the public schema
//	/subgraph.graphql  the schema as a graph of a federation
//	/healthz           whether the process is alive
//	/readyz            whether it should get traffic
//	/metrics           figures for Prometheus
//	/                  what this is, for people
//	/explorer          GraphiQL with example queries
//	/assets/           what the pages are made of
func New(c Config) *Surface {
	c.Limits = c.Limits.orDefaults()
	if c.Peers == nil {
		c.Peers = peers.NewLocal(c.Now)
	}
	e := errorEdge{logger: c.Logger, limits: c.Limits}
	origins := crossOrigin(c.AllowedOrigins, c.OpensFrom)
	pages := newPages(c)
	open := newStreams(c, e)

	mux := http.NewServeMux()
	mux.Handle("/graphql", origins.Handler(newGraphQL(c, e, open, origins)))
	mux.Handle("/schema.graphql", origins.Handler(readOnly(pages.schema.serve)))
	mux.Handle("/subgraph.graphql", origins.Handler(readOnly(pages.subgraph.serve)))
	mux.Handle("/healthz", readOnly(alive))
	mux.Handle("/readyz", readOnly(ready(c.Health)))
	if c.Metrics != nil {
		mux.Handle("/metrics", readOnly(metrics(c.Metrics, c.MetricsToken)))
	}
	mux.Handle("/{$}", readOnly(pages.landing.serve))
	mux.Handle("/explorer", readOnly(pages.explorer.serve))
	mux.Handle("/assets/{name}", readOnly(pages.assets.serve))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		problem{
			status: http.StatusNotFound, code: "NOT_FOUND",
			french:  "rien à cette adresse ; l'API répond sur /graphql, et / présente le service",
			english: "nothing at this address; the API answers at /graphql, and / presents the service",
		}.write(w, r)
	})
	return &Surface{logged(c.Logger, c.Now, c.TrustedProxies, e.recovering(hardened(mux))), open}
}

// readOnly lets GET and HEAD through.
func readOnly(serve http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			methodNotAllowed(w, r, "GET, HEAD")
			return
		}
		serve(w, r)
	})
}

// hardened sets the headers that hold for every answer. A page widens the
// content policy by its own; everything else is data and may load nothing.
func hardened(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		next.ServeHTTP(w, r)
	})
}

// crossOrigin lets the scripts of some sites read answers. Credentials stay off: a
// browser then sends no cookie, and a viewer is known only by the header that the
// script itself sets. The sites of keys are among them, whoever asks from there:
// the browser wants to know before it shows the key.
func crossOrigin(origins []string, opensFrom func(string) bool) *cors.Cors {
	options := cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: []string{http.MethodGet, http.MethodPost},
		AllowedHeaders: []string{
			"Authorization", "Content-Type", "Accept-Language", "Idempotency-Key",
			minCommitHeader, onBehalfOfHeader, requestIDHeader, preflightHeader, operationHeader,
		},
		ExposedHeaders: []string{commitHeader, requestIDHeader, "Retry-After"},
		MaxAge:         600, // seconds; browsers cap it at two hours
	}
	if len(origins) == 0 { // which the library takes for all
		options.AllowOriginFunc = func(string) bool { return false }
	}
	if opensFrom != nil && !slices.Contains(origins, "*") {
		named := cors.New(options)
		options.AllowedOrigins, options.AllowOriginFunc = nil, nil
		options.AllowOriginVaryRequestFunc = func(r *http.Request, origin string) (bool, []string) {
			return named.OriginAllowed(r) || opensFrom(origin), nil
		}
	}
	return cors.New(options)
}

// mayConnect tells whether a websocket may be opened: by what isn't a browser,
// by our own pages, and by the sites whose scripts may read answers.
func mayConnect(origins *cors.Cors) func(*http.Request) bool {
	return func(r *http.Request) bool {
		origin := r.Header.Get("Origin")
		if origin == "" || origins.OriginAllowed(r) {
			return true
		}
		from, err := url.Parse(origin)
		return err == nil && strings.EqualFold(from.Host, r.Host)
	}
}
