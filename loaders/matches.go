package loaders

import (
	"context"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/telemetry"
	"github.com/palier-hub/palier/world"
)

// Rulesets are all the versions of the matching rules, newest first.
func (s *Session) Rulesets() []*domain.Ruleset {
	all := slices.Clone(match.Rulesets())
	slices.Reverse(all)
	return all
}

// MatchPage says which part of a list of matches is asked for, and by which
// version of the rules (nil: the one in force).
type MatchPage struct {
	Page
	Ruleset *string
}

// NeedMatches are the spaces that fit a need, with what is assumed of it (nil
// for nothing), among those that the viewer may see. Errors are refusals of the
// assumptions, the filter or the page, and the context's.
func (s *Session) NeedMatches(ctx context.Context, n *domain.HostingNeed, whatIf *domain.NeedOverrides, f domain.SpaceMatchFilter, p MatchPage) (*domain.SpaceMatchConnection, error) {
	var list *supposing
	out, err := s.matches(ctx, []any{"need " + string(n.ID), whatIf}, f, domain.MatchPairs, p, func(ctx context.Context, m *matching) (err error) {
		if list, err = m.suppose(n, whatIf); err != nil {
			return err
		}
		return m.search(ctx, m.filter, list.ask(list.assumed))
	})
	if err == nil {
		list.tell(out)
	}
	return out, err
}

// ProjectMatches are the need–space pairs over all the needs of a project,
// among those that the viewer may see.
func (s *Session) ProjectMatches(ctx context.Context, project *domain.InnovationProject, f domain.SpaceMatchFilter, once domain.MatchOnce, p MatchPage) (*domain.SpaceMatchConnection, error) {
	return s.matches(ctx, []any{"project " + string(project.ID)}, f, once, p, func(ctx context.Context, m *matching) error {
		var needs []*match.Question
		for row := range world.Visible(m.world.NeedsOf(project.ID), s.viewer) {
			if row.Doc.State != domain.PublicationArchived {
				needs = append(needs, m.question(row.Doc))
			}
		}
		return m.search(ctx, m.filter, needs...)
	})
}

// StockMatches are the pairs of the published needs and a landlord's spaces,
// among those that the viewer may see.
func (s *Session) StockMatches(ctx context.Context, l *domain.Landlord, f domain.SpaceMatchFilter, once domain.MatchOnce, p MatchPage) (*domain.SpaceMatchConnection, error) {
	if f.LandlordID != nil && *f.LandlordID != l.ID {
		return nil, domain.InvalidInput{Path: []string{"filter", "landlordId"},
			French:  "cette liste est celle d'un seul bailleur : retirez ce filtre, ou demandez la liste de l'autre",
			English: "this list is one landlord's: remove this filter, or ask for the other's list"}
	}
	f.LandlordID = &l.ID
	return s.matches(ctx, []any{"landlord " + string(l.ID)}, f, once, p, func(ctx context.Context, m *matching) error {
		return m.search(ctx, m.filter, slices.Collect(m.publishedNeeds())...)
	})
}

// SpaceMatches are the published needs that a space fits, among those that the
// viewer may see.
func (s *Session) SpaceMatches(ctx context.Context, space *domain.VacantSpace, f domain.SpaceMatchFilter, p MatchPage) (*domain.SpaceMatchConnection, error) {
	if present, ok := s.Space(space.ID); ok { // or it is shown as it was
		space = present
	}
	return s.matches(ctx, []any{"space " + string(space.ID)}, f, domain.MatchPairs, p, func(ctx context.Context, m *matching) error {
		return m.rank(ctx, space)
	})
}

// matching is one list of matches under way.
type matching struct {
	*Session
	world  *world.World
	engine *match.Engine
	filter *match.Filter
	page   MatchPage
	after  *match.Key
	once   match.Once

	// The answer.
	found  []match.Ranked
	more   bool
	counts match.Counts
}

