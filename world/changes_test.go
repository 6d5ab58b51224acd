package world_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// The changes of every remembered commit are what comparing its World with the
// one before tells, whoever may see what; they are the same, in the same order,
// from every World that remembers them, and go on from any place.
func TestChangesAfter(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 4))
			most := []int{20, 1 << 20}[seed%2]
			h := newHistory(t)
			empty := world.Empty(ledgerID, france()).Forgetful(most)
			lived, batched, pending := []*world.World{empty}, empty, []ledger.Commit(nil)
			told := []world.Change{}
			for range 60 {
				var changes []ledger.Change
				for range r.IntN(5) {
					changes = append(changes, randomChange(t, r, h.head.Number))
				}
				c := h.add(changes...)
				now := apply(t, lived[len(lived)-1], c)
				written := make(map[domain.ID]bool)
				for _, change := range changes {
					written[change.ID] = true
				}
				told = append(told, checkCommit(t, lived[len(lived)-1], now, written)...)
				lived = append(lived, now)
				pending = append(pending, c)
				if r.IntN(6) == 0 {
					batched, pending = apply(t, batched, pending...), nil
					checkPlaces(t, r, batched, told)
				}
				checkPlaces(t, r, now, told)
			}
			if len(told) < 60 {
				t.Errorf("only %d changes", len(told))
			}
		})
	}
}

// checkCommit compares what the last commit is told to have done with the two
// Worlds.
func checkCommit(t *testing.T, was, now *world.World, written map[domain.ID]bool) []world.Change {
	t.Helper()
	if was.Commit() < now.Remembers() {
		return nil // more than is remembered, in one commit
	}
	all, ok := now.ChangesAfter(world.Place{Commit: was.Commit()})
	if !ok {
		t.Fatalf("commit %d can't be told", now.Commit())
	}
	told := slices.Collect(all)
	before, after := sightsOf(was), sightsOf(now)
	seen := make(map[domain.ID]bool)
	for i, c := range told {
		same := func(got *domain.Sight, want domain.Sight, there bool) bool {
			return (got != nil) == there && (got == nil || *got == want)
		}
		old, had := before[c.ID]
		row, has := after[c.ID]
		if !same(c.Before, old, had) || !same(c.After, row, has) {
			t.Errorf("commit %d: %s is told as %v to %v, was %v, is %v", now.Commit(), c.ID, c.Before, c.After, old, row)
		}
		// What requests and placements say of a space and a project is written with
		// theirs.
		derived := c.Kind == domain.ChangeOfSpace || c.Kind == domain.ChangeOfProject
		if c.Written != written[c.ID] && (had || has) && !(derived && c.Written) {
			t.Errorf("commit %d: %s is told as written: %v", now.Commit(), c.ID, c.Written)
		}
		if seen[c.ID] {
			t.Errorf("commit %d: %s is told twice", now.Commit(), c.ID)
		}
		seen[c.ID] = true
		if c.Place != (world.Place{Commit: was.Commit(), Part: i + 1}) || c.Commit != now.Commit() || !c.At.Equal(now.Time()) || c.Action == "" {
			t.Errorf("commit %d: change %d is %+v", now.Commit(), i, c)
		}
	}
	for id := range written {
		_, had := before[id]
		_, has := after[id]
		if (had || has) && !seen[id] {
			t.Errorf("commit %d wrote %s, and doesn't tell", now.Commit(), id)
		}
	}
	for id, sight := range after {
		if before[id] != sight && !seen[id] {
			t.Errorf("commit %d brought %s into another sight, and doesn't tell", now.Commit(), id)
		}
	}
	return told
}

// checkPlaces reads on from some places.
func checkPlaces(t *testing.T, r *rand.Rand, w *world.World, told []world.Change) {
	t.Helper()
	for range 5 {
		p := world.Place{Commit: uint64(r.IntN(int(w.Commit()) + 2)), Part: r.IntN(3)}
		changes, ok := w.ChangesAfter(p)
		if want := p.Commit >= w.Remembers() && p.Reached() <= w.Commit(); ok != want {
			t.Fatalf("from %+v of %d, remembered from %d: %v", p, w.Commit(), w.Remembers(), ok)
		}
		if !ok {
			continue
		}
		var want []world.Change
		for _, c := range told {
			if (c.Place.Commit > p.Commit || c.Place.Commit == p.Commit && c.Place.Part > p.Part) && c.Commit <= w.Commit() {
				want = append(want, c)
			}
		}
		if got := slices.Collect(changes); !slices.EqualFunc(got, want, sameChange) {
			t.Fatalf("from %+v of %d:\n%+v\nwant\n%+v", p, w.Commit(), got, want)
		}
		for c := range changes { // whoever stops early stops all
			if c.ID == "" {
				t.Error("a change of nothing")
			}
			break
		}
	}
}

func sameChange(a, b world.Change) bool {
	same := func(x, y *domain.Sight) bool { return x == y || x != nil && y != nil && *x == *y }
	return a.Place == b.Place && a.Commit == b.Commit && a.ID == b.ID && a.Kind == b.Kind && a.At.Equal(b.At) &&
		a.Written == b.Written && same(a.Before, b.Before) && same(a.After, b.After)
}

// sightsOf are the sights of all rows whose changes are told.
func sightsOf(w *world.World) map[domain.ID]domain.Sight {
	out := make(map[domain.ID]domain.Sight)
	for r := range w.Landlords() {
		out[domain.ID(r.Doc.ID)] = *r.Sight
	}
	for r := range w.Sites() {
		out[domain.ID(r.Doc.ID)] = *r.Sight
	}
	for r := range w.Spaces() {
		out[domain.ID(r.Doc.ID)] = *r.Sight
	}
	for r := range w.Projects() {
		out[domain.ID(r.Doc.ID)] = *r.Sight
	}
	for r := range w.Needs() {
		out[domain.ID(r.Doc.ID)] = *r.Sight
	}
	for r := range w.LandlordNeeds() {
		out[domain.ID(r.Doc.ID)] = *r.Sight
	}
	for r := range w.Requests() {
		out[domain.ID(r.Doc.ID)] = *r.Sight
	}
	for r := range w.Placements() {
		out[domain.ID(r.Doc.ID)] = *r.Sight
	}
	return out
}
