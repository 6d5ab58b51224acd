package hub

import (
	"context"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// The steps in the life of a hosting request: one command for each business
// action, by domain.RequestTransitions.

// SubmitRequest hands a request to staff. The project and staff.
type SubmitRequest struct {
	ID              domain.ID
	ExpectedVersion *int
}

func (SubmitRequest) Action() string { return "request.submit" }

func (c SubmitRequest) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionSubmit, c.ExpectedVersion)
	if err != nil {
		return err
	}
	if lacking := m.request.Lacks(); len(lacking) > 0 {
		return m.notReady(lacking...)
	}
	r := m.request.Go(m.transition, m.step)
	r.Matches, r.Missing = d.matched(&r), ""
	r.DueOn = new(d.today().AddDays(qualifyingDays))
	return d.putRequest(r)
}

// qualifyingDays is how long staff take at most to qualify a request, before
// reminders.
const qualifyingDays = 30

// RequestChangesOfRequest asks the project for what is missing. Staff.
type RequestChangesOfRequest struct {
	ID              domain.ID
	ExpectedVersion *int
	Missing         string
}

func (RequestChangesOfRequest) Action() string { return "request.request_changes" }

func (c RequestChangesOfRequest) bring(_ context.Context, b *bringing) error {
	b.needed(domain.Text{Kind: domain.TextReason, About: c.ID, Body: c.Missing}, "input", "missing")
	return nil
}

func (c RequestChangesOfRequest) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionRequestChanges, c.ExpectedVersion)
	if err != nil {
		return err
	}
	m.step.Words = d.text(0)
	r := m.request.Go(m.transition, m.step)
	r.Missing = d.text(0)
	return d.putRequest(r)
}

// SendRequest passes a request to the landlord, who answers by a day. Staff.
type SendRequest struct {
	ID              domain.ID
	ExpectedVersion *int
	// LandlordID is needed when the request is to any.
	LandlordID *domain.ID
	DueOn      domain.Date
}

func (SendRequest) Action() string { return "request.send_to_landlord" }

func (c SendRequest) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionSend, c.ExpectedVersion)
	if err != nil {
		return err
	}
	r := m.request
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
	if r.LandlordID == nil {
		return m.notReady(domain.RequiresLandlord)
	}
	p := d.problems("input")
	d.isAhead(p, c.DueOn, "dueOn")
	if err := p.Err(); err != nil {
		return err
	}
	m.step.On = &c.DueOn
	r = r.Go(m.transition, m.step)
	r.Sent, r.DueOn = true, &c.DueOn
	return d.putRequest(r)
}

// RecordVisit says what came of the visit. The landlord.
type RecordVisit struct {
	ID              domain.ID
	ExpectedVersion *int
	On              domain.Date
	Outcome         domain.VisitOutcome
	Notes           *string
}

func (RecordVisit) Action() string { return "request.record_visit" }

func (c RecordVisit) bring(_ context.Context, b *bringing) error {
	b.optional(domain.TextVisit, c.ID, c.Notes, "input", "notes")
	return nil
}

func (c RecordVisit) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionRecordVisit, c.ExpectedVersion)
	if err != nil {
		return err
	}
	p := d.problems("input")
	d.isPast(p, c.On, "on")
	p.Known(c.Outcome, "outcome")
	p.Require((c.Outcome == domain.VisitNotVisited) == (m.request.Wish == domain.WishNone),
		"NOT_VISITED est pour un partenariat sans local, et lui seul", "NOT_VISITED is for a partnership without a space, and for it alone", "outcome")
	if err := p.Err(); err != nil {
		return err
	}
	m.step.On, m.step.Words = &c.On, d.text(0)
	r := m.request.Go(m.transition, m.step)
	r.Visit = &domain.HostingVisit{On: c.On, Outcome: c.Outcome, Notes: d.text(0)}
	return d.putRequest(r)
}

// ScopeRequest settles what is entrusted, where, and in which legal form. The
// landlord.
type ScopeRequest struct {
	ID              domain.ID
	ExpectedVersion *int
	// Space is nil for a partnership without a space.
	Space          *domain.VacantSpaceRef
	Form           domain.OccupancyForm
	Entrusted      string
	Charges        domain.ChargesEffect
	LocalAuthority *domain.DatedOpinion
}

