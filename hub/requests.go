package hub

import (
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/world"
)

// DraftRequest begins a hosting request. The project and staff.
type DraftRequest struct {
	// ProjectID is nil for the viewer's own, or that of the need.
	ProjectID *domain.ID
	// NeedID is the project's need, LandlordNeed a landlord's: at least one.
	NeedID       *domain.ID
	LandlordNeed *domain.LandlordNeedRef
	// LandlordID is nil for that of the spaces or of its need, or for any.
	LandlordID *domain.ID
	Request    domain.StatedRequest
	// Synthetic marks sample data; the API never sets it.
	Synthetic bool
}

func (DraftRequest) Action() string { return "request.draft" }

func (c DraftRequest) decide(d *decision) error {
	project, need, err := d.projectAndNeed(c.ProjectID, c.NeedID)
	if err != nil {
		return err
	}
	party := domain.PartyProject
	if d.viewer.IsStaff() {
		party = domain.PartyStaff
	}
	r := d.newRequest(domain.OriginProject, "", project.Doc.ID, party, domain.ActionChange)
	r.Synthetic = c.Synthetic
	if need != nil {
		asks(&r, need.Doc)
	}
	if c.LandlordNeed != nil {
		wanted, err := d.landlordNeed(*c.LandlordNeed, "input", "landlordNeed")
		if err != nil {
			return err
		}
		r.LandlordNeedID, r.LandlordID = &wanted.Doc.ID, &wanted.Doc.LandlordID
	}
	if c.LandlordID != nil {
		l, err := d.landlord(c.LandlordID, "input", "landlordId")
		if err != nil {
			return err
		}
		if r.LandlordID != nil && *r.LandlordID != l.Doc.ID {
			return anotherLandlord("input", "landlordId")
		}
		r.LandlordID = &l.Doc.ID
	}
	if err := d.state(&r, c.Request, "input", "request"); err != nil {
		return err
	}
	if err := d.keep(d.quotas.requests(), domain.ID(r.ProjectID), "input", "request"); err != nil {
		return err
	}
	return d.putRequest(r)
}

// newRequest is a draft that a party begins by an action.
func (d *decision) newRequest(origin domain.RequestOrigin, from domain.ID, project domain.ProjectID, party domain.RequestParty, by domain.RequestAction) domain.HostingRequest {
	step := d.step(party)
	step.Action, step.To = by, domain.RequestDraft
	return domain.HostingRequest{ID: domain.RequestID(d.newID(domain.KindRequest)), Origin: origin, OriginID: from, ProjectID: project,
		Status: domain.RequestDraft, Version: 1, CreatedAt: d.at, UpdatedAt: d.at, Since: d.at, Log: []domain.RequestStep{step}}
}

// asks makes a request ask what a need of its project does.
func asks(r *domain.HostingRequest, n *domain.HostingNeed) {
	r.NeedID = &n.ID
	r.Use, r.Start, r.Duration, r.Surface = n.Use, n.Start, n.Duration, n.Surface
}

// projectAndNeed finds for whom a request is. A need names its project.
func (d *decision) projectAndNeed(projectID, needID *domain.ID) (*projectRow, *needRow, error) {
	if !d.viewer.IsStaff() && d.viewer.Role != domain.RoleProject {
		return nil, nil, domain.NotAllowed{Action: d.action, Needed: domain.ProjectSide}
	}
	own, path := domain.ID(d.viewer.Project), []string{"input", "projectId"}
	if projectID != nil {
		own = *projectID
	}
	var need *needRow
	if needID != nil {
		row, ok := d.world.Need(domain.NeedID(*needID))
		var err error
		if need, err = found(d, row, ok, domain.KindNeed, *needID, "input", "needId"); err != nil {
			return nil, nil, err
		}
		if err := notArchived(need.Doc.Record, "input", "needId"); err != nil {
			return nil, nil, err
		}
		if own == "" {
			own = domain.ID(need.Doc.ProjectID)
		}
		if own != domain.ID(need.Doc.ProjectID) {
			return nil, nil, domain.InvalidInput{Path: []string{"input", "needId"},
				French: "ce besoin est celui d'un autre projet", English: "this need is another project's"}
		}
	}
	if own == "" {
		return nil, nil, domain.InvalidInput{Path: path,
			French: "indiquez le projet ou son besoin : votre compte n'est pas celui d'un projet", English: "name the project or its need: your account isn't a project's"}
	}
	row, ok := d.world.Project(domain.ProjectID(own))
	project, err := found(d, row, ok, domain.KindProject, own, path...)
	if err != nil {
		return nil, nil, err
	}
	if err := d.mayChange(project.Sight.Ownership, domain.ProjectSide); err != nil {
		return nil, nil, err
	}
	return project, need, notArchived(project.Doc.Record, path...)
}

func anotherLandlord(path ...string) error {
	return domain.InvalidInput{Path: path,
		French:  "une demande s'adresse à un seul bailleur, et ceci est à un autre : faites-en une par bailleur",
		English: "a request is to one landlord, and this is another's: make one for each"}
}

