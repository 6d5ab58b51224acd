package match

import (
	"math/bits"

	"github.com/palier-hub/palier/calendar"
	"github.com/palier-hub/palier/domain"
)

// An aspect is what some of the criteria read of a space or a site and nothing
// else. Spaces that share it get the same findings of these criteria, so each
// aspect is assessed once a question, by the criteria themselves, and not once
// a space: a country of a million spaces has a few thousand surfaces and
// prices. That an aspect leaves nothing out is for the tests to show: they
// compare every answer with that of the whole candidate.
//
// of reads an aspect; false when it doesn't tell all that the criteria would
// read. on lays it out on the scratch space or site, for the criteria.
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
	// termsKey decides the legal form, together with the days of the stay.
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

// scratch is what aspects are laid out on: a pair, its parts, and what they
// point to. What an aspect doesn't hold may be left from the one before.
type scratch struct {
	pair     pair
	space    domain.VacantSpace
	site     domain.LandlordSite
	landlord domain.Landlord

	cost      domain.Cost
	authority domain.LocalAuthority
	slotRules calendar.Rules
	// lists are reused: one for each list of codes.
	excluded       []domain.Activity
	types          []domain.ErpType
	there, missing []domain.SpaceUtility
	forms          []domain.OccupancyForm
	publics        []domain.TargetPublic
}

func (k *usageKey) of(s *domain.VacantSpace) (known bool) {
	k.excluded, known = setOf(activityBits, s.ExcludedUses)
	k.access = s.StepFreeAccess
	return known
}

func (k *usageKey) on(s *scratch) {
	s.space.ExcludedUses = listed(&s.excluded, activityBits, k.excluded)
	s.space.StepFreeAccess = k.access
}

func (k *receptionKey) of(s *domain.VacantSpace) (known bool) {
	k.types, known = setOf(erpTypeBits, s.Erp.Types)
	k.category, k.capacity = s.Erp.Category, optionally(s.Capacity)
	return known
}

func (k *receptionKey) on(s *scratch) {
	s.space.Erp.Types = listed(&s.types, erpTypeBits, k.types)
	s.space.Erp.Category, s.space.Capacity = k.category, k.capacity.pointer()
}

func (k *utilitiesKey) of(s *domain.VacantSpace) (known bool) {
	var alsoKnown bool
	k.there, known = setOf(utilityBits, s.Utilities)
	k.missing, alsoKnown = setOf(utilityBits, s.MissingUtilities)
	return known && alsoKnown
}

func (k *utilitiesKey) on(s *scratch) {
	s.space.Utilities = listed(&s.there, utilityBits, k.there)
	s.space.MissingUtilities = listed(&s.missing, utilityBits, k.missing)
}

func (k *surfaceKey) of(s *domain.VacantSpace) bool {
	k.least, k.most = optionally(s.Surface.MinM2), optionally(s.Surface.MaxM2)
	return true
}

func (k *surfaceKey) on(s *scratch) {
	s.space.Surface = domain.SurfaceRange{MinM2: k.least.pointer(), MaxM2: k.most.pointer()}
	s.pair.taken = takenSurface(s.pair.need.Surface, s.space.Surface)
}

func (k *windowKey) of(s *domain.VacantSpace) bool {
	a := s.Availability
	k.from, k.until, k.openEnded = optionally(a.From), optionally(a.Until), a.OpenEnded
	return true
}

func (k *windowKey) on(s *scratch) {
	s.space.Availability = domain.SpaceAvailability{From: k.from.pointer(), Until: k.until.pointer(), OpenEnded: k.openEnded}
	s.pair.findKeys()
	s.pair.findStay()
}

func (k *termsKey) of(s *domain.VacantSpace) (known bool) {
	k.forms, known = setOf(formBits, s.OccupancyForms)
	k.kind, k.cause = s.Kind, s.VacancyCause
	k.priced, k.free = s.Cost != nil, s.Cost != nil && s.Cost.Basis == domain.CostFree
	return known
}

