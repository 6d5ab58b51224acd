package hub

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/race"
	"github.com/palier-hub/palier/ledger"
)

// The tests of the simulation: rules broken on purpose, one at a time, each of
// which it must find. They are broken from outside, by commands that decide
// something else and by answers that a hub misreads, so that nothing in the hub
// waits to be broken.

// mutation is a rule broken on purpose.
type mutation struct {
	name string
	// decide is what a command decides in place of what it should.
	decide func(c Command, d *decision) error
	// decides makes a decide for one command.
	decides func() func(c Command, d *decision) error
	// answer is what a hub makes of the ledger's answer.
	answer func(l *line, run []ledger.Commit, durable int, err error) (int, error)
	// manifest is what a hub reads of a snapshot.
	manifest func(c *cluster, m ledger.Manifest) ledger.Manifest
	// forgetsKeys: idempotency keys don't reach the hub.
	forgetsKeys bool
}

// mutated is a command that a mutation decides.
type mutated struct {
	Command
	as func(c Command, d *decision) error
}

func (m mutated) decide(d *decision) error { return m.as(m.Command, d) }

// mostRunsToFind is within how many runs each mutation must be found.
const mostRunsToFind = 1000

func TestSimulationFindsMutations(t *testing.T) {
	if testing.Short() || race.Enabled {
		t.Skip("it takes some seconds, and a minute with the race detector")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(300))
	for i := range mutations {
		m := &mutations[i]
		t.Run(m.name, func(t *testing.T) {
			var runs atomic.Int64
			var first atomic.Pointer[simulation]
			eachRun(mostRunsToFind, func(w *worker, seed uint64) bool {
				runs.Add(1)
				s := w.simulate(t, seed, m, false)
				if s.wrong != nil {
					first.CompareAndSwap(nil, s)
				}
				return s.wrong == nil
			})
			if first.Load() == nil {
				t.Fatalf("not found in %d runs", runs.Load())
			}
			t.Logf("found after %d runs, by seed %d: %s", runs.Load(), first.Load().seed, first.Load().wrong[0])
		})
	}
}

// only breaks the commands of these actions, and no others.
func only(as func(c Command, d *decision) error, actions ...string) func(Command, *decision) error {
	return func(c Command, d *decision) error {
		if slices.Contains(actions, c.Action()) {
			return as(c, d)
		}
		return c.decide(d)
	}
}

// rewritten decides as it should, and then changes the requests that are to be
// written; false leaves one out.
func rewritten(change func(d *decision, r *domain.HostingRequest) bool) func(Command, *decision) error {
	return func(c Command, d *decision) error {
		if err := c.decide(d); err != nil {
			return err
		}
		return rewrite(d, change)
	}
}

