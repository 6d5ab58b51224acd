package hub

import (
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

type spaceRow = world.Row[domain.VacantSpace]

// RegisterSpace enters a space on a site. The landlord and staff.
type RegisterSpace struct {
	Site    domain.LandlordSiteRef
	Space   domain.SpaceFields
	Publish bool
	// Synthetic marks sample data; the API never sets it.
	Synthetic bool
}

func (RegisterSpace) Action() string { return "space.register" }

func (c RegisterSpace) decide(d *decision) error {
	site, err := d.siteForSpaces(c.Site)
	if err != nil {
		return err
	}
	return d.registerSpace(site, c.Space, c.Publish, c.Synthetic, "input", "space")
}

// UpsertSpace registers the space with a reference, or makes the one that has
// it say exactly this. The landlord and staff.
type UpsertSpace struct {
	Site domain.LandlordSiteRef
	// Space's ExternalRef is required.
	Space           domain.SpaceFields
	Publish         bool
	ExpectedVersion *int
}

func (UpsertSpace) Action() string { return "space.upsert" }

func (c UpsertSpace) decide(d *decision) error {
	site, err := d.siteForSpaces(c.Site)
	if err != nil {
		return err
	}
	return d.upsertSpace(site, c.Space, c.Publish, c.ExpectedVersion, []string{"input", "site"}, "input", "space")
}

// ChangeSpace changes what is stated about a space. The landlord and staff.
type ChangeSpace struct {
	Space domain.VacantSpaceRef
	// ExpectedVersion is required unless the space is named by reference.
	ExpectedVersion *int
	Changes         Patch[domain.SpaceFields]
}

func (ChangeSpace) Action() string { return "space.change" }

func (c ChangeSpace) decide(d *decision) error {
	row, err := d.spaceToChange(c.Space)
	if err != nil {
		return err
	}
	if err := needsVersion(c.ExpectedVersion, c.Space.ByReference()); err != nil {
		return err
	}
	fields, err := c.Changes.apply(row.Doc.SpaceFields)
	if err != nil {
		return err
	}
	return d.changeSpace(row, fields, c.ExpectedVersion, "input", "changes")
}

// StepSpace publishes, withdraws or archives a space. The landlord and staff.
type StepSpace struct {
	Space           domain.VacantSpaceRef
	To              domain.Publication
	ExpectedVersion *int
}

func (c StepSpace) Action() string { return "space." + stepVerbs[c.To] }

func (c StepSpace) decide(d *decision) error {
	row, err := d.spaceToChange(c.Space)
	if err != nil {
		return err
	}
	s := *row.Doc
	if s.Record, err = d.stepped(s.Record, c.To, c.ExpectedVersion, "input", "space"); err != nil {
		return err
	}
	return d.putSpace(s)
}

// siteForSpaces is a site whose spaces the viewer may change.
func (d *decision) siteForSpaces(ref domain.LandlordSiteRef) (*siteRow, error) {
	site, err := d.siteToChange(ref)
	if err != nil {
		return nil, err
	}
	return site, notArchived(site.Doc.Record, "input", "site")
}

// space finds what a reference names, if the viewer may see it.
func (d *decision) space(ref domain.VacantSpaceRef, path ...string) (*spaceRow, error) {
	if ref.ID != nil && ref.ExternalRef == nil {
		row, ok := d.world.Space(domain.SpaceID(*ref.ID))
		return found(d, row, ok, domain.KindSpace, *ref.ID, append(path, "id")...)
	}
	if ref.ID != nil || ref.ExternalRef == nil {
		return nil, oneReference(path)
	}
	l, err := d.landlord(ref.LandlordID, append(path, "landlordId")...)
	if err != nil {
		return nil, err
	}
	row, ok := d.world.SpaceByRef(l.Doc.ID, *ref.ExternalRef)
	if !ok || !d.viewer.SeesManagement(row.Sight.Ownership) {
		return nil, notFound(domain.KindSpace, *ref.ExternalRef, append(path, "externalRef")...)
	}
	return row, nil
}

func (d *decision) spaceToChange(ref domain.VacantSpaceRef) (*spaceRow, error) {
	row, err := d.space(ref, "input", "space")
	if err != nil {
		return nil, err
	}
	return row, d.mayChange(row.Sight.Ownership, domain.LandlordSide)
}

// upsertSpace registers the space with the reference that the fields give, or
// makes the one that has it say what they say. sitePath is where the input
// names the site.
func (d *decision) upsertSpace(site *siteRow, f domain.SpaceFields, publish bool, expected *int, sitePath []string, root ...string) error {
	if err := needsReference(f.ExternalRef, append(root, "externalRef")...); err != nil {
		return err
	}
	row, ok := d.world.SpaceByRef(site.Doc.LandlordID, *f.ExternalRef)
	if !ok {
		d.upsert = Created
		return d.registerSpace(site, f, publish, false, root...)
	}
	if row.Doc.SiteID != site.Doc.ID {
		return domain.InvalidInput{Path: sitePath,
			French:  "l'espace de cette référence est sur un autre site, et un espace ne change pas de site : corrigez le site ou la référence",
			English: "the space with this reference is on another site, and a space doesn't move: correct the site or the reference"}
	}
	if err := d.changeSpace(row, f, expected, root...); err != nil {
		return err
	}
	d.upserted()
	return nil
}

func (d *decision) registerSpace(site *siteRow, f domain.SpaceFields, publish, synthetic bool, root ...string) error {
	id := domain.SpaceID(d.newID(domain.KindSpace))
	f.ExternalRef = cleanRef(f.ExternalRef)
	if err := d.checkSpace(id, site.Doc.LandlordID, f, root...); err != nil {
		return err
	}
	if err := d.keep(d.quotas.stock(), domain.ID(site.Doc.LandlordID), root...); err != nil {
		return err
	}
	return d.putSpace(domain.VacantSpace{ID: id, SiteID: site.Doc.ID, Record: d.newRecord(publish, synthetic), SpaceFields: f})
}

// changeSpace makes a space say what the fields say; nothing is written when it
// does already.
func (d *decision) changeSpace(row *spaceRow, f domain.SpaceFields, expected *int, root ...string) error {
	s := *row.Doc
	s.Commitments, f.Commitments = s.Declared(), f.Declared()
	f.ExternalRef = cleanRef(f.ExternalRef)
	if err := notArchived(s.Record, "input", "space"); err != nil {
		return err
	}
	if err := isVersion(s.Record, expected); err != nil {
		return err
	}
	if err := d.checkSpace(s.ID, row.Sight.Landlord, f, root...); err != nil {
		return err
	}
	if same, err := d.unchanged(domain.ID(s.ID), s.SpaceFields, f); same || err != nil {
		return err
	}
	s.SpaceFields, s.Record = f, d.touched(s.Record)
	return d.putSpace(s)
}

func (d *decision) checkSpace(id domain.SpaceID, l domain.LandlordID, f domain.SpaceFields, root ...string) error {
	p := d.problems(root...)
	f.Validate(p, checkRule)
	if f.ExternalRef != nil {
		if other, taken := d.world.SpaceByRef(l, *f.ExternalRef); taken && other.Doc.ID != id {
			p.AddRefusal(d.alreadyExists(*f.ExternalRef, domain.ID(other.Doc.ID), *other.Sight, p.At("externalRef")))
		}
	}
	return p.Err()
}

// archiveSpacesOf archives the spaces of a site that is archived.
func (d *decision) archiveSpacesOf(site domain.SiteID) error {
	for row := range d.world.SpacesOf(site) {
		s := *row.Doc
		record, changed := d.archived(s.Record)
		if !changed {
			continue
		}
		s.Record = record
		if err := d.putSpace(s); err != nil {
			return err
		}
	}
	return nil
}

func (d *decision) putSpace(s domain.VacantSpace) error {
	d.object = domain.ID(s.ID)
	s.Commitments = s.Declared() // what the requests take of it is theirs to say
	return d.put(domain.KindSpace, d.object, s)
}