// matches validates, lets a walk find the page of a list, which of names, and
// explains it.
func (s *Session) matches(ctx context.Context, of []any, f domain.SpaceMatchFilter, once domain.MatchOnce, p MatchPage, find func(context.Context, *matching) error) (_ *domain.SpaceMatchConnection, err error) {
	ctx, ended := s.recorder.Begin(ctx, telemetry.Match)
	defer func() { ended(err) }()
	if err := p.validate(); err != nil {
		return nil, err
	}
	m, err := s.matching(f, p.Ruleset)
	if err != nil {
		return nil, err
	}
	m.page, m.once = p, onces[once]
	scope, err := s.scopeOf("matches", of, f, once, m.engine.Ruleset().Version)
	if err != nil {
		return nil, err
	}
	after, err := s.after(p.After, scope)
	if err != nil {
		return nil, err
	}
	m.after = matchKey(after)
	if err := find(ctx, m); err != nil {
		return nil, err
	}
	return m.connection(scope), nil
}

var onces = map[domain.MatchOnce]match.Once{
	domain.MatchPairs: match.EachPair, domain.MatchEachNeed: match.EachNeed, domain.MatchEachSpace: match.EachSpace,
}

// matching prepares an engine and a filter on the session's World.
func (s *Session) matching(f domain.SpaceMatchFilter, ruleset *string) (*matching, error) {
	filter, err := s.matchFilter(f)
	if err != nil {
		return nil, err
	}
	w := s.World()
	rules, err := rulesetOf(w, domain.RulesetSpace, ruleset)
	if err != nil {
		return nil, err
	}
	return &matching{Session: s, world: w, filter: filter,
		engine: match.NewEngine(s.atlas, rules, w.Today(), s.viewer.SeesConfidential())}, nil
}

// matchFilter reads a filter, by what the viewer may know of positions.
func (s *Session) matchFilter(f domain.SpaceMatchFilter) (*match.Filter, error) {
	problems := &domain.Problems{Root: []string{"filter"}}
	f.Validate(problems, s.atlas)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return match.NewFilter(f, func(site *domain.LandlordSite) bool { return s.within(site, f.Within) && s.inCircle(site, f.Near) })
}

// search ranks the questions' pairs with all the spaces that the viewer may see.
func (m *matching) search(ctx context.Context, f *match.Filter, questions ...*match.Question) error {
	search := match.NewSearch(m.world.Columns(), m.viewer, f, match.Pages{Size: m.page.First, After: m.after, Once: m.once, Count: m.page.count()})
	if err := search.Rank(ctx, m.wanted(questions)...); err != nil {
		return err
	}
	m.found, m.more = search.Page()
	m.counts = search.Counts()
	return nil
}

// wanted are the questions of the filter's project.
func (m *matching) wanted(questions []*match.Question) []*match.Question {
	if m.filter.ProjectID == nil {
		return questions
	}
	return slices.DeleteFunc(questions, func(q *match.Question) bool { return q.Need().ProjectID != *m.filter.ProjectID })
}

// rank ranks the published needs for one space: they are few enough to look at
// all of them.
func (m *matching) rank(ctx context.Context, space *domain.VacantSpace) error {
	c, ok := m.candidate(space)
	if !ok {
		return nil
	}
	ranking := match.NewRanking(m.page.First, m.after)
	for _, q := range m.wanted(slices.Collect(m.publishedNeeds())) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if a := ranking.Assess(q, c); m.filter.Keeps(q, c, &a) {
			ranking.Add(q, c, &a)
		}
	}
	m.found, m.more, m.counts = ranking.Page(), ranking.HasMore(), ranking.Counts()
	all := m.counts.Total() // of one kind, in one place
	m.counts.Kinds = map[domain.SpaceKind]int{space.Kind: all}
	if commune, ok := m.atlas.Commune(c.Site.CommuneCode); ok {
		m.counts.Departements = map[domain.DepartementCode]int{commune.Departement: all}
	}
	return nil
}

// publishedNeeds are those that every viewer may see.
func (m *matching) publishedNeeds() func(func(*match.Question) bool) {
	return func(yield func(*match.Question) bool) {
		for row := range world.Visible(m.world.Needs(), m.viewer) {
			if row.Sight.Class == domain.VisibilityPublic && !yield(m.question(row.Doc)) {
				return
			}
		}
	}
}

