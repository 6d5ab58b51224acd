package match

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// searches is how many random stocks TestSearchIsTheSort draws, each asked three
// times while it changes.
var searches = flag.Int("searches", 400, "random stocks that TestSearchIsTheSort draws")

// stock is a small country: rows, and the columns that hold them.
type stock struct {
	columns   *Columns
	landlords []*domain.Landlord
	sites     []*domain.LandlordSite
	rows      map[domain.SpaceID]*stockRow
}

type stockRow struct {
	Candidate
	sight domain.Sight
	at    RowID
}

// newStock draws some landlords with their sites and spaces.
func (d dice) newStock(t testing.TB, spaces int) *stock {
	s := &stock{columns: NewColumns(atlas(t)), rows: make(map[domain.SpaceID]*stockRow)}
	for i := range 4 {
		l := d.landlord()
		if l == nil {
			l = &domain.Landlord{}
		}
		l.ID = domain.LandlordID(fmt.Sprintf("lld_%d", i))
		if i == 3 {
			l.GroupID = new(domain.LandlordID("lld_0"))
		}
		s.landlords = append(s.landlords, l)
		s.columns.PutLandlord(l.ID, l)
	}
	for i := range max(1, spaces/3) {
		s.sites = append(s.sites, d.stockSite(i, s))
	}
	for i := range spaces {
		s.put(d.stockRow(i, s))
	}
	return s
}

func (d dice) stockSite(i int, s *stock) *domain.LandlordSite {
	atlas := s.columns.grid.atlas
	site := d.site()
	if site == nil || d.chance(60) {
		site = d.likely(i).Site
	}
	site.ID, site.LandlordID = domain.SiteID(fmt.Sprintf("sit_%d", i)), pick(d, s.landlords...).ID
	if d.chance(10) {
		site.LandlordID = "lld_missing"
	}
	communes := atlas.Numbered()
	switch d.IntN(6) {
	case 0:
		site.CommuneCode = pick(d, domain.InseeCode("97411"), "98736", "2A004", "75056", "69123", "13055", "97601")
	case 1, 2: // far and wide, with what is known of its position
		commune := pick(d, communes...)
		site.CommuneCode, site.Position = commune.Code, nil
		if commune.Position != nil && d.chance(50) {
			at := *commune.Position
			at.Latitude += d.Float64()*pick(d, 0.02, 0.3) - 0.01
			at.Quality = pick(d, all[domain.PositionQuality]("PositionQuality")...)
			site.Position = &at
		}
	case 3: // in the same part of the country as others
		lyonnais, _ := atlas.Ordinal(lyon)
		site.CommuneCode = communes[int(lyonnais)+d.IntN(60)-30].Code
	}
	return site
}

func (d dice) stockRow(i int, s *stock) *stockRow {
	c := pick(d, d.likely(i), d.candidate(i))
	if c.Space == nil {
		c.Space = &domain.VacantSpace{}
	}
	c.Space.ID = domain.SpaceID(fmt.Sprintf("spc_%05d", i))
	if d.chance(3) {
		c.Space.Utilities = append(c.Space.Utilities, "TELEPORTER") // of a later release
	}
	c.Site, c.Landlord = pick(d, s.sites...), nil
	r := &stockRow{Candidate: c}
	for _, l := range s.landlords {
		if l.ID == c.Site.LandlordID {
			r.Landlord = l
			r.sight = domain.Sight{Class: pick(d, classes[:]...), Ownership: l.Ownership()}
		}
	}
	if r.Landlord == nil {
		r.sight = domain.Sight{Class: domain.VisibilityPrivate}
	}
	return r
}

// put lays a row out, in the place of the one before it.
func (s *stock) put(r *stockRow) {
	if old, ok := s.rows[r.Space.ID]; ok {
		r.at = old.at
	}
	r.at = s.columns.Put(r.at, r.Space, r.Site, r.Landlord, r.sight.Class)
	s.rows[r.Space.ID] = r
}

func (d dice) viewer() domain.Viewer {
	return pick(d, domain.Anonymous, domain.Viewer{Role: domain.RoleStaff}, domain.Viewer{Role: domain.RoleObserver},
		domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_0"}, domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_2"},
		domain.Viewer{Role: domain.RoleProject, Project: "prj_test"})
}

