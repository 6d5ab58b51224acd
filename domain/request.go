package domain

import (
	"slices"
	"time"
)

// HostingRequest is a project's request to be hosted by a landlord, from the
// first draft to the day the place is given back, and beyond, to its repetition
// elsewhere. It is for its two sides and for staff: the landlord sees it from
// when it is sent to it.
type HostingRequest struct {
	ID RequestID `bson:"id"`
	// Version counts the request's changes, from 1.
	Version   int       `bson:"version"`
	CreatedAt time.Time `bson:"createdAt"`
	UpdatedAt time.Time `bson:"updatedAt"`
	// Synthetic marks invented sample data.
	Synthetic bool          `bson:"synthetic,omitempty"`
	Origin    RequestOrigin `bson:"origin"`
	// OriginID is the invitation, proposal or placement that it comes from; ""
	// when the project asked.
	OriginID ID `bson:"originId,omitempty"`

	ProjectID      ProjectID       `bson:"project"`
	NeedID         *NeedID         `bson:"need,omitempty"`
	LandlordNeedID *LandlordNeedID `bson:"landlordNeed,omitempty"`
	// LandlordID is nil while any landlord would do.
	LandlordID *LandlordID `bson:"landlord,omitempty"`
	// Sent: the landlord has it, and sees it from then on.
	Sent          bool `bson:"sent,omitempty"`
	RequestFields `bson:"inline"`

	Status RequestStatus `bson:"status"`
	Since  time.Time     `bson:"since"`
	// ReturnTo is the status that it came from, while it is on hold, and once it
	// was refused, expired or superseded; "" otherwise.
	ReturnTo RequestStatus `bson:"returnTo,omitempty"`
	// DueOn is the day by which staff or the landlord answer, or on which what is
	// on hold is looked at again; nil otherwise.
	DueOn *Date `bson:"dueOn,omitempty"`
	// Reminders are the days on which whoever owes the answer was reminded of it.
	Reminders []Date `bson:"reminders,omitempty"`

	// Matches are those of the wanted spaces, as they were when it was submitted.
	Matches []RequestMatch `bson:"matches,omitempty"`
	// Missing is what staff found missing.
	Missing      TextID             `bson:"missing,omitempty"`
	Visit        *HostingVisit      `bson:"visit,omitempty"`
	Scope        *HostingScope      `bson:"scope,omitempty"`
	Consultation *TenantHearing     `bson:"consultation,omitempty"`
	Proposed     *HostingConvention `bson:"proposed,omitempty"`
	// Terms are the conventions signed, one after another: the first, and one for
	// each new term.
	Terms      []HostingConvention `bson:"terms,omitempty"`
	HandedOver *Date               `bson:"handedOver,omitempty"`
	Indicators []IndicatorFigure   `bson:"indicators,omitempty"`
	Evaluation *HostingEvaluation  `bson:"evaluation,omitempty"`
	ScaledTo   []Territory         `bson:"scaledTo,omitempty"`
	// Towards is where a repetition is to be; nil for other requests.
	Towards *Territory      `bson:"towards,omitempty"`
	Ending  *HostingEnding  `bson:"ending,omitempty"`
	Refused *HostingRefusal `bson:"refusal,omitempty"`
	// Agreed says which sides agreed that the placement be public, and when.
	Agreed PublicationAgreement `bson:"agreed,omitempty"`
	// Contacts are whom to call on either side.
	Contacts RequestContacts `bson:"contacts,omitempty"`

	// Log is all that was ever done, in order. It is only added to.
	Log []RequestStep `bson:"log"`
}

// RequestFields are what a project states in a request.
type RequestFields struct {
	Wish RequestWish `bson:"wish"`
	// Spaces are those wanted, the most wanted first; empty but for Wish SPACES.
	Spaces   []SpaceID    `bson:"spaces,omitempty"`
	Use      UsePattern   `bson:"use"`
	Start    StartWindow  `bson:"start"`
	Duration NeedDuration `bson:"duration"`
	Surface  SurfaceRange `bson:"surface"`
}

