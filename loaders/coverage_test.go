package loaders

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"weak"

	"golang.org/x/sync/errgroup"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/world"
)

var territoriesOfTests = []domain.Territory{
	{Scale: domain.TerritoryCountry}, {Scale: domain.TerritoryRegion, Code: "84"}, {Scale: domain.TerritoryRegion, Code: "11"},
	{Scale: domain.TerritoryDepartement, Code: "69"}, {Scale: domain.TerritoryDepartement, Code: "38"}, {Scale: domain.TerritoryDepartement, Code: "974"},
	{Scale: domain.TerritoryCommune, Code: "69123"}, {Scale: domain.TerritoryCommune, Code: "69388"}, {Scale: domain.TerritoryCommune, Code: "93066"},
	{Scale: domain.TerritoryRadius, Code: "69123", RadiusKm: new(6)}, {Scale: domain.TerritoryRadius, Code: "69266", RadiusKm: new(45)},
	{Scale: domain.TerritoryRadius, Code: "93066", RadiusKm: new(3)}, {Scale: domain.TerritoryRadius, Code: "99999", RadiusKm: new(3)},
}

func (d dice) territories() (list []domain.Territory) {
	for range 1 + d.IntN(2) {
		list = append(list, territoriesOfTests[d.IntN(len(territoriesOfTests))])
	}
	return list
}

// scattered is a past whose last commit lays out needs, spaces and landlords' needs
// of every standing, here and there.
func scattered(t testing.TB, seed uint64) (*past, dice) {
	p, d := randomPast(t, seed, 12)
	var changes []ledger.Change
	for i := range 10 {
		s := domain.LandlordSite{ID: domain.SiteID(fmt.Sprint("sit_", i)), LandlordID: domain.LandlordID(d.id("lld_", landlordsOfTests)), Record: d.record()}
		s.Visibility, s.ResidentPublics = d.visibility(), d.publics()
		s.CommuneCode = domain.InseeCode(d.one("69123", "69388", "69266", "38185", "93066", "97411", "99999"))
		if d.chance(50) {
			s.PriorityDistrict = domain.PriorityDistrict{Standing: domain.QpvInside, Code: new(domain.QpvCode(d.one("QN06901M", "QN06902M", "QN09301M")))}
		}
		if d.chance(40) {
			s.Position = &domain.Position{Latitude: 45.7 + float64(d.IntN(20))/50, Longitude: 4.85, Quality: domain.PositionAddress}
		}
		changes = append(changes, p.put(domain.KindSite, domain.ID(s.ID), s))
	}
	for i := range 40 {
		s := domain.VacantSpace{ID: domain.SpaceID(fmt.Sprint("spc_", i)), SiteID: domain.SiteID(d.id("sit_", 10)), Record: d.record()}
		s.Visibility, s.Kind = d.visibility(), d.kinds()
		m2 := float64(40 + 20*d.IntN(4))
		s.Surface = domain.SurfaceRange{MinM2: &m2, MaxM2: &m2}
		s.Availability = domain.SpaceAvailability{From: new(firstOfTests.AddDays(d.IntN(40))), OpenEnded: true}
		s.OccupancyForms = []domain.OccupancyForm{domain.FormLoanForUse}
		s.ExcludedUses = []domain.Activity{}
		s.VacancyCause = domain.VacancyUnlet
		if d.chance(70) {
			s.Cost = &domain.Cost{Basis: domain.CostFree}
		}
		if d.chance(20) {
			s.Availability.From = nil
		}
		changes = append(changes, p.put(domain.KindSpace, domain.ID(s.ID), s))
	}
	for i := range landlordsOfTests {
		l := domain.Landlord{ID: domain.LandlordID(fmt.Sprint("lld_", i)), Record: d.record()}
		l.Practices = [][]domain.ProcurementLever{nil, {domain.ProcurementLever(domainCodes("ProcurementLever")[0])}}[d.IntN(2)]
		if i == 2 {
			l.GroupID = new(domain.LandlordID("lld_0"))
		}
		changes = append(changes, p.put(domain.KindLandlord, domain.ID(l.ID), l))
	}
	activities := domainCodes("HostingActivity")
	for i := range 4 {
		project := domain.InnovationProject{ID: domain.ProjectID(fmt.Sprint("prj_", i)), Record: d.record()}
		project.Slug, project.Domains, project.Publics, project.Footprint = string(project.ID), d.domains(), d.publics(), d.territories()
		project.Activities = []domain.Activity{domain.Activity(d.one(activities[:2]...))}
		changes = append(changes, p.put(domain.KindProject, domain.ID(project.ID), project))
	}
	for i := range 8 {
		n := domain.HostingNeed{ID: domain.NeedID(fmt.Sprint("ned_", i)), ProjectID: domain.ProjectID(d.id("prj_", 4)), Record: d.record()}
		n.Use.Kind, n.SpaceKinds, n.Activity = domain.UseContinuous, slices.Compact([]domain.SpaceKind{d.kinds(), d.kinds()}), domain.Activity(activities[0])
		n.Surface.MinM2 = new(float64(40 + 20*d.IntN(3)))
		n.Duration.MinMonths, n.Territories = 6+d.IntN(12), d.territories()
		if d.chance(30) {
			n.Budget = &domain.HostingBudget{MonthlyCeiling: 10_000}
		}
		changes = append(changes, p.put(domain.KindNeed, domain.ID(n.ID), n))
	}
	for i := range 8 {
		n := domain.LandlordNeed{ID: domain.LandlordNeedID(fmt.Sprint("lnd_", i)), LandlordID: domain.LandlordID(d.id("lld_", landlordsOfTests)), Record: d.record()}
		n.Visibility, n.Domains, n.Activity = d.visibility(), d.domains(), domain.Activity(d.one(activities[:2]...))
		n.Timing.Kind = domain.TimingLasting
		if d.chance(70) {
			n.Levers = []domain.ProcurementLever{}
		}
		for range d.IntN(3) {
			n.Sites = append(n.Sites, domain.SiteID(d.id("sit_", 10)))
		}
		if len(n.Sites) == 0 || d.chance(30) {
			n.Territories = d.territories()
		}
		changes = append(changes, p.put(domain.KindLandlordNeed, domain.ID(n.ID), n))
	}
	p.commit(changes...)
	return p, d
}

