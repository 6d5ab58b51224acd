package peers_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palier-hub/palier/peers"
)

var start = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

func TestBucket(t *testing.T) {
	now := start
	l := peers.NewLocal(func() time.Time { return now })
	rate := peers.Rate{Limit: 10, Window: 10 * time.Second} // one unit leaks in a second
	for i, step := range []struct {
		after time.Duration
		cost  int64
		want  peers.Level
	}{
		{0, 1, peers.Level{Taken: true, Value: 1}},
		{0, 8, peers.Level{Taken: true, Value: 9}},
		{0, 2, peers.Level{Value: 11, Wait: time.Second}},
		{0, 1, peers.Level{Taken: true, Value: 10}},                          // what is refused isn't poured
		{0, 1, peers.Level{Value: 11, Wait: time.Second}},                    // full
		{500 * time.Millisecond, 1, peers.Level{Value: 11, Wait: 500e6}},     // 9.5 and 1: rounded up
		{500 * time.Millisecond, 1, peers.Level{Taken: true, Value: 10}},     // to the microsecond
		{0, 50, peers.Level{Value: 20, Wait: 10 * time.Second}},              // weighs as the limit
		{10 * time.Second, 50, peers.Level{Taken: true, Value: 10}},          // and may be had
		{time.Hour, 0, peers.Level{Taken: true}},                             // empty, not emptier
		{0, -5, peers.Level{Taken: true}},                                    // nothing is taken out
		{0, 10, peers.Level{Taken: true, Value: 10}},                         //
		{-time.Hour, 1, peers.Level{Value: 11, Wait: time.Second}},           // the clock is set back: full,
		{10 * time.Second, 1, peers.Level{Value: 11, Wait: time.Second}},     // as nothing was poured;
		{time.Hour - 5*time.Second, 1, peers.Level{Taken: true, Value: 6}},   //
		{0, 1 << 60, peers.Level{Value: 16, Wait: 6 * time.Second}},          // no overflow
		{-time.Minute, 0, peers.Level{Taken: true, Value: 10}},               // pouring nothing mends it
		{time.Second, 1, peers.Level{Taken: true, Value: 10}},                //
		{10 * time.Second, 10, peers.Level{Taken: true, Value: 10}},          //
		{9999999 * time.Microsecond, 10, peers.Level{Value: 11, Wait: 1000}}, // a microsecond's worth is left
	} {
		now = now.Add(step.after)
		if got := l.Take(t.Context(), "a", rate, step.cost); got != step.want {
			t.Errorf("step %d: %+v, want %+v", i, got, step.want)
		}
	}
	if got := l.Take(t.Context(), "b", rate, 10); !got.Taken {
		t.Errorf("another's bucket: %+v", got)
	}
}

// In no window is more taken than the bucket holds and what leaks from it.
func TestBucketOverTime(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	now := start
	l := peers.NewLocal(func() time.Time { return now })
	for range 50 {
		rate := peers.Rate{Limit: 1 + r.Int64N(1000), Window: time.Duration(1+r.Int64N(60_000)) * time.Millisecond}
		key, begun, taken := fmt.Sprint(r.Uint64()), now, int64(0)
		for range 500 {
			now = now.Add(time.Duration(r.Int64N(int64(rate.Window) / 50)))
			cost := 1 + r.Int64N(rate.Limit)
			level := l.Take(t.Context(), key, rate, cost)
			if level.Taken {
				taken += cost
			} else if now = now.Add(level.Wait - time.Microsecond); level.Wait > 0 && r.IntN(2) == 0 {
				if early := l.Take(t.Context(), key, rate, cost); early.Taken && rate.Weight(cost) > 1 {
					t.Fatalf("%+v: %d taken before the wait of %v ended", rate, cost, level.Wait)
				}
				now = now.Add(time.Microsecond)
				if late := l.Take(t.Context(), key, rate, cost); !late.Taken {
					t.Fatalf("%+v: %d not taken after the wait of %v: %+v", rate, cost, level.Wait, late)
				}
				taken += cost
			}
		}
		// A weight is rounded down to a microsecond, so a little more is taken.
		most := float64(rate.Limit)*(1+float64(now.Sub(begun))/float64(rate.Window))*1.02 + 1
		if float64(taken) > most {
			t.Errorf("%+v: %d taken in %v, more than %.0f", rate, taken, now.Sub(begun), most)
		}
	}
}

func TestTakeAtOnce(t *testing.T) {
	l := peers.NewLocal(func() time.Time { return start })
	var taken atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				if l.Take(context.Background(), "a", peers.Rate{Limit: 1000, Window: time.Minute}, 1).Taken {
					taken.Add(1)
				}
			}
		})
	}
	all.Wait()
	if taken.Load() != 1000 {
		t.Errorf("%d taken of 1000", taken.Load())
	}
}

func TestDocuments(t *testing.T) {
	l := peers.NewLocal(time.Now)
	text := "{ viewer { role } }"
	if _, known := l.Document(t.Context(), peers.HashOf(text)); known {
		t.Error("known before it was kept")
	}
	l.Keep(t.Context(), text)
	if got, known := l.Document(t.Context(), peers.HashOf(text)); got != text || !known {
		t.Errorf("%q %v", got, known)
	}
	long := strings.Repeat(" ", peers.MostDocument+1)
	l.Keep(t.Context(), long)
	if _, known := l.Document(t.Context(), peers.HashOf(long)); known {
		t.Error("a document that is too long was kept")
	}
	for n := range 1000 {
		l.Keep(t.Context(), fmt.Sprint(n))
	}
	if _, known := l.Document(t.Context(), peers.HashOf(text)); known {
		t.Error("the oldest was kept beyond the bound")
	}
	if _, known := l.Document(t.Context(), peers.HashOf("0")); !known {
		t.Error("a document within the bound was lost")
	}
}

func TestParseHash(t *testing.T) {
	h := peers.HashOf("a")
	if got, ok := peers.ParseHash(h.String()); !ok || got != h {
		t.Errorf("%v %v", got, ok)
	}
	for _, wrong := range []string{"", h.String()[1:], h.String() + "0", strings.ToUpper(h.String()), strings.Repeat("g", 64), strings.Repeat("é", 32), strings.Repeat("0", 1<<20)} {
		if _, ok := peers.ParseHash(wrong); ok {
			t.Errorf("%.80q was read", wrong)
		}
	}
}
