package match

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/race"
)

// crowded is a calendar that makes a space dear to compare, and the slots that are
// asked of it.
type crowded struct {
	name   string
	taken  func(space int) []domain.Commitment
	wanted []domain.RecurringSlot
	free   bool
}

// crowds are as bad as the limits allow, and one that they don't.
func crowds() []crowded {
	times := func(n int, rule func(i int) string) (all []domain.RecurringSlot) {
		for i := range n {
			s := slot(rule(i), "08:00", 60)
			s.Start += domain.TimeOfDay(i % 12 * 60)
			all = append(all, s)
		}
		return all
	}
	always := func(rule string) func(int) string { return func(int) string { return rule } }
	each := func(slots []domain.RecurringSlot) (all []domain.Commitment) {
		for _, s := range slots {
			all = append(all, domain.Commitment{Kind: domain.CommitmentConvention, Slots: []domain.RecurringSlot{s}})
		}
		return all
	}
	ended := each(times(40, always("FREQ=WEEKLY;BYDAY=TU")))
	for i := range ended {
		ended[i].Until = ref(date("2027-02-01").AddDays(20 * i))
	}
	ended[39].Until = nil
	odd := each(times(40, always("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")))
	even := times(20, always("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"))
	for i := range odd {
		odd[i].Slots[0].From = on("2027-01-04")
	}
	for i := range even {
		even[i].From = on("2027-01-11")
	}
	var many []domain.Commitment
	for range 20 {
		many = append(many, domain.Commitment{Kind: domain.CommitmentConvention, Slots: times(20, always("FREQ=DAILY"))})
	}
	daily := times(20, always("FREQ=DAILY"))
	same := func(all []domain.Commitment) func(int) []domain.Commitment {
		return func(int) []domain.Commitment { return all }
	}
	ofYears := times(20, always("FREQ=YEARLY;BYMONTH=7;BYDAY=MO"))
	return []crowded{
		{"400 daily, more than are accepted", same(many), daily, false},
		{"all the same", same(each(times(40, always("FREQ=DAILY")))), daily, false},
		{"on other days", same(each(times(40, always("FREQ=WEEKLY;BYDAY=MO,WE,FR")))), times(20, always("FREQ=WEEKLY;BYDAY=TU,TH")), true},
		{"in other weeks", same(odd), even, true},
		{"on other days of the month", same(each(times(40, func(i int) string { return fmt.Sprintf("FREQ=MONTHLY;BYDAY=%dMO", 1+i%2) }))), times(20, always("FREQ=MONTHLY;BYDAY=3MO")), true},
		{"ended one after another", same(ended), times(20, always("FREQ=WEEKLY;BYDAY=TU")), false},
		{"weeks to choose", same(each(times(40, always("FREQ=WEEKLY;BYDAY=TU")))), times(20, always("FREQ=WEEKLY;INTERVAL=52;BYDAY=TU")), false},
		{"rules of years", same(each(times(40, func(i int) string { return fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYDAY=MO", 1+i%6) }))), ofYears, true},
		{"rules of years, each another", func(space int) []domain.Commitment {
			return each(times(40, func(i int) string {
				return fmt.Sprintf("FREQ=YEARLY;BYMONTH=1,2;BYYEARDAY=%d,%d;BYSETPOS=1;BYDAY=MO", 1+i, 1+space%300)
			}))
		}, ofYears, true},
	}
}

// search counts the matches of a need of the slots wanted, over ten years, among 480
// spaces of that calendar.
func (c crowded) search(tb testing.TB) func(context.Context) (Counts, error) {
	columns, first := NewColumns(atlas(tb)), room()
	columns.PutLandlord(first.Landlord.ID, first.Landlord)
	for i := range 480 {
		at := room()
		at.Space.ID = domain.SpaceID(fmt.Sprintf("spc_%03d", i))
		at.Space.Commitments = c.taken(i)
		columns.Put(0, at.Space, at.Site, first.Landlord, domain.VisibilityPublic)
	}
	s := vrac()
	s.Need.Use = domain.UsePattern{Kind: domain.UseRecurring, Slots: c.wanted}
	s.Need.Duration = domain.NeedDuration{MinMonths: 110, MaxMonths: ref(120)}
	q := engine(tb).Prepare(s)
	filter, _ := NewFilter(domain.SpaceMatchFilter{}, siteFilter(atlas(tb), domain.Anonymous, domain.SpaceMatchFilter{}))
	return func(ctx context.Context) (Counts, error) {
		search := NewSearch(columns, domain.Anonymous, filter, Pages{Size: 1, Count: CountEligibility})
		err := search.Rank(ctx, q)
		return search.Counts(), err
	}
}

// TestCrowdedCalendars: the fullest of calendars keep nobody else from an answer. A
// second is ten times what the dearest takes; it took two minutes when each occurrence
// was looked up.
func TestCrowdedCalendars(t *testing.T) {
	if race.Enabled {
		t.Skip("what takes long shows without the race detector")
	}
	for _, c := range crowds() {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		counts, err := c.search(t)(ctx)
		cancel()
		if got := counts.Eligible > 0; err != nil || got != c.free || counts.Eligible+counts.Uncertain+counts.Ineligible != 480 {
			t.Errorf("%s: %+v, %v", c.name, counts, err)
		}
	}
}

// BenchmarkCrowdedCalendars is what one question among them takes.
func BenchmarkCrowdedCalendars(b *testing.B) {
	for _, c := range crowds() {
		b.Run(c.name, func(b *testing.B) {
			search := c.search(b)
			for b.Loop() {
				if _, err := search(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/question")
		})
	}
}