// state makes a request say what is stated, as far as it is.
func (d *decision) state(r *domain.HostingRequest, s domain.StatedRequest, root ...string) error {
	p := d.problems(root...)
	if s.Wish != nil {
		r.Wish = *s.Wish
	}
	if s.Spaces != nil {
		r.Spaces = d.wanted(p, r, s.Spaces)
		if s.Wish == nil {
			r.Wish = domain.WishSpaces
		}
	}
	if r.Wish == "" {
		r.Wish = domain.WishAny
	}
	if r.Wish != domain.WishSpaces && s.Spaces == nil {
		r.Spaces = nil
	}
	if s.Use != nil {
		r.Use = *s.Use
	}
	if s.Start != nil {
		r.Start = *s.Start
	}
	if s.Duration != nil {
		r.Duration = *s.Duration
	}
	if s.Surface != nil {
		r.Surface = *s.Surface
	}
	r.RequestFields.Validate(p, checkRule)
	return p.Err()
}

// wanted finds the spaces that a request names: all of one landlord, which it
// settles when it wasn't.
func (d *decision) wanted(p *domain.Problems, r *domain.HostingRequest, refs []domain.VacantSpaceRef) []domain.SpaceID {
	ids := make([]domain.SpaceID, 0, len(refs))
	for i, ref := range refs {
		path := p.At("spaces", i)
		if ref.LandlordID == nil && ref.ID == nil && r.LandlordID != nil {
			owner := domain.ID(*r.LandlordID)
			ref.LandlordID = &owner
		}
		row, err := d.space(ref, path...)
		if err == nil {
			err = isPublished(row.Doc.Record, path...)
		}
		switch {
		case err != nil:
		case r.LandlordID != nil && *r.LandlordID != row.Sight.Landlord:
			err = anotherLandlord(path...)
		case slices.Contains(ids, row.Doc.ID):
			err = domain.InvalidInput{Path: path, French: "ce local figure deux fois : retirez-en un", English: "this space stands twice: remove one"}
		default:
			r.LandlordID = &row.Sight.Landlord
			ids = append(ids, row.Doc.ID)
		}
		for _, refusal := range domain.AsRefusals(err) {
			p.AddRefusal(refusal)
		}
	}
	return ids
}

// ChangeRequest changes what is asked, while it is a draft or staff asked for
// changes. The project and staff.
type ChangeRequest struct {
	ID              domain.ID
	ExpectedVersion *int
	// LandlordID names the landlord; nil leaves it.
	LandlordID *domain.ID
	Request    domain.StatedRequest
}

func (ChangeRequest) Action() string { return "request.change" }

func (c ChangeRequest) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionChange, c.ExpectedVersion)
	if err != nil {
		return err
	}
	r := m.request
	if c.LandlordID != nil {
		l, err := d.landlord(c.LandlordID, "input", "landlordId")
		if err != nil {
			return err
		}
		if r.LandlordID == nil || *r.LandlordID != l.Doc.ID {
			if r.Sent || r.LandlordNeedID != nil || len(r.Spaces) > 0 && c.Request.Spaces == nil {
				return anotherLandlord("input", "landlordId")
			}
			r.LandlordID = &l.Doc.ID
		}
	}
	if err := d.state(&r, c.Request, "input", "request"); err != nil {
		return err
	}
	if same, err := d.unchanged(domain.ID(r.ID), m.request, r); same || err != nil {
		return err
	}
	return d.putRequest(r.Go(m.transition, m.step))
}

// move is a request about to take a step.
type move struct {
	request    domain.HostingRequest
	transition domain.RequestTransition
	party      domain.RequestParty
	step       domain.RequestStep
}

// move finds a request, and the step that the viewer wants it to take; or says
// why it can't.
func (d *decision) move(id domain.ID, action domain.RequestAction, expected *int) (move, error) {
	path := []string{"input", "id"}
	row, ok := d.world.Request(domain.RequestID(id))
	row, err := found(d, row, ok, domain.KindRequest, id, path...)
	if err != nil {
		return move{}, err
	}
	r := row.Doc
	if err := sameVersion(r.Version, expected); err != nil {
		return move{}, err
	}
	party, acts := r.PartyOf(d.viewer)
	if d.viewer == itself {
		party = domain.PartyHub
	}
	t, possible := r.Transition(action, party)
	switch {
	case !acts || possible && !t.May(r, party) || !possible && !mayEver(action, party):
		return move{}, domain.NotAllowed{Action: d.action, Needed: rolesOf(action)}
	case !possible:
		return move{}, domain.WrongStatus{Path: path, Action: action, Current: r.Status, Allowed: domain.RequestActionFrom(action)}
	}
	if err := d.quotas.Room(r, t, party); err != nil {
		return move{}, err
	}
	return move{request: *r, transition: t, party: party, step: d.step(party)}, nil
}

// mayEver tells whether a party may do this in any status.
func mayEver(action domain.RequestAction, party domain.RequestParty) bool {
	return slices.ContainsFunc(domain.RequestTransitions(), func(t domain.RequestTransition) bool {
		return t.Action == action && slices.Contains(t.By, party)
	})
}

