package match_test

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/synthetic"
)

// The figures of a whole country, one core: run with
//
//	go test ./match -run - -bench National -cpu 1
//	go test ./match -run - -bench National -cpu 1 -national 1000000
var nationalSpaces = flag.Int("national", 100_000, "spaces of the country that BenchmarkNational measures")

// country is the invented national data set, without a hub.
type country struct {
	candidates []match.Candidate
	subjects   []match.Subject
	columns    *match.Columns
	engine     *match.Engine
	laidOut    time.Duration
}

var nation = sync.OnceValue(func() *country {
	atlas, err := geo.Load()
	if err != nil {
		panic(err)
	}
	set, err := synthetic.Generate(1, *nationalSpaces, atlas)
	if err != nil {
		panic(err)
	}
	rules := match.Rulesets()
	c := &country{engine: match.NewEngine(atlas, rules[len(rules)-1], domain.NewDate(2026, 11, 25), true)}
	owners := make(map[domain.Siren]*domain.Landlord)
	for l := range set.Landlords() {
		owner := &domain.Landlord{ID: domain.LandlordID("lld_" + *l.Fields.Siren), LandlordFields: l.Fields}
		owner.State = domain.PublicationPublished
		owners[*l.Fields.Siren] = owner
	}
	for s := range set.Sites() {
		owner := owners[s.Landlord]
		site := &domain.LandlordSite{ID: domain.SiteID(fmt.Sprintf("sit_%07d", len(c.candidates))), LandlordID: owner.ID, SiteFields: s.Fields}
		site.State = domain.PublicationPublished
		for _, f := range s.Spaces {
			space := &domain.VacantSpace{ID: domain.SpaceID(fmt.Sprintf("spc_%07d", len(c.candidates))), SiteID: site.ID, SpaceFields: f.Fields}
			if f.Publish {
				space.State = domain.PublicationPublished
			}
			c.candidates = append(c.candidates, match.Candidate{Space: space, Site: site, Landlord: owner})
		}
	}
	for p := range set.Projects() {
		project := &domain.InnovationProject{ProjectFields: p.Fields}
		for _, n := range p.Needs {
			need := &domain.HostingNeed{ID: domain.NeedID(fmt.Sprintf("ned_%04d", len(c.subjects))), NeedFields: n.Fields}
			c.subjects = append(c.subjects, match.Subject{Need: need, Project: project})
		}
	}
	start := time.Now()
	c.columns = match.NewColumns(atlas)
	for _, l := range owners {
		c.columns.PutLandlord(l.ID, l)
	}
	for _, x := range c.candidates {
		c.columns.Put(0, x.Space, x.Site, x.Landlord, x.Space.Visibility)
	}
	c.laidOut = time.Since(start)
	return c
})

var staff = domain.Viewer{Role: domain.RoleStaff}

func anyMatch(tb testing.TB) *match.Filter {
	tb.Helper()
	f, err := match.NewFilter(domain.SpaceMatchFilter{}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// BenchmarkNational asks the needs of all the projects in turn, as staff, who
// see every row and every position.
func BenchmarkNational(b *testing.B) {
	c := nation()
	filter := anyMatch(b)
	for _, use := range []domain.UseKind{domain.UseContinuous, domain.UseRecurring} {
		subjects := slices.DeleteFunc(slices.Clone(c.subjects), func(s match.Subject) bool { return s.Need.Use.Kind != use })
		for _, bc := range []struct {
			name    string
			count   match.Count
			explain bool
		}{{"page", match.CountNothing, false}, {"page explained", match.CountNothing, true}, {"page and counts", match.CountEligibility, false}, {"page and facets", match.CountFacets, false}} {
			b.Run(fmt.Sprintf("%s/%s", use, bc.name), func(b *testing.B) {
				var took []time.Duration
				n := 0
				b.ReportAllocs()
				spent := cpu()
				for b.Loop() {
					start := time.Now()
					s := match.NewSearch(c.columns, staff, filter, match.Pages{Size: 50, Count: bc.count})
					if err := s.Rank(context.Background(), c.engine.Prepare(subjects[n%len(subjects)])); err != nil {
						b.Fatal(err)
					}
					page, _ := s.Page()
					if bc.explain {
						for i := range page {
							page[i].Match()
						}
					}
					took = append(took, time.Since(start))
					n++
				}
				b.ReportMetric(float64((cpu()-spent).Microseconds())/float64(n), "cpu-µs/op")
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
				b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "p95-µs")
				b.ReportMetric(float64(took[len(took)-1].Microseconds()), "max-µs")
			})
		}
		b.Run(fmt.Sprintf("%s/brute force", use), func(b *testing.B) {
			n := 0
			spent := cpu()
			for b.Loop() {
				q := c.engine.Prepare(subjects[n%len(subjects)])
				r := match.NewRanking(50, nil)
				for _, x := range c.candidates {
					r.Consider(q, x)
				}
				r.Page()
				n++
			}
			b.ReportMetric(float64((cpu()-spent).Microseconds())/float64(n), "cpu-µs/op")
		})
	}
	// What merely reading two fields of every space costs, by its document.
	b.Run("plain scan", func(b *testing.B) {
		n := 0
		for b.Loop() {
			for _, x := range c.candidates {
				if x.Space.Kind == domain.SpaceKindOffice && x.Space.State == domain.PublicationPublished {
					n++
				}
			}
		}
	})
}

// cpu is the processor time of the whole process: steadier than the clock where
// others work beside.
func cpu() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkColumns measures laying out: what a commit adds, and what a space
// takes.
func BenchmarkColumns(b *testing.B) {
	c := nation()
	b.Run("put in new columns", func(b *testing.B) {
		b.ReportAllocs()
		columns, n := c.columns, 0
		at := columns.Clone().Put(0, c.candidates[0].Space, c.candidates[0].Site, c.candidates[0].Landlord, domain.VisibilityPublic)
		_ = at
		for b.Loop() {
			columns = columns.Clone()
			x := c.candidates[n%len(c.candidates)]
			id := columns.Put(0, x.Space, x.Site, x.Landlord, domain.VisibilityPublic)
			columns.Remove(id)
			n += 7919
		}
	})
	b.Run("lay out", func(b *testing.B) {
		for b.Loop() {
		}
		b.ReportMetric(float64(c.laidOut.Nanoseconds())/float64(len(c.candidates)), "ns/space")
		b.ReportMetric(bytesOf(c), "B/space")
	})
}

// bytesOf is the memory that columns take, a space.
func bytesOf(c *country) float64 {
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	atlas, err := geo.Load()
	if err != nil {
		panic(err)
	}
	withAtlas := heap()
	columns := match.NewColumns(atlas)
	for _, x := range c.candidates {
		columns.Put(0, x.Space, x.Site, x.Landlord, x.Space.Visibility)
	}
	after := heap()
	runtime.KeepAlive(columns)
	return float64(after-before-(withAtlas-before)) / float64(len(c.candidates))
}