// count is how much a page has to count.
func (p MatchPage) count() match.Count {
	switch {
	case p.Facets:
		return match.CountFacets
	case p.Totals:
		return match.CountEligibility
	}
	return match.CountNothing
}

func (m *matching) connection(scope string) *domain.SpaceMatchConnection {
	c := m.counts
	out := new(domain.SpaceMatchConnection)
	out.EligibleCount, out.UncertainCount, out.IneligibleCount, out.Ruleset = c.Eligible, c.Uncertain, c.Ineligible, m.engine.Ruleset()
	out.Assumptions = []*domain.MatchAssumption{}
	info := &domain.PageInfo{HasNextPage: m.more, HasPreviousPage: m.page.After != nil}
	out.PageInfo = info
	out.TotalCount = c.Total()
	out.Nodes, out.Edges = []*domain.SpaceMatch{}, []*domain.SpaceMatchEdge{}
	for _, ranked := range m.found {
		found := ranked.Match()
		key := sortKey{Numbers: []int64{ranked.Order}, IDs: []string{string(ranked.Need), string(ranked.Space)}}
		out.Nodes = append(out.Nodes, found)
		out.Edges = append(out.Edges, &domain.SpaceMatchEdge{Cursor: m.cursor(scope, key), Node: found})
	}
	if n := len(out.Edges); n > 0 {
		info.StartCursor, info.EndCursor = &out.Edges[0].Cursor, &out.Edges[n-1].Cursor
	}
	if m.page.Facets {
		out.Facets = m.facets()
	}
	return out
}

func (m *matching) facets() []*domain.Facet {
	c := m.counts
	return []*domain.Facet{
		eligibilityFacet(c.Eligible, c.Uncertain, c.Ineligible),
		codeFacet("space.kind", "SpaceKind", counted(c.Kinds)),
		facetOf("space.site.departement", counted(c.Departements), func(code string) domain.Bilingual {
			name := m.TerritoryName(domain.Territory{Scale: domain.TerritoryDepartement, Code: code})
			return domain.Bilingual{French: name, English: name}
		}),
	}
}

// counted leaves out what doesn't occur.
func counted[C ~string](counts map[C]int) map[string]int {
	out := make(map[string]int)
	for code, n := range counts {
		if n > 0 {
			out[string(code)] = n
		}
	}
	return out
}

// rulesetOf is the asked version of the rules of a kind of match, or the one in
// force.
func rulesetOf(w *world.World, kind domain.RulesetKind, version *string) (*domain.Ruleset, error) {
	name := w.Settings().Ruleset
	if version != nil {
		name = *version
	}
	if rules, ok := match.RulesetNamed(kind, name); ok {
		return rules, nil
	}
	return nil, domain.InvalidInput{Path: []string{"ruleset"},
		French:  "aucun jeu de règles n'a cette version : rulesets donne celles qui existent",
		English: "no ruleset has this version: rulesets lists those that exist"}
}

func matchKey(k *sortKey) *match.Key {
	if k == nil || len(k.Numbers) != 1 || len(k.IDs) != 2 {
		return nil
	}
	return &match.Key{Order: k.Numbers[0], Need: domain.NeedID(k.IDs[0]), Space: domain.SpaceID(k.IDs[1])}
}

// question is a need made ready to be compared.
func (m *matching) question(n *domain.HostingNeed) *match.Question {
	return m.engine.Prepare(m.subject(n))
}

// subject is a need with its project.
func (m *matching) subject(n *domain.HostingNeed) match.Subject {
	subject := match.Subject{Need: n}
	if row, ok := m.world.Project(n.ProjectID); ok {
		subject.Project = row.Doc
	}
	return subject
}

// candidate is a space with its site and landlord: a visible space's parents
// are never less visible.
func (m *matching) candidate(space *domain.VacantSpace) (match.Candidate, bool) {
	site, ok := m.world.Site(space.SiteID)
	if !ok {
		return match.Candidate{}, false
	}
	c := match.Candidate{Space: space, Site: site.Doc}
	if l, ok := m.world.Landlord(site.Doc.LandlordID); ok {
		c.Landlord = l.Doc
	}
	return c, true
}