func (ScopeRequest) Action() string { return "request.scope" }

func (c ScopeRequest) bring(_ context.Context, b *bringing) error {
	b.needed(domain.Text{Kind: domain.TextScope, About: c.ID, Body: c.Entrusted}, "input", "entrusted")
	return nil
}

func (c ScopeRequest) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionScope, c.ExpectedVersion)
	if err != nil {
		return err
	}
	scope := domain.HostingScope{Form: c.Form, Entrusted: d.text(0), Charges: c.Charges, LocalAuthority: c.LocalAuthority}
	p := d.problems("input")
	p.Known(c.Form, "form")
	p.Known(c.Charges, "charges")
	none := m.request.Wish == domain.WishNone
	p.Require((c.Form == domain.FormPartnershipOnly) == none,
		"PARTNERSHIP_ONLY est la forme d'un partenariat sans local, et la seule", "PARTNERSHIP_ONLY is the form of a partnership without a space, and its only one", "form")
	p.Require(none == (c.Space == nil),
		"désignez le local retenu ; un partenariat sans local n'en a pas", "name the chosen space; a partnership without a space has none", "space")
	if c.LocalAuthority != nil {
		p.Known(c.LocalAuthority.Opinion, "localAuthority", "opinion")
		d.isPast(p, c.LocalAuthority.On, "localAuthority", "on")
	}
	if c.Space != nil && !none {
		id, err := d.choose(&m.request, *c.Space, "input", "space")
		for _, refusal := range domain.AsRefusals(err) {
			p.AddRefusal(refusal)
		}
		scope.Space = &id
	}
	if err := p.Err(); err != nil {
		return err
	}
	m.step.Words = d.text(0)
	r := m.request.Go(m.transition, m.step)
	r.Scope = &scope
	return d.putRequest(r)
}

// choose finds the space that a landlord settles on: one of its own.
func (d *decision) choose(r *domain.HostingRequest, ref domain.VacantSpaceRef, path ...string) (domain.SpaceID, error) {
	row, err := d.space(ref, path...)
	switch {
	case err != nil:
		return "", err
	case r.LandlordID == nil || row.Sight.Landlord != *r.LandlordID:
		return "", anotherLandlord(path...)
	}
	return row.Doc.ID, isPublished(row.Doc.Record, path...)
}

// RecordConsultation says what the tenants' association thinks, or that there is
// none. The landlord.
type RecordConsultation struct {
	ID              domain.ID
	ExpectedVersion *int
	NoAssociation   bool
	Association     *domain.DatedOpinion
}

func (RecordConsultation) Action() string { return "request.record_consultation" }

func (c RecordConsultation) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionRecordConsultation, c.ExpectedVersion)
	if err != nil {
		return err
	}
	p := d.problems("input")
	p.Require(c.NoAssociation == (c.Association == nil),
		"donnez l'avis de l'association, ou dites qu'il n'y en a pas (noAssociation)", "give the association's opinion, or say that there is none (noAssociation)", "association")
	if a := c.Association; a != nil {
		p.Known(a.Opinion, "association", "opinion")
		d.isPast(p, a.On, "association", "on")
		m.step.On = &a.On
	}
	if err := p.Err(); err != nil {
		return err
	}
	r := m.request.Go(m.transition, m.step)
	r.Consultation = &domain.TenantHearing{NoAssociation: c.NoAssociation, Association: c.Association}
	return d.putRequest(r)
}

// ProposeConvention writes the terms, of the first convention or of a new term;
// a consent to other terms doesn't count any more. The landlord.
type ProposeConvention struct {
	ID              domain.ID
	ExpectedVersion *int
	Convention      domain.HostingConvention
}

func (ProposeConvention) Action() string { return "request.propose_convention" }

func (c ProposeConvention) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionProposeConvention, c.ExpectedVersion)
	if err != nil {
		return err
	}
	r, terms := m.request, c.Convention
	p := d.problems("input", "convention")
	terms.Validate(p, r.Wish, checkRule)
	d.isAhead(p, terms.Until, "until")
	if last := r.Term(); last != nil {
		p.Require(terms.From > last.Until, "un nouveau terme commence après le précédent", "a new term begins after the one before", "from")
	}
	if err := p.Err(); err != nil {
		return err
	}
	if err := d.neverFalls(&r, terms, "input", "convention"); err != nil {
		return err
	}
	terms.Revision, terms.ConsentedOn, terms.SignedOn = 1, nil, nil
	if r.Proposed != nil {
		terms.Revision = r.Proposed.Revision + 1
	}
	r = r.Go(m.transition, m.step)
	r.Proposed = &terms
	return d.putRequest(r)
}

