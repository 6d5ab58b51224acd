package calendar

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// Interval is a half-open span of instants: Start belongs to it, End doesn't.
type Interval struct{ Start, End time.Time }

// FirstOverlap is the first span that lies in both lists, each ascending and
// without overlaps of its own, as Expand and Taken give them.
func FirstOverlap(a, b []Interval) (Interval, bool) {
	for _, both := range overlaps(a, b) {
		return both, true
	}
	return Interval{}, false
}

// Within tells whether every interval of a lies in the opening ones, be it
// across several that touch; if not, outside is the first part that doesn't.
// Both lists are ascending; the opening ones may overlap.
func Within(a, opening []Interval) (outside Interval, ok bool) {
	for _, part := range uncovered(a, opening) {
		return part, false
	}
	return Interval{}, true
}

// overlaps yields what a and b share, in order, with the place in a.
func overlaps(a, b []Interval) iter.Seq2[int, Interval] {
	return func(yield func(int, Interval) bool) {
		for i, j := 0, 0; i < len(a) && j < len(b); {
			both := Interval{Start: later(a[i].Start, b[j].Start), End: earlier(a[i].End, b[j].End)}
			if both.Start.Before(both.End) && !yield(i, both) {
				return
			}
			if a[i].End.Before(b[j].End) {
				i++
			} else {
				j++
			}
		}
	}
}

// uncovered yields the first part of each interval of a that no opening one
// covers, with the place in a.
func uncovered(a, opening []Interval) iter.Seq2[int, Interval] {
	return func(yield func(int, Interval) bool) {
		j := 0
		for i, want := range a {
			covered := want.Start
			for j < len(opening) && !opening[j].End.After(covered) {
				j++
			}
			// The next of a may need opening[j] again: look ahead from here.
			k := j
			for k < len(opening) && !opening[k].Start.After(covered) {
				covered = later(covered, opening[k].End)
				k++
			}
			if !covered.Before(want.End) {
				continue
			}
			part := Interval{Start: covered, End: want.End}
			if k < len(opening) {
				part.End = earlier(part.End, opening[k].Start)
			}
			if !yield(i, part) {
				return
			}
		}
	}
}

// union sorts the intervals and merges those that overlap or touch. It reuses
// the slice.
func union(all []Interval) []Interval {
	slices.SortFunc(all, func(a, b Interval) int {
		return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End))
	})
	merged := all[:0]
	for _, next := range all {
		if n := len(merged); n > 0 && !next.Start.After(merged[n-1].End) {
			merged[n-1].End = later(merged[n-1].End, next.End)
			continue
		}
		merged = append(merged, next)
	}
	return merged
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
