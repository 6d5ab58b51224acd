package loaders

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/world"
)

var atlasOfTests = sync.OnceValue(func() *geo.Atlas {
	atlas, err := geo.Load()
	if err != nil {
		panic(err)
	}
	return atlas
})

// past is a history with the World of each of its commits.
type past struct {
	t      testing.TB
	opener *Opener
	worlds []*world.World
}

func newPast(t testing.TB) *past {
	t.Helper()
	seal, err := newSealer([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	p := &past{t: t, opener: &Opener{atlas: atlasOfTests(), seal: seal}}
	p.worlds = []*world.World{world.Empty("a-ledger-for-tests", p.opener.atlas)}
	return p
}

func (p *past) now() *world.World { return p.worlds[len(p.worlds)-1] }

func (p *past) as(v domain.Viewer, w *world.World) *Session {
	s := &Session{Opener: p.opener, viewer: v}
	s.world.Store(w)
	return s
}

// commit applies one commit; a document of nil deletes.
func (p *past) commit(changes ...ledger.Change) {
	p.t.Helper()
	head := p.now().Head()
	c := ledger.Commit{Number: head.Number + 1, Format: head.Format, Prev: head.Hash, Action: "test", Changes: changes,
		Time: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(head.Number) * time.Minute)}
	binary.BigEndian.PutUint64(c.ID[:], c.Number)
	next, err := p.now().Apply([]ledger.Commit{c})
	if err != nil {
		p.t.Fatal(err)
	}
	p.worlds = append(p.worlds, next)
}

func (p *past) put(kind domain.Kind, id domain.ID, doc any) ledger.Change {
	p.t.Helper()
	bytes, err := ledger.Marshal(doc)
	if err != nil {
		p.t.Fatal(err)
	}
	return ledger.Change{Kind: kind, ID: id, Doc: bytes}
}

// dice draws documents of a small universe.
type dice struct {
	*rand.Rand
	p *past
}

func (d dice) one(of ...string) string        { return of[d.IntN(len(of))] }
func (d dice) chance(percent int) bool        { return d.IntN(100) < percent }
func (d dice) id(prefix string, n int) string { return fmt.Sprint(prefix, d.IntN(n)) }

const (
	landlordsOfTests = 3
	sitesOfTests     = 5
	spacesOfTests    = 10
	projectsOfTests  = 3
	needsOfTests     = 5
)

func (d dice) record() domain.Record {
	return domain.Record{Version: d.IntN(1000), State: domain.Publication(d.one("PUBLISHED", "PUBLISHED", "PUBLISHED", "PUBLISHED", "PUBLISHED", "DRAFT", "WITHDRAWN", "ARCHIVED"))}
}

func (d dice) visibility() domain.Visibility {
	return domain.Visibility(d.one("PUBLIC", "PUBLIC", "PUBLIC", "NETWORK", "PRIVATE"))
}

func (d dice) domains() (list []domain.InnovationDomain) {
	for _, c := range []domain.InnovationDomain{domain.DomainCulture, domain.DomainSocialAnimation, domain.DomainInclusion} {
		if d.chance(50) {
			list = append(list, c)
		}
	}
	return list
}

func (d dice) publics() []domain.TargetPublic {
	return [][]domain.TargetPublic{nil, {domain.PublicAll}, {domain.PublicSeniors}, {domain.PublicSeniors, domain.PublicAll}}[d.IntN(4)]
}

func (d dice) kinds() domain.SpaceKind {
	return domain.SpaceKind(d.one("COLLECTIVE_ROOM", "COLLECTIVE_ROOM", "OFFICE"))
}

var firstOfTests = domain.NewDate(2026, 11, 1)

// change draws a document of any kind, or deletes one.
func (d dice) change() ledger.Change {
	var c ledger.Change
	switch d.IntN(14) {
	case 0, 1:
		l := domain.Landlord{ID: domain.LandlordID(d.id("lld_", landlordsOfTests)), Record: d.record()}
		l.Priorities = d.domains()
		if d.chance(40) {
			l.GroupID = new(domain.LandlordID(d.id("lld_", landlordsOfTests)))
		}
		c = d.p.put(domain.KindLandlord, domain.ID(l.ID), l)
	case 2, 3, 4:
		s := domain.LandlordSite{ID: domain.SiteID(d.id("sit_", sitesOfTests)), LandlordID: domain.LandlordID(d.id("lld_", landlordsOfTests)), Record: d.record()}
		s.Visibility, s.ResidentPublics = d.visibility(), d.publics()
		s.CommuneCode = domain.InseeCode(d.one("69123", "69266", "93066"))
		if d.chance(30) {
			s.Position = &domain.Position{Latitude: 45.7 + float64(d.IntN(10))/50, Longitude: 4.85, Quality: domain.PositionAddress}
		}
		c = d.p.put(domain.KindSite, domain.ID(s.ID), s)
	case 5, 6, 7, 8:
		s := domain.VacantSpace{ID: domain.SpaceID(d.id("spc_", spacesOfTests)), SiteID: domain.SiteID(d.id("sit_", sitesOfTests)), Record: d.record()}
		s.Visibility, s.Kind = d.visibility(), d.kinds()
		m2 := float64(40 + 20*d.IntN(4))
		s.Surface = domain.SurfaceRange{MinM2: &m2, MaxM2: &m2}
		from := firstOfTests.AddDays(d.IntN(40))
		s.Availability = domain.SpaceAvailability{From: &from, OpenEnded: d.chance(50)}
		if !s.Availability.OpenEnded {
			s.Availability.Until = new(from.AddDays(300 + d.IntN(200)))
		}
		s.OccupancyForms = []domain.OccupancyForm{domain.FormLoanForUse}
		if d.chance(60) {
			s.Cost = &domain.Cost{Basis: domain.CostFree}
		}
		c = d.p.put(domain.KindSpace, domain.ID(s.ID), s)
	case 9, 10:
		p := domain.InnovationProject{ID: domain.ProjectID(d.id("prj_", projectsOfTests)), Record: d.record()}
		p.Slug, p.Domains, p.Publics = string(p.ID), d.domains(), d.publics()
		c = d.p.put(domain.KindProject, domain.ID(p.ID), p)
	case 11, 12:
		n := domain.HostingNeed{ID: domain.NeedID(d.id("ned_", needsOfTests)), ProjectID: domain.ProjectID(d.id("prj_", projectsOfTests)), Record: d.record()}
		n.Use.Kind, n.SpaceKinds = domain.UseContinuous, []domain.SpaceKind{d.kinds(), d.kinds()}
		n.Surface.MinM2 = new(float64(40 + 20*d.IntN(3)))
		n.Duration.MinMonths = 6 + d.IntN(12)
		n.Territories = [][]domain.Territory{{{Scale: domain.TerritoryCountry}}, {{Scale: domain.TerritoryCommune, Code: "69123"}}}[d.IntN(2)]
		n.Start.Latest = new(firstOfTests.AddDays(d.IntN(60)))
		c = d.p.put(domain.KindNeed, domain.ID(n.ID), n)
	default:
		return d.p.put(domain.KindSettings, domain.SettingsID, settingsOfTests(firstOfTests.AddDays(d.IntN(60))))
	}
	if d.chance(8) {
		c.Doc = nil
	}
	return c
}

func settingsOfTests(today domain.Date) domain.Settings {
	return domain.Settings{Ruleset: "2026-11", Geography: atlasOfTests().Version(), Today: today}
}

// randomPast lives through so many commits; the first states the settings.
func randomPast(t testing.TB, seed uint64, commits int) (*past, dice) {
	t.Helper()
	p := newPast(t)
	d := dice{rand.New(rand.NewPCG(seed, 7)), p}
	p.commit(p.put(domain.KindSettings, domain.SettingsID, settingsOfTests(firstOfTests)))
	for i := range commits {
		n := d.IntN(4)
		if i < 8 {
			n = 12 // something to begin with
		}
		var changes []ledger.Change
		for range n {
			changes = append(changes, d.change())
		}
		p.commit(changes...)
	}
	return p, d
}

var viewersOfTests = []domain.Viewer{
	domain.Anonymous,
	{Role: domain.RoleObserver},
	{Role: domain.RoleLandlord, Landlord: "lld_0"},
	{Role: domain.RoleLandlord, Landlord: "lld_1"},
	{Role: domain.RoleProject, Project: "prj_0"},
	{Role: domain.RoleStaff},
}

var filtersOfTests = []domain.SpaceMatchFilter{
	{},
	{Eligibility: []domain.Eligibility{domain.EligibilityEligible, domain.EligibilityUncertain}},
	{NearMissOnly: true},
	{MinScore: new(60.0)},
	{SpaceKinds: []domain.SpaceKind{domain.SpaceKindOffice}},
	{LandlordID: new(domain.LandlordID("lld_1"))},
	{ProjectID: new(domain.ProjectID("prj_1"))},
	{Within: []domain.Territory{{Scale: domain.TerritoryCommune, Code: "69123"}}},
}

func listsOfTests() (all []listOfMatches) {
	for i := range needsOfTests {
		all = append(all, listOfMatches{need: domain.NeedID(fmt.Sprint("ned_", i))})
	}
	for i := range projectsOfTests {
		all = append(all, listOfMatches{project: domain.ProjectID(fmt.Sprint("prj_", i))})
	}
	for i := range spacesOfTests / 2 {
		all = append(all, listOfMatches{space: domain.SpaceID(fmt.Sprint("spc_", i))})
	}
	return all
}

type pairOfTests struct {
	need  domain.NeedID
	space domain.SpaceID
}

// whole is a list as it is served, page by page: what the changes are held
// against.
func (p *past) whole(v domain.Viewer, w *world.World, l listOfMatches, f domain.SpaceMatchFilter) map[pairOfTests]domain.MatchStanding {
	p.t.Helper()
	s := p.as(v, w)
	out := make(map[pairOfTests]domain.MatchStanding)
	page := MatchPage{Page: Page{First: mostFirst}}
	for {
		var c *domain.SpaceMatchConnection
		var err error
		if n, ok := s.Need(l.need); ok {
			c, err = s.NeedMatches(p.t.Context(), n, nil, f, page)
		} else if project, ok := s.Project(l.project); ok {
			c, err = s.ProjectMatches(p.t.Context(), project, f, domain.MatchPairs, page)
		} else if space, ok := s.Space(l.space); ok {
			c, err = s.SpaceMatches(p.t.Context(), space, f, page)
		} else {
			return out
		}
		if err != nil {
			p.t.Fatal(err)
		}
		for _, m := range c.Nodes {
			out[pairOfTests{m.Need.ID, m.Space.ID}] = domain.MatchStanding{Eligibility: m.Eligibility, ScoreTenths: m.ScoreTenths, ReliabilityThousandths: m.ReliabilityThousandths}
		}
		if !c.PageInfo.HasNextPage {
			return out
		}
		page.After = c.PageInfo.EndCursor
	}
}

var ranksOfTests = map[domain.Eligibility]int{domain.EligibilityEligible: 2, domain.EligibilityUncertain: 1}

// differences are what became of each pair, in words of their own.
func differences(was, is map[pairOfTests]domain.MatchStanding) map[pairOfTests]domain.MatchChangeKind {
	out := make(map[pairOfTests]domain.MatchChangeKind)
	for pair := range was {
		if _, still := is[pair]; !still {
			out[pair] = domain.MatchGone
		}
	}
	for pair, b := range is {
		a, before := was[pair]
		better := slices.Compare([]int{ranksOfTests[b.Eligibility], b.ScoreTenths, b.ReliabilityThousandths},
			[]int{ranksOfTests[a.Eligibility], a.ScoreTenths, a.ReliabilityThousandths})
		switch {
		case !before:
			out[pair] = domain.MatchAppeared
		case better > 0:
			out[pair] = domain.MatchImproved
		case better < 0:
			out[pair] = domain.MatchFell
		}
	}
	return out
}

// comparison is one that the test runs itself.
func (p *past) comparison(v domain.Viewer, w *world.World, l listOfMatches, f domain.SpaceMatchFilter, ruleset *string) *comparison {
	p.t.Helper()
	s := p.as(v, w)
	filter, err := s.matchFilter(f)
	if err != nil {
		p.t.Fatal(err)
	}
	return s.comparison(w, l, filter, ruleset)
}

// incremental are the changes by the fans given.
func (p *past) incremental(v domain.Viewer, w *world.World, l listOfMatches, f domain.SpaceMatchFilter, from, to uint64, by []fan) map[pairOfTests]domain.MatchChangeKind {
	p.t.Helper()
	c := p.comparison(v, w, l, f, nil)
	c.fans = by
	if reason, ok := c.between(from, to); !ok {
		p.t.Fatalf("%d to %d from %d: %s", from, to, w.Commit(), reason)
	}
	out := make(map[pairOfTests]domain.MatchChangeKind)
	err := c.run(context.Background(), func(change *domain.SpaceMatchChange) {
		pair := pairOfTests{change.NeedID, change.SpaceID}
		if _, twice := out[pair]; twice {
			p.t.Errorf("%v is told twice", pair)
		}
		out[pair] = change.Kind
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// What is assessed again tells what comparing the two whole lists tells, between
// any two commits, for every viewer, filter and list; and would not if any of
// the fans were missing.
func TestChangesAreTheDifferences(t *testing.T) {
	cases, told := 0, make(map[domain.MatchChangeKind]int)
	missed := make(map[string]bool)
	for seed := range uint64(10) {
		p, d := randomPast(t, seed, 34)
		for i, v := range viewersOfTests {
			f := filtersOfTests[(int(seed)+i)%len(filtersOfTests)]
			if d.chance(50) {
				f = filtersOfTests[0]
			}
			for _, l := range listsOfTests() {
				if d.chance(50) {
					continue
				}
				wholes := make([]map[pairOfTests]domain.MatchStanding, len(p.worlds))
				for n, w := range p.worlds[1:] {
					wholes[n+1] = p.whole(v, w, l, f)
				}
				for range 60 {
					from := 1 + d.IntN(len(p.worlds)-1)
					to := from + d.IntN(len(p.worlds)-from)
					at := to + d.IntN(len(p.worlds)-to)
					if d.chance(50) {
						at = to
					}
					want := differences(wholes[from], wholes[to])
					got := p.incremental(v, p.worlds[at], l, f, uint64(from), uint64(to), fans)
					if !maps.Equal(got, want) {
						t.Fatalf("seed %d, %s, %v, %+v, %d to %d from %d:\n got %v\nwant %v", seed, v.Role, l, f, from, to, at, got, want)
					}
					cases++
					for _, kind := range want {
						told[kind]++
					}
					for j, left := range fans {
						if missed[left.of] {
							continue
						}
						some := slices.Delete(slices.Clone(fans), j, j+1)
						missed[left.of] = !maps.Equal(p.incremental(v, p.worlds[at], l, f, uint64(from), uint64(to), some), want)
					}
				}
			}
		}
	}
	t.Logf("%d cases: %v", cases, told)
	for _, f := range fans {
		if !missed[f.of] {
			t.Errorf("nobody misses the fan of a %s: the histories are too tame", f.of)
		}
	}
	for _, kind := range []domain.MatchChangeKind{domain.MatchAppeared, domain.MatchImproved, domain.MatchFell, domain.MatchGone} {
		if told[kind] < 1000 {
			t.Errorf("%s was told %d times only", kind, told[kind])
		}
	}
}

// The pages of one walk tell of the same two commits, each change once, however
// the World moves meanwhile; what they show is what the viewer sees now.
func TestPagesOfChanges(t *testing.T) {
	shown, hidden, moved := 0, 0, 0
	for seed := range uint64(40) {
		p, d := randomPast(t, seed+100, 30)
		for range 60 {
			v := viewersOfTests[d.IntN(len(viewersOfTests))]
			f := filtersOfTests[d.IntN(2)]
			l := listsOfTests()[d.IntN(len(listsOfTests()))]
			from := 1 + d.IntN(len(p.worlds)-1)
			to := from + d.IntN(len(p.worlds)-from)
			was, is := p.whole(v, p.worlds[from], l, f), p.whole(v, p.worlds[to], l, f)
			want := differences(was, is)
			page := ChangesPage{Since: from, MatchPage: MatchPage{Page: Page{First: 1 + d.IntN(4)}}}
			got := make(map[pairOfTests]domain.MatchChangeKind)
			var order []string
			for at := to; ; {
				s := p.as(v, p.worlds[at])
				c, err := s.matchChanges(context.Background(), l, f, page)
				if err != nil {
					t.Fatal(err)
				}
				if c.Resync() || c.FromCommit != from || c.ToCommit != to || c.TotalCount != len(want) {
					t.Fatalf("%d to %d, %d changes, want %d to %d, %d", c.FromCommit, c.ToCommit, c.TotalCount, from, to, len(want))
				}
				now := p.whole(v, p.worlds[at], l, f)
				for _, change := range c.Nodes {
					pair := pairOfTests{change.NeedID, change.SpaceID}
					got[pair] = change.Kind
					order = append(order, string(pair.need)+" "+string(pair.space))
					_, seesNeed := s.Need(pair.need)
					_, seesSpace := s.Space(pair.space)
					sees := seesNeed && seesSpace
					if (change.Need != nil) != seesNeed || (change.Space != nil) != seesSpace {
						t.Errorf("%v: shown otherwise than seen", pair)
					}
					standing := func(what string, shown *domain.MatchStanding, whole map[pairOfTests]domain.MatchStanding) {
						if m, in := whole[pair]; (shown != nil) != (in && sees) || shown != nil && *shown != m {
							t.Errorf("%v %s: %v, want %v %v", pair, what, shown, in && sees, m)
						}
					}
					standing("before", change.Before, was)
					standing("after", change.After, is)
					var match *domain.MatchStanding
					if m := change.Match; m != nil {
						match = &domain.MatchStanding{Eligibility: m.Eligibility, ScoreTenths: m.ScoreTenths, ReliabilityThousandths: m.ReliabilityThousandths}
					}
					standing("match", match, now)
					if sees {
						shown++
					} else {
						hidden++
					}
				}
				if !c.PageInfo.HasNextPage {
					break
				}
				page.After = c.PageInfo.EndCursor
				if next := at + d.IntN(len(p.worlds)-at); next > at {
					at = next
					moved++
				}
			}
			if !maps.Equal(got, want) || !slices.IsSorted(order) || len(order) != len(want) {
				t.Fatalf("seed %d, %s, %v: pages told %v\nwant %v", seed, v.Role, l, order, want)
			}
		}
	}
	t.Logf("%d shown, %d by their ids only, the World moved %d times", shown, hidden, moved)
	if shown < 500 || hidden < 200 || moved < 100 {
		t.Error("too few")
	}
}

// A commit that adopts other rules touches every pair; each end is judged by its
// own.
func TestChangesOfRules(t *testing.T) {
	p, d := randomPast(t, 5, 20)
	before := p.now()
	settings := before.Settings()
	settings.Ruleset = "other"
	p.commit(p.put(domain.KindSettings, domain.SettingsID, settings))
	own, _ := match.RulesetNamed(domain.RulesetSpace, "2026-11")
	other := *own
	other.Version, other.Weights = "other", slices.Clone(own.Weights)
	for i := range other.Weights {
		other.Weights[i].Weight = d.IntN(30)
	}
	named := func(version string) (*domain.Ruleset, bool) {
		if version == "other" {
			return &other, true
		}
		return match.RulesetNamed(domain.RulesetSpace, version)
	}
	differs := 0
	for row := range before.Needs() {
		l := listOfMatches{need: row.Doc.ID}
		staff := domain.Viewer{Role: domain.RoleStaff}
		c := p.comparison(staff, p.now(), l, domain.SpaceMatchFilter{}, nil)
		c.rules = named
		if _, ok := c.between(before.Commit(), p.now().Commit()); !ok {
			t.Fatal("not told")
		}
		got := make(map[pairOfTests]domain.MatchStanding)
		if err := c.run(context.Background(), func(change *domain.SpaceMatchChange) {
			got[pairOfTests{change.NeedID, change.SpaceID}] = *change.After
		}); err != nil {
			t.Fatal(err)
		}
		r := &matching{Session: c.Session, world: before}
		project, _ := before.Project(row.Doc.ProjectID)
		subject := match.Subject{Need: row.Doc}
		if project != nil {
			subject.Project = project.Doc
		}
		for pair, was := range p.whole(staff, before, l, domain.SpaceMatchFilter{}) {
			space, _ := before.Space(pair.space)
			candidate, _ := r.candidate(space.Doc)
			a := match.NewEngine(p.opener.atlas, &other, before.Today(), true).Prepare(subject).Assess(candidate)
			want := domain.MatchStanding{Eligibility: a.Eligibility(), ScoreTenths: a.ScoreTenths, ReliabilityThousandths: a.ReliabilityThousandths}
			if is, told := got[pair]; told != (want != was) || told && is != want {
				t.Errorf("%v: %v, want %v, was %v", pair, is, want, was)
			}
		}
		differs += len(got)

		// Asked for by one version, nothing changed.
		c = p.comparison(staff, p.now(), l, domain.SpaceMatchFilter{}, new("2026-11"))
		if _, ok := c.between(before.Commit(), p.now().Commit()); !ok {
			t.Fatal("not told by one version")
		}
		if err := c.run(context.Background(), func(*domain.SpaceMatchChange) { t.Error("a change by the same rules") }); err != nil {
			t.Fatal(err)
		}
	}
	if differs < 5 {
		t.Errorf("%d changes only", differs)
	}
}

func TestResync(t *testing.T) {
	staff := domain.Viewer{Role: domain.RoleStaff}
	ask := func(p *past, since int, ruleset *string) *domain.SpaceMatchChangeConnection {
		t.Helper()
		c, err := p.as(staff, p.now()).matchChanges(context.Background(), listOfMatches{need: "ned_0"}, domain.SpaceMatchFilter{},
			ChangesPage{Since: since, MatchPage: MatchPage{Page: Page{First: 10}, Ruleset: ruleset}})
		if err != nil {
			t.Fatal(err)
		}
		if c.FromCommit != since || c.ToCommit != int(p.now().Commit()) || c.Resync() && (len(c.Nodes) > 0 || c.Nodes == nil || c.Edges == nil || c.PageInfo == nil) {
			t.Errorf("%+v", c)
		}
		return c
	}
	reason := func(c *domain.SpaceMatchChangeConnection) domain.MatchResyncReason {
		if c.ResyncReason == nil {
			return ""
		}
		return *c.ResyncReason
	}
	adopt := func(p *past, change func(*domain.Settings)) {
		s := p.now().Settings()
		change(&s)
		p.commit(p.put(domain.KindSettings, domain.SettingsID, s))
	}

	p, _ := randomPast(t, 1, 10)
	if got := reason(ask(p, 0, nil)); got != domain.ResyncCommitForgotten {
		t.Errorf("before the first settings: %q", got)
	}
	if got := reason(ask(p, 1, nil)); got != "" {
		t.Errorf("since the first: %q", got)
	}
	adopt(p, func(s *domain.Settings) { s.Geography = "older" })
	adopt(p, func(s *domain.Settings) { s.Geography = atlasOfTests().Version() })
	now := int(p.now().Commit())
	for since, want := range map[int]domain.MatchResyncReason{now - 3: "", now - 2: "", now - 1: domain.ResyncGeographyChanged, now: ""} {
		if got := reason(ask(p, since, nil)); got != want {
			t.Errorf("geography, since %d of %d: %q, want %q", since, now, got, want)
		}
	}
	adopt(p, func(s *domain.Settings) { s.Ruleset = "2019-01" })
	adopt(p, func(s *domain.Settings) { s.Ruleset = "2026-11" })
	now = int(p.now().Commit())
	if got := reason(ask(p, now-1, nil)); got != domain.ResyncRulesetUnknown {
		t.Errorf("ruleset: %q", got)
	}
	if got := reason(ask(p, now-1, new("2026-11"))); got != "" {
		t.Errorf("a ruleset asked for: %q", got)
	}

	// One commit that touches more than is remembered.
	var many []ledger.Change
	for i := range 20_001 {
		id := domain.SpaceID(fmt.Sprintf("spc_many_%05d", i))
		many = append(many, p.put(domain.KindSpace, domain.ID(id), domain.VacantSpace{ID: id, SiteID: "sit_0"}))
	}
	p.commit(many...)
	now = int(p.now().Commit())
	if got := reason(ask(p, now-1, nil)); got != domain.ResyncCommitForgotten {
		t.Errorf("beyond what is remembered: %q", got)
	}
	if got := reason(ask(p, now, nil)); got != "" {
		t.Errorf("since now: %q", got)
	}
}

func TestChangesRefused(t *testing.T) {
	p, _ := randomPast(t, 2, 30)
	staff := domain.Viewer{Role: domain.RoleStaff}
	s := p.as(staff, p.now())
	l := listOfMatches{project: "prj_0"}
	ask := func(s *Session, f domain.SpaceMatchFilter, change func(*ChangesPage)) (*domain.SpaceMatchChangeConnection, error) {
		page := ChangesPage{Since: 1, MatchPage: MatchPage{Page: Page{First: 1}}}
		if change != nil {
			change(&page)
		}
		return s.matchChanges(context.Background(), l, f, page)
	}
	first, err := ask(s, domain.SpaceMatchFilter{}, nil)
	for i := 0; err == nil && !first.PageInfo.HasNextPage && i < projectsOfTests; i++ { // one with more changes than a page
		l.project = domain.ProjectID(fmt.Sprint("prj_", i))
		first, err = ask(s, domain.SpaceMatchFilter{}, nil)
	}
	if err != nil || !first.PageInfo.HasNextPage {
		t.Fatal(err, first)
	}
	cursor := first.PageInfo.EndCursor
	older := p.as(staff, p.worlds[len(p.worlds)-2])
	for name, test := range map[string]struct {
		session *Session
		filter  domain.SpaceMatchFilter
		change  func(*ChangesPage)
		path    string
	}{
		"negative":                    {s, domain.SpaceMatchFilter{}, func(p *ChangesPage) { p.Since = -1 }, "since"},
		"the future":                  {s, domain.SpaceMatchFilter{}, func(c *ChangesPage) { c.Since = int(p.now().Commit()) + 1 }, "since"},
		"a cursor since another":      {s, domain.SpaceMatchFilter{}, func(p *ChangesPage) { p.Since, p.After = 2, cursor }, "after"},
		"a cursor of another filter":  {s, domain.SpaceMatchFilter{NearMissOnly: true}, func(p *ChangesPage) { p.After = cursor }, "after"},
		"a cursor of another viewer":  {p.as(domain.Anonymous, p.now()), domain.SpaceMatchFilter{}, func(p *ChangesPage) { p.After = cursor }, "after"},
		"a cursor of other rules":     {s, domain.SpaceMatchFilter{}, func(p *ChangesPage) { p.After, p.Ruleset = cursor, new("2026-11") }, "after"},
		"a cursor from a later World": {older, domain.SpaceMatchFilter{}, func(p *ChangesPage) { p.After = cursor }, "after"},
		"no such ruleset":             {s, domain.SpaceMatchFilter{}, func(p *ChangesPage) { p.Ruleset = new("nothing") }, "ruleset"},
		"a page too long":             {s, domain.SpaceMatchFilter{}, func(p *ChangesPage) { p.First = 101 }, "first"},
		"a score out of bounds":       {s, domain.SpaceMatchFilter{MinScore: new(101.0)}, nil, "filter.minScore"},
	} {
		_, err := ask(test.session, test.filter, test.change)
		var path []string
		for _, refusal := range domain.AsRefusals(err) {
			path = refusal.(domain.InvalidInput).Path
		}
		if strings.Join(path, ".") != test.path {
			t.Errorf("%s: %v, want a refusal of %s", name, err, test.path)
		}
	}

	// A scan ends with the operation.
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	var many []ledger.Change
	for i := range 2 * lookEvery {
		id := domain.SpaceID(fmt.Sprintf("spc_many_%05d", i))
		many = append(many, p.put(domain.KindSpace, domain.ID(id), domain.VacantSpace{ID: id, SiteID: "sit_0"}))
	}
	p.commit(many...)
	_, err = p.as(staff, p.now()).matchChanges(gone, listOfMatches{need: "ned_0"}, domain.SpaceMatchFilter{}, ChangesPage{Since: int(p.now().Commit()) - 1, MatchPage: MatchPage{Page: Page{First: 1}}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a scan that nobody waits for: %v", err)
	}
}
