package calendar

import (
	"testing"
	"time"
)

// spans reads pairs of hours: 9, 12 is from 09:00 to 12:00.
func spans(hours ...int) (all []Interval) {
	at := func(h int) time.Time { return time.Date(2026, time.September, 1, h, 0, 0, 0, time.UTC) }
	for i := 0; i < len(hours); i += 2 {
		all = append(all, Interval{at(hours[i]), at(hours[i+1])})
	}
	return all
}

func TestFirstOverlap(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b []Interval
		want []Interval
	}{
		{"nothing", nil, nil, nil},
		{"one side empty", spans(9, 12), nil, nil},
		{"touching isn't overlapping", spans(9, 12), spans(12, 14), nil},
		{"between", spans(9, 10, 12, 13), spans(10, 12, 13, 14), nil},
		{"part", spans(9, 12), spans(11, 14), spans(11, 12)},
		{"one inside a later other", spans(1, 2, 9, 18), spans(3, 4, 10, 11, 12, 13), spans(10, 11)},
		{"the same", spans(9, 12), spans(9, 12), spans(9, 12)},
	} {
		for _, order := range [][2][]Interval{{c.a, c.b}, {c.b, c.a}} {
			got, ok := FirstOverlap(order[0], order[1])
			if ok != (c.want != nil) || ok && got != c.want[0] {
				t.Errorf("%s: %s", c.name, write(got))
			}
		}
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		name       string
		a, opening []Interval
		want       []Interval
	}{
		{"nothing is within nothing", nil, nil, nil},
		{"never open", spans(9, 12), nil, spans(9, 12)},
		{"exactly", spans(9, 12), spans(9, 12), nil},
		{"two in one", spans(9, 10, 11, 12), spans(8, 12), nil},
		{"across openings that touch", spans(9, 12), spans(8, 10, 10, 12), nil},
		{"across openings that overlap", spans(9, 12), spans(8, 18, 9, 10, 11, 12), nil},
		{"a break in the opening", spans(9, 12), spans(8, 10, 11, 13), spans(10, 11)},
		{"too early", spans(9, 12), spans(10, 13), spans(9, 10)},
		{"too late", spans(8, 9, 11, 13), spans(8, 12), spans(12, 13)},
	} {
		outside, ok := Within(c.a, c.opening)
		if ok != (c.want == nil) || !ok && outside != c.want[0] {
			t.Errorf("%s: outside %s", c.name, write(outside))
		}
	}
}