func domainCodes(list string) (codes []string) {
	l, _ := domain.CodeListNamed(list)
	for _, c := range l.Codes {
		codes = append(codes, c.Value)
	}
	return codes
}

// coverageOfTests is a row with all that is behind its numbers.
type coverageOfTests struct {
	code                                    string
	needs, unmet, uncertain                 []string
	spaces, idle, uncertainSpaces           []string
	landlordNeeds, unanswered, uncertainOne []string
	needsBy, spacesBy, landlordNeedsBy      map[string][3]int // total, without, uncertain
}

// oracleOfTests assesses all the pairs.
type oracleOfTests struct {
	w *world.World
	v domain.Viewer

	needs   []*domain.HostingNeed
	spaces  []match.Candidate
	wanted  []*domain.LandlordNeed
	found   map[string]map[domain.SpaceID]match.Status // by need
	best    map[string]match.Status                    // of a landlord's need
	domains map[domain.NeedID][]domain.InnovationDomain
	// communes of the sites that name a district.
	communes map[string][]domain.InseeCode
}

func published(r domain.Record) bool { return r.State == domain.PublicationPublished }

func newOracle(p *past, w *world.World, v domain.Viewer) *oracleOfTests {
	o := &oracleOfTests{w: w, v: v, found: make(map[string]map[domain.SpaceID]match.Status), best: make(map[string]match.Status),
		domains: make(map[domain.NeedID][]domain.InnovationDomain), communes: make(map[string][]domain.InseeCode)}
	landlord := func(id domain.LandlordID) *domain.Landlord {
		row, ok := w.Landlord(id)
		if !ok {
			return nil
		}
		return row.Doc
	}
	for row := range w.Sites() {
		l := landlord(row.Doc.LandlordID)
		if code := row.Doc.PriorityDistrict.Code; code != nil && v.MaySee(*row.Sight) && published(row.Doc.Record) && l != nil && published(l.Record) {
			o.communes[string(*code)] = append(o.communes[string(*code)], row.Doc.CommuneCode)
		}
	}
	for row := range w.Spaces() {
		site, ok := w.Site(row.Doc.SiteID)
		if !ok || !v.MaySee(*row.Sight) || !published(row.Doc.Record) || !published(site.Doc.Record) {
			continue
		}
		if l := landlord(site.Doc.LandlordID); l != nil && published(l.Record) {
			o.spaces = append(o.spaces, match.Candidate{Space: row.Doc, Site: site.Doc, Landlord: l})
		}
	}
	rules, _ := match.RulesetNamed(domain.RulesetSpace, "2026-11")
	engine := match.NewEngine(p.opener.atlas, rules, w.Today(), v.SeesConfidential())
	for row := range w.Needs() {
		project, ok := w.Project(row.Doc.ProjectID)
		if !ok || !published(row.Doc.Record) || !published(project.Doc.Record) {
			continue
		}
		o.needs, o.domains[row.Doc.ID] = append(o.needs, row.Doc), project.Doc.Domains
		found := make(map[domain.SpaceID]match.Status)
		q := engine.Prepare(match.Subject{Need: row.Doc, Project: project.Doc})
		for _, c := range o.spaces {
			found[c.Space.ID] = q.Assess(c).Worst
		}
		o.found[string(row.Doc.ID)] = found
	}
	rules, _ = match.RulesetNamed(domain.RulesetProject, "2026-11")
	engine = match.NewEngine(p.opener.atlas, rules, w.Today(), v.SeesConfidential())
	for row := range w.LandlordNeeds() {
		l := landlord(row.Doc.LandlordID)
		if !v.MaySee(*row.Sight) || !published(row.Doc.Record) || l == nil || !published(l.Record) {
			continue
		}
		o.wanted = append(o.wanted, row.Doc)
		q := engine.PrepareProjects(match.ProjectSubject{Need: row.Doc, Landlord: l, Sites: o.sites(row.Doc)})
		best := match.Fail
		for project := range w.Projects() {
			if !v.MaySee(*project.Sight) || project.Doc.State == domain.PublicationArchived {
				continue
			}
			c := match.ProjectCandidate{Project: project.Doc}
			for need := range w.NeedsOf(project.Doc.ID) {
				if v.MaySee(*need.Sight) && published(need.Doc.Record) {
					c.Needs = append(c.Needs, need.Doc)
				}
			}
			best = min(best, q.Assess(c).Worst)
		}
		o.best[string(row.Doc.ID)] = best
	}
	return o
}

