package hub

import (
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

type projectRow = world.Row[domain.InnovationProject]

// RegisterProject enters a project. Staff only.
type RegisterProject struct {
	Project domain.ProjectFields
	Publish bool
	// Synthetic marks sample data; the API never sets it.
	Synthetic bool
}

func (RegisterProject) Action() string { return "project.register" }

func (c RegisterProject) decide(d *decision) error {
	if !d.viewer.MayRegisterOrganisations() {
		return domain.NotAllowed{Action: d.action, Needed: domain.StaffOnly}
	}
	id := domain.ProjectID(d.newID(domain.KindProject))
	if err := d.checkProject(id, domain.ProjectFields{}, c.Project, "input", "project"); err != nil {
		return err
	}
	return d.putProject(domain.InnovationProject{ID: id, Record: d.newRecord(c.Publish, c.Synthetic), ProjectFields: c.Project})
}

// ChangeProject changes what a project states about itself. The project and
// staff.
type ChangeProject struct {
	ID              domain.ID
	ExpectedVersion *int
	Changes         Patch[domain.ProjectFields]
}

func (ChangeProject) Action() string { return "project.change" }

func (c ChangeProject) decide(d *decision) error {
	row, err := d.projectToChange(c.ID, domain.ProjectSide)
	if err != nil {
		return err
	}
	p := *row.Doc
	if err := notArchived(p.Record, "input", "id"); err != nil {
		return err
	}
	if err := isVersion(p.Record, c.ExpectedVersion); err != nil {
		return err
	}
	if p.ProjectFields, err = c.Changes.apply(p.ProjectFields); err != nil {
		return err
	}
	if p.Slug != row.Doc.Slug {
		return domain.InvalidInput{Path: []string{"input", "changes", "slug"},
			French:  "un nom court (slug) ne change jamais : demandez un alias à l'équipe",
			English: "a slug never changes: ask staff for an alias"}
	}
	if err := d.checkProject(p.ID, row.Doc.ProjectFields, p.ProjectFields, "input", "changes"); err != nil {
		return err
	}
	if same, err := d.unchanged(domain.ID(p.ID), row.Doc.ProjectFields, p.ProjectFields); same || err != nil {
		return err
	}
	p.Record = d.touched(p.Record)
	return d.putProject(p)
}

// StepProject publishes, withdraws or archives a project; its needs are
// archived with it, its open invitations and proposals withdrawn, its keys revoked. The project and staff; archiving is for staff.
type StepProject struct {
	ID              domain.ID
	To              domain.Publication
	ExpectedVersion *int
}

func (c StepProject) Action() string { return "project." + stepVerbs[c.To] }

func (c StepProject) decide(d *decision) error {
	needed := domain.ProjectSide
	if c.To == domain.PublicationArchived {
		needed = domain.StaffOnly
	}
	row, err := d.projectToChange(c.ID, needed)
	if err != nil {
		return err
	}
	p := *row.Doc
	if p.Record, err = d.stepped(p.Record, c.To, c.ExpectedVersion, "input", "id"); err != nil {
		return err
	}
	if c.To == domain.PublicationArchived {
		if err := d.archiveNeedsOf(p.ID); err != nil {
			return err
		}
		if err := d.closeContacts(d.world.InvitationsTo(p.ID), d.world.ProposalsFor(p.ID)); err != nil {
			return err
		}
		if err := d.close(domain.ID(p.ID)); err != nil {
			return err
		}
	}
	return d.putProject(p)
}

// projectToChange finds a project that the viewer may change in a role that may.
func (d *decision) projectToChange(id domain.ID, needed []domain.Role) (*projectRow, error) {
	row, ok := d.world.Project(domain.ProjectID(id))
	row, err := found(d, row, ok, domain.KindProject, id, "input", "id")
	if err != nil {
		return nil, err
	}
	if !slices.Contains(needed, d.viewer.Role) {
		return nil, domain.NotAllowed{Action: d.action, Needed: needed}
	}
	return row, d.mayChange(row.Sight.Ownership, needed)
}

func (d *decision) checkProject(id domain.ProjectID, before, f domain.ProjectFields, root ...string) error {
	p := d.problems(root...)
	f.Validate(p, d.atlas)
	if !slices.Equal(before.Aliases, f.Aliases) && !d.viewer.MaySetIdentifiers() {
		p.AddRefusal(domain.NotAllowed{Action: "project.set_aliases", Needed: domain.StaffOnly})
		return p.Err()
	}
	free := func(slug string, path ...any) {
		if other, taken := d.world.ProjectBySlug(slug); taken && other.Doc.ID != id {
			p.AddRefusal(d.alreadyExists(slug, domain.ID(other.Doc.ID), *other.Sight, p.At(path...)))
		}
	}
	free(f.Slug, "slug")
	for i, alias := range f.Aliases {
		free(alias, "aliases", i)
	}
	return p.Err()
}

func (d *decision) putProject(p domain.InnovationProject) error {
	d.object = domain.ID(p.ID)
	return d.put(domain.KindProject, d.object, p)
}