// ConsentToConvention is the project's consent to the terms as they stand. The
// project.
type ConsentToConvention struct {
	ID              domain.ID
	ExpectedVersion *int
	// Revision is of the terms that were read: other ones aren't consented to.
	Revision int
}

func (ConsentToConvention) Action() string { return "request.consent" }

func (c ConsentToConvention) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionConsent, c.ExpectedVersion)
	if err != nil {
		return err
	}
	r := m.request
	if r.Proposed == nil {
		return m.notReady(domain.RequiresTerms)
	}
	if r.Proposed.Revision != c.Revision {
		return domain.VersionConflict{Path: []string{"input", "revision"}, Expected: c.Revision, Current: r.Proposed.Revision}
	}
	if r.Proposed.ConsentedOn != nil {
		d.object = domain.ID(r.ID)
		return nil
	}
	terms := *r.Proposed
	terms.ConsentedOn = new(d.today())
	r = r.Go(m.transition, m.step)
	r.Proposed = &terms
	return d.putRequest(r)
}

// SignConvention records the signature: the space is the project's from the
// first day of the terms. Requests whose only space it was are superseded. The
// landlord.
type SignConvention struct {
	ID              domain.ID
	ExpectedVersion *int
	// On is when it was signed.
	On domain.Date
}

func (SignConvention) Action() string { return "request.sign" }

func (c SignConvention) decide(d *decision) error {
	return d.signTerms(c.ID, domain.ActionSign, c.ExpectedVersion, c.On)
}

// HostRequest records the new term after an evaluation. The landlord.
type HostRequest struct {
	ID              domain.ID
	ExpectedVersion *int
	// On is when it was signed.
	On domain.Date
}

func (HostRequest) Action() string { return "request.host" }

func (c HostRequest) decide(d *decision) error {
	return d.signTerms(c.ID, domain.ActionHost, c.ExpectedVersion, c.On)
}

func (d *decision) signTerms(id domain.ID, action domain.RequestAction, expected *int, on domain.Date) error {
	m, err := d.move(id, action, expected)
	if err != nil {
		return err
	}
	p := d.problems("input")
	d.isPast(p, on, "on")
	if err := p.Err(); err != nil {
		return err
	}
	if err := Blockers(d.world, d.atlas, &m.request, action).err(m); err != nil {
		return err
	}
	terms := *m.request.Proposed
	terms.SignedOn = &on
	m.step.On = &on
	r := m.request.Go(m.transition, m.step)
	r.Terms, r.Proposed = append(slices.Clip(r.Terms), terms), nil
	if err := d.putRequest(r); err != nil {
		return err
	}
	return d.supersede(&r)
}

// HandOver records the handover of the keys. The project and the landlord.
type HandOver struct {
	ID              domain.ID
	ExpectedVersion *int
	On              domain.Date
}

func (HandOver) Action() string { return "request.hand_over" }

func (c HandOver) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionHandOver, c.ExpectedVersion)
	if err != nil {
		return err
	}
	p := d.problems("input")
	d.isPast(p, c.On, "on")
	p.Require(c.On >= m.request.Term().From, "la convention ne commence qu'après ce jour", "the agreement begins after this day only", "on")
	if err := p.Err(); err != nil {
		return err
	}
	m.step.On = &c.On
	r := m.request.Go(m.transition, m.step)
	r.HandedOver = &c.On
	return d.putRequest(r)
}

// RecordIndicators records figures of what came of the placement. Its sides and
// staff.
type RecordIndicators struct {
	ID              domain.ID
	ExpectedVersion *int
	Indicators      []domain.IndicatorFigure
}

func (RecordIndicators) Action() string { return "request.record_indicators" }

