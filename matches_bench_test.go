package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkMatchesOverHTTP asks a hub with a national data set for the matches
// of its needs, by the API as a portal would. A CPU profile shows the engine's
// share:
//
//	palier generate --spaces 1000000 --data /tmp/1m
//	PALIER_TEST_BENCH_DATA=/tmp/1m go test . -run - -bench MatchesOverHTTP -benchtime 300x -cpuprofile cpu.prof
func BenchmarkMatchesOverHTTP(b *testing.B) {
	folder := os.Getenv("PALIER_TEST_BENCH_DATA")
	if folder == "" {
		b.Skip("PALIER_TEST_BENCH_DATA names no data folder")
	}
	p := start(b, "--data", folder)
	defer p.stop(b)
	printed := newBuffer()
	if err := run(b.Context(), []string{"token", "--role", "STAFF", "--data", folder}, printed, newBuffer()); err != nil {
		b.Fatal(err)
	}
	staff := strings.TrimSpace(printed.String())
	var needs []string
	for _, n := range p.ask(b, staff, `{ hostingNeeds(first: 100) { nodes { id } } }`)["hostingNeeds"].(map[string]any)["nodes"].([]any) {
		needs = append(needs, n.(map[string]any)["id"].(string))
	}
	for _, bc := range []struct{ name, fields string }{
		{"50 scores", `nodes { score }`},
		{"50 explained", `nodes { score reliability criteria { code status message } space { id label site { name commune { name } landlord { name } } } }`},
		{"counts", `totalCount eligibleCount nodes { score }`},
	} {
		b.Run(bc.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				begin := time.Now()
				p.ask(b, staff, fmt.Sprintf(`{ hostingNeed(id: %q) { matches(first: 50) { %s } } }`, needs[len(took)%len(needs)], bc.fields))
				took = append(took, time.Since(begin))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "p95-µs")
		})
	}
}
