package hub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/telemetry"
	"github.com/palier-hub/palier/world"
)

// write is the one writer of the replica.
func (h *Hub) write(ctx context.Context) {
	defer close(h.stopped)
	for {
		select {
		case <-h.stopping:
			return
		case done := <-h.behind:
			h.catchUpFor(ctx, done)
		case first := <-h.queue:
			if closed(h.stopping) {
				return // refused, as all that waits
			}
			h.writeBatch(ctx, h.batch(first))
		}
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
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

// writeBatch settles every attempt of a batch. What rests on a number that
// another replica took is decided again on the World that this leaves.
func (h *Hub) writeBatch(ctx context.Context, batch []*attempt) {
	places := make([]telemetry.Place, len(batch))
	for i, a := range batch {
		places[i] = a.place
	}
	ctx, ended := h.Recorder.BeginBatch(ctx, places)
	defer ended()
	_, away := h.standing.isAway()
	for len(batch) > 0 {
		if err := cmp.Or(h.Err(), away); err != nil {
			turnAway(batch, err)
			return
		}
		p := h.decide(ctx, batch)
		rest := settle(p.entries, 0, p.worlds[0])
		durable, err := h.append(ctx, p.run, func() { doubt(rest) })
		if durable > 0 {
			h.announce(p.worlds[durable])
			if h.Appended != nil {
				h.Appended(h.World().Commit())
			}
		}
		rest = settle(rest, durable, p.worlds[durable])
		batch = batch[:0]
		for _, e := range rest {
			batch = append(batch, e.attempt)
		}
		if taken, ok := errors.AsType[*ledger.TakenError](err); ok {
			within, cancel := context.WithTimeout(ctx, patience)
			err = h.catchUp(within, taken.Number)
			cancel()
		}
		if err != nil {
			if !passing(err) {
				h.halt(err)
			}
			fail(batch, err)
			return
		}
	}
}

// plan is what a batch comes to, unless another replica writes first.
type plan struct {
	entries []entry
	run     []ledger.Commit
	// worlds[n] is the World after the first n commits of the run, which nobody
	// may read before these are durable. No commit is appended before it was
	// applied here: what is durable can be shown.
	worlds []*world.World
}

// entry is an attempt that was decided, and its answer.
type entry struct {
	*attempt
	outcome Outcome
	err     error
	// rests is how many commits of the run the answer rests on, its own
	// included: it may be given once so many are durable. A refusal rests on
	// what was decided before it, too.
	rests int
}

// decide runs the commands of a batch one after another, each on the World that
// the ones before it leave.
func (h *Hub) decide(ctx context.Context, batch []*attempt) plan {
	_, ended := h.Recorder.Begin(ctx, telemetry.Decide)
	defer ended(nil)
	now := h.World()
	p := plan{worlds: []*world.World{now}}
	// Time never runs backwards in a ledger, whatever the clock does.
	at := h.Clock().UTC().Truncate(time.Millisecond)
	if last := now.Time(); at.Before(last) {
		at = last
	}
	for _, a := range batch {
		if !a.begin() {
			continue
		}
		commit, outcome, err := h.decideOne(now, a, at)
		if commit != nil {
			var next *world.World
			if next, err = now.Apply([]ledger.Commit{*commit}); err == nil {
				now = next
				p.run, p.worlds = append(p.run, *commit), append(p.worlds, next)
			}
		}
		p.entries = append(p.entries, entry{attempt: a, outcome: outcome, err: err, rests: len(p.run)})
	}
	return p
}

// settle answers the entries that rest on durable commits only, with the World
// after these, and returns the others.
func settle(entries []entry, durable int, w *world.World) (rest []entry) {
	for _, e := range entries {
		switch {
		case e.rests > durable:
			rest = append(rest, e)
		case e.err != nil:
			e.answer(Outcome{}, e.err)
		default:
			e.outcome.World = w
			e.answer(e.outcome, nil)
		}
	}
	return rest
}

// fail answers attempts that nothing more can be done for.
func fail(batch []*attempt, err error) {
	if !errors.Is(err, ledger.ErrOutcomeUnknown) {
		turnAway(batch, err)
		return
	}
	for _, a := range batch {
		a.answer(Outcome{}, &OutcomeUnknownError{Key: a.key})
	}
}

// turnAway answers attempts of which nothing was kept.
func turnAway(batch []*attempt, err error) {
	for _, a := range batch {
		a.answer(Outcome{}, &UnavailableError{Err: err})
	}
}

// passing tells the errors after which the next batch may succeed.
func passing(err error) bool {
	return errors.Is(err, ledger.ErrUnavailable) || errors.Is(err, ledger.ErrClosed) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// The pauses between tries whose outcome isn't known.
const (
	firstPause = 20 * time.Millisecond
	mostPause  = time.Second
)

// patience is how long a run may stay of unknown outcome before its clients are
// told so, and commands that come meanwhile are turned away.
const patience = 1500 * time.Millisecond

// doubt tells those who wait for a run that it may be taking effect.
func doubt(entries []entry) {
	for _, e := range entries {
		if e.rests > 0 {
			e.answer(Outcome{}, &OutcomeUnknownError{Key: e.key})
		}
	}
}

// append tries until the fate of the run is known: an unknown outcome is no
// answer, since a late insert may still land, and what one try left unknown
// stays so when the next one can't reach the ledger. Clients whose deadline
// passes first are told so by Do, and all by doubted when it takes long. An
// error that is ErrOutcomeUnknown says that no further try makes sense.
func (h *Hub) append(ctx context.Context, run []ledger.Commit, doubted func()) (durable int, err error) {
	if len(run) == 0 {
		return 0, nil
	}
	ctx, ended := h.Recorder.Begin(ctx, telemetry.Append)
	defer func() { ended(err) }()
	unknown, told := false, false
	patient, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	impatient := patient.Done()
	trying := ctx // the first try takes the time that the ledger gives it
	defer func() {
		if told {
			h.regain()
		}
	}()
	for pause := firstPause; durable < len(run); pause = min(2*pause, mostPause) {
		n, err := h.Ledger.Append(trying, run[durable:])
		durable += n
		_, taken := errors.AsType[*ledger.TakenError](err)
		switch {
		case err == nil:
			continue
		case taken:
			return durable, err
		case errors.Is(err, ledger.ErrOutcomeUnknown):
			unknown = true
		case !unknown:
			return durable, err
		case !errors.Is(err, ledger.ErrUnavailable) && !errors.Is(err, trying.Err()):
			return durable, fmt.Errorf("%w: %w", ledger.ErrOutcomeUnknown, err)
		}
		h.Logger.Warn("the outcome of an append is unknown, trying again", "commit", run[durable].Number, "error", err)
		select {
		case <-time.After(pause):
		case <-impatient:
		case <-ctx.Done():
		}
		switch {
		case ctx.Err() != nil:
			return durable, fmt.Errorf("%w: %w", ledger.ErrOutcomeUnknown, ctx.Err())
		case patient.Err() == nil:
			trying = patient
			continue
		case !told:
			told, impatient, trying = true, nil, ctx
			doubted()
		}
		h.lose(err)
	}
	return durable, nil
}

// mostApplied bounds the commits applied at once while catching up.
const mostApplied = 1024

// catchUp applies what other replicas wrote, at least up to a number that one
// of them took.
func (h *Hub) catchUp(ctx context.Context, number uint64) (err error) {
	ctx, ended := h.Recorder.Begin(ctx, telemetry.CatchUp)
	defer func() { ended(err) }()
	var read []ledger.Commit
	apply := func() error {
		_, ended := h.Recorder.Begin(ctx, telemetry.Apply)
		next, err := h.World().Apply(read)
		ended(err)
		if err != nil {
			return fmt.Errorf("applying another replica's commits: %w", err)
		}
		h.announce(next)
		now := h.Clock()
		for _, c := range read {
			h.Recorder.Applied(ctx, now.Sub(c.Time))
		}
		read = read[:0]
		return nil
	}
	for c, err := range h.Ledger.Read(ctx, h.World().Commit()) {
		if err != nil {
			return cmp.Or(apply(), fmt.Errorf("reading another replica's commits: %w", err))
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
	if h.World().Commit() < number {
		return fmt.Errorf("%w: commit %d is taken, and can't be read yet", ledger.ErrUnavailable, number)
	}
	return nil
}