func (o *oracleOfTests) sites(n *domain.LandlordNeed) (sites []*domain.LandlordSite) {
	for _, id := range n.Sites {
		if row, ok := o.w.Site(id); ok && o.v.MaySee(*row.Sight) {
			sites = append(sites, row.Doc)
		}
	}
	return sites
}

// codes are the territories that a scale may have.
func (o *oracleOfTests) codes(a *geo.Atlas, scale domain.CoverageScale) (codes []string) {
	switch scale {
	case domain.CoverageCountry:
		return []string{""}
	case domain.CoverageRegion:
		for r := range a.Regions() {
			codes = append(codes, string(r.Code))
		}
	case domain.CoverageDepartement:
		for d := range a.Departements() {
			codes = append(codes, string(d.Code))
		}
	default:
		for code := range o.communes {
			codes = append(codes, code)
		}
	}
	return codes
}

// shares: territories share ground with one, or may.
func (o *oracleOfTests) shares(a *geo.Atlas, ts []domain.Territory, scale domain.CoverageScale, code string) bool {
	here := []domain.Territory{{Scale: domain.TerritoryScale(scale), Code: code}}
	if scale == domain.CoveragePriorityDistrict {
		here = nil
		for _, commune := range o.communes[code] {
			here = append(here, domain.Territory{Scale: domain.TerritoryCommune, Code: string(commune)})
		}
	}
	for _, t := range ts {
		for _, u := range here {
			if a.Meet(t, u) != geo.Outside {
				return true
			}
		}
	}
	return scale == domain.CoverageCountry
}

