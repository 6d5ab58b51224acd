package calendar

import (
	"cmp"
	"slices"
	"time"
)

// Interval is a half-open span of instants: Start belongs to it, End doesn't.
type Interval struct{ Start, End time.Time }

// FirstOverlap is the first span that lies in both lists, each ascending and
// without overlaps of its own, as Expand and Taken give them.
func FirstOverlap(a, b []Interval) (Interval, bool) {
	for len(a) > 0 && len(b) > 0 {
		both := Interval{Start: later(a[0].Start, b[0].Start), End: earlier(a[0].End, b[0].End)}
		if both.Start.Before(both.End) {
			return both, true
		}
		if a[0].End.Before(b[0].End) {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return Interval{}, false
}

// Within tells whether every interval of a lies in the opening ones, be it
// across several that touch; if not, outside is the first part that doesn't.
// Both lists are ascending; the opening ones may overlap.
func Within(a, opening []Interval) (outside Interval, ok bool) {
	open := make([]span, len(opening))
	for i, one := range opening {
		open[i] = span{one.Start.Unix(), one.End.Unix()}
	}
	t := timeline{spans: union(open)}
	for _, want := range a {
		part, out := t.outside(span{want.Start.Unix(), want.End.Unix()})
		if out {
			outside.Start, outside.End = part.in(want.Start.Location())
			return outside, false
		}
	}
	return Interval{}, true
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

// span is an Interval in seconds since 1970: a third of the memory, and compared
// at once.
type span struct{ start, end int64 }

func (s span) in(loc *time.Location) (start, end time.Time) {
	return time.Unix(s.start, 0).In(loc), time.Unix(s.end, 0).In(loc)
}

func (s span) meets(other span) bool { return max(s.start, other.start) < min(s.end, other.end) }

// timeline is a list of spans, ascending and apart from each other, that
// questions go along: each must begin after the one before.
type timeline struct {
	spans  []span
	passed int // by the questions so far
}

func (t *timeline) goTo(start int64) {
	for t.passed < len(t.spans) && t.spans[t.passed].end <= start {
		t.passed++
	}
}

// overlap is the first part of s that lies in the timeline.
func (t *timeline) overlap(s span) (part span, found bool) {
	t.goTo(s.start)
	if t.passed == len(t.spans) || t.spans[t.passed].start >= s.end {
		return span{}, false
	}
	first := t.spans[t.passed]
	return span{max(s.start, first.start), min(s.end, first.end)}, true
}

// outside is the first part of s that doesn't lie in it.
func (t *timeline) outside(s span) (part span, found bool) {
	t.goTo(s.start)
	next := t.passed
	if next < len(t.spans) && t.spans[next].start <= s.start {
		s.start = t.spans[next].end
		next++
	}
	if s.start >= s.end {
		return span{}, false
	}
	if next < len(t.spans) {
		s.end = min(s.end, t.spans[next].start)
	}
	return s, true
}

// union sorts the spans and merges those that overlap or touch. It reuses the
// slice, and drops empty ones (a day that a clock skipped).
func union(all []span) []span {
	byStart := func(a, b span) int { return cmp.Compare(a.start, b.start) }
	if !slices.IsSortedFunc(all, byStart) {
		slices.SortFunc(all, byStart)
	}
	merged := all[:0]
	for _, next := range all {
		if n := len(merged); n > 0 && next.start <= merged[n-1].end {
			merged[n-1].end = max(merged[n-1].end, next.end)
		} else if next.start < next.end {
			merged = append(merged, next)
		}
	}
	return merged
}
