package loaders

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/internal/fold"
	"github.com/palier-hub/palier/world"
)

// StatisticsQuery is what statistics are asked for.
type StatisticsQuery struct {
	From, Until domain.Date
	AsOf        domain.HostingStatisticsAsOf
	By          domain.HostingStatisticsBy
	Filter      domain.HostingStatisticsFilter
}

// mostStatisticsMonths bounds a period: slots are expanded so far.
const mostStatisticsMonths = 120

// HostingStatistics tells what came of hosting requests in a period. Errors are
// refusals of the arguments, and the context's.
func (s *Session) HostingStatistics(ctx context.Context, q StatisticsQuery, p Page) (*domain.HostingStatisticsConnection, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	w := s.World()
	if err := s.checkStatistics(w, q); err != nil {
		return nil, err
	}
	scope, err := s.scopeOf("hostingStatistics", q)
	if err != nil {
		return nil, err
	}
	after, err := s.after(p.After, scope)
	if err != nil {
		return nil, err
	}
	c := &counting{Session: s, world: w, query: q, known: knownBy(q.AsOf), total: make(tallies), groups: make(map[string]*statisticsGroup)}
	if err := c.count(ctx); err != nil {
		return nil, err
	}
	groups, total := c.show()
	best := newBest[*domain.HostingStatistics](p.First+1, after)
	for _, g := range groups {
		best.offer(g.key, g.shown)
	}
	out := &domain.HostingStatisticsConnection{Connection: *connection(s, scope, best, p, func(*domain.HostingStatisticsEdge) {}),
		Total: total, From: q.From, Until: q.Until, AsOfCommit: q.AsOf.Commit, AsOfDate: q.AsOf.Date}
	if q.AsOf == (domain.HostingStatisticsAsOf{}) {
		out.AsOfCommit = new(int(w.Commit()))
	}
	out.TotalCount, out.Facets = len(groups), []*domain.Facet{}
	if s.viewer.SeesRequests() {
		out.Facets = append(out.Facets, facetOfGroups(groups))
	}
	return out, nil
}

// checkStatistics refuses what can't be answered, or not to this viewer.
func (s *Session) checkStatistics(w *world.World, q StatisticsQuery) error {
	var p domain.Problems
	p.Require(q.From <= q.Until, "le dernier jour précède le premier : échangez-les", "the last day is before the first: exchange them", "until")
	p.Require(q.Until <= w.Today(), "ce jour n'est pas encore venu : demandez jusqu'à aujourd'hui", "this day hasn't come yet: ask until today", "until")
	p.Require(q.Until <= q.From.AddMonths(mostStatisticsMonths).AddDays(-1), "une période dure dix ans au plus : demandez-en plusieurs", "a period is of ten years at most: ask for several", "until")
	p.Require(q.AsOf.Commit == nil || q.AsOf.Date == nil, "donnez un commit ou un jour, pas les deux", "give a commit or a day, not both", "asOf")
	if n := q.AsOf.Commit; n != nil {
		p.Require(*n >= 0 && uint64(*n) <= w.Commit(), "ce commit n'existe pas encore : demandez le plus récent au plus", "there is no such commit yet: ask for the newest at most", "asOf", "commit")
	}
	if day := q.AsOf.Date; day != nil {
		p.Require(*day <= w.Today(), "ce jour n'est pas encore venu : demandez jusqu'à aujourd'hui", "this day hasn't come yet: ask until today", "asOf", "date")
	}
	if err := p.Err(); err != nil {
		return err
	}
	// What parts requests so finely that a difference tells of a single one.
	f := q.Filter
	fine := q.By == domain.StatisticsByLandlord || q.By == domain.StatisticsByProject || q.AsOf.Commit != nil ||
		f.LandlordID != nil || f.ProjectID != nil || f.Synthetic != nil || len(f.Domains)+len(f.Departements)+len(f.Regions)+len(f.Origins) > 0
	if fine && !s.viewer.SeesRequests() {
		return domain.NotAllowed{Action: "statistics.part", Needed: domain.RequestSides}
	}
	return nil
}

