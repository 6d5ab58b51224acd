package loaders

import (
	"bytes"
	"slices"
	"strings"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/fold"
	"github.com/palier-hub/palier/world"
)

// searcher tells whether texts hold all the words of a search; nil matches all. What
// it answers is for one goroutine.
func searcher(search *string) func(texts ...string) bool {
	if search == nil {
		return func(...string) bool { return true }
	}
	words := bytes.Fields(fold.AppendName(nil, *search))
	var folded []byte // of the last texts: there may be millions
	return func(texts ...string) bool {
		folded = folded[:0]
		for _, text := range texts {
			folded = fold.AppendName(folded, text)
		}
		for _, w := range words {
			if !bytes.Contains(folded, w) {
				return false
			}
		}
		return len(words) > 0 // only signs: no name holds them
	}
}

// byName orders as people look names up: without case, accents and marks.
func byName(name string) sortKey { return sortKey{Text: fold.Name(name)} }

// needsNear refuses an order by distance without a point.
func needsNear(p *domain.Problems, ordered, near bool) {
	if ordered && !near {
		p.Add([]any{"orderBy"}, "l'ordre par distance demande filter.near", "ordering by distance needs filter.near")
	}
}

// Landlords are those that the viewer may see.
func (s *Session) Landlords(f domain.LandlordFilter, order domain.LandlordOrder, p Page) (*domain.LandlordConnection, error) {
	problems := &domain.Problems{Root: []string{"filter"}}
	domain.ValidateSearch(problems, f.Search, "search")
	domain.ValidateCommune(problems, s.atlas, f.PresentIn, "presentIn")
	if err := problems.Err(); err != nil {
		return nil, err
	}
	found := searcher(f.Search)
	if f.GroupID != nil {
		// A landlord's group is shown to who may see it, and is no filter for
		// others: the condition then holds for nobody.
		if _, ok := s.Landlord(*f.GroupID); !ok {
			found = func(...string) bool { return false }
		}
	}
	return page(s, list[domain.Landlord]{
		scope: []any{"landlords", f, order},
		rows:  s.World().Landlords(),
		id:    func(l *domain.Landlord) string { return string(l.ID) },
		keep: func(l *domain.Landlord) bool {
			return inState(f.States, l.State) && anyOf(f.Kinds, l.Kind) && anyIn(f.Priorities, l.Priorities) &&
				(f.GroupID == nil || l.GroupID != nil && *l.GroupID == *f.GroupID) &&
				(f.PresentIn == nil || s.covers(l.Territories, *f.PresentIn)) && found(l.Name)
		},
		key: func(l *domain.Landlord) sortKey {
			switch order {
			case domain.LandlordsByDwellings:
				if l.Dwellings == nil {
					return sortKey{Numbers: []int64{1}}
				}
				return sortKey{Numbers: []int64{-int64(l.Dwellings.Value)}}
			case domain.LandlordsByUpdate:
				return newestFirst(l.Record)
			}
			return byName(l.Name)
		},
		facets: []facet[domain.Landlord]{
			{"kind", "LandlordKind", func(l *domain.Landlord) []string { return texts(l.Kind) }},
			{"priorities", "InnovationDomain", func(l *domain.Landlord) []string { return texts(l.Priorities...) }},
			{"state", "PublicationState", func(l *domain.Landlord) []string { return texts(l.State) }},
		},
	}, p)
}

