package world_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// A World looks back to every commit that it remembers, and finds each row as
// the World of that commit had it; it remembers as much as its bound lets it
// and no more, however the history was applied.
func TestAsOf(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 2))
			most := []int{3, 20, 90, 1 << 20}[seed%4]
			h := newHistory(t)
			empty := world.Empty(ledgerID, france()).Forgetful(most)
			lived := []*world.World{empty}
			batched, pending := empty, []ledger.Commit(nil)
			boundless := world.Empty(ledgerID, france()).Forgetful(1 << 20)
			replaced := []int{0} // how many rows, by the commit's number
			looked := 0
			for range 60 {
				var changes []ledger.Change
				for range r.IntN(4) {
					changes = append(changes, randomChange(t, r, h.head.Number))
				}
				c := h.add(changes...)
				before := lived[len(lived)-1]
				if r.IntN(3) == 0 { // a World that nobody will ever read
					rival := *h
					rival.head = before.Head()
					apply(t, before, rival.add(randomChange(t, r, 99)))
				}
				now := apply(t, before, c)
				lived = append(lived, now)
				rows := boundless.Remembered()
				boundless = apply(t, boundless, c)
				replaced = append(replaced, boundless.Remembered()-rows)
				looked += compareWithLived(t, lived, now)
				checkBound(t, now, replaced, most)
				if pending = append(pending, c); r.IntN(6) == 0 {
					batched, pending = apply(t, batched, pending...), nil
					looked += compareWithLived(t, lived, batched)
					checkBound(t, batched, replaced, most)
				}
			}
			if looked < 60 {
				t.Errorf("looked back %d times only", looked)
			}
		})
	}
}

// checkBound: as many commits are remembered as the bound has room for, counting
// from the last one, and no more.
func checkBound(t *testing.T, w *world.World, replaced []int, most int) {
	t.Helper()
	from, kept := w.Commit(), 0
	for from > 0 && kept+replaced[from] <= most {
		kept += replaced[from]
		from--
	}
	if w.Remembered() != kept || w.Remembers() > from {
		t.Errorf("commit %d: %d rows after %d are remembered, want %d after %d", w.Commit(), w.Remembered(), w.Remembers(), kept, from)
	}
	if _, ok := w.AsOf(w.Remembers()); !ok {
		t.Errorf("commit %d, the earliest remembered, isn't", w.Remembers())
	}
	if _, ok := w.AsOf(w.Commit() + 1); ok {
		t.Error("looked into the future")
	}
	if from := w.Remembers(); from > 0 {
		if _, ok := w.AsOf(from - 1); ok {
			t.Errorf("looked back before %d", from)
		}
	}
}

// compareWithLived looks back to each commit and compares with its World.
func compareWithLived(t *testing.T, lived []*world.World, w *world.World) (looked int) {
	t.Helper()
	for n := w.Remembers(); n <= w.Commit(); n++ {
		past, ok := w.AsOf(n)
		if !ok || past.Commit() != n {
			t.Fatalf("commit %d can't be seen from %d", n, w.Commit())
		}
		looked++
		what := fmt.Sprintf("commit %d from %d", n, w.Commit())
		was := lived[n]
		sameRows(t, what, landlordIDs, past.Landlord, was.Landlord, w.Landlord, past.ReplacedLandlords)
		sameRows(t, what, siteIDs, past.Site, was.Site, w.Site, past.ReplacedSites)
		sameRows(t, what, spaceIDs, past.Space, was.Space, w.Space, past.ReplacedSpaces)
		sameRows(t, what, projectIDs, past.Project, was.Project, w.Project, past.ReplacedProjects)
		sameRows(t, what, needIDs, past.Need, was.Need, w.Need, past.ReplacedNeeds)
		if got, ok := past.Settings(); got != was.Settings() || ok != (was.Settings() != domain.Settings{}) {
			t.Errorf("%s: settings %v, want %v", what, got, was.Settings())
		}
	}
	return looked
}

func sameRows[ID ~string, T any](t *testing.T, what string, ids []ID, past, was, now func(ID) (*world.Row[T], bool), replaced func() iter.Seq[ID]) {
	t.Helper()
	touched := make(map[ID]bool)
	for id := range replaced() {
		touched[id] = true
	}
	for _, id := range ids {
		p, ok := past(id)
		q, had := was(id)
		n, has := now(id)
		if ok != had || ok && !alike(p, q) {
			t.Errorf("%s: %s differs from what it was", what, id)
		}
		if !touched[id] && (had != has || had && !alike(q, n)) {
			t.Errorf("%s: %s was replaced, and isn't named", what, id)
		}
	}
}