func (o *oracleOfTests) stands(a *geo.Atlas, site *domain.LandlordSite, scale domain.CoverageScale, code string) bool {
	commune, known := a.Commune(site.CommuneCode)
	switch scale {
	case domain.CoverageCountry:
		return true
	case domain.CoverageRegion:
		return known && string(commune.Region) == code
	case domain.CoverageDepartement:
		return known && string(commune.Departement) == code
	}
	return site.PriorityDistrict.Code != nil && string(*site.PriorityDistrict.Code) == code
}

func (o *oracleOfTests) row(a *geo.Atlas, scale domain.CoverageScale, code string, f domain.TerritoryCoverageFilter) coverageOfTests {
	r := coverageOfTests{code: code, needsBy: map[string][3]int{}, spacesBy: map[string][3]int{}, landlordNeedsBy: map[string][3]int{}}
	note := func(id string, best match.Status, all, without, uncertain *[]string, by map[string][3]int, codes []string) {
		*all = append(*all, id)
		n := [3]int{1, 0, 0}
		if best != match.Pass {
			*without, n[1] = append(*without, id), 1
		}
		if best == match.Unknown {
			*uncertain, n[2] = append(*uncertain, id), 1
		}
		for _, code := range codes {
			sum := by[code]
			for i := range n {
				sum[i] += n[i]
			}
			by[code] = sum
		}
	}
	for _, n := range o.needs {
		if !o.shares(a, n.Territories, scale, code) || !anyIn(f.Domains, o.domains[n.ID]) || !anyIn(f.SpaceKinds, n.SpaceKinds) {
			continue
		}
		best := match.Fail
		for _, c := range o.spaces {
			if o.stands(a, c.Site, scale, code) {
				best = min(best, o.found[string(n.ID)][c.Space.ID])
			}
		}
		note(string(n.ID), best, &r.needs, &r.unmet, &r.uncertain, r.needsBy, append(texts(n.SpaceKinds...), texts(o.domains[n.ID]...)...))
	}
	for _, c := range o.spaces {
		if !o.stands(a, c.Site, scale, code) || !anyOf(f.SpaceKinds, c.Space.Kind) {
			continue
		}
		best := match.Fail
		for _, found := range o.found {
			best = min(best, found[c.Space.ID])
		}
		note(string(c.Space.ID), best, &r.spaces, &r.idle, &r.uncertainSpaces, r.spacesBy, texts(c.Space.Kind))
	}
	for _, n := range o.wanted {
		here := o.shares(a, n.Territories, scale, code)
		for _, site := range o.sites(n) {
			here = here || published(site.Record) && o.stands(a, site, scale, code)
		}
		if here && anyIn(f.Domains, n.Domains) {
			note(string(n.ID), o.best[string(n.ID)], &r.landlordNeeds, &r.unanswered, &r.uncertainOne, r.landlordNeedsBy, texts(n.Domains...))
		}
	}
	for _, list := range []*[]string{&r.needs, &r.unmet, &r.uncertain, &r.spaces, &r.idle, &r.uncertainSpaces, &r.landlordNeeds, &r.unanswered, &r.uncertainOne} {
		slices.Sort(*list)
	}
	return r
}