func (d dice) filter() (f domain.SpaceMatchFilter) {
	if d.chance(40) {
		return f
	}
	var codes []domain.CriterionCode
	for _, c := range criteria {
		codes = append(codes, c.code)
	}
	for _, ask := range []func(){
		func() { f.Eligibility = some(d, eligibilityCodes[:]...) },
		func() { f.SpaceKinds = some(d, spaceKinds...) },
		func() { f.LandlordID = pick(d, new(domain.LandlordID("lld_1")), new(domain.LandlordID("lld_9"))) },
		func() { f.Within = []domain.Territory{{Scale: domain.TerritoryRegion, Code: "84"}} },
		func() {
			f.Within = []domain.Territory{{Scale: domain.TerritoryRadius, Code: "69123", RadiusKm: new(15)}, {Scale: domain.TerritoryCommune, Code: "75056"}}
		},
		func() { f.Near = &domain.Near{Latitude: 45.7, Longitude: 4.8, RadiusKm: float64(1 + d.IntN(60))} },
		func() { f.MinSurfaceM2 = new(float64(d.IntN(200))) },
		func() { f.MaxSurfaceM2 = new(float64(d.IntN(400))) },
		func() { f.AvailableOn = new(d.day()) },
		func() { f.MinScore = new(float64(d.IntN(1001)) / 10) },
		func() { f.NearMissOnly = true },
		func() { f.FailsOnlyOn = some(d, codes[:hardCount]...) },
		func() {
			f.Criteria = []domain.CriterionCondition{{Code: pick(d, codes...), Statuses: some(d, statusCodes[:]...)}}
		},
	} {
		if d.chance(15) {
			ask()
		}
	}
	return f
}

// siteFilter decides as the session does.
func siteFilter(atlas *geo.Atlas, v domain.Viewer, f domain.SpaceMatchFilter) func(*domain.LandlordSite) bool {
	return func(site *domain.LandlordSite) bool {
		at := site.Position
		if !v.SeesConfidential() {
			at = nil
		}
		if len(f.Within) > 0 && !slices.ContainsFunc(f.Within, func(t domain.Territory) bool {
			return atlas.Within(site.CommuneCode, at, t).Containment == geo.Inside
		}) {
			return false
		}
		if f.Near == nil {
			return true
		}
		if c, ok := atlas.Commune(site.CommuneCode); at == nil && ok {
			at = c.Position
		}
		return at != nil && geo.DistanceMetres(*at, f.Near.Centre()) <= f.Near.RadiusMetres()
	}
}

// sought is a subject of its own: any, or one that much of a stock may suit.
func (d dice) sought(id int) Subject {
	s := pick(d, caracol(), vrac())
	if d.chance(30) {
		s = d.subject(id)
	}
	if s.Need == nil {
		s.Need = &domain.HostingNeed{}
	}
	s.Need.ID = domain.NeedID(fmt.Sprintf("ned_%04d", id))
	if d.chance(50) {
		s.Need.Territories = nil
		for range d.IntN(3) {
			s.Need.Territories = append(s.Need.Territories, d.territory())
		}
	}
	if s.Project != nil && d.chance(50) {
		s.Project.Footprint = []domain.Territory{d.territory()}
	}
	return s
}

// plainly lists the pairs by the sort of all of them.
func (s *stock) plainly(t testing.TB, v domain.Viewer, f domain.SpaceMatchFilter, once Once, questions []*Question) (all []Key, counts Counts) {
	t.Helper()
	filter, err := NewFilter(f, siteFilter(atlas(t), v, f))
	if err != nil {
		t.Fatal(err)
	}
	counts = Counts{Kinds: map[domain.SpaceKind]int{}, Departements: map[domain.DepartementCode]int{}, NearMisses: map[domain.CriterionCode]int{}}
	type found struct {
		Key
		c Candidate
		a Assessment
	}
	var list []found
	for _, q := range questions {
		for _, r := range s.rows {
			if a := q.Assess(r.Candidate); v.MaySee(r.sight) && filter.Keeps(q, r.Candidate, &a) {
				list = append(list, found{Key{a.Order(), q.need.ID, r.Space.ID}, r.Candidate, a})
			}
		}
	}
	slices.SortFunc(list, func(x, y found) int { return x.Compare(y.Key) })
	seen := map[domain.ID]bool{}
	one := best{once: once}
	for _, x := range list {
		if once != EachPair && seen[one.one(x.Key)] {
			continue
		}
		seen[one.one(x.Key)] = true
		all = append(all, x.Key)
		switch x.a.Worst {
		case Pass:
			counts.Eligible++
		case Unknown:
			counts.Uncertain++
		default:
			counts.Ineligible++
		}
		counts.Kinds[x.c.Space.Kind]++
		if c, ok := atlas(t).Commune(x.c.Site.CommuneCode); ok {
			counts.Departements[c.Departement]++
		}
		if x.a.NearMiss() {
			counts.NearMisses[criteria[x.a.failing].code]++
		}
	}
	return all, counts
}

