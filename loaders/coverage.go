package loaders

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/world"
)

// Coverage tells where needs stay without a place, and places without a need, in
// the territories of a scale. Errors are refusals of the page or the rules, and the
// context's.
func (s *Session) Coverage(ctx context.Context, scale domain.CoverageScale, f domain.TerritoryCoverageFilter, p MatchPage) (*domain.TerritoryCoverageConnection, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	w := s.World()
	rules, err := rulesetOf(w, domain.RulesetSpace, p.Ruleset)
	if err != nil {
		return nil, err
	}
	scope, err := s.scopeOf("coverage", scale, f, rules.Version)
	if err != nil {
		return nil, err
	}
	after, err := s.after(p.After, scope)
	if err != nil {
		return nil, err
	}
	c, err := s.covered(ctx, w, rules.Version)
	if err != nil {
		return nil, err
	}
	shown := coverageShown{s, w, c, f, rules.Version}
	best := newBest[*domain.TerritoryCoverage](p.First+1, after)
	total, without := 0, make(map[string]int)
	for place := range c.placesAt(scale) {
		if !anyOf(f.Codes, place.code) {
			continue
		}
		row := shown.row(place)
		if row.Needs.TotalCount+row.Spaces.TotalCount+row.LandlordNeeds.TotalCount == 0 {
			continue
		}
		total++
		for _, n := range []struct {
			code  string
			count int
		}{{"unmetNeeds", row.Needs.UnmetCount}, {"idleSpaces", row.Spaces.IdleCount}, {"unansweredLandlordNeeds", row.LandlordNeeds.UnansweredCount}} {
			if n.count > 0 {
				without[n.code]++
			}
		}
		best.offer(sortKey{Numbers: []int64{-int64(row.Needs.UnmetCount)}, IDs: []string{row.Code}}, row)
	}
	out := &domain.TerritoryCoverageConnection{
		Connection: *connection(s, scope, best, p.Page, func(*domain.TerritoryCoverageEdge) {}),
		Country:    shown.row(wholeCountry), Ruleset: rules,
	}
	out.TotalCount = total
	out.Facets = []*domain.Facet{facetOf("without", without, func(code string) domain.Bilingual { return withoutTexts[code] })}
	return out, nil
}

var withoutTexts = map[string]domain.Bilingual{
	"unmetNeeds":              {French: "Besoins sans local", English: "Needs without a place"},
	"idleSpaces":              {French: "Locaux sans besoin", English: "Spaces without a need"},
	"unansweredLandlordNeeds": {French: "Besoins de bailleurs sans projet", English: "Landlords' needs without a project"},
}

// The things behind the numbers of a row.

// UnmetNeeds are the needs that look for a place in a territory and have no
// eligible space there.
func (s *Session) UnmetNeeds(t *domain.TerritoryCoverage, f domain.HostingNeedFilter, p Page) (*domain.HostingNeedConnection, error) {
	l, err := s.needList(f, domain.NeedsByUpdate)
	if err != nil {
		return nil, err
	}
	keep := l.keep
	l.keep = func(n *domain.HostingNeed) bool {
		return (f.ProjectID == nil || n.ProjectID == *f.ProjectID) && keep(n)
	}
	l.scope, l.rows = append(l.scope, "unmet", t.Behind.Of), rowsOf(t.Behind.Needs, s.World().Need)
	return page(s, l, p)
}

// IdleSpaces are the spaces in a territory that have no eligible need.
func (s *Session) IdleSpaces(t *domain.TerritoryCoverage, f domain.VacantSpaceFilter, p Page) (*domain.VacantSpaceConnection, error) {
	l, err := s.spaceList(f, domain.SpacesByUpdate)
	if err != nil {
		return nil, err
	}
	l.scope, l.seen = append(l.scope, "idle", t.Behind.Of), t.Behind.Spaces
	return page(s, l, p)
}