// ids of all the pages of a list, in order.
func ids[T any](t testing.TB, id func(*T) string, list func(Page) (*domain.Connection[*T], error)) (all []string) {
	t.Helper()
	page := Page{First: 3, Totals: true}
	for {
		c, err := list(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range c.Nodes {
			all = append(all, id(n))
		}
		if page.After = c.PageInfo.EndCursor; !c.PageInfo.HasNextPage {
			if c.TotalCount != len(all) {
				t.Errorf("total %d of %d", c.TotalCount, len(all))
			}
			slices.Sort(all)
			return all
		}
	}
}

func countsOf(lists ...[]*domain.CoverageCount) map[string][3]int {
	out := make(map[string][3]int)
	for _, list := range lists {
		for _, c := range list {
			out[c.Code] = [3]int{c.TotalCount, c.WithoutCount, c.UncertainCount}
		}
	}
	return out
}

// checkRow compares a row with the oracle's: its numbers, and what is behind them.
func checkRow(t *testing.T, s *Session, got *domain.TerritoryCoverage, want coverageOfTests) {
	t.Helper()
	numbers := []int{got.Needs.TotalCount, got.Needs.UnmetCount, got.Needs.UncertainCount, got.Spaces.TotalCount, got.Spaces.IdleCount, got.Spaces.UncertainCount,
		got.LandlordNeeds.TotalCount, got.LandlordNeeds.UnansweredCount, got.LandlordNeeds.UncertainCount}
	wanted := []int{len(want.needs), len(want.unmet), len(want.uncertain), len(want.spaces), len(want.idle), len(want.uncertainSpaces),
		len(want.landlordNeeds), len(want.unanswered), len(want.uncertainOne)}
	if !slices.Equal(numbers, wanted) {
		t.Errorf("%s %s: %v, want %v", got.Scale, got.Code, numbers, wanted)
	}
	for _, by := range []struct {
		name      string
		got, want map[string][3]int
	}{
		{"needs", countsOf(got.Needs.ByDomain, got.Needs.BySpaceKind), want.needsBy},
		{"spaces", countsOf(got.Spaces.BySpaceKind), want.spacesBy},
		{"landlords' needs", countsOf(got.LandlordNeeds.ByDomain), want.landlordNeedsBy},
	} {
		if !reflect.DeepEqual(by.got, by.want) {
			t.Errorf("%s %s: %s %v, want %v", got.Scale, got.Code, by.name, by.got, by.want)
		}
	}
	for _, list := range []struct {
		name      string
		got, want []string
	}{
		{"unmet", ids(t, func(n *domain.HostingNeed) string { return string(n.ID) }, func(p Page) (*domain.HostingNeedConnection, error) {
			return s.UnmetNeeds(got, domain.HostingNeedFilter{}, p)
		}), want.unmet},
		{"idle", ids(t, func(n *domain.VacantSpace) string { return string(n.ID) }, func(p Page) (*domain.VacantSpaceConnection, error) {
			return s.IdleSpaces(got, domain.VacantSpaceFilter{}, p)
		}), want.idle},
		{"unanswered", ids(t, func(n *domain.LandlordNeed) string { return string(n.ID) }, func(p Page) (*domain.LandlordNeedConnection, error) {
			return s.UnansweredLandlordNeeds(got, domain.LandlordNeedFilter{}, p)
		}), want.unanswered},
	} {
		if !slices.Equal(list.got, list.want) {
			t.Errorf("%s %s: %s %v, want %v", got.Scale, got.Code, list.name, list.got, list.want)
		}
	}
}

var coverageScales = []domain.CoverageScale{domain.CoverageCountry, domain.CoverageRegion, domain.CoverageDepartement, domain.CoveragePriorityDistrict}

// TestCoverageIsAllThePairs: every number of every row, at every scale, for every
// role, is what comparing everything with everything says, and so are the lists
// behind them.
func TestCoverageIsAllThePairs(t *testing.T) {
	t.Parallel()
	seeds := 40
	if testing.Short() {
		seeds = 6
	}
	var met, unmet, uncertain, answered, unanswered, districts atomic.Int64
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			p, d := scattered(t, seed)
			for _, v := range viewersOfTests {
				w := p.now()
				s, o := p.as(v, w), newOracle(p, w, v)
				for _, f := range []domain.TerritoryCoverageFilter{{}, {Codes: []string{"69", "QN06901M", "84"}, Domains: d.domains(), SpaceKinds: []domain.SpaceKind{d.kinds()}}} {
					for _, scale := range coverageScales {
						rows := make(map[string]coverageOfTests)
						for _, code := range o.codes(s.atlas, scale) {
							if row := o.row(s.atlas, scale, code, f); len(row.needs)+len(row.spaces)+len(row.landlordNeeds) > 0 && anyOf(f.Codes, code) {
								rows[code] = row
							}
						}
						page := MatchPage{Page: Page{First: 40}}
						var before *domain.TerritoryCoverage
						for {
							c, err := s.Coverage(t.Context(), scale, f, page)
							if err != nil {
								t.Fatal(err)
							}
							if c.TotalCount != len(rows) && page.After == nil {
								t.Fatalf("%v, %s: %d rows, want %d", v, scale, c.TotalCount, len(rows))
							}
							checkRow(t, s, c.Country, o.row(s.atlas, domain.CoverageCountry, "", f))
							for _, got := range c.Nodes {
								want, ok := rows[got.Code]
								if !ok {
									t.Fatalf("%v, %s: a row of %s", v, scale, got.Code)
								}
								if before != nil && (got.Needs.UnmetCount > before.Needs.UnmetCount || got.Needs.UnmetCount == before.Needs.UnmetCount && got.Code <= before.Code) {
									t.Errorf("%s comes after %s", got.Code, before.Code)
								}
								before = got
								checkRow(t, s, got, want)
								if scale == domain.CoveragePriorityDistrict {
									districts.Add(1)
								}
								met.Add(int64(got.Needs.TotalCount - got.Needs.UnmetCount))
								unmet.Add(int64(got.Needs.UnmetCount))
								uncertain.Add(int64(got.Needs.UncertainCount))
								answered.Add(int64(got.LandlordNeeds.TotalCount - got.LandlordNeeds.UnansweredCount))
								unanswered.Add(int64(got.LandlordNeeds.UnansweredCount))
								delete(rows, got.Code)
							}
							if page.After = c.PageInfo.EndCursor; !c.PageInfo.HasNextPage {
								break
							}
						}
						if len(rows) > 0 {
							t.Errorf("%v, %s: no rows of %v", v, scale, rows)
						}
						if t.Failed() {
							t.Fatalf("as %+v under %+v", v, f)
						}
					}
				}
			}
		})
	}
	t.Cleanup(func() {
		t.Logf("%d met, %d unmet of which %d uncertain; %d answered, %d not; %d rows of districts", met.Load(), unmet.Load(), uncertain.Load(), answered.Load(), unanswered.Load(), districts.Load())
		if met.Load() == 0 || unmet.Load() == 0 || uncertain.Load() == 0 || answered.Load() == 0 || unanswered.Load() == 0 || districts.Load() == 0 {
			t.Error("a case never came up: the test compares too little")
		}
	})
}

