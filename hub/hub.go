// Package hub is the application: it decides, appends, applies and announces.
// One goroutine writes for the whole replica; commands that arrive meanwhile
// form its next batch. Commands are pure decisions (see Command), and the World
// that readers get is always one whose commits are durable.
package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/telemetry"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/world"
)

// Config is what a hub is made of. Every field but Shared, Snapshots, Remember,
// RememberBytes, Quotas, Appended and Recorder is required.
type Config struct {
	Ledger ledger.Ledger
	// Shared: other hubs append to the ledger, too, so it is followed.
	Shared bool
	// Snapshots are what the hub boots from, and what KeepSnapshots makes; nil to
	// replay the whole ledger.
	Snapshots ledger.Snapshots
	// Remember is how many replaced rows a World remembers at most; 0 for the usual
	// number. Snapshots made by another number aren't used.
	Remember int
	// RememberBytes bounds what the commits that a World remembers have written, as
	// Remember does their rows.
	RememberBytes int
	// Quotas bound what is kept for an organisation.
	Quotas Quotas
	// Appended is told of the newest commit of each run that this hub has made
	// durable; clients wait for it, so it only takes a note. Nil tells nobody.
	Appended func(commit uint64)
	// Texts is the personal store, of this ledger only.
	Texts texts.Store
	Atlas *geo.Atlas
	// Ruleset is the version of the matching rules that this program brings.
	Ruleset string
	// Clock tells the time, to any goroutine. The writer reads it once per batch.
	Clock func() time.Time
	// Entropy feeds seeds and commit ids, in any goroutine: crypto/rand's Reader,
	// or a test's.
	Entropy io.Reader
	Logger  *slog.Logger
	// Recorder is told what the hub does; nil for nobody.
	Recorder *telemetry.Recorder
}

// Hub holds the present World and writes the next. Do, World and Wait may be
// called from any goroutine.
type Hub struct {
	Config
	world atomic.Pointer[world.World]
	queue chan *attempt
	// next is closed and replaced when a new World is announced.
	mu   sync.Mutex
	next chan struct{}
	// halted is why the writer gave up; nil while it writes. halting is closed
	// then.
	halted  atomic.Pointer[error]
	halting chan struct{}
	// behind brings the writer who waits for what other hubs appended.
	behind    chan chan<- error
	standing  standing
	snapshots snapshotting
	reaching  reaching
	// secret keys the hashes of inputs: a short text could be guessed from a
	// plain one, which the ledger keeps for ever.
	secret [32]byte
	// persons is held while one is changed: what is kept is read first.
	persons sync.Mutex
	// erased is how many erasures the personal store is known to be without.
	erased atomic.Int64

	closing  sync.Once
	stopping chan struct{}
	// giveUp ends the calls of the ledger under way.
	giveUp  context.CancelFunc
	stopped chan struct{}
	// following has what follows the ledger.
	following sync.WaitGroup
}

const (
	// mostQueued bounds the commands that wait: beyond it the hub says that it
	// is busy rather than let latency grow.
	mostQueued = 1024
	// mostBatched bounds the commands of one append.
	mostBatched = 256
	// mostFinishing bounds how long Close waits for the batch under way.
	mostFinishing = 5 * time.Second
)

