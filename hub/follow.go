package hub

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/palier-hub/palier/ledger"
)

// Standing is how a hub stands to its ledger.
type Standing struct {
	// Commit is the last one applied, Head the newest one that is known to be in
	// the ledger.
	Commit, Head uint64
	// Behind is since when commits that are known to be there aren't applied;
	// zero when none are missing.
	Behind time.Time
	// Away is since when the head of the ledger isn't known, or what is appended
	// can't be settled, or this hub has stopped following it; zero when all is
	// well. Reads are as old as that at most.
	Away time.Time
	// Err is why the hub writes no more until it is started again; nil while it
	// may.
	Err error
}

// Standing tells how the hub stands to its ledger now. It is for readiness
// checks, and for saying how old what is read may be.
func (h *Hub) Standing() Standing {
	h.standing.mu.Lock()
	defer h.standing.mu.Unlock()
	s := Standing{Commit: h.World().Commit(), Away: h.standing.away, Err: h.Err()}
	if s.Head = max(s.Commit, h.standing.head); s.Head > s.Commit {
		s.Behind = h.standing.headSince
	}
	return s
}

// standing is what follow and the writer know of the ledger.
type standing struct {
	mu sync.Mutex
	// head is the newest known, headSince when it became so.
	head      uint64
	headSince time.Time
	away      time.Time
	why       error
	// doubt is closed while the ledger is away: what waits to be decided is
	// turned away.
	doubt chan struct{}
}

// isAway answers why the ledger is away, nil when it isn't, and a channel that
// is closed once it is.
func (s *standing) isAway() (<-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.doubt, s.why
}

// lose notes that the ledger is away.
func (h *Hub) lose(err error) {
	if h.leave(err) {
		h.Logger.Warn("the ledger is away: reads go on and grow old, writes are refused until it is back", "error", err)
	}
}

// leave notes why nothing new is known; false when nothing was before.
func (h *Hub) leave(err error) (first bool) {
	s := &h.standing
	s.mu.Lock()
	defer s.mu.Unlock()
	s.why = err
	if !s.away.IsZero() {
		return false
	}
	s.away = h.Clock()
	close(s.doubt)
	return true
}

// regain notes that the ledger is there.
func (h *Hub) regain() {
	s := &h.standing
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away.IsZero() || h.Err() != nil {
		return
	}
	h.Logger.Info("the ledger is back", "away", h.Clock().Sub(s.away).Round(time.Millisecond))
	s.away, s.why, s.doubt = time.Time{}, nil, make(chan struct{})
}

// learn notes the newest head known.
func (h *Hub) learn(head uint64) {
	s := &h.standing
	s.mu.Lock()
	defer s.mu.Unlock()
	if head > s.head {
		s.head, s.headSince = head, h.Clock()
	}
}

const (
	// probing is the pause between two looks for a ledger that is away.
	probing = 500 * time.Millisecond
	// own is how long a commit that appears may turn out to be this hub's own,
	// durable and about to be announced.
	own = 5 * time.Millisecond
	// mostSkew is how far the clock may be off that of the ledger's machine while
	// this hub writes: commit times, due days and leases are read by all.
	mostSkew = 5 * time.Second
	// clockEvery is how often the clocks are compared.
	clockEvery = time.Minute
)

// follow keeps the World up with what other hubs append, until the context ends
// or the writer has given up.
func (h *Hub) follow(ctx context.Context) {
	var compared time.Time
	for ctx.Err() == nil && h.Err() == nil {
		err := h.compareClocks(ctx, &compared)
		if err == nil {
			err = h.hear(ctx)
		}
		if err == nil || ctx.Err() != nil || h.outgrown(err) {
			continue
		}
		h.lose(err)
		for again := h.Ledger.Head; err != nil && ctx.Err() == nil && h.Err() == nil; {
			pause(ctx, probing)
			if _, err = again(ctx); err == nil {
				err = h.compareClocks(ctx, &compared)
			}
			h.outgrown(err)
		}
		if ctx.Err() == nil {
			h.regain()
		}
	}
}

// outgrown halts the hub when the ledger was raised to a format that this program
// doesn't know: it can read nothing that comes from now on.
func (h *Hub) outgrown(err error) bool {
	_, newer := errors.AsType[*ledger.FormatError](err)
	if newer {
		h.halt(err)
	}
	return newer
}