// TestCoverageIsRemembered: once for a World and a sight, never for another.
func TestCoverageIsRemembered(t *testing.T) {
	t.Parallel()
	p, _ := scattered(t, 1)
	of := func(v domain.Viewer, w *world.World) *covered {
		t.Helper()
		c, err := p.as(v, w).covered(t.Context(), w, "2026-11")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	w := p.now()
	seen := make(map[*covered]domain.Viewer)
	for _, v := range append(viewersOfTests, domain.Viewer{Role: domain.RoleProject, Project: "prj_1"}) {
		c := of(v, w)
		if other, shared := seen[c]; shared {
			t.Errorf("%v and %v share", v, other)
		}
		seen[c] = v
		named := v
		named.Actor = "somebody else"
		if of(named, w) != c {
			t.Errorf("%v is computed again for who sees the same", v)
		}
	}
	before, err := p.as(domain.Viewer{Role: domain.RoleStaff}, w).Coverage(t.Context(), domain.CoverageCountry, domain.TerritoryCoverageFilter{}, MatchPage{Page: Page{First: 1}})
	if err != nil {
		t.Fatal(err)
	}
	var gone []ledger.Change
	for i := range 40 {
		gone = append(gone, ledger.Change{Kind: domain.KindSpace, ID: domain.ID(fmt.Sprint("spc_", i))})
	}
	p.commit(gone...)
	after, err := p.as(domain.Viewer{Role: domain.RoleStaff}, p.now()).Coverage(t.Context(), domain.CoverageCountry, domain.TerritoryCoverageFilter{}, MatchPage{Page: Page{First: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if before.Country.Spaces.TotalCount == 0 || after.Country.Spaces.TotalCount != 0 || after.Country.Needs.UnmetCount != after.Country.Needs.TotalCount {
		t.Errorf("%+v became %+v", before.Country.Spaces, after.Country.Spaces)
	}
	if n := len(p.opener.coverages.kept); n > mostCoverages {
		t.Errorf("%d are kept", n)
	}
}

// TestCoverageHoldsNoWorld: what is remembered lets the World go.
func TestCoverageHoldsNoWorld(t *testing.T) {
	t.Parallel()
	p, _ := scattered(t, 3)
	w, columns := weak.Make(p.now()), weak.Make(p.now().Columns())
	s := p.as(domain.Viewer{Role: domain.RoleStaff}, p.now())
	if _, err := s.Coverage(t.Context(), domain.CoverageRegion, domain.TerritoryCoverageFilter{}, MatchPage{Page: Page{First: 1}}); err != nil {
		t.Fatal(err)
	}
	p.worlds, s = nil, nil
	for range 3 {
		runtime.GC()
	}
	if w.Value() != nil || columns.Value() != nil {
		t.Error("the World is still there")
	}
	if len(p.opener.coverages.kept) != 1 {
		t.Error("nothing is remembered")
	}
}

func TestCoverageIsComputedOnce(t *testing.T) {
	t.Parallel()
	var c coverages
	var computed atomic.Int64
	begun, end := make(chan struct{}), make(chan struct{})
	slow := func(context.Context) (*covered, error) {
		if computed.Add(1) == 1 {
			close(begun)
		}
		<-end
		return &covered{}, nil
	}
	var work errgroup.Group
	ask := func() error { _, err := c.get(t.Context(), coverageKey{commit: 1}, slow); return err }
	work.Go(ask)
	<-begun
	for range 10 {
		work.Go(ask)
	}
	impatient, stop := context.WithCancel(t.Context())
	stop()
	if _, err := c.get(impatient, coverageKey{commit: 1}, slow); !errors.Is(err, context.Canceled) {
		t.Errorf("whoever can't wait is told %v", err)
	}
	close(end)
	if err := work.Wait(); err != nil || computed.Load() != 1 {
		t.Errorf("computed %d times: %v", computed.Load(), err)
	}
	// One that fails isn't remembered.
	broken := errors.New("broken")
	if _, err := c.get(t.Context(), coverageKey{commit: 2}, func(context.Context) (*covered, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	func() {
		defer func() { _ = recover() }()
		_, _ = c.get(t.Context(), coverageKey{commit: 2}, func(context.Context) (*covered, error) { panic("broken") })
	}()
	if found, err := c.get(t.Context(), coverageKey{commit: 2}, slow); err != nil || found == nil {
		t.Error(found, err)
	}
	for commit := range uint64(3 * mostCoverages) {
		if _, err := c.get(t.Context(), coverageKey{commit: commit}, slow); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.kept) != mostCoverages {
		t.Errorf("%d are kept, want %d", len(c.kept), mostCoverages)
	}
}

func TestCoverageEndsWithItsContext(t *testing.T) {
	t.Parallel()
	p, _ := scattered(t, 2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.as(domain.Viewer{Role: domain.RoleStaff}, p.now()).Coverage(ctx, domain.CoverageRegion, domain.TerritoryCoverageFilter{}, MatchPage{Page: Page{First: 1}}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := each(t.Context(), 3, func(int) error { panic("broken") }); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("a panic is told as %v", err)
	}
}

// TestFarFromIsOutside: no circle that shares ground with a département is far from
// it.
func TestFarFromIsOutside(t *testing.T) {
	t.Parallel()
	p := newPast(t)
	c := &covering{Session: p.as(domain.Anonymous, p.now()), world: p.now(), out: &covered{}, departements: make(map[domain.DepartementCode]int)}
	if err := c.findPlaces(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	c.findExtents()
	far, near := 0, 0
	communes := c.atlas.Numbered()
	for i := 0; i < len(communes); i += 397 {
		for _, km := range []int{1, 20, 150} {
			circle := domain.Territory{Scale: domain.TerritoryRadius, Code: string(communes[i].Code), RadiusKm: &km}
			for place, d := range c.out.places {
				switch {
				case !c.farFrom(place, circle):
					near++
				case c.atlas.Meet(circle, domain.Territory{Scale: domain.TerritoryDepartement, Code: d.code}) != geo.Outside:
					t.Errorf("%s meets %s", circle, d.code)
				default:
					far++
				}
			}
		}
	}
	if far < 4*near {
		t.Errorf("%d are far, %d have to be looked at", far, near)
	}
}