// knownBy tells which steps were known at a time.
func knownBy(as domain.HostingStatisticsAsOf) func(domain.RequestStep) bool {
	switch {
	case as.Commit != nil:
		last := uint64(*as.Commit)
		return func(s domain.RequestStep) bool { return s.Commit <= last }
	case as.Date != nil:
		year, month, day := as.Date.Time().Date()
		end := time.Date(year, month, day+1, 0, 0, 0, 0, statisticsClock())
		return func(s domain.RequestStep) bool { return s.At.Before(end) }
	}
	return func(domain.RequestStep) bool { return true }
}

// counting is one answer in the making.
type counting struct {
	*Session
	world *world.World
	query StatisticsQuery
	known func(domain.RequestStep) bool

	total  tallies
	groups map[string]*statisticsGroup
}

// statisticsGroup is a group of requests.
type statisticsGroup struct {
	head    domain.HostingStatistics
	key     sortKey
	tallies tallies
	shown   *domain.HostingStatistics
}

// isBetween is how many requests are looked at before the context is asked again.
const isBetween = 256

// count goes over the requests once: those that the viewer sees, and all of them
// for those who are told aggregates only.
func (c *counting) count(ctx context.Context) error {
	rows, looked := c.world.Requests(), 0
	if c.viewer.SeesRequests() {
		rows = world.Visible(rows, c.viewer)
	}
	if f := c.query.Filter; (about{landlord: f.LandlordID, project: f.ProjectID}).hidden(c.Session) {
		return nil
	}
	p := period{c.query.From, c.query.Until}
	for row := range rows {
		if looked++; looked%isBetween == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r := row.Doc
		at := c.placeOf(r)
		if !c.wants(r, at) {
			continue
		}
		portions := portionsOf(r, r.Known(c.known, statisticsClock()), p, at.clock(), c.guardingCost(r))
		if len(portions) == 0 {
			continue
		}
		c.total.add(r.ID, portions)
		for _, g := range c.groupsOf(r, at) {
			g.tallies.add(r.ID, portions)
		}
	}
	return nil
}

// statisticsPlace is where a request's space is; empty when that isn't known.
type statisticsPlace struct {
	departement domain.DepartementCode
	region      domain.RegionCode
}

func (at statisticsPlace) clock() *time.Location { return geo.Location(at.departement) }

// placeOf is where the chosen space stands, else the first wanted one, as far as the
// viewer may see them.
func (c *counting) placeOf(r *domain.HostingRequest) (at statisticsPlace) {
	id, chosen := r.Chosen()
	if !chosen {
		if len(r.Spaces) == 0 {
			return at
		}
		id = r.Spaces[0]
	}
	space, ok := found(c, c.world.Space, id)
	if !ok {
		return at
	}
	site, ok := found(c, c.world.Site, space.SiteID)
	if !ok {
		return at
	}
	if commune, ok := c.atlas.Commune(site.CommuneCode); ok {
		at.departement, at.region = commune.Departement, commune.Region
	}
	return at
}

// found is a document that the viewer may see, or any for those who are told
// aggregates only.
func found[ID, T any](c *counting, find func(ID) (*world.Row[T], bool), id ID) (*T, bool) {
	row, ok := find(id)
	if ok && !c.viewer.SeesRequests() {
		return row.Doc, true
	}
	return seen(c.Session, row, ok)
}

// wants is the filter.
func (c *counting) wants(r *domain.HostingRequest, at statisticsPlace) bool {
	f := c.query.Filter
	return (f.LandlordID == nil || r.LandlordID != nil && *r.LandlordID == *f.LandlordID) &&
		(f.ProjectID == nil || r.ProjectID == *f.ProjectID) &&
		(f.Synthetic == nil || r.Synthetic == *f.Synthetic) &&
		anyOf(f.Origins, r.Origin) && anyOf(f.Departements, at.departement) && anyOf(f.Regions, at.region) &&
		(len(f.Domains) == 0 || anyIn(f.Domains, c.domainsOf(r)))
}

func (c *counting) domainsOf(r *domain.HostingRequest) []domain.InnovationDomain {
	if project, ok := found(c, c.world.Project, r.ProjectID); ok {
		return project.Domains
	}
	return nil
}