func alike[T any](a, b *world.Row[T]) bool {
	return a == b || *a.Sight == *b.Sight && reflect.DeepEqual(a.Doc, b.Doc)
}

// A replay remembers what living through it does.
func TestLoadRemembers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	h := newHistory(t)
	lived := []*world.World{world.Empty(ledgerID, france())}
	for range 40 {
		lived = append(lived, h.after(lived[len(lived)-1], randomChange(t, r, h.head.Number)))
	}
	loaded, err := world.Load(context.Background(), h, france())
	if err != nil {
		t.Fatal(err)
	}
	if compareWithLived(t, lived, loaded) != 41 {
		t.Error("a loaded World doesn't remember its first commits")
	}
}

// A commit that replaces more than the bound is forgotten with all before it;
// the next one is remembered again.
func TestOneCommitBeyondTheBound(t *testing.T) {
	h := newHistory(t)
	w := world.Empty(ledgerID, france()).Forgetful(5)
	w = h.after(w, put(t, landlord("lld_a")), put(t, site("sit_1", "lld_a")))
	for i := range 3 {
		w = h.after(w, put(t, space(domain.SpaceID(fmt.Sprint("spc_", i)), "sit_1")))
	}
	if w.Remembers() != 0 || w.Remembered() != 5 {
		t.Fatalf("%d rows after %d", w.Remembered(), w.Remembers())
	}
	hidden := landlord("lld_a")
	hidden.State = domain.PublicationWithdrawn
	w = h.after(w, put(t, hidden)) // and the site, and three spaces: five rows
	if w.Remembers() != 4 || w.Remembered() != 5 {
		t.Fatalf("%d rows after %d, want 5 after 4", w.Remembered(), w.Remembers())
	}
	w = h.after(w, put(t, landlord("lld_a")), put(t, landlord("lld_b")))
	if w.Remembers() != 6 || w.Remembered() != 0 {
		t.Fatalf("%d rows after %d, want none after 6", w.Remembered(), w.Remembers())
	}
	w = h.after(w, put(t, hidden))
	if _, ok := w.AsOf(6); !ok || w.Remembered() != 5 {
		t.Fatalf("%d rows after %d, want 5 after 6", w.Remembered(), w.Remembers())
	}
}

// Looking back, a space is taken by what the requests had of it then.
func TestAsOfKnowsWhoHadASpace(t *testing.T) {
	terms := domain.HostingConvention{From: domain.DateOf(firstDay), Until: domain.DateOf(firstDay) + 30}
	h := newHistory(t)
	w := h.after(world.Empty(ledgerID, france()), put(t, landlord("lld_a")), put(t, site("sit_1", "lld_a")), put(t, space("spc_1", "sit_1")))
	steps := []ledger.Change{
		put(t, request("req_1", "prj_a", occupies("spc_1", terms))),
		put(t, request("req_2", "prj_b", occupies("spc_1", terms))),
		put(t, request("req_1", "prj_a", occupies("spc_1", terms), func(r *domain.HostingRequest) { r.Status = domain.RequestCancelled })),
		put(t, space("spc_1", "sit_1", func(s *domain.VacantSpace) { s.Label = "Local n° 4" })),
		gone(domain.KindRequest, domain.RequestID("req_2")),
	}
	want := [][]domain.RequestID{nil, {"req_1"}, {"req_1", "req_2"}, {"req_2"}, {"req_2"}, nil}
	for _, change := range steps {
		w = h.after(w, change)
	}
	for i, requests := range want {
		past, ok := w.AsOf(uint64(i + 1))
		if !ok {
			t.Fatalf("commit %d isn't remembered", i+1)
		}
		row, _ := past.Space("spc_1")
		var got []domain.RequestID
		for _, c := range row.Doc.Commitments {
			got = append(got, c.Request)
		}
		if !slices.Equal(got, requests) {
			t.Errorf("as of commit %d it is taken by %v, want %v", i+1, got, requests)
		}
	}
}
