package match

import "github.com/palier-hub/palier/domain"

// An aspect is what some of the criteria read of a candidate and nothing else.
// Spaces that share it get the same findings of these criteria, so each aspect
// is assessed once a question, by the criteria themselves, and not once a
// space: a country of a million spaces knows few sorts of equipment and not
// many surfaces. That an aspect leaves nothing out is for the tests to show:
// they compare every answer with that of the whole candidate.
//
// The keys are comparable, and fill lays one out as the part of a space or site
// that the criteria read.
type (
	// equipmentKey decides use, public reception, step-free access, utilities.
	equipmentKey struct {
		access                       domain.AccessLevel
		category                     domain.ErpCategory
		types                        codeSet
		capacity                     optional[int]
		utilities, missing, excluded codeSet
	}
	// surfaceKey decides surface and surface fit.
	surfaceKey struct{ least, most optional[float64] }
	// windowKey decides availability; where nobody else has the space, occupancy
	// and spare duration too.
	windowKey struct {
		from, until optional[domain.Date]
		openEnded   bool
	}
	// termsKey decides the legal form, together with the window.
	termsKey struct {
		forms        codeSet
		kind         domain.SpaceKind
		cause        domain.VacancyCause
		priced, free bool
	}
	// priceKey decides cost and cost fit, together with the surface.
	priceKey struct {
		stated   bool
		amount   domain.Amount
		basis    domain.CostBasis
		vat      optional[float64]
		included optional[bool]
		charges  optional[domain.Amount]
	}
	// profileKey decides publics, priority district and local support: those of
	// the site.
	profileKey struct {
		residents codeSet
		standing  domain.QpvStanding
		npnru     optional[domain.NpnruInterest]
		support   optional[domain.LocalSupport]
	}
)

// optional is a comparable pointer.
type optional[T comparable] struct {
	known bool
	value T
}

func optionally[T comparable](p *T) (o optional[T]) {
	if p != nil {
		o = optional[T]{true, *p}
	}
	return o
}

func (o optional[T]) pointer() *T {
	if !o.known {
		return nil
	}
	return &o.value
}

// codeSet is a list of codes without its order, a bit each.
type codeSet uint64

// unstated is the set of a nil list, which is unknown and not empty.
const unstated codeSet = 1 << 63

// codeBits number the codes of one list.
type codeBits struct {
	bit   map[string]int
	codes []string
}

func bitsOf(name string) codeBits {
	list, ok := domain.CodeListNamed(name)
	if !ok || len(list.Codes) >= 63 {
		panic("no code list of that name, or of too many codes: " + name)
	}
	b := codeBits{bit: make(map[string]int, len(list.Codes))}
	for i, c := range list.Codes {
		b.bit[c.Value] = i
		b.codes = append(b.codes, c.Value)
	}
	return b
}

var (
	erpTypeBits  = bitsOf("ErpType")
	utilityBits  = bitsOf("SpaceUtility")
	activityBits = bitsOf("HostingActivity")
	formBits     = bitsOf("OccupancyForm")
	publicBits   = bitsOf("TargetPublic")
)

// setOf a list of codes. A code that this release doesn't know has no bit: then
// foreign is set, and the list isn't the set's.
func setOf[T ~string](b codeBits, codes []T, foreign *bool) (s codeSet) {
	if codes == nil {
		return unstated
	}
	for _, c := range codes {
		i, ok := b.bit[string(c)]
		if !ok {
			*foreign = true
			continue
		}
		s |= 1 << i
	}
	return s
}

func listOf[T ~string](b codeBits, s codeSet) []T {
	if s == unstated {
		return nil
	}
	list := []T{}
	for i, c := range b.codes {
		if s>>i&1 == 1 {
			list = append(list, T(c))
		}
	}
	return list
}

func equipmentOf(s *domain.VacantSpace, foreign *bool) equipmentKey {
	return equipmentKey{
		access: s.StepFreeAccess, category: s.Erp.Category, types: setOf(erpTypeBits, s.Erp.Types, foreign), capacity: optionally(s.Capacity),
		utilities: setOf(utilityBits, s.Utilities, foreign), missing: setOf(utilityBits, s.MissingUtilities, foreign),
		excluded: setOf(activityBits, s.ExcludedUses, foreign),
	}
}

