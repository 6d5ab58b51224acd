package match

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// What it takes to carry out what a landlord needs: the activity, the time, the
// contract and the hours.

// projectActivity: the project can carry out the need's activity. What it states
// decides; where it states nothing, what it does in the places that it looks for
// shows some of what it can do, and never what it can't.
var projectActivity = criterion[projectPair]{
	code: domain.CriterionActivity, kind: domain.CriterionHard, unit: domain.UnitCount, gapsPerUnit: 1,
	assess: assessActivity,
	values: func(p *projectPair, _ Finding) (wanted, offered domain.CriterionValue) {
		if p.need.Activity != "" {
			wanted = codes("HostingActivity", p.need.Activity)
		}
		return wanted, codes("HostingActivity", p.activities()...)
	},
	origin: ofProject[projectPair],
	say: func(p *projectPair, f Finding, l domain.Locale) string {
		wanted := p.need.Activity.Label(l)
		switch f.why {
		case activityDone:
			return fmt.Sprintf(l.In("Le projet mène cette activité : %s.", "The project carries out this activity: %s."), wanted)
		case activityOthers:
			return fmt.Sprintf(l.In("Le projet ne mène pas cette activité : %s. Il mène : %s.", "The project doesn't carry out this activity: %s. It carries out: %s."), wanted, list(p.activities(), l))
		case activityUnknown:
			return fmt.Sprintf(l.In("On ne sait pas si le projet peut mener cette activité : %s.", "Whether the project can carry out this activity isn't known: %s."), wanted)
		}
		return l.In("L'activité attendue par le bailleur n'est pas précisée.", "The activity that the landlord expects isn't stated.")
	},
	ask: func(p *projectPair, f Finding, l domain.Locale) string {
		if f.why == activityVague {
			return toLandlord(l.In("quelle activité attendez-vous ?", "which activity do you expect?"), l)
		}
		return toProject(fmt.Sprintf(l.In("pourriez-vous mener cette activité : %s ?", "could you carry out this activity: %s?"), p.need.Activity.Label(l)), l)
	},
}

const (
	activityDone why = 1 + iota
	activityOthers
	activityUnknown
	activityVague
)

func assessActivity(p *projectPair) Finding {
	switch {
	case p.need.Activity == "" || p.need.Activity == domain.ActivityOther:
		return unknown(activityVague)
	case slices.Contains(p.activities(), p.need.Activity):
		return pass(activityDone)
	case p.project.Activities == nil, slices.Contains(p.project.Activities, domain.ActivityOther):
		return unknown(activityUnknown)
	}
	return fail(activityOthers, 0)
}

// activities are those that the project states, then those of its hosting needs.
func (p *projectPair) activities() []domain.Activity {
	all := slices.Clone(p.project.Activities)
	for _, n := range p.needs {
		if n.Activity != "" && !slices.Contains(all, n.Activity) {
			all = append(all, n.Activity)
		}
	}
	return all
}

// projectTiming: an answer is still useful, and the project is free before the
// need ends.
var projectTiming = criterion[projectPair]{
	code: domain.CriterionTiming, kind: domain.CriterionHard, unit: domain.UnitDays, gapsPerUnit: 1,
	assess: assessTiming,
	values: func(p *projectPair, f Finding) (wanted, offered domain.CriterionValue) {
		switch f.why {
		case timingAnswerOver:
			return domain.PeriodValue{Until: p.need.AnswerBy}, domain.PeriodValue{From: &p.today}
		case timingOver:
			return domain.PeriodValue{From: p.need.Timing.From, Until: p.need.Timing.Until}, domain.PeriodValue{From: &p.today}
		}
		if t := p.need.Timing; t.From != nil || t.Until != nil {
			wanted = domain.PeriodValue{From: t.From, Until: t.Until}
		}
		if from := p.freeFrom(); from != nil {
			offered = domain.PeriodValue{From: from}
		}
		return wanted, offered
	},
	origin: func(p *projectPair) (*string, *domain.Date) {
		if why := assessTiming(p).why; why == timingAnswerOver || why == timingOver {
			return nil, nil // today's date
		}
		return ofProject[projectPair](p)
	},
	say: sayTiming,
	ask: func(p *projectPair, _ Finding, l domain.Locale) string {
		return toProject(fmt.Sprintf(l.In("pourriez-vous intervenir d'ici au %s ?", "could you begin by %s?"), p.need.Timing.Until.Long(l)), l)
	},
}

const (
	timingFits why = notAsked + 1 + iota
	timingAnswerOver
	timingOver
	timingTooLate
	timingUnknown
)

func assessTiming(p *projectPair) Finding {
	until := p.need.Timing.Until
	switch from := p.freeFrom(); {
	case !p.need.AnswerableOn(p.today):
		return fail(timingAnswerOver, int64(p.today-*p.need.AnswerBy))
	case until == nil:
		return pass(notAsked)
	case *until < p.today:
		return fail(timingOver, int64(p.today-*until))
	case from == nil:
		return unknown(timingUnknown)
	case *from > *until:
		return fail(timingTooLate, int64(*from-*until))
	}
	return pass(timingFits)
}

