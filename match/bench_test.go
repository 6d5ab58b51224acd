package match

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// The figures to compare are ratios within one run: these machines are shared.

func benchCandidates(n int) []Candidate {
	d := dice{rand.New(rand.NewPCG(2026, 11))}
	all := make([]Candidate, n)
	for i := range all {
		all[i] = d.likely(i)
	}
	return all
}

func BenchmarkAssess(b *testing.B) {
	e := engine(b)
	for _, bc := range []struct {
		name string
		s    Subject
		c    Candidate
	}{
		{"exclusive", caracol(), building()},
		{"another kind", caracol(), room()},
		{"slots in a vacant space", vrac(), building()},
		{"slots beside another's", vrac(), room()},
	} {
		b.Run(bc.name, func(b *testing.B) {
			q := e.Prepare(bc.s)
			r := NewRanking(50, nil)
			b.ReportAllocs()
			for b.Loop() {
				r.Assess(q, bc.c)
			}
		})
	}
}

func BenchmarkTop50(b *testing.B) {
	e := engine(b)
	all := benchCandidates(100_000)
	for name, s := range map[string]Subject{"exclusive": caracol(), "slots": vrac()} {
		q := e.Prepare(s)
		for _, n := range []int{10_000, 100_000} {
			b.Run(fmt.Sprintf("%s of %d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					r := NewRanking(50, nil)
					for _, c := range all[:n] {
						r.Consider(q, c)
					}
					if len(r.Page()) != 50 {
						b.Fatal("no page")
					}
				}
			})
		}
	}
}

// BenchmarkExplain makes one match with all its French sentences, as a page
// does fifty times.
func BenchmarkExplain(b *testing.B) {
	e := engine(b)
	for _, sentences := range []bool{false, true} {
		b.Run(fmt.Sprintf("sentences %v", sentences), func(b *testing.B) {
			q, c := e.Prepare(caracol()), building()
			b.ReportAllocs()
			for b.Loop() {
				x := q.Explain(c)
				for _, criterion := range x.Criteria {
					if sentences {
						criterion.Message("FR")
						criterion.Question("FR")
					}
				}
			}
		})
	}
}

func BenchmarkPrepare(b *testing.B) {
	e := engine(b)
	b.ReportAllocs()
	for b.Loop() {
		e.Prepare(caracol())
	}
}