// UnansweredLandlordNeeds are the landlords' needs in a territory that have no
// eligible project.
func (s *Session) UnansweredLandlordNeeds(t *domain.TerritoryCoverage, f domain.LandlordNeedFilter, p Page) (*domain.LandlordNeedConnection, error) {
	l, err := s.landlordNeedList(f, domain.LandlordNeedsByUpdate)
	if err != nil {
		return nil, err
	}
	keep := l.keep
	l.keep = func(n *domain.LandlordNeed) bool {
		return (f.LandlordID == nil || n.LandlordID == *f.LandlordID) && keep(n)
	}
	l.scope, l.rows = append(l.scope, "unanswered", t.Behind.Of), rowsOf(t.Behind.LandlordNeeds, s.World().LandlordNeed)
	return page(s, l, p)
}

// rowsOf are the rows that have the ids.
func rowsOf[ID, T any](ids iter.Seq[ID], find func(ID) (*world.Row[T], bool)) iter.Seq[*world.Row[T]] {
	return func(yield func(*world.Row[T]) bool) {
		for id := range ids {
			if row, ok := find(id); ok && !yield(row) {
				return
			}
		}
	}
}

// coverageShown shows a coverage under a filter.
type coverageShown struct {
	*Session
	world   *world.World
	of      *covered
	filter  domain.TerritoryCoverageFilter
	version string
}

// spread counts by code and status.
type spread[C ~string] map[C]*[3]int

func (s spread[C]) add(best match.Status, codes ...C) {
	for _, code := range codes {
		if s[code] == nil {
			s[code] = new([3]int)
		}
		s[code][best]++
	}
}

// counts are in the order of the code list, codes that this release doesn't know
// last.
func (s spread[C]) counts(list string) []*domain.CoverageCount {
	out := make([]*domain.CoverageCount, 0, len(s))
	codes, _ := domain.CodeListNamed(list)
	for code, n := range s {
		out = append(out, &domain.CoverageCount{Code: string(code), Text: codes.Text(string(code)),
			TotalCount: n[match.Pass] + n[match.Unknown] + n[match.Fail], WithoutCount: n[match.Unknown] + n[match.Fail], UncertainCount: n[match.Unknown]})
	}
	order := make(map[string]int, len(codes.Codes))
	for i, c := range codes.Codes {
		order[c.Value] = i - len(codes.Codes)
	}
	slices.SortFunc(out, func(a, b *domain.CoverageCount) int {
		return cmp.Or(cmp.Compare(order[a.Code], order[b.Code]), strings.Compare(a.Code, b.Code))
	})
	return out
}

func (c coverageShown) row(at coveragePlace) *domain.TerritoryCoverage {
	return &domain.TerritoryCoverage{
		Scale: at.scale, Code: at.code, Name: c.name(at),
		Needs: c.needs(at), Spaces: c.spaces(at), LandlordNeeds: c.landlordNeeds(at), Behind: c.behind(at),
	}
}

func (c coverageShown) name(at coveragePlace) string {
	if at.scale == domain.CoveragePriorityDistrict {
		return at.code
	}
	return c.TerritoryName(domain.Territory{Scale: domain.TerritoryScale(at.scale), Code: at.code})
}

// needsAt are those that look for a place, with the best that they find there.
func (c coverageShown) needsAt(at coveragePlace) iter.Seq2[*coveredNeed, match.Status] {
	return func(yield func(*coveredNeed, match.Status) bool) {
		for i := range c.of.needs {
			n := &c.of.needs[i]
			best, looks := n.foundAt(at)
			if looks && anyIn(c.filter.Domains, n.domains) && anyIn(c.filter.SpaceKinds, n.kinds) && !yield(n, best) {
				return
			}
		}
	}
}

