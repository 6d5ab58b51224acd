package hub

import (
	"context"
	"crypto/rand"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/boltledger"
)

// counting counts the runs of a ledger.
type counting struct {
	ledger.Ledger
	runs, commits atomic.Int64
}

func (c *counting) Append(ctx context.Context, run []ledger.Commit) (int, error) {
	c.runs.Add(1)
	c.commits.Add(int64(len(run)))
	return c.Ledger.Append(ctx, run)
}

// BenchmarkAcknowledged: 64 clients at once register spaces under keys, on the
// embedded ledger, synced to disk before each answer.
func BenchmarkAcknowledged(b *testing.B) {
	const clients = 64
	file, err := boltledger.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	counted := &counting{Ledger: file}
	s := &stage{Hub: opened(b, config(b, counted, time.Now)), t: b}
	defer s.Close()
	site := s.site(s.landlord("mine", true), "S", true)
	runs, commits := counted.runs.Load(), counted.commits.Load()
	var n atomic.Int64
	b.SetParallelism((clients + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			ref := fmt.Sprint("R", n.Add(1))
			if _, err := s.Do(context.Background(), staff, RegisterSpace{Site: siteByID(site), Space: spaceFields(ref)}, ref); err != nil {
				b.Error(err)
			}
		}
	})
	b.StopTimer()
	runs, commits = counted.runs.Load()-runs, counted.commits.Load()-commits
	b.ReportMetric(float64(commits)/b.Elapsed().Seconds(), "acknowledged/s")
	b.ReportMetric(float64(commits)/float64(runs), "commits/run")
}

// BenchmarkDecide: what a command costs the writer before the ledger's part:
// deciding it, and deciding it and applying its commit.
func BenchmarkDecide(b *testing.B) {
	s := newStage(b)
	site := s.site(s.landlord("mine", true), "S", true)
	a := &attempt{viewer: staff, key: "k", command: RegisterSpace{Site: siteByID(site), Space: spaceFields("R")}}
	if err := a.prepare(rand.Reader, s.secret); err != nil {
		b.Fatal(err)
	}
	for _, apply := range []bool{false, true} {
		b.Run(map[bool]string{false: "decide", true: "decide and apply"}[apply], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				commit, _, err := s.decideOne(s.World(), a, s.clock.tell())
				if err == nil && apply {
					_, err = s.World().Apply([]ledger.Commit{*commit})
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("prepare", func(b *testing.B) {
		for b.Loop() {
			if err := a.prepare(rand.Reader, s.secret); err != nil {
				b.Fatal(err)
			}
		}
	})
}
