package match

import (
	"cmp"
	"math"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// GivingWay is what a need could ask instead of what it asks, in one field.
type GivingWay struct {
	Field domain.MatchAssumptionField
	Need  domain.NeedFields
}

// Yieldable are the hard criteria on which a need can give way: not the use, which
// is what it is for, nor what is for the landlord to change.
func Yieldable() []domain.CriterionCode {
	return []domain.CriterionCode{domain.CriterionSpaceKind, domain.CriterionSurface, domain.CriterionTerritory, domain.CriterionAvailability,
		domain.CriterionOccupancy, domain.CriterionPublicReception, domain.CriterionStepFreeAccess, domain.CriterionUtilities,
		domain.CriterionOccupancyForm, domain.CriterionCost}
}

// GiveWay proposes, from candidates that fail on one hard criterion alone, what
// the need could ask so that some of them no longer do: of a number the nearest
// round value that takes in one of them, and the one that takes in all of those
// not too far; of codes the two that most of them ask for. What it brings in all
// has to be counted: a value may matter to other criteria too.
func (q *Question) GiveWay(on domain.CriterionCode, candidates []Candidate) []GivingWay {
	i := indexOf(on)
	if i < 0 || i >= hardCount {
		return nil
	}
	g := yielding{Question: q, on: &criteria[i]}
	for _, c := range candidates {
		var p pair
		p.set(q, c)
		if f := criteria[i].assess(&p); f.Status == Fail {
			g.misses = append(g.misses, miss{c, f})
		}
	}
	if len(g.misses) == 0 {
		return nil
	}
	switch i {
	case atSpaceKind:
		g.kinds()
	case atSurface:
		g.surface()
	case atTerritory:
		g.territories()
	case atAvailability:
		g.availability()
	case atOccupancy:
		g.occupancy()
	case atPublicReception:
		g.reception()
	case atStepFreeAccess:
		g.propose(domain.AssumedStepFreeAccess, func(f *domain.NeedFields) { f.NeedsStepFreeAccess = false })
	case atUtilities:
		g.utilities()
	case atOccupancyForm:
		if len(q.need.OccupancyForms) > 0 {
			g.propose(domain.AssumedOccupancyForms, func(f *domain.NeedFields) { f.OccupancyForms = nil })
		}
	case atCost:
		g.cost()
	}
	return g.ways
}

// miss is a candidate with what its criterion found.
type miss struct {
	Candidate
	Finding
}

type yielding struct {
	*Question
	on     *criterion[pair]
	misses []miss
	ways   []GivingWay
}

// propose a need with a change, if it takes in one of the misses: a space that is
// free both too late and too shortly isn't had by giving way on either.
func (g *yielding) propose(field domain.MatchAssumptionField, change func(*domain.NeedFields)) {
	w := GivingWay{field, g.need.NeedFields}
	change(&w.Need)
	need := *g.need
	need.NeedFields = w.Need
	then := g.Prepare(Subject{Need: &need, Project: g.project, OwnBudget: g.budget})
	if slices.ContainsFunc(g.misses, func(m miss) bool {
		var p pair
		p.set(then, m.Candidate)
		return g.on.assess(&p).Status != Fail
	}) {
		g.ways = append(g.ways, w)
	}
}

// tooFar is how much of what is wanted is too much to give way on: half of it.
const tooFar = 0.5

// gaps are the least by which the misses of a case miss, and the most that isn't
// more than a bound, in the criterion's small unit; none when all are beyond it.
func (g *yielding) gaps(bound float64, cases ...why) (gaps []float64) {
	var all []float64
	for _, m := range g.misses {
		if !slices.Contains(cases, m.why) || m.gap <= 0 {
			continue
		}
		if gap := float64(m.gap); gap <= bound {
			all = append(all, gap)
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	return slices.Compact([]float64{all[0], all[len(all)-1]})
}

// commonest are the two codes that most misses ask for.
func commonest[T cmp.Ordered](g *yielding, of func(miss) []T) []T {
	counts := make(map[T]int)
	for _, m := range g.misses {
		for _, code := range of(m) {
			counts[code]++
		}
	}
	all := make([]T, 0, len(counts))
	for code := range counts {
		all = append(all, code)
	}
	slices.SortFunc(all, func(a, b T) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	return all[:min(2, len(all))]
}

func (g *yielding) kinds() {
	for _, kind := range commonest(g, func(m miss) []domain.SpaceKind { return []domain.SpaceKind{m.Space.Kind} }) {
		g.propose(domain.AssumedSpaceKinds, func(f *domain.NeedFields) { f.SpaceKinds = append(slices.Clone(f.SpaceKinds), kind) })
	}
}

func (g *yielding) utilities() {
	lacking := func(m miss) []domain.SpaceUtility {
		p := pair{Question: g.Question, space: m.Space}
		if missing, _ := p.lackingUtilities(); len(missing) == 1 {
			return missing
		}
		return nil
	}
	for _, u := range commonest(g, lacking) {
		g.propose(domain.AssumedUtilities, func(f *domain.NeedFields) { f.Utilities = without(f.Utilities, u) })
	}
}

func (g *yielding) surface() {
	wanted := g.need.Surface
	if least := wanted.MinM2; least != nil {
		for _, gap := range g.gaps(100**least*tooFar, surfaceTooSmall) {
			if m2 := roundDown(*least - gap/100); m2 > 0 && m2 < *least {
				g.propose(domain.AssumedMinSurface, func(f *domain.NeedFields) { f.Surface.MinM2 = &m2 })
			}
		}
	}
	if most := wanted.MaxM2; most != nil {
		for _, gap := range g.gaps(100**most*tooFar, surfaceTooLarge) {
			m2 := roundUp(*most + gap/100)
			g.propose(domain.AssumedMaxSurface, func(f *domain.NeedFields) { f.Surface.MaxM2 = &m2 })
		}
	}
}

// territories widens every circle, and draws one round every commune.
func (g *yielding) territories() {
	const nearby = 30_000 // metres: beyond, it is another project
	for _, gap := range g.gaps(nearby, territoryTooFar) {
		g.propose(domain.AssumedTerritories, func(f *domain.NeedFields) {
			f.Territories = slices.Clone(f.Territories)
			for i, t := range f.Territories {
				var radius int
				switch {
				case t.Scale == domain.TerritoryRadius && t.RadiusKm != nil:
					radius = *t.RadiusKm
				case t.Scale != domain.TerritoryCommune:
					continue
				}
				// The gap, and what the positions may be off.
				wider := int(min(roundUp(float64(radius)+math.Ceil(gap/1000)+g.offKm()), 1_000))
				f.Territories[i] = domain.Territory{Scale: domain.TerritoryRadius, Code: t.Code, RadiusKm: &wider}
			}
		})
	}
}

// offKm is by how many kilometres the positions of the misses are off at most
// that isn't extraordinary: a circle that is to hold them is as much wider.
func (g *yielding) offKm() float64 {
	const ordinary = 5_000
	off := 0
	for _, m := range g.misses {
		var at place
		g.locate(&at, m.Site, nil)
		if at.at != nil {
			off = max(off, min(at.at.MarginMetres(), ordinary))
		}
	}
	return math.Ceil(float64(off) / 1000)
}

func (g *yielding) availability() {
	if latest := g.need.Start.Latest; latest != nil {
		for _, gap := range g.gaps(366, availabilityTooLate) {
			start := latest.AddMonths(int(math.Ceil(gap / 30)))
			g.propose(domain.AssumedLatestStart, func(f *domain.NeedFields) { f.Start.Latest = &start })
		}
	}
	g.shorter(g.gaps(float64(g.need.Duration.MinMonths)*30*tooFar, availabilityTooShort))
}

// shorter proposes shorter minimum durations, by gaps in days.
func (g *yielding) shorter(gaps []float64) {
	for _, gap := range gaps {
		if n := g.need.Duration.MinMonths - int(math.Ceil(gap/30)); n >= 1 {
			g.propose(domain.AssumedMinMonths, func(f *domain.NeedFields) { f.Duration.MinMonths = n })
		}
	}
}

func (g *yielding) occupancy() {
	for _, gap := range g.gaps(float64(g.need.Use.Needed()-1), occupancySlotsTaken) {
		n := g.need.Use.Needed() - int(gap)
		g.propose(domain.AssumedSlotsNeeded, func(f *domain.NeedFields) { f.Use.SlotsNeeded = &n })
	}
	gaps := g.gaps(366, occupancyWindowTaken)
	if latest := g.need.Start.Latest; latest != nil {
		for _, gap := range gaps {
			start := latest.AddMonths(int(math.Ceil(gap / 30)))
			g.propose(domain.AssumedLatestStart, func(f *domain.NeedFields) { f.Start.Latest = &start })
		}
	}
	g.shorter(g.gaps(float64(g.need.Duration.MinMonths)*30*tooFar, occupancyWindowTaken))
}

func (g *yielding) reception() {
	r := g.need.PublicReception
	if r == nil {
		return
	}
	for _, gap := range g.gaps(float64(r.Headcount)*tooFar, receptionCrowd) {
		if n := int(roundDown(float64(r.Headcount) - gap)); n >= 1 {
			g.propose(domain.AssumedPublicHeadcount, func(f *domain.NeedFields) {
				fewer := *f.PublicReception
				fewer.Headcount = n
				f.PublicReception = &fewer
			})
		}
	}
}

func (g *yielding) cost() {
	if g.need.Budget == nil || !g.budget {
		return
	}
	ceiling := float64(g.need.Budget.MonthlyCeiling)
	for _, gap := range g.gaps(max(ceiling*tooFar, 5_000), costAbove) { // 50 € is little for anyone
		amount := domain.Amount(100 * roundUp((ceiling+gap)/100))
		g.propose(domain.AssumedMonthlyCeiling, func(f *domain.NeedFields) { f.Budget = &domain.HostingBudget{MonthlyCeiling: amount} })
	}
}

// roundDown and roundUp go to a number that people say: a whole one below 20,
// then one of 5, and of 50 from 500 on.
func roundDown(n float64) float64 { s := stepOf(n); return math.Floor(n/s) * s }
func roundUp(n float64) float64   { s := stepOf(n); return math.Ceil(n/s) * s }

func stepOf(n float64) float64 {
	switch {
	case n < 20:
		return 1
	case n < 500:
		return 5
	}
	return 50
}
