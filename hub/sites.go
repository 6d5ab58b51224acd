package hub

import (
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

type siteRow = world.Row[domain.LandlordSite]

// RegisterSite enters a site of a landlord. The landlord and staff.
type RegisterSite struct {
	// LandlordID is nil for the viewer's own.
	LandlordID *domain.ID
	Site       domain.SiteFields
	Publish    bool
	// Synthetic marks sample data; the API never sets it.
	Synthetic bool
}

func (RegisterSite) Action() string { return "site.register" }

func (c RegisterSite) decide(d *decision) error {
	l, err := d.landlordForStock(c.LandlordID, "input", "landlordId")
	if err != nil {
		return err
	}
	return d.registerSite(l.Doc.ID, c.Site, c.Publish, c.Synthetic, "input", "site")
}

// UpsertSite registers the site with a reference, or makes the one that has it
// say exactly this. The landlord and staff.
type UpsertSite struct {
	// LandlordID is nil for the viewer's own.
	LandlordID *domain.ID
	// Site's ExternalRef is required.
	Site            domain.SiteFields
	Publish         bool
	ExpectedVersion *int
}

func (UpsertSite) Action() string { return "site.upsert" }

func (c UpsertSite) decide(d *decision) error {
	l, err := d.landlordForStock(c.LandlordID, "input", "landlordId")
	if err != nil {
		return err
	}
	return d.upsertSite(l.Doc.ID, c.Site, c.Publish, c.ExpectedVersion, "input", "site")
}

// ChangeSite changes what is stated about a site. The landlord and staff.
type ChangeSite struct {
	Site domain.LandlordSiteRef
	// ExpectedVersion is required unless the site is named by reference.
	ExpectedVersion *int
	Changes         Patch[domain.SiteFields]
}

func (ChangeSite) Action() string { return "site.change" }

func (c ChangeSite) decide(d *decision) error {
	row, err := d.siteToChange(c.Site)
	if err != nil {
		return err
	}
	if err := needsVersion(c.ExpectedVersion, c.Site.ByReference()); err != nil {
		return err
	}
	fields, err := c.Changes.apply(row.Doc.SiteFields)
	if err != nil {
		return err
	}
	return d.changeSite(row, fields, c.ExpectedVersion, "input", "changes")
}

// StepSite publishes, withdraws or archives a site; its spaces are archived
// with it. The landlord and staff.
type StepSite struct {
	Site            domain.LandlordSiteRef
	To              domain.Publication
	ExpectedVersion *int
}

func (c StepSite) Action() string { return "site." + stepVerbs[c.To] }

func (c StepSite) decide(d *decision) error {
	row, err := d.siteToChange(c.Site)
	if err != nil {
		return err
	}
	s := *row.Doc
	if s.Record, err = d.stepped(s.Record, c.To, c.ExpectedVersion, "input", "site"); err != nil {
		return err
	}
	if c.To == domain.PublicationArchived {
		if err := d.archiveSpacesOf(s.ID); err != nil {
			return err
		}
	}
	return d.putSite(s)
}

// landlordForStock is the landlord whose stock and needs the viewer may change.
func (d *decision) landlordForStock(id *domain.ID, path ...string) (*landlordRow, error) {
	if !d.viewer.IsStaff() && d.viewer.Role != domain.RoleLandlord {
		return nil, domain.NotAllowed{Action: d.action, Needed: domain.LandlordSide}
	}
	l, err := d.landlord(id, path...)
	if err != nil {
		return nil, err
	}
	if err := d.mayChange(l.Sight.Ownership, domain.LandlordSide); err != nil {
		return nil, err
	}
	return l, notArchived(l.Doc.Record, path...)
}

// site finds what a reference names, if the viewer may see it.
func (d *decision) site(ref domain.LandlordSiteRef, path ...string) (*siteRow, error) {
	if ref.ID != nil && ref.ExternalRef == nil {
		row, ok := d.world.Site(domain.SiteID(*ref.ID))
		return found(d, row, ok, domain.KindSite, *ref.ID, append(path, "id")...)
	}
	if ref.ID != nil || ref.ExternalRef == nil {
		return nil, oneReference(path)
	}
	l, err := d.landlord(ref.LandlordID, append(path, "landlordId")...)
	if err != nil {
		return nil, err
	}
	row, ok := d.world.SiteByRef(l.Doc.ID, *ref.ExternalRef)
	if !ok || !d.viewer.SeesManagement(row.Sight.Ownership) {
		return nil, notFound(domain.KindSite, *ref.ExternalRef, append(path, "externalRef")...)
	}
	return row, nil
}

func (d *decision) siteToChange(ref domain.LandlordSiteRef) (*siteRow, error) {
	row, err := d.site(ref, "input", "site")
	if err != nil {
		return nil, err
	}
	return row, d.mayChange(row.Sight.Ownership, domain.LandlordSide)
}

// upsertSite registers the site with the reference that the fields give, or
// makes the one that has it say what they say.
func (d *decision) upsertSite(l domain.LandlordID, f domain.SiteFields, publish bool, expected *int, root ...string) error {
	if err := needsReference(f.ExternalRef, append(root, "externalRef")...); err != nil {
		return err
	}
	row, ok := d.world.SiteByRef(l, *f.ExternalRef)
	if !ok {
		d.upsert = Created
		return d.registerSite(l, f, publish, false, root...)
	}
	if err := d.changeSite(row, f, expected, root...); err != nil {
		return err
	}
	d.upserted()
	return nil
}

func (d *decision) registerSite(l domain.LandlordID, f domain.SiteFields, publish, synthetic bool, root ...string) error {
	id := domain.SiteID(d.newID(domain.KindSite))
	f.ExternalRef = cleanRef(f.ExternalRef)
	if err := d.checkSite(id, l, f, root...); err != nil {
		return err
	}
	if err := d.keep(d.quotas.stock(), domain.ID(l), root...); err != nil {
		return err
	}
	return d.putSite(domain.LandlordSite{ID: id, LandlordID: l, Record: d.newRecord(publish, synthetic), SiteFields: f})
}

// changeSite makes a site say what the fields say; nothing is written when it
// does already.
func (d *decision) changeSite(row *siteRow, f domain.SiteFields, expected *int, root ...string) error {
	s := *row.Doc
	f.ExternalRef = cleanRef(f.ExternalRef)
	if err := notArchived(s.Record, "input", "site"); err != nil {
		return err
	}
	if err := isVersion(s.Record, expected); err != nil {
		return err
	}
	if err := d.checkSite(s.ID, s.LandlordID, f, root...); err != nil {
		return err
	}
	if same, err := d.unchanged(domain.ID(s.ID), s.SiteFields, f); same || err != nil {
		return err
	}
	s.SiteFields, s.Record = f, d.touched(s.Record)
	return d.putSite(s)
}

func (d *decision) checkSite(id domain.SiteID, l domain.LandlordID, f domain.SiteFields, root ...string) error {
	p := d.problems(root...)
	f.Validate(p, d.atlas)
	if f.ExternalRef != nil {
		if other, taken := d.world.SiteByRef(l, *f.ExternalRef); taken && other.Doc.ID != id {
			p.AddRefusal(d.alreadyExists(*f.ExternalRef, domain.ID(other.Doc.ID), *other.Sight, p.At("externalRef")))
		}
	}
	return p.Err()
}

// archiveSite archives a site and its spaces with the landlord.
func (d *decision) archiveSite(s domain.LandlordSite) error {
	if err := d.archiveSpacesOf(s.ID); err != nil {
		return err
	}
	record, changed := d.archived(s.Record)
	if !changed {
		return nil
	}
	s.Record = record
	return d.putSite(s)
}

func (d *decision) putSite(s domain.LandlordSite) error {
	d.object = domain.ID(s.ID)
	return d.put(domain.KindSite, d.object, s)
}

// cleanRef is a reference as it is stored: as it is compared.
func cleanRef(ref *string) *string {
	if ref == nil {
		return nil
	}
	clean := domain.ExternalRefKey(*ref)
	return &clean
}

func needsReference(ref *string, path ...string) error {
	if ref != nil && domain.ExternalRefKey(*ref) != "" {
		return nil
	}
	return domain.InvalidInput{Path: path,
		French:  "la référence est obligatoire : c'est elle qui désigne l'objet",
		English: "the reference is required: it says which object this is"}
}

func needsVersion(expected *int, byReference bool) error {
	if expected != nil || byReference {
		return nil
	}
	return domain.InvalidInput{Path: []string{"input", "expectedVersion"},
		French:  "la version lue (management.version) est obligatoire, sauf si l'objet est désigné par sa référence",
		English: "the version that you read (management.version) is required, unless the object is named by its reference"}
}

func oneReference(path []string) error {
	return domain.InvalidInput{Path: path,
		French:  "donnez soit id, soit externalRef, et un seul des deux",
		English: "give either id or externalRef, and only one of them"}
}
