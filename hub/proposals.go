package hub

import (
	"context"

	"github.com/palier-hub/palier/domain"
)

// SendProposal proposes matches to a landlord or to a project: a project's need
// with spaces of one landlord, or a landlord's need with a project. Staff.
type SendProposal struct {
	Recipient domain.ProposalRecipient
	// NeedID is a project's need, Spaces are for it.
	NeedID *domain.ID
	Spaces []domain.VacantSpaceRef
	// LandlordNeed is a landlord's need, ProjectID the project for it.
	LandlordNeed *domain.LandlordNeedRef
	ProjectID    *domain.ID
	Sentence     string
	AnswerBy     domain.Date
	// Synthetic marks sample data; the API never sets it.
	Synthetic bool
}

func (SendProposal) Action() string { return "proposal.send" }

func (c SendProposal) bring(_ context.Context, b *bringing) error {
	b.needed(domain.Text{Kind: domain.TextMessage, About: "", Body: c.Sentence}, "input", "sentence")
	return nil
}

func (c SendProposal) decide(d *decision) error {
	if !d.viewer.IsStaff() {
		return domain.NotAllowed{Action: d.action, Needed: domain.StaffOnly}
	}
	h := domain.HostingProposal{ID: domain.ProposalID(d.newID(domain.KindProposal)), Contact: d.newContact(c.AnswerBy, c.Synthetic),
		Recipient: c.Recipient, Status: domain.ProposalSent}
	p := d.problems("input")
	p.Known(c.Recipient, "recipient")
	d.isAhead(p, c.AnswerBy, "answerBy")
	ofNeed, ofLandlordNeed := c.NeedID != nil && len(c.Spaces) > 0, c.LandlordNeed != nil && c.ProjectID != nil
	p.Require(ofNeed != ofLandlordNeed && (c.NeedID != nil) == (len(c.Spaces) > 0) && (c.LandlordNeed != nil) == (c.ProjectID != nil),
		"proposez needId avec spaces, ou landlordNeed avec projectId", "propose needId with spaces, or landlordNeed with projectId")
	if err := p.Err(); err != nil {
		return err
	}
	propose, offered := d.proposeSpaces, "spaces"
	if ofLandlordNeed {
		propose, offered = d.proposeProject, "landlordNeed"
	}
	if err := propose(&h, c); err != nil {
		return err
	}
	l, ok := d.world.Landlord(h.LandlordID)
	if !ok {
		return notFound(domain.KindLandlord, string(h.LandlordID), "input", offered)
	}
	if err := isPublished(l.Doc.Record, "input", offered); err != nil {
		return err
	}
	return d.putProposal(h)
}

// proposeSpaces proposes spaces for a project's need.
func (d *decision) proposeSpaces(h *domain.HostingProposal, c SendProposal) error {
	need, err := d.publishedNeed(*c.NeedID, "input", "needId")
	if err != nil {
		return err
	}
	project, err := d.publishedProject(domain.ID(need.Doc.ProjectID), "input", "needId")
	if err != nil {
		return err
	}
	p := d.problems("input")
	h.LandlordID, h.Spaces = d.offeredSpaces(p, "", c.Spaces, c.Recipient == domain.RecipientProject)
	if err := p.Err(); err != nil {
		return err
	}
	h.ProjectID, h.NeedID = project.Doc.ID, &need.Doc.ID
	h.Matches = d.matchedWith(need.Doc, project.Doc, h.Spaces)
	return nil
}

// proposeProject proposes a project for a landlord's need.
func (d *decision) proposeProject(h *domain.HostingProposal, c SendProposal) error {
	wanted, err := d.offeredNeed("", *c.LandlordNeed, "input", "landlordNeed")
	if err != nil {
		return err
	}
	if c.Recipient == domain.RecipientProject && !anyProject.MaySee(*wanted.Sight) {
		return unseenByProjects("input", "landlordNeed")
	}
	project, err := d.publishedProject(*c.ProjectID, "input", "projectId")
	if err != nil {
		return err
	}
	h.LandlordID, h.LandlordNeedID, h.ProjectID = wanted.Doc.LandlordID, &wanted.Doc.ID, project.Doc.ID
	h.Matches = d.matchedProject(wanted.Doc, project.Doc)
	return nil
}

// SeeProposal records that a proposal was seen. Its recipient.
type SeeProposal struct {
	ID              domain.ID
	ExpectedVersion *int
}

func (SeeProposal) Action() string { return "proposal.see" }

func (c SeeProposal) decide(d *decision) error {
	h, _, err := d.openProposal(c.ID, c.ExpectedVersion, recipients...)
	if err != nil {
		return err
	}
	if h.Status == domain.ProposalSeen {
		d.object = c.ID
		return nil
	}
	h.SeenOn = new(d.today())
	return d.putProposal(h.Become(domain.ProposalSeen, d.at))
}

