package domain_test

import (
	"testing"

	"github.com/palier-hub/palier/domain"
)

func TestStatusOn(t *testing.T) {
	june, july := domain.NewDate(2027, 6, 1), domain.NewDate(2027, 7, 1)
	slots := []domain.RecurringSlot{evening}
	whole := func(kind domain.CommitmentKind, from, until *domain.Date) domain.Commitment {
		return domain.Commitment{Kind: kind, From: from, Until: until}
	}
	for _, c := range []struct {
		name        string
		state       domain.Publication
		commitments []domain.Commitment
		want        domain.SpaceStatus
	}{
		{"nothing declared", domain.PublicationPublished, nil, domain.StatusVacant},
		{"a draft", domain.PublicationDraft, nil, domain.StatusVacant},
		{"withdrawn", domain.PublicationWithdrawn, nil, domain.StatusWithdrawn},
		{"archived, in use", domain.PublicationArchived, []domain.Commitment{whole(domain.CommitmentConvention, nil, nil)}, domain.StatusWithdrawn},
		{"an agreement without bounds", domain.PublicationPublished, []domain.Commitment{whole(domain.CommitmentConvention, nil, nil)}, domain.StatusUnderConvention},
		{"used by the landlord", domain.PublicationPublished, []domain.Commitment{whole(domain.CommitmentOwnUse, nil, nil)}, domain.StatusUnderConvention},
		{"reserved", domain.PublicationPublished, []domain.Commitment{whole(domain.CommitmentReservation, &june, &july)}, domain.StatusReserved},
		{"reserved until that day", domain.PublicationPublished, []domain.Commitment{whole(domain.CommitmentReservation, nil, &june)}, domain.StatusReserved},
		{"from that day", domain.PublicationPublished, []domain.Commitment{whole(domain.CommitmentConvention, &june, nil)}, domain.StatusUnderConvention},
		{"later", domain.PublicationPublished, []domain.Commitment{whole(domain.CommitmentConvention, &july, nil)}, domain.StatusVacant},
		{"earlier", domain.PublicationPublished, []domain.Commitment{whole(domain.CommitmentConvention, nil, new(june-1))}, domain.StatusVacant},
		{"some evenings", domain.PublicationPublished, []domain.Commitment{{Kind: domain.CommitmentConvention, Slots: slots}}, domain.StatusPartlyOccupied},
		{"some evenings, and all the time", domain.PublicationPublished,
			[]domain.Commitment{{Kind: domain.CommitmentOwnUse, Slots: slots}, whole(domain.CommitmentConvention, nil, nil)}, domain.StatusUnderConvention},
		{"all the time, later some evenings", domain.PublicationPublished,
			[]domain.Commitment{{Kind: domain.CommitmentOwnUse, From: &july, Slots: slots}, whole(domain.CommitmentReservation, nil, nil)}, domain.StatusReserved},
	} {
		s := domain.VacantSpace{Record: domain.Record{State: c.state}, SpaceFields: domain.SpaceFields{Commitments: c.commitments}}
		if got := s.StatusOn(june); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAvailabilityCovers(t *testing.T) {
	d := domain.NewDate(2027, 6, 1)
	for _, c := range []struct {
		name string
		a    domain.SpaceAvailability
		want bool
	}{
		{"nothing known", domain.SpaceAvailability{}, false},
		{"without end, but from when", domain.SpaceAvailability{OpenEnded: true}, false},
		{"no end known", domain.SpaceAvailability{From: &d}, false},
		{"without end", domain.SpaceAvailability{From: &d, OpenEnded: true}, true},
		{"that day only", domain.SpaceAvailability{From: &d, Until: &d}, true},
		{"from the next day", domain.SpaceAvailability{From: new(d + 1), OpenEnded: true}, false},
		{"until the day before", domain.SpaceAvailability{From: new(d - 9), Until: new(d - 1)}, false},
	} {
		if got := c.a.Covers(d); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestSurfaceRange(t *testing.T) {
	for _, c := range []struct {
		r           domain.SurfaceRange
		known       bool
		least, most float64
	}{
		{domain.SurfaceRange{}, false, 0, 0},
		{domain.SurfaceRange{MinM2: new(40.0)}, true, 40, 40},
		{domain.SurfaceRange{MaxM2: new(60.0)}, true, 60, 60},
		{domain.SurfaceRange{MinM2: new(40.0), MaxM2: new(60.0)}, true, 40, 60},
	} {
		if c.r.Known() != c.known || c.r.Least() != c.least || c.r.Most() != c.most {
			t.Errorf("%s: %v, %v to %v", domain.QuantityValue{Min: c.r.MinM2, Max: c.r.MaxM2}.Display(domain.English), c.r.Known(), c.r.Least(), c.r.Most())
		}
	}
}

func TestSlotsNeeded(t *testing.T) {
	u := domain.UsePattern{Slots: make([]domain.RecurringSlot, 3)}
	if got := u.Needed(); got != 3 {
		t.Errorf("all of three: %d", got)
	}
	u.SlotsNeeded = new(1)
	if got := u.Needed(); got != 1 {
		t.Errorf("one of three: %d", got)
	}
}
