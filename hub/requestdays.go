package hub

import (
	"context"
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// turnRequests does what the day brings: terms that have come to their end, and
// answers that didn't come in spite of reminders. Any replica may propose it;
// when nothing is due, nothing has to be done.
type turnRequests struct{}

func (turnRequests) Action() string { return "calendar.turn_requests" }

// mostTurned bounds the requests of one commit.
const mostTurned = 200

func (turnRequests) decide(d *decision) error {
	turned, bytes := 0, 0
	for row := range d.world.RequestsDue(d.today()) {
		r := *row.Doc
		step := d.step(domain.PartyHub)
		step.Actor = ""
		switch {
		case r.Occupying():
			t, ok := r.Transition(domain.ActionEnd, domain.PartyHub)
			if !ok {
				continue
			}
			until := r.Term().Until
			step.On, step.Reason = &until, string(domain.EndTerm)
			r = r.Go(t, step)
			r.Ending = &domain.HostingEnding{On: until, Reason: domain.EndTerm, Restitution: domain.RestitutionNotApplicable}
			if _, space := r.Chosen(); space {
				r.Ending.Restitution = r.Term().Restitution
			}
		case r.Expires(d.today()):
			t, ok := r.Transition(domain.ActionExpire, domain.PartyHub)
			if !ok {
				continue
			}
			r = r.Go(t, step)
		default:
			continue
		}
		before := len(d.changes)
		if err := d.putRequest(r); err != nil {
			return err
		}
		for _, c := range d.changes[before:] {
			bytes += len(c.Doc)
		}
		if turned > 0 && bytes > ledger.MaxCommitBytes/2 { // the next commit's
			d.changes = d.changes[:before]
			break
		}
		if turned++; turned == mostTurned {
			break
		}
	}
	d.object = ""
	return nil
}

// remind records that whoever owes a request's answer was reminded of it today.
func (d *decision) remind(r domain.HostingRequest) error {
	t, ok := r.Transition(domain.ActionRemind, domain.PartyHub)
	if !ok {
		return nil
	}
	step := d.step(domain.PartyHub)
	step.Actor = ""
	r = r.Go(t, step)
	r.Reminders = append(slices.Clip(r.Reminders), d.today())
	return d.putRequest(r)
}

// TurnRequests does what the day brings for the hosting requests. TurnDay calls
// it.
func (h *Hub) TurnRequests(ctx context.Context) error {
	for {
		outcome, err := h.Do(ctx, itself, turnRequests{}, "")
		if err != nil {
			return fmt.Errorf("turning the requests to %s: %w", h.World().Today(), err)
		}
		if outcome.Commit == 0 {
			return nil
		}
	}
}
