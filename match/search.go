package match

import (
	"cmp"
	"context"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// Search finds the best pairs of questions and the spaces of some Columns, for
// a viewer and under a filter, without looking at what can't be among them. Its
// answers are those of a Ranking over all the pairs, which is the reference.
//
// For each chunk of rows it first bounds the best that any of them can be, then
// begins with the best chunks; for each row it adds up the tallies of its
// aspects, the cheap ones first, and stops as soon as the rest can't bring the
// pair into the page any more. What it counts, it counts exactly: then every
// listed pair is looked at far enough to know its eligibility.
//
// A search is made for one Rank, by one goroutine.
type Search struct {
	columns *Columns
	filter  *Filter
	best    *best
	size    int

	count Count
	tallied
	// exact: a pair is counted only once all of it is known, since its criteria
	// decide whether it is listed, or it stands in the list only if it is the best
	// of its group.
	exact  bool
	groups map[domain.ID]group

	confidential bool
	// sees says of each class whether the viewer sees it, owns of each landlord
	// whether the viewer sees all of its rows; ownMask is theirs.
	sees    [len(classes)]bool
	owns    []bool
	ownMask uint64
	// kinds says of each code whether the filter admits the kind; kindMask is
	// theirs.
	kinds    []bool
	kindMask uint64
	// landlord is the only one wanted, by its code; -1 for any.
	landlord      int64
	looksAtSpaces bool
	within        *surroundings // nil for anywhere
	near          *circle       // nil for anywhere

	memos   *memos
	scratch *scratch
}

// Count says what a search counts beside finding a page.
type Count uint8

const (
	// CountNothing: the page alone.
	CountNothing Count = iota
	// CountEligibility: Counts but for its facets.
	CountEligibility
	// CountFacets: all of Counts.
	CountFacets
)

// Counts are of the pairs listed, those before the page too; where each need or
// space stands once, of their best pairs.
type Counts struct {
	Eligible, Uncertain, Ineligible int
	// Kinds and Departements count by the space's kind and place, NearMisses the
	// pairs that fail on one hard criterion alone, by that criterion.
	Kinds        map[domain.SpaceKind]int
	Departements map[domain.DepartementCode]int
	NearMisses   map[domain.CriterionCode]int
}

// tallied are the counts under way: by status, code of kind, cell, criterion.
type tallied struct {
	statuses   [3]int
	ofKind     []int
	inCell     []int
	nearMisses [hardCount]int
}

// group is the best pair of a need or a space.
type group struct {
	key   Key
	found tally
	chunk *chunk
	row   int
}

// Pages says which part of a list is wanted, and of which list.
type Pages struct {
	// Size of the page, and the key after which it begins; nil at the best.
	Size  int
	After *Key
	Once  Once
	Count Count
}

// NewSearch prepares a search among the rows that the viewer may see.
func NewSearch(c *Columns, v domain.Viewer, f *Filter, p Pages) *Search {
	size := max(0, p.Size)
	s := &Search{
		columns: c, filter: f, size: size, count: p.Count, confidential: v.SeesConfidential(),
		best:          newBest(size+1, p.After, p.Once), // one more tells whether there is a next page
		exact:         f.looksAtCriteria() || p.Once != EachPair,
		looksAtSpaces: f.looksAtSpaces(),
		owns:          make([]bool, len(c.owners)),
		kinds:         make([]bool, len(c.kinds.keys)),
		landlord:      -1,
		tallied:       tallied{ofKind: make([]int, len(c.kinds.keys)), inCell: make([]int, len(c.grid.cells))},
		scratch:       new(scratch),
	}
	for i, class := range classes {
		s.sees[i] = v.MaySee(domain.Sight{Class: class})
	}
	for i, l := range c.owners {
		if l != nil && v.MaySee(domain.Sight{Class: domain.VisibilityPrivate, Ownership: l.Ownership()}) {
			s.owns[i] = true
			s.ownMask |= 1 << (i % 64)
		}
	}
	for i, k := range c.kinds.keys {
		if len(f.SpaceKinds) == 0 || slices.Contains(f.SpaceKinds, k) {
			s.kinds[i] = true
			s.kindMask |= 1 << (i % 64)
		}
	}
	if f.LandlordID != nil {
		// One that has no code has no row: no row's code is that.
		if s.landlord = int64(slices.Index(c.landlords.keys, *f.LandlordID)); s.landlord < 0 {
			s.landlord = int64(len(c.owners))
		}
	}
	if len(f.Within) > 0 {
		s.within = c.grid.around(f.Within)
	}
	if f.Near != nil {
		s.near = &circle{f.Near.Centre(), f.Near.RadiusMetres()}
	}
	if s.count != CountNothing && p.Once != EachPair {
		s.groups = make(map[domain.ID]group)
	}
	return s
}

// Rank looks for the best pairs of the questions, which are all of one engine.
// The error is the context's: it is looked at for each chunk.
func (s *Search) Rank(ctx context.Context, questions ...*Question) error {
	s.memos = pooledMemos.Get().(*memos)
	defer func() {
		pooledMemos.Put(s.memos)
		s.memos = nil
	}()
	chunks := s.chunks()
	if s.best.looksBack() {
		back := *s
		back.best, back.count, back.groups = &best{worst: s.best.after.Order}, CountNothing, nil
		for _, q := range questions {
			if err := back.answer(ctx, q, chunks, func(r Ranked) { s.best.pass(r.Key) }); err != nil {
				return err
			}
		}
	}
	for _, q := range questions {
		if err := s.answer(ctx, q, chunks, s.best.offer); err != nil {
			return err
		}
	}
	for _, g := range s.groups {
		s.tell(g.found, g.chunk, g.row)
	}
	return nil
}

// Page is what was found, best first, and whether more ranks after it.
func (s *Search) Page() (page []Ranked, more bool) {
	kept := s.best.kept
	return kept[:min(len(kept), s.size)], len(kept) > s.size
}

// Counts are complete after Rank; the facets empty when they weren't asked for.
func (s *Search) Counts() Counts {
	c := Counts{Eligible: s.statuses[Pass], Uncertain: s.statuses[Unknown], Ineligible: s.statuses[Fail],
		Kinds: make(map[domain.SpaceKind]int), Departements: make(map[domain.DepartementCode]int), NearMisses: make(map[domain.CriterionCode]int)}
	for code, n := range s.ofKind {
		if n > 0 {
			c.Kinds[s.columns.kinds.keys[code]] += n
		}
	}
	for number, n := range s.inCell {
		if n > 0 && number > 0 {
			c.Departements[s.columns.grid.cells[number].departement] += n
		}
	}
	for i, n := range s.nearMisses {
		if n > 0 {
			c.NearMisses[criteria[i].code] = n
		}
	}
	return c
}

// chunks are those that may hold listed rows.
func (s *Search) chunks() (all []int32) {
	for n, k := range s.columns.chunks {
		if s.mayList(k) {
			all = append(all, int32(n))
		}
	}
	return all
}

func (s *Search) mayList(k *chunk) bool {
	visible := k.landlordMask&s.ownMask != 0
	for class, n := range k.visible {
		visible = visible || n > 0 && s.sees[class]
	}
	if !visible || k.kindMask&s.kindMask == 0 || s.landlord >= 0 && k.landlordMask>>(s.landlord%64)&1 == 0 {
		return false
	}
	r := s.reach(k)
	return (s.within == nil || s.within.mayHold(k.cell, r)) &&
		(s.near == nil || r.unlocated || k.cell == 0 || r.nearest(&s.columns.grid.cells[k.cell], s.near.centre) <= s.near.metres)
}

// reach of a chunk's rows, as far as the viewer may know their positions.
func (s *Search) reach(k *chunk) *reach {
	if s.confidential {
		return &k.own
	}
	return &k.commune
}

// outlook is the best that a chunk's rows can be to a question.
type outlook struct {
	chunk int32
	// best bounds each row's tally; order is best's.
	best  tally
	order int64
	// near is the part of best that the place decides.
	near tally
}

// answer looks for the best pairs of one question.
func (s *Search) answer(ctx context.Context, q *Question, chunks []int32, found func(Ranked)) error {
	a := s.ask(q)
	outlooks := make([]outlook, len(chunks))
	for i, n := range chunks {
		k := s.columns.chunks[n]
		outlooks[i] = a.outlook(k, s.reach(k))
		outlooks[i].chunk = n
	}
	slices.SortFunc(outlooks, func(x, y outlook) int { return cmp.Or(cmp.Compare(x.order, y.order), cmp.Compare(x.chunk, y.chunk)) })
	for _, o := range outlooks {
		if s.count == CountNothing && o.order > s.best.worst {
			break
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		s.visit(a, o, found)
	}
	return nil
}

// visit looks at the rows of a chunk.
func (s *Search) visit(a *asked, o outlook, found func(Ranked)) {
	k := s.columns.chunks[o.chunk]
	site := s.filter.site
	if site != nil && s.near == nil && s.within.holds(k.cell) {
		site = nil
	}
	var all verdict // of the whole chunk, when one is enough
	if s.judge(o.best, &all) && all == dropped {
		return
	}
	if all == counted && s.count == CountEligibility && site == nil && !s.looksAtSpaces && s.landlord < 0 &&
		len(s.filter.SpaceKinds) == 0 && k.landlordMask&s.ownMask == 0 {
		for class, n := range k.visible {
			if s.sees[class] {
				s.statuses[Fail] += n
			}
		}
		return
	}
	for i, f := range k.flags {
		if f == 0 || !s.sees[f.class()] && !s.owns[k.landlord[i]] || !s.kinds[k.kind[i]] ||
			s.landlord >= 0 && int64(k.landlord[i]) != s.landlord {
			continue
		}
		r := &k.rest[i]
		if s.looksAtSpaces && !s.filter.admitsSpace(r.space) || site != nil && !site(r.site) {
			continue
		}
		t, v := o.best, all
		if v == undecided {
			t, v = a.row(s, k, i, o.near)
		}
		if v == dropped || v == settled && !s.filter.keeps(t) {
			continue
		}
		if v == settled {
			key := Key{t.order(a.weight), a.need.ID, r.space.ID}
			found(Ranked{key, a.Question, a.candidate(k, i)})
			if s.groups != nil {
				one := s.best.one(key)
				if g, ok := s.groups[one]; !ok || key.Compare(g.key) < 0 {
					s.groups[one] = group{key, t, k, i}
				}
				continue
			}
		}
		s.tell(t, k, i)
	}
}

// tell counts a listed pair.
func (s *Search) tell(t tally, k *chunk, i int) {
	s.statuses[t.worst()]++
	if s.count != CountFacets {
		return
	}
	s.ofKind[k.kind[i]]++
	s.inCell[k.cell]++
	if t.fails() == 1 {
		s.nearMisses[t.failing()]++
	}
}

// verdict on a pair that is being looked at.
type verdict uint8

const (
	// undecided: more has to be known.
	undecided verdict = iota
	// dropped: it isn't listed; or it can't enter the page, and nothing is counted.
	dropped
	// counted: it can't enter the page, and enough is known to count it.
	counted
	// settled: all of it is known.
	settled
)

// judge a pair that is at best so, and tell whether that is enough.
func (s *Search) judge(best tally, v *verdict) bool {
	f, worst := s.filter, best.worst()
	weight, sum := int64(best.weight), int64(best.sum)
	// reaches: the score rounds to so many tenths, or more.
	reaches := func(tenths int64) bool { return 2*sum+weight >= 2*weight*tenths }
	switch {
	case f.listed>>worst == 0, f.exactly && worst == Fail && !f.nearly(best), f.least > 0 && !reaches(int64(f.least)):
		*v = dropped
		return true
	}
	lastWorst, lastScore := statusAndScore(s.best.worst)
	switch {
	case worst < lastWorst, worst == lastWorst && reaches(lastScore):
		return false
	case s.count == CountNothing:
		*v = dropped
		return true
	case worst == Fail && !s.exact && (s.count == CountEligibility || best.fails() > 1):
		*v = counted
		return true
	}
	return false
}