// RequestMatch is the match of a wanted space when the request was submitted.
type RequestMatch struct {
	Space       SpaceID     `bson:"space"`
	Ruleset     string      `bson:"ruleset"`
	Eligibility Eligibility `bson:"eligibility"`
	// ScoreTenths is 0 to 1000, ReliabilityThousandths too.
	ScoreTenths            int `bson:"score"`
	ReliabilityThousandths int `bson:"reliability"`
	// Failing are the hard criteria that failed.
	Failing []CriterionCode `bson:"failing,omitempty"`
	// On is the day of the match.
	On Date `bson:"on"`
}

// HostingVisit is what came of looking at the place together.
type HostingVisit struct {
	On      Date         `bson:"on"`
	Outcome VisitOutcome `bson:"outcome"`
	Notes   TextID       `bson:"notes,omitempty"`
}

// HostingScope is what the landlord entrusts, where and how.
type HostingScope struct {
	// Space is the chosen one; nil for a partnership without a space.
	Space     *SpaceID      `bson:"space,omitempty"`
	Form      OccupancyForm `bson:"form"`
	Entrusted TextID        `bson:"entrusted"`
	Charges   ChargesEffect `bson:"charges"`
	// LocalAuthority is its opinion; nil when there is none.
	LocalAuthority *DatedOpinion `bson:"localAuthority,omitempty"`
}

// DatedOpinion is what someone thinks, and since when.
type DatedOpinion struct {
	Opinion PartyOpinion `bson:"opinion"`
	On      Date         `bson:"on"`
}

// TenantHearing is what the tenants' association thinks.
type TenantHearing struct {
	// NoAssociation: there is none to ask.
	NoAssociation bool `bson:"noAssociation,omitempty"`
	// Association is its opinion; nil without one.
	Association *DatedOpinion `bson:"association,omitempty"`
}

// HostingConvention are the terms of an occupation, or of a partnership.
type HostingConvention struct {
	Form OccupancyForm `bson:"form"`
	// From and Until bound it, both days included.
	From  Date `bson:"from"`
	Until Date `bson:"until"`
	// Slots are the times of a shared use; none is the whole space, all the time.
	Slots []RecurringSlot `bson:"slots,omitempty"`
	Fee   Cost            `bson:"fee"`
	// Insured: the project has shown that it is insured for this use.
	Insured bool `bson:"insured"`
	// Restitution is in which state the place is to be given back.
	Restitution RestitutionState `bson:"restitution"`
	// Revision counts the proposals; a consent is to one of them.
	Revision int `bson:"revision"`
	// ConsentedOn is when the project consented to this revision; nil before.
	ConsentedOn *Date `bson:"consentedOn,omitempty"`
	// SignedOn is when it was signed; nil before.
	SignedOn *Date `bson:"signedOn,omitempty"`
}

// IndicatorFigure is a figure of what came of a placement, over a period.
type IndicatorFigure struct {
	Code  IndicatorCode `bson:"code"`
	Value int           `bson:"value"`
	From  Date          `bson:"from"`
	Until Date          `bson:"until"`
	// Source says where it comes from; "" when not said.
	Source string `bson:"source,omitempty"`
}

// HostingEvaluation is what was decided after the trial.
type HostingEvaluation struct {
	On       Date               `bson:"on"`
	Decision EvaluationDecision `bson:"decision"`
}

// HostingEnding is how an occupation ended.
type HostingEnding struct {
	On          Date             `bson:"on"`
	Reason      EndReason        `bson:"reason"`
	Restitution RestitutionState `bson:"restitution"`
	Words       TextID           `bson:"words,omitempty"`
}

// HostingRefusal is why a request stopped: refused, withdrawn or cancelled.
type HostingRefusal struct {
	Reason RefusalReason `bson:"reason"`
	By     RequestParty  `bson:"by"`
	On     Date          `bson:"on"`
	Words  TextID        `bson:"words,omitempty"`
}

// PublicationAgreement says when each side agreed that the placement be public.
type PublicationAgreement struct {
	Project  *Date `bson:"project,omitempty"`
	Landlord *Date `bson:"landlord,omitempty"`
}

// Both: the placement is public.
func (a PublicationAgreement) Both() bool { return a.Project != nil && a.Landlord != nil }

