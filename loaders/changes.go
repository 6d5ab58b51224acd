package loaders

import (
	"context"
	"fmt"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/world"
)

// ChangesPage says which part of the changes of a list of matches is asked for,
// and since which commit.
type ChangesPage struct {
	MatchPage
	Since int
}

// NeedMatchChanges are what changed in NeedMatches.
func (s *Session) NeedMatchChanges(ctx context.Context, n *domain.HostingNeed, f domain.SpaceMatchFilter, p ChangesPage) (*domain.SpaceMatchChangeConnection, error) {
	return s.matchChanges(ctx, listOfMatches{need: n.ID}, f, p)
}

// ProjectMatchChanges are what changed in ProjectMatches.
func (s *Session) ProjectMatchChanges(ctx context.Context, project *domain.InnovationProject, f domain.SpaceMatchFilter, p ChangesPage) (*domain.SpaceMatchChangeConnection, error) {
	return s.matchChanges(ctx, listOfMatches{project: project.ID}, f, p)
}

// SpaceMatchChanges are what changed in SpaceMatches.
func (s *Session) SpaceMatchChanges(ctx context.Context, space *domain.VacantSpace, f domain.SpaceMatchFilter, p ChangesPage) (*domain.SpaceMatchChangeConnection, error) {
	return s.matchChanges(ctx, listOfMatches{space: space.ID}, f, p)
}

// listOfMatches names one of the three lists of matches, by the need, the project or
// the space whose it is; the other two are "".
type listOfMatches struct {
	need    domain.NeedID
	project domain.ProjectID
	space   domain.SpaceID
}

// holdsNeed and holdsSpace say who is in the list as of an instant, as
// NeedMatches, ProjectMatches and SpaceMatches do, but for visibility.

func (l listOfMatches) holdsNeed(at *world.Past, row *world.Row[domain.HostingNeed]) bool {
	switch {
	case l.need != "":
		return row.Doc.ID == l.need
	case l.project != "":
		_, ok := at.Project(l.project)
		return ok && row.Doc.ProjectID == l.project && row.Doc.State != domain.PublicationArchived
	}
	return row.Sight.Class == domain.VisibilityPublic
}

func (l listOfMatches) holdsSpace(row *world.Row[domain.VacantSpace]) bool {
	if l.space != "" {
		return row.Doc.ID == l.space
	}
	return row.Doc.State != domain.PublicationArchived
}

// matchChanges compares a list as it was with what it became. All pages of one
// walk compare the same two commits: the cursor holds the later one, which the
// World looks back to like to the earlier one.
func (s *Session) matchChanges(ctx context.Context, l listOfMatches, f domain.SpaceMatchFilter, p ChangesPage) (*domain.SpaceMatchChangeConnection, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	filter, err := s.matchFilter(f)
	if err != nil {
		return nil, err
	}
	w := s.World()
	if p.Since < 0 || uint64(p.Since) > w.Commit() {
		return nil, notYet(w, "since")
	}
	if _, err := rulesetOf(w, domain.RulesetSpace, p.Ruleset); err != nil {
		return nil, err
	}
	scope, err := s.scopeOf("match changes", []string{string(l.need), string(l.project), string(l.space)}, f, p.Ruleset, p.Since)
	if err != nil {
		return nil, err
	}
	after, err := s.after(p.After, scope)
	if err != nil {
		return nil, err
	}
	from, to := uint64(p.Since), w.Commit()
	if after != nil && len(after.Numbers) == 1 {
		if to = uint64(after.Numbers[0]); to > w.Commit() {
			return nil, notYet(w, "after")
		}
	}
	c := s.comparison(w, l, filter, p.Ruleset)
	out := &domain.SpaceMatchChangeConnection{FromCommit: p.Since, ToCommit: int(to)}
	if reason, told := c.between(from, to); !told {
		out.ResyncReason = &reason
		out.Nodes, out.Edges = []*domain.SpaceMatchChange{}, []*domain.SpaceMatchChangeEdge{}
		out.Facets = []*domain.Facet{codeFacet("kind", "MatchChangeKind", nil)}
		out.PageInfo = &domain.PageInfo{HasPreviousPage: p.After != nil}
		return out, nil
	}
	// Sorted by the ids: every key begins with the later commit, the same for all.
	best, kinds := newBest[*domain.SpaceMatchChange](p.First+1, after), make(map[string]int)
	err = c.run(ctx, func(change *domain.SpaceMatchChange) {
		kinds[string(change.Kind)]++
		best.offer(sortKey{Numbers: []int64{int64(to)}, IDs: []string{string(change.NeedID), string(change.SpaceID)}}, change)
	})
	if err != nil {
		return nil, err
	}
	now, err := c.present()
	if err != nil {
		return nil, err
	}
	out.Connection = *connection(s, scope, best, p.Page, func(e *domain.SpaceMatchChangeEdge) { now.dress(e.Node) })
	for _, n := range kinds {
		out.TotalCount += n
	}
	out.Facets = []*domain.Facet{codeFacet("kind", "MatchChangeKind", kinds)}
	return out, nil
}

