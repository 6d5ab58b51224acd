package resolvers_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
)

// party is a need, a landlord or a project of a match.
type party struct {
	ID, Name, Label, Title, Kind, Stage string
	Domains                             []string
}

func (p party) String() string { return p.Name + p.Label + p.Title }

// kindMatch is a match of a need with a landlord or of a landlord's need with a
// project.
type kindMatch struct {
	Need, With party
	DistanceKm *float64
	explained
}

type kindPage struct {
	TotalCount, EligibleCount, UncertainCount, IneligibleCount int
	Nodes                                                      []kindMatch
	PageInfo                                                   struct {
		HasNextPage bool
		EndCursor   string
	}
	Facets []struct {
		Name   string
		Counts []struct {
			Code  string
			Count int
		}
	}
	Ruleset ruleset
}

// matchKind is a list of matches of one kind: where it hangs, and what it shows.
type matchKind struct {
	name        string
	roots, root string // the list of all objects that have it, and the lookup
	field       string
	parties     string
	criteria    int
	facets      []string
}

var matchKinds = []matchKind{
	{"LANDLORD", "hostingNeeds", "hostingNeed", "landlordMatches", `need { id label } with: landlord { id name kind }`, 9,
		[]string{"eligibility", "landlord.kind"}},
	{"PROJECT", "landlordNeeds", "landlordNeed", "matches", `need { id title } with: project { id name stage domains }`, 13,
		[]string{"eligibility", "project.stage", "project.domains", "need.activity"}},
	{"PROJECT", "innovationProjects", "innovationProject", "landlordNeedMatches", `need { id title } with: project { id name stage domains }`, 13,
		[]string{"eligibility", "project.stage", "project.domains", "need.activity"}},
}

func (k matchKind) ids(t *testing.T, client apitest.Client) (ids []string) {
	t.Helper()
	var answer map[string]struct{ Nodes []struct{ ID string } }
	client.Query(t, &answer, fmt.Sprintf(`{ %s(first: 100) { nodes { id } } }`, k.roots), nil)
	for _, n := range answer[k.roots].Nodes {
		ids = append(ids, n.ID)
	}
	if len(ids) < 3 {
		t.Fatalf("only %d %s", len(ids), k.roots)
	}
	return ids
}

// page asks for a page; arguments are those beside first.
func (k matchKind) page(t *testing.T, client apitest.Client, id string, first int, arguments string) kindPage {
	t.Helper()
	var answer map[string]struct{ Matches kindPage }
	client.Query(t, &answer, fmt.Sprintf(`{ %s(id: %q) { matches: %s(first: %d%s) {
		totalCount eligibleCount uncertainCount ineligibleCount ruleset { kind version } facets { name counts { code count } }
		pageInfo { hasNextPage endCursor } nodes { %s distanceKm %s } } } }`, k.root, id, k.field, first, arguments, k.parties, explainedFields), nil)
	return answer[k.root].Matches
}

func (m kindMatch) compare(o kindMatch) int {
	return compare(m.explained, o.explained, m.Need.ID, o.Need.ID, m.With.ID, o.With.ID)
}

// TestKindsCanBeRecomputed takes every number of every match from what the API
// serves of it, and the counts from the matches.
func TestKindsCanBeRecomputed(t *testing.T) {
	t.Parallel()
	s := apitest.NewSample(t)
	staff := s.As(t, apitest.Staff)
	for _, k := range matchKinds {
		t.Run(k.root, func(t *testing.T) {
			t.Parallel()
			seen := make(map[string]int)
			for name, client := range map[string]apitest.Client{"staff": staff, "anonymous": s.As(t, apitest.Anonymous)} {
				for _, id := range k.ids(t, client) {
					p := k.page(t, client, id, 100, "")
					if p.PageInfo.HasNextPage || p.Ruleset.Kind != k.name {
						t.Fatalf("%s: more than a page, or the rules of %s", name, p.Ruleset.Kind)
					}
					counts := make(map[string]int)
					for i, m := range p.Nodes {
						at := m.Need.String() + " × " + m.With.String()
						recompute(t, at, m.explained, k.criteria)
						checkWords(t, at, m.explained)
						if m.Ruleset.Kind != k.name {
							t.Errorf("%s was made by the rules of %s", at, m.Ruleset.Kind)
						}
						if i > 0 && p.Nodes[i-1].compare(m) >= 0 {
							t.Errorf("%s stands after %s", at, p.Nodes[i-1].With)
						}
						counts[m.Eligibility]++
						if m.NearMiss != nil {
							seen["near miss"]++
						}
						for _, c := range m.Criteria {
							seen[c.Code+" "+c.Status]++
						}
						seen[m.Eligibility]++
					}
					if p.TotalCount != len(p.Nodes) || p.EligibleCount != counts["ELIGIBLE"] || p.UncertainCount != counts["UNCERTAIN"] || p.IneligibleCount != counts["INELIGIBLE"] {
						t.Errorf("counts %d, %d, %d, %d of %v", p.TotalCount, p.EligibleCount, p.UncertainCount, p.IneligibleCount, counts)
					}
					k.checkFacets(t, p)
				}
			}
			for _, kind := range []string{"UNCERTAIN", "INELIGIBLE", "near miss"} {
				if seen[kind] == 0 {
					t.Errorf("no match was %s: the test compares too little", kind)
				}
			}
			t.Logf("%v", seen)
		})
	}
}