// RequestStep is one thing that was done with a request.
type RequestStep struct {
	// Commit is the ledger's number of it.
	Commit uint64    `bson:"commit"`
	At     time.Time `bson:"at"`
	// Actor is the pseudonymous id of who did it; "" for the hub itself.
	Actor string `bson:"actor,omitempty"`
	// Person is who did it, when they were known; "" otherwise.
	Person PersonID      `bson:"person,omitempty"`
	Party  RequestParty  `bson:"party"`
	Action RequestAction `bson:"action"`
	From   RequestStatus `bson:"from,omitempty"`
	To     RequestStatus `bson:"to"`
	// On is the day that it says of itself (of a visit, a signature, a handover,
	// an end…); nil when the day it was recorded is all there is.
	On *Date `bson:"on,omitempty"`
	// Reason is the code of a refusal or an ending; "" otherwise.
	Reason string `bson:"reason,omitempty"`
	// Indicators are the figures that it recorded.
	Indicators []IndicatorFigure `bson:"indicators,omitempty"`
	// Words are what was said with it.
	Words TextID `bson:"words,omitempty"`
	// Corrects is the place in the log, from 0, of the step whose day, reason or
	// figures this one corrects; nil for other steps.
	Corrects *int `bson:"corrects,omitempty"`
}

func (HostingRequest) IsNode() {}

// Sight is who may see the request: its project, and its landlord once it has
// been sent to it. The group is the landlord's.
func (r *HostingRequest) Sight(group LandlordID) Sight {
	s := Sight{Class: VisibilityPrivate, Ownership: Ownership{Project: r.ProjectID}}
	if r.Sent && r.LandlordID != nil {
		s.Landlord, s.Group = *r.LandlordID, group
	}
	return s
}

// Chosen is the space that the request is about to take or takes; false while
// none was chosen, and for a partnership without a space.
func (r *HostingRequest) Chosen() (SpaceID, bool) {
	if r.Scope == nil || r.Scope.Space == nil {
		return "", false
	}
	return *r.Scope.Space, true
}

// Concerns are the spaces that the request wants, chose or has.
func (r *HostingRequest) Concerns() []SpaceID {
	spaces := r.Spaces
	if chosen, ok := r.Chosen(); ok && !slices.Contains(spaces, chosen) {
		spaces = append(slices.Clip(spaces), chosen)
	}
	return spaces
}

// NextDue is the day by which something is due: DueOn, or the last day of the
// term of an occupation; nil when nothing is.
func (r *HostingRequest) NextDue() *Date {
	if r.Occupying() && len(r.Terms) > 0 {
		return &r.Term().Until
	}
	return r.DueOn
}

// Term is the convention in force or last signed; nil before the first.
func (r *HostingRequest) Term() *HostingConvention {
	if len(r.Terms) == 0 {
		return nil
	}
	return &r.Terms[len(r.Terms)-1]
}

// openStatuses are those in which nothing is signed yet.
var openStatuses = []RequestStatus{RequestSubmitted, RequestChangesRequested, RequestLandlordReview, RequestScoping, RequestTenantConsultation, RequestConvention}

// occupyingStatuses are those in which the space is taken.
var occupyingStatuses = []RequestStatus{RequestSigned, RequestPilot, RequestEvaluated, RequestHosted, RequestScaled}

// Open tells whether the request waits for someone, on hold or not.
func (r *HostingRequest) Open() bool {
	return slices.Contains(openStatuses, r.Status) || r.Status == RequestOnHold
}

// Occupying tells whether the request has its space now or will have it.
func (r *HostingRequest) Occupying() bool { return slices.Contains(occupyingStatuses, r.Status) }

// Occupation is what the request takes of its chosen space: a commitment for
// each term signed, until the end of the occupation. None before the signature,
// for a partnership without a space, and after a cancellation.
func (r *HostingRequest) Occupation() (space SpaceID, taken []Commitment) {
	space, ok := r.Chosen()
	if !ok || !r.Occupying() && r.Status != RequestEnded {
		return "", nil
	}
	for _, t := range r.Terms {
		c := t.Occupation()
		if r.Ending != nil {
			if *c.From > r.Ending.On {
				continue
			}
			if *c.Until > r.Ending.On {
				c.Until = &r.Ending.On
			}
		}
		c.Request = r.ID
		taken = append(taken, c)
	}
	return space, taken
}

