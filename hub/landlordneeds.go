package hub

import (
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

type landlordNeedRow = world.Row[domain.LandlordNeed]

// RegisterLandlordNeed enters a need of a landlord. The landlord and staff.
type RegisterLandlordNeed struct {
	// LandlordID is nil for the viewer's own.
	LandlordID *domain.ID
	Need       domain.StatedLandlordNeed
	Publish    bool
	// Synthetic marks sample data; the API never sets it.
	Synthetic bool
}

func (RegisterLandlordNeed) Action() string { return "landlordNeed.register" }

func (c RegisterLandlordNeed) decide(d *decision) error {
	l, err := d.landlordForStock(c.LandlordID, "input", "landlordId")
	if err != nil {
		return err
	}
	return d.registerLandlordNeed(l.Doc.ID, c.Need, c.Publish, c.Synthetic, "input", "need")
}

// UpsertLandlordNeed registers the need with a reference, or makes the one that
// has it say exactly this. The landlord and staff.
type UpsertLandlordNeed struct {
	// LandlordID is nil for the viewer's own.
	LandlordID *domain.ID
	// Need's ExternalRef is required.
	Need            domain.StatedLandlordNeed
	Publish         bool
	ExpectedVersion *int
}

func (UpsertLandlordNeed) Action() string { return "landlordNeed.upsert" }

func (c UpsertLandlordNeed) decide(d *decision) error {
	root := []string{"input", "need"}
	l, err := d.landlordForStock(c.LandlordID, "input", "landlordId")
	if err != nil {
		return err
	}
	if err := needsReference(c.Need.ExternalRef, below(root, "externalRef")...); err != nil {
		return err
	}
	row, ok := d.world.LandlordNeedByRef(l.Doc.ID, *c.Need.ExternalRef)
	if !ok {
		d.upsert = Created
		return d.registerLandlordNeed(l.Doc.ID, c.Need, c.Publish, false, root...)
	}
	if err := d.changeLandlordNeed(row, c.Need, c.ExpectedVersion, root...); err != nil {
		return err
	}
	d.upserted()
	return nil
}

// ChangeLandlordNeed changes what is stated about a need. The landlord and
// staff.
type ChangeLandlordNeed struct {
	Need domain.LandlordNeedRef
	// ExpectedVersion is required unless the need is named by reference.
	ExpectedVersion *int
	Changes         Patch[domain.StatedLandlordNeed]
}

func (ChangeLandlordNeed) Action() string { return "landlordNeed.change" }

func (c ChangeLandlordNeed) decide(d *decision) error {
	row, err := d.landlordNeedToChange(c.Need)
	if err != nil {
		return err
	}
	if err := needsVersion(c.ExpectedVersion, c.Need.ByReference()); err != nil {
		return err
	}
	need, err := c.Changes.apply(row.Doc.Stated())
	if err != nil {
		return err
	}
	return d.changeLandlordNeed(row, need, c.ExpectedVersion, "input", "changes")
}

// StepLandlordNeed publishes, withdraws or archives a need. The landlord and
// staff.
type StepLandlordNeed struct {
	Need            domain.LandlordNeedRef
	To              domain.Publication
	ExpectedVersion *int
}

func (c StepLandlordNeed) Action() string { return "landlordNeed." + stepVerbs[c.To] }

func (c StepLandlordNeed) decide(d *decision) error {
	row, err := d.landlordNeedToChange(c.Need)
	if err != nil {
		return err
	}
	n := *row.Doc
	if n.Record, err = d.stepped(n.Record, c.To, c.ExpectedVersion, "input", "need"); err != nil {
		return err
	}
	return d.putLandlordNeed(n)
}

// landlordNeedToChange finds what a reference names, if the viewer may see it,
// and may change it.
func (d *decision) landlordNeedToChange(ref domain.LandlordNeedRef) (*landlordNeedRow, error) {
	row, err := d.landlordNeed(ref, "input", "need")
	if err != nil {
		return nil, err
	}
	return row, d.mayChange(row.Sight.Ownership, domain.LandlordSide)
}

// landlordNeed finds what a reference names, if the viewer may see it.
func (d *decision) landlordNeed(ref domain.LandlordNeedRef, path ...string) (*landlordNeedRow, error) {
	if ref.ID != nil && ref.ExternalRef == nil {
		row, ok := d.world.LandlordNeed(domain.LandlordNeedID(*ref.ID))
		return found(d, row, ok, domain.KindLandlordNeed, *ref.ID, below(path, "id")...)
	}
	if ref.ID != nil || ref.ExternalRef == nil {
		return nil, oneReference(path)
	}
	l, err := d.landlord(ref.LandlordID, below(path, "landlordId")...)
	if err != nil {
		return nil, err
	}
	row, ok := d.world.LandlordNeedByRef(l.Doc.ID, *ref.ExternalRef)
	if !ok || !d.viewer.SeesManagement(row.Sight.Ownership) {
		return nil, notFound(domain.KindLandlordNeed, *ref.ExternalRef, below(path, "externalRef")...)
	}
	return row, nil
}

func (d *decision) registerLandlordNeed(l domain.LandlordID, need domain.StatedLandlordNeed, publish, synthetic bool, root ...string) error {
	id := domain.LandlordNeedID(d.newID(domain.KindLandlordNeed))
	f, err := d.checkLandlordNeed(id, l, need, nil, root...)
	if err != nil {
		return err
	}
	if err := d.keep(d.quotas.landlordNeeds(), domain.ID(l), root...); err != nil {
		return err
	}
	return d.putLandlordNeed(domain.LandlordNeed{ID: id, LandlordID: l, Record: d.newRecord(publish, synthetic), LandlordNeedFields: f})
}

// changeLandlordNeed makes a need say what is stated; nothing is written when it
// does already.
func (d *decision) changeLandlordNeed(row *landlordNeedRow, need domain.StatedLandlordNeed, expected *int, root ...string) error {
	n := *row.Doc
	if err := notArchived(n.Record, "input", "need"); err != nil {
		return err
	}
	if err := isVersion(n.Record, expected); err != nil {
		return err
	}
	f, err := d.checkLandlordNeed(n.ID, n.LandlordID, need, n.Sites, root...)
	if err != nil {
		return err
	}
	if same, err := d.unchanged(domain.ID(n.ID), n.LandlordNeedFields, f); same || err != nil {
		return err
	}
	n.LandlordNeedFields, n.Record = f, d.touched(n.Record)
	return d.putLandlordNeed(n)
}

// checkLandlordNeed answers the fields to store, or all that is wrong with what
// is stated. Before are the sites that the need names already.
func (d *decision) checkLandlordNeed(id domain.LandlordNeedID, l domain.LandlordID, need domain.StatedLandlordNeed, before []domain.SiteID, root ...string) (domain.LandlordNeedFields, error) {
	f := need.LandlordNeedFields
	f.ExternalRef = cleanRef(f.ExternalRef)
	p := d.problems(root...)
	f.Sites = d.sitesOfNeed(p, l, need.Sites, before)
	f.Validate(p, d.atlas, checkRule)
	if f.ExternalRef != nil {
		if other, taken := d.world.LandlordNeedByRef(l, *f.ExternalRef); taken && other.Doc.ID != id {
			p.AddRefusal(d.alreadyExists(*f.ExternalRef, domain.ID(other.Doc.ID), *other.Sight, p.At("externalRef")))
		}
	}
	return f, p.Err()
}

// sitesOfNeed finds the sites that a need names. They are its landlord's own:
// another's looks like none.
func (d *decision) sitesOfNeed(p *domain.Problems, l domain.LandlordID, refs []domain.LandlordSiteRef, before []domain.SiteID) []domain.SiteID {
	ids := make([]domain.SiteID, len(refs))
	if len(refs) > domain.MostItems {
		return ids // too many, which the check of the fields says
	}
	for i, ref := range refs {
		path := p.At("sites", i)
		id, err := d.siteOfNeed(l, ref, before, path...)
		if err == nil && slices.Contains(ids[:i], id) {
			err = domain.InvalidInput{Path: path,
				French: "ce site figure deux fois : retirez-en un", English: "this site stands twice: remove one"}
		}
		for _, r := range domain.AsRefusals(err) {
			p.AddRefusal(r)
		}
		ids[i] = id
	}
	return ids
}

func (d *decision) siteOfNeed(l domain.LandlordID, ref domain.LandlordSiteRef, before []domain.SiteID, path ...string) (domain.SiteID, error) {
	if ref.LandlordID == nil {
		owner := domain.ID(l)
		ref.LandlordID = &owner
	}
	row, err := d.site(ref, path...)
	switch {
	case err != nil:
		return "", err
	case row.Doc.LandlordID != l:
		field := "id"
		if ref.ByReference() {
			field = "externalRef"
		}
		return "", notFound(domain.KindSite, ref.String(), below(path, field)...)
	case !slices.Contains(before, row.Doc.ID):
		return row.Doc.ID, notArchived(row.Doc.Record, path...)
	}
	return row.Doc.ID, nil
}

// archiveLandlordNeedsOf archives the needs of a landlord that is archived.
func (d *decision) archiveLandlordNeedsOf(l domain.LandlordID) error {
	for row := range d.world.LandlordNeedsOf(l) {
		n := *row.Doc
		record, changed := d.archived(n.Record)
		if !changed {
			continue
		}
		n.Record = record
		if err := d.putLandlordNeed(n); err != nil {
			return err
		}
	}
	return nil
}

func (d *decision) putLandlordNeed(n domain.LandlordNeed) error {
	d.object = domain.ID(n.ID)
	return d.put(domain.KindLandlordNeed, d.object, n)
}
