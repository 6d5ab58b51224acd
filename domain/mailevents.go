package domain

import "slices"

// Who is told of what by mail: one table for the steps of hosting requests, one
// for what becomes of invitations and proposals. Another event that is to be
// mailed is another row.

// MailRule is a row of the table: a step is told to some sides, and asks some
// for an answer. Whoever took the step isn't told of it.
type MailRule struct {
	Action RequestAction
	Code   MailEventCode
	Tells  []RequestParty
	Asks   []RequestParty
	// AsksOwing: who owes an answer in the status that it leads to is asked too.
	AsksOwing bool
}

var (
	toProject  = []RequestParty{PartyProject}
	toLandlord = []RequestParty{PartyLandlord}
	toStaff    = []RequestParty{PartyStaff}
	toSides    = []RequestParty{PartyProject, PartyLandlord}
	toAll      = []RequestParty{PartyProject, PartyLandlord, PartyStaff}
)

// MailRules is the table of the steps that are mailed, in the order of a
// request's life.
func MailRules() []MailRule { return mailRules }

var mailRules = []MailRule{
	{ActionSubmit, MailRequestSubmitted, nil, toStaff, false},
	{ActionRequestChanges, MailChangesRequested, nil, toProject, false},
	{ActionSend, MailRequestSent, toProject, toLandlord, false},
	{ActionRecordVisit, MailVisitRecorded, toProject, nil, false},
	{ActionScope, MailScoped, toProject, nil, false},
	{ActionRecordConsultation, MailTenantsHeard, toProject, nil, false},
	{ActionProposeConvention, MailTermsProposed, nil, toProject, false},
	{ActionConsent, MailTermsConsented, nil, toLandlord, false},
	{ActionSign, MailSigned, []RequestParty{PartyProject, PartyStaff}, nil, false},
	{ActionHandOver, MailHandedOver, toSides, nil, false},
	{ActionEvaluate, MailEvaluated, toSides, nil, false},
	{ActionHost, MailHosted, []RequestParty{PartyProject, PartyStaff}, nil, false},
	{ActionScale, MailScaled, toSides, nil, false},
	{ActionEnd, MailEnded, toSides, nil, false},
	{ActionHold, MailHeld, toSides, nil, false},
	{ActionResume, MailResumed, toSides, nil, true},
	{ActionReject, MailRejected, toProject, nil, false},
	{ActionReopen, MailReopened, toSides, nil, true},
	{ActionWithdraw, MailWithdrawn, []RequestParty{PartyLandlord, PartyStaff}, nil, false},
	{ActionCancel, MailCancelled, toAll, nil, false},
	{ActionExpire, MailExpired, toAll, nil, false},
	{ActionSupersede, MailSuperseded, toProject, nil, false},
	{ActionAgreeToPublish, MailPublicationAgreed, nil, toSides, false},
}

// MailTold is one side that is told of an event.
type MailTold struct {
	Party RequestParty
	// Asked: an answer is expected from this side.
	Asked bool
}

// owing is who owes the answer that a status waits for; "" for none of one side.
func owing(s RequestStatus) RequestParty {
	switch s {
	case RequestSubmitted:
		return PartyStaff
	case RequestChangesRequested:
		return PartyProject
	case RequestLandlordReview:
		return PartyLandlord
	}
	return ""
}

// begun is told of a draft that somebody else began for a project.
var begun = []MailTold{{PartyProject, true}}

// MailOf is what a step of the log is mailed as, and to which sides; none for
// steps that aren't mailed.
func (r *HostingRequest) MailOf(s RequestStep) (MailEventCode, []MailTold) {
	if s.From == "" { // its first
		if s.Party == PartyProject || r.Origin == OriginProject {
			return "", nil
		}
		return MailRequestBegun, begun
	}
	i := slices.IndexFunc(mailRules, func(rule MailRule) bool { return rule.Action == s.Action })
	if i < 0 {
		return "", nil
	}
	rule := mailRules[i]
	asks := rule.Asks
	if rule.AsksOwing {
		asks = []RequestParty{owing(s.To)}
	}
	var told []MailTold
	for _, party := range toAll {
		asked := slices.Contains(asks, party)
		switch {
		case !asked && !slices.Contains(rule.Tells, party), party == s.Party,
			party == PartyStaff && s.From == RequestDraft && s.Action == ActionWithdraw, // they never had it
			s.Action == ActionAgreeToPublish && r.Agreed.Both():
			continue
		}
		told = append(told, MailTold{party, asked})
	}
	return rule.Code, told
}