// Occupation is what the terms take of a space.
func (c HostingConvention) Occupation() Commitment {
	return Commitment{Kind: CommitmentConvention, From: &c.From, Until: &c.Until, Slots: c.Slots}
}

// PartyOf is the side for which a viewer acts on a request that it sees; false
// for viewers who only look on, such as a landlord's group.
func (r *HostingRequest) PartyOf(v Viewer) (RequestParty, bool) {
	switch {
	case v.IsStaff():
		return PartyStaff, true
	case v.Role == RoleProject && v.Project != "" && v.Project == r.ProjectID:
		return PartyProject, true
	case v.Role == RoleLandlord && v.Landlord != "" && r.Sent && r.LandlordID != nil && v.Landlord == *r.LandlordID:
		return PartyLandlord, true
	}
	return "", false
}

// Recorded is a step of the log as its last corrections leave it.
func (r *HostingRequest) Recorded(step int) RequestStep {
	recorded := r.Log[step]
	for _, s := range r.Log[step+1:] {
		if s.Corrects == nil || *s.Corrects != step {
			continue
		}
		if s.On != nil {
			recorded.On = s.On
		}
		if s.Reason != "" {
			recorded.Reason = s.Reason
		}
		if s.Indicators != nil {
			recorded.Indicators = s.Indicators
		}
	}
	return recorded
}

// TextIDs are the texts that the request refers to.
func (r *HostingRequest) TextIDs() []TextID {
	var ids []TextID
	add := func(id TextID) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	add(r.Missing)
	if r.Visit != nil {
		add(r.Visit.Notes)
	}
	if r.Scope != nil {
		add(r.Scope.Entrusted)
	}
	if r.Ending != nil {
		add(r.Ending.Words)
	}
	if r.Refused != nil {
		add(r.Refused.Words)
	}
	for _, s := range r.Log {
		add(s.Words)
	}
	return ids
}

// StatusLabel is the label of the status.
func (r *HostingRequest) StatusLabel(locale Locale) string { return r.Status.Label(locale) }

// mostWanted bounds the spaces of one request.
const mostWanted = 20

// Validate collects what is wrong with what is stated, as far as it is stated:
// Complete says what is still missing.
func (f RequestFields) Validate(p *Problems, check RuleChecker) {
	var root []any
	knownCode(p, f.Wish, root, "wish")
	p.require(f.Wish == WishSpaces || len(f.Spaces) == 0, root, "spaces",
		"des locaux ne se désignent qu'avec wish: SPACES", "spaces are named with wish: SPACES only")
	p.atMost(len(f.Spaces), mostWanted, root, "spaces")
	if f.Use.Kind != "" {
		f.Use.validate(p, check, "use")
	}
	p.inOrder(f.Start.Earliest, f.Start.Latest, []any{"start"}, "latest")
	if f.Duration.MinMonths != 0 {
		f.Duration.validate(p, f.Use.Kind, "duration")
	}
	f.Surface.validate(p, "surface")
}

// Lacks are what the request still needs before it can be submitted.
func (r *HostingRequest) Lacks() (lacking []RequestRequirement) {
	for _, need := range []struct {
		is  RequestRequirement
		met bool
	}{
		{RequiresParties, r.NeedID != nil || r.LandlordNeedID != nil},
		{RequiresWish, r.Wish != WishSpaces || len(r.Spaces) > 0},
		{RequiresUse, r.Use.Kind != ""},
		{RequiresWindow, r.Start.Earliest != nil || r.Start.Latest != nil},
		{RequiresDuration, r.Duration.MinMonths > 0},
		{RequiresSurface, r.Wish == WishNone || r.Surface.Known()},
	} {
		if !need.met {
			lacking = append(lacking, need.is)
		}
	}
	return lacking
}