func (k equipmentKey) fill(s *domain.VacantSpace) {
	s.StepFreeAccess, s.Capacity = k.access, k.capacity.pointer()
	s.Erp = domain.SpaceErp{Category: k.category, Types: listOf[domain.ErpType](erpTypeBits, k.types)}
	s.Utilities = listOf[domain.SpaceUtility](utilityBits, k.utilities)
	s.MissingUtilities = listOf[domain.SpaceUtility](utilityBits, k.missing)
	s.ExcludedUses = listOf[domain.Activity](activityBits, k.excluded)
}

func surfaceOf(s *domain.VacantSpace) surfaceKey {
	return surfaceKey{optionally(s.Surface.MinM2), optionally(s.Surface.MaxM2)}
}

func (k surfaceKey) fill(s *domain.VacantSpace) {
	s.Surface = domain.SurfaceRange{MinM2: k.least.pointer(), MaxM2: k.most.pointer()}
}

func windowOf(s *domain.VacantSpace) windowKey {
	a := s.Availability
	return windowKey{optionally(a.From), optionally(a.Until), a.OpenEnded}
}

func (k windowKey) fill(s *domain.VacantSpace) {
	s.Availability = domain.SpaceAvailability{From: k.from.pointer(), Until: k.until.pointer(), OpenEnded: k.openEnded}
}

func termsOf(s *domain.VacantSpace, foreign *bool) termsKey {
	return termsKey{
		forms: setOf(formBits, s.OccupancyForms, foreign), kind: s.Kind, cause: s.VacancyCause,
		priced: s.Cost != nil, free: s.Cost != nil && s.Cost.Basis == domain.CostFree,
	}
}

func (k termsKey) fill(s *domain.VacantSpace) {
	s.OccupancyForms, s.Kind, s.VacancyCause = listOf[domain.OccupancyForm](formBits, k.forms), k.kind, k.cause
	switch {
	case k.free:
		s.Cost = &domain.Cost{Basis: domain.CostFree}
	case k.priced:
		s.Cost = &domain.Cost{Basis: domain.CostPerMonth}
	}
}

func priceOf(s *domain.VacantSpace) priceKey {
	c := s.Cost
	if c == nil {
		return priceKey{}
	}
	return priceKey{true, c.Amount, c.Basis, optionally(c.VatPercent), optionally(c.ChargesIncluded), optionally(c.MonthlyCharges)}
}

func (k priceKey) fill(s *domain.VacantSpace) {
	if k.stated {
		s.Cost = &domain.Cost{Amount: k.amount, Basis: k.basis, VatPercent: k.vat.pointer(),
			ChargesIncluded: k.included.pointer(), MonthlyCharges: k.charges.pointer()}
	}
}

func profileOf(s *domain.LandlordSite, foreign *bool) profileKey {
	k := profileKey{residents: setOf(publicBits, s.ResidentPublics, foreign), standing: s.PriorityDistrict.Standing, npnru: optionally(s.NpnruInterest)}
	if a := s.LocalAuthority; a != nil {
		k.support = optional[domain.LocalSupport]{true, a.Support}
	}
	return k
}

func (k profileKey) fill(s *domain.LandlordSite) {
	s.ResidentPublics, s.PriorityDistrict.Standing, s.NpnruInterest = listOf[domain.TargetPublic](publicBits, k.residents), k.standing, k.npnru.pointer()
	if k.support.known {
		s.LocalAuthority = &domain.LocalAuthority{Support: k.support.value}
	}
}

// dictionary gives each key of an aspect a code. Codes are never taken back:
// all Columns of one descent share them, and those that were made for Columns
// that nobody kept are merely unused. The one writer looks codes up; readers
// read keys, of which theirs are the first ones for ever.
type dictionary[K comparable] struct {
	keys   []K
	shared *lexicon[K]
}

type lexicon[K comparable] struct {
	codes map[K]uint32
	keys  []K
}

func newDictionary[K comparable]() dictionary[K] {
	return dictionary[K]{shared: &lexicon[K]{codes: make(map[K]uint32)}}
}

// code of a key; for the writer only.
func (d *dictionary[K]) code(k K) uint32 {
	l := d.shared
	code, ok := l.codes[k]
	if !ok {
		code = uint32(len(l.keys))
		l.codes[k] = code
		l.keys = append(l.keys, k)
	}
	d.keys = l.keys
	return code
}
