package loaders

import (
	"errors"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// TestListsThatNobodyWaitsFor end, with why, within some rows.
func TestListsThatNobodyWaitsFor(t *testing.T) {
	late := errors.New("late")
	looked := 0
	ended := error(nil)
	l := list[domain.Landlord]{
		seen: func(yield func(*domain.Landlord) bool) {
			for yield(new(domain.Landlord)) {
				if looked++; looked == 10_000 {
					ended = late
				}
			}
		},
		key: func(l *domain.Landlord) sortKey { return newestFirst(l.Record) },
		id:  func(l *domain.Landlord) string { return string(l.ID) },
	}
	s := new(Opener).Open(domain.Anonymous, domain.French)
	if _, err := page(s, l, Page{First: 1, Ended: func() error { return ended }}); err != late || looked > 10_000+rowsBetween {
		t.Errorf("%v after %d rows", err, looked)
	}
}
