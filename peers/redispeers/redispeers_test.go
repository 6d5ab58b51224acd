package redispeers

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/palier-hub/palier/internal/redistest"
	"github.com/palier-hub/palier/peers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func open(t *testing.T, url string) (*Peers, *lockedBuffer) {
	t.Helper()
	log := new(lockedBuffer)
	p, err := Open(Config{URL: url, Ledger: "ldg_test", Clock: time.Now, Logger: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p, log
}

// eventually waits for something to become true, and answers how long it took.
func eventually(t *testing.T, within time.Duration, what string, is func() bool) time.Duration {
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

func (p *Peers) isAway() bool { return !p.Status().Away.IsZero() }

var minute = peers.Rate{Limit: 100, Window: time.Minute}

// The script does what peers.Pour does: random sequences by Redis's clock are
// played again by the Go code, at the times that the script has told.
func TestScriptIsPour(t *testing.T) {
	p, _ := open(t, redistest.Start(t).URL())
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	refused, taken := 0, 0
	for n := range 40 {
		rate := peers.Rate{Limit: 1 + r.Int64N(200), Window: time.Duration(1+r.IntN(20)) * time.Millisecond}
		key := p.names.bucket(fmt.Sprint("random", n))
		switch n % 4 { // what stands there before
		case 1:
			p.client.Set(t.Context(), key, "nonsense", 0)
		case 2:
			p.client.Set(t.Context(), key, time.Now().Add(time.Hour).UnixMicro(), 0)
		}
		var empty int64
		for i := range 100 {
			weight := rate.Weight(r.Int64N(rate.Limit + 2))
			filled, ok, now, err := p.pour(t.Context(), key, weight, rate.Window)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 && n%4 == 2 {
				empty = now + time.Hour.Microseconds()
			}
			wantFilled, wantOK := peers.Pour(empty, now, weight, rate.Window.Microseconds())
			if filled != wantFilled || ok != wantOK {
				t.Fatalf("%+v, weight %d, empty at %d, now %d: %d %v by Redis, %d %v here", rate, weight, empty, now, filled, ok, wantFilled, wantOK)
			}
			if ok {
				empty = now + filled
				taken++
			} else {
				refused++
			}
			if r.IntN(24) == 0 {
				time.Sleep(time.Duration(r.Int64N(int64(rate.Window))))
			}
		}
	}
	if refused < 100 || taken < 100 {
		t.Errorf("%d refused and %d taken: the sequences show little", refused, taken)
	}
}

// What is empty isn't kept.
func TestBucketsExpire(t *testing.T) {
	s := redistest.Start(t)
	p, _ := open(t, s.URL())
	p.Take(t.Context(), "a", peers.Rate{Limit: 1, Window: 100 * time.Millisecond}, 1)
	key := p.names.bucket("a")
	if n := p.client.Exists(t.Context(), key).Val(); n != 1 {
		t.Fatalf("%d buckets", n)
	}
	eventually(t, 2*time.Second, "the bucket expires", func() bool { return p.client.Exists(t.Context(), key).Val() == 0 })
}

func TestHubsShare(t *testing.T) {
	s := redistest.Start(t)
	a, _ := open(t, s.URL())
	b, _ := open(t, s.URL())
	taken := 0
	for n := range 150 {
		if []*Peers{a, b}[n%2].Take(t.Context(), "k", minute, 1).Taken {
			taken++
		}
	}
	if taken < 100 || taken > 102 { // two may have leaked meanwhile
		t.Errorf("%d taken by both, of 100", taken)
	}
	text := "{ viewer { role } }"
	a.Keep(t.Context(), text)
	if got, known := b.Document(t.Context(), peers.HashOf(text)); got != text || !known {
		t.Errorf("the other hub knows %q %v", got, known)
	}
	if ttl := a.client.TTL(t.Context(), a.names.document(peers.HashOf(text))).Val(); ttl <= 0 || ttl > documentTTL {
		t.Errorf("it is kept for %v", ttl)
	}
	long := strings.Repeat(" ", peers.MostDocument+1)
	a.Keep(t.Context(), long)
	if _, known := b.Document(t.Context(), peers.HashOf(long)); known {
		t.Error("a document that is too long was kept")
	}
	longest := long[1:]
	a.Keep(t.Context(), longest)
	if got, _ := b.Document(t.Context(), peers.HashOf(longest)); got != longest {
		t.Errorf("the longest document came back with %d bytes", len(got))
	}
	if _, known := b.Document(t.Context(), peers.HashOf("never")); known {
		t.Error("a document that nobody kept")
	}
	if s := b.Status(); s.Failed+s.Local > 0 || s.Asked == 0 {
		t.Errorf("%+v", s)
	}
}

// Whoever writes to Redis can't make a hub run another document.
func TestForgedDocument(t *testing.T) {
	p, _ := open(t, redistest.Start(t).URL())
	hash := peers.HashOf("{ a }")
	for _, forged := range []string{"{ b }", strings.Repeat("x", 10<<20)} {
		p.client.Set(t.Context(), p.names.document(hash), forged, 0)
		if got, known := p.Document(t.Context(), hash); known || got != "" {
			t.Errorf("%.20q passes for { a }", got)
		}
	}
}

func TestWakes(t *testing.T) {
	s := redistest.Start(t)
	a, _ := open(t, s.URL())
	b, _ := open(t, s.URL())
	heard := make(chan uint64, 1000)
	b.Hear(func(commit uint64) { heard <- commit })
	eventually(t, 2*time.Second, "hearing", func() bool { return b.Status().Hearing })
	begun := time.Now()
	a.Tell(7)
	if got := <-heard; got != 7 {
		t.Errorf("heard %d", got)
	}
	t.Logf("a message took %v", time.Since(begun))
	// The newest wins; none is told after a newer one.
	for n := range uint64(5000) {
		a.Tell(n)
	}
	for last := uint64(7); last < 4999; {
		got := <-heard
		if got < last {
			t.Errorf("%d after %d", got, last)
		}
		last = got
	}
	b.client.Publish(t.Context(), b.names.commits(), "nonsense")
	a.Tell(5000)
	if got := <-heard; got != 5000 {
		t.Errorf("heard %d", got)
	}
	// The subscription comes back by itself.
	for name, fault := range map[string]func(){"reset": s.Reset, "killed": func() { s.Kill(); s.Restart() }} {
		fault()
		commit := a.wakes.newest.Load()
		took := eventually(t, 5*time.Second, name, func() bool {
			commit++
			a.Tell(commit)
			time.Sleep(5 * time.Millisecond)
			return len(heard) > 0
		})
		for len(heard) > 0 {
			<-heard
		}
		t.Logf("%s: heard again after %v", name, took)
	}
}

// TestFaults: whatever happens to Redis, every use is answered, within 60 ms at the
// 99th percentile; the failure is noticed within a second, and Redis is used again
// within five.
func TestFaults(t *testing.T) {
	for name, fault := range map[string]struct{ begin, end func(*redistest.Server) }{
		"frozen": {(*redistest.Server).Freeze, (*redistest.Server).Thaw},
		"killed": {(*redistest.Server).Kill, (*redistest.Server).Restart},
	} {
		t.Run(name, func(t *testing.T) {
			s := redistest.Start(t)
			p, log := open(t, s.URL())
			p.Take(t.Context(), "before", minute, 1)
			fault.begin(s)
			var noticed time.Duration
			var work sync.WaitGroup
			work.Go(func() { noticed = eventually(t, 3*time.Second, "noticed", p.isAway) })
			var mu sync.Mutex
			var took []time.Duration
			for worker := range 8 {
				work.Go(func() {
					for n := range 200 {
						begun := time.Now()
						level := p.Take(context.Background(), fmt.Sprint("k", worker), minute, 1)
						if _, known := p.Document(context.Background(), peers.HashOf(fmt.Sprint(worker, n))); known || level.Taken != (n < 100) && n < 100 {
							t.Errorf("%+v", level)
						}
						mu.Lock()
						took = append(took, time.Since(begun))
						mu.Unlock()
						time.Sleep(2 * time.Millisecond)
					}
				})
			}
			work.Wait()
			slices.Sort(took)
			p99, most := took[len(took)*99/100], took[len(took)-1]
			fault.end(s)
			back := eventually(t, 5*time.Second, "back", func() bool { return !p.isAway() })
			t.Logf("%d uses: p99 %v, most %v; noticed after %v, back after %v", len(took), p99, most, noticed, back)
			if noticed > time.Second || p99 > 60*time.Millisecond {
				t.Errorf("noticed after %v, p99 %v", noticed, p99)
			}
			if text := log.String(); strings.Count(text, "\n") != 2 {
				t.Errorf("the log says\n%s", text)
			}
			before := p.Status()
			if level := p.Take(t.Context(), "after", minute, 1); !level.Taken || level.Value != 1 {
				t.Errorf("%+v", level)
			}
			if after := p.Status(); after.Local != before.Local || after.Turns != 2 || after.Err != nil {
				t.Errorf("%+v, then %+v", before, after)
			}
		})
	}
}

// Whoever has appended doesn't wait for Redis to tell of it, and what couldn't be
// told isn't told later, but for the newest.
func TestTellNeverWaits(t *testing.T) {
	s := redistest.Start(t)
	p, _ := open(t, s.URL())
	s.Freeze()
	begun := time.Now()
	for n := range uint64(100_000) {
		p.Tell(n + 1)
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("100,000 took %v", took)
	}
	eventually(t, time.Second, "noticed", p.isAway)
	p.Tell(100_001)
	eventually(t, time.Second, "given up", func() bool { return p.Status().Untold > 0 })
	s.Thaw()
	eventually(t, 5*time.Second, "back", func() bool { return !p.isAway() })
	p.Tell(100_002)
	eventually(t, 5*time.Second, "told", func() bool { return p.Status().Told > 0 })
	if got := p.Status(); got.Told > 10 || got.Untold == 0 {
		t.Errorf("%+v", got)
	}
}

// A server that has forgotten the script is given it again; nothing is answered
// locally meanwhile.
func TestFlushed(t *testing.T) {
	s := redistest.Start(t)
	p, _ := open(t, s.URL())
	p.Take(t.Context(), "k", minute, 50)
	p.Keep(t.Context(), "{ a }")
	s.Flush()
	if level := p.Take(t.Context(), "k", minute, 1); !level.Taken || level.Value != 1 {
		t.Errorf("%+v", level)
	}
	other, _ := open(t, s.URL())
	if _, known := other.Document(t.Context(), peers.HashOf("{ a }")); known {
		t.Error("known after the flush")
	}
	if got := p.Status(); got.Failed > 0 || got.Local > 0 || !got.Away.IsZero() {
		t.Errorf("%+v", got)
	}
}

// Connections that were reset cost a use of Redis at most, each.
func TestReset(t *testing.T) {
	s := redistest.Start(t)
	p, _ := open(t, s.URL())
	for range 5 {
		s.Reset()
		for n := range 20 {
			begun := time.Now()
			p.Take(t.Context(), "k", minute, 0)
			if took := time.Since(begun); took > 2*within {
				t.Errorf("use %d took %v", n, took)
			}
		}
		eventually(t, 5*time.Second, "back", func() bool { return !p.isAway() })
	}
}

// A Redis that answers and lets nobody write is away.
func TestReadOnly(t *testing.T) {
	s := redistest.Start(t)
	p, log := open(t, s.URL())
	s.Do("REPLICAOF 127.0.0.1 1")
	eventually(t, time.Second, "noticed", p.isAway)
	if level := p.Take(t.Context(), "k", minute, 1); !level.Taken {
		t.Errorf("%+v", level)
	}
	time.Sleep(4 * probing)
	if n := strings.Count(log.String(), "\n"); n != 1 {
		t.Errorf("the log says\n%s", log)
	}
	s.Do("REPLICAOF NO ONE")
	eventually(t, 5*time.Second, "back", func() bool { return !p.isAway() })
}

// The rights that docs/replicas.md names are enough.
func TestRights(t *testing.T) {
	s := redistest.Start(t)
	s.Do("ACL SETUSER palier on >secret ~palier:* &palier:* +evalsha +eval +set +get +time +getrange +publish +subscribe +ping +hello")
	p, log := open(t, strings.Replace(s.URL(), "://", "://palier:secret@", 1))
	heard := make(chan uint64, 1)
	p.Hear(func(commit uint64) { heard <- commit })
	eventually(t, 2*time.Second, "hearing", func() bool { return p.Status().Hearing })
	p.Tell(1)
	<-heard
	p.Take(t.Context(), "k", minute, 1)
	p.Keep(t.Context(), "{ a }")
	time.Sleep(2 * quiet) // the subscription is asked for a sign of life
	if got := p.Status(); !got.Hearing || got.Failed > 0 || got.Turns > 0 || log.String() != "" {
		t.Errorf("%+v\n%s", got, log)
	}
}

// A hub starts without Redis, and uses it when it comes.
func TestStartWithout(t *testing.T) {
	s := redistest.Start(t)
	s.Kill()
	begun := time.Now()
	p, _ := open(t, s.URL())
	if took := time.Since(begun); took > time.Second || !p.isAway() {
		t.Errorf("opened after %v: %+v", took, p.Status())
	}
	p.Keep(t.Context(), "{ a }")
	if got, known := p.Document(t.Context(), peers.HashOf("{ a }")); !known || got != "{ a }" {
		t.Errorf("%q %v", got, known)
	}
	s.Restart()
	eventually(t, 5*time.Second, "back", func() bool { return !p.isAway() })
}

// A client that hangs up isn't Redis's failure.
func TestCancelled(t *testing.T) {
	p, _ := open(t, redistest.Start(t).URL())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if level := p.Take(ctx, "k", minute, 1); !level.Taken {
		t.Errorf("%+v", level)
	}
	if got := p.Status(); got.Failed > 0 || !got.Away.IsZero() {
		t.Errorf("%+v", got)
	}
}

func TestURLs(t *testing.T) {
	for _, wrong := range []string{"", "localhost:6379", "http://host", "redis://:s3cret@host:6379/x", "redis://:s3cret@host\x00", "redis://:s3cret@host?unknown=1",
		"redis://:s3cret@host?addr=nonsense", "redis://:s3cret@host/x?master_name=m", "redis://:s3cret@host/1/2"} {
		if c, err := connect(wrong); err == nil {
			c.Close()
			t.Errorf("%q was read", wrong)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: the error tells the password: %v", wrong, err)
		}
	}
	for _, right := range []string{"redis://host", "rediss://user:p@host:6380/3", "unix:///run/redis.sock",
		"redis://host:26379?master_name=m&addr=other:26379", "redis://host?addr=other:6379"} {
		c, err := connect(right)
		if err != nil {
			t.Errorf("%q: %v", right, err)
			continue
		}
		c.Close()
	}
}

func BenchmarkTake(b *testing.B) {
	s := redistest.Start(b)
	p, err := Open(Config{URL: s.URL(), Ledger: "ldg_bench", Clock: time.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	for name, of := range map[string]peers.Peers{"redis": p, "local": peers.NewLocal(time.Now)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				of.Take(b.Context(), "k", peers.Rate{Limit: 1 << 40, Window: time.Minute}, 1)
			}
		})
	}
}
