package match

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// occupancyForm: at least one legal form is feasible for both: offered by the
// landlord, accepted by the project, and allowed by the ruleset's rule in force
// when the stay begins. A form left open by either side, or whose rule isn't
// confirmed, is possible and never sure.
var occupancyForm = criterion{
	code: domain.CriterionOccupancyForm, kind: domain.CriterionHard, unit: domain.UnitMonths, gapsPerUnit: 1,
	assess: assessForms,
	values: func(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
		return codes("OccupancyForm", p.need.OccupancyForms...), codes("OccupancyForm", p.space.OccupancyForms...)
	},
	origin: ofSpace,
	say:    sayForms,
	ask:    askForms,
}

const (
	formFeasible why = 1 + iota
	// Unknown:
	formOpen        // left open by one side
	formUnconfirmed // the rule
	formCauseUnknown
	formApprovalUnknown
	formCostUnknown
	formEndUnknown
	// Failing:
	formNoneOffered
	formNoneShared
	formNotInForce
	formWrongKind
	formWrongActivity
	formNoCause
	formNoApproval
	formNotFree
	formTooShort // the form's maximum, for the need's minimum
	formTooLong  // the form's minimum, for the need's maximum
	formWindow   // the form's minimum, for the space's window
)

// acceptance of a form by one side.
type acceptance uint8

const (
	refused acceptance = iota
	open               // neither accepted nor excluded
	certain
)

// accepted reads a need's list: empty accepts any form.
func accepted(list []domain.OccupancyForm, form domain.OccupancyForm) acceptance {
	if len(list) == 0 || slices.Contains(list, form) {
		return certain
	}
	if slices.Contains(list, domain.FormUndetermined) {
		return open
	}
	return refused
}

// offers reads a space's list: nil is unknown, so that any form may do.
func offers(list []domain.OccupancyForm, form domain.OccupancyForm) acceptance {
	switch {
	case slices.Contains(list, form):
		return certain
	case list == nil, slices.Contains(list, domain.FormUndetermined):
		return open
	}
	return refused
}

func assessForms(p *pair) Finding {
	if p.space.OccupancyForms != nil && len(p.space.OccupancyForms) == 0 {
		return fail(formNoneOffered, 0)
	}
	best := fail(formNoneShared, 0)
	for i := range p.ruleset.Forms {
		if f, concerned := p.form(i); concerned && better(f, best) {
			best = f
			best.which = int16(i)
		}
	}
	return best
}

// better prefers what is feasible, then what may be, then the failure that is
// measured and the nearest; a rule that isn't in force says least.
func better(f, than Finding) bool {
	switch {
	case f.Status != than.Status:
		return f.Status < than.Status
	case f.Status != Fail:
		return false
	case than.why == formNoneShared, than.why == formNotInForce && f.why != formNotInForce:
		return true
	case f.why == formNotInForce:
		return false
	}
	return f.gap > 0 && (than.gap == 0 || f.gap < than.gap)
}

// form tells whether the form of the ruleset's rule i is feasible; not
// concerned when one side refuses it.
func (p *pair) form(i int) (f Finding, concerned bool) {
	both := p.agreed(i)
	if both == refused {
		return Finding{}, false
	}
	f = p.feasible(&p.ruleset.Forms[i])
	if f.Status == Pass && both == open {
		f = unknown(formOpen)
	}
	return f, true
}

// agreed is how far both sides accept the form of the ruleset's rule i.
func (p *pair) agreed(i int) acceptance {
	form := p.ruleset.Forms[i].Form
	if form == domain.FormPartnershipOnly || form == domain.FormUndetermined {
		return refused // these give nobody a space
	}
	return min(p.accepts[i], offers(p.space.OccupancyForms, form))
}

// feasible applies one rule. What can't be known doesn't hide what fails.
func (p *pair) feasible(r *domain.OccupancyFormRule) Finding {
	if f := p.formForce(r); f.Status == Fail {
		return f
	}
	if f := p.formScope(r); f.Status == Fail {
		return f
	}
	verdict := pass(formFeasible)
	for _, f := range [...]Finding{p.formDuration(r), p.formCause(r), p.formApproval(r), p.formCost(r)} {
		if f.Status > verdict.Status {
			verdict = f
		}
	}
	if verdict.Status == Pass && !r.Confirmed {
		return unknown(formUnconfirmed)
	}
	return verdict
}

// formForce: the rule is law when the stay begins.
func (p *pair) formForce(r *domain.OccupancyFormRule) Finding {
	if r.ValidFrom != nil && p.begin < *r.ValidFrom || r.ValidUntil != nil && p.begin > *r.ValidUntil {
		return fail(formNotInForce, 0)
	}
	return pass(formFeasible)
}

