package resolvers_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/internal/race"
)

type matchCounts struct{ Eligible, Uncertain, Ineligible, Total int }

type relaxation struct {
	Field, Fr, En               string
	AddsEligible, AddsUncertain int
	Asked, Proposed             *struct{ Display string }
	Counts                      matchCounts
	WhatIf                      map[string]any
}

const whatIfFields = `whatIf { given spaceKinds minSurfaceM2 maxSurfaceM2 territories { scale code radiusKm } earliestStart latestStart minMonths maxMonths
	fitOutDays slots { rule from until start durationMinutes } slotsNeeded publicHeadcount needsStepFreeAccess utilities monthlyCeiling occupancyForms wantsPriorityDistrict }`

type whatIfAnswer struct {
	HostingNeed struct {
		Matches struct {
			EligibleCount, UncertainCount, IneligibleCount, TotalCount int
			Nodes                                                      []struct {
				Score float64
				Space struct{ ID string }
				Need  struct {
					ID      string
					Surface struct{ MinM2 *float64 }
				}
			}
			Assumptions []struct {
				Field, Fr, En   string
				Stored, Assumed *struct{ Display string }
			}
			Difference *struct {
				Fr, En          string
				Stored, Assumed matchCounts
			}
			Relaxations []relaxation
		}
	}
}

const whatIfQuery = `query($id: ID!, $whatIf: HostingNeedWhatIfInput, $filter: SpaceMatchFilter) {
	hostingNeed(id: $id) { matches(first: 100, whatIf: $whatIf, filter: $filter) {
		eligibleCount uncertainCount ineligibleCount totalCount
		nodes { score space { id } need { id surface { minM2 } } }
		assumptions { field fr: message en: message(locale: EN) stored { display } assumed { display } }
		difference { fr: message en: message(locale: EN) stored { eligible uncertain ineligible total } assumed { eligible uncertain ineligible total } }
		relaxations(first: 12) { field fr: message en: message(locale: EN) addsEligible addsUncertain asked { display } proposed { display }
			counts { eligible uncertain ineligible total } ` + whatIfFields + ` }
	} }
}`

// given is what a relaxation answers, as the input takes it back: the fields that
// are named, null ones too.
func given(t *testing.T, whatIf map[string]any) map[string]any {
	t.Helper()
	in := map[string]any{}
	for _, name := range whatIf["given"].([]any) {
		field := camel(name.(string))
		value, ok := whatIf[field]
		if !ok {
			t.Fatalf("%s is given and not there", field)
		}
		in[field] = value
	}
	return in
}

// camel writes MIN_SURFACE_M2 as minSurfaceM2.
func camel(code string) string {
	var b strings.Builder
	for i, part := range strings.Split(code, "_") {
		part = strings.ToLower(part)
		if i > 0 {
			part = strings.ToUpper(part[:1]) + part[1:]
		}
		b.WriteString(part)
	}
	return b.String()
}

func sampleNeeds(t *testing.T, c apitest.Client) (ids []string) {
	t.Helper()
	var answer struct {
		HostingNeeds struct{ Nodes []struct{ ID string } }
	}
	c.Query(t, &answer, `{ hostingNeeds(first: 100) { nodes { id } } }`, nil)
	for _, n := range answer.HostingNeeds.Nodes {
		ids = append(ids, n.ID)
	}
	return ids
}

// TestRelaxations: what a relaxation promises is what the need has when it is
// asked with it, for every need of the sample and whoever asks.
func TestRelaxations(t *testing.T) {
	s := apitest.NewSample(t)
	fields := map[string]int{}
	for _, viewer := range []domain.Viewer{apitest.Staff, apitest.Anonymous} {
		c := s.As(t, viewer)
		for _, id := range sampleNeeds(t, c) {
			var plain whatIfAnswer
			c.Query(t, &plain, whatIfQuery, map[string]any{"id": id})
			base := plain.HostingNeed.Matches
			if len(base.Assumptions) > 0 || base.Difference != nil {
				t.Errorf("%s assumes something: %v", id, base.Assumptions)
			}
			for i, r := range base.Relaxations {
				fields[r.Field]++
				if i > 0 && base.Relaxations[i-1].AddsEligible < r.AddsEligible {
					t.Errorf("%s: relaxation %d adds more than the one before it", id, i)
				}
				if r.AddsEligible <= 0 && r.AddsUncertain <= 0 {
					t.Errorf("%s: %s brings nothing", id, r.Fr)
				}
				if r.AddsEligible != r.Counts.Eligible-base.EligibleCount || r.AddsUncertain != r.Counts.Uncertain-base.UncertainCount || r.Counts.Total != base.TotalCount {
					t.Errorf("%s: %s, and counts %+v after %+v", id, r.Fr, r.Counts, base)
				}
				if r.Fr == r.En || r.Fr == "" || r.En == "" {
					t.Errorf("%s: %q, %q", id, r.Fr, r.En)
				}
				var then whatIfAnswer
				c.Query(t, &then, whatIfQuery, map[string]any{"id": id, "whatIf": given(t, r.WhatIf)})
				got := then.HostingNeed.Matches
				if got.EligibleCount != r.Counts.Eligible || got.UncertainCount != r.Counts.Uncertain || got.IneligibleCount != r.Counts.Ineligible {
					t.Errorf("%s: %s promises %+v; asked with %v it has %d, %d, %d", id, r.Fr, r.Counts, given(t, r.WhatIf), got.EligibleCount, got.UncertainCount, got.IneligibleCount)
				}
				if len(got.Assumptions) != 1 || got.Assumptions[0].Field != r.Field || got.Difference == nil || got.Difference.Assumed != r.Counts {
					t.Errorf("%s: asked with %v it assumes %+v, %+v", id, given(t, r.WhatIf), got.Assumptions, got.Difference)
				}
			}
		}
	}
	t.Log(fields)
	for _, field := range []string{"SPACE_KINDS", "MIN_SURFACE_M2", "MIN_MONTHS", "UTILITIES", "NEEDS_STEP_FREE_ACCESS"} {
		if fields[field] == 0 {
			t.Errorf("no relaxation of %s ever came up: %v", field, fields)
		}
	}
}