// notYet refuses a commit that the World hasn't come to.
func notYet(w *world.World, argument string) error {
	return domain.InvalidInput{Path: []string{argument},
		French:  fmt.Sprintf("ce numéro de commit n'est pas encore connu ici : le dernier est %d. Redemandez un peu plus tard, ou repartez de celui-ci", w.Commit()),
		English: fmt.Sprintf("this commit number isn't known here yet: the last one is %d. Ask again a little later, or begin from that one", w.Commit())}
}

// comparison is of one list as of two commits.
type comparison struct {
	*Session
	world   *world.World
	list    listOfMatches
	filter  *match.Filter
	ruleset *string // nil for the one in force
	rules   func(version string) (*domain.Ruleset, bool)
	fans    []fan

	then, now *instant
	// What may stand otherwise than then, from the fans: every pair of a need
	// or of a space, or every pair. More does no harm; a space that isn't among
	// them is then what it is now.
	every  bool
	needs  map[domain.NeedID]bool
	spaces map[domain.SpaceID]bool
}

func (s *Session) comparison(w *world.World, l listOfMatches, f *match.Filter, ruleset *string) *comparison {
	return &comparison{Session: s, world: w, list: l, filter: f, ruleset: ruleset, rules: spaceRules, fans: fans}
}

// spaceRules are those of matches with spaces.
func spaceRules(version string) (*domain.Ruleset, bool) {
	return match.RulesetNamed(domain.RulesetSpace, version)
}

// between sets the two instants up; false with the reason why they can't be
// compared.
func (c *comparison) between(from, to uint64) (domain.MatchResyncReason, bool) {
	then, known := c.world.AsOf(from)
	if !known {
		return domain.ResyncCommitForgotten, false
	}
	now, _ := c.world.AsOf(to) // later than from: remembered
	was, stated := then.Settings()
	is, _ := now.Settings()
	present := c.world.Settings()
	switch {
	case !stated: // before the ledger was founded
		return domain.ResyncCommitForgotten, false
	case was.Geography != present.Geography || is.Geography != present.Geography:
		return domain.ResyncGeographyChanged, false
	}
	var ok bool
	if c.then, ok = c.instant(then); !ok {
		return domain.ResyncRulesetUnknown, false
	}
	if c.now, ok = c.instant(now); !ok {
		return domain.ResyncRulesetUnknown, false
	}
	return "", true
}

// present is the list as of the World that everything else of the operation is
// read from.
func (c *comparison) present() (*instant, error) {
	if c.now.past.Commit() == c.world.Commit() {
		return c.now, nil
	}
	past, _ := c.world.AsOf(c.world.Commit())
	now, ok := c.instant(past)
	if !ok {
		return nil, fmt.Errorf("the ruleset in force at commit %d is unknown", c.world.Commit())
	}
	return now, nil
}

// fan says which pairs a kind of change can touch. The table is docs/matching.md's.
type fan struct {
	of    string
	reach func(*comparison)
}

var fans = []fan{
	{"space", func(c *comparison) {
		for id := range c.then.past.ReplacedSpaces() {
			c.spaces[id] = true
		}
	}},
	// A space that left the site, or came to it, was replaced itself: so the
	// present ones are enough. The same goes for a landlord's sites.
	{"site", func(c *comparison) {
		for id := range c.then.past.ReplacedSites() {
			for row := range c.world.SpacesOf(id) {
				c.spaces[row.Doc.ID] = true
			}
		}
	}},
	{"landlord", func(c *comparison) {
		for id := range c.then.past.ReplacedLandlords() {
			for row := range c.world.SpacesOfLandlord(id) {
				c.spaces[row.Doc.ID] = true
			}
		}
	}},
	{"need", func(c *comparison) {
		for id := range c.then.past.ReplacedNeeds() {
			c.needs[id] = true
		}
	}},
	{"project", func(c *comparison) {
		for id := range c.then.past.ReplacedProjects() {
			for row := range c.world.NeedsOf(id) {
				c.needs[row.Doc.ID] = true
			}
		}
	}},
	{"settings", func(c *comparison) {
		c.every = c.then.engine.Ruleset() != c.now.engine.Ruleset() || c.then.today != c.now.today
	}},
}

