package httpapi_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/httpapi"
	"github.com/palier-hub/palier/peers"
)

// representing notes for whom the last session was opened.
func representing(t *testing.T, change func(*httpapi.Config)) (*hub, *atomic.Value) {
	t.Helper()
	var last atomic.Value
	last.Store(domain.PersonID(""))
	return start(t, func(c *httpapi.Config) {
		begin := c.Begin
		c.Begin = func(ctx context.Context, v domain.Viewer, l domain.Locale) context.Context {
			last.Store(v.OnBehalfOf)
			return begin(ctx, v, l)
		}
		if change != nil {
			change(c)
		}
	}), &last
}

// A request acts for a person, or is refused: it never acts for nobody instead.
func TestOnBehalfOf(t *testing.T) {
	h, last := representing(t, nil)
	const good, a = "Authorization: Bearer good", "Palier-On-Behalf-Of: per_a"
	for name, tc := range map[string]struct {
		headers []string
		status  int
		want    string
	}{
		"nobody":       {[]string{good}, 200, `"role":"LANDLORD"`},
		"a person":     {[]string{good, a}, 200, `"role":"LANDLORD"`},
		"missing":      {[]string{good, "Palier-On-Behalf-Of: per_b"}, 403, `{"errors":[{"message":"not for this person","extensions":{"code":"ON_BEHALF_OF_REFUSED"}}]}`},
		"empty":        {[]string{good, "Palier-On-Behalf-Of: "}, 403, "ON_BEHALF_OF_REFUSED"},
		"no token":     {[]string{a}, 403, "ON_BEHALF_OF_REFUSED"},
		"two":          {[]string{good, a, a}, 400, "BAD_REQUEST"},
		"a fault":      {[]string{good, "Palier-On-Behalf-Of: per_away"}, 500, "INTERNAL"},
		"a bad token":  {[]string{"Authorization: Bearer bad", a}, 401, "UNAUTHENTICATED"},
		"a good token": {[]string{good, a}, 200, `"role":"LANDLORD"`},
	} {
		t.Run(name, func(t *testing.T) {
			last.Store(domain.PersonID(""))
			got := h.ask(t, "{ role }", append(tc.headers, english)...)
			if got.status != tc.status || !strings.Contains(got.body, tc.want) || strings.Contains(got.body, "secret") {
				t.Errorf("%d %s, want %d %s", got.status, got.body, tc.status, tc.want)
			}
			if acts := last.Load() == domain.PersonID("per_a"); acts != (tc.status == 200 && len(tc.headers) > 1) {
				t.Errorf("acts for %v", last.Load())
			}
		})
	}
	preflight := h.send(t, "OPTIONS", "/graphql", "", "Origin: https://portal.example", "Access-Control-Request-Method: POST",
		"Access-Control-Request-Headers: authorization,content-type,palier-on-behalf-of")
	if allowed := preflight.header.Get("Access-Control-Allow-Headers"); !strings.Contains(strings.ToLower(allowed), "palier-on-behalf-of") {
		t.Errorf("scripts may send %q", allowed)
	}
}

// A websocket says for whom it acts in its first message, or by the header.
func TestSocketOnBehalfOf(t *testing.T) {
	h, last := representing(t, nil)
	const good = "Authorization: Bearer good"
	for name, tc := range map[string]struct {
		payload string
		headers []string
	}{
		"both in the payload": {`,"payload":{"authorization":"Bearer good","palier-on-behalf-of":"per_a"}`, nil},
		"as the header":       {`,"payload":{"Authorization":"Bearer good","Palier-On-Behalf-Of":"per_a"}`, nil},
		"both headers":        {"", []string{good, "Palier-On-Behalf-Of: per_a"}},
		"token again":         {`,"payload":{"authorization":"Bearer good"}`, []string{good, "Palier-On-Behalf-Of: per_a"}},
	} {
		t.Run(name, func(t *testing.T) {
			last.Store(domain.PersonID(""))
			s := connect(t, h.URL, tc.payload, tc.headers...)
			s.subscribe("1", "{ role }")
			s.wants("1", "next", `"role":"LANDLORD"`)
			if last.Load() != domain.PersonID("per_a") {
				t.Errorf("acts for %v", last.Load())
			}
		})
	}
	for payload, code := range map[string]int{
		`{"authorization":"Bearer good","palier-on-behalf-of":"per_b"}`: 4403,
		`{"authorization":"Bearer good","palier-on-behalf-of":""}`:      4403,
		`{"palier-on-behalf-of":"per_a"}`:                               4403,
		`{"authorization":"Bearer good","palier-on-behalf-of":1}`:       4400,
	} {
		s, _, err := dial(t, h.URL)
		if err != nil {
			t.Fatal(err)
		}
		s.send(`{"type":"connection_init","payload":` + payload + `}`)
		s.closed(code)
	}
	if _, response, err := dial(t, h.URL, good, "Palier-On-Behalf-Of: per_b"); err == nil || response.StatusCode != 403 {
		t.Errorf("a wrong header: %v %v", response, err)
	}
}

// Each person has a bucket of their own, within their server's.
func TestPersonsAreCounted(t *testing.T) {
	h, _ := representing(t, func(c *httpapi.Config) {
		actFor := c.ActFor
		c.ActFor = func(ctx context.Context, v domain.Viewer, person string) (domain.Viewer, error) {
			if person == "per_c" {
				v.OnBehalfOf = "per_c"
				return v, nil
			}
			return actFor(ctx, v, person)
		}
		c.Peers = peers.NewLocal(stopped)
		c.RateLimits = httpapi.RateLimits{PerViewer: 30, PerPerson: 10}
	})
	const good = "Authorization: Bearer good"
	const dear = "{ things(first: 8) { nodes { name } } }"
	ask := func(status int, by string, headers ...string) {
		t.Helper()
		got := h.ask(t, dear, append(headers, good, english)...)
		if got.status != status || by != "" && !strings.Contains(got.body, `"by":"`+by+`"`) {
			t.Errorf("%v: %d %s, want %d %s", headers, got.status, got.body, status, by)
		}
	}
	ask(200, "", "Palier-On-Behalf-Of: per_a")
	ask(429, "PERSON", "Palier-On-Behalf-Of: per_a")
	ask(200, "", "Palier-On-Behalf-Of: per_c")
	ask(429, "VIEWER", "Palier-On-Behalf-Of: per_c")
	ask(429, "VIEWER")
}

// What stays open ends when the person is gone.
func TestPersonGone(t *testing.T) {
	var gone atomic.Bool
	h, _ := representing(t, func(c *httpapi.Config) {
		actFor := c.ActFor
		c.ActFor = func(ctx context.Context, v domain.Viewer, person string) (domain.Viewer, error) {
			if gone.Load() {
				return v, notFor{}
			}
			return actFor(ctx, v, person)
		}
		c.Limits.KeepAlive = 20 * time.Millisecond
	})
	s := connect(t, h.URL, `,"payload":{"authorization":"Bearer good","palier-on-behalf-of":"per_a"}`, english)
	s.subscribe("1", "subscription { changes }")
	h.schema.events.tell("before")
	s.wants("1", "next", "before")
	gone.Store(true)
	s.wants("1", "error", "ON_BEHALF_OF_REFUSED")
	s.closed(4401)
}
