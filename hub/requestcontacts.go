package hub

import (
	"context"
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// SetContacts says whom to call on one side of a hosting request: persons of that
// side's organisation. That side and staff, in any status.
type SetContacts struct {
	ID              domain.ID
	ExpectedVersion *int
	// Party is nil for the viewer's own side.
	Party *domain.RequestParty
	// Persons are all of them, the first one to call first.
	Persons []domain.ID
}

func (SetContacts) Action() string { return "request.set_contacts" }

func (c SetContacts) bring(ctx context.Context, b *bringing) (err error) {
	ids := make([]domain.PersonID, 0, domain.MostContacts)
	for _, id := range c.Persons[:min(len(c.Persons), domain.MostContacts)] {
		ids = append(ids, domain.PersonID(id))
	}
	b.persons, err = b.store.Persons(ctx, ids)
	return err
}

func (c SetContacts) decide(d *decision) error {
	before, own, err := d.requestOfSide(c.ID, "input", "id")
	if err != nil {
		return err
	}
	if err := sameVersion(before.Version, c.ExpectedVersion); err != nil {
		return err
	}
	party := own
	if c.Party != nil {
		party = *c.Party
	}
	p := d.problems("input")
	of := before.OrganisationOf(party)
	switch {
	case party != domain.PartyProject && party != domain.PartyLandlord:
		p.Require(false, "indiquez de quel côté : PROJECT ou LANDLORD", "say on which side: PROJECT or LANDLORD", "party")
	case own != party && own != domain.PartyStaff:
		return domain.NotAllowed{Action: d.action, Needed: map[domain.RequestParty][]domain.Role{
			domain.PartyProject: domain.ProjectSide, domain.PartyLandlord: domain.LandlordSide}[party]}
	case of == "":
		p.Require(false, "cette demande n'a pas encore de bailleur", "this request has no landlord yet", "party")
	}
	if err := p.Err(); err != nil {
		return err
	}
	contacts := d.contacts(p, of, c.Persons)
	if err := p.Err(); err != nil {
		return err
	}
	r := *before
	r.Contacts = r.Contacts.With(party, contacts)
	if same, err := d.unchanged(domain.ID(r.ID), *before, r); same || err != nil {
		return err
	}
	r.Version++
	r.UpdatedAt = d.at
	return d.putRequest(r)
}

// contacts are the persons that the input names: those of an organisation. Others
// look missing.
func (d *decision) contacts(p *domain.Problems, of domain.ID, named []domain.ID) (ids []domain.PersonID) {
	if !p.Require(len(named) <= domain.MostContacts,
		fmt.Sprintf("au plus %d personnes à joindre", domain.MostContacts), fmt.Sprintf("at most %d persons to call", domain.MostContacts), "persons") {
		return nil
	}
	for i, id := range named {
		path := p.At("persons", i)
		person, kept := d.brought.persons[domain.PersonID(id)]
		err := expect(id, domain.KindPerson, path...)
		switch {
		case err != nil:
		case !kept || person.Organisation != of:
			err = notFound(domain.KindPerson, string(id), path...)
		case slices.Contains(ids, person.ID):
			err = domain.InvalidInput{Path: path, French: "cette personne figure deux fois : retirez-en une", English: "this person stands twice: remove one"}
		}
		for _, refusal := range domain.AsRefusals(err) {
			p.AddRefusal(refusal)
		}
		ids = append(ids, person.ID)
	}
	return ids
}
