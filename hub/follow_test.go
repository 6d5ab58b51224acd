package hub

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/palier-hub/palier/ledger"
)

// remote is a ledger on another machine, which can be cut off and has a clock of
// its own.
type remote struct {
	*memory
	cut atomic.Bool
	// unread: reads of the history take their time, and then fail.
	unread atomic.Bool
	// raised: the ledger is of a format that isn't known.
	raised atomic.Bool
	skew   atomic.Int64 // a time.Duration
	tell   func() time.Time
}

var errCut = fmt.Errorf("no route: %w", ledger.ErrUnavailable)

func (r *remote) Append(ctx context.Context, run []ledger.Commit) (int, error) {
	if r.cut.Load() {
		return 0, errCut
	}
	return r.memory.Append(ctx, run)
}

func (r *remote) Head(ctx context.Context) (ledger.Head, error) {
	if r.cut.Load() {
		return ledger.Head{}, errCut
	}
	if r.raised.Load() {
		return ledger.Head{}, &ledger.FormatError{Format: 1000}
	}
	return r.memory.Head(ctx)
}

func (r *remote) Read(ctx context.Context, after uint64) iter.Seq2[ledger.Commit, error] {
	if !r.unread.Load() {
		return r.memory.Read(ctx, after)
	}
	return func(yield func(ledger.Commit, error) bool) {
		pause(ctx, 4*patience)
		yield(ledger.Commit{}, errCut)
	}
}

