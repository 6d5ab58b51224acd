package loaders

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/world"
)

// covered is the coverage of one World for one sight by one version of the rules,
// before any filter. It never changes, and holds on to no World.
type covered struct {
	// places are the départements and the priority districts.
	places        []coverageArea
	needs         []coveredNeed
	landlordNeeds []coveredLandlordNeed
	// stock are the spaces of the country, stocks those of each place.
	stock  match.Stock
	stocks []match.Stock
	spaces *match.Covered
}

// coverageArea is a département with its région, or a priority district.
type coverageArea struct {
	scale        domain.CoverageScale
	code, region string
}

// coveredNeed is a published need: the best that it finds, and at each place
// whether it looks there and what it finds.
type coveredNeed struct {
	id      domain.NeedID
	domains []domain.InnovationDomain
	kinds   []domain.SpaceKind
	best    match.Status
	looks   []bool
	found   []match.Status
}

// coveredLandlordNeed is a published need of a landlord: the best project for it,
// and the places where it is.
type coveredLandlordNeed struct {
	id      domain.LandlordNeedID
	domains []domain.InnovationDomain
	best    match.Status
	at      []bool
}

// covering is one computation under way, in a session that stays at one World.
type covering struct {
	*Session
	world        *world.World
	out          *covered
	departements map[domain.DepartementCode]int // their places
	districts    map[domain.QpvCode]int
	// communes are those of each district's sites, by the place.
	communes map[int]map[domain.InseeCode]bool
	grounds  map[string][]bool // by territory
	extents  []extent          // of the places, where they are départements
}

// cover computes the coverage of the session's World. It looks at the context for
// each chunk of spaces, and for each landlord's need and project.
func (s *Session) cover(ctx context.Context, version string) (*covered, error) {
	c := &covering{Session: s, world: s.World(), out: &covered{},
		departements: make(map[domain.DepartementCode]int), districts: make(map[domain.QpvCode]int),
		communes: make(map[int]map[domain.InseeCode]bool), grounds: make(map[string][]bool)}
	cover := match.NewCover(c.world.Columns(), s.viewer)
	if err := c.findPlaces(ctx, cover.Districts()); err != nil {
		return nil, err
	}
	needs, err := c.publishedNeeds(version)
	if err != nil {
		return nil, err
	}
	wanted, err := c.wanted(version)
	if err != nil {
		return nil, err
	}
	if err := c.findGrounds(ctx, needs, wanted); err != nil {
		return nil, err
	}
	c.out.needs = make([]coveredNeed, len(needs))
	err = each(ctx, len(needs), func(i int) error {
		reach, err := cover.Ask(ctx, needs[i])
		c.out.needs[i] = c.need(needs[i], cover, reach)
		return err
	})
	if err != nil {
		return nil, err
	}
	candidates := c.candidates()
	c.out.landlordNeeds = make([]coveredLandlordNeed, len(wanted))
	err = each(ctx, len(wanted), func(i int) (err error) {
		c.out.landlordNeeds[i], err = c.landlordNeed(ctx, wanted[i], candidates)
		return err
	})
	if err != nil {
		return nil, err
	}
	c.count(cover)
	return c.out, nil
}

