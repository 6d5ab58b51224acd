package match

import (
	"context"
	"iter"
	"slices"
	"sync/atomic"

	"github.com/palier-hub/palier/domain"
)

// Cover finds out who has a counterpart and who has none: of each question put to
// it, where there is an eligible space, or at least an uncertain one; of each
// space, whether any of the questions has it for one. Its spaces are those of some
// Columns that a viewer may see and that are published with their site and their
// landlord.
//
// It answers what Question.Assess says of all the pairs, which is the reference,
// without looking at all of them: chunks that can't hold the question's territory
// or kinds are passed over, and a pair is left alone when nothing that depends on
// it can get better any more.
//
// Questions may be put by several goroutines beside each other; what is found of the
// spaces is complete when all of them are answered.
type Cover struct {
	search       *Search
	departements []domain.DepartementCode
	districts    []domain.QpvCode
	chunks       []*coverChunk
}

// coverChunk is what a Cover knows of a chunk.
type coverChunk struct {
	*chunk
	number      int32 // its place in the Columns
	departement int32 // by its place in departements; -1 for none
	// rows are those that count, in runs of one kind.
	rows []uint16
	runs []kindRun
	// districts of the sites, by their places in districts; -1 for none.
	districts []int32
	// eligible and possible have a bit for each row that has an eligible question,
	// and one that is eligible or uncertain.
	eligible, possible rowSet
}

type kindRun struct {
	kind     uint16
	from, to int
}

// rowSet is a set of rows of one chunk, that only grows.
type rowSet [chunkRows / 64]atomic.Uint64

func (s *rowSet) has(i uint16) bool { return s[i/64].Load()>>(i%64)&1 != 0 }
func (s *rowSet) add(i uint16)      { s[i/64].Or(1 << (i % 64)) }

// Reach is the best that a question finds: Pass for an eligible space, Unknown
// for at best an uncertain one, Fail for neither.
type Reach struct {
	// Anywhere counts all the spaces; Departements and Districts those that stand
	// in each, in the order of the Cover's.
	Anywhere     Status
	Departements []Status
	Districts    []Status
}

// NewCover covers the rows that the viewer may see.
func NewCover(c *Columns, v domain.Viewer) *Cover {
	cover := &Cover{search: NewSearch(c, v, &Filter{listed: 7}, Pages{})}
	departements := make(map[domain.DepartementCode]int32)
	districts := make(map[domain.QpvCode]int32)
	for n, k := range c.chunks {
		if !cover.search.mayList(k) {
			continue
		}
		in := &coverChunk{chunk: k, number: int32(n), departement: -1, rows: cover.search.published(k)}
		if len(in.rows) == 0 {
			continue
		}
		if code := c.grid.cells[k.cell].departement; code != "" {
			in.departement = ordinal(departements, &cover.departements, code)
		}
		in.districts = slices.Repeat([]int32{-1}, len(k.sites))
		for _, i := range in.rows {
			if code := k.spots[k.site[i]].PriorityDistrict.Code; code != nil {
				in.districts[k.site[i]] = ordinal(districts, &cover.districts, *code)
			}
		}
		slices.SortStableFunc(in.rows, func(x, y uint16) int { return int(k.kind[x]) - int(k.kind[y]) })
		for from, to := 0, 0; from < len(in.rows); from = to {
			kind := k.kind[in.rows[from]]
			for to = from; to < len(in.rows) && k.kind[in.rows[to]] == kind; to++ {
			}
			in.runs = append(in.runs, kindRun{kind, from, to})
		}
		cover.chunks = append(cover.chunks, in)
	}
	return cover
}

// ordinal numbers values as they come.
func ordinal[V comparable](known map[V]int32, all *[]V, v V) int32 {
	i, ok := known[v]
	if !ok {
		i = int32(len(*all))
		known[v] = i
		*all = append(*all, v)
	}
	return i
}

// published are the rows of a chunk that the viewer may see and that are published
// with their site and their landlord.
func (s *Search) published(k *chunk) (rows []uint16) {
	const all = present | spacePublished | sitePublished | landlordPublished
	for i, f := range k.flags {
		if f&all != all {
			continue
		}
		landlord := k.sites[k.site[i]].landlord
		if (s.sees[f.class()] || s.owns[landlord]) && (s.landlord < 0 || s.landlord == int64(landlord)) {
			rows = append(rows, uint16(i))
		}
	}
	return rows
}

// Departements are those in which spaces stand.
func (c *Cover) Departements() []domain.DepartementCode { return c.departements }

// Districts are those that the sites of the spaces name.
func (c *Cover) Districts() []domain.QpvCode { return c.districts }

