package synthetic

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/texts/bolttexts"
)

// open starts an empty hub on a ledger in a file.
func open(tb testing.TB) *hub.Hub {
	tb.Helper()
	atlas, err := loadAtlas()
	if err != nil {
		tb.Fatal(err)
	}
	store, err := boltledger.Open(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Error(err)
		}
	})
	personal, err := bolttexts.Open(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := personal.Close(); err != nil {
			tb.Error(err)
		}
	})
	rules := match.Rulesets()
	h, err := hub.Open(context.Background(), hub.Config{
		Ledger: store, Texts: personal, Atlas: atlas, Ruleset: rules[len(rules)-1].Version,
		Clock:   func() time.Time { return told.Time() },
		Entropy: rand.Reader, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(h.Close)
	return h
}

func TestLoad(t *testing.T) {
	const spaces = 4_500 // three commits of stock
	s, _ := generate(t, 1, spaces)
	h := open(t)
	var reports []Progress
	if err := s.Load(t.Context(), h, func(p Progress) { reports = append(reports, p) }); err != nil {
		t.Fatal(err)
	}
	w := h.World()
	counts := w.Counts()
	last := reports[len(reports)-1]
	if last != (Progress{counts.Landlords, counts.Sites, counts.Spaces, counts.LandlordNeeds, counts.Projects, counts.Needs}) || counts.Spaces != spaces {
		t.Errorf("loaded %+v, reported %+v", counts, last)
	}
	if len(reports) != 7 { // heads, members, three of stock, needs of landlords, projects
		t.Errorf("%d reports", len(reports))
	}
	for l := range s.Landlords() {
		row, ok := w.LandlordBySiren(*l.Fields.Siren)
		if !ok {
			t.Fatalf("%s is missing", l.Fields.Name)
		}
		if !row.Doc.Synthetic || row.Doc.State != domain.PublicationPublished {
			t.Errorf("%s: synthetic %v, %s", l.Fields.Name, row.Doc.Synthetic, row.Doc.State)
		}
		head, _ := w.LandlordBySiren(l.Group)
		if (l.Group == "") != (row.Doc.GroupID == nil) || l.Group != "" && *row.Doc.GroupID != head.Doc.ID {
			t.Errorf("%s: group %v", l.Fields.Name, row.Doc.GroupID)
		}
	}
	onSites := 0
	for need := range s.LandlordNeeds() {
		l, _ := w.LandlordBySiren(need.Landlord)
		row, ok := w.LandlordNeedByRef(l.Doc.ID, *need.Fields.ExternalRef)
		if !ok || !row.Doc.Synthetic || (row.Doc.State == domain.PublicationPublished) != need.Publish || len(row.Doc.Sites) != len(need.Fields.Sites) {
			t.Fatalf("%s is missing or not as it should be", *need.Fields.ExternalRef)
		}
		onSites += len(row.Doc.Sites)
	}
	if onSites == 0 {
		t.Error("no need names a site")
	}
	for site := range s.Sites() {
		l, _ := w.LandlordBySiren(site.Landlord)
		for _, space := range site.Spaces {
			row, ok := w.SpaceByRef(l.Doc.ID, *space.Fields.ExternalRef)
			if !ok || !row.Doc.Synthetic || (row.Doc.State == domain.PublicationPublished) != space.Publish {
				t.Fatalf("%s is missing or not as it should be", *space.Fields.ExternalRef)
			}
			if at, _ := w.Site(row.Doc.SiteID); *at.Doc.ExternalRef != *site.Fields.ExternalRef {
				t.Errorf("%s is on the site %s", *space.Fields.ExternalRef, *at.Doc.ExternalRef)
			}
		}
	}
}

// A load on top of another is refused: the same records are there.
func TestLoadTwice(t *testing.T) {
	h := open(t)
	for seed := range uint64(2) {
		s, _ := generate(t, seed, 10)
		err := s.Load(t.Context(), h, func(Progress) {})
		if refusals := domain.AsRefusals(err); (seed == 1) != (len(refusals) > 0) {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}

func TestLoadStopsWithItsContext(t *testing.T) {
	s, _ := generate(t, 1, 10_000)
	h := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Load(ctx, h, func(p Progress) {
		if p.Spaces > 0 {
			cancel()
		}
	})
	var busy *hub.BusyError
	if !errors.As(err, &busy) {
		t.Errorf("the error is %v", err)
	}
	if n := h.World().Counts().Spaces; n == 0 || n > 2*perCommit {
		t.Errorf("%d spaces were loaded", n)
	}
}

func BenchmarkGenerate(b *testing.B) {
	const spaces = 100_000
	s, _ := generate(b, 1, spaces)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for site := range s.Sites() {
			n += len(site.Spaces)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "spaces/s")
}

func BenchmarkLoad(b *testing.B) {
	const spaces = 20_000
	s, _ := generate(b, 1, spaces)
	for b.Loop() {
		b.StopTimer()
		h := open(b)
		b.StartTimer()
		if err := s.Load(b.Context(), h, func(Progress) {}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(spaces)*float64(b.N)/b.Elapsed().Seconds(), "spaces/s")
}
