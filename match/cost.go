package match

import (
	"fmt"
	"math"

	"github.com/palier-hub/palier/domain"
)

// cost: what the space costs a month, VAT and charges included, for the surface
// that the occupant would take and the minimum duration, is within the budget.
// What is free passes, and so does everything when no budget is stated. To a
// viewer who doesn't see budgets, whatever isn't free is unknown, budget or no
// budget.
var cost = criterion[pair]{
	code: domain.CriterionCost, kind: domain.CriterionHard, unit: domain.UnitEurosPerMonth, gapsPerUnit: 100,
	assess: assessCost,
	values: costValues,
	origin: ofSpace,
	say:    sayCost,
	ask:    askCost,
}

const (
	costFree why = 1 + iota
	costNoBudget
	costWithin
	costAbove
	costUnknown
	costOpen   // within or above, depending on what isn't known
	costHidden // the budget is confidential
)

func assessCost(p *pair) Finding {
	due := p.monthly()
	switch {
	case p.free():
		return pass(costFree)
	case !p.budget && !due.known:
		return unknown(costUnknown)
	case !p.budget:
		return unknown(costHidden)
	case p.need.Budget == nil:
		return pass(costNoBudget)
	case !due.known:
		return unknown(costUnknown)
	}
	ceiling := p.need.Budget.MonthlyCeiling
	switch {
	case due.least > ceiling:
		return fail(costAbove, int64(due.least-ceiling))
	case !due.bounded || due.most > ceiling:
		return unknown(costOpen)
	}
	return pass(costWithin)
}

// free: neither rent nor charges.
func (p *pair) free() bool {
	c := p.space.Cost
	return c != nil && c.Basis == domain.CostFree && !chargesOnTop(*c)
}

func chargesOnTop(c domain.Cost) bool {
	return c.ChargesIncluded != nil && !*c.ChargesIncluded && (c.MonthlyCharges == nil || *c.MonthlyCharges != 0)
}

// bill bounds what the occupant pays a month.
type bill struct {
	least, most    domain.Amount
	known, bounded bool
}

func (p *pair) monthly() (b bill) {
	if p.space.Cost == nil {
		return b
	}
	c, term := *p.space.Cost, p.need.Duration.MinMonths
	b.known = true
	if !math.IsInf(p.taken.most, 1) {
		b.most, b.bounded = c.MonthlyTotal(p.taken.most, term)
	} else if c.Basis != domain.CostPerM2Year {
		b.most, b.bounded = c.MonthlyTotal(0, term)
	}
	if c.MonthlyCharges == nil {
		c.ChargesIncluded = nil // at least the rent
	}
	b.least, _ = c.MonthlyTotal(p.taken.least, term)
	return b
}

func costValues(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
	if p.budget && p.need.Budget != nil {
		ceiling := euros(p.need.Budget.MonthlyCeiling)
		wanted = domain.QuantityValue{Max: &ceiling, Unit: domain.UnitEurosPerMonth}
	}
	if due := p.monthly(); due.known {
		least, most := euros(due.least), euros(due.most)
		v := domain.QuantityValue{Min: &least, Unit: domain.UnitEurosPerMonth}
		if due.bounded {
			v.Max = &most
		}
		offered = v
	}
	return wanted, offered
}

func euros(a domain.Amount) float64 { return float64(a) / 100 }

// dueText writes "300 € par mois", "300 à 450 € par mois", "au moins 300 €…".
func (p *pair) dueText(l domain.Locale) string {
	due := p.monthly()
	switch {
	case due.bounded && due.least == due.most:
		return monthly(due.least, l)
	case due.bounded:
		return fmt.Sprintf(l.In("de %s à %s", "%s to %s"), due.least.Euros(l), monthly(due.most, l))
	}
	return fmt.Sprintf(l.In("au moins %s", "at least %s"), monthly(due.least, l))
}

func sayCost(p *pair, f Finding, l domain.Locale) string {
	switch f.why {
	case costFree:
		return l.In("Le local est mis à disposition gratuitement.", "The space is lent free of charge.")
	case costUnknown:
		return l.In("Le coût du local n'est pas connu.", "The cost of the space isn't known.")
	case costHidden:
		return fmt.Sprintf(l.In("Le local coûte %s ; l'éventuel budget du projet n'est visible que des membres du réseau.", "The space costs %s; the project's budget, if it states one, is visible to members of the network only."), p.dueText(l))
	case costNoBudget:
		if !p.monthly().known {
			return l.In("Le projet n'indique pas de plafond de budget.", "The project states no budget ceiling.")
		}
		return fmt.Sprintf(l.In("Le local coûte %s ; le projet n'indique pas de plafond de budget.", "The space costs %s; the project states no budget ceiling."), p.dueText(l))
	}
	due, ceiling := p.dueText(l), monthly(p.need.Budget.MonthlyCeiling, l)
	switch f.why {
	case costWithin:
		return fmt.Sprintf(l.In("Le coût (%s) reste dans le budget du projet (%s au plus).", "The cost (%s) is within the project's budget (%s at most)."), due, ceiling)
	case costAbove:
		return fmt.Sprintf(l.In("Le coût (%s) dépasse de %s le budget du projet (%s au plus).", "The cost (%s) exceeds by %s the project's budget (%s at most)."),
			due, domain.Amount(f.gap).Euros(l), ceiling)
	}
	return fmt.Sprintf(l.In("Le coût (%s) n'est pas assez connu pour dire s'il reste dans le budget du projet (%s au plus).", "The cost (%s) isn't known well enough to say whether it is within the project's budget (%s at most)."), due, ceiling)
}

