package loaders

import (
	"cmp"
	"slices"
	"time"

	"github.com/palier-hub/palier/calendar"
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
)

// Placement by id.
func (s *Session) Placement(id domain.PlacementID) (*domain.Placement, bool) {
	row, ok := s.World().Placement(id)
	return seen(s, row, ok)
}

// PlacementCommune is where a placement is; nil for a partnership without a space.
func (s *Session) PlacementCommune(p *domain.Placement) *domain.Commune {
	if p.CommuneCode == nil {
		return nil
	}
	commune, _ := s.atlas.Commune(*p.CommuneCode)
	return commune
}

// Placements are those that the viewer may see.
func (s *Session) Placements(f domain.PlacementFilter, order domain.PlacementOrder, p Page) (*domain.PlacementConnection, error) {
	return s.placementPage("placements", f, order, p)
}

// PlacementsOfProject are a project's.
func (s *Session) PlacementsOfProject(id domain.ProjectID, f domain.PlacementFilter, order domain.PlacementOrder, p Page) (*domain.PlacementConnection, error) {
	if err := sameOr(f.ProjectID, id, "projectId"); err != nil {
		return nil, err
	}
	f.ProjectID = &id
	return s.placementPage("placementsOfProject", f, order, p)
}

// PlacementsWithLandlord are those with a landlord.
func (s *Session) PlacementsWithLandlord(id domain.LandlordID, f domain.PlacementFilter, order domain.PlacementOrder, p Page) (*domain.PlacementConnection, error) {
	if err := sameOr(f.LandlordID, id, "landlordId"); err != nil {
		return nil, err
	}
	f.LandlordID = &id
	return s.placementPage("placementsWithLandlord", f, order, p)
}

func (s *Session) placementPage(name string, f domain.PlacementFilter, order domain.PlacementOrder, p Page) (*domain.PlacementConnection, error) {
	problems := &domain.Problems{Root: []string{"filter"}}
	domain.ValidateTerritories(problems, s.atlas, f.Within, "within")
	if err := problems.Err(); err != nil {
		return nil, err
	}
	w := s.World()
	nothing := about{landlord: f.LandlordID, project: f.ProjectID}.hidden(s)
	l := list[domain.Placement]{
		scope: []any{name, f, order},
		rows:  w.Placements(),
		id:    func(p *domain.Placement) string { return string(p.ID) },
		keep: func(p *domain.Placement) bool {
			return !nothing && anyOf(f.Statuses, p.Status) && anyOf(f.Activities, p.Activity) &&
				(len(f.SpaceKinds) == 0 || p.SpaceKind != nil && anyOf(f.SpaceKinds, *p.SpaceKind)) &&
				(f.ProjectID == nil || *f.ProjectID == p.ProjectID) && (f.LandlordID == nil || *f.LandlordID == p.LandlordID) &&
				(f.RunningOn == nil || p.Since <= *f.RunningOn && *f.RunningOn <= p.Until) &&
				(f.WithPractices == nil || *f.WithPractices == (len(p.Practices) > 0)) &&
				(len(f.Within) == 0 || p.CommuneCode != nil && s.covers(f.Within, *p.CommuneCode))
		},
		key: func(p *domain.Placement) sortKey {
			if order == domain.PlacementsBySince {
				return sortKey{Numbers: []int64{-int64(p.Since)}}
			}
			return newestFirst(p.Record)
		},
		facets: []facet[domain.Placement]{
			{"spaceKind", "SpaceKind", func(p *domain.Placement) []string {
				if p.SpaceKind == nil {
					return nil
				}
				return texts(*p.SpaceKind)
			}},
			{"activity", "HostingActivity", func(p *domain.Placement) []string {
				if p.Activity == "" {
					return nil
				}
				return texts(p.Activity)
			}},
			{"status", "HostingRequestStatus", func(p *domain.Placement) []string { return texts(p.Status) }},
		},
	}
	switch {
	case f.ProjectID != nil:
		l.rows = w.PlacementsOf(*f.ProjectID)
	case f.LandlordID != nil:
		l.rows = w.PlacementsWith(*f.LandlordID)
	}
	return page(s, l, p)
}

