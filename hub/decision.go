package hub

import (
	"bytes"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
	"unicode/utf8"

	"github.com/palier-hub/palier/calendar"
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// Command is a business action with its input. Its exported fields are its
// input: they are what an idempotency key is compared by.
type Command interface {
	// Action names it in the ledger: "space.publish".
	Action() string
	// decide looks at the World and notes the documents to change, or answers
	// a refusal. It is pure: no I/O, no clock, no randomness but the seed's, so
	// it can be run again on a newer World.
	decide(*decision) error
}

// decision is what a command decides with and on.
type decision struct {
	world  *world.World
	viewer domain.Viewer
	// person is who the viewer is; "" when they aren't known.
	person domain.PersonID
	atlas  *geo.Atlas
	quotas Quotas
	seed   domain.Seed
	// brought is what the command carries; nil when it carries nothing.
	brought *bringing
	// at is the time of the commit to be.
	at time.Time

	action string
	made   int
	// added counts the documents that keep took note of and the World doesn't have.
	added   int
	changes []ledger.Change
	object  domain.ID
	upsert  UpsertOutcome
	// item is where the changes of the item under way begin, in a command of
	// several.
	item  int
	items []ItemOutcome
}

// itself is the hub as an actor: for the calendar and for adopting what a
// release brings.
var itself = domain.Viewer{Role: domain.RoleStaff}

// mostKey bounds an idempotency key.
const mostKey = 200

// decideOne runs one attempt on a World. No commit and no error means that
// nothing has to be written. A command that panics is a fault of the system for
// its own client only.
func (h *Hub) decideOne(w *world.World, a *attempt, now time.Time) (commit *ledger.Commit, outcome Outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			// The stack is lost when the error is masked.
			h.Logger.Error("a command panicked", "command", fmt.Sprintf("%T", a.command), "panic", p, "stack", string(debug.Stack()))
			commit, outcome, err = nil, Outcome{}, fmt.Errorf("deciding %T: panic: %v", a.command, p)
		}
	}()
	if err := admit(w, a.viewer, now); err != nil {
		return nil, Outcome{}, err
	}
	d := &decision{world: w, viewer: a.viewer, person: a.person, atlas: h.Atlas, quotas: h.Quotas, seed: a.seed, brought: a.brought, at: now, action: a.command.Action()}
	if a.key != "" {
		if receipt, repeated := w.Receipt(a.viewer.Repeater(), a.key); repeated {
			if receipt.InputHash != a.inputHash {
				return nil, Outcome{}, domain.IdempotencyConflict{Path: []string{"input", "idempotencyKey"}, Key: a.key}
			}
			return nil, recalled(w, a.command, receipt), nil
		}
		if utf8.RuneCountInString(a.key) > mostKey {
			return nil, Outcome{}, domain.InvalidInput{Path: []string{"input", "idempotencyKey"},
				French:  fmt.Sprintf("une clé compte au plus %d caractères", mostKey),
				English: fmt.Sprintf("a key has at most %d characters", mostKey)}
		}
	}
	if err := a.command.decide(d); err != nil {
		return nil, Outcome{}, err
	}
	outcome = Outcome{Object: d.object, Upsert: d.upsert, Items: d.items}
	if len(d.changes) == 0 {
		return nil, outcome, nil
	}
	head := w.Head()
	commit = &ledger.Commit{
		Number: head.Number + 1, Format: head.Format, ID: a.commitID, Time: now,
		Actor: a.viewer.Actor, Action: d.action, Prev: head.Hash,
	}
	outcome.Commit = commit.Number
	if a.key != "" {
		err := d.put(domain.KindReceipt, world.ReceiptID(a.viewer.Repeater(), a.key), domain.Receipt{
			Actor: a.viewer.Repeater(), Key: a.key, InputHash: a.inputHash,
			Commit: commit.Number, At: now, Object: d.object, Upsert: string(d.upsert), Items: initials(d.items),
		})
		if err != nil {
			return nil, Outcome{}, err
		}
	}
	commit.Changes = d.changes
	if _, err := commit.Encode(); err != nil {
		var large *ledger.TooLargeError
		if errors.As(err, &large) {
			return nil, Outcome{}, domain.TooLarge{Bytes: large.Bytes, Most: ledger.MaxCommitBytes}
		}
		return nil, Outcome{}, err
	}
	return commit, outcome, nil
}

// newID makes the next id of a kind.
func (d *decision) newID(kind domain.Kind) domain.ID {
	d.made++
	return d.seed.NewID(kind, d.made)
}

// put notes a document as it is after the command.
func (d *decision) put(kind domain.Kind, id domain.ID, doc any) error {
	encoded, err := ledger.Marshal(doc)
	if err != nil {
		return fmt.Errorf("encoding %s %s: %w", kind, id, err)
	}
	d.changes = append(d.changes, ledger.Change{Kind: kind, ID: id, Doc: encoded})
	return nil
}