// each does something for every number below n, on all the processors. A panic is
// an error here: nobody else would catch it.
func each(ctx context.Context, n int, do func(int) error) error {
	work, going := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		if going.Err() != nil {
			break
		}
		work.Go(func() (err error) {
			defer func() {
				if broken := recover(); broken != nil {
					err = fmt.Errorf("computing the coverage: %v", broken)
				}
			}()
			return do(i)
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// findPlaces numbers the départements, and the districts that the published sites
// name; those of the spaces are among them.
func (c *covering) findPlaces(ctx context.Context, known []domain.QpvCode) error {
	for d := range c.atlas.Departements() {
		c.departements[d.Code] = len(c.out.places)
		c.out.places = append(c.out.places, coverageArea{domain.CoverageDepartement, string(d.Code), string(d.Region)})
	}
	for _, code := range known {
		c.district(code)
	}
	looked := 0
	for row := range world.Visible(c.world.Sites(), c.viewer) {
		if looked++; looked%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		site := row.Doc
		if site.PriorityDistrict.Code == nil || site.State != domain.PublicationPublished || !c.landlordPublished(site.LandlordID) {
			continue
		}
		c.communes[c.district(*site.PriorityDistrict.Code)][site.CommuneCode] = true
	}
	return nil
}

func (c *covering) district(code domain.QpvCode) int {
	i, ok := c.districts[code]
	if !ok {
		i = len(c.out.places)
		c.districts[code] = i
		c.communes[i] = make(map[domain.InseeCode]bool)
		c.out.places = append(c.out.places, coverageArea{scale: domain.CoveragePriorityDistrict, code: string(code)})
	}
	return i
}

func (c *covering) landlordPublished(id domain.LandlordID) bool {
	row, ok := c.world.Landlord(id)
	return ok && row.Doc.State == domain.PublicationPublished
}

// publishedNeeds are those of the lists of matches, ready to be compared.
func (c *covering) publishedNeeds(version string) ([]*match.Question, error) {
	m, err := c.matching(domain.SpaceMatchFilter{}, &version)
	if err != nil {
		return nil, err
	}
	return slices.Collect(m.publishedNeeds()), nil
}

// wantedProjects is a landlord's need that is published, ready to be compared.
type wantedProjects struct {
	need     *domain.LandlordNeed
	question *match.ProjectQuestion
}

func (c *covering) wanted(version string) (all []wantedProjects, err error) {
	rules, err := rulesetOf(c.world, domain.RulesetProject, &version)
	if err != nil {
		return nil, err
	}
	r := projectRanking{ranking: &ranking[projectPair, *domain.ProjectMatch]{Session: c.Session,
		engine: match.NewEngine(c.atlas, rules, c.world.Today(), c.viewer.SeesConfidential())}}
	for row := range world.Visible(c.world.LandlordNeeds(), c.viewer) {
		if row.Doc.State == domain.PublicationPublished && c.landlordPublished(row.Doc.LandlordID) {
			all = append(all, wantedProjects{row.Doc, r.question(row.Doc)})
		}
	}
	return all, nil
}

// candidates are the projects that a landlord's need is compared with.
func (c *covering) candidates() (all []match.ProjectCandidate) {
	for row := range world.Visible(c.world.Projects(), c.viewer) {
		if row.Doc.State != domain.PublicationArchived {
			all = append(all, c.projectCandidate(row.Doc))
		}
	}
	return all
}

// findGrounds tells of every territory with which places it shares ground, or may.
func (c *covering) findGrounds(ctx context.Context, needs []*match.Question, wanted []wantedProjects) error {
	var distinct []domain.Territory
	note := func(territories []domain.Territory) {
		for _, t := range territories {
			if _, known := c.grounds[t.String()]; !known {
				c.grounds[t.String()] = nil
				distinct = append(distinct, t)
			}
		}
	}
	for _, q := range needs {
		note(q.Need().Territories)
	}
	for _, w := range wanted {
		note(w.need.Territories)
	}
	found := make([][]bool, len(distinct))
	c.findExtents()
	err := each(ctx, len(distinct), func(i int) error {
		found[i] = c.groundOf(distinct[i])
		return nil
	})
	for i, t := range distinct {
		c.grounds[t.String()] = found[i]
	}
	return err
}

func (c *covering) groundOf(t domain.Territory) []bool {
	shares := make([]bool, len(c.out.places))
	communes := make(map[domain.InseeCode]bool)
	for i, p := range c.out.places {
		if p.scale == domain.CoverageDepartement {
			shares[i] = !c.farFrom(i, t) && c.atlas.Meet(t, domain.Territory{Scale: domain.TerritoryDepartement, Code: p.code}) != geo.Outside
			continue
		}
		for code := range c.communes[i] {
			met, known := communes[code]
			if !known {
				met = c.atlas.Meet(t, domain.Territory{Scale: domain.TerritoryCommune, Code: string(code)}) != geo.Outside
				communes[code] = met
			}
			shares[i] = shares[i] || met
		}
	}
	return shares
}

// extent bounds where the communes of a département are, so that most circles need
// no look at them.
type extent struct {
	centre      domain.Position
	far, margin int
	// open: one of them isn't located.
	open bool
}

func (c *covering) findExtents() {
	c.extents = make([]extent, len(c.out.places))
	for code, i := range c.departements {
		e, n := &c.extents[i], 0.0
		for commune := range c.atlas.CommunesOf(code) {
			if commune.Position == nil {
				e.open = true
				continue
			}
			n++
			e.centre.Latitude += (commune.Position.Latitude - e.centre.Latitude) / n
			e.centre.Longitude += (commune.Position.Longitude - e.centre.Longitude) / n
		}
		for commune := range c.atlas.CommunesOf(code) {
			if commune.Position != nil {
				e.far = max(e.far, geo.DistanceMetres(e.centre, *commune.Position))
				e.margin = max(e.margin, commune.Position.MarginMetres())
			}
		}
	}
}

// farFrom tells that a circle surely shares no ground with a département: by the
// triangle inequality, less what rounding may hide.
func (c *covering) farFrom(place int, t domain.Territory) bool {
	e := &c.extents[place]
	if t.Scale != domain.TerritoryRadius || t.RadiusKm == nil || e.open {
		return false
	}
	centre, ok := c.atlas.Commune(domain.InseeCode(t.Code))
	if !ok || centre.Position == nil || string(centre.Departement) == c.out.places[place].code {
		return false
	}
	return geo.DistanceMetres(e.centre, *centre.Position)-e.far-e.margin-centre.Position.MarginMetres()-10 > 1000**t.RadiusKm
}

// need is what became of a question.
func (c *covering) need(q *match.Question, cover *match.Cover, reach match.Reach) coveredNeed {
	n := coveredNeed{id: q.Need().ID, kinds: q.Need().SpaceKinds, best: reach.Anywhere,
		looks: make([]bool, len(c.out.places)), found: slices.Repeat([]match.Status{match.Fail}, len(c.out.places))}
	if row, ok := c.world.Project(q.Need().ProjectID); ok {
		n.domains = row.Doc.Domains
	}
	c.mark(n.looks, q.Need().Territories)
	for i, code := range cover.Departements() {
		if place, ok := c.departements[code]; ok {
			n.found[place] = reach.Departements[i]
		}
	}
	for i, code := range cover.Districts() {
		n.found[c.districts[code]] = reach.Districts[i]
	}
	if len(q.Need().Territories) == 0 { // as for its matches: anywhere
		for i := range n.looks {
			n.looks[i] = true
		}
	}
	return n
}

// mark the places with which territories share ground.
func (c *covering) mark(at []bool, territories []domain.Territory) {
	for _, t := range territories {
		for i, shares := range c.grounds[t.String()] {
			at[i] = at[i] || shares
		}
	}
}

// landlordNeed is what became of a landlord's need.
func (c *covering) landlordNeed(ctx context.Context, w wantedProjects, candidates []match.ProjectCandidate) (coveredLandlordNeed, error) {
	n := coveredLandlordNeed{id: w.need.ID, domains: w.need.Domains, best: match.Fail, at: make([]bool, len(c.out.places))}
	c.mark(n.at, w.need.Territories)
	for _, site := range c.SitesOfNeed(w.need) {
		if site.State != domain.PublicationPublished {
			continue
		}
		if commune, ok := c.atlas.Commune(site.CommuneCode); ok {
			if place, ok := c.departements[commune.Departement]; ok {
				n.at[place] = true
			}
		}
		if code := site.PriorityDistrict.Code; code != nil {
			if place, ok := c.districts[*code]; ok {
				n.at[place] = true
			}
		}
	}
	for _, candidate := range candidates {
		if n.best == match.Pass {
			break
		}
		if err := ctx.Err(); err != nil {
			return n, err
		}
		n.best = min(n.best, w.question.Worst(candidate, n.best-1))
	}
	return n, nil
}

// count the spaces of each place.
func (c *covering) count(cover *match.Cover) {
	all, departements, districts := cover.Stock()
	c.out.stock, c.out.stocks = all, make([]match.Stock, len(c.out.places))
	for i, code := range cover.Departements() {
		if place, ok := c.departements[code]; ok {
			c.out.stocks[place] = departements[i]
		}
	}
	for i, code := range cover.Districts() {
		c.out.stocks[c.districts[code]] = districts[i]
	}
	c.out.spaces = cover.Covered()
}