// guardingCost is what guarding costs the landlord of a request; nil when it doesn't
// say so, and for those whom its upkeep isn't for.
func (c *counting) guardingCost(r *domain.HostingRequest) *domain.Amount {
	if r.LandlordID == nil {
		return nil
	}
	row, ok := c.world.Landlord(*r.LandlordID)
	if !managed(c.Session, row, ok) {
		return nil
	}
	return row.Doc.GuardingCostMonthly
}

// groupsOf are the groups that a request counts in, made as they are met.
func (c *counting) groupsOf(r *domain.HostingRequest, at statisticsPlace) []*statisticsGroup {
	one := func(g *statisticsGroup) []*statisticsGroup { return []*statisticsGroup{g} }
	switch c.query.By {
	case domain.StatisticsByLandlord:
		if r.LandlordID == nil {
			return one(c.without())
		}
		landlord, ok := found(c, c.world.Landlord, *r.LandlordID)
		if !ok {
			return one(c.without())
		}
		return one(c.group(string(landlord.ID), domain.Bilingual{French: landlord.Name, English: landlord.Name}, fold.Name(landlord.Name), func(h *domain.HostingStatistics) { h.Landlord = landlord }))
	case domain.StatisticsByProject:
		project, ok := found(c, c.world.Project, r.ProjectID)
		if !ok {
			return one(c.without())
		}
		return one(c.group(string(project.ID), domain.Bilingual{French: project.Name, English: project.Name}, fold.Name(project.Name), func(h *domain.HostingStatistics) { h.Project = project }))
	case domain.StatisticsByDomain:
		var groups []*statisticsGroup
		list, _ := domain.CodeListNamed("InnovationDomain")
		for _, d := range c.domainsOf(r) {
			place := slices.IndexFunc(list.Codes, func(code domain.Code) bool { return code.Value == string(d) })
			groups = append(groups, c.group(string(d), list.Text(string(d)), fmt.Sprintf("%09d", place), nil))
		}
		if len(groups) == 0 {
			return one(c.without())
		}
		return groups
	case domain.StatisticsByDepartement:
		departement, ok := c.Departement(at.departement)
		if !ok {
			return one(c.without())
		}
		return one(c.territory(domain.TerritoryDepartement, string(departement.Code), func(h *domain.HostingStatistics) {
			h.Departement = departement
			h.Region, _ = c.Region(departement.Region)
		}))
	case domain.StatisticsByRegion:
		region, ok := c.Region(at.region)
		if !ok {
			return one(c.without())
		}
		return one(c.territory(domain.TerritoryRegion, string(region.Code), func(h *domain.HostingStatistics) { h.Region = region }))
	}
	return one(c.group("", allRequests, "", nil))
}

var (
	allRequests     = domain.Bilingual{French: "Toutes les demandes", English: "All requests"}
	withoutAnyGroup = domain.Bilingual{French: "Sans objet ou non communiqué", English: "None, or not disclosed"}
)

func (c *counting) territory(scale domain.TerritoryScale, code string, dress func(*domain.HostingStatistics)) *statisticsGroup {
	t := domain.Territory{Scale: scale, Code: code}
	return c.group(code, domain.Bilingual{French: c.atlas.TerritoryName(t, domain.French), English: c.atlas.TerritoryName(t, domain.English)}, code, dress)
}

// without is the group of those that belong to none.
func (c *counting) without() *statisticsGroup {
	g := c.group("none", withoutAnyGroup, "", nil)
	g.head.Code, g.key.Numbers = nil, []int64{1}
	return g
}

func (c *counting) group(code string, text domain.Bilingual, order string, dress func(*domain.HostingStatistics)) *statisticsGroup {
	g, ok := c.groups[code]
	if !ok {
		g = &statisticsGroup{head: domain.HostingStatistics{Code: &code, Text: text}, tallies: make(tallies),
			key: sortKey{Numbers: []int64{0}, Text: order, IDs: []string{code}}}
		if dress != nil {
			dress(&g.head)
		}
		c.groups[code] = g
	}
	return g
}

