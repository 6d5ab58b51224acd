package match_test

import (
	"context"
	"testing"

	"github.com/palier-hub/palier/match"
)

// BenchmarkCoverage puts all the needs of the invented country to all of its
// spaces, as staff.
//
//	go test ./match -run - -bench Coverage -cpu 1 -benchtime 3x -national 1000000
func BenchmarkCoverage(b *testing.B) {
	c := nation()
	questions := make([]*match.Question, len(c.subjects))
	for i, s := range c.subjects {
		questions[i] = c.engine.Prepare(s)
	}
	unmet, uncertain, idle, n := 0, 0, 0, 0
	b.ReportAllocs()
	spent := cpu()
	for b.Loop() {
		unmet, uncertain, idle = 0, 0, 0
		cover := match.NewCover(c.columns, staff)
		for _, q := range questions {
			r, err := cover.Ask(context.Background(), q)
			if err != nil {
				b.Fatal(err)
			}
			switch r.Anywhere {
			case match.Fail:
				unmet++
			case match.Unknown:
				unmet++
				uncertain++
			}
		}
		all, _, _ := cover.Stock()
		for _, counts := range all {
			idle += counts[match.Unknown] + counts[match.Fail]
		}
		n++
	}
	b.ReportMetric(float64((cpu()-spent).Milliseconds())/float64(n), "cpu-ms/op")
	b.ReportMetric(float64(len(questions)), "needs")
	b.ReportMetric(float64(unmet), "unmet")
	b.ReportMetric(float64(uncertain), "uncertain")
	b.ReportMetric(float64(idle), "idle")
}
