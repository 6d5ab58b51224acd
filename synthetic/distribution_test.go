package synthetic

import (
	"cmp"
	"slices"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// Shares are checked with room for chance: what matters is that none is lost.
func TestSharesOfSpaces(t *testing.T) {
	s, _ := generate(t, 11, 20_000)
	var spaces []domain.SpaceFields
	published := 0
	for site := range s.Sites() {
		for _, space := range site.Spaces {
			spaces = append(spaces, space.Fields)
			if space.Publish {
				published++
			}
		}
	}
	if share := 100 * published / len(spaces); share < 93 || share > 98 {
		t.Errorf("%d %% of the spaces are published", share)
	}
	kind := func(k domain.SpaceKind) func(domain.SpaceFields) bool {
		return func(f domain.SpaceFields) bool { return f.Kind == k }
	}
	for _, c := range []struct {
		name        string
		least, most int // in a thousand
		is          func(domain.SpaceFields) bool
	}{
		{"dwellings", 240, 280, kind(domain.SpaceKindVacantDwelling)},
		{"collective rooms", 135, 165, kind(domain.SpaceKindCollectiveRoom)},
		{"whole buildings", 25, 45, kind(domain.SpaceKindWholeBuilding)},
		{"hostels", 4, 13, kind(domain.SpaceKindDisusedHostel)},
		// Unknown values, by the ranges that the sample keeps to.
		{"ERP category unknown", 250, 400, func(f domain.SpaceFields) bool { return f.Erp.Category == domain.CategoryUnknown }},
		{"step-free access unknown", 180, 320, func(f domain.SpaceFields) bool { return f.StepFreeAccess == domain.AccessUnknown }},
		{"end unknown", 150, 300, func(f domain.SpaceFields) bool { return f.Availability.Until == nil && !f.Availability.OpenEnded }},
		{"cost unknown", 150, 350, func(f domain.SpaceFields) bool { return f.Cost == nil }},
		{"excluded uses unknown", 200, 400, func(f domain.SpaceFields) bool { return f.ExcludedUses == nil }},
		{"no use excluded", 250, 450, func(f domain.SpaceFields) bool { return f.ExcludedUses != nil && len(f.ExcludedUses) == 0 }},
		{"forms unknown", 50, 200, func(f domain.SpaceFields) bool { return f.OccupancyForms == nil }},
		{"shareable unknown", 120, 300, func(f domain.SpaceFields) bool { return f.Shareable == nil }},
		{"surface unknown", 10, 80, func(f domain.SpaceFields) bool { return !f.Surface.Known() }},
		{"private", 60, 140, func(f domain.SpaceFields) bool { return f.Visibility == domain.VisibilityPrivate }},
		{"before demolition", 70, 140, func(f domain.SpaceFields) bool { return f.VacancyCause == domain.VacancyPreDemolition }},
		{"free", 200, 400, func(f domain.SpaceFields) bool { return f.Cost != nil && f.Cost.Basis == domain.CostFree }},
		{"with slots taken", 60, 250, func(f domain.SpaceFields) bool {
			return slices.ContainsFunc(f.Commitments, func(c domain.Commitment) bool { return len(c.Slots) > 0 })
		}},
		{"with opening hours", 50, 250, func(f domain.SpaceFields) bool { return len(f.Availability.OpeningSlots) > 0 }},
	} {
		n := 0
		for _, f := range spaces {
			if c.is(f) {
				n++
			}
		}
		if share := 1000 * n / len(spaces); share < c.least || share > c.most {
			t.Errorf("%s: %d in a thousand spaces, between %d and %d wanted", c.name, share, c.least, c.most)
		}
	}
}

// Every code that a criterion looks at comes up.
func TestTheSetCoversTheVocabulary(t *testing.T) {
	s, _ := generate(t, 5, 60_000)
	seen := map[string]map[string]bool{}
	see := func(list, value string) {
		if seen[list] == nil {
			seen[list] = map[string]bool{}
		}
		seen[list][value] = true
	}
	for l := range s.Landlords() {
		see("LandlordKind", string(l.Fields.Kind))
	}
	unknown := map[string]int{}
	wanted := 0
	for n := range s.LandlordNeeds() {
		f := n.Fields
		wanted++
		see("NeedTiming", string(f.Timing.Kind))
		see("sight of needs", string(f.Visibility))
		for what, is := range map[string]bool{"publics": f.Publics == nil, "levers": f.Levers == nil, "hours": f.Volume.HoursPerWeek == nil,
			"people": f.Volume.Beneficiaries == nil, "budget": f.Budget == nil, "sites": f.Sites == nil, "territories": f.Territories == nil, "answer by": f.AnswerBy == nil} {
			if is {
				unknown[what]++
			}
		}
	}
	for what, n := range unknown {
		if share := 100 * n / wanted; share < 10 || share > 70 {
			t.Errorf("%s: unknown or left out in %d %% of the landlords' needs", what, share)
		}
	}
	if len(unknown) != 8 || len(seen["sight of needs"]) != 3 {
		t.Errorf("of the landlords' needs, unknown are %v, and they are seen by %v", unknown, seen["sight of needs"])
	}
	for p := range s.Projects() {
		for _, l := range p.Fields.Levers {
			see("open levers", string(l))
		}
		if c := p.Fields.Capacity; c != nil && c.HoursPerWeek != nil {
			see("capacity", "known")
		}
	}
	if len(seen["open levers"]) < 5 || len(seen["capacity"]) == 0 {
		t.Errorf("the projects' levers are %v, their capacity is known: %v", seen["open levers"], seen["capacity"])
	}
	looked := 0
	for site := range s.Sites() {
		if looked += len(site.Spaces); looked > 15_000 {
			break
		}
		see("QpvStanding", string(site.Fields.PriorityDistrict.Standing))
		for _, space := range site.Spaces {
			f := space.Fields
			see("SpaceKind", string(f.Kind))
			see("VacancyCause", string(f.VacancyCause))
			see("AccessLevel", string(f.StepFreeAccess))
			see("PalierVisibility", string(f.Visibility))
			for _, u := range f.Utilities {
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
		}
	}
	for list, missing := range map[string]int{"LandlordKind": 1, "QpvStanding": 0, "SpaceKind": 0, "VacancyCause": 0, "AccessLevel": 0,
		"PalierVisibility": 0, "SpaceUtility": 0, "OccupancyForm": 0, "CommitmentKind": 0, "CostBasis": 0, "NeedTiming": 0} {
		codes, ok := domain.CodeListNamed(list)
		if !ok {
			t.Fatalf("no code list %s", list)
		}
		if n := len(codes.Codes) - len(seen[list]); n > missing {
			t.Errorf("%s: %d codes don't come up (%v do)", list, n, seen[list])
		}
	}
}

func TestLandlordsAreUnequal(t *testing.T) {
	s, _ := generate(t, 1, 1_000_000)
	kinds, grouped := map[domain.LandlordKind]int{}, 0
	for _, l := range s.landlords {
		kinds[l.fields.Kind]++
		if l.group != "" {
			grouped++
		}
	}
	for kind, most := range map[domain.LandlordKind][2]int{
		domain.LandlordKindOph: {150, 220}, domain.LandlordKindEsh: {145, 215}, domain.LandlordKindCoopHlm: {95, 165},
	} {
		if n := kinds[kind]; n < most[0] || n > most[1] {
			t.Errorf("%d landlords of the kind %s, between %d and %d wanted", n, kind, most[0], most[1])
		}
	}
	if grouped < 80 || grouped > 240 {
		t.Errorf("%d landlords belong to a group", grouped)
	}
	bySize := slices.SortedFunc(slices.Values(s.landlords), func(x, y landlord) int { return cmp.Compare(y.spaces, x.spaces) })
	largest := 0
	for _, l := range bySize[:60] {
		largest += l.spaces
	}
	if share := largest / 10_000; share < 40 || share > 75 {
		t.Errorf("a tenth of the landlords has %d %% of the spaces", share)
	}
}

// A commune is drawn as often as it is populous, Paris by arrondissement.
func TestCommunesAreDrawnByPopulation(t *testing.T) {
	s, atlas := generate(t, 1, 1)
	d := newDice(1, "test", 0)
	const draws = 150_000
	drawn := map[domain.InseeCode]int{}
	for range draws {
		drawn[draw(d, s.france.areas).Code]++
	}
	country := 0
	for _, a := range s.france.areas {
		country += a.population()
	}
	for _, code := range []domain.InseeCode{"75115", "13201", "69387", "31555", "06088", "44109", "59350", "97411", "33063"} {
		c, ok := atlas.Commune(code)
		if !ok {
			t.Fatalf("no commune %s", code)
		}
		want := inhabitants(c) * draws / country
		if n := drawn[code]; n < want*80/100 || n > want*120/100 {
			t.Errorf("%s was drawn %d times, some %d expected", c.Name, n, want)
		}
	}
	if n := drawn["75056"]; n > 0 {
		t.Errorf("Paris as a whole was drawn %d times", n)
	}
}

func TestSpread(t *testing.T) {
	d := newDice(1, "test", 1)
	small, least, most := 0, 1<<30, 0
	for range 10_000 {
		n := d.spread(5, 700)
		least, most = min(least, n), max(most, n)
		if n < 70 {
			small++
		}
	}
	if least != 5 || most < 600 || most > 700 {
		t.Errorf("draws from %d to %d, not from 5 to 700", least, most)
	}
	if small < 4_500 || small > 6_500 {
		t.Errorf("%d of 10,000 draws are below a tenth of the range", small)
	}
	if n := d.spread(8, 8); n != 8 {
		t.Errorf("spread(8, 8) = %d", n)
	}
}