// lookEvery is how many pairs are looked at between two looks at the context.
const lookEvery = 2048

// run compares the pairs that what happened in between can have touched, and
// yields those that stand otherwise, in no order. The error is the context's.
func (c *comparison) run(ctx context.Context, yield func(*domain.SpaceMatchChange)) error {
	c.needs, c.spaces = make(map[domain.NeedID]bool), make(map[domain.SpaceID]bool)
	for _, f := range c.fans {
		f.reach(c)
	}
	if !c.touched() {
		return nil
	}
	tell := func(need domain.NeedID, space domain.SpaceID, was, is standing) {
		if change := compare(was, is); change != nil {
			change.NeedID, change.SpaceID = need, space
			yield(change)
		}
	}
	// The spaces that stood otherwise, or the only one of the list, by their
	// documents as they were and are.
	needs := c.allNeeds()
	whole := make(map[domain.NeedID]bool) // those whose every pair is reached
	for _, id := range needs {
		if c.every || c.needs[id] {
			whole[id] = true
		}
	}
	spaces := c.spaces
	if c.list.space != "" {
		spaces = map[domain.SpaceID]bool{c.list.space: c.spaces[c.list.space]}
	}
	looked := 0
	for space, replaced := range spaces {
		was, is := c.then.candidate(space), c.now.candidate(space)
		for _, need := range needs {
			if looked++; looked%lookEvery == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if replaced || whole[need] {
				tell(need, space, c.then.standing(need, was), c.now.standing(need, is))
			}
		}
	}
	if c.list.space != "" {
		return nil
	}
	// All others are now what they were: only the questions differ.
	for need := range whole {
		was, err := c.standings(ctx, c.then, need)
		if err != nil {
			return err
		}
		is, err := c.standings(ctx, c.now, need)
		if err != nil {
			return err
		}
		for space := range was {
			tell(need, space, was[space], is[space])
		}
		for space := range is {
			if !was[space].in {
				tell(need, space, standing{}, is[space])
			}
		}
	}
	return nil
}

// touched tells whether anything that happened in between reaches the list: most
// of what a subscriber waits through doesn't.
func (c *comparison) touched() bool {
	if c.list.space != "" {
		return c.every || len(c.needs) > 0 || c.spaces[c.list.space]
	}
	return c.every || len(c.needs) > 0 || len(c.spaces) > 0
}

// standings are the pairs of a need as of an instant, of the spaces that nothing
// replaced since the earlier one.
func (c *comparison) standings(ctx context.Context, at *instant, need domain.NeedID) (map[domain.SpaceID]standing, error) {
	all := make(map[domain.SpaceID]standing)
	q := at.question(need)
	if q == nil || c.filter.ProjectID != nil && q.Need().ProjectID != *c.filter.ProjectID {
		return all, nil
	}
	search := match.NewSearch(c.world.Columns(), c.viewer, c.filter, match.Pages{})
	return all, search.Each(ctx, q, func(r match.Ranked) {
		if !c.spaces[r.Space] {
			worst, score, reliability := match.Read(r.Order)
			all[r.Space] = standing{in: true, order: r.Order, MatchStanding: domain.MatchStanding{
				Eligibility: worst.Eligibility(), ScoreTenths: score, ReliabilityThousandths: reliability}}
		}
	})
}

// listed: the list held the need, or holds it.
func (c *comparison) listed(id domain.NeedID) bool {
	return c.then.question(id) != nil || c.now.question(id) != nil
}

// allNeeds are those of the list, as it was or is.
func (c *comparison) allNeeds() (all []domain.NeedID) {
	if c.list.need != "" {
		return []domain.NeedID{c.list.need}
	}
	present := c.world.Needs()
	if c.list.project != "" {
		present = c.world.NeedsOf(c.list.project)
	}
	for row := range present {
		if id := row.Doc.ID; !c.then.past.ReplacedNeed(id) && c.listed(id) {
			all = append(all, id)
		}
	}
	for id := range c.then.past.ReplacedNeeds() {
		if c.listed(id) {
			all = append(all, id)
		}
	}
	return all
}