// Validate collects what is wrong with the terms, but for what only the World
// knows: whether the space is free and what the law makes of the form.
func (c HostingConvention) Validate(p *Problems, wish RequestWish, check RuleChecker) {
	var root []any
	knownCode(p, c.Form, root, "form")
	p.require((c.Form == FormPartnershipOnly) == (wish == WishNone), root, "form",
		"PARTNERSHIP_ONLY est la forme d'un partenariat sans local, et la seule", "PARTNERSHIP_ONLY is the form of a partnership without a space, and its only one")
	p.inOrder(&c.From, &c.Until, root, "until")
	most := mostMonths
	if len(c.Slots) > 0 {
		most = mostRecurringMonths
	}
	p.require(c.Until < c.From.AddMonths(most), root, "until",
		"des créneaux réguliers courent dix ans au plus, une occupation continue 99 ans", "recurring slots run for ten years at most, a continuous occupation for 99")
	if validateSlots(p, c.Slots, check, []any{"slots"}) {
		for i, s := range c.Slots {
			// Which weeks it means would be unknown, so that nobody could tell what is taken.
			p.require(s.From != nil || s.interval() == 1, []any{"slots", i}, "from",
				"un créneau toutes les deux semaines (INTERVAL) demande son premier jour : donnez from", "a slot every second week (INTERVAL) needs its first day: give from")
		}
	}
	c.Fee.validate(p, "fee")
	p.require(c.Insured || wish == WishNone, root, "insured",
		"l'attestation d'assurance du projet est nécessaire avant de proposer la convention", "the project's proof of insurance is needed before the agreement is proposed")
	knownCode(p, c.Restitution, root, "restitution")
}

func (f IndicatorFigure) validate(p *Problems, path ...any) {
	knownCode(p, f.Code, path, "code")
	p.between(&f.Value, 0, mostFigure, path, "value")
	p.inOrder(&f.From, &f.Until, path, "until")
	if f.Source != "" {
		p.line(f.Source, path, "source")
	}
}

// ValidateIndicators collects what is wrong with a list of figures.
func ValidateIndicators(p *Problems, figures []IndicatorFigure, path ...any) {
	if p.items(len(figures), path, "") {
		for i, f := range figures {
			f.validate(p, below(path, i)...)
		}
	}
}

// StatedRequest is what a project states in a request as it comes in: what is
// left out is as its need says.
type StatedRequest struct {
	Wish *RequestWish
	// Spaces are named by id or by the landlord's own reference.
	Spaces   []VacantSpaceRef
	Use      *UsePattern
	Start    *StartWindow
	Duration *NeedDuration
	Surface  *SurfaceRange
}

// What the schema shows of a request, where that isn't what is stored.

// ReturnsTo is the status that it goes back to; nil for none.
func (r *HostingRequest) ReturnsTo() *RequestStatus { return present(r.ReturnTo) }

// StatedUse is the use; nil while a draft doesn't say.
func (r *HostingRequest) StatedUse() *UsePattern {
	if r.Use.Kind == "" {
		return nil
	}
	return &r.Use
}

// StatedDuration is the duration; nil while a draft doesn't say.
func (r *HostingRequest) StatedDuration() *NeedDuration {
	if r.Duration.MinMonths == 0 {
		return nil
	}
	return &r.Duration
}

// Score is 0 to 100.
func (m RequestMatch) Score() float64 { return float64(m.ScoreTenths) / 10 }

// Reliability is 0 to 1.
func (m RequestMatch) Reliability() float64 { return float64(m.ReliabilityThousandths) / 1000 }

// CommitNumber is Commit, for the schema.
func (s RequestStep) CommitNumber() int { return int(s.Commit) }

// Before is the status before; nil for the first step.
func (s RequestStep) Before() *RequestStatus { return present(s.From) }

// ReasonCode is Reason; nil for none.
func (s RequestStep) ReasonCode() *string { return present(s.Reason) }

// ActionLabel is the label of the action.
func (s RequestStep) ActionLabel(locale Locale) string { return s.Action.Label(locale) }

// labelOf is the label of a code; nil for none.
func labelOf[C interface{ Label(Locale) string }](code *C, locale Locale) *string {
	if code == nil {
		return nil
	}
	label := (*code).Label(locale)
	return &label
}

// present is nil for the empty text.
func present[T ~string](v T) *T {
	if v == "" {
		return nil
	}
	return &v
}

// OutcomeLabel is the label of the outcome.
func (v *HostingVisit) OutcomeLabel(locale Locale) string { return v.Outcome.Label(locale) }

// FormLabel is the label of the legal form.
func (s *HostingScope) FormLabel(locale Locale) string { return s.Form.Label(locale) }