// Sites are those that the viewer may see.
func (s *Session) Sites(f domain.LandlordSiteFilter, order domain.LandlordSiteOrder, p Page) (*domain.LandlordSiteConnection, error) {
	problems := &domain.Problems{Root: []string{"filter"}}
	domain.ValidateSearch(problems, f.Search, "search")
	domain.ValidateTerritories(problems, s.atlas, f.Within, "within")
	if f.Near != nil {
		f.Near.Validate(problems, "near")
	}
	problems.Root = nil
	needsNear(problems, order == domain.SitesByDistance, f.Near != nil)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	found, inside := searcher(f.Search), s.insider(f.Within)
	l := list[domain.LandlordSite]{
		scope: []any{"sites", f, order},
		rows:  s.World().Sites(),
		id:    func(site *domain.LandlordSite) string { return string(site.ID) },
		keep: func(site *domain.LandlordSite) bool {
			return inState(f.States, site.State) && anyOf(f.PriorityDistrict, site.PriorityDistrict.Standing) &&
				(len(f.NpnruInterests) == 0 || site.NpnruInterest != nil && anyOf(f.NpnruInterests, *site.NpnruInterest)) &&
				inside(site) && s.inCircle(site, f.Near) && found(site.Name)
		},
		key: func(site *domain.LandlordSite) sortKey {
			switch order {
			case domain.SitesByUpdate:
				return newestFirst(site.Record)
			case domain.SitesByDistance:
				return nearestFirst(s.distance(site, f.Near.Centre()))
			}
			return byName(site.Name)
		},
		facets: []facet[domain.LandlordSite]{
			{"priorityDistrict", "QpvStanding", func(site *domain.LandlordSite) []string { return texts(site.PriorityDistrict.Standing) }},
			{"npnruInterest", "NpnruInterest", func(site *domain.LandlordSite) []string {
				if site.NpnruInterest == nil {
					return nil
				}
				return texts(*site.NpnruInterest)
			}},
			{"state", "PublicationState", func(site *domain.LandlordSite) []string { return texts(site.State) }},
		},
	}
	if f.LandlordID != nil {
		l.rows = s.World().SitesOf(*f.LandlordID)
	}
	if f.Near != nil {
		l.distance = func(site *domain.LandlordSite) *int { return s.distance(site, f.Near.Centre()) }
	}
	return page(s, l, p)
}

func (s *Session) inCircle(site *domain.LandlordSite, near *domain.Near) bool {
	if near == nil {
		return true
	}
	d := s.distance(site, near.Centre())
	return d != nil && *d <= near.RadiusMetres()
}

// Spaces are those that the viewer may see.
func (s *Session) Spaces(f domain.VacantSpaceFilter, order domain.VacantSpaceOrder, p Page) (*domain.VacantSpaceConnection, error) {
	l, err := s.spaceList(f, order)
	if err != nil {
		return nil, err
	}
	return page(s, l, p)
}

func (s *Session) spaceList(f domain.VacantSpaceFilter, order domain.VacantSpaceOrder) (l list[domain.VacantSpace], err error) {
	problems := &domain.Problems{Root: []string{"filter"}}
	f.Validate(problems, s.atlas)
	problems.Root = nil
	needsNear(problems, order == domain.SpacesByDistance, f.Near != nil)
	if err := problems.Err(); err != nil {
		return l, err
	}
	w := s.World()
	today := w.Today()
	found, inside := searcher(f.Search), s.insider(f.Within)
	aboutSite := f.LandlordID != nil || len(f.PriorityDistrict) > 0 || len(f.Within) > 0 || f.Near != nil || f.Search != nil
	// A visible space's site is never less visible: it may be read here.
	site := func(space *domain.VacantSpace) *domain.LandlordSite {
		row, ok := w.Site(space.SiteID)
		if !ok {
			return &domain.LandlordSite{}
		}
		return row.Doc
	}
	keepsSite := func(space *domain.VacantSpace) bool {
		site := site(space)
		return (f.LandlordID == nil || site.LandlordID == *f.LandlordID) &&
			anyOf(f.PriorityDistrict, site.PriorityDistrict.Standing) && inside(site) && s.inCircle(site, f.Near) &&
			found(space.Label, site.Name)
	}
	l = list[domain.VacantSpace]{
		scope: []any{"spaces", f, order},
		rows:  w.Spaces(),
		id:    func(space *domain.VacantSpace) string { return string(space.ID) },
		keep: func(space *domain.VacantSpace) bool {
			return inState(f.States, space.State) && anyOf(f.Kinds, space.Kind) &&
				anyOf(f.VacancyCauses, space.VacancyCause) && anyOf(f.StepFreeAccess, space.StepFreeAccess) &&
				anyOf(f.Statuses, space.StatusOn(today)) && anyIn(f.OccupancyForms, space.OccupancyForms) &&
				(f.SiteID == nil || space.SiteID == *f.SiteID) &&
				(f.Shareable == nil || space.Shareable != nil && *space.Shareable == *f.Shareable) &&
				space.Surface.Overlap(f.MinSurfaceM2, f.MaxSurfaceM2) &&
				(f.AvailableOn == nil || space.Availability.Covers(*f.AvailableOn)) &&
				(!aboutSite || keepsSite(space))
		},
		key: func(space *domain.VacantSpace) sortKey {
			switch order {
			case domain.SpacesBySurface:
				return sortKey{Numbers: []int64{-int64(space.Surface.Most() * 100)}}
			case domain.SpacesByAvailable:
				if from := space.Availability.From; from != nil {
					return sortKey{Numbers: []int64{0, int64(*from)}}
				}
				return sortKey{Numbers: []int64{1}}
			case domain.SpacesByDistance:
				return nearestFirst(s.distance(site(space), f.Near.Centre()))
			}
			return newestFirst(space.Record)
		},
		facets: []facet[domain.VacantSpace]{
			{"kind", "SpaceKind", func(space *domain.VacantSpace) []string { return texts(space.Kind) }},
			{"status", "SpaceStatus", func(space *domain.VacantSpace) []string { return texts(space.StatusOn(today)) }},
			{"vacancyCause", "VacancyCause", func(space *domain.VacantSpace) []string { return texts(space.VacancyCause) }},
			{"stepFreeAccess", "AccessLevel", func(space *domain.VacantSpace) []string { return texts(space.StepFreeAccess) }},
			{"state", "PublicationState", func(space *domain.VacantSpace) []string { return texts(space.State) }},
		},
	}
	switch {
	case f.SiteID != nil:
		l.rows = w.SpacesOf(*f.SiteID)
	case f.LandlordID != nil:
		l.rows = w.SpacesOfLandlord(*f.LandlordID)
	}
	if f.Near != nil {
		l.distance = func(space *domain.VacantSpace) *int { return s.distance(site(space), f.Near.Centre()) }
	}
	return l, nil
}