// remove notes a document's deletion.
func (d *decision) remove(kind domain.Kind, id domain.ID) {
	d.changes = append(d.changes, ledger.Change{Kind: kind, ID: id})
}

// newRecord is a fresh record's own facts.
func (d *decision) newRecord(publish, synthetic bool) domain.Record {
	state := domain.PublicationDraft
	if publish {
		state = domain.PublicationPublished
	}
	return domain.Record{Version: 1, State: state, CreatedAt: d.at, UpdatedAt: d.at, Synthetic: synthetic}
}

// problems starts collecting what is wrong with a part of the input.
func (d *decision) problems(root ...string) *domain.Problems { return &domain.Problems{Root: root} }

var checkRule domain.RuleChecker = calendar.Check

// mayChange refuses viewers who see a row but may not change it.
func (d *decision) mayChange(o domain.Ownership, needed []domain.Role) error {
	if d.viewer.MayChange(o) {
		return nil
	}
	return domain.NotAllowed{Action: d.action, Needed: needed}
}

// notFound is the refusal of a row that is missing or hidden.
func notFound(kind domain.Kind, what string, path ...string) error {
	return domain.NotFound{Path: path, Type: kind.TypeName(), What: what}
}

// found refuses a row that is missing or that the viewer may not see, and an id
// of another kind.
func found[T any](d *decision, row *world.Row[T], ok bool, kind domain.Kind, id domain.ID, path ...string) (*world.Row[T], error) {
	if ok && d.viewer.MaySee(*row.Sight) {
		return row, nil
	}
	if err := expect(id, kind, path...); err != nil {
		return nil, err
	}
	return nil, notFound(kind, string(id), path...)
}

func expect(id domain.ID, kind domain.Kind, path ...string) error {
	var wrong *domain.WrongKindError
	if errors.As(id.Expect(kind), &wrong) {
		return wrong.AsRefusal(path...)
	}
	return nil
}

// isVersion refuses when the object changed since it was read; nil expects
// nothing.
func isVersion(r domain.Record, expected *int) error {
	if expected != nil && *expected != r.Version {
		return domain.VersionConflict{Path: []string{"input", "expectedVersion"}, Expected: *expected, Current: r.Version}
	}
	return nil
}

// touched is the record after a change.
func (d *decision) touched(r domain.Record) domain.Record {
	r.Version++
	r.UpdatedAt = d.at
	return r
}

// stepped is the record after a step in its life, or the refusal of the step.
func (d *decision) stepped(r domain.Record, to domain.Publication, expected *int, path ...string) (domain.Record, error) {
	if err := isVersion(r, expected); err != nil {
		return r, err
	}
	if err := r.Step(to, path); err != nil {
		return r, err
	}
	r.State = to
	return d.touched(r), nil
}

// archived is the record of something whose parent is archived; false when it
// is archived already.
func (d *decision) archived(r domain.Record) (domain.Record, bool) {
	if r.State == domain.PublicationArchived {
		return r, false
	}
	r.State = domain.PublicationArchived
	return d.touched(r), true
}

// notArchived refuses changes of what is kept for history only.
func notArchived(r domain.Record, path ...string) error {
	if r.State != domain.PublicationArchived {
		return nil
	}
	return wrongState(r, path)
}

// wrongState is the refusal of what is possible in any state but the archive.
func wrongState(r domain.Record, path []string) domain.WrongState {
	return domain.WrongState{Path: path, Current: r.State,
		Allowed: []domain.Publication{domain.PublicationDraft, domain.PublicationPublished, domain.PublicationWithdrawn}}
}

// unchanged tells that a change says what is stored already: then nothing is
// written, and the object is only named.
func (d *decision) unchanged(id domain.ID, before, after any) (bool, error) {
	d.object = id
	x, err := ledger.Marshal(before)
	if err != nil {
		return false, fmt.Errorf("comparing documents: %w", err)
	}
	y, err := ledger.Marshal(after)
	if err != nil {
		return false, fmt.Errorf("comparing documents: %w", err)
	}
	return bytes.Equal(x, y), nil
}

// upserted notes what an upsert did to an object that was there.
func (d *decision) upserted() {
	if d.upsert = Unchanged; len(d.changes) > d.item {
		d.upsert = Changed
	}
}

// UpsertOutcome says what an upsert by reference did.
type UpsertOutcome string

const (
	Created   UpsertOutcome = "CREATED"
	Changed   UpsertOutcome = "CHANGED"
	Unchanged UpsertOutcome = "UNCHANGED"
	// Withdrawn: a push of the whole stock left the object out.
	Withdrawn UpsertOutcome = "WITHDRAWN"
)

// stepVerbs are the steps as the ledger names them.
var stepVerbs = map[domain.Publication]string{
	domain.PublicationPublished: "publish",
	domain.PublicationWithdrawn: "withdraw",
	domain.PublicationArchived:  "archive",
}