// formScope: the rule is for such spaces and activities.
func (p *pair) formScope(r *domain.OccupancyFormRule) Finding {
	if len(r.SpaceKinds) > 0 && !slices.Contains(r.SpaceKinds, p.space.Kind) {
		return fail(formWrongKind, 0)
	}
	if len(r.Activities) > 0 && !slices.Contains(r.Activities, p.need.Activity) {
		return fail(formWrongActivity, 0)
	}
	return pass(formFeasible)
}

func (p *pair) formDuration(r *domain.OccupancyFormRule) Finding {
	need, available := p.need.Duration, p.space.Availability
	if r.MaxMonths != nil && need.MinMonths > *r.MaxMonths {
		return fail(formTooShort, int64(need.MinMonths-*r.MaxMonths))
	}
	if r.MinMonths == nil {
		return pass(formFeasible)
	}
	if need.MaxMonths != nil && *need.MaxMonths < *r.MinMonths {
		return fail(formTooLong, int64(*r.MinMonths-*need.MaxMonths))
	}
	end := p.begin.AddMonths(*r.MinMonths) - 1
	switch {
	case available.Until != nil && *available.Until < end:
		return fail(formWindow, int64(max(1, *r.MinMonths-p.begin.MonthsUntil(*available.Until+1))))
	case available.From == nil, available.Until == nil && !available.OpenEnded:
		return unknown(formEndUnknown)
	}
	return pass(formFeasible)
}

func (p *pair) formCause(r *domain.OccupancyFormRule) Finding {
	cause := p.space.VacancyCause
	switch {
	case len(r.PrecarityCauses) == 0, slices.Contains(r.PrecarityCauses, cause):
		return pass(formFeasible)
	case cause == domain.VacancyUnknown || cause == "":
		return unknown(formCauseUnknown)
	}
	return fail(formNoCause, 0)
}

// formApproval: an approval that has ended by the first day isn't held.
func (p *pair) formApproval(r *domain.OccupancyFormRule) Finding {
	switch {
	case r.ApprovalNeeded == nil:
		return pass(formFeasible)
	case p.project == nil || p.project.Approvals == nil:
		return unknown(formApprovalUnknown)
	}
	for _, a := range p.project.Approvals {
		if a.Kind == *r.ApprovalNeeded && (a.ValidUntil == nil || *a.ValidUntil >= p.begin) {
			return pass(formFeasible)
		}
	}
	return fail(formNoApproval, 0)
}

// formCost: a form that is free by law excludes a rent, not a share of charges.
func (p *pair) formCost(r *domain.OccupancyFormRule) Finding {
	switch {
	case !r.FreeOnly:
		return pass(formFeasible)
	case p.space.Cost == nil:
		return unknown(formCostUnknown)
	case p.space.Cost.Basis != domain.CostFree:
		return fail(formNotFree, 0)
	}
	return pass(formFeasible)
}

func sayForms(p *pair, f Finding, l domain.Locale) string {
	switch f.why {
	case formNoneOffered:
		return l.In("Le bailleur ne propose aucune forme juridique pour ce local.", "The landlord offers no legal form for this space.")
	case formNoneShared:
		if len(p.need.OccupancyForms) == 0 {
			return fmt.Sprintf(l.In("Ce que propose le bailleur (%s) ne permet pas d'occuper un local.", "What the landlord offers (%s) lets nobody occupy a space."), formLabels(p.space.OccupancyForms, l))
		}
		return fmt.Sprintf(l.In("Les formes juridiques proposées (%s) ne sont pas de celles que le projet accepte (%s).", "The legal forms offered (%s) aren't among those that the project accepts (%s)."),
			formLabels(p.space.OccupancyForms, l), formLabels(p.need.OccupancyForms, l))
	case formFeasible:
		r := &p.ruleset.Forms[f.which]
		return fmt.Sprintf(l.In("Forme juridique possible : %s (%s).", "Feasible legal form: %s (%s)."), r.Form.Label(l), r.Article)
	}
	var reasons []string
	for i := range p.ruleset.Forms {
		if other, concerned := p.form(i); concerned && other.Status == f.Status {
			r := &p.ruleset.Forms[i]
			reasons = append(reasons, fmt.Sprintf("%s (%s) – %s", r.Form.Label(l), r.Article, p.formReason(r, other, l)))
		}
	}
	opening := l.In("Aucune forme juridique n'est possible : ", "No legal form is feasible: ")
	if f.Status == Unknown {
		opening = l.In("À vérifier, une forme juridique pourrait convenir : ", "To be checked, a legal form might suit: ")
	}
	return opening + semicolons(reasons, l) + "."
}

