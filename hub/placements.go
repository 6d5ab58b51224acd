package hub

import (
	"slices"

	"github.com/palier-hub/palier/domain"
)

// AddPractice adds something to know for whoever repeats a placement. Its sides
// and staff.
type AddPractice struct {
	ID              domain.ID
	ExpectedVersion *int
	// Practice's By and On are the hub's to say.
	Practice domain.Practice
}

func (AddPractice) Action() string { return "placement.add_practice" }

func (c AddPractice) decide(d *decision) error {
	row, ok := d.world.Placement(domain.PlacementID(c.ID))
	row, err := found(d, row, ok, domain.KindPlacement, c.ID, "input", "id")
	if err != nil {
		return err
	}
	if err := d.mayChange(row.Sight.Ownership, []domain.Role{domain.RoleProject, domain.RoleLandlord, domain.RoleStaff}); err != nil {
		return err
	}
	p := *row.Doc
	if err := isVersion(p.Record, c.ExpectedVersion); err != nil {
		return err
	}
	practice := c.Practice
	practice.On = d.today()
	switch {
	case d.viewer.IsStaff():
		practice.By = domain.PartyStaff
	case d.viewer.Role == domain.RoleProject:
		practice.By = domain.PartyProject
	default:
		practice.By = domain.PartyLandlord
	}
	problems := d.problems("input", "practice")
	practice.Validate(problems)
	problems.Require(len(p.Practices) < domain.MostItems, "ce placement a déjà autant de pratiques qu'il peut en avoir", "this placement has as many practices as it can have")
	if err := problems.Err(); err != nil {
		return err
	}
	p.Practices = append(slices.Clip(p.Practices), practice)
	p.Record = d.touched(p.Record)
	d.object = domain.ID(p.ID)
	return d.put(domain.KindPlacement, d.object, p)
}