// recipients are those who answer proposals.
var recipients = []domain.RequestParty{domain.PartyProject, domain.PartyLandlord}

// AcceptProposal accepts a proposal: it begins the draft of a hosting request,
// for the project to complete. The landlord sees it from the start when the yes
// is its own. Its recipient.
type AcceptProposal struct {
	ID              domain.ID
	ExpectedVersion *int
}

func (AcceptProposal) Action() string { return "proposal.accept" }

func (c AcceptProposal) decide(d *decision) error {
	h, party, err := d.openProposal(c.ID, c.ExpectedVersion, recipients...)
	if err != nil {
		return err
	}
	need, err := d.stillAsked(&h)
	if err != nil {
		return err
	}
	h.SeenOn = orToday(h.SeenOn, d)
	accepted := h.Become(domain.ProposalYes, d.at)
	if err := d.begin(&accepted.Contact, domain.OriginProposal, c.ID, need, party == domain.PartyLandlord, party); err != nil {
		return err
	}
	return d.putProposal(accepted)
}

// stillAsked is the project's need that a proposal is for, nil for one of a
// landlord's need, or the refusal when that which it is for was taken back.
func (d *decision) stillAsked(h *domain.HostingProposal) (*domain.HostingNeed, error) {
	path := []string{"input", "id"}
	project, ok := d.world.Project(h.ProjectID)
	if _, err := found(d, project, ok, domain.KindProject, domain.ID(h.ProjectID), path...); err != nil {
		return nil, err
	}
	if h.NeedID != nil {
		row, ok := d.world.Need(*h.NeedID)
		row, err := found(d, row, ok, domain.KindNeed, domain.ID(*h.NeedID), path...)
		if err != nil {
			return nil, err
		}
		return row.Doc, notArchived(row.Doc.Record, path...)
	}
	row, ok := d.world.LandlordNeed(*h.LandlordNeedID)
	row, err := found(d, row, ok, domain.KindLandlordNeed, domain.ID(*h.LandlordNeedID), path...)
	if err != nil {
		return nil, err
	}
	return nil, notArchived(row.Doc.Record, path...)
}

// DeclineProposal says no to a proposal. Its recipient.
type DeclineProposal struct {
	ID              domain.ID
	ExpectedVersion *int
	Reason          domain.RefusalReason
	// Words are needed for the reason OTHER.
	Words *string
}

func (DeclineProposal) Action() string { return "proposal.decline" }

func (c DeclineProposal) bring(_ context.Context, b *bringing) error {
	b.optional(domain.TextReason, c.ID, c.Words, "input", "words")
	return nil
}

func (c DeclineProposal) decide(d *decision) error {
	h, party, err := d.openProposal(c.ID, c.ExpectedVersion, recipients...)
	if err != nil {
		return err
	}
	if h.Refused, err = d.declined(c.Reason, c.Words, party); err != nil {
		return err
	}
	h.SeenOn = orToday(h.SeenOn, d)
	return d.putProposal(h.Become(domain.ProposalNo, d.at))
}

// WithdrawProposal takes a proposal back. Staff.
type WithdrawProposal struct {
	ID              domain.ID
	ExpectedVersion *int
}

func (WithdrawProposal) Action() string { return "proposal.withdraw" }

func (c WithdrawProposal) decide(d *decision) error {
	h, _, err := d.openProposal(c.ID, c.ExpectedVersion, domain.PartyStaff)
	if err != nil {
		return err
	}
	return d.putProposal(h.Become(domain.ProposalWithdrawn, d.at))
}

// openProposal finds a proposal that waits for an answer, for one of the parties
// that may act on it, and that party.
func (d *decision) openProposal(id domain.ID, expected *int, by ...domain.RequestParty) (domain.HostingProposal, domain.RequestParty, error) {
	row, ok := d.world.Proposal(domain.ProposalID(id))
	row, err := found(d, row, ok, domain.KindProposal, id, "input", "id")
	if err != nil {
		return domain.HostingProposal{}, "", err
	}
	h := *row.Doc
	party, acts := h.PartyOf(d.viewer)
	if err := sameVersion(h.Version, expected); err != nil {
		return h, "", err
	}
	if err := d.mayAct(party, acts, by...); err != nil {
		return h, "", err
	}
	if status := h.StatusOn(d.today()); status != domain.ProposalSent && status != domain.ProposalSeen {
		return h, "", notOpen(status)
	}
	return h, party, nil
}

func (d *decision) putProposal(h domain.HostingProposal) error {
	h.Commit = d.world.Commit() + 1
	d.object = domain.ID(h.ID)
	return d.put(domain.KindProposal, d.object, h)
}