func (c RecordIndicators) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionRecordIndicators, c.ExpectedVersion)
	if err != nil {
		return err
	}
	if err := d.checkIndicators(m, m.request.Indicators, c.Indicators); err != nil {
		return err
	}
	m.step.Indicators = c.Indicators
	r := m.request.Go(m.transition, m.step)
	r.Indicators = append(slices.Clip(r.Indicators), c.Indicators...)
	return d.putRequest(r)
}

// checkIndicators requires figures that add up, and of which there aren't too many:
// of one code, no two cover the same day.
func (d *decision) checkIndicators(m move, before, figures []domain.IndicatorFigure) error {
	_, kept := m.request.Done(m.party)
	if err := d.quotas.roomForFigures(m.party, kept, len(figures)); err != nil {
		return err
	}
	p := d.problems("input", "indicators")
	p.Require(len(figures) > 0, "au moins un indicateur est nécessaire", "at least one indicator is needed")
	domain.ValidateIndicators(p, figures)
	for i, f := range figures {
		d.isPast(p, f.Until, i, "until")
		if slices.ContainsFunc(append(slices.Clip(before), figures[:i]...), func(o domain.IndicatorFigure) bool {
			return o.Code == f.Code && o.From <= f.Until && f.From <= o.Until
		}) {
			p.Require(false, "un relevé du même indicateur couvre déjà une partie de cette période : les deux s'additionneraient", "a figure of this code covers a part of this time already: the two would add up", i, "from")
		}
	}
	return p.Err()
}

// EvaluateRequest evaluates the trial. The landlord and staff.
type EvaluateRequest struct {
	ID              domain.ID
	ExpectedVersion *int
	On              domain.Date
	Decision        domain.EvaluationDecision
	// Indicators are recorded with it; they may be none when some were before.
	Indicators []domain.IndicatorFigure
}

func (EvaluateRequest) Action() string { return "request.evaluate" }

func (c EvaluateRequest) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionEvaluate, c.ExpectedVersion)
	if err != nil {
		return err
	}
	p := d.problems("input")
	d.isPast(p, c.On, "on")
	p.Known(c.Decision, "decision")
	if err := p.Err(); err != nil {
		return err
	}
	if len(c.Indicators) > 0 || len(m.request.Indicators) == 0 {
		if err := d.checkIndicators(m, m.request.Indicators, c.Indicators); err != nil {
			return err
		}
	}
	m.step.On, m.step.Indicators = &c.On, c.Indicators
	r := m.request.Go(m.transition, m.step)
	r.Evaluation = &domain.HostingEvaluation{On: c.On, Decision: c.Decision}
	r.Indicators = append(slices.Clip(r.Indicators), c.Indicators...)
	return d.putRequest(r)
}

// ScaleRequest repeats a placement in other territories: it makes a draft for
// each. Staff.
type ScaleRequest struct {
	ID              domain.ID
	ExpectedVersion *int
	Territories     []domain.Territory
}

func (ScaleRequest) Action() string { return "request.scale" }

func (c ScaleRequest) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionScale, c.ExpectedVersion)
	if err != nil {
		return err
	}
	p := d.problems("input")
	p.Require(len(c.Territories) > 0, "au moins un territoire est nécessaire", "at least one territory is needed", "territories")
	domain.ValidateTerritories(p, d.atlas, c.Territories, "territories")
	if err := p.Err(); err != nil {
		return err
	}
	r := m.request.Go(m.transition, m.step)
	r.ScaledTo = c.Territories
	for i := range c.Territories {
		draft := d.newRequest(domain.OriginReplication, domain.ID(r.ID), r.ProjectID, domain.PartyStaff, domain.ActionScale)
		draft.NeedID, draft.RequestFields, draft.Towards, draft.Synthetic = r.NeedID, r.RequestFields, &c.Territories[i], r.Synthetic
		if draft.Wish == domain.WishSpaces {
			draft.Wish, draft.Spaces = domain.WishAny, nil
		}
		draft.Start = domain.StartWindow{Earliest: new(d.today())}
		if err := d.putRequest(draft); err != nil {
			return err
		}
	}
	return d.putRequest(r)
}

// EndRequest ends an occupation. The project and the landlord.
type EndRequest struct {
	ID              domain.ID
	ExpectedVersion *int
	On              domain.Date
	Reason          domain.EndReason
	Restitution     domain.RestitutionState
	// Words are needed for the reason OTHER.
	Words *string
}