// Side is the organisation of a side, "" for staff's; false for a landlord that
// doesn't have the request, and for the hub.
func (r *HostingRequest) Side(party RequestParty) (ID, bool) {
	switch {
	case party == PartyStaff:
		return "", true
	case party == PartyProject:
		return ID(r.ProjectID), true
	case party == PartyLandlord && r.Sent && r.LandlordID != nil:
		return ID(*r.LandlordID), true
	}
	return "", false
}

// The table of invitations and proposals: by the status that they came to.

type contactMail struct {
	code MailEventCode
	told []MailTold
}

var invitationMail = map[InvitationStatus]contactMail{
	InvitationSent:      {MailInvitationSent, []MailTold{{PartyProject, true}}},
	InvitationAccepted:  {MailInvitationAccepted, []MailTold{{PartyLandlord, false}, {PartyStaff, false}}},
	InvitationDeclined:  {MailInvitationDeclined, []MailTold{{PartyLandlord, false}}},
	InvitationWithdrawn: {MailInvitationWithdrawn, []MailTold{{PartyProject, false}}},
	InvitationExpired:   {MailInvitationExpired, []MailTold{{PartyLandlord, false}}},
}

// proposalMail tells PartyLandlord and PartyProject of what only one of them
// gets: Side answers for its recipient alone.
var proposalMail = map[ProposalStatus]contactMail{
	ProposalSent:      {MailProposalSent, []MailTold{{PartyProject, true}, {PartyLandlord, true}}},
	ProposalYes:       {MailProposalYes, []MailTold{{PartyStaff, false}}},
	ProposalNo:        {MailProposalNo, []MailTold{{PartyStaff, false}}},
	ProposalWithdrawn: {MailProposalWithdrawn, []MailTold{{PartyProject, false}, {PartyLandlord, false}}},
	ProposalExpired:   {MailProposalExpired, []MailTold{{PartyStaff, false}}},
}

// MailOf is what an invitation's coming to its status is mailed as, and to which
// sides; none for what isn't mailed.
func (i *HostingInvitation) MailOf() (MailEventCode, []MailTold) {
	m := invitationMail[i.Status]
	return m.code, m.told
}

// Side is the organisation of a side, "" for staff's.
func (i *HostingInvitation) Side(party RequestParty) (ID, bool) {
	switch party {
	case PartyStaff:
		return "", true
	case PartyProject:
		return ID(i.ProjectID), true
	case PartyLandlord:
		return ID(i.LandlordID), true
	}
	return "", false
}

// MailOf is what a proposal's coming to its status is mailed as, and to which
// sides; none for what isn't mailed.
func (p *HostingProposal) MailOf() (MailEventCode, []MailTold) {
	m := proposalMail[p.Status]
	return m.code, m.told
}

// Side is the organisation of a side, "" for staff's; false for the side that
// the proposal isn't to, and that sees nothing of it.
func (p *HostingProposal) Side(party RequestParty) (ID, bool) {
	switch {
	case party == PartyStaff:
		return "", true
	case party == PartyProject && p.Recipient == RecipientProject:
		return ID(p.ProjectID), true
	case party == PartyLandlord && p.Recipient == RecipientLandlord:
		return ID(p.LandlordID), true
	}
	return "", false
}

// InvitationMailTold are the sides that are told of an invitation's event.
func InvitationMailTold(code MailEventCode) []MailTold { return toldOf(invitationMail, code) }

// ProposalMailTold are the sides that are told of a proposal's event.
func ProposalMailTold(code MailEventCode) []MailTold { return toldOf(proposalMail, code) }

func toldOf[S comparable](table map[S]contactMail, code MailEventCode) []MailTold {
	for _, m := range table {
		if m.code == code {
			return m.told
		}
	}
	return nil
}
