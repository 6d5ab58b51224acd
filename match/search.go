package match

import (
	"cmp"
	"container/heap"
	"context"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// Search finds the best pairs of questions and the spaces of some Columns, for
// a viewer and under a filter, without looking at what can't be among them. Its
// answers are those of a Ranking over all the pairs, which is the reference.
//
// For each chunk of rows it first bounds the best that any of them can be, more
// closely by its sites when the chunk's turn comes, and visits the best chunks
// first; for each row it adds up the tallies of its aspects, the cheap ones first,
// and stops as soon as the rest can't bring the pair into the page any more. What
// only the calendar can tell waits until the end. What it counts, it counts
// exactly: then every listed pair is looked at far enough to know its eligibility.
//
// A search is made for one Rank or Each, by one goroutine.
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
	// everyLane: which hard criteria fail matters, not only that one does.
	everyLane bool

	confidential bool
	// sees says of each class whether the viewer sees it, owns of each landlord
	// whether the viewer sees all of its rows, where that isn't so of all landlords;
	// ownMask is theirs.
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
	// CountFacets: the spread by kind and place too.
	CountFacets
	// CountNearMisses: all of Counts.
	CountNearMisses
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

// Total counts all that is listed.
func (c Counts) Total() int { return c.Eligible + c.Uncertain + c.Ineligible }

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
		everyLane:     f.exactly || len(f.statuses) > 0 || p.Count == CountNearMisses,
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
		if !s.sees[len(classes)-1] && l != nil && v.MaySee(domain.Sight{Class: domain.VisibilityPrivate, Ownership: l.Ownership()}) {
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
	only := f.LandlordID
	if v.Embedded != "" && only == nil {
		only = &v.Embedded
	}
	if only != nil {
		// One that has no code has no row: no row's code is that.
		if s.landlord = int64(slices.Index(c.landlords.keys, *only)); s.landlord < 0 || v.Embedded != "" && *only != v.Embedded {
			s.landlord = int64(len(c.owners))
		}
	}
	if len(f.Within) > 0 {
		s.within = c.grid.around(f.Within)
	}
	if f.Near != nil {
		s.near = &circle{geo.PointOf(f.Near.Centre()), f.Near.RadiusMetres()}
	}
	if s.count != CountNothing && p.Once != EachPair {
		s.groups = make(map[domain.ID]group)
	}
	return s
}

// Rank looks for the best pairs of the questions, which are all of one engine.
// The error is the context's: it is looked at for each chunk.
func (s *Search) Rank(ctx context.Context, questions ...*Question) error {
	defer s.remembering()()
	chunks := s.chunks()
	if s.best.looksBack() {
		back := *s
		back.best, back.count, back.groups = newBest(0, nil, EachPair), CountNothing, nil
		back.best.bound(s.best.after.Order)
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

// Each yields every pair of a question that is listed, in no order, without
// keeping a page; instead of Rank. The error is the context's.
func (s *Search) Each(ctx context.Context, q *Question, yield func(Ranked)) error {
	defer s.remembering()()
	return s.answer(ctx, q, s.chunks(), yield)
}

// remembering gives the search memos until the function that it answers is called.
func (s *Search) remembering() func() {
	s.memos = pooledMemos.Get().(*memos)
	return func() {
		pooledMemos.Put(s.memos)
		s.memos = nil
	}
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
		(s.near == nil || r.unlocated || k.cell == 0 || r.nearest(s.near.centre) <= s.near.metres)
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
	// best bounds each row's tally: by that of any landlord and site until it is
	// close, then by that of the chunk's best.
	best  tally
	close bool
	// near is the part of best that the place decides, kind that which the kind
	// does; sure, that the place brings so to all of them.
	near, kind tally
	sure       bool
}

// queue has the chunks still to be visited, the best first.
type queue []prospect

// prospect is a chunk, by its place among the outlooks, and what bounds its rows.
type prospect struct {
	order   int64
	outlook int32
}

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].order < q[j].order }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(any)          {} // nothing joins later
func (q *queue) Pop() any          { *q = (*q)[:len(*q)-1]; return nil }

// answer looks for the best pairs of one question.
func (s *Search) answer(ctx context.Context, q *Question, chunks []int32, found func(Ranked)) error {
	a, m := s.ask(q), s.memos
	m.outlooks, m.ahead, m.deferred = m.outlooks[:0], m.ahead[:0], m.deferred[:0]
	for i, n := range chunks {
		o := a.outlook(n, s.reach(s.columns.chunks[n]))
		m.outlooks = append(m.outlooks, o)
		m.ahead = append(m.ahead, prospect{o.best.order(a.weight), int32(i)})
	}
	heap.Init(&m.ahead)
	for len(m.ahead) > 0 {
		next := &m.ahead[0]
		if s.count == CountNothing && next.order > s.best.worst {
			break
		}
		o := &m.outlooks[next.outlook]
		if !o.close {
			next.order = a.comeClose(o)
			heap.Fix(&m.ahead, 0)
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		s.visit(a, o, found)
		heap.Pop(&m.ahead)
	}
	return s.catchUp(ctx, a, found)
}

// siteTally is what is known of a site of the chunk under way.
type siteTally struct {
	// site is all but the place's, near the place's: a bound until the spot is known.
	site, near tally
	spotKnown  bool
	// admitted or rejected by the filter.
	admitted, rejected bool
	// verdict on all of its rows, when one is enough.
	verdict verdict
}

// visit looks at the rows of a chunk.
func (s *Search) visit(a *asked, o *outlook, found func(Ranked)) {
	k := s.columns.chunks[o.chunk]
	var whole verdict // on all of the chunk, when one is enough
	if s.judge(o.best, &whole) && whole == dropped {
		return
	}
	askSites := s.filter.site != nil && !(s.near == nil && s.within.holds(k.cell))
	if whole == counted && s.count == CountEligibility && !askSites && !s.looksAtSpaces && s.landlord < 0 &&
		len(s.filter.SpaceKinds) == 0 && k.landlordMask&s.ownMask == 0 {
		for class, n := range k.visible {
			if s.sees[class] {
				s.statuses[Fail] += n
			}
		}
		return
	}
	sites := slices.Grow(s.memos.sites[:0], len(k.sites))[:len(k.sites)]
	s.memos.sites = sites
	for i := range sites {
		known := &sites[i]
		if *known = (siteTally{near: o.near, spotKnown: o.sure, verdict: whole}); whole == counted {
			continue
		}
		known.site = a.site(&k.sites[i])
		best := a.constant.plus(o.kind).plus(known.site).plus(a.rest[stepSite])
		if !s.judge(best.plus(known.near), &known.verdict) {
			known.near, known.spotKnown = a.about(k, i, o)
			s.judge(best.plus(known.near), &known.verdict)
		}
	}
	for i, f := range k.flags {
		if f == 0 || !s.kinds[k.kind[i]] {
			continue
		}
		known := &sites[k.site[i]]
		if known.verdict == dropped {
			continue
		}
		site := &k.sites[k.site[i]]
		if !s.sees[f.class()] && !s.owns[site.landlord] || s.landlord >= 0 && int64(site.landlord) != s.landlord {
			continue
		}
		if askSites && !s.admits(&k.spots[k.site[i]], known) || s.looksAtSpaces && !s.filter.admitsSpace(k.rest[i].VacantSpace) {
			continue
		}
		t, v := a.constant.plus(o.kind).plus(known.near), known.verdict
		if v == undecided {
			t, v = s.row(a, k, i, known)
		}
		if v == deferred {
			s.memos.deferred = append(s.memos.deferred, deferredRow{t.plus(a.rest[stepPrice]).order(a.weight), o.chunk, int32(i), t})
			continue
		}
		s.take(a, k, i, t, v, found)
	}
}

// take lists a row, or leaves it out.
func (s *Search) take(a *asked, k *chunk, i int, t tally, v verdict, found func(Ranked)) {
	if v == dropped || v == settled && !s.filter.keeps(t) {
		return
	}
	if v == settled {
		if order := t.order(a.weight); order <= s.best.worst || s.groups != nil {
			key := Key{order, a.need.ID, k.rest[i].ID}
			found(Ranked{key, a.Question, s.candidate(k, i)})
			if s.groups != nil {
				one := s.best.one(key)
				if g, ok := s.groups[one]; !ok || key.Compare(g.key) < 0 {
					s.groups[one] = group{key, t, k, i}
				}
				return
			}
		}
	}
	if s.count != CountNothing {
		s.tell(t, k, i)
	}
}

// deferredRow is one whose stay the calendar has to find.
type deferredRow struct {
	order      int64
	chunk, row int32
	found      tally
}

// catchUp looks at the rows that were deferred, the best first: once the page is
// full of others, few are left that can enter it.
func (s *Search) catchUp(ctx context.Context, a *asked, found func(Ranked)) error {
	slices.SortFunc(s.memos.deferred, func(x, y deferredRow) int { return cmp.Compare(x.order, y.order) })
	for _, d := range s.memos.deferred {
		if err := ctx.Err(); err != nil {
			return err
		}
		k, i := s.columns.chunks[d.chunk], int(d.row)
		t := d.found.plus(a.rest[stepPrice])
		var v verdict
		if !s.judge(t, &v) {
			forms := s.everyLane || d.found.worst() != Fail
			t, v = d.found.plus(a.stay(&k.rest[i], &k.sites[k.site[i]], forms)), settled
		}
		s.take(a, k, i, t, v, found)
	}
	return nil
}

// admits asks the filter about a site once.
func (s *Search) admits(site *siteSpot, known *siteTally) bool {
	if !known.admitted && !known.rejected {
		known.admitted = s.filter.site(site.LandlordSite)
		known.rejected = !known.admitted
	}
	return known.admitted
}

// row adds up what is found of a row until enough is known of it.
func (s *Search) row(a *asked, k *chunk, i int, site *siteTally) (t tally, v verdict) {
	f, r := k.flags[i], &k.rest[i]
	t = a.constant.plus(a.kinds[k.kind[i]]).plus(a.states[f.state()]).plus(site.site)
	if best := t.plus(a.rest[stepSite]).plus(site.near); s.judge(best, &v) {
		return best, v
	} else if !s.exact && !s.mayEnter(best) {
		return s.countable(a, k, i, t, site)
	}
	t = t.plus(a.surface(r))
	if best := t.plus(a.rest[stepSpace]).plus(site.near); s.judge(best, &v) {
		return best, v
	}
	// Once one of them fails, the other hard criteria change nothing of the order.
	lanes := func() bool { return s.everyLane || t.plus(site.near).worst() != Fail }
	if lanes() {
		t = t.plus(a.fittings(r))
		if best := t.plus(a.rest[stepSpace]).plus(site.near); s.judge(best, &v) {
			return best, v
		}
	}
	if !site.spotKnown {
		site.near, site.spotKnown = a.spot(k, k.site[i]), true
	}
	t = t.plus(site.near)
	if best := t.plus(a.rest[stepSpace]); s.judge(best, &v) {
		return best, v
	}
	if f&foreign != 0 {
		if best := t.plus(a.window(r).availability).plus(a.rest[stepSpace]); s.judge(best, &v) {
			return best, v
		}
		return s.whole(a, k, i), settled
	}
	t = t.plus(a.price(r))
	if best := t.plus(a.rest[stepPrice]); s.judge(best, &v) {
		return best, v
	}
	if f&shared != 0 {
		t = t.plus(a.window(r).availability)
		if best := t.plus(a.rest[stepPrice]); s.judge(best, &v) {
			return best, v
		}
		return t, deferred
	}
	if t = t.plus(a.window(r).all); lanes() {
		t = t.plus(a.forms(r))
	}
	return t, settled
}

// countable finds out what counts a row that can't enter the page: its hard
// criteria.
func (s *Search) countable(a *asked, k *chunk, i int, t tally, site *siteTally) (tally, verdict) {
	r := &k.rest[i]
	var v verdict
	if t = t.plus(a.fittings(r)).plus(a.surface(r)); s.judge(t.plus(site.near), &v) {
		return t.plus(site.near), v
	}
	if !site.spotKnown {
		site.near, site.spotKnown = a.spot(k, k.site[i]), true
	}
	if t = t.plus(site.near); s.judge(t, &v) {
		return t, v
	}
	if k.flags[i]&foreign != 0 {
		return s.whole(a, k, i), counted
	}
	if t = t.plus(a.window(r).availability).plus(a.price(r)); s.judge(t, &v) {
		return t, v
	}
	if k.flags[i]&shared != 0 {
		return t.plus(a.stay(r, &k.sites[k.site[i]], true)), counted
	}
	return t.plus(a.window(r).all).plus(a.forms(r)), counted
}

// whole assesses a row by its documents.
func (s *Search) whole(a *asked, k *chunk, i int) tally {
	p := &a.scratch.pair
	p.set(a.Question, s.candidate(k, i))
	found := p.assess()
	return a.tallyAll(&found)
}

func (s *Search) candidate(k *chunk, i int) Candidate {
	site := k.site[i]
	return Candidate{Space: k.rest[i].VacantSpace, Site: k.spots[site].LandlordSite, Landlord: s.columns.owners[k.sites[site].landlord]}
}

// tell counts a listed pair.
func (s *Search) tell(t tally, k *chunk, i int) {
	s.statuses[t.worst()]++
	if s.count >= CountFacets {
		s.ofKind[k.kind[i]]++
		s.inCell[k.cell]++
	}
	if s.count == CountNearMisses && t.fails() == 1 {
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
	// deferred: only the stay isn't known.
	deferred
	// settled: all of it is known.
	settled
)

// judge a pair that is at best so, and tell whether that is enough.
func (s *Search) judge(best tally, v *verdict) bool {
	f, worst := s.filter, best.worst()
	if f.listed>>worst == 0 || f.exactly && worst == Fail && !f.nearly(best) || f.least > 0 && !best.reaches(f.least) {
		*v = dropped
		return true
	}
	switch {
	case s.mayEnter(best):
		return false
	case s.count == CountNothing:
		*v = dropped
		return true
	case worst == Fail && !s.exact && (s.count < CountNearMisses || best.fails() > 1):
		*v = counted
		return true
	}
	return false
}

// mayEnter tells whether a pair that is at best so can be on the page.
func (s *Search) mayEnter(best tally) bool {
	worst := best.worst()
	return worst < s.best.status || worst == s.best.status && best.reaches(s.best.score)
}
