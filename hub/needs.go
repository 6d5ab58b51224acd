package hub

import (
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

type needRow = world.Row[domain.HostingNeed]

// RegisterNeed enters a need of a project. The project and staff.
type RegisterNeed struct {
	// ProjectID is nil for the viewer's own.
	ProjectID *domain.ID
	Need      domain.NeedFields
	Publish   bool
	// Synthetic marks sample data; the API never sets it.
	Synthetic bool
}

func (RegisterNeed) Action() string { return "need.register" }

func (c RegisterNeed) decide(d *decision) error {
	if !d.viewer.IsStaff() && d.viewer.Role != domain.RoleProject {
		return domain.NotAllowed{Action: d.action, Needed: domain.ProjectSide}
	}
	path := []string{"input", "projectId"}
	own := domain.ID(d.viewer.Project)
	if c.ProjectID != nil {
		own = *c.ProjectID
	}
	if own == "" {
		return domain.InvalidInput{Path: path,
			French:  "indiquez le projet : votre compte n'est pas celui d'un projet",
			English: "name the project: your account isn't a project's"}
	}
	row, ok := d.world.Project(domain.ProjectID(own))
	project, err := found(d, row, ok, domain.KindProject, own, path...)
	if err != nil {
		return err
	}
	if err := d.mayChange(project.Sight.Ownership, domain.ProjectSide); err != nil {
		return err
	}
	if err := notArchived(project.Doc.Record, path...); err != nil {
		return err
	}
	if err := d.checkNeed(c.Need, "input", "need"); err != nil {
		return err
	}
	if err := d.keep(d.quotas.needs(), domain.ID(project.Doc.ID), "input", "need"); err != nil {
		return err
	}
	return d.putNeed(domain.HostingNeed{
		ID:        domain.NeedID(d.newID(domain.KindNeed)),
		ProjectID: project.Doc.ID, Record: d.newRecord(c.Publish, c.Synthetic), NeedFields: c.Need,
	})
}

// ChangeNeed changes what is stated about a need. The project and staff.
type ChangeNeed struct {
	ID              domain.ID
	ExpectedVersion *int
	Changes         Patch[domain.NeedFields]
}

func (ChangeNeed) Action() string { return "need.change" }

func (c ChangeNeed) decide(d *decision) error {
	row, err := d.needToChange(c.ID)
	if err != nil {
		return err
	}
	n := *row.Doc
	if err := notArchived(n.Record, "input", "id"); err != nil {
		return err
	}
	if err := isVersion(n.Record, c.ExpectedVersion); err != nil {
		return err
	}
	if n.NeedFields, err = c.Changes.apply(n.NeedFields); err != nil {
		return err
	}
	if err := d.checkNeed(n.NeedFields, "input", "changes"); err != nil {
		return err
	}
	if same, err := d.unchanged(domain.ID(n.ID), row.Doc.NeedFields, n.NeedFields); same || err != nil {
		return err
	}
	n.Record = d.touched(n.Record)
	return d.putNeed(n)
}

// StepNeed publishes, withdraws or archives a need. The project and staff.
type StepNeed struct {
	ID              domain.ID
	To              domain.Publication
	ExpectedVersion *int
}

func (c StepNeed) Action() string { return "need." + stepVerbs[c.To] }

func (c StepNeed) decide(d *decision) error {
	row, err := d.needToChange(c.ID)
	if err != nil {
		return err
	}
	n := *row.Doc
	if n.Record, err = d.stepped(n.Record, c.To, c.ExpectedVersion, "input", "id"); err != nil {
		return err
	}
	return d.putNeed(n)
}

func (d *decision) needToChange(id domain.ID) (*needRow, error) {
	row, ok := d.world.Need(domain.NeedID(id))
	row, err := found(d, row, ok, domain.KindNeed, id, "input", "id")
	if err != nil {
		return nil, err
	}
	return row, d.mayChange(row.Sight.Ownership, domain.ProjectSide)
}

func (d *decision) checkNeed(f domain.NeedFields, root ...string) error {
	p := d.problems(root...)
	f.Validate(p, d.atlas, checkRule)
	return p.Err()
}

// archiveNeedsOf archives the needs of a project that is archived.
func (d *decision) archiveNeedsOf(project domain.ProjectID) error {
	for row := range d.world.NeedsOf(project) {
		n := *row.Doc
		record, changed := d.archived(n.Record)
		if !changed {
			continue
		}
		n.Record = record
		if err := d.putNeed(n); err != nil {
			return err
		}
	}
	return nil
}

func (d *decision) putNeed(n domain.HostingNeed) error {
	d.object = domain.ID(n.ID)
	return d.put(domain.KindNeed, d.object, n)
}
