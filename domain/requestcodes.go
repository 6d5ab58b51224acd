package domain

// The code lists of hosting requests.

// RequestStatus is a code that says where a hosting request stands in its life.
type RequestStatus string

const (
	RequestDraft              RequestStatus = "DRAFT"
	RequestSubmitted          RequestStatus = "SUBMITTED"
	RequestChangesRequested   RequestStatus = "CHANGES_REQUESTED"
	RequestLandlordReview     RequestStatus = "LANDLORD_REVIEW"
	RequestScoping            RequestStatus = "SCOPING"
	RequestTenantConsultation RequestStatus = "TENANT_CONSULTATION"
	RequestConvention         RequestStatus = "CONVENTION"
	RequestSigned             RequestStatus = "SIGNED"
	RequestPilot              RequestStatus = "PILOT"
	RequestEvaluated          RequestStatus = "EVALUATED"
	RequestHosted             RequestStatus = "HOSTED"
	RequestScaled             RequestStatus = "SCALED"
	RequestEnded              RequestStatus = "ENDED"
	RequestOnHold             RequestStatus = "ON_HOLD"
	RequestRejected           RequestStatus = "REJECTED"
	RequestWithdrawn          RequestStatus = "WITHDRAWN"
	RequestExpired            RequestStatus = "EXPIRED"
	RequestSuperseded         RequestStatus = "SUPERSEDED"
	RequestCancelled          RequestStatus = "CANCELLED"
)

var requestStatusList = newCodeList("HostingRequestStatus",
	Code{Value: string(RequestDraft), French: "brouillon", English: "draft"},
	Code{Value: string(RequestSubmitted), French: "déposée", English: "submitted"},
	Code{Value: string(RequestChangesRequested), French: "à compléter", English: "changes requested"},
	Code{Value: string(RequestLandlordReview), French: "chez le bailleur", English: "with the landlord"},
	Code{Value: string(RequestScoping), French: "cadrage", English: "scoping"},
	Code{Value: string(RequestTenantConsultation), French: "concertation", English: "tenant consultation"},
	Code{Value: string(RequestConvention), French: "convention en préparation", English: "agreement in preparation"},
	Code{Value: string(RequestSigned), French: "signée", English: "signed"},
	Code{Value: string(RequestPilot), French: "expérimentation", English: "pilot"},
	Code{Value: string(RequestEvaluated), French: "évaluée", English: "evaluated"},
	Code{Value: string(RequestHosted), French: "accueilli durablement", English: "hosted"},
	Code{Value: string(RequestScaled), French: "essaimage", English: "scaled"},
	Code{Value: string(RequestEnded), French: "terminée", English: "ended"},
	Code{Value: string(RequestOnHold), French: "en attente", English: "on hold"},
	Code{Value: string(RequestRejected), French: "refusée", English: "rejected"},
	Code{Value: string(RequestWithdrawn), French: "retirée", English: "withdrawn"},
	Code{Value: string(RequestExpired), French: "expirée", English: "expired"},
	Code{Value: string(RequestSuperseded), French: "devancée", English: "superseded"},
	Code{Value: string(RequestCancelled), French: "annulée", English: "cancelled"},
)

// Label is the code's label in a language.
func (c RequestStatus) Label(locale Locale) string { return requestStatusList.label(string(c), locale) }

func (c RequestStatus) known() bool { return requestStatusList.has(string(c)) }

// RequestOrigin is a code that says how a hosting request began.
type RequestOrigin string

const (
	OriginProject     RequestOrigin = "PROJECT"
	OriginInvitation  RequestOrigin = "INVITATION"
	OriginProposal    RequestOrigin = "PROPOSAL"
	OriginReplication RequestOrigin = "REPLICATION"
)