// hear waits until there is more in the ledger than the World has, and has the
// writer apply it; a minute at most.
func (h *Hub) hear(ctx context.Context) error {
	applied := h.World().Commit()
	within, cancel := context.WithTimeout(ctx, clockEvery)
	defer cancel()
	if err := h.Ledger.Wait(within, applied); err != nil {
		if within.Err() != nil && ctx.Err() == nil {
			return nil // it is time to compare the clocks
		}
		return err
	}
	h.mu.Lock()
	next := h.next
	h.mu.Unlock()
	select {
	case <-next: // its own
	case <-time.After(own):
	}
	if h.World().Commit() > applied {
		return nil
	}
	head, err := h.Ledger.Head(ctx)
	if err != nil {
		return err
	}
	h.learn(head.Number)
	done := make(chan error, 1)
	select {
	case h.behind <- done:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-done:
		return err
	case <-h.stopped:
		return ledger.ErrClosed
	}
}

// catchUpFor is catchUp for follow: in the writer's goroutine, between batches. What
// waits for the writer is turned away when it can't, rather than tried next.
func (h *Hub) catchUpFor(ctx context.Context, done chan<- error) {
	err := h.catchUp(ctx, 0)
	switch {
	case err == nil || ctx.Err() != nil:
	case passing(err):
		h.lose(err) // follow looks for it
	default:
		h.halt(err)
	}
	done <- err
}

// SkewError says that the clock of this machine can't be trusted.
type SkewError struct {
	// By is how far it is ahead of the ledger's.
	By time.Duration
}

func (e *SkewError) Error() string {
	return fmt.Sprintf("the clock of this machine is %s ahead of the ledger's, and at most %s is allowed either way: set it right (NTP)",
		e.By.Round(100*time.Millisecond), mostSkew)
}

// clocked is a ledger that is kept by another machine, and tells its time.
type clocked interface {
	Clock(context.Context) (time.Time, error)
}

// compareClocks answers a *SkewError when the clocks differ too much. It looks
// once a minute, and again as long as something is wrong.
func (h *Hub) compareClocks(ctx context.Context, compared *time.Time) error {
	l, ok := h.Ledger.(clocked)
	if now := h.Clock(); !ok || !compared.IsZero() && now.Sub(*compared) < clockEvery && now.After(*compared) {
		return nil
	}
	asked := h.Clock()
	theirs, err := l.Clock(ctx)
	if err != nil {
		return err
	}
	answered := h.Clock()
	*compared = time.Time{}
	// It said so at some moment in between.
	if by := asked.Sub(theirs); by > mostSkew {
		return &SkewError{By: by}
	}
	if by := answered.Sub(theirs); by < -mostSkew {
		return &SkewError{By: by}
	}
	*compared = answered
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

const (
	// mostReaching bounds the readers that wait for a commit, mostReachingEach those
	// of one client, so that the others find a place, and reachWithin how long each
	// does.
	mostReaching     = 1024
	mostReachingEach = mostReaching / 8
	reachWithin      = 2 * time.Second
	// mostAhead bounds the commits that hubs write while another doesn't follow and
	// still would in time.
	mostAhead = 1 << 16
)

// reaching are the readers that wait for a commit.
type reaching struct {
	mu  sync.Mutex
	all int
	// by is how many of them are a client's.
	by map[string]int
}

func (r *reaching) begin(client string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all >= mostReaching || r.by[client] >= mostReachingEach {
		return false
	}
	if r.by == nil {
		r.by = make(map[string]int)
	}
	r.all++
	r.by[client]++
	return true
}

func (r *reaching) end(client string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all--
	if r.by[client]--; r.by[client] == 0 {
		delete(r.by, client)
	}
}

// Reach returns once the World holds a commit that some hub acknowledged, for a
// client, by whatever name. It waits two seconds at most, then answers a
// *NotReachedError, and at once for a commit that can't be there by then; a
// *BusyError when too many wait; or the context's error.
func (h *Hub) Reach(ctx context.Context, client string, commit uint64) error {
	switch at := h.World().Commit(); {
	case at >= commit:
		return nil
	case commit-at > mostAhead:
		return &NotReachedError{Asked: commit, Applied: at}
	case !h.reaching.begin(client):
		return &BusyError{}
	}
	defer h.reaching.end(client)
	if l, ok := h.Ledger.(interface{ Wake() }); ok {
		l.Wake()
	}
	within, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	if _, err := h.Wait(within, commit); err != nil && ctx.Err() == nil {
		return &NotReachedError{Asked: commit, Applied: h.World().Commit()}
	}
	return ctx.Err()
}
