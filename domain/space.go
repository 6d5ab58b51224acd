package domain

import (
	"fmt"
	"slices"
)

// VacantSpace is a space that a landlord offers, or could offer, to a project.
type VacantSpace struct {
	ID          SpaceID `bson:"id"`
	SiteID      SiteID  `bson:"site"`
	Record      `bson:"inline"`
	SpaceFields `bson:"inline"`
}

// SpaceFields are what a landlord states about a space.
type SpaceFields struct {
	Label   string       `bson:"label"`
	Kind    SpaceKind    `bson:"kind"`
	Surface SurfaceRange `bson:"surface"`
	// Floor counts from 0, the ground floor; nil when unknown or meaningless.
	Floor          *int        `bson:"floor,omitempty"`
	StepFreeAccess AccessLevel `bson:"stepFreeAccess"`
	Erp            SpaceErp    `bson:"erp"`
	// Capacity in people present at once; nil when unknown.
	Capacity *int `bson:"capacity,omitempty"`
	// Utilities are known to be there, MissingUtilities known not to be; what
	// stands in neither is unknown.
	Utilities        []SpaceUtility `bson:"utilities,omitempty"`
	MissingUtilities []SpaceUtility `bson:"missingUtilities,omitempty"`
	// ExcludedUses are activities that the landlord or the rules of
	// co-ownership exclude; nil when unknown, empty when none is.
	ExcludedUses []Activity        `bson:"excludedUses"`
	WorksNeeded  *SpaceWorks       `bson:"worksNeeded,omitempty"`
	VacancyCause VacancyCause      `bson:"vacancyCause"`
	Availability SpaceAvailability `bson:"availability"`
	// OccupancyForms are those the landlord offers; nil when unknown.
	OccupancyForms []OccupancyForm `bson:"forms"`
	Cost           *Cost           `bson:"cost,omitempty"`
	// Shareable: several users may share the space in time; nil when unknown.
	Shareable   *bool        `bson:"shareable,omitempty"`
	Commitments []Commitment `bson:"commitments,omitempty"`
	Visibility  Visibility   `bson:"visibility"`
	// ExternalRef is the landlord's own reference, unique among its spaces.
	ExternalRef *string     `bson:"externalRef,omitempty"`
	Provenance  *Provenance `bson:"provenance,omitempty"`
}

// SurfaceRange in m²; one bound may be missing, and both when it is unknown.
type SurfaceRange struct {
	MinM2 *float64 `bson:"min,omitempty"`
	MaxM2 *float64 `bson:"max,omitempty"`
}

// Known tells whether anything is known of the surface.
func (r SurfaceRange) Known() bool { return r.MinM2 != nil || r.MaxM2 != nil }

// Least is the lower bound, or the upper one when only that is known; 0 when
// nothing is.
func (r SurfaceRange) Least() float64 {
	switch {
	case r.MinM2 != nil:
		return *r.MinM2
	case r.MaxM2 != nil:
		return *r.MaxM2
	}
	return 0
}

// Most is the upper bound, or the lower one when only that is known; 0 when
// nothing is.
func (r SurfaceRange) Most() float64 {
	if r.MaxM2 != nil {
		return *r.MaxM2
	}
	return r.Least()
}

// mostM2 bounds a surface: a hundred hectares.
const mostM2 = 1_000_000

func (r SurfaceRange) validate(p *Problems, path ...any) {
	bound := func(m2 *float64, field string) {
		if m2 != nil {
			p.require(*m2 > 0 && *m2 <= mostM2, path, field,
				"une surface est positive, en m², au plus 1 000 000", "a surface is positive, in m², at most 1,000,000")
		}
	}
	bound(r.MinM2, "minM2")
	bound(r.MaxM2, "maxM2")
	if r.MinM2 != nil && r.MaxM2 != nil {
		p.require(*r.MinM2 <= *r.MaxM2, path, "maxM2", "le maximum est inférieur au minimum", "the maximum is below the minimum")
	}
}

// SpaceErp is a space's standing as an establishment receiving the public.
type SpaceErp struct {
	Category ErpCategory `bson:"category"`
	// Types it is authorised for; nil when unknown.
	Types []ErpType `bson:"types"`
}

// CategoryLabel is the label of the category.
func (e SpaceErp) CategoryLabel(locale Locale) string { return e.Category.Label(locale) }

// SpaceWorks are needed before use.
type SpaceWorks struct {
	Description   string  `bson:"description"`
	EstimatedCost *Amount `bson:"estimatedCost,omitempty"`
	// Days they take; nil when unknown.
	Days *int `bson:"days,omitempty"`
}

// SpaceAvailability is when a space can be used. A missing Until is unknown;
// without end is said by OpenEnded.
type SpaceAvailability struct {
	From      *Date `bson:"from,omitempty"`
	Until     *Date `bson:"until,omitempty"`
	OpenEnded bool  `bson:"openEnded,omitempty"`
	// OpeningSlots bound the times at which a shared space can be used; none
	// means at any time.
	OpeningSlots []RecurringSlot `bson:"openingSlots,omitempty"`
}

