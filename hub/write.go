package hub

import (
	"context"
	"errors"
	"time"

	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// write is the one writer of the replica.
func (h *Hub) write(ctx context.Context) {
	defer close(h.stopped)
	for {
		select {
		case <-ctx.Done():
			return
		case first := <-h.queue:
			h.writeBatch(ctx, h.batch(first))
		}
	}
}

// batch takes what has arrived meanwhile.
func (h *Hub) batch(first *attempt) []*attempt {
	batch := []*attempt{first}
	for len(batch) < mostBatched {
		select {
		case a := <-h.queue:
			batch = append(batch, a)
		default:
			return batch
		}
	}
	return batch
}

// entry is an attempt that was decided on a speculative World.
type entry struct {
	*attempt
	outcome Outcome
	err     error
	// rests is how many commits of the batch the answer rests on, its own
	// included: it may be given once so many are durable. A refusal rests on
	// what was decided before it, too.
	rests int
}

// writeBatch settles every attempt of a batch. What rests on a number that
// another replica took is decided again on the World that this leaves.
func (h *Hub) writeBatch(ctx context.Context, batch []*attempt) {
	for len(batch) > 0 {
		entries, run, after := h.decide(batch)
		durable, err := h.append(ctx, run)
		if durable < len(run) {
			// Only the durable prefix may be read.
			prefix, applyErr := h.World().Apply(run[:durable])
			if applyErr != nil {
				durable, err = 0, applyErr
			} else {
				after = prefix
			}
		}
		if durable > 0 {
			h.announce(after)
		}
		rest := settle(entries, durable, after)
		if len(rest) == 0 {
			return
		}
		var taken *ledger.TakenError
		if errors.As(err, &taken) {
			err = h.catchUp(ctx)
		}
		if err != nil {
			fail(rest, err)
			return
		}
		batch = batch[:0]
		for _, e := range rest {
			batch = append(batch, e.attempt)
		}
	}
}

// decide runs the commands of a batch one after another, each on the World that
// the ones before it leave, which nobody may read yet.
func (h *Hub) decide(batch []*attempt) (entries []entry, run []ledger.Commit, after *world.World) {
	after = h.World()
	// Time never runs backwards in a ledger, whatever the clock does.
	now := h.Clock().UTC().Truncate(time.Millisecond)
	if last := after.Time(); now.Before(last) {
		now = last
	}
	for _, a := range batch {
		if !a.begin() {
			continue
		}
		commit, outcome, err := h.decideOne(after, a, now)
		if commit != nil {
			var next *world.World
			if next, err = after.Apply([]ledger.Commit{*commit}); err == nil {
				after, run = next, append(run, *commit)
			}
		}
		entries = append(entries, entry{attempt: a, outcome: outcome, err: err, rests: len(run)})
	}
	return entries, run, after
}

// settle answers the entries that rest on durable commits only and returns the
// others.
func settle(entries []entry, durable int, w *world.World) (rest []entry) {
	for _, e := range entries {
		if e.rests > durable {
			rest = append(rest, e)
			continue
		}
		e.outcome.World = w
		e.answer(e.outcome, e.err)
	}
	return rest
}

func fail(entries []entry, err error) {
	for _, e := range entries {
		switch {
		case errors.Is(err, ledger.ErrOutcomeUnknown):
			e.answer(Outcome{}, &OutcomeUnknownError{Key: e.key})
		case errors.Is(err, ledger.ErrUnavailable), errors.Is(err, ledger.ErrClosed), errors.Is(err, context.Canceled):
			e.answer(Outcome{}, &UnavailableError{Err: err})
		default:
			e.answer(Outcome{}, err)
		}
	}
}

// The pauses between tries whose outcome isn't known.
const (
	firstPause = 20 * time.Millisecond
	mostPause  = time.Second
)

// append tries until the fate of the run is known: an unknown outcome is no
// answer, since a late insert may still land. Clients whose deadline passes
// first are told so by Do.
func (h *Hub) append(ctx context.Context, run []ledger.Commit) (durable int, err error) {
	for pause := firstPause; durable < len(run); pause = min(2*pause, mostPause) {
		n, err := h.Ledger.Append(ctx, run[durable:])
		durable += n
		switch {
		case err == nil:
		case errors.Is(err, ledger.ErrOutcomeUnknown):
			h.Logger.Warn("the outcome of an append is unknown, trying again", "commit", run[durable].Number, "error", err)
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return durable, err
			}
		default:
			return durable, err
		}
	}
	return durable, nil
}

// mostApplied bounds the commits applied at once while catching up.
const mostApplied = 1024

// catchUp applies what other replicas wrote.
func (h *Hub) catchUp(ctx context.Context) error {
	w := h.World()
	var read []ledger.Commit
	apply := func() error {
		next, err := w.Apply(read)
		if err == nil {
			w, read = next, read[:0]
		}
		return err
	}
	for c, err := range h.Ledger.Read(ctx, w.Commit()) {
		if err != nil {
			return err
		}
		if read = append(read, c); len(read) == mostApplied {
			if err := apply(); err != nil {
				return err
			}
		}
	}
	if err := apply(); err != nil {
		return err
	}
	h.announce(w)
	return nil
}
