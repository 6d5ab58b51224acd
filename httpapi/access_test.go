package httpapi_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/httpapi"
)

// TestEmbedKeys open to the pages of their sites, over every transport, and to
// nothing else.
func TestEmbedKeys(t *testing.T) {
	h := start(t, func(c *httpapi.Config) {
		c.Trusted = map[string]string{"role": "{ role }"}
		c.OpensFrom = func(origin string) bool { return origin == "https://landlord.example" }
	})
	preflight := func(origin string) http.Header {
		return h.send(t, "OPTIONS", "/graphql", "", "Origin: "+origin, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization,content-type").header
	}
	for origin, ok := range map[string]bool{"https://landlord.example": true, "https://portal.example": true, "https://evil.example": false} {
		header := preflight(origin)
		if got := header.Get("Access-Control-Allow-Origin"); (got == origin) != ok || !strings.Contains(strings.Join(header.Values("Vary"), ","), "Origin") {
			t.Errorf("%s: allowed %q, varies by %v", origin, got, header.Values("Vary"))
		}
	}
	for origin, status := range map[string]int{"https://landlord.example": 200, "https://portal.example": 403, "https://evil.example": 403, "": 403} {
		headers := []string{asJSON, "Authorization: Bearer embed"}
		if origin != "" {
			headers = append(headers, "Origin: "+origin)
		}
		r := h.send(t, "POST", "/graphql", `{"query":"{ role }"}`, headers...)
		if r.status != status || status == 403 && !strings.Contains(r.body, `"ORIGIN_NOT_ALLOWED"`) {
			t.Errorf("from %q: %d %s", origin, r.status, r.body)
		}
	}
	s := connect(t, h.URL, `,"payload":{"authorization":"Bearer embed"}`, "Origin: https://landlord.example")
	s.subscribe("1", "{ role }")
	s.wants("1", "next", `"role"`)
	other, _, err := dial(t, h.URL, "Origin: https://portal.example")
	if err != nil {
		t.Fatal(err)
	}
	other.send(`{"type":"connection_init","payload":{"authorization":"Bearer embed"}}`)
	if why := other.closed(4403); !strings.HasPrefix(why.Reason, "ORIGIN_NOT_ALLOWED: ") {
		t.Errorf("another site's page: %s", why.Reason)
	}
}

// TestAccessChanges: who asks is verified again as soon as what tokens come to has
// changed, and nothing later is shown to whose right has ended.
func TestAccessChanges(t *testing.T) {
	var changed atomic.Uint64
	var revoked, away atomic.Bool
	verified := new(atomic.Int64)
	begin := func(t *testing.T) *hub {
		changed.Store(1)
		revoked.Store(false)
		verified.Store(0)
		return start(t, func(c *httpapi.Config) {
			verify := c.Verify
			c.Verify = func(ctx context.Context, token string) (domain.Credential, error) {
				verified.Add(1)
				if away.Load() {
					return domain.Credential{}, providerAway{}
				}
				if revoked.Load() {
					return domain.Credential{}, expired{}
				}
				return verify(ctx, token)
			}
			c.AccessChanged = changed.Load
			c.Limits.KeepAlive = time.Hour
		})
	}
	withToken := `,"payload":{"authorization":"Bearer good"}`
	t.Run("a socket is told at once", func(t *testing.T) {
		h := begin(t)
		s := connect(t, h.URL, withToken)
		s.subscribe("1", "subscription { changes }")
		h.schema.events.tell("before")
		s.wants("1", "next", "before")
		h.surface.AccessChanged() // of others
		changed.Add(1)
		h.schema.events.tell("between")
		s.wants("1", "next", "between")
		revoked.Store(true)
		changed.Add(1)
		h.surface.AccessChanged()
		s.wants("1", "error", `"code":"UNAUTHENTICATED"`)
		s.closed(4401)
	})
	t.Run("what changes while it is let in is noticed", func(t *testing.T) {
		var h *hub
		var once sync.Once
		h = start(t, func(c *httpapi.Config) {
			verify := c.Verify
			changed.Store(1)
			revoked.Store(false)
			c.Verify = func(ctx context.Context, token string) (domain.Credential, error) {
				if revoked.Load() {
					return domain.Credential{}, expired{}
				}
				found, err := verify(ctx, token)
				once.Do(func() { // it was good a moment ago
					revoked.Store(true)
					changed.Add(1)
					h.surface.AccessChanged()
				})
				return found, err
			}
			c.AccessChanged = changed.Load
			c.Limits.KeepAlive = time.Hour
		})
		s, _, err := dial(t, h.URL)
		if err != nil {
			t.Fatal(err)
		}
		s.send(`{"type":"connection_init"` + withToken + `}`)
		s.closed(4401) // before or after it is acknowledged
	})
	t.Run("no later event is shown", func(t *testing.T) {
		h := begin(t)
		s := connect(t, h.URL, withToken)
		s.subscribe("1", "subscription { changes }")
		h.schema.events.tell("before")
		s.wants("1", "next", "before")
		revoked.Store(true)
		changed.Add(1)
		h.schema.events.tell("after")
		s.wants("1", "error", `"code":"UNAUTHENTICATED"`)
		s.subscribe("2", "{ role }")
		s.wants("2", "error", `"code":"UNAUTHENTICATED"`)
	})
	t.Run("nor by an event stream", func(t *testing.T) {
		h := begin(t)
		s := openStream(t, h, "POST", "", `{"query":"subscription { changes }"}`, asJSON, "Authorization: Bearer good")
		h.schema.events.tell("before")
		s.wants("next", "before")
		revoked.Store(true)
		changed.Add(1)
		h.schema.events.tell("after")
		s.wants("next", `"code":"UNAUTHENTICATED"`)
		s.wants("complete", "")
	})
	t.Run("nor is a body waited for in vain", func(t *testing.T) {
		for _, revokes := range []bool{false, true} {
			h := begin(t)
			body, send := io.Pipe()
			request, err := http.NewRequest("POST", h.URL+"/graphql", body)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", "application/json")
			request.Header.Set("Authorization", "Bearer good")
			go func() {
				send.Write([]byte(`{"query":`))
				for verified.Load() == 0 { // it is let in before its body is there
					time.Sleep(time.Millisecond)
				}
				revoked.Store(revokes)
				changed.Add(1)
				send.Write([]byte(`"mutation { change }"}`))
				send.Close()
			}()
			answer, err := h.Client().Do(request)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if want := map[bool]int{false: 200, true: 401}[revokes]; answer.StatusCode != want {
				t.Errorf("revoked meanwhile %v: %d, want %d", revokes, answer.StatusCode, want)
			}
		}
	})
	t.Run("what hasn't changed isn't verified again", func(t *testing.T) {
		h := begin(t)
		s := connect(t, h.URL, withToken)
		s.subscribe("1", "subscription { changes }")
		for range 20 {
			h.schema.events.tell("event")
			s.wants("1", "next", "event")
		}
		if n := verified.Load(); n != 1 {
			t.Errorf("verified %d times", n)
		}
	})
	t.Run("a provider that is away ends nothing", func(t *testing.T) {
		h := begin(t)
		s := connect(t, h.URL, withToken)
		s.subscribe("1", "subscription { changes }")
		h.schema.events.tell("before")
		s.wants("1", "next", "before")
		away.Store(true)
		defer away.Store(false)
		changed.Add(1)
		h.surface.AccessChanged()
		h.schema.events.tell("after")
		s.wants("1", "next", "after")
		r := h.send(t, "POST", "/graphql", `{"query":"{ role }"}`, asJSON, "Authorization: Bearer good")
		if r.status != 503 || r.header.Get("Retry-After") != "10" || !strings.Contains(r.body, "IDENTITY_PROVIDER_UNAVAILABLE") {
			t.Errorf("%d %v %s", r.status, r.header, r.body)
		}
	})
}

// providerAway is the error of a provider that can't be asked.
type providerAway struct{}

func (providerAway) Error() string            { return "it doesn't answer" }
func (providerAway) ErrorCode() string        { return "IDENTITY_PROVIDER_UNAVAILABLE" }
func (providerAway) Say(domain.Locale) string { return "try again" }
func (providerAway) Facts() map[string]any    { return map[string]any{"retryAfterSeconds": 10} }
