package httpapi

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/palier-hub/palier/domain"
)

const (
	requestIDHeader = "X-Request-Id"
	commitHeader    = "Palier-Commit"
)

// exchange is what is known of one request while it is answered. The handlers
// of a request fill it one after another; the executor's goroutines only read.
type exchange struct {
	id     string
	locale domain.Locale
	identity
	// bytes of the body, so far as it is read.
	bytes int
	// keeping is how long the answer may be kept.
	keeping keeping
	// cost of the operation, and the bucket that it was poured into.
	cost   int64
	bucket bucket
	// operation is the name of the GraphQL operation; "" when it has none.
	operation string
	// address that the request comes from.
	address netip.Addr
}

// identity is who asks, and by what we know it.
type identity struct {
	viewer domain.Viewer
	// class by which its limits are.
	class Class
	// token that says so, "" without one, and when it ends; zero when that isn't
	// known.
	token string
	ends  time.Time
	// since is the last change of what tokens come to that it was verified after.
	since uint64
	// person is the id by which a client names whom it acts for; "" for nobody.
	person string
}

// asking is the viewer, with the state of the rights that they have it by.
func (i identity) asking() domain.Viewer {
	v := i.viewer
	v.RightsAt = i.since
	return v
}

type exchangeKey struct{}

// exchangeOf answers an anonymous exchange outside a request.
func exchangeOf(ctx context.Context) *exchange {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return x
	}
	return &exchange{locale: domain.French, identity: identity{viewer: domain.Anonymous}}
}

// logged gives a request its id and language, and writes one line when it has
// been answered. Query strings, headers and addresses stay out of it: they can
// hold tokens and personal data.
func logged(logger *slog.Logger, now func() time.Time, trusted []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := now()
		x := &exchange{
			id:       requestID(r.Header.Get(requestIDHeader)),
			locale:   domain.LocaleFromHeader(r.Header.Get("Accept-Language")),
			identity: identity{viewer: domain.Anonymous},
			address:  addressOf(r, trusted),
		}
		w.Header().Set(requestIDHeader, x.id)
		counted := &countingWriter{ResponseWriter: w}
		defer func() {
			logger.LogAttrs(r.Context(), slog.LevelInfo, "request",
				slog.String("method", clip(r.Method)),
				slog.String("path", clip(r.URL.Path)),
				slog.String("operation", clip(x.operation)),
				slog.Int("status", counted.status),
				slog.Duration("duration", now().Sub(start)),
				slog.Int64("bytes", counted.bytes),
				slog.String("role", string(x.viewer.Role)),
				slog.String("request", x.id))
		}()
		next.ServeHTTP(counted, r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x)))
	})
}

// requestID keeps the id that a proxy or client gave when it is harmless in
// logs and headers, and draws one otherwise.
func requestID(given string) string {
	if given == "" || len(given) > 64 {
		return rand.Text()
	}
	for _, c := range []byte(given) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return rand.Text()
		}
	}
	return given
}

// clip keeps a log line short whatever a client sends.
func clip(s string) string {
	const most = 120
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// countingWriter notes the status and size of an answer.
type countingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *countingWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *countingWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Flush is for those who look for http.Flusher; the next write has its error.
func (w *countingWriter) Flush() { http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap lets http.ResponseController reach the connection.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