func (EndRequest) Action() string { return "request.end" }

func (c EndRequest) bring(_ context.Context, b *bringing) error {
	b.optional(domain.TextReason, c.ID, c.Words, "input", "words")
	return nil
}

func (c EndRequest) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionEnd, c.ExpectedVersion)
	if err != nil {
		return err
	}
	p := d.problems("input")
	p.Known(c.Reason, "reason")
	p.Known(c.Restitution, "restitution")
	needsWords(p, c.Reason == domain.EndOther, c.Words)
	d.isPast(p, c.On, "on")
	if first := m.request.Terms; len(first) > 0 {
		p.Require(c.On <= m.request.Term().Until, "le terme est déjà venu avant ce jour", "the term came before this day", "on")
	}
	if err := p.Err(); err != nil {
		return err
	}
	m.step.On, m.step.Reason, m.step.Words = &c.On, string(c.Reason), d.text(0)
	r := m.request.Go(m.transition, m.step)
	r.Ending = &domain.HostingEnding{On: c.On, Reason: c.Reason, Restitution: c.Restitution, Words: d.text(0)}
	return d.putRequest(r)
}

// needsWords requires words for the reason OTHER.
func needsWords(p *domain.Problems, other bool, words *string) {
	p.Require(!other || words != nil, "le motif OTHER demande une explication : écrivez words", "the reason OTHER needs words: write them", "words")
}

// HoldRequest pauses a request until a day. The landlord and staff.
type HoldRequest struct {
	ID              domain.ID
	ExpectedVersion *int
	Words           string
	ReviewOn        domain.Date
}

func (HoldRequest) Action() string { return "request.hold" }

func (c HoldRequest) bring(_ context.Context, b *bringing) error {
	b.needed(domain.Text{Kind: domain.TextReason, About: c.ID, Body: c.Words}, "input", "words")
	return nil
}

func (c HoldRequest) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionHold, c.ExpectedVersion)
	if err != nil {
		return err
	}
	p := d.problems("input")
	d.isAhead(p, c.ReviewOn, "reviewOn")
	if err := p.Err(); err != nil {
		return err
	}
	m.step.On, m.step.Words = &c.ReviewOn, d.text(0)
	r := m.request.Go(m.transition, m.step)
	r.DueOn = &c.ReviewOn
	return d.putRequest(r)
}

// ResumeRequest takes a request up again where it stood. The landlord and staff.
type ResumeRequest struct {
	ID              domain.ID
	ExpectedVersion *int
}

func (ResumeRequest) Action() string { return "request.resume" }

func (c ResumeRequest) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionResume, c.ExpectedVersion)
	if err != nil {
		return err
	}
	return d.putRequest(d.back(m))
}

// back is a request that returns to where it came from; what waits for an answer
// gets a new day for it.
func (d *decision) back(m move) domain.HostingRequest {
	r := m.request.Go(m.transition, m.step)
	if r.Status == domain.RequestLandlordReview || r.Status == domain.RequestSubmitted {
		r.DueOn = new(d.today().AddDays(qualifyingDays))
	}
	return r
}

// RejectRequest refuses a request. Staff while it is submitted, then the
// landlord.
type RejectRequest struct {
	ID              domain.ID
	ExpectedVersion *int
	Reason          domain.RefusalReason
	// Words explain it to the project; needed for the reason OTHER.
	Words *string
}

func (RejectRequest) Action() string { return "request.reject" }

func (c RejectRequest) bring(_ context.Context, b *bringing) error {
	b.optional(domain.TextReason, c.ID, c.Words, "input", "words")
	return nil
}

func (c RejectRequest) decide(d *decision) error {
	return d.stop(c.ID, domain.ActionReject, c.ExpectedVersion, c.Reason, c.Words)
}

// WithdrawRequest takes a request back. The project.
type WithdrawRequest struct {
	ID              domain.ID
	ExpectedVersion *int
	Reason          domain.RefusalReason
	// Words are needed for the reason OTHER.
	Words *string
}

func (WithdrawRequest) Action() string { return "request.withdraw" }

func (c WithdrawRequest) bring(_ context.Context, b *bringing) error {
	b.optional(domain.TextReason, c.ID, c.Words, "input", "words")
	return nil
}