// show makes the figures of the groups, in no order, and of the total.
func (c *counting) show() (groups []*statisticsGroup, total *domain.HostingStatistics) {
	for _, code := range slices.Sorted(maps.Keys(c.groups)) {
		groups = append(groups, c.groups[code])
	}
	hidden, ofTotal := c.hide(groups)
	all := &statisticsGroup{head: domain.HostingStatistics{Code: new(""), Text: allRequests}, tallies: c.total}
	total = c.shown(all, ofTotal)
	shown := groups[:0]
	for i, g := range groups {
		switch {
		case c.query.By == domain.StatisticsTotal:
			g.shown = total
		case hidden == nil:
			g.shown = c.shown(g, nil)
		case allHidden(hidden[i]):
			continue
		default:
			g.shown = c.shown(g, hidden[i])
		}
		shown = append(shown, g)
	}
	return shown, total
}

// hide decides what those who don't see requests are told; nothing is hidden from
// others.
func (c *counting) hide(groups []*statisticsGroup) (ofGroups grid, ofTotal map[figure]*cell) {
	if c.viewer.SeesRequests() {
		return nil, nil
	}
	of := make([]tallies, len(groups))
	for i, g := range groups {
		of[i] = g.tallies
	}
	ofTotal = hideOfTotal(c.total)
	switch c.query.By {
	case domain.StatisticsByDepartement:
	case domain.StatisticsByDomain:
		return hideOfOverlapping(c.total, of), ofTotal
	default:
		return hideOfGroups(c.total, of), ofTotal
	}
	// Régions can be asked for too: départements are parts of them.
	var regions []tallies
	place, part := make(map[domain.RegionCode]int), make([]int, len(groups))
	for i, g := range groups {
		var region domain.RegionCode // "" for those without
		if g.head.Region != nil {
			region = g.head.Region.Code
		}
		at, met := place[region]
		if !met {
			at = len(regions)
			place[region], regions = at, append(regions, make(tallies))
		}
		part[i] = at
		regions[at].merge(g.tallies)
	}
	return hideOfParts(c.total, of, part, regions), ofTotal
}

func allHidden(cells map[figure]*cell) bool {
	for _, c := range cells {
		if !c.hidden {
			return false
		}
	}
	return true
}

// figures shows those of one group.
type figures struct {
	*counting
	of   *statisticsGroup
	sees bool
	// cells say what is hidden, of those that are shown at all to those who don't
	// see requests.
	cells map[figure]*cell
}

func (c *counting) shown(g *statisticsGroup, cells map[figure]*cell) *domain.HostingStatistics {
	f := figures{counting: c, of: g, sees: c.viewer.SeesRequests(), cells: cells}
	out := g.head
	for kind, to := range map[string]**domain.HostingStatisticsCount{
		figSubmitted: &out.Submitted, figSent: &out.Sent, figAnswered: &out.Answered, figRefused: &out.Refused,
		figWithdrawn: &out.Withdrawn, figExpired: &out.Expired, figSuperseded: &out.Superseded,
		figSigned: &out.Signed, figRenewed: &out.Renewed, figCancelled: &out.Cancelled,
		figBegun: &out.Begun, figRunning: &out.Running, figEnded: &out.Ended,
	} {
		*to = f.count(figure{kind: kind})
	}
	if !f.hides(figure{kind: figAnswered}) {
		out.AnswerMedianDays = median(g.tallies.of(figure{kind: figAnswered}).days)
	}
	out.Steps = f.steps()
	out.RefusedByReason = f.reasons("HostingRefusalReason", figRefusedFor)
	out.EndedByReason = f.reasons("HostingEndReason", figEndedFor)
	for _, code := range c.total.codes("HostingIndicatorCode", figIndicator) {
		of := figure{figIndicator, code}
		shown := &domain.HostingStatisticsIndicator{Code: domain.IndicatorCode(code), Count: f.count(of)}
		if !f.hides(of) {
			shown.Sum = new(int(g.tallies.of(of).sum))
		}
		out.Indicators = append(out.Indicators, shown)
	}
	out.Occupied = f.occupied()
	out.Guarding = f.guarding()
	return &out
}

// hides tells whether a number is suppressed: not for those who see requests.
func (f figures) hides(of figure) bool {
	c, told := f.cells[of]
	return !f.sees && (!told || c.hidden)
}

// count is how many requests count in a figure.
func (f figures) count(of figure) *domain.HostingStatisticsCount {
	if f.hides(of) {
		return f.untold()
	}
	ids := f.of.tallies.of(of).ids
	out := &domain.HostingStatisticsCount{Value: new(len(ids))}
	if f.sees {
		q := f.query
		out.Behind = &domain.StatisticsBehind{IDs: ids, Of: []any{q, f.of.head.Code, of.kind, of.code}}
	}
	return out
}