// standing is the place of a pair in the list as of an instant; the zero value
// is that of a pair that isn't in it.
type standing struct {
	in    bool
	order int64
	domain.MatchStanding
}

// compare tells what became of a pair; nil when it stands as it did.
func compare(was, is standing) *domain.SpaceMatchChange {
	var change domain.SpaceMatchChange
	switch {
	case was.in && !is.in:
		change.Kind = domain.MatchGone
	case !was.in && is.in:
		change.Kind = domain.MatchAppeared
	case is.order < was.order:
		change.Kind = domain.MatchImproved
	case is.order > was.order:
		change.Kind = domain.MatchFell
	default:
		return nil
	}
	if was.in {
		change.Before = &was.MatchStanding
	}
	if is.in {
		change.After = &is.MatchStanding
	}
	return &change
}

// instant is the list as of one commit.
type instant struct {
	*comparison
	past   *world.Past
	engine *match.Engine
	today  domain.Date
	// questions are those of the needs that were looked at; nil for those that
	// the list doesn't hold.
	questions map[domain.NeedID]*match.Question
	scratch   *match.Ranking
}

// instant is false when this program doesn't know the rules of then.
func (c *comparison) instant(past *world.Past) (*instant, bool) {
	settings, _ := past.Settings()
	version := settings.Ruleset
	if c.ruleset != nil {
		version = *c.ruleset
	}
	rules, ok := c.rules(version)
	if !ok {
		return nil, false
	}
	return &instant{comparison: c, past: past, today: settings.Today,
		engine:    match.NewEngine(c.atlas, rules, settings.Today, c.viewer.SeesConfidential()),
		questions: make(map[domain.NeedID]*match.Question),
		scratch:   match.NewRanking(0, nil),
	}, true
}

// question of a need that the list holds; nil when it doesn't.
func (i *instant) question(id domain.NeedID) *match.Question {
	if q, asked := i.questions[id]; asked {
		return q
	}
	var q *match.Question
	if row, ok := i.past.Need(id); ok && i.viewer.MaySee(*row.Sight) && i.list.holdsNeed(i.past, row) {
		subject := match.Subject{Need: row.Doc}
		if project, ok := i.past.Project(row.Doc.ProjectID); ok {
			subject.Project = project.Doc
		}
		q = i.engine.Prepare(subject)
	}
	i.questions[id] = q
	return q
}

// candidate of a space that the list holds; its space is nil when it doesn't.
func (i *instant) candidate(id domain.SpaceID) (c match.Candidate) {
	row, ok := i.past.Space(id)
	if !ok || !i.viewer.MaySee(*row.Sight) || !i.list.holdsSpace(row) {
		return c
	}
	site, ok := i.past.Site(row.Doc.SiteID)
	if !ok {
		return c
	}
	c.Space, c.Site = row.Doc, site.Doc
	if l, ok := i.past.Landlord(site.Doc.LandlordID); ok {
		c.Landlord = l.Doc
	}
	return c
}

// standing of a pair whose candidate is known.
func (i *instant) standing(need domain.NeedID, c match.Candidate) standing {
	if c.Space == nil {
		return standing{}
	}
	q := i.question(need)
	if q == nil || i.filter.ProjectID != nil && q.Need().ProjectID != *i.filter.ProjectID {
		return standing{}
	}
	a := i.scratch.Assess(q, c)
	if !i.filter.Keeps(q, c, &a) {
		return standing{}
	}
	return standing{in: true, order: a.Order(), MatchStanding: domain.MatchStanding{
		Eligibility: a.Eligibility(), ScoreTenths: a.ScoreTenths, ReliabilityThousandths: a.ReliabilityThousandths}}
}

// dress completes a change with what the viewer sees now, and takes from it what
// the viewer doesn't.
func (i *instant) dress(change *domain.SpaceMatchChange) {
	need, ok := i.world.Need(change.NeedID)
	change.Need, _ = seen(i.Session, need, ok)
	space, ok := i.world.Space(change.SpaceID)
	change.Space, _ = seen(i.Session, space, ok)
	if change.Need == nil || change.Space == nil {
		change.Before, change.After = nil, nil
		return
	}
	if c := i.candidate(change.SpaceID); i.standing(change.NeedID, c).in {
		r := match.Ranked{Question: i.question(change.NeedID), Candidate: c}
		change.Match = r.Match()
	}
}