// ChargesLabel is the label of the effect on charges.
func (s *HostingScope) ChargesLabel(locale Locale) string { return s.Charges.Label(locale) }

// OpinionLabel is the label of the opinion.
func (o *DatedOpinion) OpinionLabel(locale Locale) string { return o.Opinion.Label(locale) }

// FormLabel is the label of the legal form.
func (c *HostingConvention) FormLabel(locale Locale) string { return c.Form.Label(locale) }

// CodeLabel is the label of the indicator.
func (f IndicatorFigure) CodeLabel(locale Locale) string { return f.Code.Label(locale) }

// DecisionLabel is the label of the decision.
func (e *HostingEvaluation) DecisionLabel(locale Locale) string { return e.Decision.Label(locale) }

// ReasonLabel is the label of the reason.
func (e *HostingEnding) ReasonLabel(locale Locale) string { return e.Reason.Label(locale) }

// ReasonLabel is the label of the reason.
func (r *HostingRefusal) ReasonLabel(locale Locale) string { return r.Reason.Label(locale) }

// AllowedTransition is something that a viewer can do with a request now.
type AllowedTransition struct {
	RequestTransition
	// Leads is the status that it leads this request to.
	Leads RequestStatus
	// BlockedBy are the conditions that don't hold.
	BlockedBy []RequestRequirement
}

// ActionLabel is the label of the action.
func (t *AllowedTransition) ActionLabel(locale Locale) string { return t.Action.Label(locale) }

// Ready: nothing blocks it.
func (t *AllowedTransition) Ready() bool { return len(t.BlockedBy) == 0 }

// OccupiedDays are the days from the handover of the keys until a day, or the end
// of the occupation; 0 before the handover.
func (r *HostingRequest) OccupiedDays(until Date) int {
	if r.HandedOver == nil || len(r.Terms) == 0 {
		return 0
	}
	last := min(until, r.Term().Until)
	if r.Ending != nil {
		last = min(last, r.Ending.On)
	}
	return max(0, int(last-*r.HandedOver)+1)
}

// GuardingCostAvoided is what a landlord saved by not guarding the empty place, at
// so much a month, until a day: twelve months are 365 days.
func (r *HostingRequest) GuardingCostAvoided(monthly Amount, until Date) Amount {
	days := Amount(r.OccupiedDays(until))
	return (monthly*12*days + 182) / 365
}

// RestitutionLabel is the label of the state in which it is to be given back.
func (c *HostingConvention) RestitutionLabel(locale Locale) string {
	return c.Restitution.Label(locale)
}

// RestitutionLabel is the label of the state in which it was given back.
func (e *HostingEnding) RestitutionLabel(locale Locale) string { return e.Restitution.Label(locale) }

// ByLabel is the label of who stopped it.
func (r *HostingRefusal) ByLabel(locale Locale) string { return r.By.Label(locale) }

// ReturnsToLabel is the label of the status that it goes back to; nil for none.
func (r *HostingRequest) ReturnsToLabel(locale Locale) *string { return labelled(r.ReturnTo, locale) }

// OriginLabel is the label of how it began.
func (r *HostingRequest) OriginLabel(locale Locale) string { return r.Origin.Label(locale) }

// WishLabel is the label of what it asks for.
func (r *HostingRequest) WishLabel(locale Locale) string { return r.Wish.Label(locale) }

// EligibilityLabel is the label of the eligibility.
func (m RequestMatch) EligibilityLabel(locale Locale) string { return m.Eligibility.Label(locale) }

// PartyLabel is the label of the side.
func (s RequestStep) PartyLabel(locale Locale) string { return s.Party.Label(locale) }

// FromLabel is the label of the status before; nil for the first step.
func (s RequestStep) FromLabel(locale Locale) *string { return labelled(s.From, locale) }

// ToLabel is the label of the status after.
func (s RequestStep) ToLabel(locale Locale) string { return s.To.Label(locale) }

// ToLabel is the label of the status that it leads to.
func (t *AllowedTransition) ToLabel(locale Locale) string { return t.Leads.Label(locale) }

// labelled is the label of a status; nil for none.
func labelled(s RequestStatus, locale Locale) *string {
	if s == "" {
		return nil
	}
	label := s.Label(locale)
	return &label
}