func (c WithdrawRequest) decide(d *decision) error {
	return d.stop(c.ID, domain.ActionWithdraw, c.ExpectedVersion, c.Reason, c.Words)
}

// CancelRequest cancels what was signed before the keys are handed over. Its
// sides and staff.
type CancelRequest struct {
	ID              domain.ID
	ExpectedVersion *int
	Reason          domain.RefusalReason
	// Words are needed for the reason OTHER.
	Words *string
}

func (CancelRequest) Action() string { return "request.cancel" }

func (c CancelRequest) bring(_ context.Context, b *bringing) error {
	b.optional(domain.TextReason, c.ID, c.Words, "input", "words")
	return nil
}

func (c CancelRequest) decide(d *decision) error {
	return d.stop(c.ID, domain.ActionCancel, c.ExpectedVersion, c.Reason, c.Words)
}

// stop ends a request with a reason.
func (d *decision) stop(id domain.ID, action domain.RequestAction, expected *int, reason domain.RefusalReason, words *string) error {
	m, err := d.move(id, action, expected)
	if err != nil {
		return err
	}
	p := d.problems("input")
	p.Known(reason, "reason")
	needsWords(p, reason == domain.RefusedOther, words)
	if err := p.Err(); err != nil {
		return err
	}
	m.step.Reason, m.step.Words = string(reason), d.text(0)
	r := m.request.Go(m.transition, m.step)
	r.Refused = &domain.HostingRefusal{Reason: reason, By: m.party, On: d.today(), Words: d.text(0)}
	return d.putRequest(r)
}

// ReopenRequest takes up again what was refused, expired or superseded. Who
// refused it, and staff.
type ReopenRequest struct {
	ID              domain.ID
	ExpectedVersion *int
	Words           string
	// Space is another one to go on with; nil keeps those of before.
	Space *domain.VacantSpaceRef
}

func (ReopenRequest) Action() string { return "request.reopen" }

func (c ReopenRequest) bring(_ context.Context, b *bringing) error {
	b.needed(domain.Text{Kind: domain.TextReason, About: c.ID, Body: c.Words}, "input", "words")
	return nil
}

func (c ReopenRequest) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionReopen, c.ExpectedVersion)
	if err != nil {
		return err
	}
	m.step.Words = d.text(0)
	r := d.back(m)
	r.Refused = nil
	if c.Space != nil {
		id, err := d.choose(&r, *c.Space, "input", "space")
		if err != nil {
			return err
		}
		switch {
		case r.Wish == domain.WishNone:
			return domain.InvalidInput{Path: []string{"input", "space"},
				French: "un partenariat sans local n'en a pas", English: "a partnership without a space has none"}
		case r.Scope != nil:
			scope := *r.Scope
			scope.Space = &id
			r.Scope, r.Proposed = &scope, nil
		default:
			r.Wish, r.Spaces = domain.WishSpaces, []domain.SpaceID{id}
		}
	}
	if only, one := onlySpace(&r); one && d.lost(&r, only) {
		return m.notReady(domain.RequiresSpaceFree)
	}
	return d.putRequest(r)
}

// AgreeToPublish is one side's agreement that the placement be public; it is, once
// both have agreed. The project and the landlord.
type AgreeToPublish struct {
	ID              domain.ID
	ExpectedVersion *int
}

func (AgreeToPublish) Action() string { return "request.agree_to_publish" }

func (c AgreeToPublish) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionAgreeToPublish, c.ExpectedVersion)
	if err != nil {
		return err
	}
	own := &m.request.Agreed.Project
	if m.party == domain.PartyLandlord {
		own = &m.request.Agreed.Landlord
	}
	if *own != nil {
		d.object = domain.ID(m.request.ID)
		return nil
	}
	*own = new(d.today())
	return d.putRequest(m.request.Go(m.transition, m.step))
}

// CorrectRequest corrects a day, a reason or the figures of a step that was
// recorded wrongly. What was recorded stays in the log. Staff.
type CorrectRequest struct {
	ID              domain.ID
	ExpectedVersion *int
	// Step is the place of the step in the log, from 0.
	Step       int
	On         *domain.Date
	Reason     *domain.EndReason
	Indicators []domain.IndicatorFigure
	Words      string
}

func (CorrectRequest) Action() string { return "request.correct" }