var requestOriginList = newCodeList("HostingRequestOrigin",
	Code{Value: string(OriginProject), French: "demande du projet", English: "request of the project"},
	Code{Value: string(OriginInvitation), French: "invitation du bailleur", English: "invitation of the landlord"},
	Code{Value: string(OriginProposal), French: "proposition de l'équipe", English: "proposal of staff"},
	Code{Value: string(OriginReplication), French: "essaimage", English: "replication"},
)

// Label is the code's label in a language.
func (c RequestOrigin) Label(locale Locale) string { return requestOriginList.label(string(c), locale) }

func (c RequestOrigin) known() bool { return requestOriginList.has(string(c)) }

// RequestParty is a code that says for which side something is done on a hosting request.
type RequestParty string

const (
	PartyProject  RequestParty = "PROJECT"
	PartyLandlord RequestParty = "LANDLORD"
	PartyStaff    RequestParty = "STAFF"
	PartyHub      RequestParty = "HUB"
)

var requestPartyList = newCodeList("HostingRequestParty",
	Code{Value: string(PartyProject), French: "le projet", English: "the project"},
	Code{Value: string(PartyLandlord), French: "le bailleur", English: "the landlord"},
	Code{Value: string(PartyStaff), French: "l'équipe de la fondation", English: "the foundation's staff"},
	Code{Value: string(PartyHub), French: "le service", English: "the service"},
)

// Label is the code's label in a language.
func (c RequestParty) Label(locale Locale) string { return requestPartyList.label(string(c), locale) }

func (c RequestParty) known() bool { return requestPartyList.has(string(c)) }

// RequestWish is a code that says what a hosting request asks for.
type RequestWish string

const (
	WishSpaces RequestWish = "SPACES"
	WishAny    RequestWish = "ANY_SPACE"
	WishNone   RequestWish = "NO_SPACE"
)

var requestWishList = newCodeList("HostingRequestWish",
	Code{Value: string(WishSpaces), French: "locaux désignés", English: "named spaces"},
	Code{Value: string(WishAny), French: "tout local du bailleur", English: "any space of the landlord"},
	Code{Value: string(WishNone), French: "partenariat sans local", English: "partnership without a space"},
)

// Label is the code's label in a language.
func (c RequestWish) Label(locale Locale) string { return requestWishList.label(string(c), locale) }

func (c RequestWish) known() bool { return requestWishList.has(string(c)) }

// RequestAction is a code that is what can be done with a hosting request.
type RequestAction string

const (
	ActionChange             RequestAction = "CHANGE"
	ActionSubmit             RequestAction = "SUBMIT"
	ActionRequestChanges     RequestAction = "REQUEST_CHANGES"
	ActionSend               RequestAction = "SEND_TO_LANDLORD"
	ActionRecordVisit        RequestAction = "RECORD_VISIT"
	ActionScope              RequestAction = "SCOPE"
	ActionRecordConsultation RequestAction = "RECORD_CONSULTATION"
	ActionProposeConvention  RequestAction = "PROPOSE_CONVENTION"
	ActionConsent            RequestAction = "CONSENT"
	ActionSign               RequestAction = "SIGN"
	ActionHandOver           RequestAction = "HAND_OVER"
	ActionRecordIndicators   RequestAction = "RECORD_INDICATORS"
	ActionEvaluate           RequestAction = "EVALUATE"
	ActionHost               RequestAction = "HOST"
	ActionScale              RequestAction = "SCALE"
	ActionEnd                RequestAction = "END"
	ActionHold               RequestAction = "HOLD"
	ActionResume             RequestAction = "RESUME"
	ActionReject             RequestAction = "REJECT"
	ActionReopen             RequestAction = "REOPEN"
	ActionWithdraw           RequestAction = "WITHDRAW"
	ActionCancel             RequestAction = "CANCEL"
	ActionAgreeToPublish     RequestAction = "AGREE_TO_PUBLISH"
	ActionCorrect            RequestAction = "CORRECT"
	ActionRemind             RequestAction = "REMIND"
	ActionExpire             RequestAction = "EXPIRE"
	ActionSupersede          RequestAction = "SUPERSEDE"
)