// freeFrom is the project's first free day; nil when unknown.
func (p *projectPair) freeFrom() *domain.Date {
	if p.project.Capacity == nil {
		return nil
	}
	return p.project.Capacity.From
}

func sayTiming(p *projectPair, f Finding, l domain.Locale) string {
	t := p.need.Timing
	switch f.why {
	case timingFits:
		return fmt.Sprintf(l.In("Le projet est disponible à partir du %s, avant la fin du besoin, le %s.", "The project is free from %s, before the need ends, on %s."), p.freeFrom().Long(l), t.Until.Long(l))
	case timingAnswerOver:
		return fmt.Sprintf(l.In("Le bailleur attendait une réponse le %s au plus tard, il y a %s.", "The landlord expected an answer by %s, %s ago."), p.need.AnswerBy.Long(l), longDays(*p.need.AnswerBy, p.today, l))
	case timingOver:
		return fmt.Sprintf(l.In("Ce besoin a pris fin le %s, il y a %s.", "This need ended on %s, %s ago."), t.Until.Long(l), longDays(*t.Until, p.today, l))
	case timingTooLate:
		return fmt.Sprintf(l.In("Le projet n'est disponible que le %s, %s après la fin du besoin (%s).", "The project is free on %s only, %s after the need ends (%s)."),
			p.freeFrom().Long(l), longDays(*t.Until, *p.freeFrom(), l), t.Until.Long(l))
	case timingUnknown:
		return fmt.Sprintf(l.In("On ne sait pas à partir de quand le projet est disponible ; le besoin prend fin le %s.", "From when the project is free isn't known; the need ends on %s."), t.Until.Long(l))
	}
	return l.In("Le besoin n'a pas de fin prévue : le projet peut commencer quand il le pourra.", "The need has no end in view: the project may begin when it can.")
}

// projectLever: one of the ways in which the landlord could contract is open to
// the project.
var projectLever = criterion[projectPair]{
	code: domain.CriterionProcurementLever, kind: domain.CriterionHard, unit: domain.UnitCount, gapsPerUnit: 1,
	assess: func(p *projectPair) Finding {
		switch {
		case p.need.Levers == nil:
			return unknown(leversNotStated)
		case len(p.need.Levers) == 0:
			return pass(notAsked)
		case p.project.Levers == nil:
			return unknown(leversUnknown)
		case meet(p.need.Levers, p.project.Levers):
			return pass(leversShared)
		}
		return fail(leversOthers, 0)
	},
	values: func(p *projectPair, _ Finding) (wanted, offered domain.CriterionValue) {
		return codes("ProcurementLever", p.need.Levers...), codes("ProcurementLever", p.project.Levers...)
	},
	origin: ofProject[projectPair],
	say: func(p *projectPair, f Finding, l domain.Locale) string {
		switch f.why {
		case leversShared:
			shared := slices.DeleteFunc(slices.Clone(p.need.Levers), func(v domain.ProcurementLever) bool { return !slices.Contains(p.project.Levers, v) })
			return fmt.Sprintf(l.In("Le bailleur et le projet peuvent contracter ainsi : %s.", "The landlord and the project can contract in this way: %s."), list(shared, l))
		case leversOthers:
			return fmt.Sprintf(l.In("Les leviers du bailleur (%s) ne sont pas ouverts au projet, qui peut utiliser : %s.", "The landlord's levers (%s) aren't open to the project, which may use: %s."), list(p.need.Levers, l), list(p.project.Levers, l))
		case leversUnknown:
			return fmt.Sprintf(l.In("On ne sait pas si les leviers du bailleur sont ouverts au projet : %s.", "Whether the landlord's levers are open to the project isn't known: %s."), list(p.need.Levers, l))
		case leversNotStated:
			return l.In("On ne sait pas comment le bailleur pourrait contracter.", "How the landlord could contract isn't known.")
		}
		return l.In("Le bailleur ne demande pas de levier d'achat particulier.", "The landlord asks for no particular procurement lever.")
	},
	ask: func(p *projectPair, f Finding, l domain.Locale) string {
		if f.why == leversNotStated {
			return toLandlord(l.In("par quels leviers (subvention, marché réservé, clause sociale…) pourriez-vous contracter ?", "by which levers (subsidy, reserved contract, social clause…) could you contract?"), l)
		}
		return toProject(fmt.Sprintf(l.In("lesquels de ces leviers vous sont ouverts : %s ?", "which of these levers are open to you: %s?"), list(p.need.Levers, l)), l)
	},
}

const (
	leversShared why = notAsked + 1 + iota
	leversOthers
	leversUnknown
	leversNotStated
)

