package hub

import (
	"iter"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/world"
)

// What invitations and proposals have in common: whom and what they bring
// together, and the hosting request that begins when one is accepted.

// anyProject sees what is published to the network, as every project does.
var anyProject = domain.Viewer{Role: domain.RoleProject}

// newContact is one that begins now.
func (d *decision) newContact(answerBy domain.Date, synthetic bool) domain.Contact {
	return domain.Contact{Version: 1, CreatedAt: d.at, UpdatedAt: d.at, Since: d.at, AnswerBy: answerBy, Sentence: d.text(0), Synthetic: synthetic}
}

// isPublished refuses what nobody else can see.
func isPublished(r domain.Record, path ...string) error {
	if r.State == domain.PublicationPublished {
		return nil
	}
	return domain.WrongState{Path: path, Current: r.State, Allowed: []domain.Publication{domain.PublicationPublished}}
}

// publishedProject is the project that an id names, if the viewer may see it.
func (d *decision) publishedProject(id domain.ID, path ...string) (*projectRow, error) {
	row, ok := d.world.Project(domain.ProjectID(id))
	row, err := found(d, row, ok, domain.KindProject, id, path...)
	if err != nil {
		return nil, err
	}
	return row, isPublished(row.Doc.Record, path...)
}

// publishedNeed is the project's need that an id names, if the viewer may see it.
func (d *decision) publishedNeed(id domain.ID, path ...string) (*needRow, error) {
	row, ok := d.world.Need(domain.NeedID(id))
	row, err := found(d, row, ok, domain.KindNeed, id, path...)
	if err != nil {
		return nil, err
	}
	return row, isPublished(row.Doc.Record, path...)
}

// offeredNeed is the landlord's need that a reference names, if the viewer may
// see it; of another landlord than the one that offers, "" for any, it looks
// missing.
func (d *decision) offeredNeed(l domain.LandlordID, ref domain.LandlordNeedRef, path ...string) (*landlordNeedRow, error) {
	if ref.LandlordID == nil && l != "" {
		owner := domain.ID(l)
		ref.LandlordID = &owner
	}
	row, err := d.landlordNeed(ref, path...)
	if err != nil {
		return nil, err
	}
	if l != "" && row.Doc.LandlordID != l {
		return nil, notFound(domain.KindLandlordNeed, ref.String(), below(path, refField(ref.ByReference()))...)
	}
	return row, isPublished(row.Doc.Record, path...)
}

// refField is the field of a reference that was to find something.
func refField(byReference bool) string {
	if byReference {
		return "externalRef"
	}
	return "id"
}

// offeredSpaces finds the spaces that a landlord offers, open to requests, or
// that staff offer in its stead: all of one landlord, "" for that of the first.
// Another's look missing. Those for a project are such as projects can see.
func (d *decision) offeredSpaces(p *domain.Problems, l domain.LandlordID, refs []domain.VacantSpaceRef, forProject bool) (domain.LandlordID, []domain.SpaceID) {
	if len(refs) > domain.MostContactSpaces {
		p.Require(false, "au plus 20 locaux", "at most 20 spaces", "spaces")
		return l, nil
	}
	own, ids := l, make([]domain.SpaceID, 0, len(refs))
	for i, ref := range refs {
		path := p.At("spaces", i)
		if ref.ID == nil && ref.LandlordID == nil && l != "" {
			owner := domain.ID(l)
			ref.LandlordID = &owner
		}
		row, err := d.space(ref, path...)
		switch {
		case err != nil:
		case own != "" && row.Sight.Landlord != own:
			err = notFound(domain.KindSpace, ref.String(), below(path, refField(ref.ByReference()))...)
		case own == "" && l != "" && row.Sight.Landlord != l:
			err = anotherLandlord(path...)
		case slices.Contains(ids, row.Doc.ID):
			err = domain.InvalidInput{Path: path, French: "ce local figure deux fois : retirez-en un", English: "this space stands twice: remove one"}
		default:
			if err = isPublished(row.Doc.Record, path...); err == nil && forProject && !anyProject.MaySee(*row.Sight) {
				err = unseenByProjects(path...)
			}
		}
		if err == nil {
			if l == "" {
				l = row.Sight.Landlord
			}
			ids = append(ids, row.Doc.ID)
		}
		for _, refusal := range domain.AsRefusals(err) {
			p.AddRefusal(refusal)
		}
	}
	return l, ids
}

// unseenByProjects refuses to offer a project what no project can see.
func unseenByProjects(path ...string) error {
	return domain.InvalidInput{Path: path,
		French:  "aucun projet ne peut le voir : ouvrez-le d'abord au réseau (visibility: NETWORK), ainsi que ce dont il dépend",
		English: "no project can see it: open it to the network first (visibility: NETWORK), and what it belongs to"}
}

