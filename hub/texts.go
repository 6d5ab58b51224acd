package hub

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/world"
)

// openTexts makes the personal store this ledger's, and brings it up to date: an
// older copy may have come back.
func (h *Hub) openTexts(ctx context.Context, w *world.World) (err error) {
	if err := h.Texts.Claim(ctx, w.LedgerID()); err != nil {
		return fmt.Errorf("opening the personal store: %w", err)
	}
	if h.secret, err = h.Texts.Secret(ctx); err != nil {
		return fmt.Errorf("opening the personal store: %w", err)
	}
	return h.applyErasures(ctx, w)
}

// bringer is a command that carries texts, or whose decision rests on what the
// personal store holds. Both come before it is queued: decide does no I/O, and
// asks for the texts' ids only (decision.text).
type bringer interface {
	bring(context.Context, *bringing) error
}

// bringing is what a command brings with it.
type bringing struct {
	store  texts.Store
	viewer domain.Viewer
	// writer is who the viewer is; nil when they aren't known.
	writer *domain.PersonID
	// seed makes the ids that decide will: the nth of a kind is seed.NewID's.
	seed domain.Seed
	at   time.Time

	problems domain.Problems
	// ids are those of the command's texts by their place, "" where it carries
	// none; list holds those that it carries.
	ids  []domain.TextID
	list []domain.Text
	// subject is for commands about a person, and persons are those that a
	// command names and that are kept.
	subject subject
	persons map[domain.PersonID]domain.Person
}

// text says what the command carries in its next place; a body of "" is none.
// The id, the author and the time are the hub's to give. A wrong body is a
// problem at the path.
func (b *bringing) text(t domain.Text, path ...any) {
	if t.Body == "" {
		b.ids = append(b.ids, "")
		return
	}
	t.ID = domain.TextID(b.seed.NewID(domain.KindText, len(b.ids)+1))
	t.Author, t.Organisation, t.Writer, t.WrittenAt = b.viewer.Actor, b.viewer.Organisation(), b.writer, b.at
	t.Validate(&b.problems, path...)
	b.ids, b.list = append(b.ids, t.ID), append(b.list, t)
}

// text is the id of the text in a place, counted from 0; "" when the command
// carries none there.
func (d *decision) text(n int) domain.TextID {
	if d.brought == nil || n >= len(d.brought.ids) {
		return ""
	}
	return d.brought.ids[n]
}

// bring writes a command's texts to the personal store, so that what its commit
// will refer to is there. A command that would be refused now is refused, and
// leaves nothing there; one that is refused later leaves texts that nothing
// refers to, which are swept.
func (h *Hub) bring(ctx context.Context, a *attempt) error {
	c, ok := a.command.(bringer)
	if !ok {
		return nil
	}
	at := h.Clock().UTC().Truncate(time.Millisecond)
	b := &bringing{store: h.Texts, viewer: a.viewer, seed: a.seed, at: at}
	if a.person != "" {
		b.writer = &a.person
	}
	if err := c.bring(ctx, b); err != nil {
		return unkept(ctx, err)
	}
	a.brought = b
	if len(b.list) == 0 && b.problems.Err() == nil {
		return nil
	}
	_, _, err := h.decideOne(h.World(), a, at)
	if wrong := domain.AsRefusals(b.problems.Err()); wrong != nil && (err == nil || domain.AsRefusals(err) != nil) {
		return append(domain.Refusals(domain.AsRefusals(err)), wrong...)
	}
	if err != nil {
		return err
	}
	return unkept(ctx, h.Texts.PutTexts(ctx, b.list))
}

// unkept says that the personal store kept nothing; nil when it did.
func unkept(ctx context.Context, err error) error {
	if erased, ok := errors.AsType[*texts.ErasedError](err); ok {
		return notFound(erased.ID.Kind(), string(erased.ID), "input")
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return &BusyError{}
	case errors.Is(err, texts.ErrUnavailable), errors.Is(err, texts.ErrClosed):
		return &UnavailableError{Err: err}
	}
	return err
}

// subject is a person as the personal store knows them.
type subject struct {
	// kept: there is something about them.
	kept    bool
	account string
	texts   []domain.TextID
	// foreign: the viewer may not handle all of these.
	foreign bool
}

// ErasePerson erases what is kept about a person: who they are, what they wrote
// and what was written about them. The commit says that it is to be done, by ids
// only; then it is done, here and, when the hub is opened, on any copy of the
// personal store from before. Staff, and the person; a portal that acts for them,
// when all of it was written within its organisation.
type ErasePerson struct{ Person domain.PersonID }

func (ErasePerson) Action() string { return "person.erase" }

