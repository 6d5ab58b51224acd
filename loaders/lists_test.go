package loaders_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/internal/fold"
)

// listed is a list with what the oracle knows of it: every document, and the
// words for asking.
type listed[T any] struct {
	field string
	docs  []*T
	id    func(*T) string
	state func(*T) domain.Publication
}

// expect asks for a list with a filter and an order, in pages of several sizes,
// and compares with a plain selection and sort of all documents.
func (l listed[T]) expect(t *testing.T, client apitest.Client, filter, order string, keep func(*T) bool, compare func(a, b *T) int) {
	t.Helper()
	var want []*T
	for _, d := range l.docs {
		archived := l.state(d) == domain.PublicationArchived && !strings.Contains(filter, "states")
		if !archived && (keep == nil || keep(d)) {
			want = append(want, d)
		}
	}
	slices.SortStableFunc(want, func(a, b *T) int { return cmp.Or(compare(a, b), strings.Compare(l.id(a), l.id(b))) })
	ids := make([]string, len(want))
	for i, d := range want {
		ids[i] = l.id(d)
	}
	arguments := fmt.Sprintf("orderBy: %s, filter: { %s }", order, filter)
	sizes := []int{100, 7}
	if len(want) < 60 {
		sizes = append(sizes, 1)
	}
	for _, size := range sizes {
		got, p := pagesOf(t, client, l.field, arguments, size)
		if p.TotalCount != len(ids) {
			t.Errorf("%s(%s): %d in all, want %d", l.field, arguments, p.TotalCount, len(ids))
		}
		if !slices.Equal(got, ids) {
			t.Errorf("%s(%s) in pages of %d: %d items, want %d, or in another order", l.field, arguments, size, len(got), len(ids))
		}
		if len(ids) == 0 {
			break
		}
	}
	if keep != nil && (len(want) == 0 || len(want) == len(l.docs)) {
		t.Errorf("%s(%s) keeps %d of %d: the case compares too little", l.field, arguments, len(want), len(l.docs))
	}
}

func has[C comparable](list []C, wanted ...C) bool {
	return slices.ContainsFunc(list, func(c C) bool { return slices.Contains(wanted, c) })
}

