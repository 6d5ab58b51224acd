package hub

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/world"
)

// violations are what a World holds that must never be: two requests that have
// one space at one time, and requests whose history the table of transitions
// doesn't allow.
func violations(w *world.World, atlas *geo.Atlas) (wrong []string) {
	for row := range w.Requests() {
		wrong = append(wrong, astray(row.Doc)...)
	}
	for row := range w.Spaces() {
		wrong = append(wrong, overlaps(w, atlas, row.Doc)...)
	}
	return wrong
}

// overlaps are the pairs of requests that have a space at one time.
func overlaps(w *world.World, atlas *geo.Atlas, s *domain.VacantSpace) (wrong []string) {
	for i, c := range s.Commitments {
		if c.Request == "" {
			continue
		}
		others := slices.DeleteFunc(slices.Clone(s.Commitments[i+1:]), func(o domain.Commitment) bool { return o.Request == "" || o.Request == c.Request })
		if by, on, met := meets(c, others, nil, ClockOf(w, atlas, s)); met && by >= 0 {
			wrong = append(wrong, fmt.Sprintf("%s and %s both have %s (from %s; they meet on %v)", c.Request, others[by].Request, s.ID, c.From, on))
		}
	}
	return wrong
}

// astray is what a request did that the table doesn't allow.
func astray(r *domain.HostingRequest) (wrong []string) {
	at := domain.RequestStatus("")
	seen := domain.HostingRequest{}
	for i, step := range r.Log {
		say := func(what string, args ...any) {
			wrong = append(wrong, fmt.Sprintf("%s, step %d (%s): %s", r.ID, i, step.Action, fmt.Sprintf(what, args...)))
		}
		if step.From != at {
			say("begins at %s, and the request was %s", step.From, at)
		}
		if i > 0 && step.Commit < r.Log[i-1].Commit {
			say("commit %d after commit %d", step.Commit, r.Log[i-1].Commit)
		}
		if i == 0 {
			if step.To != domain.RequestDraft {
				say("begins as %s", step.To)
			}
		} else {
			seen.Status = step.From
			t, ok := seen.Transition(step.Action, step.Party)
			switch {
			case !ok:
				say("isn't possible from %s", step.From)
			case !slices.Contains(t.By, step.Party):
				say("isn't %s's to do", step.Party)
			case t.To == domain.Returns:
				if step.To != seen.ReturnTo {
					say("returns to %s, and came from %s", step.To, seen.ReturnTo)
				}
			case t.Target(&seen) != step.To:
				say("leads to %s, not %s", t.Target(&seen), step.To)
			}
			seen = seen.Go(t, step)
			seen.Log = nil
		}
		at = step.To
	}
	if at != r.Status {
		wrong = append(wrong, fmt.Sprintf("%s is %s, and its history ends with %s", r.ID, r.Status, at))
	}
	if signed := slices.ContainsFunc(r.Log, func(s domain.RequestStep) bool { return s.Action == domain.ActionSign }); r.Occupying() && (!signed || len(r.Terms) == 0) {
		wrong = append(wrong, fmt.Sprintf("%s is %s and was never signed", r.ID, r.Status))
	}
	for _, t := range r.Terms {
		if t.ConsentedOn == nil || t.SignedOn == nil {
			wrong = append(wrong, fmt.Sprintf("%s has terms that nobody consented to or signed", r.ID))
		}
	}
	return wrong
}
