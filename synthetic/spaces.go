package synthetic

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// How many in a hundred spaces lack a value: what landlords' files are like,
// and much as in the sample.
const (
	lackSurface   = 4
	lackAccess    = 25
	lackErp       = 32
	lackUses      = 30
	lackEnd       = 22
	lackForms     = 12
	lackCost      = 25
	lackShareable = 20
	drafts        = 4
)

var (
	groundAccess      = shares[domain.AccessLevel]{{48, domain.AccessCompliant}, {26, domain.AccessPartial}, {6, domain.AccessDerogation}, {20, domain.AccessNone}}
	upperAccess       = shares[domain.AccessLevel]{{22, domain.AccessCompliant}, {18, domain.AccessPartial}, {2, domain.AccessDerogation}, {58, domain.AccessNone}}
	categories        = shares[domain.ErpCategory]{{77, domain.Category5}, {11, domain.Category4}, {2, domain.Category3}, {10, domain.CategoryNotErp}}
	spaceVisibilities = shares[domain.Visibility]{{60, domain.VisibilityPublic}, {30, domain.VisibilityNetwork}, {10, domain.VisibilityPrivate}}
	// calmCauses are those of a space without works ahead.
	calmCauses = shares[domain.VacancyCause]{
		{40, domain.VacancyUnlet}, {16, domain.VacancyStructural}, {12, domain.VacancyChangeOfUse}, {6, domain.VacancySalePending}, {26, domain.VacancyUnknown},
	}
	excluded = shares[domain.Activity]{
		{20, domain.ActivityCooking}, {20, domain.ActivityPerformance}, {16, domain.ActivityTemporaryHousing}, {14, domain.ActivityRepair},
		{12, domain.ActivityRetail}, {8, domain.ActivitySport}, {5, domain.ActivityStorage}, {5, domain.ActivityHealth},
	}
	repairs = []string{
		"Remise aux normes de l'électricité", "Réfection des sols et des peintures", "Remplacement de la porte et de la serrure",
		"Création d'un bloc sanitaire", "Sécurisation des balcons et remise en service d'un ascenseur",
	}
)

// newSpace draws the nth space of a site for which something is planned.
func newSpace(d dice, planned fate, ref string, n int) Space {
	p := &profiles[byWeight.draw(d)]
	f := domain.SpaceFields{
		Label:          fmt.Sprintf("%s %d", p.label, n),
		Kind:           p.kind,
		StepFreeAccess: domain.AccessUnknown,
		VacancyCause:   calmCauses.draw(d),
		Visibility:     spaceVisibilities.draw(d),
		ExternalRef:    &ref,
	}
	m2 := surface(d, p, &f)
	if len(p.floors) > 0 {
		f.Floor = known(d, 88, pick(d, p.floors...))
	}
	if !d.chance(lackAccess) {
		levels := groundAccess
		if f.Floor != nil && *f.Floor != 0 {
			levels = upperAccess
		}
		f.StepFreeAccess = levels.draw(d)
	}
	reception(d, p, &f, m2)
	for i, u := range utilities {
		if d.chance(p.fittings.present[i]) {
			f.Utilities = append(f.Utilities, u)
		} else if d.chance(p.fittings.missing) {
			f.MissingUtilities = append(f.MissingUtilities, u)
		}
	}
	if !d.chance(lackUses) {
		f.ExcludedUses = excluded.several(d, max(d.below(6)-2, 0)) // none in half of them
	}
	if d.chance(15) {
		f.WorksNeeded = &domain.SpaceWorks{
			Description:   pick(d, repairs...),
			EstimatedCost: known(d, 60, domain.Amount(100*100*d.spread(5, 400))),
			Days:          known(d, 50, d.between(3, 120)),
		}
	}
	if planned.works == domain.WorksDemolition && d.chance(75) {
		f.VacancyCause = domain.VacancyPreDemolition
	} else if planned.works == domain.WorksRehabilitation && d.chance(65) {
		f.VacancyCause = domain.VacancyPreRehabilitation
	}
	f.Availability = availability(d, planned, f.VacancyCause)
	if !d.chance(lackCost) {
		f.Cost = cost(d, p, m2)
	}
	if !d.chance(lackForms) {
		f.OccupancyForms = forms(d, p, &f)
	}
	if !d.chance(lackShareable) {
		f.Shareable = new(d.chance(p.shareable))
	}
	share := f.Shareable != nil && *f.Shareable
	if share && p.public != nil {
		f.Availability.OpeningSlots = opening(d)
	}
	f.Commitments = commitments(d, share)
	f.Provenance = provenance(d, 85, "Extraction du logiciel de gestion (synthétique)", "Fiche patrimoine (synthétique)", "Visite de l'agence (synthétique)")
	return Space{Fields: f, Publish: !d.chance(drafts)}
}

// surface draws it and answers it, also when it isn't stated.
func surface(d dice, p *profile, f *domain.SpaceFields) (m2 int) {
	m2 = d.spread(p.surface.least, p.surface.most)
	least := float64(m2)
	if d.chance(30) {
		least = float64(m2*10+d.below(10)) / 10
	}
	most := least
	if d.chance(8) { // divisible
		most = float64(m2 + d.between(m2/10+1, m2/2+1))
	}
	switch {
	case d.chance(lackSurface):
	case d.chance(3):
		f.Surface.MaxM2 = &most
	default:
		f.Surface = domain.SurfaceRange{MinM2: &least, MaxM2: &most}
	}
	return m2
}

