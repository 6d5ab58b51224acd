package world

import (
	"iter"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// Invitations, proposals and approaches: the ways in before a hosting request.

type invitationRow = Row[domain.HostingInvitation]

type invitations struct {
	table[domain.InvitationID, domain.HostingInvitation]
	byProject  index[domain.ProjectID, domain.InvitationID, domain.HostingInvitation]
	byLandlord index[domain.LandlordID, domain.InvitationID, domain.HostingInvitation]
	// byDue leads to those that wait for an answer, by their last day.
	byDue index[domain.Date, domain.InvitationID, domain.HostingInvitation]
	// byCommit is by the commit in which they came to their status.
	byCommit index[uint64, domain.InvitationID, domain.HostingInvitation]
	kept     census[domain.InvitationID, domain.HostingInvitation]
}

func newInvitations() invitations {
	return invitations{
		table: newTable[domain.InvitationID, domain.HostingInvitation](),
		byProject: textIndex[domain.ProjectID, domain.InvitationID](func(r *invitationRow) []domain.ProjectID {
			return []domain.ProjectID{r.Doc.ProjectID}
		}),
		byLandlord: textIndex[domain.LandlordID, domain.InvitationID](func(r *invitationRow) []domain.LandlordID {
			return []domain.LandlordID{r.Doc.LandlordID}
		}),
		byDue: numberIndex[domain.Date, domain.InvitationID](func(r *invitationRow) []domain.Date {
			return stated(r.Doc.Due())
		}),
		byCommit: numberIndex[uint64, domain.InvitationID](func(r *invitationRow) []uint64 {
			return []uint64{r.Doc.Commit}
		}),
		kept: newCensus[domain.InvitationID](func(r *invitationRow) domain.ID { return domain.ID(r.Doc.LandlordID) }),
	}
}

func (t invitations) clone() invitations {
	return invitations{t.table.clone(), t.byProject.clone(), t.byLandlord.clone(), t.byDue.clone(), t.byCommit.clone(), t.kept.clone()}
}

func (t invitations) put(id domain.InvitationID, row *invitationRow) (old *invitationRow) {
	old = t.replace(id, row)
	t.byProject.move(id, old, row)
	t.byLandlord.move(id, old, row)
	t.byDue.move(id, old, row)
	t.byCommit.move(id, old, row)
	t.kept.move(old, row)
	return old
}

// setInvitation takes an invitation's new document, nil when it is deleted.
func (w *World) setInvitation(id domain.InvitationID, row *invitationRow) (old *invitationRow) {
	if row != nil {
		row.Sight = w.sights.share(row.Doc.Sight(w.groupOf(row.Doc.LandlordID)))
	}
	return w.placeInvitation(id, row)
}

func (w *World) placeInvitation(id domain.InvitationID, row *invitationRow) (old *invitationRow) {
	old = w.invitations.put(id, row)
	w.recent.open.invitations.note(id, old, row)
	return old
}

// groupOf is the group that a landlord belongs to; "" for none, and for a
// landlord that is missing.
func (w *World) groupOf(id domain.LandlordID) domain.LandlordID {
	if l, ok := w.Landlord(id); ok {
		return l.Sight.Group
	}
	return ""
}

// contactsFollow makes a landlord's invitations and proposals follow its group.
func (w *World) contactsFollow(id domain.LandlordID) {
	group := w.groupOf(id)
	for _, i := range slices.Collect(w.InvitationsOf(id)) {
		w.placeInvitation(i.Doc.ID, withSight(w, i, w.sights.share(i.Doc.Sight(group))))
	}
	for _, p := range slices.Collect(w.ProposalsWith(id)) {
		w.placeProposal(p.Doc.ID, withSight(w, p, w.sights.share(p.Doc.Sight(group))))
	}
}

// Invitation finds an invitation.
func (w *World) Invitation(id domain.InvitationID) (*Row[domain.HostingInvitation], bool) {
	return w.invitations.get(id)
}

// Invitations are all of them, in order of their ids.
func (w *World) Invitations() iter.Seq[*Row[domain.HostingInvitation]] { return w.invitations.all() }

// InvitationsOf are those that a landlord sent, in order of their ids.
func (w *World) InvitationsOf(l domain.LandlordID) iter.Seq[*Row[domain.HostingInvitation]] {
	return w.invitations.pick(w.invitations.byLandlord.with(l))
}

// InvitationsTo are those of a project, in order of their ids.
func (w *World) InvitationsTo(p domain.ProjectID) iter.Seq[*Row[domain.HostingInvitation]] {
	return w.invitations.pick(w.invitations.byProject.with(p))
}

// InvitationsDue are those whose last day was before a day and that still wait
// for an answer, the longest due first.
func (w *World) InvitationsDue(before domain.Date) iter.Seq[*Row[domain.HostingInvitation]] {
	return w.invitations.pick(w.invitations.byDue.below(before))
}

type proposalRow = Row[domain.HostingProposal]

type proposals struct {
	table[domain.ProposalID, domain.HostingProposal]
	byProject  index[domain.ProjectID, domain.ProposalID, domain.HostingProposal]
	byLandlord index[domain.LandlordID, domain.ProposalID, domain.HostingProposal]
	// byDue leads to those that wait for an answer, by their last day.
	byDue index[domain.Date, domain.ProposalID, domain.HostingProposal]
	// byCommit is by the commit in which they came to their status.
	byCommit index[uint64, domain.ProposalID, domain.HostingProposal]
}

func newProposals() proposals {
	return proposals{
		table: newTable[domain.ProposalID, domain.HostingProposal](),
		byProject: textIndex[domain.ProjectID, domain.ProposalID](func(r *proposalRow) []domain.ProjectID {
			return []domain.ProjectID{r.Doc.ProjectID}
		}),
		byLandlord: textIndex[domain.LandlordID, domain.ProposalID](func(r *proposalRow) []domain.LandlordID {
			return []domain.LandlordID{r.Doc.LandlordID}
		}),
		byDue: numberIndex[domain.Date, domain.ProposalID](func(r *proposalRow) []domain.Date {
			return stated(r.Doc.Due())
		}),
		byCommit: numberIndex[uint64, domain.ProposalID](func(r *proposalRow) []uint64 {
			return []uint64{r.Doc.Commit}
		}),
	}
}

func (t proposals) clone() proposals {
	return proposals{t.table.clone(), t.byProject.clone(), t.byLandlord.clone(), t.byDue.clone(), t.byCommit.clone()}
}

func (t proposals) put(id domain.ProposalID, row *proposalRow) (old *proposalRow) {
	old = t.replace(id, row)
	t.byProject.move(id, old, row)
	t.byLandlord.move(id, old, row)
	t.byDue.move(id, old, row)
	t.byCommit.move(id, old, row)
	return old
}

// setProposal takes a proposal's new document, nil when it is deleted.
func (w *World) setProposal(id domain.ProposalID, row *proposalRow) (old *proposalRow) {
	if row != nil {
		row.Sight = w.sights.share(row.Doc.Sight(w.groupOf(row.Doc.LandlordID)))
	}
	return w.placeProposal(id, row)
}

func (w *World) placeProposal(id domain.ProposalID, row *proposalRow) (old *proposalRow) {
	old = w.proposals.put(id, row)
	w.recent.open.proposals.note(id, old, row)
	return old
}

// Proposal finds a proposal.
func (w *World) Proposal(id domain.ProposalID) (*Row[domain.HostingProposal], bool) {
	return w.proposals.get(id)
}

// Proposals are all of them, in order of their ids.
func (w *World) Proposals() iter.Seq[*Row[domain.HostingProposal]] { return w.proposals.all() }

// ProposalsWith are those to a landlord and of a landlord, in order of their ids.
func (w *World) ProposalsWith(l domain.LandlordID) iter.Seq[*Row[domain.HostingProposal]] {
	return w.proposals.pick(w.proposals.byLandlord.with(l))
}

// ProposalsFor are those to a project and of a project, in order of their ids.
func (w *World) ProposalsFor(p domain.ProjectID) iter.Seq[*Row[domain.HostingProposal]] {
	return w.proposals.pick(w.proposals.byProject.with(p))
}

// ProposalsDue are those whose last day was before a day and that still wait for
// an answer, the longest due first.
func (w *World) ProposalsDue(before domain.Date) iter.Seq[*Row[domain.HostingProposal]] {
	return w.proposals.pick(w.proposals.byDue.below(before))
}

type approachRow = Row[domain.LandlordApproach]

type approaches struct {
	table[domain.ApproachID, domain.LandlordApproach]
	byLandlord index[domain.LandlordID, domain.ApproachID, domain.LandlordApproach]
	byProject  index[domain.ProjectID, domain.ApproachID, domain.LandlordApproach]
	// byDue leads to those that have a next step to be done, by its day.
	byDue index[domain.Date, domain.ApproachID, domain.LandlordApproach]
}

func newApproaches() approaches {
	return approaches{
		table: newTable[domain.ApproachID, domain.LandlordApproach](),
		byLandlord: textIndex[domain.LandlordID, domain.ApproachID](func(r *approachRow) []domain.LandlordID {
			return []domain.LandlordID{r.Doc.LandlordID}
		}),
		byProject: textIndex[domain.ProjectID, domain.ApproachID](func(r *approachRow) []domain.ProjectID {
			return r.Doc.Projects
		}),
		byDue: numberIndex[domain.Date, domain.ApproachID](func(r *approachRow) []domain.Date {
			return stated(r.Doc.Due())
		}),
	}
}

func (t approaches) clone() approaches {
	return approaches{t.table.clone(), t.byLandlord.clone(), t.byProject.clone(), t.byDue.clone()}
}

func (t approaches) put(id domain.ApproachID, row *approachRow) (old *approachRow) {
	old = t.replace(id, row)
	t.byLandlord.move(id, old, row)
	t.byProject.move(id, old, row)
	t.byDue.move(id, old, row)
	return old
}

// setApproach takes an approach's new document, nil when it is deleted.
func (w *World) setApproach(id domain.ApproachID, row *approachRow) (old *approachRow) {
	if row != nil {
		row.Sight = w.sights.share(row.Doc.Sight())
	}
	return w.placeApproach(id, row)
}

func (w *World) placeApproach(id domain.ApproachID, row *approachRow) (old *approachRow) {
	old = w.approaches.put(id, row)
	w.recent.open.approaches.note(id, old, row)
	return old
}

// Approach finds an approach.
func (w *World) Approach(id domain.ApproachID) (*Row[domain.LandlordApproach], bool) {
	return w.approaches.get(id)
}

// Approaches are all of them, in order of their ids.
func (w *World) Approaches() iter.Seq[*Row[domain.LandlordApproach]] { return w.approaches.all() }

// ApproachesOf are those of a landlord, in order of their ids.
func (w *World) ApproachesOf(l domain.LandlordID) iter.Seq[*Row[domain.LandlordApproach]] {
	return w.approaches.pick(w.approaches.byLandlord.with(l))
}

// ApproachesAbout are those about a project, in order of their ids.
func (w *World) ApproachesAbout(p domain.ProjectID) iter.Seq[*Row[domain.LandlordApproach]] {
	return w.approaches.pick(w.approaches.byProject.with(p))
}

// ApproachesDue are those whose next step was to be done before a day, the
// longest due first.
func (w *World) ApproachesDue(before domain.Date) iter.Seq[*Row[domain.LandlordApproach]] {
	return w.approaches.pick(w.approaches.byDue.below(before))
}