// TestSearchIsTheSort: every page of a search is the part of a plain sort of all
// pairs, and what it counts is so many, for any questions, rows, viewers,
// filters, sizes of pages and counts.
func TestSearchIsTheSort(t *testing.T) {
	pages, eligible := 0, 0
	seeded(t, *searches, func(t *testing.T, d dice) {
		s := d.newStock(t, 1+d.IntN(90))
		for range 3 {
			d.change(s)
			v, f, once := d.viewer(), d.filter(), pick(d, EachPair, EachPair, EachNeed, EachSpace)
			e := NewEngine(atlas(t), ruleset(t), today, v.SeesConfidential())
			var questions []*Question
			for i := range 1 + d.IntN(3) {
				questions = append(questions, e.Prepare(d.sought(i+1)))
			}
			want, counts := s.plainly(t, v, f, once, questions)
			eligible += counts.Eligible
			size := 1 + d.IntN(40)
			var got []Key
			var after *Key
			for more := true; more; pages++ {
				filter, _ := NewFilter(f, siteFilter(atlas(t), v, f))
				search := NewSearch(s.columns, v, filter, Pages{Size: size, After: after, Once: once, Count: Count(d.IntN(4))})
				if err := search.Rank(context.Background(), questions...); err != nil {
					t.Fatal(err)
				}
				var page []Ranked
				page, more = search.Page()
				for _, r := range page {
					got = append(got, r.Key)
					after = &r.Key
				}
				if c := search.Counts(); search.count == CountNearMisses && !reflect.DeepEqual(c, counts) {
					t.Fatalf("counts %+v, want %+v", c, counts)
				} else if search.count >= CountFacets && (!maps.Equal(c.Kinds, counts.Kinds) || !maps.Equal(c.Departements, counts.Departements)) {
					t.Fatalf("counts %+v, want %+v", c, counts)
				} else if search.count >= CountEligibility && (c.Eligible != counts.Eligible || c.Uncertain != counts.Uncertain || c.Ineligible != counts.Ineligible) {
					t.Fatalf("counts %+v, want %+v", c, counts)
				}
				if len(got) > len(want) {
					break
				}
			}
			if !slices.Equal(got, want) {
				at := slices.IndexFunc(want, func(k Key) bool { return !slices.Contains(got, k) })
				t.Fatalf("pages of %d give %d pairs, the sort %d; first missing %d; viewer %v, filter %+v, once %d", size, len(got), len(want), at, v, f, once)
			}
		}
	})
	t.Logf("%d pages, %d eligible pairs", pages, eligible)
	if eligible == 0 {
		t.Error("nothing was ever eligible")
	}
}

// change puts, moves and removes rows in new columns, as commits do.
func (d dice) change(s *stock) {
	s.columns = s.columns.Clone()
	ids := slices.SortedFunc(maps.Keys(s.rows), cmp.Compare[domain.SpaceID])
	for range d.IntN(10) {
		if len(ids) == 0 {
			return
		}
		switch id := pick(d, ids...); d.IntN(4) {
		case 0:
			s.columns.Remove(s.rows[id].at)
			s.rows[id].at = 0
			delete(s.rows, id)
			ids = slices.DeleteFunc(ids, func(o domain.SpaceID) bool { return o == id })
		case 1: // its site moves
			moved := d.stockSite(d.IntN(1000)+1000, s)
			moved.LandlordID = s.rows[id].Site.LandlordID
			r := *s.rows[id]
			r.Site = moved
			s.put(&r)
		default:
			var n int
			fmt.Sscanf(string(id), "spc_%d", &n)
			s.put(d.stockRow(n, s))
		}
	}
}
