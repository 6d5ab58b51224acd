package hub

import (
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

type landlordRow = world.Row[domain.Landlord]

// RegisterLandlord enters a landlord. Staff only.
type RegisterLandlord struct {
	Landlord domain.LandlordFields
	Publish  bool
	// Synthetic marks sample data; the API never sets it.
	Synthetic bool
}

func (RegisterLandlord) Action() string { return "landlord.register" }

func (c RegisterLandlord) decide(d *decision) error {
	if !d.viewer.MayRegisterOrganisations() {
		return domain.NotAllowed{Action: d.action, Needed: domain.StaffOnly}
	}
	id := domain.LandlordID(d.newID(domain.KindLandlord))
	if err := d.checkLandlord(id, domain.LandlordFields{}, c.Landlord, "input", "landlord"); err != nil {
		return err
	}
	return d.putLandlord(domain.Landlord{ID: id, Record: d.newRecord(c.Publish, c.Synthetic), LandlordFields: c.Landlord})
}

// ChangeLandlord changes what a landlord states about itself. The landlord and
// staff.
type ChangeLandlord struct {
	ID              domain.ID
	ExpectedVersion *int
	Changes         Patch[domain.LandlordFields]
}

func (ChangeLandlord) Action() string { return "landlord.change" }

func (c ChangeLandlord) decide(d *decision) error {
	row, err := d.landlordToChange(c.ID, domain.LandlordSide)
	if err != nil {
		return err
	}
	l := *row.Doc
	if err := notArchived(l.Record, "input", "id"); err != nil {
		return err
	}
	if err := isVersion(l.Record, c.ExpectedVersion); err != nil {
		return err
	}
	if l.LandlordFields, err = c.Changes.apply(l.LandlordFields); err != nil {
		return err
	}
	if err := d.checkLandlord(l.ID, row.Doc.LandlordFields, l.LandlordFields, "input", "changes"); err != nil {
		return err
	}
	if same, err := d.unchanged(domain.ID(l.ID), row.Doc.LandlordFields, l.LandlordFields); same || err != nil {
		return err
	}
	l.Record = d.touched(l.Record)
	return d.putLandlord(l)
}

// StepLandlord publishes, withdraws or archives a landlord; its sites and needs
// are archived with it, its open invitations and proposals withdrawn, its keys revoked. The landlord and staff; archiving is for staff.
type StepLandlord struct {
	ID              domain.ID
	To              domain.Publication
	ExpectedVersion *int
}

func (c StepLandlord) Action() string { return "landlord." + stepVerbs[c.To] }

func (c StepLandlord) decide(d *decision) error {
	needed := domain.LandlordSide
	if c.To == domain.PublicationArchived {
		needed = domain.StaffOnly
	}
	row, err := d.landlordToChange(c.ID, needed)
	if err != nil {
		return err
	}
	l := *row.Doc
	if l.Record, err = d.stepped(l.Record, c.To, c.ExpectedVersion, "input", "id"); err != nil {
		return err
	}
	if c.To == domain.PublicationArchived {
		for site := range d.world.SitesOf(l.ID) {
			if err := d.archiveSite(*site.Doc); err != nil {
				return err
			}
		}
		if err := d.archiveLandlordNeedsOf(l.ID); err != nil {
			return err
		}
		if err := d.closeContacts(d.world.InvitationsOf(l.ID), d.world.ProposalsWith(l.ID)); err != nil {
			return err
		}
		if err := d.close(domain.ID(l.ID)); err != nil {
			return err
		}
	}
	return d.putLandlord(l)
}

// landlordToChange finds a landlord that the viewer may change in a role that
// may.
func (d *decision) landlordToChange(id domain.ID, needed []domain.Role) (*landlordRow, error) {
	row, ok := d.world.Landlord(domain.LandlordID(id))
	row, err := found(d, row, ok, domain.KindLandlord, id, "input", "id")
	if err != nil {
		return nil, err
	}
	if !slices.Contains(needed, d.viewer.Role) {
		return nil, domain.NotAllowed{Action: d.action, Needed: needed}
	}
	return row, d.mayChange(row.Sight.Ownership, needed)
}

// landlord is the one an input names, or the viewer's own when it names none.
func (d *decision) landlord(id *domain.ID, path ...string) (*landlordRow, error) {
	own := domain.ID(d.viewer.Landlord)
	if id != nil {
		own = *id
	}
	if own == "" {
		return nil, domain.InvalidInput{Path: path,
			French:  "indiquez le bailleur : votre compte n'est pas celui d'un bailleur",
			English: "name the landlord: your account isn't a landlord's"}
	}
	row, ok := d.world.Landlord(domain.LandlordID(own))
	return found(d, row, ok, domain.KindLandlord, own, path...)
}

// checkLandlord collects all that is wrong with a landlord's fields.
func (d *decision) checkLandlord(id domain.LandlordID, before, after domain.LandlordFields, root ...string) error {
	p := d.problems(root...)
	after.Validate(p, d.atlas)
	switch same := after.Siren == nil && before.Siren == nil || after.Siren != nil && before.Siren != nil && *after.Siren == *before.Siren; {
	case same:
	case !d.viewer.MaySetIdentifiers():
		p.AddRefusal(domain.NotAllowed{Action: "landlord.set_siren", Needed: domain.StaffOnly})
	case after.Siren != nil:
		if other, taken := d.world.LandlordBySiren(*after.Siren); taken && other.Doc.ID != id {
			p.AddRefusal(d.alreadyExists(string(*after.Siren), domain.ID(other.Doc.ID), *other.Sight, p.At("siren")))
		}
	}
	d.checkGroup(p, id, before.GroupID, after.GroupID)
	return p.Err()
}

// checkGroup: only staff say who belongs to whom, one level deep.
func (d *decision) checkGroup(p *domain.Problems, id domain.LandlordID, before, after *domain.LandlordID) {
	if after == nil && before == nil || after != nil && before != nil && *after == *before {
		return
	}
	if !d.viewer.MaySetGroup() {
		p.AddRefusal(domain.NotAllowed{Action: "landlord.set_group", Needed: domain.StaffOnly})
		return
	}
	if after == nil {
		return
	}
	group, ok := d.world.Landlord(*after)
	switch {
	case !ok:
		p.AddRefusal(domain.NotFound{Path: p.At("groupId"), Type: domain.KindLandlord.TypeName(), What: string(*after)})
		return
	case *after == id:
		p.Require(false, "un bailleur n'est pas son propre groupe", "a landlord isn't its own group", "groupId")
	case group.Doc.State == domain.PublicationArchived:
		p.AddRefusal(wrongState(group.Doc.Record, p.At("groupId")))
	case group.Doc.GroupID != nil:
		p.Require(false, "ce bailleur appartient lui-même à un groupe : indiquez le groupe de tête", "that landlord belongs to a group itself: name the head of the group", "groupId")
	}
	for range d.world.Subsidiaries(id) {
		p.Require(false, "ce bailleur a des filiales : il ne peut appartenir à un groupe", "this landlord has subsidiaries: it can't belong to a group", "groupId")
		return
	}
}

// alreadyExists names the object that holds an identifier only to who may see
// it.
func (d *decision) alreadyExists(value string, id domain.ID, s domain.Sight, path []string) domain.AlreadyExists {
	r := domain.AlreadyExists{Path: path, Value: value}
	if d.viewer.MaySee(s) {
		r.ID = &id
	}
	return r
}

func (d *decision) putLandlord(l domain.Landlord) error {
	d.object = domain.ID(l.ID)
	return d.put(domain.KindLandlord, d.object, l)
}
