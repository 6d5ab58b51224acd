package domain

import "time"

// HostingProposal is a match that staff propose, to a landlord or to a project:
// of a project's need with a landlord's spaces, or of a landlord's need with a
// project. It is for its recipient, the recipient's group and staff: the other
// side sees nothing of it, but for the hosting request that a landlord's yes
// begins.
type HostingProposal struct {
	ID        ProposalID `bson:"id"`
	Contact   `bson:"inline"`
	Recipient ProposalRecipient `bson:"recipient"`
	Status    ProposalStatus    `bson:"status"`
	// Matches are those of the proposed pairs, as they were when it was sent: of
	// the need with each space, or, without a space, of the landlord's need with
	// the project.
	Matches []RequestMatch `bson:"matches,omitempty"`
}

func (HostingProposal) IsNode() {}

// Sight is who may see the proposal. The group is the landlord's.
func (p *HostingProposal) Sight(group LandlordID) Sight {
	s := Sight{Class: VisibilityPrivate}
	switch p.Recipient {
	case RecipientLandlord:
		s.Landlord, s.Group = p.LandlordID, group
	case RecipientProject:
		s.Project = p.ProjectID
	}
	return s
}

// Open tells whether the proposal waits for an answer.
func (p *HostingProposal) Open() bool { return p.Status == ProposalSent || p.Status == ProposalSeen }

// StatusOn is the status on a day: an open proposal whose last day has passed is
// expired, even before the day's turn records it.
func (p *HostingProposal) StatusOn(day Date) ProposalStatus {
	if p.Open() && p.AnswerBy < day {
		return ProposalExpired
	}
	return p.Status
}

// Due is the last day of an open proposal; nil when it waits for nothing.
func (p *HostingProposal) Due() *Date {
	if !p.Open() {
		return nil
	}
	return &p.AnswerBy
}

// PartyOf is the side for which a viewer acts on a proposal that it sees; false
// for viewers who only look on, such as the recipient's group.
func (p *HostingProposal) PartyOf(v Viewer) (RequestParty, bool) {
	switch {
	case v.IsStaff():
		return PartyStaff, true
	case p.Recipient == RecipientProject && v.Owns(Ownership{Project: p.ProjectID}):
		return PartyProject, true
	case p.Recipient == RecipientLandlord && v.Owns(Ownership{Landlord: p.LandlordID}):
		return PartyLandlord, true
	}
	return "", false
}

// Become is the proposal in another status.
func (p HostingProposal) Become(to ProposalStatus, at time.Time) HostingProposal {
	p.Status, p.Contact = to, p.Contact.moved(at)
	return p
}

// StatusLabel is the label of the status.
func (p *HostingProposal) StatusLabel(locale Locale) string { return p.Status.Label(locale) }

// RecipientLabel is the label of the recipient.
func (p *HostingProposal) RecipientLabel(locale Locale) string { return p.Recipient.Label(locale) }
