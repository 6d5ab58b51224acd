package hub

import (
	"context"

	"github.com/palier-hub/palier/domain"
)

// RecordApproach records a contact with a landlord. Staff.
type RecordApproach struct {
	LandlordID domain.ID
	Approach   domain.StatedApproach
	// Synthetic marks sample data; the API never sets it.
	Synthetic bool
}

func (RecordApproach) Action() string { return "approach.record" }

func (c RecordApproach) bring(_ context.Context, b *bringing) error {
	bringApproach(b, c.LandlordID, c.Approach, "approach")
	return nil
}

// bringApproach brings the words of a contact: its notes, then what is next.
// Their place is root.
func bringApproach(b *bringing, about domain.ID, s domain.StatedApproach, root string) {
	b.optional(domain.TextNote, about, s.Notes, "input", root, "notes")
	if s.NextStep != nil {
		b.needed(domain.Text{Kind: domain.TextNote, About: about, Body: s.NextStep.Words}, "input", root, "nextStep", "words")
	}
}

func (c RecordApproach) decide(d *decision) error {
	if !d.viewer.IsStaff() {
		return domain.NotAllowed{Action: d.action, Needed: domain.StaffOnly}
	}
	l, err := d.landlord(&c.LandlordID, "input", "landlordId")
	if err != nil {
		return err
	}
	a := domain.LandlordApproach{ID: domain.ApproachID(d.newID(domain.KindApproach)), LandlordID: l.Doc.ID,
		Version: 1, CreatedAt: d.at, UpdatedAt: d.at, Synthetic: c.Synthetic}
	if err := d.stateApproach(&a, c.Approach, c.Approach, true, "input", "approach"); err != nil {
		return err
	}
	return d.putApproach(a)
}

// stateApproach makes an approach say what is stated. Of the words, those that
// came are the ones given; a next step that is given stands anew.
func (d *decision) stateApproach(a *domain.LandlordApproach, s, given domain.StatedApproach, restated bool, root ...string) error {
	p := d.problems(root...)
	s.Validate(p, d.today())
	projects := d.projectsOfApproach(p, s.Projects)
	if err := p.Err(); err != nil {
		return err
	}
	a.On, a.Channel, a.Outcome, a.Projects = s.On, s.Channel, s.Outcome, projects
	if given.Notes != nil {
		a.Notes = d.text(0)
	}
	switch next := s.NextStep; {
	case !restated:
	case next == nil:
		a.NextStep = nil
	default:
		a.NextStep = &domain.ApproachNextStep{Words: d.text(1), On: next.On, Follower: d.viewer.Actor}
		if next.Follower != nil {
			a.NextStep.Follower = *next.Follower
		}
	}
	return nil
}

// projectsOfApproach finds the projects that a contact was about.
func (d *decision) projectsOfApproach(p *domain.Problems, ids []domain.ID) (projects []domain.ProjectID) {
	if len(ids) > domain.MostItems {
		return nil // too many, which the check of the fields says
	}
	for i, id := range ids {
		row, ok := d.world.Project(domain.ProjectID(id))
		row, err := found(d, row, ok, domain.KindProject, id, p.At("projects", i)...)
		for _, refusal := range domain.AsRefusals(err) {
			p.AddRefusal(refusal)
		}
		if err == nil {
			projects = append(projects, row.Doc.ID)
		}
	}
	return projects
}

// ChangeApproach corrects or completes the record of a contact. Staff.
type ChangeApproach struct {
	ID              domain.ID
	ExpectedVersion *int
	Changes         Patch[domain.StatedApproach]
}

func (ChangeApproach) Action() string { return "approach.change" }

// given is what the change says, and nothing else.
func (c ChangeApproach) given() (domain.StatedApproach, error) {
	return c.Changes.apply(domain.StatedApproach{})
}

func (c ChangeApproach) bring(_ context.Context, b *bringing) error {
	if given, err := c.given(); err == nil {
		bringApproach(b, c.ID, given, "changes")
	}
	return nil
}

func (c ChangeApproach) decide(d *decision) error {
	row, err := d.approachToChange(c.ID, c.ExpectedVersion)
	if err != nil {
		return err
	}
	a := *row.Doc
	given, err := c.given()
	if err != nil {
		return err
	}
	stated, err := c.Changes.apply(a.Stated())
	if err != nil {
		return err
	}
	if _, named := c.Changes.set["Notes"]; named && given.Notes == nil {
		a.Notes = ""
	}
	_, restated := c.Changes.set["NextStep"]
	if err := d.stateApproach(&a, stated, given, restated, "input", "changes"); err != nil {
		return err
	}
	if same, err := d.unchanged(c.ID, *row.Doc, a); same || err != nil {
		return err
	}
	a.Version++
	a.UpdatedAt = d.at
	return d.putApproach(a)
}

// CloseNextStep records that the next step of a contact was done, or given up.
// Staff.
type CloseNextStep struct {
	ID              domain.ID
	ExpectedVersion *int
	// On is nil for today.
	On *domain.Date
}

func (CloseNextStep) Action() string { return "approach.close_next_step" }

func (c CloseNextStep) decide(d *decision) error {
	row, err := d.approachToChange(c.ID, c.ExpectedVersion)
	if err != nil {
		return err
	}
	a := *row.Doc
	on := orToday(c.On, d)
	p := d.problems("input")
	d.isPast(p, *on, "on")
	p.Require(a.Due() != nil, "aucune suite n'est en attente : rien à clore", "no next step is to be done: there is nothing to close", "id")
	if err := p.Err(); err != nil {
		return err
	}
	next := *a.NextStep
	next.ClosedOn = on
	a.NextStep = &next
	a.Version++
	a.UpdatedAt = d.at
	return d.putApproach(a)
}

// approachToChange finds an approach. Others than staff see none.
func (d *decision) approachToChange(id domain.ID, expected *int) (*approachRow, error) {
	if !d.viewer.IsStaff() {
		return nil, domain.NotAllowed{Action: d.action, Needed: domain.StaffOnly}
	}
	row, ok := d.world.Approach(domain.ApproachID(id))
	row, err := found(d, row, ok, domain.KindApproach, id, "input", "id")
	if err != nil {
		return nil, err
	}
	return row, sameVersion(row.Doc.Version, expected)
}

func (d *decision) putApproach(a domain.LandlordApproach) error {
	d.object = domain.ID(a.ID)
	return d.put(domain.KindApproach, d.object, a)
}
