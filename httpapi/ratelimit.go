package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/peers"
)

// RateLimits bound how much one client may ask, in cost: each is a leaky bucket,
// filled by so much at once, or by more than so much a minute in the long run. One
// that is zero doesn't limit.
type RateLimits struct {
	// PerAddress is for those without a token.
	PerAddress int64
	// PerViewer is for those with one, by whom it names, from wherever they ask.
	PerViewer int64
	// PerPerson is, beside that, for each person whom a server names that acts for
	// them.
	PerPerson int64
}

// rateWindow is the time in which a full bucket empties.
const rateWindow = time.Minute

// leastCost is what each operation pours, whatever becomes of it, before anything of
// it is looked at. A subscription costs no more for its events.
const leastCost = 1

// meter counts what clients ask.
type meter struct {
	peers  peers.Peers
	limits RateLimits
}

// charge charges whoever asks for an operation, of which no more is known yet. The
// error is one to tell.
func (m meter) charge(ctx context.Context) error { return m.pour(ctx, leastCost) }

// bytesPerCost is how much of a body costs 1: it takes time to read, whatever it says.
const bytesPerCost = 1024

// chargeBytes charges so much, and for so many bytes.
func (m meter) chargeBytes(ctx context.Context, cost int64, bytes int) error {
	cost += int64(bytes / bytesPerCost)
	if cost == 0 {
		return nil
	}
	return m.pour(ctx, cost)
}

// chargeRest charges for what an operation costs besides.
func (m meter) chargeRest(ctx context.Context, cost int64) error {
	if cost <= leastCost {
		return nil
	}
	return m.pour(ctx, cost-leastCost)
}

func (m meter) pour(ctx context.Context, cost int64) error {
	x := exchangeOf(ctx)
	by, name := x.client()
	if by == byAddress {
		return m.pourInto(ctx, m.limits.PerAddress, by, name, cost)
	}
	if err := m.pourInto(ctx, m.limits.PerViewer, by, name, cost); err != nil || x.viewer.OnBehalfOf == "" {
		return err
	}
	return m.pourInto(ctx, m.limits.PerPerson, byPerson, name+"/"+string(x.viewer.OnBehalfOf), cost)
}

// client is whom to hold to a share: an address, which is all that is known of who
// has no token, and of visitors of public pages; else an account.
func (x *exchange) client() (by, name string) {
	if v := x.viewer; x.token != "" && v.Embedded == "" {
		return byViewer, fmt.Sprintf("%s/%s/%s", v.Role, v.Organisation(), v.Actor)
	}
	return byAddress, household(x.address)
}

// pourInto pours into one bucket. What is left in the last is what the client is told.
func (m meter) pourInto(ctx context.Context, limit int64, by, key string, cost int64) error {
	if limit <= 0 {
		return nil
	}
	level := m.peers.Take(ctx, by+"/"+key, peers.Rate{Limit: limit, Window: rateWindow}, cost)
	exchangeOf(ctx).bucket = bucket{limit, level.Value}
	if level.Taken {
		return nil
	}
	return &rateLimitedError{by: by, limit: limit, level: level}
}

// Client names whom to hold to a share of what there is at once, within a request.
func Client(ctx context.Context) string { return exchangeOf(ctx).clientKey() }

// clientKey names whom to hold to a share of what there is at once: an address, or
// an organisation with all its accounts and keys; an account that has none.
func (x *exchange) clientKey() string {
	by, name := x.client()
	if organisation := x.viewer.Organisation(); by == byViewer && organisation != "" {
		name = string(organisation)
	}
	return by + "/" + name
}

// bucket is how full a client's is.
type bucket struct{ limit, value int64 }

// costExtension is what an answer says of its operation's cost: what was reckoned
// and charged, the most that it may be, what is left in the bucket that holds
// capacity, and what leaks from it in a second. What the operation has really taken
// isn't known, and not said.
func (x *exchange) costExtension(l Limits) map[string]any {
	facts := map[string]any{"requested": x.cost, "limit": l.By[x.class].Cost}
	if b := x.bucket; b.limit > 0 {
		facts["available"], facts["capacity"] = b.limit-b.value, b.limit
		facts["restoreRate"] = float64(b.limit) / rateWindow.Seconds()
	}
	return facts
}

// What a bucket is of.
const (
	byAddress = "ADDRESS"
	byViewer  = "VIEWER"
	byPerson  = "PERSON"
)

// rateLimitedError says that a client asks too much.
type rateLimitedError struct {
	by    string
	limit int64
	level peers.Level
}

func (e *rateLimitedError) Error() string {
	return fmt.Sprintf("%s asks for more than a cost of %d a minute", e.by, e.limit)
}

func (*rateLimitedError) ErrorCode() string { return "RATE_LIMITED" }

func (e *rateLimitedError) Say(l domain.Locale) string {
	switch e.by {
	case byPerson:
		return fmt.Sprintf(l.In(
			"cette personne demande plus que le coût de %d par minute : attendez %d s, puis espacez ses requêtes",
			"this person asks for more than a cost of %d a minute: wait %d s, then space their requests out"), e.limit, e.seconds())
	case byViewer:
		return fmt.Sprintf(l.In(
			"ce compte demande plus que le coût de %d par minute : attendez %d s, puis espacez les requêtes ou demandez moins de champs",
			"this account asks for more than a cost of %d a minute: wait %d s, then space requests out or ask for fewer fields"), e.limit, e.seconds())
	}
	return fmt.Sprintf(l.In(
		"cette adresse demande plus que le coût de %d par minute : attendez %d s et espacez les requêtes, ou présentez un jeton",
		"this address asks for more than a cost of %d a minute: wait %d s and space requests out, or present a token"), e.limit, e.seconds())
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
		if !m.refuses(w, r, e) {
			next.ServeHTTP(w, r)
		}
	})
}

// refuses charges for a request, and answers it when that is too much.
func (m meter) refuses(w http.ResponseWriter, r *http.Request, e errorEdge) bool {
	err := m.charge(r.Context())
	if err != nil {
		refuse(w, r, http.StatusTooManyRequests, e.tell(r.Context(), err))
	}
	return err != nil
}