var requestActionList = newCodeList("HostingRequestAction",
	Code{Value: string(ActionChange), French: "modifier", English: "change"},
	Code{Value: string(ActionSubmit), French: "déposer", English: "submit"},
	Code{Value: string(ActionRequestChanges), French: "demander des compléments", English: "request changes"},
	Code{Value: string(ActionSend), French: "transmettre au bailleur", English: "send to the landlord"},
	Code{Value: string(ActionRecordVisit), French: "rendre compte de la visite", English: "record the visit"},
	Code{Value: string(ActionScope), French: "cadrer", English: "scope"},
	Code{Value: string(ActionRecordConsultation), French: "rendre compte de la concertation", English: "record the consultation"},
	Code{Value: string(ActionProposeConvention), French: "proposer la convention", English: "propose the agreement"},
	Code{Value: string(ActionConsent), French: "donner son accord", English: "consent"},
	Code{Value: string(ActionSign), French: "signer", English: "sign"},
	Code{Value: string(ActionHandOver), French: "remettre les clés", English: "hand over"},
	Code{Value: string(ActionRecordIndicators), French: "relever les indicateurs", English: "record indicators"},
	Code{Value: string(ActionEvaluate), French: "évaluer", English: "evaluate"},
	Code{Value: string(ActionHost), French: "accueillir durablement", English: "host"},
	Code{Value: string(ActionScale), French: "essaimer", English: "scale"},
	Code{Value: string(ActionEnd), French: "mettre fin", English: "end"},
	Code{Value: string(ActionHold), French: "mettre en attente", English: "put on hold"},
	Code{Value: string(ActionResume), French: "reprendre", English: "resume"},
	Code{Value: string(ActionReject), French: "refuser", English: "reject"},
	Code{Value: string(ActionReopen), French: "rouvrir", English: "reopen"},
	Code{Value: string(ActionWithdraw), French: "retirer", English: "withdraw"},
	Code{Value: string(ActionCancel), French: "annuler", English: "cancel"},
	Code{Value: string(ActionAgreeToPublish), French: "accepter la publication", English: "agree to publish"},
	Code{Value: string(ActionCorrect), French: "corriger", English: "correct"},
	Code{Value: string(ActionRemind), French: "relancer", English: "remind"},
	Code{Value: string(ActionExpire), French: "laisser expirer", English: "expire"},
	Code{Value: string(ActionSupersede), French: "devancer", English: "supersede"},
)

// Label is the code's label in a language.
func (c RequestAction) Label(locale Locale) string { return requestActionList.label(string(c), locale) }

func (c RequestAction) known() bool { return requestActionList.has(string(c)) }

// RequestRequirement is a code that is what an action on a hosting request needs.
type RequestRequirement string

const (
	RequiresParties        RequestRequirement = "PARTIES"
	RequiresWish           RequestRequirement = "WISH"
	RequiresUse            RequestRequirement = "USE"
	RequiresWindow         RequestRequirement = "WINDOW"
	RequiresDuration       RequestRequirement = "DURATION"
	RequiresSurface        RequestRequirement = "SURFACE"
	RequiresLandlord       RequestRequirement = "LANDLORD"
	RequiresMissing        RequestRequirement = "WHAT_IS_MISSING"
	RequiresDueDate        RequestRequirement = "DUE_DATE"
	RequiresVisit          RequestRequirement = "VISIT"
	RequiresEntrusted      RequestRequirement = "ENTRUSTED"
	RequiresChosenSpace    RequestRequirement = "CHOSEN_SPACE"
	RequiresForm           RequestRequirement = "FORM"
	RequiresCharges        RequestRequirement = "CHARGES"
	RequiresTenants        RequestRequirement = "TENANTS"
	RequiresTerms          RequestRequirement = "TERMS"
	RequiresProjectConsent RequestRequirement = "PROJECT_CONSENT"
	RequiresNoHardFailure  RequestRequirement = "NO_HARD_FAILURE"
	RequiresSpaceFree      RequestRequirement = "SPACE_FREE"
	RequiresHandoverDate   RequestRequirement = "HANDOVER_DATE"
	RequiresIndicators     RequestRequirement = "INDICATORS"
	RequiresDecision       RequestRequirement = "DECISION"
	RequiresTerritories    RequestRequirement = "TERRITORIES"
	RequiresReason         RequestRequirement = "REASON"
	RequiresReviewDate     RequestRequirement = "REVIEW_DATE"
	RequiresRestitution    RequestRequirement = "RESTITUTION"
)