func (c ErasePerson) bring(ctx context.Context, b *bringing) error {
	found, err := b.store.Persons(ctx, []domain.PersonID{c.Person})
	if err != nil {
		return err
	}
	p, known := found[c.Person]
	b.subject = subject{kept: known, account: p.Account}
	if !b.viewer.MayErasePerson(c.Person, p.Account) {
		return nil // decide refuses, and what follows may take long
	}
	all, err := b.store.ExportPerson(ctx, c.Person)
	if err != nil {
		return err
	}
	for _, t := range all.Texts {
		b.subject.texts = append(b.subject.texts, t.ID)
		b.subject.foreign = b.subject.foreign || !b.viewer.MayHandle(t)
	}
	b.subject.kept = known || len(all.Texts) > 0
	return nil
}

func (c ErasePerson) decide(d *decision) error {
	path := []string{"input", "person"}
	if err := expect(domain.ID(c.Person), domain.KindPerson, path...); err != nil {
		return err
	}
	who := d.brought.subject
	if !d.viewer.MayErasePerson(c.Person, who.account) {
		return notFound(domain.KindPerson, string(c.Person), path...)
	}
	if e, already := d.world.ErasureOf(c.Person); already {
		d.object = domain.ID(e.ID)
		return nil
	}
	if !who.kept {
		return notFound(domain.KindPerson, string(c.Person), path...)
	}
	if who.foreign {
		return domain.InvalidInput{Path: path,
			French:  "une partie de ce qui est conservé de cette personne ne vient pas de votre organisation : elle l'efface en se connectant elle-même, ou l'équipe de la fondation le fait pour elle",
			English: "a part of what is kept about this person isn't of your organisation: they erase it by signing in themself, or the foundation's staff do it for them"}
	}
	d.object = d.newID(domain.KindErasure)
	return d.put(domain.KindErasure, d.object, domain.Erasure{
		ID: domain.ErasureID(d.object), Person: c.Person, Texts: who.texts, At: d.at,
	})
}

// applyErasures makes sure that the personal store is without what a World says
// is erased. It does nothing, and soon, where that is so.
func (h *Hub) applyErasures(ctx context.Context, w *world.World) error {
	var all []domain.Erasure
	for e := range w.Erasures() {
		all = append(all, e)
	}
	if err := h.Texts.Reapply(ctx, all); err != nil {
		return fmt.Errorf("erasing from the personal store: %w", err)
	}
	h.erased.Store(int64(len(all)))
	return nil
}

// carryOut does what an accepted command leaves to do outside of the ledger.
// That its client went away doesn't stop it; when it can't be done now,
// KeepCalendar tries again, and so does a repeated command.
func (h *Hub) carryOut(ctx context.Context, a *attempt, o Outcome) error {
	if _, erases := a.command.(ErasePerson); !erases {
		return nil
	}
	if err := h.applyErasures(context.WithoutCancel(ctx), o.World); err != nil {
		h.Logger.Error("an erasure was decided and isn't done yet, trying again in a minute", "erasure", o.Object, "error", err)
		return &OutcomeUnknownError{Key: a.key}
	}
	return nil
}

// looseFor is how long a text stays in the personal store before a commit must
// refer to it: far longer than any command takes.
const looseFor = 24 * time.Hour

// sweepEvery is how often KeepCalendar sweeps the personal store.
const sweepEvery = time.Hour

// SweepTexts removes the texts of more than a day ago that nothing refers to,
// and answers how many: those of commands that were refused, or cut off by a
// crash. KeepCalendar calls it.
func (h *Hub) SweepTexts(ctx context.Context) (int, error) {
	// A World that doesn't follow its ledger doesn't know what refers to what.
	if err := h.Err(); err != nil {
		return 0, fmt.Errorf("%w: the World is behind its ledger: %w", ledger.ErrUnavailable, err)
	}
	before := h.Clock().Add(-looseFor)
	n, err := h.Texts.Sweep(ctx, before, h.World().RefersTo)
	if err != nil {
		return n, fmt.Errorf("sweeping the personal store: %w", err)
	}
	return n, nil
}

// keepTexts carries out erasures that aren't yet, and sweeps once an hour; it
// answers when it last swept.
func (h *Hub) keepTexts(ctx context.Context, swept time.Time) time.Time {
	if w := h.World(); int64(w.Counts().Erasures) != h.erased.Load() {
		if err := h.applyErasures(ctx, w); err != nil {
			h.Logger.Error("an erasure was decided and isn't done yet, trying again in a minute", "error", err)
		}
	}
	now := h.Clock()
	if now.Sub(swept) < sweepEvery || h.Err() != nil {
		return swept
	}
	if _, err := h.SweepTexts(ctx); err != nil {
		h.Logger.Error("texts that nothing refers to weren't swept, trying again in a minute", "error", err)
		return swept
	}
	return now
}