func (c coverageShown) needs(at coveragePlace) *domain.CoverageNeeds {
	var counts [3]int
	byDomain, byKind := make(spread[domain.InnovationDomain]), make(spread[domain.SpaceKind])
	for n, best := range c.needsAt(at) {
		counts[best]++
		byDomain.add(best, n.domains...)
		byKind.add(best, n.kinds...)
	}
	return &domain.CoverageNeeds{TotalCount: counts[match.Pass] + counts[match.Unknown] + counts[match.Fail],
		UnmetCount: counts[match.Unknown] + counts[match.Fail], UncertainCount: counts[match.Unknown],
		ByDomain: byDomain.counts("InnovationDomain"), BySpaceKind: byKind.counts("SpaceKind")}
}

func (c coverageShown) spaces(at coveragePlace) *domain.CoverageSpaces {
	out := &domain.CoverageSpaces{}
	byKind := make(spread[domain.SpaceKind])
	for kind, n := range c.of.stockAt(at) {
		if !anyOf(c.filter.SpaceKinds, kind) {
			continue
		}
		byKind[kind] = &n
		out.TotalCount += n[match.Pass] + n[match.Unknown] + n[match.Fail]
		out.IdleCount += n[match.Unknown] + n[match.Fail]
		out.UncertainCount += n[match.Unknown]
	}
	out.BySpaceKind = byKind.counts("SpaceKind")
	return out
}

// landlordNeedsAt are those that are there.
func (c coverageShown) landlordNeedsAt(at coveragePlace) iter.Seq[*coveredLandlordNeed] {
	return func(yield func(*coveredLandlordNeed) bool) {
		for i := range c.of.landlordNeeds {
			n := &c.of.landlordNeeds[i]
			if n.isAt(at) && anyIn(c.filter.Domains, n.domains) && !yield(n) {
				return
			}
		}
	}
}

func (c coverageShown) landlordNeeds(at coveragePlace) *domain.CoverageLandlordNeeds {
	var counts [3]int
	byDomain := make(spread[domain.InnovationDomain])
	for n := range c.landlordNeedsAt(at) {
		counts[n.best]++
		byDomain.add(n.best, n.domains...)
	}
	return &domain.CoverageLandlordNeeds{TotalCount: counts[match.Pass] + counts[match.Unknown] + counts[match.Fail],
		UnansweredCount: counts[match.Unknown] + counts[match.Fail], UncertainCount: counts[match.Unknown], ByDomain: byDomain.counts("InnovationDomain")}
}

func (c coverageShown) behind(at coveragePlace) domain.CoverageBehind {
	of, err := json.Marshal([]any{at.scale, at.code, c.filter, c.version})
	if err != nil {
		panic("what makes a list is plain data: " + err.Error())
	}
	return domain.CoverageBehind{
		Of: string(of),
		Needs: func(yield func(domain.NeedID) bool) {
			for n, best := range c.needsAt(at) {
				if best != match.Pass && !yield(n.id) {
					return
				}
			}
		},
		Spaces: func(yield func(*domain.VacantSpace) bool) {
			for space, best := range c.of.spaces.Spaces(c.world.Columns(), c.viewer, at.where()) {
				if best != match.Pass && anyOf(c.filter.SpaceKinds, space.Kind) && !yield(space) {
					return
				}
			}
		},
		LandlordNeeds: func(yield func(domain.LandlordNeedID) bool) {
			for n := range c.landlordNeedsAt(at) {
				if n.best != match.Pass && !yield(n.id) {
					return
				}
			}
		},
	}
}

// where its spaces stand.
func (at coveragePlace) where() (w match.Where) {
	switch at.scale {
	case domain.CoverageRegion:
		w.Region = domain.RegionCode(at.code)
	case domain.CoverageDepartement:
		w.Departement = domain.DepartementCode(at.code)
	case domain.CoveragePriorityDistrict:
		w.District = domain.QpvCode(at.code)
	}
	return w
}

// CoverageDepartement and CoverageRegion are the official areas of a row.

func (s *Session) CoverageDepartement(t *domain.TerritoryCoverage) (*domain.Departement, bool) {
	if t.Scale != domain.CoverageDepartement {
		return nil, false
	}
	return s.Departement(domain.DepartementCode(t.Code))
}