// Wait looks again and again, as one must over a network.
func (r *remote) Wait(ctx context.Context, after uint64) error {
	for {
		head, err := r.Head(ctx)
		if err != nil || head.Number > after {
			return err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (r *remote) Clock(context.Context) (time.Time, error) {
	if r.cut.Load() {
		return time.Time{}, errCut
	}
	return r.tell().Add(time.Duration(r.skew.Load())), nil
}

// together runs a test with hubs that share a ledger, each by a remote of its
// own, in a bubble where time passes as fast as it can.
func together(t *testing.T, hubs int, test func(t *testing.T, hubs []*Hub, by []*remote)) {
	if _, err := loadAtlas(); err != nil { // out of the bubble, whose locks are its own
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		m, shelf := newMemory(), newShelf()
		var all []*Hub
		var by []*remote
		for range hubs {
			r := &remote{memory: m, tell: time.Now}
			atlas, _ := loadAtlas()
			all = append(all, opened(t, Config{Ledger: r, Shared: true, Texts: shelf, Atlas: atlas, Ruleset: "2026-11",
				Clock: time.Now, Entropy: seededEntropy(1, uint64(len(all)), 1), Logger: silent}))
			by = append(by, r)
		}
		test(t, all, by)
		for _, h := range all {
			h.Close()
		}
	})
}

func registered(t *testing.T, h *Hub, name, key string) (Outcome, error) {
	t.Helper()
	return h.Do(t.Context(), staff, RegisterLandlord{Landlord: landlordFields(name)}, key)
}

func mustRegister(t *testing.T, h *Hub, name string) Outcome {
	t.Helper()
	o, err := registered(t, h, name, "")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestHubsFollowEachOther(t *testing.T) {
	together(t, 3, func(t *testing.T, hubs []*Hub, _ []*remote) {
		for i := range 6 {
			written := mustRegister(t, hubs[i%3], fmt.Sprint("landlord ", i)).Commit
			for _, h := range hubs {
				begun := time.Now()
				if err := h.Reach(t.Context(), "client", written); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(begun); took > 150*time.Millisecond {
					t.Errorf("commit %d is there after %v", written, took)
				}
				if s := h.Standing(); s.Head < written || s.Commit < written || !s.Away.IsZero() {
					t.Errorf("%+v, after %d", s, written)
				}
			}
		}
		for _, h := range hubs[1:] {
			if h.World().Digest() != hubs[0].World().Digest() {
				t.Error("the digests differ")
			}
		}
	})
}

// One client holds a part of the places to wait in, and none for what can't come.
func TestSharesOfReaching(t *testing.T) {
	together(t, 2, func(t *testing.T, hubs []*Hub, by []*remote) {
		h := hubs[0]
		by[0].cut.Store(true) // so that nothing comes
		next := h.World().Commit() + 1
		begun := time.Now()
		if err := h.Reach(t.Context(), "flood", next+mostAhead); !is[*NotReachedError](err) || time.Since(begun) > 0 {
			t.Errorf("far ahead, after %v: %v", time.Since(begun), err)
		}
		waits := func(client string, n int) <-chan error {
			out := make(chan error, n)
			for range n {
				go func() { out <- h.Reach(t.Context(), client, next) }()
			}
			synctest.Wait()
			return out
		}
		flood := waits("flood", mostReaching)
		if n := len(flood); n != mostReaching-mostReachingEach {
			t.Errorf("%d are refused at once", n)
		}
		other := waits("other", mostReachingEach)
		if len(other) > 0 {
			t.Errorf("another: %v", <-other)
		}
		time.Sleep(reachWithin)
		synctest.Wait()
		busy := 0
		for range mostReaching {
			if is[*BusyError](<-flood) {
				busy++
			}
		}
		if busy != mostReaching-mostReachingEach {
			t.Errorf("%d were too many", busy)
		}
		if len(h.reaching.by) > 0 || h.reaching.all != 0 {
			t.Errorf("%d still wait, by %v", h.reaching.all, h.reaching.by)
		}
	})
}

// A hub that is cut off reads on, refuses to write at once, says since when, and
// recovers by itself.
func TestCutOff(t *testing.T) {
	together(t, 2, func(t *testing.T, hubs []*Hub, by []*remote) {
		h := hubs[0]
		before := h.World().Commit()
		by[0].cut.Store(true)
		cut := time.Now()
		time.Sleep(time.Second)
		written := mustRegister(t, hubs[1], "elsewhere").Commit
		begun := time.Now()
		_, err := registered(t, h, "here", "")
		if _, ok := errors.AsType[*UnavailableError](err); !ok || time.Since(begun) > 0 {
			t.Errorf("after %v: %v", time.Since(begun), err)
		}
		if s := h.Standing(); s.Away.IsZero() || s.Away.Sub(cut) > time.Second || s.Err != nil {
			t.Errorf("%+v, cut off at %v", s, cut)
		}
		begun = time.Now()
		err = h.Reach(t.Context(), "client", written)
		if e, ok := errors.AsType[*NotReachedError](err); !ok || e.Asked != written || e.Applied != before {
			t.Errorf("reaching %d: %v", written, err)
		}
		if took := time.Since(begun); took != reachWithin {
			t.Errorf("it took %v", took)
		}
		by[0].cut.Store(false)
		time.Sleep(2 * time.Second)
		if s := h.Standing(); !s.Away.IsZero() || s.Commit != written {
			t.Errorf("%+v, back again", s)
		}
		mustRegister(t, h, "here")
	})
}

// Clients are told in time that the outcome of what they wrote is unknown; it
// takes effect once, whatever they do.
func TestUnknownOutcomeIsToldInTime(t *testing.T) {
	together(t, 1, func(t *testing.T, hubs []*Hub, by []*remote) {
		h, m := hubs[0], by[0].memory
		m.next(landed)
		for range 9 {
			m.next(lost)
		}
		m.next(away, away)
		begun := time.Now()
		_, err := registered(t, h, "x", "key")
		if e, ok := errors.AsType[*OutcomeUnknownError](err); !ok || e.Key != "key" {
			t.Errorf("%v", err)
		}
		if took := time.Since(begun); took != patience {
			t.Errorf("it was told after %v", took)
		}
		if _, err := registered(t, h, "y", ""); !isUnavailable(err) {
			t.Errorf("meanwhile: %v", err)
		}
		time.Sleep(10 * time.Second)
		again, err := registered(t, h, "x", "key")
		if err != nil {
			t.Fatal(err)
		}
		if again.Commit != again.World.Commit() {
			t.Errorf("repeated, it is commit %d of %d", again.Commit, again.World.Commit())
		}
		if n := h.World().Counts().Landlords; n != 1 {
			t.Errorf("%d landlords, want 1", n)
		}
	})
}

// A try that takes its time, after one whose outcome is unknown, keeps nobody
// waiting.
func TestUnknownOutcomeIsToldDuringATry(t *testing.T) {
	together(t, 1, func(t *testing.T, hubs []*Hub, by []*remote) {
		by[0].memory.next(lost, func(ctx context.Context, m *memory, run []ledger.Commit) (int, error) {
			pause(ctx, 10*time.Second)
			return 0, ctx.Err()
		})
		begun := time.Now()
		_, err := registered(t, hubs[0], "x", "key")
		if _, ok := errors.AsType[*OutcomeUnknownError](err); !ok || time.Since(begun) != patience {
			t.Errorf("after %v: %v", time.Since(begun), err)
		}
		if again, err := registered(t, hubs[0], "x", "key"); !isUnavailable(err) && again.Commit == 0 {
			t.Errorf("repeated: %v", err)
		}
		time.Sleep(time.Second)
		if again, err := registered(t, hubs[0], "x", "key"); err != nil || again.Commit != again.World.Commit() {
			t.Errorf("repeated: %+v %v", again, err)
		}
	})
}

// What arrives while the writer catches up in vain is turned away then, and doesn't
// find out by itself.
func TestVainCatchUpTurnsAway(t *testing.T) {
	together(t, 2, func(t *testing.T, hubs []*Hub, by []*remote) {
		h, r := hubs[0], by[0]
		r.unread.Store(true)
		mustRegister(t, hubs[1], "elsewhere")
		time.Sleep(200 * time.Millisecond) // it has begun to catch up
		begun := time.Now()
		if _, err := registered(t, h, "here", ""); !isUnavailable(err) || time.Since(begun) > patience {
			t.Errorf("after %v: %v", time.Since(begun), err)
		}
		r.unread.Store(false)
		time.Sleep(10 * time.Second)
		mustRegister(t, h, "here")
	})
}

func isUnavailable(err error) bool {
	_, ok := errors.AsType[*UnavailableError](err)
	return ok
}

// A hub whose clock is off doesn't write, and says so; one whose clock is set
// right does.
func TestClockThatIsOff(t *testing.T) {
	for _, skew := range []time.Duration{-6 * time.Second, 6 * time.Second} {
		together(t, 1, func(t *testing.T, hubs []*Hub, by []*remote) {
			h, r := hubs[0], by[0]
			r.skew.Store(int64(skew))
			time.Sleep(2 * time.Minute)
			_, err := registered(t, h, "x", "")
			off, ok := errors.AsType[*SkewError](err)
			if !isUnavailable(err) || !ok || off.By != -skew {
				t.Errorf("off by %v: %v", -skew, err)
			}
			r.skew.Store(int64(4 * time.Second))
			time.Sleep(2 * time.Minute)
			mustRegister(t, h, "x")
		})
	}
}

// Each run is told of once it is durable and can be read here, in order; commits of
// other hubs aren't.
func TestAppendedIsTold(t *testing.T) {
	m, c := newMemory(), newClock()
	var told []uint64 // the writer's goroutine appends; a Do that returns comes after
	var h *Hub
	own := config(t, m, c.tell)
	own.Appended = func(commit uint64) {
		head, err := m.Head(context.Background())
		if err != nil || head.Number < commit || h != nil && h.World().Commit() != commit {
			t.Errorf("told of %d, the head is %d: %v", commit, head.Number, err)
		}
		told = append(told, commit)
	}
	h = opened(t, own)
	other := opened(t, config(t, m, c.tell))
	before := h.World().Commit()
	first := mustRegister(t, h, "A").Commit
	mustRegister(t, other, "B")
	third := mustRegister(t, h, "C").Commit // catches up first
	if want := []uint64{first, third}; first != before+1 || third != first+2 || !slices.Equal(told[len(told)-2:], want) {
		t.Errorf("told of %v, want %v at the end", told, want)
	}
}

// A hub whose ledger was raised to a format that it doesn't know writes no more,
// whether it hears of it at once or comes back to it, and says since when it is
// old; who follows it learns that nothing more will come.
func TestOutgrown(t *testing.T) {
	for _, whileAway := range []bool{false, true} {
		together(t, 2, func(t *testing.T, hubs []*Hub, by []*remote) {
			h := hubs[0]
			if whileAway {
				by[0].cut.Store(true)
				time.Sleep(2 * time.Second)
			}
			by[0].raised.Store(true)
			by[0].cut.Store(false)
			begun := time.Now()
			<-h.Halted()
			if took := time.Since(begun); took > time.Second {
				t.Errorf("it took %v", took)
			}
			_, err := registered(t, h, "here", "")
			newer, ok := errors.AsType[*ledger.FormatError](err)
			if !isUnavailable(err) || !ok || newer.Format != 1000 {
				t.Errorf("told %v", err)
			}
			first := h.Standing()
			mustRegister(t, hubs[1], "elsewhere")
			time.Sleep(time.Minute)
			by[0].raised.Store(false)
			time.Sleep(time.Minute)
			s := h.Standing()
			if _, ok := errors.AsType[*ledger.FormatError](s.Err); !ok || s.Away.IsZero() || s.Away != first.Away || s.Commit != first.Commit {
				t.Errorf("%+v, and two minutes later %+v", first, s)
			}
		})
	}
}