// Ask puts a question to the spaces. The error is the context's: it is looked at
// for each chunk.
func (c *Cover) Ask(ctx context.Context, q *Question) (Reach, error) {
	s := *c.search
	s.scratch, s.memos = new(scratch), pooledMemos.Get().(*memos)
	defer pooledMemos.Put(s.memos)
	r := Reach{Anywhere: Fail, Departements: slices.Repeat([]Status{Fail}, len(c.departements)), Districts: slices.Repeat([]Status{Fail}, len(c.districts))}
	look := &coverLook{asked: s.ask(q), search: &s, reach: &r, byCommune: !slices.ContainsFunc(q.need.Territories, func(t domain.Territory) bool { return t.Scale == domain.TerritoryRadius })}
	for _, k := range c.chunks {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		look.visit(k)
	}
	return r, nil
}

// Stock counts spaces by kind, and by the best that the questions made of them: a
// Status.
type Stock map[domain.SpaceKind][3]int

// Stock are the counts of all the spaces, and of those in each département and
// district, in the order of the Cover's, as the questions put so far leave them.
func (c *Cover) Stock() (all Stock, departements, districts []Stock) {
	all = make(Stock)
	stocks := func(n int) []Stock {
		list := make([]Stock, n)
		for i := range list {
			list[i] = make(Stock)
		}
		return list
	}
	departements, districts = stocks(len(c.departements)), stocks(len(c.districts))
	for _, k := range c.chunks {
		for _, run := range k.runs {
			kind, counts := c.search.columns.kinds.keys[run.kind], [3]int{}
			for _, row := range k.rows[run.from:run.to] {
				s := k.status(row)
				counts[s]++
				if d := k.districts[k.site[row]]; d >= 0 {
					districts[d].add(kind, s, 1)
				}
			}
			for s, n := range counts {
				all.add(kind, Status(s), n)
				if k.departement >= 0 {
					departements[k.departement].add(kind, Status(s), n)
				}
			}
		}
	}
	return all, departements, districts
}

func (s Stock) add(kind domain.SpaceKind, best Status, n int) {
	counts := s[kind]
	counts[best] += n
	s[kind] = counts
}

// Add counts the spaces of another stock in.
func (s Stock) Add(o Stock) {
	for kind, counts := range o {
		for best, n := range counts {
			s.add(kind, Status(best), n)
		}
	}
}

// Covered is what a Cover found of the spaces, by their places in the Columns: it
// doesn't hold on to them.
type Covered struct {
	mark   *mark
	chunks map[int32][2][chunkRows / 64]uint64 // by number: eligible, possible
}

// Covered is what the questions put so far leave.
func (c *Cover) Covered() *Covered {
	f := &Covered{c.search.columns.mark, make(map[int32][2][chunkRows / 64]uint64, len(c.chunks))}
	for _, k := range c.chunks {
		var found [2][chunkRows / 64]uint64
		for i := range k.eligible {
			found[0][i], found[1][i] = k.eligible[i].Load(), k.possible[i].Load()
		}
		f.chunks[k.number] = found
	}
	return f
}

// Of tells whether it was found of these Columns.
func (f *Covered) Of(c *Columns) bool { return f.mark == c.mark }

// Where says which spaces are meant: those of a département or a région, by their
// site's commune, or those whose site names a district; all of them when it says
// nothing.
type Where struct {
	Departement domain.DepartementCode
	Region      domain.RegionCode
	District    domain.QpvCode
}

func (w Where) mayHold(at *cell) bool {
	return (w.Departement == "" || w.Departement == at.departement) && (w.Region == "" || w.Region == at.region)
}

func (w Where) holds(site *domain.LandlordSite) bool {
	return w.District == "" || site.PriorityDistrict.Code != nil && *site.PriorityDistrict.Code == w.District
}

// Spaces are those of the Columns it was found of, with the best that the
// questions made of each: those that the viewer, for whom it was found, may see
// and that are published.
func (f *Covered) Spaces(c *Columns, v domain.Viewer, where Where) iter.Seq2[*domain.VacantSpace, Status] {
	return func(yield func(*domain.VacantSpace, Status) bool) {
		if !f.Of(c) {
			return
		}
		s := NewSearch(c, v, &Filter{listed: 7}, Pages{})
		for n, k := range c.chunks {
			found, ok := f.chunks[int32(n)]
			if !ok || !where.mayHold(&c.grid.cells[k.cell]) {
				continue
			}
			for _, i := range s.published(k) {
				if where.holds(k.spots[k.site[i]].LandlordSite) && !yield(k.rest[i].VacantSpace, statusIn(found, i)) {
					return
				}
			}
		}
	}
}

func statusIn(found [2][chunkRows / 64]uint64, row uint16) Status {
	switch {
	case found[0][row/64]>>(row%64)&1 != 0:
		return Pass
	case found[1][row/64]>>(row%64)&1 != 0:
		return Unknown
	}
	return Fail
}

func (k *coverChunk) status(row uint16) Status {
	switch {
	case k.eligible.has(row):
		return Pass
	case k.possible.has(row):
		return Unknown
	}
	return Fail
}