var requestRequirementList = newCodeList("HostingRequestRequirement",
	Code{Value: string(RequiresParties), French: "le projet et ce qui est demandé", English: "the project and what is asked"},
	Code{Value: string(RequiresWish), French: "les locaux souhaités, ou aucun", English: "the spaces wanted, or none"},
	Code{Value: string(RequiresUse), French: "l'usage", English: "the use"},
	Code{Value: string(RequiresWindow), French: "la période", English: "the window"},
	Code{Value: string(RequiresDuration), French: "la durée", English: "the duration"},
	Code{Value: string(RequiresSurface), French: "la surface", English: "the surface"},
	Code{Value: string(RequiresLandlord), French: "le bailleur", English: "the landlord"},
	Code{Value: string(RequiresMissing), French: "ce qui manque", English: "what is missing"},
	Code{Value: string(RequiresDueDate), French: "la date limite de réponse", English: "the due date"},
	Code{Value: string(RequiresVisit), French: "la date et le résultat de la visite", English: "the day and outcome of the visit"},
	Code{Value: string(RequiresEntrusted), French: "ce qui est confié", English: "what is entrusted"},
	Code{Value: string(RequiresChosenSpace), French: "le local retenu", English: "the chosen space"},
	Code{Value: string(RequiresForm), French: "la forme d'occupation", English: "the legal form"},
	Code{Value: string(RequiresCharges), French: "l'effet sur les charges", English: "the effect on charges"},
	Code{Value: string(RequiresTenants), French: "l'avis de l'association de locataires, ou son absence", English: "the tenants' association's opinion, or that there is none"},
	Code{Value: string(RequiresTerms), French: "les termes de la convention", English: "the terms of the agreement"},
	Code{Value: string(RequiresProjectConsent), French: "l'accord du projet sur ces termes", English: "the project's consent to these terms"},
	Code{Value: string(RequiresNoHardFailure), French: "aucune condition impérative en échec", English: "no hard criterion fails"},
	Code{Value: string(RequiresSpaceFree), French: "le local est libre", English: "the space is free"},
	Code{Value: string(RequiresHandoverDate), French: "la date de remise des clés", English: "the day of the handover"},
	Code{Value: string(RequiresIndicators), French: "les indicateurs", English: "the indicators"},
	Code{Value: string(RequiresDecision), French: "la décision", English: "the decision"},
	Code{Value: string(RequiresTerritories), French: "les territoires visés", English: "the target territories"},
	Code{Value: string(RequiresReason), French: "le motif", English: "the reason"},
	Code{Value: string(RequiresReviewDate), French: "la date de réexamen", English: "the review date"},
	Code{Value: string(RequiresRestitution), French: "la restitution", English: "the restitution"},
)

// Label is the code's label in a language.
func (c RequestRequirement) Label(locale Locale) string {
	return requestRequirementList.label(string(c), locale)
}

func (c RequestRequirement) known() bool { return requestRequirementList.has(string(c)) }

// RefusalReason is a code that says why a hosting request was refused, withdrawn or cancelled.
type RefusalReason string