// Projects are those that the viewer may see.
func (s *Session) Projects(f domain.InnovationProjectFilter, order domain.InnovationProjectOrder, p Page) (*domain.InnovationProjectConnection, error) {
	problems := &domain.Problems{Root: []string{"filter"}}
	domain.ValidateSearch(problems, f.Search, "search")
	domain.ValidateCommune(problems, s.atlas, f.PresentIn, "presentIn")
	if f.Near != nil {
		f.Near.Circle().Validate(problems, "near")
		problems.Require(len(f.Near.Of) > 0, "indiquez quels lieux comptent : PRESENT, SEEKING", "say which places count: PRESENT, SEEKING", "near", "of")
	}
	problems.Root = nil
	needsNear(problems, order == domain.ProjectsByDistance, f.Near != nil)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	found := searcher(f.Search)
	distance := func(*domain.InnovationProject) *int { return nil }
	if f.Near != nil {
		distance = s.projectDistance(*f.Near)
	}
	l := list[domain.InnovationProject]{
		scope: []any{"projects", f, order},
		rows:  s.World().Projects(),
		id:    func(p *domain.InnovationProject) string { return string(p.ID) },
		keep: func(p *domain.InnovationProject) bool {
			if !inState(f.States, p.State) || !anyIn(f.Domains, p.Domains) || !anyIn(f.Publics, p.Publics) ||
				!anyOf(f.Stages, p.Stage) || f.PresentIn != nil && !s.covers(p.Footprint, *f.PresentIn) ||
				!found(p.Name, p.Summary, strings.Join(p.Tags, " ")) {
				return false
			}
			if f.Near == nil {
				return true
			}
			d := distance(p)
			return d != nil && *d <= f.Near.Circle().RadiusMetres()
		},
		key: func(p *domain.InnovationProject) sortKey {
			switch order {
			case domain.ProjectsByUpdate:
				return newestFirst(p.Record)
			case domain.ProjectsByDistance:
				return nearestFirst(distance(p))
			}
			return byName(p.Name)
		},
		facets: []facet[domain.InnovationProject]{
			{"domains", "InnovationDomain", func(p *domain.InnovationProject) []string { return texts(p.Domains...) }},
			{"publics", "TargetPublic", func(p *domain.InnovationProject) []string { return texts(p.Publics...) }},
			{"stage", "ProjectStage", func(p *domain.InnovationProject) []string { return texts(p.Stage) }},
			{"state", "PublicationState", func(p *domain.InnovationProject) []string { return texts(p.State) }},
		},
	}
	if f.Near != nil {
		l.distance = distance
	}
	return page(s, l, p)
}

