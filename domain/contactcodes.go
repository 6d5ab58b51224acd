package domain

// The code lists of the other ways in: invitations, proposals and approaches.

// InvitationStatus is a code that says where a landlord's invitation stands.
type InvitationStatus string

const (
	InvitationSent      InvitationStatus = "SENT"
	InvitationSeen      InvitationStatus = "SEEN"
	InvitationAccepted  InvitationStatus = "ACCEPTED"
	InvitationDeclined  InvitationStatus = "DECLINED"
	InvitationWithdrawn InvitationStatus = "WITHDRAWN"
	InvitationExpired   InvitationStatus = "EXPIRED"
)

var invitationStatusList = newCodeList("HostingInvitationStatus",
	Code{Value: string(InvitationSent), French: "envoyée", English: "sent"},
	Code{Value: string(InvitationSeen), French: "vue", English: "seen"},
	Code{Value: string(InvitationAccepted), French: "acceptée", English: "accepted"},
	Code{Value: string(InvitationDeclined), French: "déclinée", English: "declined"},
	Code{Value: string(InvitationWithdrawn), French: "retirée", English: "withdrawn"},
	Code{Value: string(InvitationExpired), French: "expirée", English: "expired"},
)

// Label is the code's label in a language.
func (c InvitationStatus) Label(locale Locale) string {
	return invitationStatusList.label(string(c), locale)
}

func (c InvitationStatus) known() bool { return invitationStatusList.has(string(c)) }

// ProposalStatus is a code that says where a proposal of staff stands.
type ProposalStatus string

const (
	ProposalSent      ProposalStatus = "SENT"
	ProposalSeen      ProposalStatus = "SEEN"
	ProposalYes       ProposalStatus = "ANSWERED_YES"
	ProposalNo        ProposalStatus = "ANSWERED_NO"
	ProposalWithdrawn ProposalStatus = "WITHDRAWN"
	ProposalExpired   ProposalStatus = "EXPIRED"
)

var proposalStatusList = newCodeList("HostingProposalStatus",
	Code{Value: string(ProposalSent), French: "envoyée", English: "sent"},
	Code{Value: string(ProposalSeen), French: "vue", English: "seen"},
	Code{Value: string(ProposalYes), French: "réponse favorable", English: "answered yes"},
	Code{Value: string(ProposalNo), French: "réponse défavorable", English: "answered no"},
	Code{Value: string(ProposalWithdrawn), French: "retirée", English: "withdrawn"},
	Code{Value: string(ProposalExpired), French: "expirée", English: "expired"},
)

// Label is the code's label in a language.
func (c ProposalStatus) Label(locale Locale) string {
	return proposalStatusList.label(string(c), locale)
}

func (c ProposalStatus) known() bool { return proposalStatusList.has(string(c)) }

// ProposalRecipient is a code that says to whom a proposal is made.
type ProposalRecipient string

const (
	RecipientLandlord ProposalRecipient = "LANDLORD"
	RecipientProject  ProposalRecipient = "PROJECT"
)

var proposalRecipientList = newCodeList("HostingProposalRecipient",
	Code{Value: string(RecipientLandlord), French: "le bailleur", English: "the landlord"},
	Code{Value: string(RecipientProject), French: "le projet", English: "the project"},
)

// Label is the code's label in a language.
func (c ProposalRecipient) Label(locale Locale) string {
	return proposalRecipientList.label(string(c), locale)
}

func (c ProposalRecipient) known() bool { return proposalRecipientList.has(string(c)) }

// ApproachChannel is a code that says how staff and a landlord were in contact.
type ApproachChannel string

const (
	ChannelPhone   ApproachChannel = "PHONE"
	ChannelEmail   ApproachChannel = "EMAIL"
	ChannelMeeting ApproachChannel = "MEETING"
	ChannelVideo   ApproachChannel = "VIDEO"
	ChannelEvent   ApproachChannel = "EVENT"
	ChannelLetter  ApproachChannel = "LETTER"
)

var approachChannelList = newCodeList("LandlordApproachChannel",
	Code{Value: string(ChannelPhone), French: "téléphone", English: "telephone"},
	Code{Value: string(ChannelEmail), French: "courriel", English: "e-mail"},
	Code{Value: string(ChannelMeeting), French: "rencontre", English: "meeting"},
	Code{Value: string(ChannelVideo), French: "visioconférence", English: "video call"},
	Code{Value: string(ChannelEvent), French: "événement", English: "event"},
	Code{Value: string(ChannelLetter), French: "courrier", English: "letter"},
)

// Label is the code's label in a language.
func (c ApproachChannel) Label(locale Locale) string {
	return approachChannelList.label(string(c), locale)
}

func (c ApproachChannel) known() bool { return approachChannelList.has(string(c)) }

// ApproachOutcome is a code that says what came of a contact with a landlord.
type ApproachOutcome string

const (
	OutcomeNoAnswer        ApproachOutcome = "NO_ANSWER"
	OutcomeToCallBack      ApproachOutcome = "TO_CALL_BACK"
	OutcomeInterested      ApproachOutcome = "INTERESTED"
	OutcomeNotInterested   ApproachOutcome = "NOT_INTERESTED"
	OutcomeSentInformation ApproachOutcome = "SENT_INFORMATION"
	OutcomeMeetingAgreed   ApproachOutcome = "MEETING_AGREED"
	OutcomeRequestFollows  ApproachOutcome = "REQUEST_FOLLOWS"
)

var approachOutcomeList = newCodeList("LandlordApproachOutcome",
	Code{Value: string(OutcomeNoAnswer), French: "sans réponse", English: "no answer"},
	Code{Value: string(OutcomeToCallBack), French: "à rappeler", English: "to call back"},
	Code{Value: string(OutcomeInterested), French: "intéressé", English: "interested"},
	Code{Value: string(OutcomeNotInterested), French: "pas intéressé", English: "not interested"},
	Code{Value: string(OutcomeSentInformation), French: "documentation envoyée", English: "information sent"},
	Code{Value: string(OutcomeMeetingAgreed), French: "rendez-vous pris", English: "meeting agreed"},
	Code{Value: string(OutcomeRequestFollows), French: "une demande suit", English: "a request follows"},
)

// Label is the code's label in a language.
func (c ApproachOutcome) Label(locale Locale) string {
	return approachOutcomeList.label(string(c), locale)
}

func (c ApproachOutcome) known() bool { return approachOutcomeList.has(string(c)) }