const (
	RefusedSpaceNoLongerAvailable   RefusalReason = "SPACE_NO_LONGER_AVAILABLE"
	RefusedSurface                  RefusalReason = "SURFACE"
	RefusedDuration                 RefusalReason = "DURATION"
	RefusedSafety                   RefusalReason = "SAFETY"
	RefusedAccessibility            RefusalReason = "ACCESSIBILITY"
	RefusedCost                     RefusalReason = "COST"
	RefusedLegalForm                RefusalReason = "LEGAL_FORM"
	RefusedTerritory                RefusalReason = "TERRITORY"
	RefusedPriority                 RefusalReason = "PRIORITY"
	RefusedTenantOpposition         RefusalReason = "TENANT_OPPOSITION"
	RefusedLocalAuthorityOpposition RefusalReason = "LOCAL_AUTHORITY_OPPOSITION"
	RefusedIncomplete               RefusalReason = "INCOMPLETE"
	RefusedReferences               RefusalReason = "REFERENCES"
	RefusedNoCapacity               RefusalReason = "NO_CAPACITY"
	RefusedDuplicate                RefusalReason = "DUPLICATE"
	RefusedOther                    RefusalReason = "OTHER"
)

var refusalReasonList = newCodeList("HostingRefusalReason",
	Code{Value: string(RefusedSpaceNoLongerAvailable), French: "local plus disponible", English: "space no longer available"},
	Code{Value: string(RefusedSurface), French: "surface", English: "surface"},
	Code{Value: string(RefusedDuration), French: "durée", English: "duration"},
	Code{Value: string(RefusedSafety), French: "sécurité", English: "safety"},
	Code{Value: string(RefusedAccessibility), French: "accessibilité", English: "accessibility"},
	Code{Value: string(RefusedCost), French: "coût", English: "cost"},
	Code{Value: string(RefusedLegalForm), French: "forme juridique", English: "legal form"},
	Code{Value: string(RefusedTerritory), French: "territoire", English: "territory"},
	Code{Value: string(RefusedPriority), French: "priorité", English: "priority"},
	Code{Value: string(RefusedTenantOpposition), French: "opposition des locataires", English: "opposition of tenants"},
	Code{Value: string(RefusedLocalAuthorityOpposition), French: "opposition de la collectivité", English: "opposition of the local authority"},
	Code{Value: string(RefusedIncomplete), French: "dossier incomplet", English: "incomplete"},
	Code{Value: string(RefusedReferences), French: "références", English: "references"},
	Code{Value: string(RefusedNoCapacity), French: "pas de moyens disponibles", English: "no capacity"},
	Code{Value: string(RefusedDuplicate), French: "doublon", English: "duplicate"},
	Code{Value: string(RefusedOther), French: "autre", English: "other"},
)

// Label is the code's label in a language.
func (c RefusalReason) Label(locale Locale) string { return refusalReasonList.label(string(c), locale) }

func (c RefusalReason) known() bool { return refusalReasonList.has(string(c)) }

// VisitOutcome is a code that says what came of a visit.
type VisitOutcome string

const (
	VisitSuitable   VisitOutcome = "SUITABLE"
	VisitWithWorks  VisitOutcome = "SUITABLE_WITH_WORKS"
	VisitOtherSpace VisitOutcome = "OTHER_SPACE"
	VisitNotVisited VisitOutcome = "NOT_VISITED"
)

var visitOutcomeList = newCodeList("HostingVisitOutcome",
	Code{Value: string(VisitSuitable), French: "convient", English: "suitable"},
	Code{Value: string(VisitWithWorks), French: "convient avec des travaux", English: "suitable with works"},
	Code{Value: string(VisitOtherSpace), French: "un autre local conviendrait mieux", English: "another space would suit better"},
	Code{Value: string(VisitNotVisited), French: "sans visite (partenariat)", English: "no visit (partnership)"},
)

// Label is the code's label in a language.
func (c VisitOutcome) Label(locale Locale) string { return visitOutcomeList.label(string(c), locale) }

func (c VisitOutcome) known() bool { return visitOutcomeList.has(string(c)) }

// PartyOpinion is a code that says what someone who was consulted thinks.
type PartyOpinion string