// formLabels separates labels that have commas of their own.
func formLabels(forms []domain.OccupancyForm, l domain.Locale) string {
	labels := make([]string, len(forms))
	for i, f := range forms {
		labels[i] = f.Label(l)
	}
	return semicolons(labels, l)
}

func (p *pair) formReason(r *domain.OccupancyFormRule, f Finding, l domain.Locale) string {
	gap := months(int(f.gap), l)
	switch f.why {
	case formOpen:
		return l.In("à convenir entre le bailleur et le projet", "to be agreed between the landlord and the project")
	case formUnconfirmed:
		return l.In("règle à confirmer", "rule to be confirmed")
	case formCauseUnknown:
		return l.In("motif de précarité nécessaire, alors que la cause de la vacance n'est pas connue", "a cause of precarity is needed, and why the space is vacant isn't known")
	case formApprovalUnknown:
		return fmt.Sprintf(l.In("%s nécessaire, sans que l'on sache si le projet le détient", "%s needed, and whether the project holds it isn't known"), r.ApprovalNeeded.Label(l))
	case formCostUnknown:
		return l.In("gratuité imposée, alors que le coût du local n'est pas connu", "free by law, and the cost of the space isn't known")
	case formEndUnknown:
		return fmt.Sprintf(l.In("durée d'au moins %s, alors que la période de disponibilité n'est pas connue", "at least %s, and the availability isn't known"), months(*r.MinMonths, l))
	case formNotInForce:
		return fmt.Sprintf(l.In("règle qui n'est pas en vigueur le %s", "the rule isn't in force on %s"), p.begin.Long(l))
	case formWrongKind:
		return fmt.Sprintf(l.In("sans effet pour ce type de local (%s)", "not for this kind of space (%s)"), p.space.Kind.Label(l))
	case formWrongActivity:
		return fmt.Sprintf(l.In("sans effet pour cette activité (%s)", "not for this activity (%s)"), p.need.Activity.Label(l))
	case formNoCause:
		return fmt.Sprintf(l.In("motif de précarité nécessaire, que la cause de la vacance ne donne pas (%s)", "a cause of precarity is needed, which the cause of the vacancy isn't (%s)"), p.space.VacancyCause.Label(l))
	case formNoApproval:
		return fmt.Sprintf(l.In("%s nécessaire, que le projet ne détient pas", "%s needed, which the project doesn't hold"), r.ApprovalNeeded.Label(l))
	case formNotFree:
		return l.In("gratuité imposée, alors qu'un loyer est demandé", "free by law, and a rent is asked")
	case formTooShort:
		return fmt.Sprintf(l.In("durée d'au plus %s, soit %s de moins que la durée minimale du projet", "at most %s, %s less than the project's minimum"), months(*r.MaxMonths, l), gap)
	case formTooLong:
		return fmt.Sprintf(l.In("durée d'au moins %s, soit %s de plus que la durée maximale du projet", "at least %s, %s more than the project's maximum"), months(*r.MinMonths, l), gap)
	case formWindow:
		return fmt.Sprintf(l.In("durée d'au moins %s, soit %s de plus que la disponibilité du local", "at least %s, %s more than the space is available"), months(*r.MinMonths, l), gap)
	}
	return l.In("possible", "feasible")
}

func askForms(p *pair, f Finding, l domain.Locale) string {
	rule := &p.ruleset.Forms[f.which]
	form := rule.Form.Label(l)
	if offers(p.space.OccupancyForms, rule.Form) == open {
		return toLandlord(fmt.Sprintf(l.In("quelles formes juridiques proposez-vous pour ce local ? Par exemple : %s.", "which legal forms do you offer for this space? For example: %s."), form), l)
	}
	switch f.why {
	case formUnconfirmed:
		return toLandlord(fmt.Sprintf(l.In("pratiquez-vous cette forme (%s), et à quelles conditions ?", "do you use this form (%s), and on which conditions?"), form), l)
	case formCauseUnknown:
		return toLandlord(l.In("pourquoi le local est-il vacant (démolition, réhabilitation, vente… prévue) ?", "why is the space vacant (demolition, rehabilitation, sale… to come)?"), l)
	case formApprovalUnknown:
		return toProject(fmt.Sprintf(l.In("détenez-vous l'agrément nécessaire (%s), et jusqu'à quand ?", "do you hold the approval needed (%s), and until when?"), rule.ApprovalNeeded.Label(l)), l)
	case formCostUnknown:
		return askPrice(l)
	case formEndUnknown:
		return askAvailability(p, Finding{}, l)
	}
	return toProject(fmt.Sprintf(l.In("cette forme juridique vous conviendrait-elle : %s ?", "would this legal form suit you: %s?"), form), l)
}