// Covers tells whether a day lies in the window for sure.
func (a SpaceAvailability) Covers(day Date) bool {
	return a.From != nil && *a.From <= day && (a.OpenEnded || a.Until != nil && day <= *a.Until)
}

func (VacantSpace) IsNode() {}

// KindLabel is the label of the kind.
func (s *VacantSpace) KindLabel(locale Locale) string { return s.Kind.Label(locale) }

// VacancyCauseLabel is the label of the cause.
func (s *VacantSpace) VacancyCauseLabel(locale Locale) string { return s.VacancyCause.Label(locale) }

// StepFreeAccessLabel is the label of the access level.
func (s *VacantSpace) StepFreeAccessLabel(locale Locale) string {
	return s.StepFreeAccess.Label(locale)
}

// Declared are the commitments that the landlord declares: those that aren't a
// request's.
func (f SpaceFields) Declared() []Commitment {
	declared := f.Commitments
	for i, c := range f.Commitments {
		if c.Request != "" {
			declared = slices.Clone(f.Commitments[:i])
			for _, c := range f.Commitments[i:] {
				if c.Request == "" {
					declared = append(declared, c)
				}
			}
			break
		}
	}
	return declared
}

// StatusOn derives whether the space is free on a day from what is declared.
func (s *VacantSpace) StatusOn(day Date) SpaceStatus {
	if s.State == PublicationWithdrawn || s.State == PublicationArchived {
		return StatusWithdrawn
	}
	status := StatusVacant
	for _, c := range s.Commitments {
		switch {
		case !c.Covers(day):
		case len(c.Slots) > 0:
			status = StatusPartlyOccupied
		case c.Kind == CommitmentReservation:
			return StatusReserved
		default:
			return StatusUnderConvention
		}
	}
	return status
}

// Validate collects what is wrong with the fields.
func (f SpaceFields) Validate(p *Problems, check RuleChecker) {
	var root []any
	p.line(f.Label, root, "label")
	knownCode(p, f.Kind, root, "kind")
	f.Surface.validate(p, "surface")
	p.between(f.Floor, -10, 60, root, "floor")
	knownCode(p, f.StepFreeAccess, root, "stepFreeAccess")
	knownCode(p, f.Erp.Category, []any{"erp"}, "category")
	knownCodes(p, f.Erp.Types, []any{"erp"}, "types")
	p.between(f.Capacity, 0, mostPeople, root, "capacity")
	knownCodes(p, f.Utilities, root, "utilities")
	if knownCodes(p, f.MissingUtilities, root, "missingUtilities") {
		for i, u := range f.MissingUtilities {
			p.require(!u.known() || !slices.Contains(f.Utilities, u), []any{"missingUtilities", i}, "",
				"cet équipement est dit présent et absent : retirez-le d'une des listes", "this utility is said to be there and not to be: remove it from one of the lists")
		}
	}
	knownCodes(p, f.ExcludedUses, root, "excludedUses")
	if w := f.WorksNeeded; w != nil {
		p.text(w.Description, []any{"worksNeeded"}, "description")
		p.notNegative(w.EstimatedCost, []any{"worksNeeded"}, "estimatedCost")
		p.between(w.Days, 0, mostDays, []any{"worksNeeded"}, "days")
	}
	knownCode(p, f.VacancyCause, root, "vacancyCause")
	f.Availability.validate(p, check, "availability")
	knownCodes(p, f.OccupancyForms, root, "occupancyForms")
	if f.Cost != nil {
		f.Cost.validate(p, "cost")
	}
	if p.items(len(f.Commitments), root, "commitments") {
		slots := 0
		for i, c := range f.Commitments {
			c.validate(p, check, "commitments", i)
			slots += len(c.Slots)
		}
		p.require(slots <= mostSlotsTaken, root, "commitments",
			fmt.Sprintf("les engagements d'un local ont au plus %d créneaux en tout ; ici %d : dites en un seul ce qui se répète aux mêmes heures, par exemple FREQ=WEEKLY;BYDAY=MO,TU", mostSlotsTaken, slots),
			fmt.Sprintf("the commitments of a space have at most %d slots in all; here %d: say in one what comes back at the same hours, for example FREQ=WEEKLY;BYDAY=MO,TU", mostSlotsTaken, slots))
	}
	knownCode(p, f.Visibility, root, "visibility")
	p.optionalLine(f.ExternalRef, root, "externalRef")
	f.Provenance.validate(p, "provenance")
}

func (a SpaceAvailability) validate(p *Problems, check RuleChecker, path ...any) {
	p.inOrder(a.From, a.Until, path, "until")
	p.require(!a.OpenEnded || a.Until == nil, path, "openEnded",
		"une disponibilité sans fin n'a pas de date de fin", "an availability without end has no end date")
	if !validateSlots(p, a.OpeningSlots, check, below(path, "openingSlots")) {
		return
	}
	for i, s := range a.OpeningSlots {
		// Which weeks it means would be unknown, so that it opened nothing.
		p.require(s.From != nil || s.interval() == 1, below(path, "openingSlots", i), "from",
			"une ouverture toutes les deux semaines (INTERVAL) demande son premier jour : donnez from",
			"an opening every second week (INTERVAL) needs its first day: give from")
	}
}