// rolesOf are the roles that may do this in some status.
func rolesOf(action domain.RequestAction) (roles []domain.Role) {
	for _, of := range []struct {
		party domain.RequestParty
		role  domain.Role
	}{{domain.PartyProject, domain.RoleProject}, {domain.PartyLandlord, domain.RoleLandlord}, {domain.PartyStaff, domain.RoleStaff}} {
		if mayEver(action, of.party) {
			roles = append(roles, of.role)
		}
	}
	return roles
}

// step is what is done now, by a party.
func (d *decision) step(party domain.RequestParty) domain.RequestStep {
	return domain.RequestStep{Commit: d.world.Commit() + 1, At: d.at, Actor: d.viewer.Actor, Person: d.person, Party: party}
}

// today is the World's day.
func (d *decision) today() domain.Date { return d.world.Today() }

// isPast requires that a day that is told of has come.
func (d *decision) isPast(p *domain.Problems, day domain.Date, path ...any) {
	p.Require(day <= d.today(), "ce jour n'est pas encore venu : notez ce qui a eu lieu", "this day hasn't come yet: record what has happened", path...)
}

// isAhead requires that a day that is agreed on is still to come.
func (d *decision) isAhead(p *domain.Problems, day domain.Date, path ...any) {
	p.Require(day >= d.today(), "ce jour est passé : donnez-en un à venir", "this day is past: give one to come", path...)
}

// notReady refuses an action whose conditions don't hold.
func (m move) notReady(lacking ...domain.RequestRequirement) error {
	return domain.NotReady{Path: []string{"input", "id"}, Action: m.transition.Action, Lacking: lacking}
}

// putRequest writes a request, and its placement when it is public.
func (d *decision) putRequest(r domain.HostingRequest) error {
	d.object = domain.ID(r.ID)
	if err := d.put(domain.KindRequest, d.object, r); err != nil {
		return err
	}
	if !r.Agreed.Both() {
		return nil
	}
	return d.place(r)
}

// place writes the placement of a request.
func (d *decision) place(r domain.HostingRequest) error {
	before := domain.Placement{}
	row, ok := d.world.Placement(domain.PlacementIDOf(r.ID))
	if ok {
		before = *row.Doc
	}
	var space *domain.VacantSpace
	var site *domain.LandlordSite
	if id, chosen := r.Chosen(); chosen {
		if s, ok := d.world.Space(id); ok {
			space = s.Doc
			if at, ok := d.world.Site(s.Doc.SiteID); ok {
				site = at.Doc
			}
		}
	}
	after := r.Place(before, space, site)
	if r.NeedID != nil {
		if n, ok := d.world.Need(*r.NeedID); ok {
			after.Activity = n.Doc.Activity
		}
	}
	if ok {
		same, err := d.unchanged(domain.ID(after.ID), before, after)
		d.object = domain.ID(r.ID)
		if err != nil || same {
			return err
		}
		after.Record = d.touched(after.Record)
	} else {
		after.Record = d.newRecord(true, r.Synthetic)
	}
	return d.put(domain.KindPlacement, domain.ID(after.ID), after)
}

// asNeed is what a request asks, as a need that can be matched: its need's
// conditions, with what the request states. False without a need.
func asNeed(w *world.World, r *domain.HostingRequest) (match.Subject, bool) {
	if r.NeedID == nil {
		return match.Subject{}, false
	}
	row, ok := w.Need(*r.NeedID)
	if !ok {
		return match.Subject{}, false
	}
	need := *row.Doc
	need.Use, need.Start, need.Duration, need.Surface = r.Use, r.Start, r.Duration, r.Surface
	s := match.Subject{Need: &need}
	if p, ok := w.Project(r.ProjectID); ok {
		s.Project = p.Doc
	}
	return s, true
}

// candidate is a space as it can be matched; false when it isn't there.
func candidate(w *world.World, id domain.SpaceID) (c match.Candidate, ok bool) {
	space, ok := w.Space(id)
	if !ok {
		return c, false
	}
	c.Space = space.Doc
	if site, ok := w.Site(space.Doc.SiteID); ok {
		c.Site = site.Doc
		if l, ok := w.Landlord(site.Doc.LandlordID); ok {
			c.Landlord = l.Doc
		}
	}
	return c, true
}

// matched are the matches of the wanted spaces by the rules in force.
func (d *decision) matched(r *domain.HostingRequest) []domain.RequestMatch {
	s, asks := asNeed(d.world, r)
	if !asks {
		return nil
	}
	return d.matchedWith(s.Need, s.Project, r.Spaces)
}

// engine matches by the rules in force, with all that staff may see.
func (d *decision) engine() (*match.Engine, bool) { return d.engineOn(d.today()) }

// engineOn matches as of a day.
func (d *decision) engineOn(day domain.Date) (*match.Engine, bool) {
	rules, ok := match.RulesetNamed(domain.RulesetSpace, d.world.Settings().Ruleset)
	if !ok {
		return nil, false
	}
	return match.NewEngine(d.atlas, rules, day, true), true
}
