package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/internal/redistest"
	"github.com/palier-hub/palier/peers"
)

// TestWakes: a hub learns of another's commit sooner by Redis than by looking for
// it, and learns of it all the same when Redis is frozen.
func TestWakes(t *testing.T) {
	uri, dir, redis := mongotest.URI(t), t.TempDir(), redistest.Start(t)
	a := start(t, "--mongo", uri, "--data", dir, "--redis", redis.URL())
	b := start(t, "--mongo", uri, "--data", dir, "--redis", redis.URL())
	token := staffToken(t, dir)
	await(t, 5*time.Second, "hearing", func() bool { s := b.ready(t); return s.Redis != nil && s.Redis.Hearing })
	lags := func(what string, n int) (median, most time.Duration) {
		var all []time.Duration
		for i := range n {
			_, text := registerLandlord(t, a.url, token, fmt.Sprint(what, i))
			begun := time.Now()
			commit, err := strconv.ParseUint(text, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			await(t, 3*time.Second, "the commit", func() bool { return b.ready(t).Commit >= commit })
			all = append(all, time.Since(begun))
			time.Sleep(time.Duration(i*37%250) * time.Millisecond) // at any time between two looks
		}
		slices.Sort(all)
		t.Logf("%s: %d commits, behind by %v in the middle, %v at the most", what, n, all[n/2], all[n-1])
		return all[n/2], all[n-1]
	}
	woken, _ := lags("woken", 20)
	redis.Freeze()
	await(t, time.Second, "noticed", func() bool { return b.ready(t).Redis.Away })
	looking, most := lags("looking", 20)
	redis.Thaw()
	if woken > looking*2/3 {
		t.Errorf("behind by %v with Redis, by %v without", woken, looking)
	}
	if most > 2*time.Second {
		t.Errorf("behind by %v without Redis", most)
	}
	a.stop(t)
	b.stop(t)
}

// staffToken is one that the hubs of a data folder believe.
func staffToken(t testing.TB, dir string) string {
	t.Helper()
	printed := newBuffer()
	if err := run(t.Context(), []string{"token", "--data", dir, "--role", "STAFF"}, printed, io.Discard); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(printed.String())
}

func await(t testing.TB, within time.Duration, what string, is func() bool) time.Duration {
	t.Helper()
	begun := time.Now()
	for !is() {
		if time.Since(begun) > within {
			t.Fatalf("%s: not within %v", what, within)
		}
		time.Sleep(time.Millisecond)
	}
	return time.Since(begun)
}

// TestRedisFaults: whatever happens to Redis, every read is answered, 60 ms later at
// the 99th percentile at most; the hub notices within a second, and uses it again
// within five.
func TestRedisFaults(t *testing.T) {
	redis, dir := redistest.Start(t), t.TempDir()
	h := start(t, "--demo", "--data", dir, "--redis", redis.URL())
	token := staffToken(t, dir)
	const query = `{ landlords(first: 10) { totalCount nodes { name } } }`
	const readers, each = 4, 150
	reads := func() []time.Duration {
		var mu sync.Mutex
		var took []time.Duration
		var all sync.WaitGroup
		for range readers {
			all.Go(func() {
				for range each {
					begun := time.Now()
					body, status := ask(t, h.url, token, query, "", "")
					if status != http.StatusOK || !strings.Contains(body, `"totalCount"`) || strings.Contains(body, "errors") {
						t.Errorf("%d %s", status, body)
					}
					mu.Lock()
					took = append(took, time.Since(begun))
					mu.Unlock()
				}
			})
		}
		all.Wait()
		slices.Sort(took)
		return took
	}
	percentile := func(took []time.Duration, p int) time.Duration { return took[(len(took)-1)*p/100] }
	isAway := func() bool { return h.ready(t).Redis.Away }
	reads() // warm
	quiet := percentile(reads(), 99)
	for _, fault := range []struct {
		name       string
		begin, end func()
		away       bool
	}{
		{"frozen", redis.Freeze, redis.Thaw, true},
		{"killed", redis.Kill, redis.Restart, true},
		{"flushed", redis.Flush, func() {}, false},
		{"reset", redis.Reset, func() {}, false},
	} {
		var noticed time.Duration
		var watch sync.WaitGroup
		fault.begin()
		if fault.away {
			watch.Go(func() { noticed = await(t, 3*time.Second, "noticed", isAway) })
		}
		took := reads()
		watch.Wait()
		if status := h.ready(t); fault.away && (!status.Ready || status.Degraded || !strings.Contains(status.Redis.Message, "Redis is away since")) {
			t.Errorf("%s: %+v", fault.name, status)
		}
		fault.end()
		back := await(t, 5*time.Second, "back", func() bool { return !isAway() })
		t.Logf("%s: p99 %v, most %v (quiet p99 %v); noticed after %v, back after %v", fault.name, percentile(took, 99), took[len(took)-1], quiet, noticed, back)
		if noticed > time.Second || percentile(took, 99) > quiet+60*time.Millisecond {
			t.Errorf("%s: noticed after %v, p99 %v", fault.name, noticed, percentile(took, 99))
		}
	}
	h.stop(t)
}

// TestSharedByRedis: what one hub has counted or kept, another knows.
func TestSharedByRedis(t *testing.T) {
	uri, dir, redis := mongotest.URI(t), t.TempDir(), redistest.Start(t)
	args := []string{"--mongo", uri, "--data", dir, "--redis", redis.URL(), "--rate-limit", "30", "--trusted-proxies", "127.0.0.1"}
	hubs := []*program{start(t, args...), start(t, args...)}
	get := func(h *program, address string, values url.Values) (int, string) {
		request, err := http.NewRequest(http.MethodGet, h.url+"/graphql?"+values.Encode(), nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Apollo-Require-Preflight", "1")
		request.Header.Set("X-Forwarded-For", address)
		return send(t, request)
	}
	const query = "{ viewer { role } }"
	extensions := fmt.Sprintf(`{"persistedQuery":{"version":1,"sha256Hash":%q}}`, peers.HashOf(query))
	if _, body := get(hubs[1], "203.0.113.1", url.Values{"extensions": {extensions}}); !strings.Contains(body, "PERSISTED_QUERY_NOT_FOUND") {
		t.Errorf("before: %s", body)
	}
	if _, body := get(hubs[0], "203.0.113.1", url.Values{"extensions": {extensions}, "query": {query}}); !strings.Contains(body, "PUBLIC") {
		t.Errorf("sent: %s", body)
	}
	if _, body := get(hubs[1], "203.0.113.1", url.Values{"extensions": {extensions}}); !strings.Contains(body, "PUBLIC") {
		t.Errorf("known to the other: %s", body)
	}
	answered := 0
	for n := range 50 {
		status, body := get(hubs[n%2], "203.0.113.2", url.Values{"query": {query}})
		switch {
		case status == http.StatusOK:
			answered++
		case status != http.StatusTooManyRequests || !strings.Contains(body, "RATE_LIMITED"):
			t.Errorf("%d %s", status, body)
		}
	}
	if answered < 30 || answered > 33 { // one leaks every two seconds
		t.Errorf("%d answered by both, of 30", answered)
	}
	if _, figures := hubs[0].get(t, "/metrics", ""); !regexp.MustCompile(`palier_redis_uses_total{by="redis"} [1-9]`).MatchString(figures) ||
		!strings.Contains(figures, "palier_redis_away_seconds 0\n") || !strings.Contains(figures, `work="ask_redis"`) {
		t.Errorf("the figures of Redis are missing:\n%s", figures)
	}
	redis.Freeze() // and the fallback in force is seen from outside
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		get(hubs[0], "203.0.113.3", url.Values{"query": {query}})
		_, figures := hubs[0].get(t, "/metrics", "")
		if regexp.MustCompile(`palier_redis_uses_total{by="hub"} [1-9]`).MatchString(figures) && !strings.Contains(figures, "palier_redis_away_seconds 0\n") {
			break
		}
		if time.Since(begun) > 5*time.Second {
			t.Fatalf("the figures don't tell that Redis is away:\n%s", figures)
		}
	}
	redis.Thaw()
	for _, h := range hubs {
		h.stop(t)
	}
}

func TestSharingFlags(t *testing.T) {
	for _, c := range []struct{ flag, value, want string }{
		{"--rate-limit", "-1", "--rate-limit is -1: give the cost of a minute"},
		{"--viewer-rate-limit", "2000000000", "--viewer-rate-limit is 2000000000"},
		{"--trusted-proxies", "10.0.0.0/8,nonsense", `--trusted-proxies: "nonsense" isn't a network`},
		{"--trusted-proxies", "fd00::/8,fc00::/7,10.0.0.0/8,2001:db8::/32,0.0.0.0/0", "whoever is in 0.0.0.0/0 could say that it is anybody"},
		{"--trusted-proxies", "128.0.0.0/1", "whoever is in 128.0.0.0/1 could say"},
		{"--trusted-proxies", "::/0", "whoever is in ::/0 could say"},
		{"--trusted-proxies", "2000::/3", "whoever is in 2000::/3 could say"},
		{"--redis", "http://:s3cret@host", "--redis: the URL of Redis can't be read"},
	} {
		got := fails(t, "--data", t.TempDir(), "--addr", "127.0.0.1:0", c.flag+"="+c.value)
		if !strings.Contains(got, c.want) || strings.Contains(got, "s3cret") {
			t.Errorf("%s %s: %s", c.flag, c.value, got)
		}
	}
	proxies, err := (&sharing{TrustedProxies: []string{"10.1.2.3/8", " 192.0.2.1", "fd00::/8"}}).proxies()
	if want := "[10.0.0.0/8 192.0.2.1/32 fd00::/8]"; err != nil || fmt.Sprint(proxies) != want {
		t.Errorf("%v %v, want %s", proxies, err, want)
	}
}