func (s *Session) CoverageRegion(t *domain.TerritoryCoverage) (*domain.Region, bool) {
	if d, ok := s.CoverageDepartement(t); ok {
		return s.Region(d.Region)
	}
	if t.Scale != domain.CoverageRegion {
		return nil, false
	}
	return s.Region(domain.RegionCode(t.Code))
}

// placesAt are the territories of a scale.
func (c *covered) placesAt(scale domain.CoverageScale) iter.Seq[coveragePlace] {
	return func(yield func(coveragePlace) bool) {
		if scale == domain.CoverageCountry {
			yield(wholeCountry)
			return
		}
		regions := make(map[string][]int)
		for i, p := range c.places {
			if scale == domain.CoverageRegion && p.region != "" {
				regions[p.region] = append(regions[p.region], i)
			}
			if p.scale == scale && !yield(coveragePlace{p.scale, p.code, []int{i}}) {
				return
			}
		}
		for _, code := range slices.Sorted(maps.Keys(regions)) {
			if !yield(coveragePlace{domain.CoverageRegion, code, regions[code]}) {
				return
			}
		}
	}
}

// coveragePlace is a territory as its parts among a coverage's places; the country
// has none.
type coveragePlace struct {
	scale domain.CoverageScale
	code  string
	parts []int
}

var wholeCountry = coveragePlace{scale: domain.CoverageCountry}

// foundAt is the best that the need finds in a territory, and whether it looks
// for a place there.
func (n *coveredNeed) foundAt(at coveragePlace) (best match.Status, looks bool) {
	if at.scale == domain.CoverageCountry {
		return n.best, true
	}
	best = match.Fail
	for _, i := range at.parts {
		looks = looks || n.looks[i]
		best = min(best, n.found[i])
	}
	return best, looks
}

func (n *coveredLandlordNeed) isAt(at coveragePlace) bool {
	return at.scale == domain.CoverageCountry || slices.ContainsFunc(at.parts, func(i int) bool { return n.at[i] })
}

// stockAt are the spaces of a territory.
func (c *covered) stockAt(at coveragePlace) match.Stock {
	switch {
	case at.scale == domain.CoverageCountry:
		return c.stock
	case len(at.parts) == 1:
		return c.stocks[at.parts[0]]
	}
	all := make(match.Stock)
	for _, i := range at.parts {
		all.Add(c.stocks[i])
	}
	return all
}

// coverageKey is what a coverage depends on: what the World holds, what the viewer
// sees of it, and the rules.
type coverageKey struct {
	ledger  string
	commit  uint64
	sight   string
	version string
}

// sightOf names what a viewer sees: the same for all who own nothing.
func sightOf(v domain.Viewer) string {
	switch {
	case v.IsStaff():
		return "staff"
	case v.Embedded != "":
		return fmt.Sprint("embedded ", v.Embedded)
	case v.Role == domain.RoleLandlord:
		return fmt.Sprint("landlord ", v.Landlord)
	case v.Role == domain.RoleProject:
		return fmt.Sprint("project ", v.Project)
	case v.InNetwork():
		return "network"
	}
	return "public"
}

// covered is the coverage of a World, as the session's viewer sees it.
func (s *Session) covered(ctx context.Context, w *world.World, version string) (*covered, error) {
	compute := func(ctx context.Context) (*covered, error) { return s.at(w).cover(ctx, version) }
	c, err := s.coverages.get(ctx, coverageKey{w.LedgerID(), w.Commit(), sightOf(s.viewer), version}, compute)
	if err == nil && !c.spaces.Of(w.Columns()) { // of another image of that commit
		return compute(ctx)
	}
	return c, err
}

// at is a session of the same viewer that stays at a World.
func (s *Session) at(w *world.World) *Session {
	still := &Session{Opener: s.Opener, viewer: s.viewer, locale: s.locale}
	still.world.Store(w)
	return still
}