// checkFacets counts the matches again.
func (k matchKind) checkFacets(t *testing.T, p kindPage) {
	t.Helper()
	var names []string
	for _, f := range p.Facets {
		names = append(names, f.Name)
		for _, c := range f.Counts {
			want := 0
			for _, m := range p.Nodes {
				switch f.Name {
				case "eligibility":
					want += one(m.Eligibility == c.Code)
				case "landlord.kind":
					want += one(m.With.Kind == c.Code)
				case "project.stage":
					want += one(m.With.Stage == c.Code)
				case "project.domains":
					want += one(slices.Contains(m.With.Domains, c.Code))
				default:
					want = c.Count
				}
			}
			if c.Count != want {
				t.Errorf("the facet %s counts %d of %s, want %d", f.Name, c.Count, c.Code, want)
			}
		}
	}
	if !slices.Equal(names, k.facets) {
		t.Errorf("facets %v, want %v", names, k.facets)
	}
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// TestKindsByPagesAndFilters: pages end to end are the whole list, and a filter
// keeps what it says, in the same order.
func TestKindsByPagesAndFilters(t *testing.T) {
	t.Parallel()
	s := apitest.NewSample(t)
	client := s.As(t, apitest.Observer)
	for _, k := range matchKinds {
		t.Run(k.root, func(t *testing.T) {
			t.Parallel()
			id := k.ids(t, client)[0]
			whole := k.page(t, client, id, 100, "").Nodes
			var paged []kindMatch
			for after := ""; ; {
				p := k.page(t, client, id, 3, after)
				paged = append(paged, p.Nodes...)
				if !p.PageInfo.HasNextPage {
					break
				}
				after = fmt.Sprintf(", after: %q", p.PageInfo.EndCursor)
			}
			if !slices.EqualFunc(paged, whole, func(a, b kindMatch) bool { return a.compare(b) == 0 }) {
				t.Errorf("%d on pages of 3, %d on one", len(paged), len(whole))
			}
			filters := map[string]func(kindMatch) bool{
				`eligibility: [UNCERTAIN, ELIGIBLE]`: func(m kindMatch) bool { return m.Eligibility != "INELIGIBLE" },
				`minScore: 40.5`:                     func(m kindMatch) bool { return m.Score >= 40.5 },
				`nearMissOnly: true`:                 func(m kindMatch) bool { return m.NearMiss != nil },
			}
			if k.name == "LANDLORD" {
				filters[`landlordKinds: [OPH, ESH]`] = func(m kindMatch) bool { return m.With.Kind == "OPH" || m.With.Kind == "ESH" }
			} else {
				filters[`stages: [ESTABLISHED]`] = func(m kindMatch) bool { return m.With.Stage == "ESTABLISHED" }
				filters[`domains: [CULTURE, DIGITAL]`] = func(m kindMatch) bool {
					return slices.Contains(m.With.Domains, "CULTURE") || slices.Contains(m.With.Domains, "DIGITAL")
				}
			}
			for filter, keep := range filters {
				want := slices.DeleteFunc(slices.Clone(whole), func(m kindMatch) bool { return !keep(m) })
				p := k.page(t, client, id, 100, ", filter: { "+filter+" }")
				if p.TotalCount != len(want) || !slices.EqualFunc(p.Nodes, want, func(a, b kindMatch) bool { return a.compare(b) == 0 }) {
					t.Errorf("%s keeps %d of %d, want %d", filter, p.TotalCount, len(whole), len(want))
				}
			}
			for arguments, path := range map[string]string{
				`first: 0`:                          "first",
				`first: 5, after: "x"`:              "after",
				`first: 5, ruleset: "1789-07"`:      "ruleset",
				`filter: { minScore: 101 }`:         "minScore",
				`filter: { minScore: -1 }, first:5`: "minScore",
			} {
				a := client.Try(t, fmt.Sprintf(`{ %s(id: %q) { %s(%s) { totalCount } } }`, k.root, id, k.field, arguments), nil)
				if len(a.Errors) != 1 || !strings.Contains(string(a.Body), path) {
					t.Errorf("%s: %s", arguments, a.Body)
				}
			}
			if p := k.page(t, client, id, 5, `, ruleset: "2026-11"`); p.Ruleset.Version != "2026-11" || len(p.Nodes) == 0 {
				t.Errorf("by an asked version: %+v", p.Ruleset)
			}
		})
	}
}

// TestProjectMatchesFromBothSides: a pair is the same seen from the landlord's
// need and from the project.
func TestProjectMatchesFromBothSides(t *testing.T) {
	t.Parallel()
	s := apitest.NewSample(t)
	client := s.As(t, apitest.Observer)
	fromNeeds := make(map[string]kindMatch)
	needs, projects := matchKinds[1], matchKinds[2]
	for _, id := range needs.ids(t, client) {
		for _, m := range needs.page(t, client, id, 100, "").Nodes {
			fromNeeds[m.Need.ID+m.With.ID] = m
		}
	}
	pairs := 0
	for _, id := range projects.ids(t, client) {
		for _, m := range projects.page(t, client, id, 100, "").Nodes {
			pairs++
			a, _ := json.Marshal(m)
			b, _ := json.Marshal(fromNeeds[m.Need.ID+m.With.ID])
			if string(a) != string(b) {
				t.Errorf("from the project %s\nfrom the need %s", a, b)
			}
		}
	}
	if pairs != len(fromNeeds) {
		t.Errorf("%d pairs from the projects, %d from the needs", pairs, len(fromNeeds))
	}
}

// TestRulesetsOfAllKinds: every version has a ruleset of each kind, all of whose
// weights and parameters say why.
func TestRulesetsOfAllKinds(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	var answer struct {
		Rulesets []struct {
			Kind, KindLabel, Name, Version string
			Weights, Parameters            []struct{ Fr, En string }
			Forms                          []struct{ Form string }
		}
	}
	s.As(t, apitest.Anonymous).Query(t, &answer, `{ rulesets { kind kindLabel name version forms { form }
		weights { fr: reason en: reason(locale: EN) } parameters { fr: reason en: reason(locale: EN) } } }`, nil)
	kinds := make(map[string][]string)
	for _, r := range answer.Rulesets {
		kinds[r.Version] = append(kinds[r.Version], r.Kind)
		if len(r.Weights) == 0 || len(r.Parameters) == 0 || (len(r.Forms) > 0) != (r.Kind == "SPACE") || r.KindLabel == "" {
			t.Errorf("%s %s: %d weights, %d parameters, %d forms", r.Kind, r.Version, len(r.Weights), len(r.Parameters), len(r.Forms))
		}
		for _, reason := range append(r.Weights, r.Parameters...) {
			if reason.Fr == "" || reason.En == "" || reason.Fr == reason.En {
				t.Errorf("%s %s: a reason %q, %q", r.Kind, r.Version, reason.Fr, reason.En)
			}
		}
	}
	for version, of := range kinds {
		if slices.Sort(of); !slices.Equal(of, []string{"LANDLORD", "PROJECT", "SPACE"}) {
			t.Errorf("%s has rules of %v", version, of)
		}
	}
}

// TestColdStart: in a hub with landlords and projects and no space, every need
// has an explained list of whom to call: those whose territory meets its own come
// first, and no space is made up.
func TestColdStart(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	territory := func(scale domain.TerritoryScale, code string) domain.Territory {
		return domain.Territory{Scale: scale, Code: code}
	}
	rhone, isere := territory(domain.TerritoryDepartement, "69"), territory(domain.TerritoryDepartement, "38")
	where := map[string][]domain.Territory{
		"Rhône Habitat": {rhone}, "Lyon Logement": {territory(domain.TerritoryCommune, "69123")},
		"Alpes Région": {territory(domain.TerritoryRegion, "84")}, "Nord Habitat": {territory(domain.TerritoryDepartement, "59")}, "Inconnu Habitat": nil,
	}
	for name, territories := range where {
		f := apitest.LandlordFields(name)
		f.Territories, f.Priorities = territories, []domain.InnovationDomain{domain.DomainSocialAnimation}
		apitest.Do[string](t, s, hub.RegisterLandlord{Landlord: f, Publish: true})
	}
	present := map[string][]string{ // by need, whose territory meets it
		"À Lyon": {"Rhône Habitat", "Lyon Logement", "Alpes Région"}, "En Isère": {"Alpes Région"}, "À Lille": {"Nord Habitat"},
		"Partout": {"Rhône Habitat", "Lyon Logement", "Alpes Région", "Nord Habitat", "Inconnu Habitat"}, "À Marseille": {},
	}
	project := apitest.Do[domain.ID](t, s, hub.RegisterProject{Project: apitest.ProjectFields("froid", "Départ à froid"), Publish: true})
	for label, at := range map[string]domain.Territory{
		"À Lyon": territory(domain.TerritoryCommune, "69123"), "En Isère": isere, "À Lille": territory(domain.TerritoryCommune, "59350"),
		"Partout": {Scale: domain.TerritoryCountry}, "À Marseille": territory(domain.TerritoryCommune, "13055"),
	} {
		f := apitest.NeedFields(label)
		f.Territories = []domain.Territory{at}
		apitest.Do[string](t, s, hub.RegisterNeed{ProjectID: &project, Need: f, Publish: true})
	}

	client := s.As(t, apitest.Staff)
	var answer struct {
		HostingNeeds struct {
			Nodes []struct {
				Label   string
				Matches struct{ TotalCount int }
				Calls   kindPage
			}
		}
		VacantSpaces struct{ TotalCount int }
	}
	client.Query(t, &answer, `{ vacantSpaces { totalCount } hostingNeeds { nodes { label matches { totalCount }
		calls: landlordMatches { totalCount eligibleCount uncertainCount ineligibleCount nodes { `+matchKinds[0].parties+explainedFields+` } } } } }`, nil)
	if answer.VacantSpaces.TotalCount != 0 || len(answer.HostingNeeds.Nodes) != len(present) {
		t.Fatalf("%d spaces, %d needs", answer.VacantSpaces.TotalCount, len(answer.HostingNeeds.Nodes))
	}
	for _, n := range answer.HostingNeeds.Nodes {
		if n.Matches.TotalCount != 0 {
			t.Errorf("%s has %d spaces", n.Label, n.Matches.TotalCount)
		}
		var call []string
		for _, m := range n.Calls.Nodes {
			at := n.Label + " × " + m.With.Name
			recompute(t, at, m.explained, matchKinds[0].criteria)
			checkWords(t, at, m.explained)
			if m.Eligibility == "ELIGIBLE" {
				call = append(call, m.With.Name)
			}
			stock := m.Criteria[slices.IndexFunc(m.Criteria, func(c criterion) bool { return c.Code == "LANDLORD_STOCK" })]
			if stock.Status != "UNKNOWN" || stock.QFr == nil {
				t.Errorf("%s: the stock is %s", at, stock.Status)
			}
			if unknown := where[m.With.Name] == nil && n.Label != "Partout"; unknown != (m.Eligibility == "UNCERTAIN") {
				t.Errorf("%s is %s", at, m.Eligibility)
			}
		}
		want := present[n.Label]
		if slices.Sort(call); !slices.Equal(call, slices.Sorted(slices.Values(want))) || n.Calls.TotalCount != len(where) {
			t.Errorf("%s: call %v, want %v", n.Label, call, want)
		}
		for i, m := range n.Calls.Nodes[:len(want)] {
			if m.Eligibility != "ELIGIBLE" {
				t.Errorf("%s: %s stands in place %d", n.Label, m.With.Name, i+1)
			}
		}
	}
}