// Open boots the World from the newest snapshot that is any good and the commits
// after it, or by replaying the whole ledger, erases from the personal store
// what the ledger says is erased, founds the ledger if it is empty, adopts the
// rules and geography that this program brings, and starts the writer. Close
// stops it; the ledger and the personal store stay the caller's to close.
func Open(ctx context.Context, c Config) (*Hub, error) {
	c.Quotas = c.Quotas.orUsual()
	h := &Hub{
		Config:   c,
		queue:    make(chan *attempt, mostQueued),
		next:     make(chan struct{}),
		behind:   make(chan chan<- error),
		standing: standing{doubt: make(chan struct{})},
		halting:  make(chan struct{}),
		stopping: make(chan struct{}),
		stopped:  make(chan struct{}),
	}
	w, err := h.load(ctx)
	if err != nil {
		return nil, fmt.Errorf("loading the World: %w", err)
	}
	h.world.Store(w)
	if err := h.openTexts(ctx, w); err != nil {
		return nil, err
	}
	writing, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	h.giveUp = giveUp
	go h.write(writing)
	if c.Shared {
		h.following.Go(func() { h.follow(writing) })
	}
	err = h.insist(ctx, func() error {
		_, err := h.Do(ctx, itself, adopt{Ruleset: c.Ruleset, Geography: c.Atlas.Version()}, "")
		return err
	})
	if err != nil {
		h.Close()
		return nil, fmt.Errorf("adopting rules and geography: %w", err)
	}
	if err := h.insist(ctx, func() error { return h.TurnDay(ctx) }); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// insist does what a hub begins with until it is known to be done: a ledger on
// other machines may go away meanwhile, and come back.
func (h *Hub) insist(ctx context.Context, do func() error) error {
	for {
		err := do()
		_, unknown := errors.AsType[*OutcomeUnknownError](err)
		_, unavailable := errors.AsType[*UnavailableError](err)
		if ctx.Err() != nil || h.Err() != nil || !unknown && !(unavailable && h.Shared) {
			return err
		}
		pause(ctx, probing)
	}
}

// Close finishes the batch under way, refuses what waits and stops the writer.
// What isn't finished within a few seconds is left with its outcome unknown. It
// may be called more than once.
func (h *Hub) Close() {
	h.closing.Do(func() { close(h.stopping) })
	defer h.following.Wait()
	defer h.giveUp()
	select {
	case <-h.stopped:
		return
	case <-time.After(mostFinishing):
	}
	h.giveUp()
	<-h.stopped
}

// Err is why the hub writes no more, until it is started again; nil while it
// writes. Reads go on, and grow old. It is for readiness checks.
func (h *Hub) Err() error {
	if err := h.halted.Load(); err != nil {
		return *err
	}
	return nil
}

// Halted is closed once Err isn't nil: what follows this hub hears no more.
func (h *Hub) Halted() <-chan struct{} { return h.halting }

// halt stops writing for good. The World can't follow its ledger, or doesn't
// agree with it: whatever is decided on it may be wrong.
func (h *Hub) halt(err error) {
	if !h.halted.CompareAndSwap(nil, &err) {
		return
	}
	h.Logger.Error("the hub writes no more until it is started again: its ledger can't be followed",
		"applied", h.World().Commit(), "error", err)
	if h.Shared {
		h.leave(err)
	}
	close(h.halting)
}

// World is the newest one, of durable commits only.
func (h *Hub) World() *world.World { return h.world.Load() }

// Waiting is how many commands wait for the writer.
func (h *Hub) Waiting() int { return len(h.queue) }

// Wait answers the first World at or after a commit, or the context's error.
func (h *Hub) Wait(ctx context.Context, commit uint64) (*world.World, error) {
	for {
		h.mu.Lock()
		next := h.next
		h.mu.Unlock()
		if w := h.World(); w.Commit() >= commit {
			return w, nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (h *Hub) announce(w *world.World) {
	h.world.Store(w)
	h.mu.Lock()
	close(h.next)
	h.next = make(chan struct{})
	h.mu.Unlock()
}

// Outcome is what an accepted command did.
type Outcome struct {
	// World holds the change; readers of the same operation go on from it.
	World *world.World
	// Commit is the number of the commit; 0 when nothing had to be written.
	Commit uint64
	// Object is what the command made or changed.
	Object domain.ID
	// Upsert says what an upsert did; "" for other commands.
	Upsert UpsertOutcome
	// Items say what a command of several did, in the input's order.
	Items []ItemOutcome
}

// Do decides and keeps one command. The key makes repeating it safe: once
// accepted, the same actor's same key with the same input answers the first
// commit for seven days; "" is no key.
//
// Errors: a domain.Refusal or several; *BusyError or *UnavailableError when
// nothing was kept; *OutcomeUnknownError when the context ended, or the hub was
// closed, while the command may be taking effect; anything else is a fault of
// the system.
func (h *Hub) Do(ctx context.Context, v domain.Viewer, c Command, key string) (_ Outcome, err error) {
	ctx, ended := h.Recorder.Begin(ctx, telemetry.Command, telemetry.Action(c))
	defer func() { ended(err) }()
	a := &attempt{viewer: v, command: c, key: key, place: telemetry.PlaceOf(ctx), done: make(chan result, 1)}
	if err := a.prepare(h.Entropy, h.secret); err != nil {
		return Outcome{}, err
	}
	if ctx.Err() != nil {
		return Outcome{}, &BusyError{}
	}
	away, why := h.standing.isAway()
	if why != nil {
		return Outcome{}, &UnavailableError{Err: why}
	}
	a.person = h.personOf(ctx, v)
	if err := h.bring(ctx, a); err != nil {
		return Outcome{}, err
	}
	outcome, err := h.settled(ctx, a, away)
	if err != nil {
		return Outcome{}, err
	}
	if err := h.carryOut(ctx, a, outcome); err != nil {
		return Outcome{}, err
	}
	return outcome, nil
}

// settled queues an attempt and waits until the writer has answered it. What it
// hasn't begun is given up when the ledger goes away, or when the writer is busy for
// long with what other hubs wrote.
func (h *Hub) settled(ctx context.Context, a *attempt, away <-chan struct{}) (Outcome, error) {
	select {
	case h.queue <- a:
	case <-h.stopped:
		return Outcome{}, &BusyError{}
	default:
		return Outcome{}, &BusyError{}
	}
	var late <-chan time.Time
	if h.Shared {
		late = time.After(patience)
	}
	giveUp := func() (Outcome, error) {
		if a.abandon() {
			return Outcome{}, &UnavailableError{Err: ledger.ErrUnavailable}
		}
		return h.begunBy(ctx, a)
	}
	select {
	case r := <-a.done:
		return r.outcome, r.err
	case <-away:
		return giveUp()
	case <-late:
		return giveUp()
	case <-ctx.Done():
		if a.abandon() {
			return Outcome{}, &BusyError{}
		}
		return a.answeredBy(&OutcomeUnknownError{Key: a.key})
	case <-h.stopped:
		return a.answeredBy(&BusyError{})
	}
}

// begunBy waits for what the writer makes of an attempt that it has begun.
func (h *Hub) begunBy(ctx context.Context, a *attempt) (Outcome, error) {
	select {
	case r := <-a.done:
		return r.outcome, r.err
	case <-ctx.Done():
		return a.answeredBy(&OutcomeUnknownError{Key: a.key})
	case <-h.stopped:
		return a.answeredBy(&BusyError{})
	}
}