const (
	OpinionFavourable   PartyOpinion = "FAVOURABLE"
	OpinionReserved     PartyOpinion = "WITH_RESERVATIONS"
	OpinionUnfavourable PartyOpinion = "UNFAVOURABLE"
	OpinionNoOpinion    PartyOpinion = "NO_OPINION"
)

var partyOpinionList = newCodeList("HostingOpinion",
	Code{Value: string(OpinionFavourable), French: "favorable", English: "favourable"},
	Code{Value: string(OpinionReserved), French: "favorable avec réserves", English: "favourable with reservations"},
	Code{Value: string(OpinionUnfavourable), French: "défavorable", English: "unfavourable"},
	Code{Value: string(OpinionNoOpinion), French: "sans avis", English: "no opinion"},
)

// Label is the code's label in a language.
func (c PartyOpinion) Label(locale Locale) string { return partyOpinionList.label(string(c), locale) }

func (c PartyOpinion) known() bool { return partyOpinionList.has(string(c)) }

// ChargesEffect is a code that says what an occupation does to the tenants' charges.
type ChargesEffect string

const (
	ChargesNone     ChargesEffect = "NONE"
	ChargesLandlord ChargesEffect = "BORNE_BY_LANDLORD"
	ChargesProject  ChargesEffect = "BORNE_BY_PROJECT"
	ChargesLower    ChargesEffect = "LOWER"
	ChargesHigher   ChargesEffect = "HIGHER"
)

var chargesEffectList = newCodeList("HostingChargesEffect",
	Code{Value: string(ChargesNone), French: "sans effet", English: "none"},
	Code{Value: string(ChargesLandlord), French: "à la charge du bailleur", English: "borne by the landlord"},
	Code{Value: string(ChargesProject), French: "à la charge du projet", English: "borne by the project"},
	Code{Value: string(ChargesLower), French: "en baisse pour les locataires", English: "lower for tenants"},
	Code{Value: string(ChargesHigher), French: "en hausse pour les locataires", English: "higher for tenants"},
)

// Label is the code's label in a language.
func (c ChargesEffect) Label(locale Locale) string { return chargesEffectList.label(string(c), locale) }

func (c ChargesEffect) known() bool { return chargesEffectList.has(string(c)) }

// IndicatorCode is a code of a figure of what came of a placement; figures of one code add up.
type IndicatorCode string

const (
	IndicatorPeopleHoused     IndicatorCode = "PEOPLE_HOUSED"
	IndicatorHouseholdsServed IndicatorCode = "HOUSEHOLDS_SERVED"
	IndicatorParticipants     IndicatorCode = "PARTICIPANTS"
	IndicatorHours            IndicatorCode = "HOURS"
	IndicatorEvents           IndicatorCode = "EVENTS"
	IndicatorPeopleEmployed   IndicatorCode = "PEOPLE_EMPLOYED"
	IndicatorVolunteers       IndicatorCode = "VOLUNTEERS"
)

var indicatorCodeList = newCodeList("HostingIndicatorCode",
	Code{Value: string(IndicatorPeopleHoused), French: "personnes logées", English: "people housed"},
	Code{Value: string(IndicatorHouseholdsServed), French: "foyers servis", English: "households served"},
	Code{Value: string(IndicatorParticipants), French: "participants", English: "participants"},
	Code{Value: string(IndicatorHours), French: "heures d'activité", English: "hours of activity"},
	Code{Value: string(IndicatorEvents), French: "événements", English: "events"},
	Code{Value: string(IndicatorPeopleEmployed), French: "personnes en emploi ou en insertion", English: "people in employment"},
	Code{Value: string(IndicatorVolunteers), French: "bénévoles", English: "volunteers"},
)

// Label is the code's label in a language.
func (c IndicatorCode) Label(locale Locale) string { return indicatorCodeList.label(string(c), locale) }

func (c IndicatorCode) known() bool { return indicatorCodeList.has(string(c)) }

// EvaluationDecision is a code that is what follows an evaluation.
type EvaluationDecision string

