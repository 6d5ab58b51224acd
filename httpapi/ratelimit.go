package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/peers"
)

// RateLimits bound how much one client may ask: each is a leaky bucket, filled by
// so many operations at once, or by more than so many a minute in the long run. One
// that is zero doesn't limit.
type RateLimits struct {
	// PerAddress is for those without a token.
	PerAddress int64
	// PerViewer is for those with one, by whom it names, from wherever they ask.
	PerViewer int64
}

// rateWindow is the time in which a full bucket empties.
const rateWindow = time.Minute

// operationCost is what each operation pours. A subscription costs no more for its
// events.
const operationCost = 1

// meter counts what clients ask.
type meter struct {
	peers  peers.Peers
	limits RateLimits
}

// charge charges whoever asks for one operation. The error is one to tell.
func (m meter) charge(ctx context.Context) error {
	x := exchangeOf(ctx)
	limit, by, key := m.limits.PerAddress, byAddress, household(x.address)
	if v := x.viewer; x.token != "" {
		// Persons for whom a server acts are counted as the server.
		limit, by, key = m.limits.PerViewer, byViewer, fmt.Sprintf("%s/%s/%s", v.Role, v.Organisation(), v.Actor)
	}
	if limit <= 0 {
		return nil
	}
	level := m.peers.Take(ctx, by+"/"+key, peers.Rate{Limit: limit, Window: rateWindow}, operationCost)
	if level.Taken {
		return nil
	}
	return &rateLimitedError{by: by, limit: limit, level: level}
}

// What a bucket is of.
const (
	byAddress = "ADDRESS"
	byViewer  = "VIEWER"
)

// rateLimitedError says that a client asks too much.
type rateLimitedError struct {
	by    string
	limit int64
	level peers.Level
}

func (e *rateLimitedError) Error() string {
	return fmt.Sprintf("%s asks more than %d operations a minute", e.by, e.limit)
}

func (*rateLimitedError) ErrorCode() string { return "RATE_LIMITED" }

func (e *rateLimitedError) Say(l domain.Locale) string {
	if e.by == byViewer {
		return fmt.Sprintf(l.In(
			"ce compte demande plus de %d opérations par minute : attendez %d s, puis espacez les requêtes ou demandez-en plus à la fois",
			"this account asks more than %d operations a minute: wait %d s, then space requests out or ask for more at a time"), e.limit, e.seconds())
	}
	return fmt.Sprintf(l.In(
		"cette adresse demande plus de %d opérations par minute : attendez %d s et espacez les requêtes, ou présentez un jeton",
		"this address asks more than %d operations a minute: wait %d s and space requests out, or present a token"), e.limit, e.seconds())
}

// Facts say the limit, the value that would be above it, and when to try again.
func (e *rateLimitedError) Facts() map[string]any {
	return map[string]any{
		"by": e.by, "limit": e.limit, "value": e.level.Value,
		"windowSeconds": int(rateWindow.Seconds()), "retryAfterSeconds": e.seconds(),
	}
}

// seconds to wait, rounded up: Retry-After has whole ones.
func (e *rateLimitedError) seconds() int {
	return int((e.level.Wait + time.Second - 1) / time.Second)
}

// metered lets a request through that doesn't ask too much. What comes over a
// websocket later is charged operation by operation.
func metered(m meter, e errorEdge, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := m.charge(r.Context()); err != nil {
			refuse(w, r, http.StatusTooManyRequests, e.tell(r.Context(), err))
			return
		}
		next.ServeHTTP(w, r)
	})
}
