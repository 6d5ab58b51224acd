package loaders_test

import (
	"testing"
	"time"

	"github.com/palier-hub/palier/calendar"
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/loaders"
)

// TestSpaceCalendar: at every third hour of some weeks, for all spaces of
// the sample, a space is taken when one of its commitments takes it, and free when it
// is available, open, and not taken.
func TestSpaceCalendar(t *testing.T) {
	server := apitest.NewSample(t)
	opener, err := loaders.NewOpener(server.Hub, server.Atlas, [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	s := opener.Open(apitest.Staff, domain.French)
	from, until := domain.NewDate(2026, 10, 19), domain.NewDate(2026, 11, 8) // the clocks change on 25 October
	var free, taken int
	for row := range s.World().Spaces() {
		space := row.Doc
		got, err := s.SpaceCalendar(space, from, until)
		if err != nil {
			t.Fatal(err)
		}
		clock := hub.ClockOf(s.World(), server.Atlas, space)
		covers := func(c domain.Commitment, at time.Time) bool {
			for _, one := range calendar.Taken(c, from-1, until, clock) {
				if !at.Before(one.Start) && at.Before(one.End) {
					return true
				}
			}
			return false
		}
		y, m, day := from.Time().Date()
		for at := time.Date(y, m, day, 0, 0, 0, 0, clock); domain.DateOf(at) <= until; at = at.Add(3 * time.Hour) {
			isTaken, isFree := false, false
			for _, c := range space.Commitments {
				isTaken = isTaken || covers(c, at)
			}
			if a := space.Availability; a.Covers(domain.DateOf(at)) {
				isFree = !isTaken && (len(a.OpeningSlots) == 0 || covers(domain.Commitment{From: a.From, Until: a.Until, Slots: a.OpeningSlots}, at))
			}
			saidTaken, saidFree := false, false
			for _, one := range got.Taken {
				saidTaken = saidTaken || !at.Before(one.Start) && at.Before(one.End)
			}
			for _, one := range got.Free {
				saidFree = saidFree || !at.Before(one.Start) && at.Before(one.End)
			}
			if saidTaken != isTaken || saidFree != isFree {
				t.Fatalf("%s at %s: taken %v, free %v; want %v, %v", space.Label, at, saidTaken, saidFree, isTaken, isFree)
			}
			if isTaken {
				taken++
			}
			if isFree {
				free++
			}
		}
	}
	if free < 1000 || taken < 100 {
		t.Errorf("%d free and %d taken times: this shows little", free, taken)
	}
}