// reception is what is known of receiving the public.
func reception(d dice, p *profile, f *domain.SpaceFields, m2 int) {
	f.Erp.Category = domain.CategoryUnknown
	if !d.chance(lackErp) {
		if f.Erp.Category = domain.CategoryNotErp; p.public != nil {
			f.Erp.Category = categories.draw(d)
		}
	}
	receives := f.Erp.Category != domain.CategoryUnknown && f.Erp.Category != domain.CategoryNotErp
	if receives && d.chance(75) {
		f.Erp.Types = evenly(p.public...).several(d, d.between(1, 2))
	}
	if p.public == nil || !d.chance(60) {
		return
	}
	// A person to one or two square metres, up to what the category allows.
	limit := 199
	switch f.Erp.Category {
	case domain.Category4:
		limit = 300
	case domain.Category3:
		limit = 700
	}
	f.Capacity = new(min(max(m2/d.between(1, 2), 4), limit))
}

// availability draws the window; what stands before works ends where they
// begin.
func availability(d dice, planned fate, cause domain.VacancyCause) domain.SpaceAvailability {
	var a domain.SpaceAvailability
	from := told.AddDays(d.between(-420, 240))
	a.From = known(d, 93, from)
	precarious := cause == domain.VacancyPreDemolition || cause == domain.VacancyPreRehabilitation
	switch {
	case d.chance(lackEnd):
	case precarious && planned.from != nil:
		until := max(planned.from.AddDays(-15), from)
		a.Until = &until
	case !precarious && d.chance(50):
		a.OpenEnded = true
	default:
		a.Until = new(from.AddMonths(d.spread(6, 96)))
	}
	return a
}

func cost(d dice, p *profile, m2 int) *domain.Cost {
	c := &domain.Cost{Currency: domain.CurrencyEur, Basis: domain.CostFree}
	if !d.chance(p.free) {
		perM2 := p.rent.draw(d) // euros a year
		switch {
		case d.chance(2):
			c.Basis, c.Amount = domain.CostOneOff, domain.Amount(100*100*d.spread(1, 60))
		case p.monthly:
			c.Basis, c.Amount = domain.CostPerMonth, domain.Amount(100*max(perM2*m2/12, 5))
		default:
			c.Basis, c.Amount = domain.CostPerM2Year, domain.Amount(100*perM2)
		}
		if !p.housing {
			c.VatPercent = known(d, 35, 20.0)
		}
	}
	c.ChargesIncluded = known(d, 70, d.chance(60))
	if c.ChargesIncluded != nil && !*c.ChargesIncluded {
		c.MonthlyCharges = known(d, 70, domain.Amount(100*max(m2*d.between(1, 3)/4, 3)))
	}
	return c
}

// forms draws what the landlord offers, beginning with what the cause of the
// vacancy makes possible.
func forms(d dice, p *profile, f *domain.SpaceFields) []domain.OccupancyForm {
	offered := p.lasting
	switch f.VacancyCause {
	case domain.VacancyPreDemolition, domain.VacancyPreRehabilitation, domain.VacancySalePending, domain.VacancyChangeOfUse:
		offered = shares[domain.OccupancyForm]{{60, domain.FormPrecariousOccupancy}}
		if p.housing {
			offered = offered.and(50, domain.FormTemporaryResidence)
		}
	}
	if d.chance(5) {
		return []domain.OccupancyForm{domain.FormUndetermined}
	}
	list := offered.several(d, d.between(1, 2))
	free := f.Cost != nil && f.Cost.Basis == domain.CostFree
	if free && d.chance(60) && !slices.Contains(list, domain.FormLoanForUse) {
		list = append(list, domain.FormLoanForUse)
	}
	return list
}

var (
	workdays = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
	sixDays  = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"
	weekdays = []string{"MO", "TU", "WE", "TH", "FR", "SA"}
	// slotsTaken of a shared space.
	slotsTaken = shares[int]{{45, 0}, {28, 1}, {15, 2}, {8, 3}, {4, 4}}
)

// opening draws the hours of a shared room; none in half of them: at any time.
func opening(d dice) []domain.RecurringSlot {
	if d.chance(50) {
		return nil
	}
	start := d.between(16, 20) * 30 // between 8 and 10 o'clock
	return []domain.RecurringSlot{{Rule: pick(d, workdays, sixDays), Start: domain.TimeOfDay(start), DurationMinutes: d.between(16, 26) * 30}}
}

// commitments are what is taken already: slots of a shared space, or now and
// then the whole of another.
func commitments(d dice, shared bool) []domain.Commitment {
	if !shared {
		if !d.chance(3) {
			return nil
		}
		from := told.AddDays(d.between(-300, 200))
		return []domain.Commitment{{Kind: pick(d, domain.CommitmentReservation, domain.CommitmentConvention), From: &from, Until: new(from.AddMonths(d.between(2, 18)))}}
	}
	var list []domain.Commitment
	for range slotsTaken.draw(d) {
		c := domain.Commitment{Kind: pick(d, domain.CommitmentConvention, domain.CommitmentOwnUse, domain.CommitmentReservation)}
		if d.chance(70) {
			from := told.AddDays(d.between(-300, 60))
			c.From, c.Until = &from, new(from.AddMonths(d.between(3, 18)))
		}
		rule := pick(d, "FREQ=WEEKLY;BYDAY=", "FREQ=WEEKLY;BYDAY=", "FREQ=WEEKLY;INTERVAL=2;BYDAY=", "FREQ=MONTHLY;BYDAY=1", "FREQ=MONTHLY;BYDAY=3") + pick(d, weekdays...)
		c.Slots = []domain.RecurringSlot{{Rule: rule, From: c.From, Start: domain.TimeOfDay(d.between(17, 37) * 30), DurationMinutes: d.between(2, 8) * 30}}
		list = append(list, c)
	}
	return list
}
