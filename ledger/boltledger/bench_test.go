package boltledger

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
)

// BenchmarkAppend is durable appending: a batch is one transaction, and two
// syncs.
func BenchmarkAppend(b *testing.B) {
	for _, batch := range []int{1, 16, 64} {
		b.Run(fmt.Sprint("batch=", batch), func(b *testing.B) {
			l := mustOpen(b, b.TempDir())
			defer l.Close()
			head, err := l.Head(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				b.StopTimer()
				run := ledgertest.Commits(b, head, batch)
				b.StartTimer()
				if _, err := l.Append(b.Context(), run); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				if head, err = l.Head(b.Context()); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "commits/s")
		})
	}
}

// BenchmarkReplay boots from a history of 100,000 commits with a space each;
// run it with -cpu 1,2,… to compare cores.
func BenchmarkReplay(b *testing.B) {
	const commits = 100_000
	l := mustOpen(b, b.TempDir())
	defer l.Close()
	l.db.NoSync = true // only to fill it
	fillWithSpaces(b, l, commits)
	l.db.NoSync = false

	read := func(b *testing.B, n int) {
		if n != commits {
			b.Fatalf("%d commits", n)
		}
	}
	b.Run("commits", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for _, err := range l.Read(b.Context(), 0) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			read(b, n)
		}
		b.ReportMetric(float64(b.N*commits)/b.Elapsed().Seconds(), "commits/s")
	})
	b.Run("documents", func(b *testing.B) {
		build := func(s *ledger.Sharing, c ledger.Commit) (*domain.VacantSpace, error) {
			space := new(domain.VacantSpace)
			return space, s.Unmarshal(c.Changes[0].Doc, space)
		}
		for b.Loop() {
			n := 0
			for _, err := range ledger.Replay(b.Context(), l, 0, build) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			read(b, n)
		}
		b.ReportMetric(float64(b.N*commits)/b.Elapsed().Seconds(), "commits/s")
	})
}

func fillWithSpaces(b *testing.B, l *Ledger, n int) {
	b.Helper()
	head, err := l.Head(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	until, text := domain.NewDate(2029, time.June, 30), "déclaration du bailleur"
	for made := 0; made < n; {
		run := make([]ledger.Commit, 0, 1000)
		for range 1000 {
			made++
			id := domain.SpaceID(fmt.Sprintf("spc_%08d", made))
			space := domain.VacantSpace{ID: id, SiteID: "sit_00000001"}
			space.Version = 1
			space.Label, space.Kind = "Local n° 3, pied de la tour", domain.SpaceKindGroundFloorPremises
			space.Floor = new(int)
			space.Utilities = []domain.SpaceUtility{"WATER", "ELECTRICITY", "TOILETS"}
			space.Availability.Until = &until
			space.Provenance = &domain.Provenance{Source: text}
			doc, err := ledger.Marshal(space)
			if err != nil {
				b.Fatal(err)
			}
			c := ledger.Commit{
				Number: head.Number + 1, Format: 1, Time: time.UnixMilli(1_750_000_000_000), Actor: "act_1",
				Action: "space.register", Prev: head.Hash,
				Changes: []ledger.Change{{Kind: domain.KindSpace, ID: domain.ID(id), Doc: doc}},
			}
			rand.Read(c.ID[:])
			encoded, err := c.Encode()
			if err != nil {
				b.Fatal(err)
			}
			head = ledger.Head{Number: c.Number, Hash: ledger.HashOf(encoded), Format: 1}
			run = append(run, c)
		}
		if _, err := l.Append(b.Context(), run); err != nil {
			b.Fatal(err)
		}
	}
}
