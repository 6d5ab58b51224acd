package domain

// The code lists of mail.

// MailEventCode is a code that says what a mail tells of.
type MailEventCode string

const (
	MailRequestBegun      MailEventCode = "REQUEST_BEGUN"
	MailRequestSubmitted  MailEventCode = "REQUEST_SUBMITTED"
	MailChangesRequested  MailEventCode = "REQUEST_CHANGES_REQUESTED"
	MailRequestSent       MailEventCode = "REQUEST_SENT_TO_LANDLORD"
	MailVisitRecorded     MailEventCode = "REQUEST_VISIT_RECORDED"
	MailScoped            MailEventCode = "REQUEST_SCOPED"
	MailTenantsHeard      MailEventCode = "REQUEST_CONSULTATION_RECORDED"
	MailTermsProposed     MailEventCode = "REQUEST_CONVENTION_PROPOSED"
	MailTermsConsented    MailEventCode = "REQUEST_CONVENTION_CONSENTED"
	MailSigned            MailEventCode = "REQUEST_SIGNED"
	MailHandedOver        MailEventCode = "REQUEST_HANDED_OVER"
	MailEvaluated         MailEventCode = "REQUEST_EVALUATED"
	MailHosted            MailEventCode = "REQUEST_HOSTED"
	MailScaled            MailEventCode = "REQUEST_SCALED"
	MailEnded             MailEventCode = "REQUEST_ENDED"
	MailHeld              MailEventCode = "REQUEST_ON_HOLD"
	MailResumed           MailEventCode = "REQUEST_RESUMED"
	MailRejected          MailEventCode = "REQUEST_REJECTED"
	MailReopened          MailEventCode = "REQUEST_REOPENED"
	MailWithdrawn         MailEventCode = "REQUEST_WITHDRAWN"
	MailCancelled         MailEventCode = "REQUEST_CANCELLED"
	MailExpired           MailEventCode = "REQUEST_EXPIRED"
	MailSuperseded        MailEventCode = "REQUEST_SUPERSEDED"
	MailPublicationAgreed MailEventCode = "REQUEST_PUBLICATION_AGREED"
	MailFirstReminder     MailEventCode = "REQUEST_FIRST_REMINDER"
	MailLastReminder      MailEventCode = "REQUEST_LAST_REMINDER"

	MailInvitationSent      MailEventCode = "INVITATION_SENT"
	MailInvitationAccepted  MailEventCode = "INVITATION_ACCEPTED"
	MailInvitationDeclined  MailEventCode = "INVITATION_DECLINED"
	MailInvitationWithdrawn MailEventCode = "INVITATION_WITHDRAWN"
	MailInvitationExpired   MailEventCode = "INVITATION_EXPIRED"

	MailProposalSent      MailEventCode = "PROPOSAL_SENT"
	MailProposalYes       MailEventCode = "PROPOSAL_ANSWERED_YES"
	MailProposalNo        MailEventCode = "PROPOSAL_ANSWERED_NO"
	MailProposalWithdrawn MailEventCode = "PROPOSAL_WITHDRAWN"
	MailProposalExpired   MailEventCode = "PROPOSAL_EXPIRED"
)