func (c CorrectRequest) bring(_ context.Context, b *bringing) error {
	b.needed(domain.Text{Kind: domain.TextReason, About: c.ID, Body: c.Words}, "input", "words")
	return nil
}

func (c CorrectRequest) decide(d *decision) error {
	m, err := d.move(c.ID, domain.ActionCorrect, c.ExpectedVersion)
	if err != nil {
		return err
	}
	p := d.problems("input")
	if c.Step < 0 || c.Step >= len(m.request.Log) {
		p.Require(false, "aucune étape n'a ce rang dans l'historique", "no step has this place in the history", "step")
		return p.Err()
	}
	if c.On != nil {
		d.isPast(p, *c.On, "on")
	}
	if c.Reason != nil {
		p.Known(*c.Reason, "reason")
	}
	r := m.request
	recorded := r.Recorded(c.Step)
	p.Require(corrects(recorded, c), "cette étape n'a rien de tel à corriger", "this step has nothing of the kind to correct", "step")
	if c.On != nil && recorded.Action == domain.ActionEnd {
		p.Require(*c.On <= r.Term().Until, "le terme est déjà venu avant ce jour", "the term came before this day", "on")
	}
	if err := p.Err(); err != nil {
		return err
	}
	if len(c.Indicators) > 0 {
		kept := slices.DeleteFunc(slices.Clone(r.Indicators), func(f domain.IndicatorFigure) bool { return slices.Contains(recorded.Indicators, f) })
		if err := d.checkIndicators(m, kept, c.Indicators); err != nil {
			return err
		}
		r.Indicators = append(kept, c.Indicators...)
	}
	correct(&r, recorded, c)
	m.step.Corrects, m.step.On, m.step.Indicators, m.step.Words = &c.Step, c.On, c.Indicators, d.text(0)
	if c.Reason != nil {
		m.step.Reason = string(*c.Reason)
	}
	if space, taken := r.Occupation(); len(taken) > 0 {
		if err := d.stillApart(&r, space, taken); err != nil {
			return err
		}
	}
	return d.putRequest(r.Go(m.transition, m.step))
}

// corrects tells whether a step recorded what a correction corrects, and the
// request keeps it.
func corrects(recorded domain.RequestStep, c CorrectRequest) bool {
	switch {
	case c.On == nil && c.Reason == nil && len(c.Indicators) == 0,
		c.Reason != nil && recorded.Action != domain.ActionEnd,
		len(c.Indicators) > 0 && len(recorded.Indicators) == 0,
		c.On != nil && recorded.On == nil:
		return false
	}
	return slices.Contains([]domain.RequestAction{domain.ActionRecordVisit, domain.ActionRecordConsultation, domain.ActionSign, domain.ActionHost,
		domain.ActionHandOver, domain.ActionRecordIndicators, domain.ActionEvaluate, domain.ActionEnd}, recorded.Action)
}

// correct puts the day and the reason of a correction where the request keeps
// those that the step recorded.
func correct(r *domain.HostingRequest, recorded domain.RequestStep, c CorrectRequest) {
	if c.On != nil {
		switch recorded.Action {
		case domain.ActionRecordVisit:
			visit := *r.Visit
			visit.On = *c.On
			r.Visit = &visit
		case domain.ActionRecordConsultation:
			heard := *r.Consultation
			heard.Association = &domain.DatedOpinion{Opinion: heard.Association.Opinion, On: *c.On}
			r.Consultation = &heard
		case domain.ActionSign, domain.ActionHost:
			signed := 0 // before this one
			for _, s := range r.Log[:c.Step] {
				if s.Action == domain.ActionSign || s.Action == domain.ActionHost {
					signed++
				}
			}
			r.Terms = slices.Clone(r.Terms)
			r.Terms[signed].SignedOn = c.On
		case domain.ActionHandOver:
			r.HandedOver = c.On
		case domain.ActionEvaluate:
			evaluation := *r.Evaluation
			evaluation.On = *c.On
			r.Evaluation = &evaluation
		}
	}
	if recorded.Action == domain.ActionEnd {
		ending := *r.Ending
		if c.On != nil {
			ending.On = *c.On
		}
		if c.Reason != nil {
			ending.Reason = *c.Reason
		}
		r.Ending = &ending
	}
}
