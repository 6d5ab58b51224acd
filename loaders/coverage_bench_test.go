package loaders_test

import (
	"context"
	"crypto/rand"
	"flag"
	"log/slog"
	"syscall"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/loaders"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/synthetic"
	"github.com/palier-hub/palier/texts/bolttexts"
)

var nationalSpaces = flag.Int("national", 100_000, "spaces of the country that BenchmarkCoverage measures")

// BenchmarkCoverage computes the coverage of the invented country, and reads it
// again from memory.
//
//	go test ./loaders -run - -bench Coverage -benchtime 3x -national 1000000
func BenchmarkCoverage(b *testing.B) {
	atlas, err := geo.Load()
	if err != nil {
		b.Fatal(err)
	}
	set, err := synthetic.Generate(1, *nationalSpaces, atlas)
	if err != nil {
		b.Fatal(err)
	}
	store, err := boltledger.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	personal, err := bolttexts.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer personal.Close()
	rules := match.Rulesets()
	h, err := hub.Open(context.Background(), hub.Config{
		Ledger: store, Texts: personal, Atlas: atlas, Ruleset: rules[len(rules)-1].Version, Entropy: rand.Reader, Logger: slog.New(slog.DiscardHandler),
		Clock: func() time.Time { return time.Date(2026, time.November, 25, 6, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		b.Fatal(err)
	}
	defer h.Close()
	if err := set.Load(context.Background(), h, func(synthetic.Progress) {}); err != nil {
		b.Fatal(err)
	}
	b.Logf("%+v", h.World().Counts())
	page := loaders.MatchPage{Page: loaders.Page{First: 20}}
	open := func(b *testing.B) *loaders.Opener {
		opener, err := loaders.NewOpener(h, atlas, [32]byte{})
		if err != nil {
			b.Fatal(err)
		}
		return opener
	}
	for _, v := range []domain.Viewer{domain.Anonymous, {Role: domain.RoleStaff}} {
		ask := func(b *testing.B, o *loaders.Opener) *domain.TerritoryCoverageConnection {
			c, err := o.Open(v, domain.French).Coverage(context.Background(), domain.CoverageDepartement, domain.TerritoryCoverageFilter{}, page)
			if err != nil {
				b.Fatal(err)
			}
			return c
		}
		measure := func(b *testing.B, do func()) {
			b.ReportAllocs()
			spent, n := spentCPU(), 0
			for b.Loop() {
				do()
				n++
			}
			b.ReportMetric(float64((spentCPU()-spent).Microseconds())/float64(n)/1000, "cpu-ms/op")
		}
		b.Run(string(v.Role)+"/computed", func(b *testing.B) { measure(b, func() { ask(b, open(b)) }) })
		o := open(b)
		row := ask(b, o).Country
		b.Logf("%+v %+v %+v", row.Needs, row.Spaces, row.LandlordNeeds)
		b.Run(string(v.Role)+"/remembered", func(b *testing.B) { measure(b, func() { ask(b, o) }) })
		b.Run(string(v.Role)+"/idle spaces", func(b *testing.B) {
			measure(b, func() {
				if _, err := o.Open(v, domain.French).IdleSpaces(row, domain.VacantSpaceFilter{}, loaders.Page{First: 20}); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

// spentCPU is the processor time of the whole process.
func spentCPU() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
