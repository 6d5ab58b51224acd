package world_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// france is the atlas, read once.
var france = sync.OnceValue(func() *geo.Atlas {
	atlas, err := geo.Load()
	if err != nil {
		panic(err)
	}
	return atlas
})

const benchSpaces = 100_000

// national is a history of many spaces, five to a site and a thousand sites to
// a landlord at most, with ids as commands draw them and fields as landlords
// fill them in.
func national(b *testing.B) *history {
	b.Helper()
	if large != nil {
		large.tb = b
		return large
	}
	h := newHistory(b)
	var pending []ledger.Change
	add := func(doc any) {
		if pending = append(pending, put(b, doc)); len(pending) == 1_000 {
			h.add(pending...)
			pending = nil
		}
	}
	var of domain.LandlordID
	var at domain.SiteID
	for i := range benchSpaces {
		seed := domain.Seed{byte(i), byte(i >> 8), byte(i >> 16)}
		if i%5_000 == 0 {
			of = domain.LandlordID(seed.NewID(domain.KindLandlord, 0))
			siren := domain.Siren(fmt.Sprintf("%09d", i))
			add(landlord(of, func(l *domain.Landlord) { l.Name, l.Siren = "Habitat du département", &siren }))
		}
		if i%5 == 0 {
			at = domain.SiteID(seed.NewID(domain.KindSite, 0))
			ref := fmt.Sprintf("RES-%06d", i)
			add(site(at, of, func(s *domain.LandlordSite) {
				s.Name, s.ExternalRef = "Résidence des Tilleuls", &ref
				s.CommuneCode = domain.InseeCode(fmt.Sprintf("%05d", i%35_000))
				s.Position = &domain.Position{Latitude: 48.85, Longitude: 2.35, Quality: domain.PositionAddress}
				s.PriorityDistrict.Standing = domain.QpvNear
			}))
		}
		ref := fmt.Sprintf("LOC-%07d", i)
		m2, floor, from := float64(i%400+10), i%4, domain.DateOf(firstDay).AddDays(i%300)
		add(space(domain.SpaceID(seed.NewID(domain.KindSpace, 0)), at, func(s *domain.VacantSpace) {
			s.Label, s.ExternalRef, s.Floor = "Local collectif résidentiel, bâtiment B", &ref, &floor
			s.Kind, s.VacancyCause, s.StepFreeAccess = domain.SpaceKindCollectiveRoom, domain.VacancyUnlet, domain.AccessCompliant
			s.Surface = domain.SurfaceRange{MinM2: &m2, MaxM2: &m2}
			s.Erp.Category = domain.Category5
			s.Utilities = []domain.SpaceUtility{domain.UtilityWater, domain.UtilityElectricity}
			s.Availability.From = &from
			s.OccupancyForms = []domain.OccupancyForm{domain.FormPrecariousOccupancy, domain.FormLoanForUse}
			s.Cost = &domain.Cost{Basis: domain.CostFree}
			s.Provenance = &domain.Provenance{Source: "landlord", AsOf: &from}
		}))
	}
	h.add(pending...)
	large = h
	return h
}

// large is made once: making it takes longer than what is measured.
var large *history

func BenchmarkLoad(b *testing.B) {
	h := national(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := world.Load(context.Background(), h, france()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*benchSpaces), "ns/space")
}

// BenchmarkMemory reports what a loaded World keeps, sites and landlords
// included.
func BenchmarkMemory(b *testing.B) {
	h := national(b)
	for b.Loop() {
		before := heap()
		w, err := world.Load(context.Background(), h, france())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(heap()-before)/benchSpaces, "B/space")
		runtime.KeepAlive(w)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkApply is one commit on a large World: of one space, and of a
// landlord whose 5,000 spaces go out of sight.
func BenchmarkApply(b *testing.B) {
	h := national(b)
	w, err := world.Load(context.Background(), h, france())
	if err != nil {
		b.Fatal(err)
	}
	next := func(change ledger.Change) []ledger.Commit {
		c := h.add(change)
		h.head, h.commits = w.Head(), slices.Delete(h.commits, len(h.commits)-1, len(h.commits))
		return []ledger.Commit{c}
	}
	for one := range w.Spaces() {
		doc := *one.Doc
		doc.Version++
		commits := next(put(b, doc))
		b.Run("space", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				apply(b, w, commits...)
			}
		})
		break
	}
	for one := range w.Landlords() {
		doc := *one.Doc
		doc.State = domain.PublicationWithdrawn
		commits := next(put(b, doc))
		b.Run("landlord withdrawn", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				apply(b, w, commits...)
			}
		})
		break
	}
}

// BenchmarkRead walks what a page of matches joins.
func BenchmarkRead(b *testing.B) {
	w, err := world.Load(context.Background(), national(b), france())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("all spaces with their sites", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for s := range world.Visible(w.Spaces(), domain.Anonymous) {
				if _, ok := w.Site(s.Doc.SiteID); ok {
					n++
				}
			}
			if n != benchSpaces {
				b.Fatal(n)
			}
		}
	})
	b.Run("by reference", func(b *testing.B) {
		b.ReportAllocs()
		for s := range w.Spaces() {
			for b.Loop() {
				if r, ok := w.SpaceByRef(s.Sight.Landlord, *s.Doc.ExternalRef); !ok || r != s {
					b.Fatal("not found")
				}
			}
			break
		}
	})
}

// BenchmarkRecent is what remembering the last commits costs once it is full: a
// commit that takes the place of the oldest, against one that isn't remembered;
// the bytes kept for a row that a command changed; and looking back to the oldest.
func BenchmarkRecent(b *testing.B) {
	h := national(b)
	head, length := h.head, len(h.commits)
	back := func() { h.head, h.commits = head, h.commits[:length] }
	defer back()
	const rows = 20_000
	// lived is a World after as many commits of one space as are remembered.
	lived := func(most int) (w *world.World, commit []ledger.Commit, kept uint64) {
		back()
		w, err := world.Load(context.Background(), h, france())
		if err != nil {
			b.Fatal(err)
		}
		w = w.Forgetful(most)
		var docs []domain.VacantSpace
		for row := range w.Spaces() {
			docs = append(docs, *row.Doc)
		}
		before := heap()
		for i := range rows {
			doc := docs[i*37%len(docs)]
			doc.Version += i
			c := h.add(put(b, doc))
			h.commits = h.commits[:length]
			w = apply(b, w, c)
		}
		kept = heap() - before
		return w, []ledger.Commit{h.add(put(b, docs[0]))}, kept
	}
	var bytes [2]uint64
	for i, most := range []int{0, rows} {
		w, commit, kept := lived(most)
		bytes[i] = kept
		b.Run(fmt.Sprint("commit, remembering ", most), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				apply(b, w, commit...)
			}
			b.ReportMetric(float64(bytes[i]-bytes[0])/rows, "B/row")
		})
		if most == 0 {
			continue
		}
		b.Run("look back", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := w.AsOf(w.Remembers()); !ok {
					b.Fatal("forgotten")
				}
			}
		})
	}
}