func askCost(p *pair, f Finding, l domain.Locale) string {
	switch f.why {
	case costUnknown:
		return askPrice(l)
	case costHidden:
		return toProject(fmt.Sprintf(l.In("ce coût entre-t-il dans votre budget : %s ?", "is this cost within your budget: %s?"), p.dueText(l)), l)
	}
	return askPrice(l)
}

func askPrice(l domain.Locale) string {
	return toLandlord(l.In("combien le local coûterait-il par mois, charges et TVA comprises ?", "how much would the space cost a month, with charges and VAT?"), l)
}

// costFit: how low the cost is, per m² and year, VAT and charges included: full
// when free, nothing from the ruleset's price on, in proportion between. It
// doesn't look at the budget, which is cost's: so it compares spaces of any
// size, and tells nobody what the budget is.
var costFit = criterion[pair]{
	code: domain.CriterionCostFit, kind: domain.CriterionSoft,
	assess: assessCostFit,
	values: func(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
		wanted = domain.QuantityValue{Max: &p.rules.costZeroPerM2Year, Unit: domain.UnitEurosPerM2Year}
		if low, high, ok := p.pricePerM2(); ok {
			offered = domain.QuantityValue{Min: &low, Max: &high, Unit: domain.UnitEurosPerM2Year}
		}
		return wanted, offered
	},
	origin: ofSpace,
	say:    sayCostFit,
	ask: func(p *pair, f Finding, l domain.Locale) string {
		if p.space.Cost != nil && !p.space.Surface.Known() {
			return askSurface(p, Finding{}, l)
		}
		return askPrice(l)
	},
}

const (
	costFitFree why = 1 + iota
	costFitPriced
	costFitUnknown
)

func assessCostFit(p *pair) Finding {
	if p.free() {
		return known(1000, costFitFree)
	}
	low, high, ok := p.pricePerM2()
	if !ok {
		return unknown(costFitUnknown)
	}
	zero := p.rules.costZeroPerM2Year
	least, most := share(zero-low, zero), share(zero-high, zero)
	if least != most {
		return unknown(costFitUnknown)
	}
	return known(least, costFitPriced)
}

// pricePerM2 bounds the price of a m² a year in euros; false when it isn't
// known. A rent by the m² without charges on top needs no surface.
func (p *pair) pricePerM2() (low, high float64, ok bool) {
	if p.space.Cost == nil {
		return 0, 0, false
	}
	c, term := *p.space.Cost, p.need.Duration.MinMonths
	price := func(m2 float64) (float64, bool) {
		due, ok := c.MonthlyTotal(m2, term)
		return float64(12*float64(due)) / float64(100*m2), ok && m2 > 0
	}
	if c.Basis == domain.CostPerM2Year && !chargesOnTop(c) {
		low, ok = price(100)
		return low, low, ok
	}
	if p.taken.least <= 0 || math.IsInf(p.taken.most, 1) {
		return 0, 0, false
	}
	a, known := price(p.taken.least)
	b, alsoKnown := price(p.taken.most)
	return min(a, b), max(a, b), known && alsoKnown
}

func sayCostFit(p *pair, f Finding, l domain.Locale) string {
	switch f.why {
	case costFitFree:
		return l.In("Rien à payer : le coût est le plus bas possible.", "Nothing to pay: the cost is the lowest possible.")
	case costFitUnknown:
		return l.In("Le coût par m² n'est pas assez connu pour être comparé.", "The cost per m² isn't known well enough to be compared.")
	}
	low, _, _ := p.pricePerM2()
	price := domain.Quantity(math.Round(low), domain.UnitEurosPerM2Year, l)
	if f.Score == 0 {
		return fmt.Sprintf(l.In("Le coût revient à %s : c'est un prix courant, sans effort particulier du bailleur.", "The cost comes to %s: an ordinary price, without any particular effort by the landlord."), price)
	}
	return fmt.Sprintf(l.In("Le coût revient à %s, soit %s de la note (nulle à partir de %s).", "The cost comes to %s, worth %s of the points (none from %s on)."),
		price, percent(f.Score, l), domain.Quantity(p.rules.costZeroPerM2Year, domain.UnitEurosPerM2Year, l))
}