func rewrite(d *decision, change func(d *decision, r *domain.HostingRequest) bool) error {
	decided := d.changes
	d.changes = nil
	for _, ch := range decided {
		if ch.Kind != domain.KindRequest {
			d.changes = append(d.changes, ch)
			continue
		}
		var r domain.HostingRequest
		if err := ledger.Unmarshal(ch.Doc, &r); err != nil {
			return err
		}
		if change(d, &r) {
			if err := d.put(domain.KindRequest, ch.ID, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// forced signs whatever stands in the way, when a refusal is of the kind that a
// mutation doesn't see.
func forced(blind func(d *decision, r *domain.HostingRequest, refusal domain.Refusal) bool) func(Command, *decision) error {
	return only(func(c Command, d *decision) error {
		err := c.decide(d)
		id, _ := requestOf(c)
		row, ok := d.world.Request(id)
		refusals := domain.AsRefusals(err)
		if !ok || len(refusals) != 1 || row.Doc.Proposed == nil || !blind(d, row.Doc, refusals[0]) {
			return err
		}
		action := domain.ActionSign
		if _, hosts := c.(HostRequest); hosts {
			action = domain.ActionHost
		}
		m, err := d.move(domain.ID(id), action, nil)
		if err != nil {
			return err
		}
		today := d.today()
		terms := *m.request.Proposed
		terms.SignedOn, m.step.On = &today, &today
		r := m.request.Go(m.transition, m.step)
		r.Terms, r.Proposed = append(slices.Clip(r.Terms), terms), nil
		if err := d.putRequest(r); err != nil {
			return err
		}
		return d.supersede(&r)
	}, SignConvention{}.Action(), HostRequest{}.Action())
}

// lacksOnly tells whether one condition alone isn't met.
func lacksOnly(refusal domain.Refusal, what domain.RequestRequirement) bool {
	ready, ok := refusal.(domain.NotReady)
	return ok && len(ready.Lacking) == 1 && ready.Lacking[0] == what
}

var mutations = []mutation{
	{name: "occupancy isn't checked at the signature", decide: forced(func(_ *decision, _ *domain.HostingRequest, r domain.Refusal) bool {
		return is[domain.SpaceTaken](r)
	})},
	{name: "occupancy is checked against what is declared only", decide: forced(func(_ *decision, _ *domain.HostingRequest, r domain.Refusal) bool {
		taken, ok := r.(domain.SpaceTaken)
		return ok && taken.By != nil && taken.By.Request != ""
	})},
	{name: "occupancy is checked against other requests only", decide: forced(func(_ *decision, _ *domain.HostingRequest, r domain.Refusal) bool {
		taken, ok := r.(domain.SpaceTaken)
		return ok && taken.By != nil && taken.By.Request == ""
	})},
	{name: "opening hours and availability don't count", decide: forced(func(_ *decision, _ *domain.HostingRequest, r domain.Refusal) bool {
		taken, ok := r.(domain.SpaceTaken)
		return ok && taken.By == nil
	})},
	{name: "only the first slot is compared", decide: forced(func(d *decision, r *domain.HostingRequest, refusal domain.Refusal) bool {
		if !is[domain.SpaceTaken](refusal) || len(r.Proposed.Slots) < 2 {
			return false
		}
		first := *r.Proposed
		first.Slots = first.Slots[:1]
		space, _ := r.Chosen()
		return takes(d.world, d.atlas, r, space, first) == nil
	})},
	{name: "a new term takes the space unseen", decide: only(forced(func(_ *decision, _ *domain.HostingRequest, r domain.Refusal) bool {
		return is[domain.SpaceTaken](r)
	}), HostRequest{}.Action())},
	{name: "a landlord signs without consent", decide: forced(func(_ *decision, _ *domain.HostingRequest, r domain.Refusal) bool {
		return lacksOnly(r, domain.RequiresProjectConsent)
	})},
	{name: "new terms keep the consent to the old", decide: only(rewritten(func(d *decision, r *domain.HostingRequest) bool {
		if old, ok := d.world.Request(r.ID); ok && old.Doc.Proposed != nil {
			r.Proposed.ConsentedOn = old.Doc.Proposed.ConsentedOn
		}
		return true
	}), ProposeConvention{}.Action())},
	{name: "superseding is forgotten", decide: only(rewritten(func(_ *decision, r *domain.HostingRequest) bool {
		return r.Status != domain.RequestSuperseded
	}), SignConvention{}.Action(), HostRequest{}.Action())},
	{name: "whoever wants the space among others is superseded", decide: only(func(c Command, d *decision) error {
		if err := c.decide(d); err != nil {
			return err
		}
		id, _ := requestOf(c)
		winner, _ := d.world.Request(id)
		space, chosen := winner.Doc.Chosen()
		if !chosen {
			return nil
		}
		for row := range d.world.RequestsFor(space) {
			r := *row.Doc
			t, ok := r.Transition(domain.ActionSupersede, domain.PartyHub)
			if _, one := onlySpace(&r); r.ID == id || !r.Open() || one || !ok {
				continue
			}
			step := d.step(domain.PartyHub)
			step.Actor = ""
			if err := d.putRequest(r.Go(t, step)); err != nil {
				return err
			}
		}
		d.object = domain.ID(id)
		return nil
	}, SignConvention{}.Action(), HostRequest{}.Action())},
	{name: "requests expire without reminders", decide: only(func(c Command, d *decision) error {
		if err := c.decide(d); err != nil {
			return err
		}
		for row := range d.world.RequestsDue(d.today()) {
			r := *row.Doc
			t, ok := r.Transition(domain.ActionExpire, domain.PartyHub)
			if !ok || len(r.Reminders) >= 2 {
				continue
			}
			step := d.step(domain.PartyHub)
			if err := d.putRequest(r.Go(t, step)); err != nil {
				return err
			}
		}
		d.object = ""
		return nil
	}, turnRequests{}.Action())},
	{name: "the end of a term is forgotten", decide: only(rewritten(func(_ *decision, r *domain.HostingRequest) bool {
		return r.Status != domain.RequestEnded
	}), turnRequests{}.Action())},
	{name: "a request reopens past a step that it never reached", decide: only(rewritten(func(_ *decision, r *domain.HostingRequest) bool {
		if r.Status == domain.RequestScoping {
			r.Status = domain.RequestTenantConsultation
			r.Log[len(r.Log)-1].To = r.Status
		}
		return true
	}), ReopenRequest{}.Action())},
	{name: "a group acts as its landlord", decide: func(c Command, d *decision) error {
		id, of := requestOf(c)
		if row, ok := d.world.Request(id); of && ok && d.viewer.Landlord != "" && d.viewer.Landlord == row.Sight.Group {
			d.viewer.Landlord = row.Sight.Landlord
		}
		return c.decide(d)
	}},
	{name: "who may not see a request is told that it isn't theirs", decide: func(c Command, d *decision) error {
		err := c.decide(d)
		id, of := requestOf(c)
		if row, ok := d.world.Request(id); of && ok && !d.viewer.MaySee(*row.Sight) {
			return domain.NotAllowed{Action: c.Action()}
		}
		return err
	}},
	{name: "the log is rewritten", decide: func(c Command, d *decision) error {
		return rewritten(func(_ *decision, r *domain.HostingRequest) bool {
			if n := len(r.Log); n > 4 {
				r.Log = append(slices.Clip(r.Log[:2]), r.Log[3:]...)
			}
			return true
		})(c, d)
	}},
	{name: "a correction takes a space that another has", decide: only(func(c Command, d *decision) error {
		err := c.decide(d)
		if refusals := domain.AsRefusals(err); len(refusals) != 1 || !is[domain.SpaceTaken](refusals[0]) {
			return err
		}
		given := c.(CorrectRequest)
		m, err := d.move(given.ID, domain.ActionCorrect, nil)
		if err != nil {
			return err
		}
		ending := *m.request.Ending
		ending.On = *given.On
		r := m.request.Go(m.transition, m.step)
		r.Ending = &ending
		return d.putRequest(r)
	}, CorrectRequest{}.Action())},
	{name: "a placement is public when one side agrees", decide: only(func(c Command, d *decision) error {
		if err := c.decide(d); err != nil || len(d.changes) == 0 {
			return err
		}
		return rewrite(d, func(d *decision, r *domain.HostingRequest) bool {
			return d.place(*r) == nil
		})
	}, AgreeToPublish{}.Action())},
	{name: "a mail that is claimed is claimed again", decide: only(func(c Command, d *decision) error {
		row, ok := d.world.Mailing(c.(claimMail).ID)
		if !ok || row.Doc.State != domain.MailingDue && row.Doc.State != domain.MailingClaimed {
			return nil
		}
		m := *row.Doc
		m.State, m.At, m.Attempts = domain.MailingClaimed, d.at, m.Attempts+1
		return d.putMailing(m)
	}, claimMail{}.Action())},
	{name: "a claim that nobody settled is sent again", decide: only(func(_ Command, d *decision) error {
		for row := range d.world.MailingsIn(domain.MailingClaimed, d.at.Add(-mailClaim)) {
			m := *row.Doc
			m.State, m.At = domain.MailingDue, d.at
			if err := d.putMailing(m); err != nil {
				return err
			}
		}
		return nil
	}, loseMail{}.Action())},
	{name: "a mail whose outcome is unknown is tried again", decide: only(func(c Command, d *decision) error {
		settle := c.(settleMail)
		if settle.Outcome == mailUnknown {
			settle.Outcome = mailNotSent
		}
		return settle.decide(d)
	}, settleMail{}.Action())},
	{name: "what was looked through isn't noted", decide: only(func(c Command, d *decision) error {
		if err := c.decide(d); err != nil {
			return err
		}
		d.changes = slices.DeleteFunc(d.changes, func(ch ledger.Change) bool { return ch.Kind == domain.KindMailProgress })
		return nil
	}, collectMail{}.Action())},
	{name: "a reminder counts though its mail wasn't sent", decide: only(func(c Command, d *decision) error {
		settle := c.(settleMail)
		if row, ok := d.world.Mailing(settle.ID); ok && settle.Outcome != mailSent && row.Doc.State == domain.MailingClaimed {
			if err := d.reminded(row.Doc.Events); err != nil {
				return err
			}
		}
		return settle.decide(d)
	}, settleMail{}.Action())},
	{name: "who is barred is only signed out", decide: only(func(c Command, d *decision) error {
		out := c.(RevokeAccess)
		out.Bar = false
		return out.decide(d)
	}, RevokeAccess{}.Action())},
	{name: "who was let in before is let go on", decide: only(func(c Command, d *decision) error {
		out := c.(RevokeAccess)
		a, err := d.accessOf(out.Account, nil)
		if err != nil {
			return err
		}
		d.object = domain.ID(a.ID)
		a.Barred, a.Version = true, a.Version+1 // and nothing says since when
		return d.put(domain.KindAccountAccess, d.object, a)
	}, RevokeAccess{}.Action())},
	{name: "a revoked key still opens", decide: only(func(c Command, d *decision) error {
		k, err := d.accessKeyToChange(c.(RevokeAccessKey).ID, nil)
		if err != nil {
			return err
		}
		k.Version++
		return d.putAccessKey(k)
	}, RevokeAccessKey{}.Action())},
	{name: "receipts are forgotten at once", decide: only(func(_ Command, d *decision) error {
		for id := range d.world.ReceiptsBefore(d.at) {
			d.remove(domain.KindReceipt, id)
		}
		return nil
	}, forget{}.Action())},
	{name: "a snapshot is taken for one of the commit after it", manifest: func(c *cluster, m ledger.Manifest) ledger.Manifest {
		if m.Base.Number < m.Known.Number {
			m.Base = c.head(int(m.Base.Number) + 1)
		}
		return m
	}},
	{name: "idempotency keys don't reach the hub", forgetsKeys: true},
	{name: "what was decided before a conflict stands after it", decides: once},
	{name: "a conflict is taken for an acknowledgement", answer: func(_ *line, run []ledger.Commit, durable int, err error) (int, error) {
		if is[*ledger.TakenError](err) {
			return len(run), nil
		}
		return durable, err
	}},
	{name: "what arrived of a batch is taken for all of it", answer: func(_ *line, run []ledger.Commit, durable int, err error) (int, error) {
		if durable > 0 {
			return len(run), nil
		}
		return durable, err
	}},
	{name: "an unknown outcome is taken for a refusal", answer: func(_ *line, _ []ledger.Commit, durable int, err error) (int, error) {
		if errors.Is(err, ledger.ErrOutcomeUnknown) {
			return durable, fmt.Errorf("no answer: %w", ledger.ErrUnavailable)
		}
		return durable, err
	}},
	{name: "an unknown outcome is taken for an acknowledgement", answer: func(_ *line, run []ledger.Commit, durable int, err error) (int, error) {
		if errors.Is(err, ledger.ErrOutcomeUnknown) {
			return len(run), nil
		}
		return durable, err
	}},
}

// once makes a decider that decides its command the first time, and answers the
// same ever after.
func once() func(Command, *decision) error {
	var first *decision
	return func(c Command, d *decision) error {
		if first != nil {
			d.changes, d.object = slices.Clone(first.changes), first.object
			return nil
		}
		if err := c.decide(d); err != nil {
			return err
		}
		first = &decision{changes: slices.Clone(d.changes), object: d.object}
		return nil
	}
}
