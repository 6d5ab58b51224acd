package hub

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/texts"
)

// PutPerson creates a person or changes what is kept of one. It is no Command:
// persons live outside the ledger, so nothing of it is a commit.
type PutPerson struct {
	// ID is nil for whoever has the account that is stated, or somebody new.
	ID *domain.ID
	// Person are the fields stated; what isn't stays, and null removes.
	Person Patch[domain.Person]
	// Key makes repeating it safe: somebody new has an id made from it. "" is
	// none.
	Key string
}

// PutPerson keeps a person's identity and answers their id. Who may: themself,
// their organisation, staff. Errors are those of Do.
func (h *Hub) PutPerson(ctx context.Context, v domain.Viewer, c PutPerson) (domain.PersonID, error) {
	if err := admit(h.World(), v, h.Clock()); err != nil {
		return "", err
	}
	if !v.SeesRequests() {
		return "", notPut(domain.RequestSides)
	}
	h.persons.Lock()
	defer h.persons.Unlock()
	if ctx.Err() != nil { // nobody waits any more
		return "", &BusyError{}
	}
	stated, err := c.Person.apply(domain.Person{})
	if err != nil {
		return "", err
	}
	before, isNew, err := h.personToPut(ctx, v, c, stated.Account)
	if err != nil {
		return "", err
	}
	after, err := c.Person.apply(before)
	if err != nil {
		return "", err
	}
	if err := h.mayPut(v, before, after, isNew); err != nil {
		return "", err
	}
	if !isNew && texts.Same(before, after) {
		return after.ID, nil
	}
	if isNew {
		if err := h.keepPerson(ctx, v, after.Organisation); err != nil {
			return "", err
		}
	}
	after.UpdatedAt = h.Clock().UTC().Truncate(time.Millisecond)
	err = h.Texts.PutPerson(ctx, after)
	if taken, ok := errors.AsType[*texts.ConflictError](err); ok {
		refusal := domain.AlreadyExists{Path: []string{"input", "person", "account"}, Value: after.Account}
		if v.IsStaff() {
			refusal.ID = &taken.ID
		}
		return "", refusal
	}
	return after.ID, unkept(ctx, err)
}

// personToPut finds the person as kept, or begins one who is new, in the viewer's
// organisation.
func (h *Hub) personToPut(ctx context.Context, v domain.Viewer, c PutPerson, account string) (p domain.Person, isNew bool, err error) {
	known := false
	id := domain.PersonID("")
	switch {
	case c.ID != nil:
		if err := expect(*c.ID, domain.KindPerson, "input", "id"); err != nil {
			return p, false, err
		}
		id = domain.PersonID(*c.ID)
	case account != "":
		p, known, err = h.Texts.PersonOfAccount(ctx, account)
	}
	if err == nil && c.ID != nil {
		p, known, err = h.personKept(ctx, id)
	}
	switch {
	case err != nil:
		return p, false, unkept(ctx, err)
	case known && v.MaySeePerson(p, h.World().OwnershipOf(p.Organisation)):
		return p, false, nil
	case c.ID != nil:
		return p, false, notFound(domain.KindPerson, string(id), "input", "id")
	}
	// Whoever has the account is hidden: what is new with it is refused, or found
	// to be taken.
	return h.personOfKey(ctx, v, c.Key)
}

// personOfKey finds whom a key has made, or begins one who is new.
func (h *Hub) personOfKey(ctx context.Context, v domain.Viewer, key string) (p domain.Person, isNew bool, err error) {
	seed, err := h.seedOfPerson(v, key)
	if err != nil {
		return p, false, err
	}
	for n := 1; ; n++ {
		id, known := domain.PersonID(seed.NewID(domain.KindPerson, n)), false
		if key != "" {
			p, known, err = h.personKept(ctx, id)
		}
		switch {
		case err != nil:
			return p, false, unkept(ctx, err)
		case !known:
			return domain.Person{ID: id, Organisation: v.Organisation()}, true, nil
		case v.MaySeePerson(p, h.World().OwnershipOf(p.Organisation)):
			return p, false, nil
		}
		// Theirs is another organisation by now: the key's is the next.
	}
}

func (h *Hub) personKept(ctx context.Context, id domain.PersonID) (domain.Person, bool, error) {
	found, err := h.Texts.Persons(ctx, []domain.PersonID{id})
	p, known := found[id]
	return p, known, err
}

// seedOfPerson makes the id of somebody new: always the same one for a key.
func (h *Hub) seedOfPerson(v domain.Viewer, key string) (seed domain.Seed, err error) {
	if key == "" {
		if _, err := io.ReadFull(h.Entropy, seed[:]); err != nil {
			return seed, fmt.Errorf("drawing a seed: %w", err)
		}
		return seed, nil
	}
	mac := hmac.New(sha256.New, h.secret[:])
	fmt.Fprintf(mac, "person\x00%s\x00%s", v.Repeater(), key)
	copy(seed[:], mac.Sum(nil))
	return seed, nil
}

// mayPut refuses what the viewer may not state, and what can't be.
func (h *Hub) mayPut(v domain.Viewer, before, after domain.Person, isNew bool) error {
	w := h.World()
	if !isNew && !v.MayPutPerson(before, w.OwnershipOf(before.Organisation)) ||
		isNew && !v.MayChange(w.OwnershipOf(after.Organisation)) {
		return notPut(domain.RequestSides)
	}
	if !isNew && after.Organisation != before.Organisation && !v.IsStaff() {
		return notPut(domain.StaffOnly)
	}
	p := &domain.Problems{Root: []string{"input"}}
	after.Validate(p, "person")
	p.Require(after.Account == before.Account || after.Account == "" && v.IsStaff() || v.MayGiveAccount(after.Account, isNew),
		"l'équipe attribue les comptes : laissez ce champ, ou donnez le vôtre (viewer.account) en vous inscrivant",
		"staff give accounts out: leave this field out, or give your own (viewer.account) as you register", "person", "account")
	if err := p.Err(); err != nil {
		return err
	}
	known := after.Organisation == ""
	switch after.Organisation.Kind() {
	case domain.KindLandlord:
		_, known = w.Landlord(domain.LandlordID(after.Organisation))
	case domain.KindProject:
		_, known = w.Project(domain.ProjectID(after.Organisation))
	}
	if !known {
		return notFound(after.Organisation.Kind(), string(after.Organisation), "input", "person", "organisation")
	}
	return nil
}

func notPut(needed []domain.Role) error {
	return domain.NotAllowed{Action: "person.put", Needed: needed}
}