// coverLook is one question's way through the chunks.
type coverLook struct {
	*asked
	search *Search
	reach  *Reach
	// byCommune: a site's commune tells whether it is in the question's
	// territories; its own position adds nothing.
	byCommune bool
	// inside: every row of the chunk under way is in the territories. Else within
	// remembers it of its sites: a Status, 1 more.
	inside bool
	within []uint8
}

func (l *coverLook) visit(k *coverChunk) {
	if k.kindMask&l.accepted == 0 || !l.around.mayHold(k.cell, l.search.reach(k.chunk)) {
		return
	}
	if l.inside = l.around.holds(k.cell); !l.inside {
		l.within = slices.Grow(l.within[:0], len(k.sites))[:len(k.sites)]
		clear(l.within)
	}
	here := &l.reach.Anywhere
	if k.departement >= 0 {
		here = &l.reach.Departements[k.departement]
	}
	for _, run := range k.runs {
		kind := l.constant.plus(l.kinds[run.kind])
		if kind.worst() == Fail {
			continue
		}
		for _, row := range k.rows[run.from:run.to] {
			best := k.status(row)
			district := here
			if d := k.districts[k.site[row]]; d >= 0 {
				district = &l.reach.Districts[d]
			}
			// What is best already can't get better: the pair matters to the worst.
			worst := max(best, *here, *district)
			if worst == Pass {
				continue
			}
			found := l.assess(k.chunk, int(row), kind, worst-1)
			if found >= worst {
				continue
			}
			*here, *district, l.reach.Anywhere = min(*here, found), min(*district, found), min(l.reach.Anywhere, found)
			if found == Pass {
				k.eligible.add(row)
			}
			k.possible.add(row)
		}
	}
}

// assess tells the worst of a row's hard criteria, or Fail once it is worse than
// what would do: by the steps of a search, the one first that most rows fail at.
func (l *coverLook) assess(k *chunk, i int, t tally, do Status) Status {
	r, f := &k.rest[i], k.flags[i]
	if t = t.plus(l.states[f.state()]); t.worst() > do {
		return Fail
	}
	if !l.inside {
		if t = t.plus(l.place(k, k.site[i])); t.worst() > do {
			return Fail
		}
	}
	if t = t.plus(l.surface(r)); t.worst() > do {
		return Fail
	}
	if t = t.plus(l.fittings(r)); t.worst() > do {
		return Fail
	}
	w := l.window(r)
	if t.plus(w.availability).worst() > do {
		return Fail
	}
	if f&foreign != 0 {
		return l.search.whole(l.asked, k, i).worst()
	}
	if t = t.plus(l.price(r)); t.worst() > do {
		return Fail
	}
	if f&shared != 0 {
		// The calendar is asked last: no days bring back a form that the terms exclude.
		if t.plus(l.formsIn(r, lanes{^uint32(0), ^uint32(0)})).worst() > do {
			return Fail
		}
		return t.plus(l.stay(r, &k.sites[k.site[i]], true)).worst()
	}
	if t = t.plus(w.all); t.worst() > do {
		return Fail
	}
	return t.plus(l.forms(r)).worst()
}

// place tells whether a site is in the question's territories.
func (l *coverLook) place(k *chunk, site uint16) tally {
	if l.within[site] == 0 {
		l.within[site] = uint8(l.territoryOf(&k.sites[site], &k.spots[site])) + 1
	}
	return l.tallyOf(atTerritory, Finding{Status: Status(l.within[site] - 1)})
}

func (l *coverLook) territoryOf(s *siteRow, spot *siteSpot) Status {
	if l.confidential && !spot.own.unlocated && (!l.byCommune || s.commune < 0) {
		return l.tellPlace(s, &spot.at).worst()
	}
	t, known := l.memos.spot.at(uint32(s.commune+1), l.memos.epoch)
	if !known {
		*t = l.tellPlace(s, nil)
	}
	return t.worst()
}

func (l *coverLook) tellPlace(s *siteRow, own *domain.Position) tally {
	p := l.scrap()
	p.place.commune, p.place.own = l.commune(s), own
	return l.tell(p, atTerritory)
}

// Worst tells the worst of a project's hard criteria, or Fail once it is worse
// than what would do: what Assess says, without looking at where the project is
// when it makes no difference.
func (q *ProjectQuestion) Worst(c ProjectCandidate, do Status) Status {
	p := projectPair{ProjectQuestion: q, project: c.Project, projectKnown: c.Project != nil, needs: c.Needs}
	if p.project == nil {
		p.project = &noProject
	}
	worst := Pass
	for i := range needByProject.criteria[:needByProject.hard] {
		if hard := &needByProject.criteria[i]; hard.code != domain.CriterionTerritory {
			if worst = max(worst, hard.assess(&p).Status); worst > do {
				return Fail
			}
		}
	}
	p.set(q, c)
	return max(worst, assessProjectTerritory(&p).Status)
}