var mailEventList = newCodeList("PalierMailEvent",
	Code{Value: string(MailRequestBegun), French: "demande d'accueil à compléter", English: "hosting request to complete"},
	Code{Value: string(MailRequestSubmitted), French: "demande d'accueil déposée", English: "hosting request submitted"},
	Code{Value: string(MailChangesRequested), French: "compléments demandés", English: "changes requested"},
	Code{Value: string(MailRequestSent), French: "demande transmise au bailleur", English: "request sent to the landlord"},
	Code{Value: string(MailVisitRecorded), French: "visite enregistrée", English: "visit recorded"},
	Code{Value: string(MailScoped), French: "accueil cadré par le bailleur", English: "scope settled by the landlord"},
	Code{Value: string(MailTenantsHeard), French: "concertation des locataires enregistrée", English: "tenant consultation recorded"},
	Code{Value: string(MailTermsProposed), French: "convention proposée", English: "agreement proposed"},
	Code{Value: string(MailTermsConsented), French: "accord du projet sur la convention", English: "project's consent to the agreement"},
	Code{Value: string(MailSigned), French: "convention signée", English: "agreement signed"},
	Code{Value: string(MailHandedOver), French: "clés remises", English: "keys handed over"},
	Code{Value: string(MailEvaluated), French: "expérimentation évaluée", English: "pilot evaluated"},
	Code{Value: string(MailHosted), French: "accueil prolongé", English: "hosting continued"},
	Code{Value: string(MailScaled), French: "essaimage décidé", English: "replication decided"},
	Code{Value: string(MailEnded), French: "accueil terminé", English: "hosting ended"},
	Code{Value: string(MailHeld), French: "demande mise en attente", English: "request put on hold"},
	Code{Value: string(MailResumed), French: "demande reprise", English: "request resumed"},
	Code{Value: string(MailRejected), French: "demande refusée", English: "request refused"},
	Code{Value: string(MailReopened), French: "demande rouverte", English: "request reopened"},
	Code{Value: string(MailWithdrawn), French: "demande retirée par le projet", English: "request withdrawn by the project"},
	Code{Value: string(MailCancelled), French: "accueil annulé", English: "hosting cancelled"},
	Code{Value: string(MailExpired), French: "demande expirée sans réponse", English: "request expired without an answer"},
	Code{Value: string(MailSuperseded), French: "demande devancée : son local est pris", English: "request superseded: its space is taken"},
	Code{Value: string(MailPublicationAgreed), French: "accord pour publier l'accueil", English: "agreement to publish the placement"},
	Code{Value: string(MailFirstReminder), French: "rappel : une réponse est attendue", English: "reminder: an answer is expected"},
	Code{Value: string(MailLastReminder), French: "dernier rappel avant expiration", English: "last reminder before expiry"},
	Code{Value: string(MailInvitationSent), French: "invitation d'un bailleur", English: "invitation of a landlord"},
	Code{Value: string(MailInvitationAccepted), French: "invitation acceptée", English: "invitation accepted"},
	Code{Value: string(MailInvitationDeclined), French: "invitation déclinée", English: "invitation declined"},
	Code{Value: string(MailInvitationWithdrawn), French: "invitation retirée", English: "invitation withdrawn"},
	Code{Value: string(MailInvitationExpired), French: "invitation restée sans réponse", English: "invitation left without an answer"},
	Code{Value: string(MailProposalSent), French: "proposition de l'équipe", English: "proposal of staff"},
	Code{Value: string(MailProposalYes), French: "réponse favorable à une proposition", English: "proposal answered yes"},
	Code{Value: string(MailProposalNo), French: "réponse défavorable à une proposition", English: "proposal answered no"},
	Code{Value: string(MailProposalWithdrawn), French: "proposition retirée", English: "proposal withdrawn"},
	Code{Value: string(MailProposalExpired), French: "proposition restée sans réponse", English: "proposal left without an answer"},
)

// Label is the code's label in a language.
func (c MailEventCode) Label(locale Locale) string { return mailEventList.label(string(c), locale) }

func (c MailEventCode) known() bool { return mailEventList.has(string(c)) }

// Reminds tells whether it reminds of an answer that is due.
func (c MailEventCode) Reminds() bool { return c == MailFirstReminder || c == MailLastReminder }

// DeadLetterReason is a code that says why a mail wasn't sent, as far as is known.
type DeadLetterReason string

const (
	// DeadRefused: the mail server will never take it.
	DeadRefused DeadLetterReason = "REFUSED"
	// DeadUnreachable: no mail server took it in days.
	DeadUnreachable DeadLetterReason = "UNREACHABLE"
	// DeadUnknown: it may have been sent; sending it again may be twice.
	DeadUnknown DeadLetterReason = "OUTCOME_UNKNOWN"
	// DeadNoRecipient: there is nobody to write to.
	DeadNoRecipient DeadLetterReason = "NO_RECIPIENT"
)

var deadLetterReasonList = newCodeList("DeadLetterReason",
	Code{Value: string(DeadRefused), French: "refusé par le serveur de messagerie", English: "refused by the mail server"},
	Code{Value: string(DeadUnreachable), French: "serveur de messagerie injoignable", English: "no mail server took it"},
	Code{Value: string(DeadUnknown), French: "issue inconnue : peut-être envoyé", English: "outcome unknown: it may have been sent"},
	Code{Value: string(DeadNoRecipient), French: "personne à qui écrire", English: "nobody to write to"},
)

// Label is the code's label in a language.
func (c DeadLetterReason) Label(locale Locale) string {
	return deadLetterReasonList.label(string(c), locale)
}

func (c DeadLetterReason) known() bool { return deadLetterReasonList.has(string(c)) }