func (k *termsKey) on(s *scratch) {
	s.space.OccupancyForms = listed(&s.forms, formBits, k.forms)
	s.space.Kind, s.space.VacancyCause, s.space.Cost = k.kind, k.cause, nil
	if k.priced {
		s.cost = domain.Cost{Basis: domain.CostPerMonth}
		if k.free {
			s.cost.Basis = domain.CostFree
		}
		s.space.Cost = &s.cost
	}
}

func (k *priceKey) of(s *domain.VacantSpace) bool {
	if c := s.Cost; c != nil {
		*k = priceKey{true, c.Amount, c.Basis, optionally(c.VatPercent), optionally(c.ChargesIncluded), optionally(c.MonthlyCharges)}
	}
	return true
}

func (k *priceKey) on(s *scratch) {
	s.space.Cost = nil
	if k.stated {
		s.cost = domain.Cost{Amount: k.amount, Basis: k.basis, VatPercent: k.vat.pointer(),
			ChargesIncluded: k.included.pointer(), MonthlyCharges: k.charges.pointer()}
		s.space.Cost = &s.cost
	}
}

func (k *residentsKey) of(s *domain.LandlordSite) (known bool) {
	k.publics, known = setOf(publicBits, s.ResidentPublics)
	k.standing = s.PriorityDistrict.Standing
	return known
}

func (k *residentsKey) on(s *scratch) {
	s.site.ResidentPublics = listed(&s.publics, publicBits, k.publics)
	s.site.PriorityDistrict.Standing = k.standing
}

func (k *settingKey) of(s *domain.LandlordSite) {
	k.standing, k.npnru = s.PriorityDistrict.Standing, optionally(s.NpnruInterest)
	if a := s.LocalAuthority; a != nil {
		k.support = optional[domain.LocalSupport]{true, a.Support}
	}
}

func (k *settingKey) on(s *scratch) {
	s.site.PriorityDistrict.Standing, s.site.NpnruInterest, s.site.LocalAuthority = k.standing, k.npnru.pointer(), nil
	if k.support.known {
		s.authority = domain.LocalAuthority{Support: k.support.value}
		s.site.LocalAuthority = &s.authority
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

// pointer is to the value itself, which nobody changes.
func (o *optional[T]) pointer() *T {
	if !o.known {
		return nil
	}
	return &o.value
}

// codeSet is a list of codes without its order, a bit each; unstated is that of
// a nil list, which is unknown and not empty.
type codeSet uint64

const unstated codeSet = 1 << 63

// codeBits number the codes of a list.
type codeBits struct {
	bit   map[string]int
	codes []string
}

func bitsOf(name string) codeBits {
	list, ok := domain.CodeListNamed(name)
	if !ok || len(list.Codes) > 63 {
		panic("no code list of that name, or one too long: " + name)
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

// setOf a list of codes; false when it holds one that this release doesn't know,
// so that the set isn't the list.
func setOf[T ~string](b codeBits, codes []T) (s codeSet, known bool) {
	if codes == nil {
		return unstated, true
	}
	known = true
	for _, c := range codes {
		i, ok := b.bit[string(c)]
		known = known && ok
		s |= 1 << i
	}
	return s, known
}

// listed is the list of a set, in memory that is reused.
func listed[T ~string](memory *[]T, b codeBits, s codeSet) []T {
	if s == unstated {
		return nil
	}
	if *memory == nil {
		*memory = make([]T, 0, len(b.codes))
	}
	list := (*memory)[:0]
	for ; s != 0; s &= s - 1 {
		list = append(list, T(b.codes[bits.TrailingZeros64(uint64(s))]))
	}
	*memory = list
	return list
}

// dictionary gives each key of an aspect a code. Codes are never taken back: all
// Columns of one descent share them, and those that were made for Columns that
// nobody kept are merely unused. Only the writer looks codes up; readers read
// keys, of which theirs are the first ones for ever.
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