func TestListsAgainstPlainSelections(t *testing.T) {
	t.Parallel()
	s := apitest.NewSample(t)
	w := s.Hub.World()
	client := s.As(t, apitest.Staff)

	spaces := listed[domain.VacantSpace]{field: "vacantSpaces",
		id:    func(d *domain.VacantSpace) string { return string(d.ID) },
		state: func(d *domain.VacantSpace) domain.Publication { return d.State }}
	for r := range w.Spaces() {
		spaces.docs = append(spaces.docs, r.Doc)
	}
	site := func(d *domain.VacantSpace) *domain.LandlordSite {
		r, _ := w.Site(d.SiteID)
		return r.Doc
	}
	position := func(d *domain.LandlordSite) *domain.Position {
		if d.Position != nil {
			return d.Position
		}
		c, _ := s.Atlas.Commune(d.CommuneCode)
		return c.Position
	}
	lyon := domain.Position{Latitude: 45.76, Longitude: 4.84}
	metres := func(d *domain.LandlordSite) int {
		if p := position(d); p != nil {
			return geo.DistanceMetres(*p, lyon)
		}
		return math.MaxInt
	}
	departement := func(d *domain.LandlordSite) domain.DepartementCode {
		c, _ := s.Atlas.Commune(d.CommuneCode)
		return c.Departement
	}

	t.Run("spaces", func(t *testing.T) {
		t.Parallel()
		newest := func(a, b *domain.VacantSpace) int { return b.UpdatedAt.Compare(a.UpdatedAt) }
		some := spaces.docs[len(spaces.docs)/2]
		someSite := site(some)
		day := domain.NewDate(2027, 3, 1)
		near := `near: { latitude: 45.76, longitude: 4.84, radiusKm: 30 }`
		for filter, keep := range map[string]func(*domain.VacantSpace) bool{
			`search: "SALLE"`: func(d *domain.VacantSpace) bool {
				return strings.Contains(fold.Name(d.Label+" "+site(d).Name), "salle")
			},
			`kinds: [COLLECTIVE_ROOM, OFFICE]`: func(d *domain.VacantSpace) bool {
				return d.Kind == domain.SpaceKindCollectiveRoom || d.Kind == domain.SpaceKindOffice
			},
			`vacancyCauses: [PRE_DEMOLITION]`: func(d *domain.VacantSpace) bool { return d.VacancyCause == domain.VacancyPreDemolition },
			`stepFreeAccess: [COMPLIANT, DEROGATION]`: func(d *domain.VacantSpace) bool {
				return d.StepFreeAccess == "COMPLIANT" || d.StepFreeAccess == "DEROGATION"
			},
			`statuses: [PARTLY_OCCUPIED]`: func(d *domain.VacantSpace) bool { return d.StatusOn(w.Today()) == domain.StatusPartlyOccupied },
			`occupancyForms: [SHORT_LEASE, LOAN_FOR_USE]`: func(d *domain.VacantSpace) bool {
				return has(d.OccupancyForms, domain.FormShortLease, domain.FormLoanForUse)
			},
			`within: [{ scale: DEPARTEMENT, code: "93" }, { scale: DEPARTEMENT, code: "974" }]`: func(d *domain.VacantSpace) bool {
				return departement(site(d)) == "93" || departement(site(d)) == "974"
			},
			`within: [{ scale: REGION, code: "84" }]`: func(d *domain.VacantSpace) bool {
				c, _ := s.Atlas.Commune(site(d).CommuneCode)
				return c.Region == "84"
			},
			`within: [{ scale: COMMUNE, code: "69123" }]`: func(d *domain.VacantSpace) bool {
				c, _ := s.Atlas.Commune(site(d).CommuneCode)
				return c.Code == "69123" || c.Parent == "69123"
			},
			near: func(d *domain.VacantSpace) bool { return metres(site(d)) <= 30_000 },
			`priorityDistrict: [INSIDE, NEAR]`: func(d *domain.VacantSpace) bool {
				return site(d).PriorityDistrict.Standing == domain.QpvInside || site(d).PriorityDistrict.Standing == domain.QpvNear
			},
			`minSurfaceM2: 80`: func(d *domain.VacantSpace) bool {
				return d.Surface.MaxM2 != nil && *d.Surface.MaxM2 >= 80 || d.Surface.MaxM2 == nil && d.Surface.MinM2 != nil && *d.Surface.MinM2 >= 80
			},
			`maxSurfaceM2: 40`: func(d *domain.VacantSpace) bool {
				return d.Surface.MinM2 != nil && *d.Surface.MinM2 <= 40 || d.Surface.MinM2 == nil && d.Surface.MaxM2 != nil && *d.Surface.MaxM2 <= 40
			},
			`availableOn: "2027-03-01"`: func(d *domain.VacantSpace) bool {
				a := d.Availability
				return a.From != nil && *a.From <= day && (a.OpenEnded || a.Until != nil && *a.Until >= day)
			},
			`shareable: true`:                                  func(d *domain.VacantSpace) bool { return d.Shareable != nil && *d.Shareable },
			`shareable: false`:                                 func(d *domain.VacantSpace) bool { return d.Shareable != nil && !*d.Shareable },
			`states: [DRAFT]`:                                  func(d *domain.VacantSpace) bool { return d.State == domain.PublicationDraft },
			fmt.Sprintf("siteId: %q", someSite.ID):             func(d *domain.VacantSpace) bool { return d.SiteID == someSite.ID },
			fmt.Sprintf("landlordId: %q", someSite.LandlordID): func(d *domain.VacantSpace) bool { return site(d).LandlordID == someSite.LandlordID },
			fmt.Sprintf("landlordId: %q, states: [PUBLISHED]", someSite.LandlordID): func(d *domain.VacantSpace) bool {
				return site(d).LandlordID == someSite.LandlordID && d.State == domain.PublicationPublished
			},
			near + `, kinds: [COLLECTIVE_ROOM], minSurfaceM2: 50`: func(d *domain.VacantSpace) bool {
				return metres(site(d)) <= 30_000 && d.Kind == domain.SpaceKindCollectiveRoom && d.Surface.Most() >= 50
			},
		} {
			spaces.expect(t, client, filter, "UPDATED", keep, newest)
		}
		spaces.expect(t, client, near, "DISTANCE", func(d *domain.VacantSpace) bool { return metres(site(d)) <= 30_000 },
			func(a, b *domain.VacantSpace) int { return cmp.Compare(metres(site(a)), metres(site(b))) })
		spaces.expect(t, client, "", "UPDATED", nil, newest)
		spaces.expect(t, client, "", "SURFACE", nil, func(a, b *domain.VacantSpace) int {
			return cmp.Compare(math.Floor(b.Surface.Most()*100), math.Floor(a.Surface.Most()*100))
		})
		spaces.expect(t, client, "", "AVAILABLE_FROM", nil, func(a, b *domain.VacantSpace) int {
			return nilLast(a.Availability.From, b.Availability.From)
		})
		checkFacets(t, client, "vacantSpaces", map[string]func(string) int{
			"kind": func(code string) int {
				return count(spaces.docs, func(d *domain.VacantSpace) bool { return string(d.Kind) == code })
			},
			"vacancyCause": func(code string) int {
				return count(spaces.docs, func(d *domain.VacantSpace) bool { return string(d.VacancyCause) == code })
			},
			"stepFreeAccess": func(code string) int {
				return count(spaces.docs, func(d *domain.VacantSpace) bool { return string(d.StepFreeAccess) == code })
			},
			"state": func(code string) int {
				return count(spaces.docs, func(d *domain.VacantSpace) bool { return string(d.State) == code })
			},
			"status": func(code string) int {
				return count(spaces.docs, func(d *domain.VacantSpace) bool { return string(d.StatusOn(w.Today())) == code })
			},
		})
	})

	t.Run("sites", func(t *testing.T) {
		t.Parallel()
		sites := listed[domain.LandlordSite]{field: "landlordSites",
			id:    func(d *domain.LandlordSite) string { return string(d.ID) },
			state: func(d *domain.LandlordSite) domain.Publication { return d.State }}
		for r := range w.Sites() {
			sites.docs = append(sites.docs, r.Doc)
		}
		byName := func(a, b *domain.LandlordSite) int { return strings.Compare(fold.Name(a.Name), fold.Name(b.Name)) }
		near := `near: { latitude: 45.76, longitude: 4.84, radiusKm: 100 }`
		for filter, keep := range map[string]func(*domain.LandlordSite) bool{
			`search: "residence"`:         func(d *domain.LandlordSite) bool { return strings.Contains(fold.Name(d.Name), "residence") },
			`priorityDistrict: [UNKNOWN]`: func(d *domain.LandlordSite) bool { return d.PriorityDistrict.Standing == domain.QpvUnknown },
			`npnruInterests: [NATIONAL, REGIONAL]`: func(d *domain.LandlordSite) bool {
				return d.NpnruInterest != nil && (*d.NpnruInterest == "NATIONAL" || *d.NpnruInterest == "REGIONAL")
			},
			`within: [{ scale: DEPARTEMENT, code: "93" }]`: func(d *domain.LandlordSite) bool { return departement(d) == "93" },
			near: func(d *domain.LandlordSite) bool { return metres(d) <= 100_000 },
			fmt.Sprintf("landlordId: %q", sites.docs[0].LandlordID): func(d *domain.LandlordSite) bool { return d.LandlordID == sites.docs[0].LandlordID },
		} {
			sites.expect(t, client, filter, "NAME", keep, byName)
		}
		sites.expect(t, client, "", "NAME", nil, byName)
		sites.expect(t, client, "", "UPDATED", nil, func(a, b *domain.LandlordSite) int { return b.UpdatedAt.Compare(a.UpdatedAt) })
		sites.expect(t, client, near, "DISTANCE", func(d *domain.LandlordSite) bool { return metres(d) <= 100_000 },
			func(a, b *domain.LandlordSite) int { return cmp.Compare(metres(a), metres(b)) })
		checkFacets(t, client, "landlordSites", map[string]func(string) int{
			"priorityDistrict": func(code string) int {
				return count(sites.docs, func(d *domain.LandlordSite) bool { return string(d.PriorityDistrict.Standing) == code })
			},
			"npnruInterest": func(code string) int {
				return count(sites.docs, func(d *domain.LandlordSite) bool { return d.NpnruInterest != nil && string(*d.NpnruInterest) == code })
			},
		})
	})

	t.Run("landlords", func(t *testing.T) {
		t.Parallel()
		landlords := listed[domain.Landlord]{field: "landlords",
			id:    func(d *domain.Landlord) string { return string(d.ID) },
			state: func(d *domain.Landlord) domain.Publication { return d.State }}
		var group domain.LandlordID
		for r := range w.Landlords() {
			landlords.docs = append(landlords.docs, r.Doc)
			if r.Doc.Name == "Polylogis" {
				group = r.Doc.ID
			}
		}
		byName := func(a, b *domain.Landlord) int { return strings.Compare(fold.Name(a.Name), fold.Name(b.Name)) }
		for filter, keep := range map[string]func(*domain.Landlord) bool{
			`search: "habitat exemple"`: func(d *domain.Landlord) bool {
				return strings.Contains(fold.Name(d.Name), "habitat") && strings.Contains(fold.Name(d.Name), "exemple")
			},
			`kinds: [OPH, ESH]`:               func(d *domain.Landlord) bool { return d.Kind == "OPH" || d.Kind == "ESH" },
			`priorities: [CULTURE]`:           func(d *domain.Landlord) bool { return has(d.Priorities, domain.DomainCulture) },
			fmt.Sprintf("groupId: %q", group): func(d *domain.Landlord) bool { return d.GroupID != nil && *d.GroupID == group },
			`presentIn: "74010"`: func(d *domain.Landlord) bool {
				return slices.ContainsFunc(d.Territories, func(x domain.Territory) bool {
					return x.Scale == domain.TerritoryCountry || x.Scale == domain.TerritoryCommune && x.Code == "74010" ||
						x.Scale == domain.TerritoryDepartement && x.Code == "74" || x.Scale == domain.TerritoryRegion && x.Code == "84"
				})
			},
		} {
			landlords.expect(t, client, filter, "NAME", keep, byName)
		}
		landlords.expect(t, client, "", "NAME", nil, byName)
		landlords.expect(t, client, "", "UPDATED", nil, func(a, b *domain.Landlord) int { return b.UpdatedAt.Compare(a.UpdatedAt) })
		landlords.expect(t, client, "", "DWELLINGS", nil, func(a, b *domain.Landlord) int {
			switch {
			case a.Dwellings == nil || b.Dwellings == nil:
				return nilLast(a.Dwellings, b.Dwellings)
			}
			return cmp.Compare(b.Dwellings.Value, a.Dwellings.Value)
		})
		checkFacets(t, client, "landlords", map[string]func(string) int{
			"kind": func(code string) int {
				return count(landlords.docs, func(d *domain.Landlord) bool { return string(d.Kind) == code })
			},
			"priorities": func(code string) int {
				return count(landlords.docs, func(d *domain.Landlord) bool { return has(d.Priorities, domain.InnovationDomain(code)) })
			},
		})
	})

	t.Run("landlords' needs", func(t *testing.T) {
		t.Parallel()
		needs := listed[domain.LandlordNeed]{field: "landlordNeeds",
			id:    func(d *domain.LandlordNeed) string { return string(d.ID) },
			state: func(d *domain.LandlordNeed) domain.Publication { return d.State }}
		for r := range w.LandlordNeeds() {
			needs.docs = append(needs.docs, r.Doc)
		}
		valophis := needs.docs[slices.IndexFunc(needs.docs, func(d *domain.LandlordNeed) bool { return *d.ExternalRef == "VAL/B/01" })].LandlordID
		day := domain.NewDate(2026, 12, 18)
		newest := func(a, b *domain.LandlordNeed) int { return b.UpdatedAt.Compare(a.UpdatedAt) }
		for filter, keep := range map[string]func(*domain.LandlordNeed) bool{
			`search: "ETE CULTUREL"`: func(d *domain.LandlordNeed) bool { return *d.ExternalRef == "CMH-B-01" },
			`search: "amicale"`:      func(d *domain.LandlordNeed) bool { return strings.Contains(text(d.Description), "amicale") },
			`domains: [CULTURE, EDUCATION]`: func(d *domain.LandlordNeed) bool {
				return has(d.Domains, domain.DomainCulture, domain.DomainEducation)
			},
			`publics: [SENIORS]`:                    func(d *domain.LandlordNeed) bool { return has(d.Publics, domain.PublicSeniors) },
			`activities: [ARTS, SHOPPING_HELP]`:     func(d *domain.LandlordNeed) bool { return d.Activity == "ARTS" || d.Activity == "SHOPPING_HELP" },
			`timings: [ONE_OFF, LASTING]`:           func(d *domain.LandlordNeed) bool { return d.Timing.Kind != domain.TimingRecurring },
			`levers: [SUBSIDY]`:                     func(d *domain.LandlordNeed) bool { return has(d.Levers, domain.LeverSubsidy) },
			`states: [DRAFT]`:                       func(d *domain.LandlordNeed) bool { return d.State == domain.PublicationDraft },
			`answerableOn: "2026-12-18"`:            func(d *domain.LandlordNeed) bool { return d.AnswerBy == nil || *d.AnswerBy >= day },
			fmt.Sprintf("landlordId: %q", valophis): func(d *domain.LandlordNeed) bool { return d.LandlordID == valophis },
			// On a site there, or in a territory that holds the commune.
			`neededIn: "94028"`: func(d *domain.LandlordNeed) bool {
				return slices.ContainsFunc(d.Sites, func(id domain.SiteID) bool {
					r, _ := w.Site(id)
					return r.Doc.CommuneCode == "94028"
				}) || slices.ContainsFunc(d.Territories, func(x domain.Territory) bool {
					return x.Scale == domain.TerritoryDepartement && x.Code == "94" || x.Scale == domain.TerritoryRegion && x.Code == "11"
				})
			},
			// A site in an arrondissement of Marseille stands in Marseille.
			`neededIn: "13055"`: func(d *domain.LandlordNeed) bool { return *d.ExternalRef == "CMH-B-01" },
		} {
			needs.expect(t, client, filter, "UPDATED", keep, newest)
		}
		needs.expect(t, client, "", "UPDATED", nil, newest)
		needs.expect(t, client, "", "ANSWER_BY", nil, func(a, b *domain.LandlordNeed) int { return nilLast(a.AnswerBy, b.AnswerBy) })
		checkFacets(t, client, "landlordNeeds", map[string]func(string) int{
			"domains": func(code string) int {
				return count(needs.docs, func(d *domain.LandlordNeed) bool { return has(d.Domains, domain.InnovationDomain(code)) })
			},
			"publics": func(code string) int {
				return count(needs.docs, func(d *domain.LandlordNeed) bool { return has(d.Publics, domain.TargetPublic(code)) })
			},
			"activity": func(code string) int {
				return count(needs.docs, func(d *domain.LandlordNeed) bool { return string(d.Activity) == code })
			},
			"timing": func(code string) int {
				return count(needs.docs, func(d *domain.LandlordNeed) bool { return string(d.Timing.Kind) == code })
			},
			"levers": func(code string) int {
				return count(needs.docs, func(d *domain.LandlordNeed) bool { return has(d.Levers, domain.ProcurementLever(code)) })
			},
		})
	})

	t.Run("projects and needs", func(t *testing.T) {
		t.Parallel()
		projects := listed[domain.InnovationProject]{field: "innovationProjects",
			id:    func(d *domain.InnovationProject) string { return string(d.ID) },
			state: func(d *domain.InnovationProject) domain.Publication { return d.State }}
		for r := range w.Projects() {
			projects.docs = append(projects.docs, r.Doc)
		}
		byName := func(a, b *domain.InnovationProject) int { return strings.Compare(fold.Name(a.Name), fold.Name(b.Name)) }
		for filter, keep := range map[string]func(*domain.InnovationProject) bool{
			`search: "caracol"`: func(d *domain.InnovationProject) bool { return d.Slug == "caracol" },
			`domains: [CULTURE, INCLUSION]`: func(d *domain.InnovationProject) bool {
				return has(d.Domains, domain.DomainCulture, domain.DomainInclusion)
			},
			`publics: [FAMILIES]`: func(d *domain.InnovationProject) bool { return has(d.Publics, domain.PublicFamilies) },
			`stages: [SCALING]`:   func(d *domain.InnovationProject) bool { return d.Stage == domain.StageScaling },
		} {
			projects.expect(t, client, filter, "NAME", keep, byName)
		}
		projects.expect(t, client, "", "NAME", nil, byName)
		projects.expect(t, client, "", "UPDATED", nil, func(a, b *domain.InnovationProject) int { return b.UpdatedAt.Compare(a.UpdatedAt) })

		needs := listed[domain.HostingNeed]{field: "hostingNeeds",
			id:    func(d *domain.HostingNeed) string { return string(d.ID) },
			state: func(d *domain.HostingNeed) domain.Publication { return d.State }}
		for r := range w.Needs() {
			needs.docs = append(needs.docs, r.Doc)
		}
		newest := func(a, b *domain.HostingNeed) int { return b.UpdatedAt.Compare(a.UpdatedAt) }
		for filter, keep := range map[string]func(*domain.HostingNeed) bool{
			`spaceKinds: [WHOLE_BUILDING]`:    func(d *domain.HostingNeed) bool { return has(d.SpaceKinds, domain.SpaceKindWholeBuilding) },
			`activities: [FOOD_DISTRIBUTION]`: func(d *domain.HostingNeed) bool { return d.Activity == "FOOD_DISTRIBUTION" },
			`useKinds: [RECURRING]`:           func(d *domain.HostingNeed) bool { return d.Use.Kind == domain.UseRecurring },
			`search: "cuisine formation"`: func(d *domain.HostingNeed) bool {
				return strings.Contains(fold.Name(d.Label+" "+text(d.Description)), "cuisine") && strings.Contains(fold.Name(d.Label+" "+text(d.Description)), "formation")
			},
			fmt.Sprintf("projectId: %q", needs.docs[0].ProjectID): func(d *domain.HostingNeed) bool { return d.ProjectID == needs.docs[0].ProjectID },
		} {
			needs.expect(t, client, filter, "UPDATED", keep, newest)
		}
		needs.expect(t, client, "", "UPDATED", nil, newest)
		needs.expect(t, client, "", "EARLIEST_START", nil, func(a, b *domain.HostingNeed) int {
			switch x, y := a.Start.Earliest, b.Start.Earliest; {
			case x == nil || y == nil:
				return -nilLast(x, y)
			default:
				return cmp.Compare(*x, *y)
			}
		})
	})
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// nilLast orders what is known before what isn't; dates earliest first.
func nilLast[T any](a, b *T) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	x, isDate := any(*a).(domain.Date)
	if y, _ := any(*b).(domain.Date); isDate {
		return cmp.Compare(x, y)
	}
	return 0
}