func (f figures) untold() *domain.HostingStatisticsCount {
	return &domain.HostingStatisticsCount{Suppressed: true}
}

// steps are the statuses that can be left. Those who don't see requests aren't told
// how many left them: with what they left them for, that would add up.
func (f figures) steps() (out []*domain.HostingStatisticsStep) {
	list, _ := domain.CodeListNamed("HostingRequestStatus")
	for _, c := range list.Codes {
		status := domain.RequestStatus(c.Value)
		if !leavable(status) {
			continue
		}
		of := figure{figStep, c.Value}
		step := &domain.HostingStatisticsStep{Status: status, Count: f.count(of)}
		if t := f.of.tallies.of(of); f.sees || len(t.ids) >= fewest {
			step.MedianDays = median(t.days)
		}
		out = append(out, step)
	}
	return out
}

// leavable tells whether any step leads out of a status.
func leavable(status domain.RequestStatus) bool {
	return slices.ContainsFunc(domain.RequestTransitions(), func(t domain.RequestTransition) bool {
		return t.To != domain.Stays && slices.Contains(t.From, status)
	})
}

func (f figures) reasons(list, kind string) (out []*domain.HostingStatisticsReason) {
	known, _ := domain.CodeListNamed(list)
	for _, code := range f.total.codes(list, kind) {
		out = append(out, &domain.HostingStatisticsReason{Code: code, Text: known.Text(code), Count: f.count(figure{kind, code})})
	}
	return out
}

// occupied tells those who don't see requests for how long, not by how many: those
// that run or ended are those that occupied something.
func (f figures) occupied() *domain.HostingStatisticsOccupation {
	days, hours := figure{kind: figOccupiedDays}, figure{kind: figOccupiedHours}
	out := &domain.HostingStatisticsOccupation{DaysCount: f.untold(), HoursCount: f.untold()}
	if f.sees {
		out.DaysCount, out.HoursCount = f.count(days), f.count(hours)
	}
	if !f.hides(days) {
		out.Days = new(int(f.of.tallies.of(days).sum))
	}
	if !f.hides(hours) {
		out.Hours = new(float64(f.of.tallies.of(hours).sum) / 60)
	}
	return out
}

// guarding is nil when there is none that the viewer may know.
func (f figures) guarding() *domain.HostingStatisticsGuarding {
	of := figure{kind: figGuarding}
	t := f.of.tallies.of(of)
	if len(t.ids) == 0 {
		return nil
	}
	return &domain.HostingStatisticsGuarding{Amount: domain.Amount(t.sum), Count: f.count(of)}
}

// facetOfGroups counts the groups in which there is some of the main figures.
func facetOfGroups(groups []*statisticsGroup) *domain.Facet {
	counts := make(map[string]int)
	for _, g := range groups {
		for kind := range figureTexts {
			if len(g.tallies.of(figure{kind: kind}).ids) > 0 {
				counts[kind]++
			}
		}
	}
	return facetOf("figures", counts, func(code string) domain.Bilingual { return figureTexts[code] })
}

var figureTexts = map[string]domain.Bilingual{
	figSubmitted: {French: "Demandes déposées", English: "Requests submitted"},
	figSent:      {French: "Demandes transmises", English: "Requests sent"},
	figSigned:    {French: "Conventions signées", English: "Agreements signed"},
	figBegun:     {French: "Accueils commencés", English: "Placements begun"},
	figRunning:   {French: "Accueils en cours", English: "Placements running"},
	figEnded:     {French: "Accueils terminés", English: "Placements ended"},
}

// RequestsCounted are the requests behind a number; nil for viewers who don't see
// requests.
func (s *Session) RequestsCounted(n *domain.HostingStatisticsCount, f domain.HostingRequestFilter, p Page) (*domain.HostingRequestConnection, error) {
	if n.Behind == nil {
		return nil, nil
	}
	l := s.requestList("counted", f, domain.RequestsByUpdate)
	l.scope, l.rows = append(l.scope, n.Behind.Of...), rowsOf(slices.Values(n.Behind.IDs), s.World().Request)
	return page(s, l, p)
}
