package loaders

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/fold"
)

// Who people are. It is kept in the personal store, so that reading it costs I/O:
// each of these reads once for a level of an answer.

// Person by id; nil for one whom the viewer may not see.
func (s *Session) Person(ctx context.Context, id domain.PersonID) (*domain.Person, error) {
	p, err := one(s.people.get(ctx, s.readPersons, id))
	if p == nil || !s.seesPerson(*p) {
		return nil, err
	}
	return p, nil
}

func (s *Session) readPersons(ctx context.Context, ids []domain.PersonID) (map[domain.PersonID]domain.Person, error) {
	return s.hub.ReadPersons(ctx, s.viewer, ids)
}

// seesPerson: persons are for themselves, their organisation and its group, staff,
// and those who see a request of which they are a contact.
func (s *Session) seesPerson(p domain.Person) bool {
	w := s.World()
	if s.viewer.MaySeePerson(p, w.OwnershipOf(p.Organisation)) {
		return true
	}
	for row := range w.RequestsWith(p.ID) {
		if s.viewer.MaySee(*row.Sight) && isContact(row.Doc, p) {
			return true
		}
	}
	return false
}

// isContact tells whether somebody is a contact of a request: named by it, and
// still of the side that named them.
func isContact(r *domain.HostingRequest, p domain.Person) bool {
	return slices.ContainsFunc([]domain.RequestParty{domain.PartyProject, domain.PartyLandlord}, func(party domain.RequestParty) bool {
		return slices.Contains(r.Contacts.Of(party), p.ID) && p.Organisation == r.OrganisationOf(party)
	})
}

// ContactsOf are whom to call on a side of a request that the viewer was shown.
// Those who were erased, or left, aren't among them.
func (s *Session) ContactsOf(ctx context.Context, r *domain.HostingRequest, party domain.RequestParty) ([]*domain.Person, error) {
	found, err := s.contacts.get(ctx, s.readPersons, r.Contacts.Of(party)...)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(p *domain.Person) bool { return !isContact(r, *p) }), nil
}

// ViewerPerson is who asks: the person that a portal acts for, or who has the
// account; nil when they aren't known.
func (s *Session) ViewerPerson(ctx context.Context) (*domain.Person, error) {
	p, ok, err := s.hub.PersonOfViewer(ctx, s.viewer)
	if err != nil || !ok {
		return nil, err
	}
	return &p, nil
}

// Persons are those of an organisation that the viewer may see, by name; by
// default of the viewer's own, which are staff for staff.
func (s *Session) Persons(ctx context.Context, f domain.PalierPersonFilter, p Page) (*domain.PalierPersonConnection, error) {
	of := s.viewer.Organisation()
	if f.Organisation != nil {
		of = *f.Organisation
	}
	var found []domain.Person
	if s.viewer.SeesManagement(s.World().OwnershipOf(of)) {
		var err error
		if found, err = s.hub.ReadPersonsOf(ctx, s.viewer, of); err != nil {
			return nil, fmt.Errorf("reading the personal store: %w", err)
		}
	}
	return page(s, list[domain.Person]{
		scope: []any{"persons", of},
		seen: func(yield func(*domain.Person) bool) {
			for i := range found {
				if !yield(&found[i]) {
					return
				}
			}
		},
		id:  func(p *domain.Person) string { return string(p.ID) },
		key: func(p *domain.Person) sortKey { return sortKey{Text: fold.Plain(p.Name)} },
		facets: []facet[domain.Person]{
			{"role", "PalierRole", func(p *domain.Person) []string { return texts(p.Role()) }},
		},
	}, p)
}

// PutPerson keeps a person's identity and answers it as it is now.
func (s *Session) PutPerson(ctx context.Context, c hub.PutPerson) (*domain.Person, error) {
	id, err := s.hub.PutPerson(ctx, s.viewer, c)
	if err != nil {
		return nil, err
	}
	s.forget()
	return s.Person(ctx, id)
}

// ErasedTexts counts the texts that went with an erasure that the viewer caused.
func (s *Session) ErasedTexts(id domain.ErasureID) (int, bool) {
	e, ok := s.World().Erasure(id)
	return len(e.Texts), ok
}

// ExportPerson is all that is kept about a person, for them and for staff; nil
// for others, and when nothing is.
func (s *Session) ExportPerson(ctx context.Context, id domain.PersonID) (*domain.PersonExport, error) {
	export, ok, err := s.hub.ExportPerson(ctx, s.viewer, id)
	if err != nil || !ok {
		return nil, err
	}
	portable, err := json.MarshalIndent(export, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing an export: %w", err)
	}
	out := &domain.PersonExport{Person: export.Person, Texts: make([]*domain.ExportedText, len(export.Texts)), JSON: string(portable)}
	account := ""
	if export.Person != nil {
		account = export.Person.Account
	}
	for i, t := range export.Texts {
		out.Texts[i] = &domain.ExportedText{Text: t, Wrote: t.WrittenBy(id, account)}
	}
	return out, nil
}
