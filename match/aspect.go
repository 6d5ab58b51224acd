package match

import "github.com/palier-hub/palier/domain"

// An aspect is what some of the criteria read of a space or a site and nothing
// else. Spaces that share it get the same findings of these criteria, so each
// aspect is assessed once a question, by the criteria themselves, and not once
// a space: a country of a million spaces has a few thousand surfaces and
// prices. That an aspect leaves nothing out is for the tests to show: they
// compare every answer with that of the whole candidate.
//
// A key is what is compared; fill copies the aspect from a space that has it.
type (
	// usageKey decides use and step-free access.
	usageKey struct {
		excluded codeSet
		access   domain.AccessLevel
	}
	// receptionKey decides public reception.
	receptionKey struct {
		category domain.ErpCategory
		types    codeSet
		capacity optional[int]
	}
	// utilitiesKey decides utilities.
	utilitiesKey struct{ there, missing codeSet }
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
	// residentsKey decides publics, settingKey priority district and local support:
	// they are the site's.
	residentsKey struct {
		publics  codeSet
		standing domain.QpvStanding
	}
	settingKey struct {
		standing domain.QpvStanding
		npnru    optional[domain.NpnruInterest]
		support  optional[domain.LocalSupport]
	}
)

func (k *usageKey) of(s *domain.VacantSpace) (known bool) {
	k.excluded, known = setOf(activityBits, s.ExcludedUses)
	k.access = s.StepFreeAccess
	return known
}

func fillUsage(to, from *domain.VacantSpace) {
	to.ExcludedUses, to.StepFreeAccess = from.ExcludedUses, from.StepFreeAccess
}

func (k *receptionKey) of(s *domain.VacantSpace) (known bool) {
	k.types, known = setOf(erpTypeBits, s.Erp.Types)
	k.category, k.capacity = s.Erp.Category, optionally(s.Capacity)
	return known
}

func fillReception(to, from *domain.VacantSpace) { to.Erp, to.Capacity = from.Erp, from.Capacity }

func (k *utilitiesKey) of(s *domain.VacantSpace) (known bool) {
	var alsoKnown bool
	k.there, known = setOf(utilityBits, s.Utilities)
	k.missing, alsoKnown = setOf(utilityBits, s.MissingUtilities)
	return known && alsoKnown
}

func fillUtilities(to, from *domain.VacantSpace) {
	to.Utilities, to.MissingUtilities = from.Utilities, from.MissingUtilities
}

func (k *surfaceKey) of(s *domain.VacantSpace) bool {
	k.least, k.most = optionally(s.Surface.MinM2), optionally(s.Surface.MaxM2)
	return true
}

func fillSurface(to, from *domain.VacantSpace) { to.Surface = from.Surface }

func (k *windowKey) of(s *domain.VacantSpace) bool {
	a := s.Availability
	k.from, k.until, k.openEnded = optionally(a.From), optionally(a.Until), a.OpenEnded
	return true
}

func fillWindow(to, from *domain.VacantSpace) {
	to.Availability = from.Availability
	to.Availability.OpeningSlots = nil
}

func (k *termsKey) of(s *domain.VacantSpace) (known bool) {
	k.forms, known = setOf(formBits, s.OccupancyForms)
	k.kind, k.cause = s.Kind, s.VacancyCause
	k.priced, k.free = s.Cost != nil, s.Cost != nil && s.Cost.Basis == domain.CostFree
	return known
}

func fillTerms(to, from *domain.VacantSpace) {
	to.OccupancyForms, to.Kind, to.VacancyCause, to.Cost = from.OccupancyForms, from.Kind, from.VacancyCause, from.Cost
}

func (k *priceKey) of(s *domain.VacantSpace) bool {
	if c := s.Cost; c != nil {
		*k = priceKey{true, c.Amount, c.Basis, optionally(c.VatPercent), optionally(c.ChargesIncluded), optionally(c.MonthlyCharges)}
	}
	return true
}

func fillPrice(to, from *domain.VacantSpace) { to.Cost = from.Cost }

func (k *residentsKey) of(s *domain.LandlordSite) (known bool) {
	k.publics, known = setOf(publicBits, s.ResidentPublics)
	k.standing = s.PriorityDistrict.Standing
	return known
}

func (k *settingKey) of(s *domain.LandlordSite) {
	k.standing, k.npnru = s.PriorityDistrict.Standing, optionally(s.NpnruInterest)
	if a := s.LocalAuthority; a != nil {
		k.support = optional[domain.LocalSupport]{true, a.Support}
	}
}

// optional is a pointer that is compared by what it points to.
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

// codeSet is a list of codes without its order, a bit each; unstated is that of
// a nil list, which is unknown and not empty.
type codeSet uint64

const unstated codeSet = 1 << 63

// codeBits number the codes of a list.
type codeBits map[string]int

func bitsOf(name string) codeBits {
	list, ok := domain.CodeListNamed(name)
	if !ok || len(list.Codes) > 63 {
		panic("no code list of that name, or one too long: " + name)
	}
	b := make(codeBits, len(list.Codes))
	for i, c := range list.Codes {
		b[c.Value] = i
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

// setOf a list of codes; false when it holds one that this release doesn't know,
// so that the set isn't the list.
func setOf[T ~string](b codeBits, codes []T) (s codeSet, known bool) {
	if codes == nil {
		return unstated, true
	}
	known = true
	for _, c := range codes {
		i, ok := b[string(c)]
		known = known && ok
		s |= 1 << i
	}
	return s, known
}

// dictionary gives each key of an aspect a code, and keeps for each code one of
// those that have the key. Codes are never taken back: all Columns of one
// descent share them, and those that were made for Columns that nobody kept are
// merely unused. Only the writer looks codes up; readers look examples up, of
// which theirs are the first ones for ever.
type dictionary[K comparable, T any] struct {
	examples []*T
	shared   *lexicon[K, T]
}

type lexicon[K comparable, T any] struct {
	codes    map[K]uint32
	examples []*T
}

func newDictionary[K comparable, T any]() dictionary[K, T] {
	return dictionary[K, T]{shared: &lexicon[K, T]{codes: make(map[K]uint32)}}
}

// code of a key that the example has; for the writer only.
func (d *dictionary[K, T]) code(k K, example *T) uint32 {
	l := d.shared
	code, ok := l.codes[k]
	if !ok {
		code = uint32(len(l.examples))
		l.codes[k] = code
		l.examples = append(l.examples, example)
	}
	d.examples = l.examples
	return code
}