// projectCapacity: the project has as many hours a week left as are needed. One
// that has none left is out, however few are needed.
var projectCapacity = criterion[projectPair]{
	code: domain.CriterionCapacity, kind: domain.CriterionHard, unit: domain.UnitHoursPerWeek, gapsPerUnit: 1,
	assess: func(p *projectPair) Finding {
		wanted, has := p.need.Volume.HoursPerWeek, p.hours()
		switch {
		case has != nil && *has == 0:
			if wanted != nil {
				return fail(capacityNone, int64(*wanted))
			}
			return fail(capacityNone, 0)
		case wanted == nil:
			return pass(notAsked)
		case has == nil:
			return unknown(capacityUnknown)
		case *has < *wanted:
			return fail(capacityShort, int64(*wanted-*has))
		}
		return pass(capacityEnough)
	},
	values: func(p *projectPair, _ Finding) (wanted, offered domain.CriterionValue) {
		if n := p.need.Volume.HoursPerWeek; n != nil {
			least := float64(*n)
			wanted = domain.QuantityValue{Min: &least, Unit: domain.UnitHoursPerWeek}
		}
		return wanted, p.hoursValue()
	},
	origin: ofProject[projectPair],
	say: func(p *projectPair, f Finding, l domain.Locale) string {
		switch f.why {
		case capacityNone:
			return l.In("Le projet ne peut rien prendre de plus pour le moment.", "The project can take on nothing more for now.")
		case capacityEnough:
			return fmt.Sprintf(l.In("Le projet peut y consacrer %s, pour un besoin de %s.", "The project can give %s, for a need of %s."), hours(*p.hours(), l), hours(*p.need.Volume.HoursPerWeek, l))
		case capacityShort:
			return fmt.Sprintf(l.In("Le projet peut y consacrer %s : il manque %s.", "The project can give %s, short by %s."), hours(*p.hours(), l), hours(int(f.gap), l))
		case capacityUnknown:
			return fmt.Sprintf(l.In("La capacité du projet n'est pas connue ; le besoin est de %s.", "The project's capacity isn't known; the need is of %s."), hours(*p.need.Volume.HoursPerWeek, l))
		}
		return l.In("Le bailleur n'indique pas de volume horaire.", "The landlord states no number of hours.")
	},
	ask: askCapacity,
}

const (
	capacityEnough why = notAsked + 1 + iota
	capacityShort
	capacityNone
	capacityUnknown
)

// hours a week that the project has left; nil when unknown.
func (p *projectPair) hours() *int {
	if p.project.Capacity == nil {
		return nil
	}
	return p.project.Capacity.HoursPerWeek
}

func (p *projectPair) hoursValue() domain.CriterionValue {
	if n := p.hours(); n != nil {
		return exactly(float64(*n), domain.UnitHoursPerWeek)
	}
	return nil
}

func hours(n int, l domain.Locale) string {
	return domain.Quantity(float64(n), domain.UnitHoursPerWeek, l)
}

func askCapacity(_ *projectPair, _ Finding, l domain.Locale) string {
	return toProject(l.In("combien d'heures par semaine pourriez-vous consacrer à un bailleur ?", "how many hours a week could you give to a landlord?"), l)
}

// capacityMargin: the hours that the project has left, over those that the
// ruleset makes full: some times those needed. A need without hours is suited by
// any: full for all, so that it separates nothing.
var capacityMargin = criterion[projectPair]{
	code: domain.CriterionCapacityMargin, kind: domain.CriterionSoft,
	assess: func(p *projectPair) Finding {
		switch has := p.hours(); {
		case p.need.Volume.HoursPerWeek == nil:
			return known(1000, notAsked)
		case has == nil:
			return unknown(capacityUnknown)
		default:
			return known(share(float64(*has), p.roomyHours()), capacityEnough)
		}
	},
	values: func(p *projectPair, _ Finding) (wanted, offered domain.CriterionValue) {
		if p.need.Volume.HoursPerWeek != nil {
			full := p.roomyHours()
			wanted = domain.QuantityValue{Min: &full, Unit: domain.UnitHoursPerWeek}
		}
		return wanted, p.hoursValue()
	},
	origin: ofProject[projectPair],
	say: func(p *projectPair, f Finding, l domain.Locale) string {
		switch f.why {
		case notAsked:
			return l.In("Le bailleur n'indique pas de volume horaire : tous les projets conviennent également.", "The landlord states no number of hours: all projects suit it equally.")
		case capacityUnknown:
			return l.In("La capacité du projet n'est pas connue.", "The project's capacity isn't known.")
		}
		return fmt.Sprintf(l.In("Le projet dispose de %s, soit %s de la note (entière à partir de %s).", "The project has %s, worth %s of the points (all of them from %s on)."),
			hours(*p.hours(), l), percent(f.Score, l), domain.Quantity(p.roomyHours(), domain.UnitHoursPerWeek, l))
	},
	ask: askCapacity,
}

// roomyHours are those that count fully.
func (p *projectPair) roomyHours() float64 {
	return float64(*p.need.Volume.HoursPerWeek) * p.rules.capacityRoomyRatio
}
