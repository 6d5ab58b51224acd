package sample

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/palier-hub/palier/calendar"
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// readAll and loadAtlas run once for all tests, since they take a while.
var (
	readAll   = sync.OnceValues(Read)
	loadAtlas = sync.OnceValues(geo.Load)
)

func mustRead(t *testing.T) *Data {
	t.Helper()
	data, err := readAll()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func mustLoad(t *testing.T) *geo.Atlas {
	t.Helper()
	atlas, err := loadAtlas()
	if err != nil {
		t.Fatal(err)
	}
	return atlas
}

// located is a space with what it stands in.
type located struct {
	Space
	site     Site
	landlord Landlord
}

func (d *Data) spaces() (all []located) {
	for _, l := range d.Landlords {
		for _, site := range l.Sites {
			for _, space := range site.Spaces {
				all = append(all, located{space, site, l})
			}
		}
	}
	return all
}

func TestEveryRecordKeepsTheRules(t *testing.T) {
	atlas := mustLoad(t)
	data := mustRead(t)
	check := func(path []string, validate func(*domain.Problems)) {
		p := domain.Problems{Root: path}
		validate(&p)
		if err := p.Err(); err != nil {
			t.Error(err)
		}
	}
	for _, l := range data.Landlords {
		check([]string{l.Key}, func(p *domain.Problems) { l.Fields.Validate(p, atlas) })
		for _, need := range l.Needs {
			f := need.Fields.LandlordNeedFields
			f.Sites = make([]domain.SiteID, len(need.Fields.Sites)) // looked up as it is loaded
			check([]string{l.Key, need.Key}, func(p *domain.Problems) { f.Validate(p, atlas, calendar.Check) })
		}
		for _, site := range l.Sites {
			check([]string{l.Key, site.Key}, func(p *domain.Problems) { site.Fields.Validate(p, atlas) })
			for _, space := range site.Spaces {
				check([]string{l.Key, space.Key}, func(p *domain.Problems) { space.Fields.Validate(p, calendar.Check) })
			}
		}
	}
	for _, project := range data.Projects {
		check([]string{project.Key}, func(p *domain.Problems) { project.Fields.Validate(p, atlas) })
		for _, need := range project.Needs {
			check([]string{project.Key, need.Key}, func(p *domain.Problems) { need.Fields.Validate(p, atlas, calendar.Check) })
		}
	}
}

// A code of a commune that has merged is known too, but a demonstration shows
// the present ones, and Paris, Lyon and Marseille by arrondissement or whole.
func TestCommunesGoByTheirPresentCode(t *testing.T) {
	atlas := mustLoad(t)
	for _, l := range mustRead(t).Landlords {
		for _, site := range l.Sites {
			if c, ok := atlas.Commune(site.Fields.CommuneCode); !ok || c.Code != site.Fields.CommuneCode {
				t.Errorf("%s %s: %s is not a present commune", l.Key, site.Key, site.Fields.CommuneCode)
			}
		}
	}
}

// A position of a site is in or near its commune, so that distances make sense.
func TestPositionsAreNearTheirCommunes(t *testing.T) {
	atlas := mustLoad(t)
	located := 0
	for _, l := range mustRead(t).Landlords {
		for _, site := range l.Sites {
			commune, _ := atlas.Commune(site.Fields.CommuneCode)
			if site.Fields.Position == nil || commune.Position == nil {
				continue
			}
			located++
			// Twice a commune's typical error, and its extent.
			most := 2*commune.Position.TypicalErrorMetres() + 10_000
			if d := geo.DistanceMetres(*site.Fields.Position, *commune.Position); d > most {
				t.Errorf("%s %s: %d m from %s", l.Key, site.Key, d, commune.Name)
			}
		}
	}
	if located < 50 {
		t.Errorf("only %d sites have a position", located)
	}
}

func TestTheSampleCoversTheVocabulary(t *testing.T) {
	data := mustRead(t)
	seen := map[string]map[string]bool{}
	see := func(list string, values ...string) {
		if seen[list] == nil {
			seen[list] = map[string]bool{}
		}
		for _, v := range values {
			seen[list][v] = true
		}
	}
	for _, l := range data.Landlords {
		see("LandlordKind", string(l.Fields.Kind))
		for _, d := range l.Fields.Priorities {
			see("InnovationDomain", string(d))
		}
		for _, p := range l.Fields.Practices {
			see("ProcurementLever", string(p))
		}
	}
	for _, s := range data.spaces() {
		f := s.Fields
		see("SpaceKind", string(f.Kind))
		see("VacancyCause", string(f.VacancyCause))
		see("AccessLevel", string(f.StepFreeAccess))
		see("ErpCategory", string(f.Erp.Category))
		see("PalierVisibility", string(f.Visibility))
		see("PublicationState", string(s.State))
		see("QpvStanding", string(s.site.Fields.PriorityDistrict.Standing))
		if n := s.site.Fields.NpnruInterest; n != nil {
			see("NpnruInterest", string(*n))
		}
		for _, w := range s.site.Fields.Works {
			see("WorksKind", string(w.Kind))
		}
		for _, u := range slices.Concat(f.Utilities, f.MissingUtilities) {
			see("SpaceUtility", string(u))
		}
		for _, form := range f.OccupancyForms {
			see("OccupancyForm", string(form))
		}
		for _, c := range f.Commitments {
			see("CommitmentKind", string(c.Kind))
		}
		if f.Cost != nil {
			see("CostBasis", string(f.Cost.Basis))
		}
		for _, erp := range f.Erp.Types {
			see("ErpType", string(erp))
		}
	}
	for _, list := range []string{"SpaceKind", "VacancyCause", "AccessLevel", "ErpCategory", "PalierVisibility",
		"QpvStanding", "NpnruInterest", "WorksKind", "SpaceUtility", "OccupancyForm", "CommitmentKind", "CostBasis"} {
		codes, ok := domain.CodeListNamed(list)
		if !ok {
			t.Fatalf("no code list %s", list)
		}
		for _, c := range codes.Codes {
			if !seen[list][c.Value] {
				t.Errorf("%s: %s does not occur", list, c.Value)
			}
		}
	}
	for list, least := range map[string]int{"LandlordKind": 7, "InnovationDomain": 9, "ProcurementLever": 9, "ErpType": 10, "PublicationState": 3} {
		if n := len(seen[list]); n < least {
			t.Errorf("%s: %d codes occur, at least %d wanted", list, n, least)
		}
	}
}

func TestTheSampleIsLargeAndReachesOverseas(t *testing.T) {
	data := mustRead(t)
	if n := len(data.spaces()); n < 300 {
		t.Errorf("%d spaces, at least 300 wanted", n)
	}
	departements := map[string]int{}
	for _, s := range data.spaces() {
		code := string(s.site.Fields.CommuneCode)
		if strings.HasPrefix(code, "97") {
			departements[code[:3]]++
		} else {
			departements[code[:2]]++
		}
	}
	for _, code := range []string{"971", "972", "973", "974", "976", "2A", "2B", "93", "69", "13", "59", "44", "74"} {
		if departements[code] < 2 {
			t.Errorf("%d spaces in the département %s, at least 2 wanted", departements[code], code)
		}
	}
	if len(departements) < 45 {
		t.Errorf("%d départements, at least 45 wanted", len(departements))
	}
}

// Unknown values are what the hub is about: enough of them to be met on every
// page, few enough to leave clear answers.
func TestSharesOfUnknownValues(t *testing.T) {
	spaces := mustRead(t).spaces()
	for _, c := range []struct {
		name        string
		least, most float64
		is          func(domain.SpaceFields) bool
	}{
		{"ERP category", .25, .40, func(f domain.SpaceFields) bool { return f.Erp.Category == domain.CategoryUnknown }},
		{"step-free access", .18, .32, func(f domain.SpaceFields) bool { return f.StepFreeAccess == domain.AccessUnknown }},
		{"end of the availability", .15, .30, func(f domain.SpaceFields) bool {
			return f.Availability.Until == nil && !f.Availability.OpenEnded
		}},
		{"cost", .15, .35, func(f domain.SpaceFields) bool { return f.Cost == nil }},
		{"excluded uses", .20, .40, func(f domain.SpaceFields) bool { return f.ExcludedUses == nil }},
		{"occupancy forms", .05, .20, func(f domain.SpaceFields) bool { return f.OccupancyForms == nil }},
		{"shareable", .12, .30, func(f domain.SpaceFields) bool { return f.Shareable == nil }},
		{"surface", .01, .08, func(f domain.SpaceFields) bool { return !f.Surface.Known() }},
		// Not a value that is unknown, but a share to hold all the same.
		{"private visibility", .06, .14, func(f domain.SpaceFields) bool { return f.Visibility == domain.VisibilityPrivate }},
	} {
		n := 0
		for _, s := range spaces {
			if c.is(s.Fields) {
				n++
			}
		}
		if share := float64(n) / float64(len(spaces)); share < c.least || share > c.most {
			t.Errorf("%s: %.0f %% of the spaces, between %.0f and %.0f wanted", c.name, 100*share, 100*c.least, 100*c.most)
		}
	}
}

func TestProjectsAndTheirNeeds(t *testing.T) {
	data := mustRead(t)
	var keys []string
	for _, p := range data.Projects {
		keys = append(keys, p.Key)
		if n := len(p.Needs); n < 1 || n > 3 {
			t.Errorf("%s: %d needs, one to three wanted", p.Key, n)
		}
		if p.Synthetic {
			t.Errorf("%s is a real project", p.Key)
		}
		for _, n := range p.Needs {
			if !n.Synthetic {
				t.Errorf("%s %s: needs are invented", p.Key, n.Key)
			}
		}
		// What is not among the published facts is unknown, never "none".
		if p.Fields.Approvals != nil || p.Fields.References != nil || p.Fields.Levers != nil || p.Fields.Capacity != nil {
			t.Errorf("%s: approvals, references, levers and capacity are not among the facts", p.Key)
		}
		years := map[string]int{"caracol": 2021, "vrac": 2017}
		for _, a := range p.Fields.Awards {
			if year, known := years[p.Key]; known != (a.Year != nil) || known && *a.Year != year {
				t.Errorf("%s: award of %v; only Caracol's and VRAC's years are known", p.Key, a.Year)
			}
		}
	}
	want := []string{"arts-et-developpement", "caracol", "des-etoiles-et-des-femmes", "impala-avenir", "les-petites-cantines", "programme-malin", "vrac"}
	if !slices.Equal(keys, want) {
		t.Errorf("projects %v, want %v", keys, want)
	}
}

// The needs of landlords are of every sort: in time, in sight, in a state, on
// sites and on territories, with much and with little known of them.
func TestWhatLandlordsLookFor(t *testing.T) {
	needs := 0
	seen := map[string]bool{}
	for _, l := range mustRead(t).Landlords {
		for _, n := range l.Needs {
			needs++
			f := n.Fields
			for sort, is := range map[string]bool{
				"timing " + string(f.Timing.Kind): true, "visibility " + string(f.Visibility): true, "state " + string(n.State): true,
				"sites alone": len(f.Sites) > 0 && f.Territories == nil, "territories alone": f.Sites == nil, "both": len(f.Sites) > 0 && f.Territories != nil,
				"slots": len(f.Timing.Slots) > 0, "slots to be agreed": f.Timing.Kind == domain.TimingRecurring && f.Timing.Slots == nil,
				"publics unknown": f.Publics == nil, "levers unknown": f.Levers == nil, "volume unknown": f.Volume == domain.LandlordNeedVolume{},
				"no last day": f.AnswerBy == nil, "a last day": f.AnswerBy != nil,
				"a budget in total":    f.Budget != nil && f.Budget.Basis == domain.BudgetTotal,
				"a budget by month":    f.Budget != nil && f.Budget.Basis == domain.BudgetPerMonth,
				"no budget":            f.Budget == nil,
				"a real landlord":      !l.Synthetic,
				"an invented landlord": l.Synthetic,
			} {
				seen[sort] = seen[sort] || is
			}
		}
	}
	if needs < 10 || needs > 14 {
		t.Errorf("%d needs", needs)
	}
	for _, kind := range []string{"timing ONE_OFF", "timing RECURRING", "timing LASTING", "visibility PUBLIC", "visibility NETWORK", "visibility PRIVATE", "state DRAFT", "state PUBLISHED"} {
		if !seen[kind] {
			t.Errorf("no need has the %s", kind)
		}
	}
	for sort, is := range seen {
		if !is {
			t.Errorf("no need has: %s", sort)
		}
	}
}

func TestRealAndInventedAreToldApart(t *testing.T) {
	real := []string{"haute-savoie-habitat", "logirep", "polylogis", "valophis"}
	sirens := map[domain.Siren]string{}
	for _, l := range mustRead(t).Landlords {
		if slices.Contains(real, l.Key) {
			if l.Synthetic || l.Fields.Siren != nil {
				t.Errorf("%s: a real landlord is not synthetic and carries no SIREN here", l.Key)
			}
			// Not among the published facts, hence unknown.
			if l.Fields.Priorities != nil || l.Fields.Publics != nil || l.Fields.GuardingCostMonthly != nil {
				t.Errorf("%s: its priorities, publics and guarding cost are not among the facts", l.Key)
			}
		} else {
			if !l.Synthetic || !strings.HasSuffix(l.Fields.Name, "(exemple)") {
				t.Errorf("%s: an invented landlord is synthetic and its name ends in (exemple)", l.Key)
			}
			if s := l.Fields.Siren; s == nil || !strings.HasPrefix(string(*s), "000") || s.Validate() != nil {
				t.Errorf("%s: an invented landlord has a valid SIREN that begins with 000, not %v", l.Key, s)
			} else if sirens[*s] != "" {
				t.Errorf("%s and %s share a SIREN", l.Key, sirens[*s])
			} else {
				sirens[*s] = l.Key
			}
		}
		if slices.ContainsFunc(l.Needs, func(n LandlordNeed) bool { return !n.Synthetic }) {
			t.Errorf("%s: needs are invented", l.Key)
		}
		for _, site := range l.Sites {
			if !site.Synthetic || slices.ContainsFunc(site.Spaces, func(s Space) bool { return !s.Synthetic }) {
				t.Errorf("%s %s: sites and spaces are invented", l.Key, site.Key)
			}
			if site.Fields.PriorityDistrict.Code != nil {
				t.Errorf("%s %s: an invented standing names no real district", l.Key, site.Key)
			}
		}
	}
}

func TestGroupsComeFirst(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range mustRead(t).Landlords {
		if l.GroupKey != "" && !seen[l.GroupKey] {
			t.Errorf("%s comes before its group %s", l.Key, l.GroupKey)
		}
		seen[l.Key] = true
	}
	if !seen["logirep"] || !seen["loire-et-armor"] {
		t.Error("a subsidiary is missing")
	}
}

// No two landlords use a reference twice, so that a reference alone finds a
// space in a demonstration.
func TestReferencesAreUniqueInTheWholeSample(t *testing.T) {
	owner := map[string]string{}
	for _, s := range mustRead(t).spaces() {
		if owner[s.Key] != "" {
			t.Errorf("%s is a space of %s and of %s", s.Key, owner[s.Key], s.landlord.Key)
		}
		owner[s.Key] = s.landlord.Key
	}
}

// The README names records to look at; they must be there under those names.
func TestTheReadmeNamesRealRecords(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, cases, _ := strings.Cut(string(text), "## Cases worth looking at")
	cases, _, _ = strings.Cut(cases, "## ")
	data := mustRead(t)
	known := map[string]bool{}
	for _, s := range data.spaces() {
		known[s.Key] = s.State == domain.PublicationPublished
	}
	for _, l := range data.Landlords {
		for _, n := range l.Needs {
			known[n.Key] = n.State == domain.PublicationPublished
		}
	}
	for _, p := range data.Projects {
		known[p.Key] = true
		for _, n := range p.Needs {
			known[n.Key] = true
		}
	}
	names := strings.Split(cases, "`")
	if len(names) < 40 {
		t.Fatalf("only %d names: the table has moved", len(names)/2)
	}
	for i := 1; i < len(names); i += 2 {
		if !known[names[i]] {
			t.Errorf("%s is not a published record", names[i])
		}
	}
}