// begin makes the draft of the hosting request that an acceptance begins: for
// the need, nil for none, and the spaces that the viewer can still see and that
// still take requests, in their order. Without a landlord's need, and when no
// space is left, any space of the landlord will do.
func (d *decision) begin(c *domain.Contact, origin domain.RequestOrigin, from domain.ID, need *domain.HostingNeed, sent bool, party domain.RequestParty) error {
	r := d.newRequest(origin, from, c.ProjectID, party, domain.ActionChange)
	r.LandlordID, r.LandlordNeedID, r.Sent, r.Synthetic = &c.LandlordID, c.LandlordNeedID, sent, c.Synthetic
	if need != nil {
		asks(&r, need)
	}
	for _, id := range c.Spaces {
		if row, ok := d.world.Space(id); ok && d.viewer.MaySee(*row.Sight) && isPublished(row.Doc.Record) == nil {
			r.Spaces = append(r.Spaces, id)
		}
	}
	switch {
	case len(r.Spaces) > 0:
		r.Wish = domain.WishSpaces
	case r.LandlordNeedID != nil:
		r.Wish = domain.WishNone
	default:
		r.Wish = domain.WishAny
	}
	c.RequestID = &r.ID
	if err := d.keep(d.quotas.requests(), domain.ID(r.ProjectID), "input", "id"); err != nil {
		return err
	}
	return d.putRequest(r)
}

// mayAct refuses whoever isn't one of the parties that may do this.
func (d *decision) mayAct(party domain.RequestParty, acts bool, by ...domain.RequestParty) error {
	if acts && slices.Contains(by, party) {
		return nil
	}
	roles := map[domain.RequestParty]domain.Role{domain.PartyProject: domain.RoleProject, domain.PartyLandlord: domain.RoleLandlord, domain.PartyStaff: domain.RoleStaff}
	refusal := domain.NotAllowed{Action: d.action}
	for _, p := range by {
		refusal.Needed = append(refusal.Needed, roles[p])
	}
	return refusal
}

// declined is why something was declined, by a party.
func (d *decision) declined(reason domain.RefusalReason, words *string, party domain.RequestParty) (*domain.HostingRefusal, error) {
	p := d.problems("input")
	p.Known(reason, "reason")
	needsWords(p, reason == domain.RefusedOther, words)
	return &domain.HostingRefusal{Reason: reason, By: party, On: d.today(), Words: d.text(0)}, p.Err()
}

// notOpen refuses what waits for no answer any more.
func notOpen[S interface {
	~string
	Label(domain.Locale) string
}](status S) error {
	return domain.NotOpen{Path: []string{"input", "id"}, Current: string(status),
		Label: domain.Bilingual{French: status.Label(domain.French), English: status.Label(domain.English)}}
}

// sameVersion refuses when the object changed since it was read; nil expects
// nothing.
func sameVersion(current int, expected *int) error {
	return isVersion(domain.Record{Version: current}, expected)
}

// closeContacts takes back the invitations and proposals of a landlord or a
// project that is archived.
func (d *decision) closeContacts(invitations iter.Seq[*invitationRow], proposals iter.Seq[*proposalRow]) error {
	for row := range invitations {
		if row.Doc.Open() {
			if err := d.putInvitation(row.Doc.Become(domain.InvitationWithdrawn, d.at)); err != nil {
				return err
			}
		}
	}
	for row := range proposals {
		if row.Doc.Open() {
			if err := d.putProposal(row.Doc.Become(domain.ProposalWithdrawn, d.at)); err != nil {
				return err
			}
		}
	}
	return nil
}

// matchedWith are the matches of a project's need with spaces, by the rules in
// force; none without such rules.
func (d *decision) matchedWith(need *domain.HostingNeed, project *domain.InnovationProject, spaces []domain.SpaceID) (matches []domain.RequestMatch) {
	engine, ok := d.engine()
	if !ok {
		return nil
	}
	q := engine.Prepare(match.Subject{Need: need, Project: project})
	for _, id := range spaces {
		if c, ok := candidate(d.world, id); ok {
			matches = append(matches, d.kept(id, engine, q.Assess(c)))
		}
	}
	return matches
}

// matchedProject is the match of a landlord's need with a project, by the rules
// in force; none without such rules.
func (d *decision) matchedProject(need *domain.LandlordNeed, project *domain.InnovationProject) []domain.RequestMatch {
	rules, ok := match.RulesetNamed(domain.RulesetProject, d.world.Settings().Ruleset)
	if !ok {
		return nil
	}
	engine := match.NewEngine(d.atlas, rules, d.today(), true)
	subject := match.ProjectSubject{Need: need}
	for _, id := range need.Sites {
		if site, ok := d.world.Site(id); ok {
			subject.Sites = append(subject.Sites, site.Doc)
		}
	}
	if l, ok := d.world.Landlord(need.LandlordID); ok {
		subject.Landlord = l.Doc
	}
	c := match.ProjectCandidate{Project: project}
	for row := range d.world.NeedsOf(project.ID) {
		if row.Doc.State == domain.PublicationPublished {
			c.Needs = append(c.Needs, row.Doc)
		}
	}
	return []domain.RequestMatch{d.kept("", engine, engine.PrepareProjects(subject).Assess(c))}
}

// kept is a match as it is kept: of today, by the engine's rules.
func (d *decision) kept(space domain.SpaceID, engine *match.Engine, a match.Assessment) domain.RequestMatch {
	return domain.RequestMatch{Space: space, Ruleset: engine.Ruleset().Version, Eligibility: a.Eligibility(),
		ScoreTenths: a.ScoreTenths, ReliabilityThousandths: a.ReliabilityThousandths, Failing: a.Failing(), On: d.today()}
}

type (
	invitationRow = world.Row[domain.HostingInvitation]
	proposalRow   = world.Row[domain.HostingProposal]
	approachRow   = world.Row[domain.LandlordApproach]
)