// projectDistance measures how far the places of projects are: those where they
// run, and those where their visible needs look for one.
func (s *Session) projectDistance(near domain.ProjectNear) func(*domain.InnovationProject) *int {
	v := s.vicinity(near.Circle().Centre())
	return func(p *domain.InnovationProject) *int {
		var places []domain.Territory
		for _, of := range near.Of {
			switch of {
			case domain.PlacePresent:
				places = append(places, p.Footprint...)
			case domain.PlaceSeeking:
				for need := range world.Visible(s.World().NeedsOf(p.ID), s.viewer) {
					if need.Doc.State != domain.PublicationArchived {
						places = append(places, need.Doc.Territories...)
					}
				}
			}
		}
		return v.distance(places)
	}
}

// Needs are those that the viewer may see.
func (s *Session) Needs(f domain.HostingNeedFilter, order domain.HostingNeedOrder, p Page) (*domain.HostingNeedConnection, error) {
	l, err := s.needList(f, order)
	if err != nil {
		return nil, err
	}
	return page(s, l, p)
}

func (s *Session) needList(f domain.HostingNeedFilter, order domain.HostingNeedOrder) (l list[domain.HostingNeed], err error) {
	problems := &domain.Problems{Root: []string{"filter"}}
	domain.ValidateSearch(problems, f.Search, "search")
	domain.ValidateCommune(problems, s.atlas, f.SeekingIn, "seekingIn")
	if err := problems.Err(); err != nil {
		return l, err
	}
	found := searcher(f.Search)
	l = list[domain.HostingNeed]{
		scope: []any{"needs", f, order},
		rows:  s.World().Needs(),
		id:    func(n *domain.HostingNeed) string { return string(n.ID) },
		keep: func(n *domain.HostingNeed) bool {
			var description string
			if n.Description != nil {
				description = *n.Description
			}
			return inState(f.States, n.State) && anyIn(f.SpaceKinds, n.SpaceKinds) && anyOf(f.Activities, n.Activity) &&
				anyOf(f.UseKinds, n.Use.Kind) && (f.SeekingIn == nil || s.covers(n.Territories, *f.SeekingIn)) &&
				found(n.Label, description)
		},
		key: func(n *domain.HostingNeed) sortKey {
			if order == domain.NeedsByStart {
				if n.Start.Earliest == nil {
					return sortKey{Numbers: []int64{0}}
				}
				return sortKey{Numbers: []int64{1, int64(*n.Start.Earliest)}}
			}
			return newestFirst(n.Record)
		},
		facets: []facet[domain.HostingNeed]{
			{"activity", "HostingActivity", func(n *domain.HostingNeed) []string { return texts(n.Activity) }},
			{"spaceKinds", "SpaceKind", func(n *domain.HostingNeed) []string { return texts(n.SpaceKinds...) }},
			{"use", "UseKind", func(n *domain.HostingNeed) []string { return texts(n.Use.Kind) }},
			{"state", "PublicationState", func(n *domain.HostingNeed) []string { return texts(n.State) }},
		},
	}
	if f.ProjectID != nil {
		l.rows = s.World().NeedsOf(*f.ProjectID)
	}
	return l, nil
}

// LandlordNeeds are those that the viewer may see.
func (s *Session) LandlordNeeds(f domain.LandlordNeedFilter, order domain.LandlordNeedOrder, p Page) (*domain.LandlordNeedConnection, error) {
	l, err := s.landlordNeedList(f, order)
	if err != nil {
		return nil, err
	}
	return page(s, l, p)
}