func count[T any](docs []*T, holds func(*T) bool) (n int) {
	for _, d := range docs {
		if holds(d) {
			n++
		}
	}
	return n
}

// checkFacets compares the facets of a whole list with plain counts.
func checkFacets(t *testing.T, client apitest.Client, list string, plain map[string]func(code string) int) {
	t.Helper()
	_, p := pagesOf(t, client, list, everyState, 100)
	checked := 0
	for _, f := range p.Facets {
		counted, known := plain[f.Name]
		if !known {
			continue
		}
		checked++
		for i, c := range f.Counts {
			if want := counted(c.Code); c.Count != want {
				t.Errorf("%s: the facet %s counts %d of %s, want %d", list, f.Name, c.Count, c.Code, want)
			}
			if i > 0 && c.Count > f.Counts[i-1].Count {
				t.Errorf("%s: the facet %s isn't in order", list, f.Name)
			}
		}
	}
	if checked != len(plain) {
		t.Errorf("%s has %d of the facets that are expected", list, checked)
	}
}

// TestPagesAmongInserts: what others add between two pages neither repeats nor
// loses an item that was there.
func TestPagesAmongInserts(t *testing.T) {
	t.Parallel()
	v := apitest.NewVillage(t)
	client := v.As(t, apitest.Staff)
	owner := domain.ID(v.IDs["monts"])
	for i := range 12 {
		f := apitest.SiteFields(fmt.Sprintf("Site %02d", i*2), "93066", fmt.Sprint("A-", i))
		apitest.Do[string](t, v.Server, hub.RegisterSite{LandlordID: &owner, Site: f, Publish: true})
	}
	before, _ := pagesOf(t, client, "landlordSites", everyState, 100)
	var got []string
	for after, n := "", 0; ; n++ {
		var answer struct{ LandlordSites page }
		client.Query(t, &answer, `{ landlordSites(first: 3`+after+`, `+everyState+`) `+pageFields+` }`, nil)
		got = append(got, answer.LandlordSites.ids()...)
		if !answer.LandlordSites.PageInfo.HasNextPage {
			break
		}
		after = fmt.Sprintf(", after: %q", *answer.LandlordSites.PageInfo.EndCursor)
		for _, name := range []string{"Aaa", fmt.Sprintf("Site %02d", n*4+1), "Zzz"} {
			f := apitest.SiteFields(name, "93066", fmt.Sprint("B-", n, name))
			apitest.Do[string](t, v.Server, hub.RegisterSite{LandlordID: &owner, Site: f, Publish: true})
		}
		if n > 100 {
			t.Fatal("the pages don't end")
		}
	}
	seen := make(map[string]int)
	for _, id := range got {
		if seen[id]++; seen[id] > 1 {
			t.Errorf("%s came twice", id)
		}
	}
	for _, id := range before {
		if seen[id] == 0 {
			t.Errorf("%s was lost", id)
		}
	}
	if len(got) <= len(before) {
		t.Error("no insert came between the pages: the test compares too little")
	}
}