// TestWhatIfIsTheNeed: a list with assumptions is that of a need which states
// them, and says so; but it speaks of the stored need.
func TestWhatIfIsTheNeed(t *testing.T) {
	if race.Enabled {
		t.Skip("compares text")
	}
	s := apitest.NewSample(t)
	c := s.As(t, apitest.Staff)
	for _, id := range sampleNeeds(t, c) {
		row, ok := s.Hub.World().Need(domain.NeedID(id))
		if !ok {
			t.Fatal("no need")
		}
		stored := row.Doc.NeedFields
		for _, try := range []struct {
			whatIf map[string]any
			change func(*domain.NeedFields)
		}{
			{map[string]any{}, func(*domain.NeedFields) {}},
			{map[string]any{"spaceKinds": stored.SpaceKinds, "minMonths": stored.Duration.MinMonths, "fitOutDays": stored.FitOutDays, "wantsPriorityDistrict": stored.WantsPriorityDistrict},
				func(*domain.NeedFields) {}},
			{map[string]any{"minSurfaceM2": 11, "maxSurfaceM2": nil, "monthlyCeiling": "12.34"}, func(f *domain.NeedFields) {
				f.Surface = domain.SurfaceRange{MinM2: new(11.0)}
				f.Budget = &domain.HostingBudget{MonthlyCeiling: 1234}
			}},
			{map[string]any{"territories": []any{map[string]any{"scale": "COUNTRY"}}, "latestStart": nil, "earliestStart": nil, "minMonths": 1, "maxMonths": nil}, func(f *domain.NeedFields) {
				f.Territories, f.Start = []domain.Territory{{Scale: domain.TerritoryCountry}}, domain.StartWindow{}
				f.Duration = domain.NeedDuration{MinMonths: 1}
			}},
			{map[string]any{"spaceKinds": []any{"OFFICE", "STORAGE"}, "utilities": nil, "occupancyForms": []any{}, "needsStepFreeAccess": true, "publicHeadcount": nil, "fitOutDays": 400, "wantsPriorityDistrict": !stored.WantsPriorityDistrict}, func(f *domain.NeedFields) {
				f.SpaceKinds = []domain.SpaceKind{domain.SpaceKindOffice, domain.SpaceKindStorage}
				f.Utilities, f.OccupancyForms, f.NeedsStepFreeAccess, f.PublicReception, f.FitOutDays = nil, nil, true, nil, 400
				f.WantsPriorityDistrict = !stored.WantsPriorityDistrict
			}},
		} {
			var got, want whatIfAnswer
			c.Query(t, &got, whatIfQuery, map[string]any{"id": id, "whatIf": try.whatIf})
			changed := stored
			try.change(&changed)
			project := domain.ID(row.Doc.ProjectID)
			other := apitest.Do[string](t, s, hub.RegisterNeed{ProjectID: &project, Need: changed})
			c.Query(t, &want, whatIfQuery, map[string]any{"id": other})
			a, b := got.HostingNeed.Matches, want.HostingNeed.Matches
			if a.EligibleCount != b.EligibleCount || a.UncertainCount != b.UncertainCount || a.TotalCount != b.TotalCount || len(a.Nodes) != len(b.Nodes) {
				t.Fatalf("%s what if %v: %d, %d of %d; the need has %d, %d of %d", id, try.whatIf, a.EligibleCount, a.UncertainCount, a.TotalCount, b.EligibleCount, b.UncertainCount, b.TotalCount)
			}
			for i := range a.Nodes {
				if a.Nodes[i].Space != b.Nodes[i].Space || a.Nodes[i].Score != b.Nodes[i].Score {
					t.Fatalf("%s what if %v: match %d is %v, the need's %v", id, try.whatIf, i, a.Nodes[i], b.Nodes[i])
				}
				if n := a.Nodes[i].Need; n.ID != id || !reflect.DeepEqual(n.Surface.MinM2, stored.Surface.MinM2) {
					t.Fatalf("%s what if %v: a match shows the need as %+v", id, try.whatIf, n)
				}
			}
			// What is assumed is what differs.
			same, err := json.Marshal(stored)
			if err != nil {
				t.Fatal(err)
			}
			now, err := json.Marshal(changed)
			if err != nil {
				t.Fatal(err)
			}
			if (string(same) == string(now)) != (len(a.Assumptions) == 0) {
				t.Errorf("%s what if %v: assumes %+v", id, try.whatIf, a.Assumptions)
			}
			if (a.Difference == nil) != (len(a.Assumptions) == 0) {
				t.Errorf("%s what if %v: the difference is %v", id, try.whatIf, a.Difference)
			}
			for _, x := range a.Assumptions {
				if _, there := try.whatIf[camel(x.Field)]; !there || x.Fr == x.En || x.Fr == "" || reflect.DeepEqual(x.Stored, x.Assumed) {
					t.Errorf("%s what if %v: %+v", id, try.whatIf, x)
				}
			}
			retired := domain.ID(other)
			if _, err := s.Hub.Do(t.Context(), apitest.Staff, hub.StepNeed{ID: retired, To: domain.PublicationArchived}, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestAssumedBudgetsTellNothing: to who may not see a need's budget, an assumed
// one answers the same whatever the stored one is, the same amount included.
func TestAssumedBudgetsTellNothing(t *testing.T) {
	s := apitest.NewSample(t)
	public, staff := s.As(t, apitest.Anonymous), s.As(t, apitest.Staff)
	seen, matters := 0, false
	for _, id := range sampleNeeds(t, public)[:6] {
		var answers, theirs []string
		for _, budget := range []any{nil, "300.00", "1.00", "100000.00"} {
			row, _ := s.Hub.World().Need(domain.NeedID(id))
			var b *domain.HostingBudget
			if budget != nil {
				amount, err := domain.ParseAmount(budget.(string))
				if err != nil {
					t.Fatal(err)
				}
				b = &domain.HostingBudget{MonthlyCeiling: amount}
			}
			changes, err := hub.NewPatch[domain.NeedFields](map[string]any{"Budget": b})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Hub.Do(t.Context(), apitest.Staff, hub.ChangeNeed{ID: domain.ID(id), ExpectedVersion: &row.Doc.Version, Changes: changes}, ""); err != nil {
				t.Fatal(err)
			}
			all := ""
			for _, whatIf := range []map[string]any{{}, {"monthlyCeiling": "300.00"}, {"monthlyCeiling": nil}, {"minSurfaceM2": 10}} {
				a := public.Try(t, whatIfQuery, map[string]any{"id": id, "whatIf": whatIf})
				data, _ := a.At("data")
				if len(a.Errors) > 0 || data == nil {
					t.Fatalf("%s", a.Body)
				}
				all += fmt.Sprint(data)
				seen++
			}
			answers = append(answers, all)
			a := staff.Try(t, whatIfQuery, map[string]any{"id": id})
			data, _ := a.At("data")
			theirs = append(theirs, fmt.Sprint(data))
		}
		if len(slices.Compact(answers)) != 1 {
			t.Errorf("%s: the public's answers depend on the budget", id)
		}
		matters = matters || len(slices.Compact(theirs)) > 1
	}
	if seen == 0 || !matters {
		t.Error("the budget matters to nobody, so that this test can't fail")
	}
}

// TestWhatIfCounts: an assumed budget counts, for who may not see the stored one
// too.
func TestWhatIfCounts(t *testing.T) {
	s := apitest.NewSample(t)
	c := s.As(t, apitest.Anonymous)
	more := 0
	for _, id := range sampleNeeds(t, c) {
		var rich, poor whatIfAnswer
		c.Query(t, &rich, whatIfQuery, map[string]any{"id": id, "whatIf": map[string]any{"monthlyCeiling": "100000.00"}})
		c.Query(t, &poor, whatIfQuery, map[string]any{"id": id, "whatIf": map[string]any{"monthlyCeiling": "0.00"}})
		if rich.HostingNeed.Matches.EligibleCount < poor.HostingNeed.Matches.EligibleCount {
			t.Errorf("%s: fewer for more money", id)
		}
		more += rich.HostingNeed.Matches.EligibleCount - poor.HostingNeed.Matches.EligibleCount
		for _, a := range rich.HostingNeed.Matches.Assumptions {
			if a.Field == "MONTHLY_CEILING" && a.Stored != nil {
				t.Errorf("%s: the stored budget shows: %v", id, a)
			}
		}
	}
	if more == 0 {
		t.Error("money buys nothing: " + fmt.Sprint(more))
	}
}