func (s *Session) landlordNeedList(f domain.LandlordNeedFilter, order domain.LandlordNeedOrder) (l list[domain.LandlordNeed], err error) {
	problems := &domain.Problems{Root: []string{"filter"}}
	domain.ValidateSearch(problems, f.Search, "search")
	domain.ValidateCommune(problems, s.atlas, f.NeededIn, "neededIn")
	if err := problems.Err(); err != nil {
		return l, err
	}
	found := searcher(f.Search)
	l = list[domain.LandlordNeed]{
		scope: []any{"landlordNeeds", f, order},
		rows:  s.World().LandlordNeeds(),
		id:    func(n *domain.LandlordNeed) string { return string(n.ID) },
		keep: func(n *domain.LandlordNeed) bool {
			var description string
			if n.Description != nil {
				description = *n.Description
			}
			return inState(f.States, n.State) && anyIn(f.Domains, n.Domains) && anyIn(f.Publics, n.Publics) &&
				anyOf(f.Activities, n.Activity) && anyOf(f.Timings, n.Timing.Kind) && anyIn(f.Levers, n.Levers) &&
				(f.AnswerableOn == nil || n.AnswerableOn(*f.AnswerableOn)) &&
				(f.NeededIn == nil || s.neededIn(n, *f.NeededIn)) && found(n.Title, description)
		},
		key: func(n *domain.LandlordNeed) sortKey {
			if order == domain.LandlordNeedsByAnswerBy {
				if n.AnswerBy == nil {
					return sortKey{Numbers: []int64{1}}
				}
				return sortKey{Numbers: []int64{0, int64(*n.AnswerBy)}}
			}
			return newestFirst(n.Record)
		},
		facets: []facet[domain.LandlordNeed]{
			{"domains", "InnovationDomain", func(n *domain.LandlordNeed) []string { return texts(n.Domains...) }},
			{"publics", "TargetPublic", func(n *domain.LandlordNeed) []string { return texts(n.Publics...) }},
			{"activity", "HostingActivity", func(n *domain.LandlordNeed) []string { return texts(n.Activity) }},
			{"timing", "NeedTiming", func(n *domain.LandlordNeed) []string { return texts(n.Timing.Kind) }},
			{"levers", "ProcurementLever", func(n *domain.LandlordNeed) []string { return texts(n.Levers...) }},
			{"state", "PublicationState", func(n *domain.LandlordNeed) []string { return texts(n.State) }},
		},
	}
	if f.LandlordID != nil {
		l.rows = s.World().LandlordNeedsOf(*f.LandlordID)
	}
	return l, nil
}

// neededIn tells whether a need's territories hold a commune, or one of its sites
// that the viewer may see stands there.
func (s *Session) neededIn(n *domain.LandlordNeed, commune domain.InseeCode) bool {
	here := []domain.Territory{{Scale: domain.TerritoryCommune, Code: string(commune)}}
	return s.covers(n.Territories, commune) || slices.ContainsFunc(s.SitesOfNeed(n), func(site *domain.LandlordSite) bool {
		return s.within(site, here)
	})
}

// SitesOf are the sites of a landlord.
func (s *Session) SitesOf(landlord domain.LandlordID, f domain.LandlordSiteFilter, order domain.LandlordSiteOrder, p Page) (*domain.LandlordSiteConnection, error) {
	if err := sameOr(f.LandlordID, landlord, "landlordId"); err != nil {
		return nil, err
	}
	f.LandlordID = &landlord
	return s.Sites(f, order, p)
}

// SpacesOf are the spaces of a landlord.
func (s *Session) SpacesOf(landlord domain.LandlordID, f domain.VacantSpaceFilter, order domain.VacantSpaceOrder, p Page) (*domain.VacantSpaceConnection, error) {
	if err := sameOr(f.LandlordID, landlord, "landlordId"); err != nil {
		return nil, err
	}
	f.LandlordID = &landlord
	return s.Spaces(f, order, p)
}

// SpacesIn are the spaces of a site.
func (s *Session) SpacesIn(site domain.SiteID, f domain.VacantSpaceFilter, order domain.VacantSpaceOrder, p Page) (*domain.VacantSpaceConnection, error) {
	if err := sameOr(f.SiteID, site, "siteId"); err != nil {
		return nil, err
	}
	f.SiteID = &site
	return s.Spaces(f, order, p)
}

// NeedsOf are the needs of a project.
func (s *Session) NeedsOf(project domain.ProjectID, f domain.HostingNeedFilter, order domain.HostingNeedOrder, p Page) (*domain.HostingNeedConnection, error) {
	if err := sameOr(f.ProjectID, project, "projectId"); err != nil {
		return nil, err
	}
	f.ProjectID = &project
	return s.Needs(f, order, p)
}

// LandlordNeedsOf are the needs of a landlord.
func (s *Session) LandlordNeedsOf(landlord domain.LandlordID, f domain.LandlordNeedFilter, order domain.LandlordNeedOrder, p Page) (*domain.LandlordNeedConnection, error) {
	if err := sameOr(f.LandlordID, landlord, "landlordId"); err != nil {
		return nil, err
	}
	f.LandlordID = &landlord
	return s.LandlordNeeds(f, order, p)
}