// CompetingRequests counts the other projects' open requests that want the space
// of a match, of those that the viewer may see.
func (s *Session) CompetingRequests(m *domain.SpaceMatch) (n int) {
	for row := range s.World().RequestsFor(m.Space.ID) {
		if s.viewer.MaySee(*row.Sight) && row.Doc.Open() && row.Doc.ProjectID != m.Need.ProjectID {
			n++
		}
	}
	return n
}

// EarlierRefusals are the requests of the need's project for the space of a match
// that were refused, of those that the viewer may see, the latest first.
func (s *Session) EarlierRefusals(m *domain.SpaceMatch) []*domain.HostingRequest {
	out := []*domain.HostingRequest{}
	for row := range s.World().RequestsFor(m.Space.ID) {
		if s.viewer.MaySee(*row.Sight) && row.Doc.Status == domain.RequestRejected && row.Doc.ProjectID == m.Need.ProjectID {
			out = append(out, row.Doc)
		}
	}
	slices.SortStableFunc(out, func(a, b *domain.HostingRequest) int { return b.Since.Compare(a.Since) })
	return out
}

// mostCalendarDays bounds a calendar.
const mostCalendarDays = 366

// SpaceCalendar is when a space is taken and when it is free for sure.
func (s *Session) SpaceCalendar(space *domain.VacantSpace, from, until domain.Date) (*domain.SpaceCalendar, error) {
	if until < from || until-from >= mostCalendarDays {
		return nil, domain.InvalidInput{Path: []string{"until"},
			French:  "la fin suit le début, de 366 jours au plus : demandez la suite à part",
			English: "the end follows the start, by 366 days at most: ask for the rest apart"}
	}
	clock := hub.ClockOf(s.World(), s.atlas, space)
	out := &domain.SpaceCalendar{Taken: []domain.SpaceCalendarTaken{}, Free: []domain.SpaceCalendarPeriod{}}
	var taken []calendar.Interval
	for i := range space.Commitments {
		// A slot may reach over midnight from the day before.
		for _, at := range calendar.Taken(space.Commitments[i], from-1, until, clock) {
			if at = within(at, from, until, clock); at.Start.Before(at.End) {
				out.Taken = append(out.Taken, domain.SpaceCalendarTaken{Start: at.Start, End: at.End, By: &space.Commitments[i]})
				taken = append(taken, at)
			}
		}
	}
	byStart := func(a, b calendar.Interval) int { return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End)) }
	slices.SortStableFunc(out.Taken, func(a, b domain.SpaceCalendarTaken) int {
		return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End))
	})
	slices.SortFunc(taken, byStart)
	for _, at := range opening(space.Availability, from, until, clock) {
		for _, by := range taken {
			if !by.End.After(at.Start) || !by.Start.Before(at.End) {
				continue
			}
			if at.Start.Before(by.Start) {
				out.Free = append(out.Free, domain.SpaceCalendarPeriod{Start: at.Start, End: by.Start})
			}
			if at.Start = by.End; !at.Start.Before(at.End) {
				break
			}
		}
		if at.Start.Before(at.End) {
			out.Free = append(out.Free, domain.SpaceCalendarPeriod{Start: at.Start, End: at.End})
		}
	}
	return out, nil
}

// opening is when a space can be used for sure, on these days: none where its
// availability isn't known.
func opening(a domain.SpaceAvailability, from, until domain.Date, clock *time.Location) (open []calendar.Interval) {
	if a.From == nil || a.Until == nil && !a.OpenEnded {
		return nil
	}
	from = max(from, *a.From)
	if a.Until != nil {
		until = min(until, *a.Until)
	}
	if until < from {
		return nil
	}
	// As a commitment would be that has the opening slots: all the time without.
	for _, at := range calendar.Taken(domain.Commitment{From: &from, Until: &until, Slots: a.OpeningSlots}, from-1, until, clock) {
		if at = within(at, from, until, clock); at.Start.Before(at.End) {
			open = append(open, at)
		}
	}
	return open
}

// within is the part of an interval that lies between two days, both included.
func within(at calendar.Interval, from, until domain.Date, clock *time.Location) calendar.Interval {
	midnight := func(d domain.Date) time.Time {
		y, m, day := d.Time().Date()
		return time.Date(y, m, day, 0, 0, 0, 0, clock)
	}
	if start := midnight(from); at.Start.Before(start) {
		at.Start = start
	}
	if end := midnight(until + 1); at.End.After(end) {
		at.End = end
	}
	return at
}