const (
	DecisionContinue EvaluationDecision = "CONTINUE"
	DecisionStop     EvaluationDecision = "STOP"
	DecisionScale    EvaluationDecision = "SCALE"
)

var evaluationDecisionList = newCodeList("HostingDecision",
	Code{Value: string(DecisionContinue), French: "poursuivre", English: "continue"},
	Code{Value: string(DecisionStop), French: "arrêter", English: "stop"},
	Code{Value: string(DecisionScale), French: "essaimer", English: "scale"},
)

// Label is the code's label in a language.
func (c EvaluationDecision) Label(locale Locale) string {
	return evaluationDecisionList.label(string(c), locale)
}

func (c EvaluationDecision) known() bool { return evaluationDecisionList.has(string(c)) }

// EndReason is a code that says why an occupation ended.
type EndReason string

const (
	EndTerm     EndReason = "TERM"
	EndAgreed   EndReason = "AGREED"
	EndLandlord EndReason = "BY_LANDLORD"
	EndProject  EndReason = "BY_PROJECT"
	EndWorks    EndReason = "WORKS_BEGIN"
	EndBreach   EndReason = "BREACH"
	EndOther    EndReason = "OTHER"
)

var endReasonList = newCodeList("HostingEndReason",
	Code{Value: string(EndTerm), French: "terme de la convention", English: "end of the term"},
	Code{Value: string(EndAgreed), French: "d'un commun accord", English: "by agreement"},
	Code{Value: string(EndLandlord), French: "congé du bailleur", English: "notice of the landlord"},
	Code{Value: string(EndProject), French: "congé du projet", English: "notice of the project"},
	Code{Value: string(EndWorks), French: "début des travaux", English: "works begin"},
	Code{Value: string(EndBreach), French: "manquement", English: "breach"},
	Code{Value: string(EndOther), French: "autre", English: "other"},
)

// Label is the code's label in a language.
func (c EndReason) Label(locale Locale) string { return endReasonList.label(string(c), locale) }

func (c EndReason) known() bool { return endReasonList.has(string(c)) }

// PracticeKind is a code that says what a practice tells those who repeat a placement.
type PracticeKind string

const (
	PracticeAdapted PracticeKind = "ADAPTED"
	PracticeWorked  PracticeKind = "WORKED"
	PracticeFailed  PracticeKind = "FAILED"
)

var practiceKindList = newCodeList("PlacementPracticeKind",
	Code{Value: string(PracticeAdapted), French: "adapté", English: "adapted"},
	Code{Value: string(PracticeWorked), French: "a fonctionné", English: "worked"},
	Code{Value: string(PracticeFailed), French: "n'a pas fonctionné", English: "failed"},
)

// Label is the code's label in a language.
func (c PracticeKind) Label(locale Locale) string { return practiceKindList.label(string(c), locale) }

func (c PracticeKind) known() bool { return practiceKindList.has(string(c)) }

// RestitutionState is a code that says in which state a place is given back.
type RestitutionState string

const (
	RestitutionAsFound       RestitutionState = "AS_FOUND"
	RestitutionImproved      RestitutionState = "IMPROVED"
	RestitutionWorksDue      RestitutionState = "WORKS_DUE"
	RestitutionNotApplicable RestitutionState = "NOT_APPLICABLE"
)

var restitutionStateList = newCodeList("HostingRestitution",
	Code{Value: string(RestitutionAsFound), French: "en l'état d'origine", English: "as found"},
	Code{Value: string(RestitutionImproved), French: "amélioré", English: "improved"},
	Code{Value: string(RestitutionWorksDue), French: "remise en état due", English: "works due"},
	Code{Value: string(RestitutionNotApplicable), French: "sans objet", English: "not applicable"},
)

// Label is the code's label in a language.
func (c RestitutionState) Label(locale Locale) string {
	return restitutionStateList.label(string(c), locale)
}

func (c RestitutionState) known() bool { return restitutionStateList.has(string(c)) }
