package world_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

func TestEmpty(t *testing.T) {
	w := world.Empty(ledgerID, france())
	same(t, "empty", pictureOf(t, w), func() picture {
		p := new(naive).picture(t)
		p["head"] = ledger.Genesis(ledgerID).Hash.String()
		p["commit"] = fmt.Sprint(0, 0, time.Time{})
		return p
	}())
	if next := apply(t, w); next.Digest() != w.Digest() || next.Commit() != 0 {
		t.Error("no commits changed something")
	}
}

// What can't be applied gives a typed error and no World, and leaves the World
// before as it was.
func TestApplyRefuses(t *testing.T) {
	h := newHistory(t)
	base := h.after(world.Empty(ledgerID, france()), put(t, landlord("lld_a")))
	next := h.add(put(t, landlord("lld_b")))
	change := func(f func(*ledger.Commit)) []ledger.Commit {
		c := next
		f(&c)
		return []ledger.Commit{c}
	}
	carrying := func(ch ledger.Change) []ledger.Commit {
		return change(func(c *ledger.Commit) { c.Changes = []ledger.Change{put(t, landlord("lld_c")), ch} })
	}
	text, err := ledger.Marshal(struct {
		ID string `bson:"id"`
		// A number where the landlord has a name.
		Name int `bson:"name"`
	}{"lld_a", 7})
	if err != nil {
		t.Fatal(err)
	}

	tests := []struct {
		name    string
		commits []ledger.Commit
		is      func(error) bool
	}{
		{"a gap", change(func(c *ledger.Commit) { c.Number++ }), as[*ledger.GapError]},
		{"a commit again", h.commits[:1], as[*ledger.GapError]},
		{"a gap inside the batch", []ledger.Commit{next, next}, as[*ledger.GapError]},
		{"another history", change(func(c *ledger.Commit) { c.Prev[0]++ }), as[*ledger.ChainError]},
		{"another format", change(func(c *ledger.Commit) { c.Format = 1000 }), as[*ledger.FormatError]},
		{"an unknown kind", carrying(ledger.Change{Kind: "palace", ID: "pal_1", Doc: put(t, landlord("lld_a")).Doc}), document(2, "palace", "pal_1")},
		{"the deletion of an unknown kind", carrying(gone("palace", "pal_1")), document(2, "palace", "pal_1")},
		{"a document of another type", carrying(ledger.Change{Kind: domain.KindLandlord, ID: "lld_a", Doc: text}), document(2, "landlord", "lld_a")},
		{"a document under another id", carrying(ledger.Change{Kind: domain.KindLandlord, ID: "lld_z", Doc: put(t, landlord("lld_a")).Doc}), document(2, "landlord", "lld_z")},
		{"settings under another id", carrying(ledger.Change{Kind: domain.KindSettings, ID: "settings2", Doc: put(t, domain.Settings{}).Doc}), document(2, "settings", "settings2")},
	}
	before := pictureOf(t, base)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, err := base.Apply(test.commits)
			if w != nil || err == nil || !test.is(err) {
				t.Errorf("got a World: %v, error %v", w != nil, err)
			}
			same(t, "the World before", pictureOf(t, base), before)
		})
	}
	if _, err := world.Empty("another-ledger", france()).Apply(h.commits); !as[*ledger.ChainError](err) {
		t.Errorf("another ledger's commits: %v", err)
	}
	if _, err := base.Apply(carrying(gone("palace", "pal_1"))); !errors.Is(err, world.ErrUnknownKind) {
		t.Errorf("an unknown kind: %v", err)
	}
	h.add(ledger.Change{Kind: "palace", ID: "pal_1", Doc: text})
	if w, err := world.Load(context.Background(), h, france()); w != nil || !errors.Is(err, world.ErrUnknownKind) {
		t.Errorf("loading an unknown kind: %v", err)
	}
	apply(t, base, next)
}

// Of several documents that can't be read, the first is named, however many
// cores look at them.
func TestFirstBadDocumentIsNamed(t *testing.T) {
	h := newHistory(t)
	var changes []ledger.Change
	for i := range 500 {
		ch := put(t, space(domain.SpaceID(fmt.Sprintf("spc_%03d", i)), "sit_1"))
		if i >= 123 && i%3 == 0 {
			ch.ID = "spc_other"
			ch.ID += domain.ID(fmt.Sprint(i))
		}
		changes = append(changes, ch)
	}
	h.add(changes[:10]...)
	h.add(changes...)
	for range 20 {
		if _, err := world.Empty(ledgerID, france()).Apply(h.commits); !document(2, domain.KindSpace, "spc_other123")(err) {
			t.Fatal(err)
		}
	}
}

func as[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func document(commit uint64, kind domain.Kind, id domain.ID) func(error) bool {
	return func(err error) bool {
		e, ok := errors.AsType[*world.DocumentError](err)
		return ok && e.Commit == commit && e.Kind == kind && e.ID == id
	}
}

// Readers of old and new Worlds go on while the writer makes the next ones; the
// race detector watches.
func TestReadersDuringApply(t *testing.T) {
	const commits, readers = 150, 4
	h := newHistory(t)
	var stock []ledger.Change
	for l := range 10 {
		of := domain.LandlordID(fmt.Sprint("lld_", l))
		stock = append(stock, put(t, landlord(of)))
		for s := range 5 {
			at := domain.SiteID(fmt.Sprintf("sit_%d_%d", l, s))
			stock = append(stock, put(t, site(at, of)))
			for n := range 20 {
				stock = append(stock, put(t, spaceNamed(fmt.Sprintf("spc_%d_%d_%d", l, s, n), at)))
			}
		}
	}
	first := h.after(world.Empty(ledgerID, france()), stock...)
	var newest atomic.Pointer[world.World]
	newest.Store(first)
	var done atomic.Bool

	// read walks every table and index of a World, and answers what must be
	// the same on every walk.
	read := func(w *world.World) (seen string) {
		counts, n := w.Counts(), 0
		for s := range w.Spaces() {
			n++
			at, ok := w.Site(s.Doc.SiteID)
			if !ok || at.Sight != s.Sight {
				t.Errorf("%s isn't of one instant with its site", s.Doc.ID)
			}
			if r, ok := w.SpaceByRef(s.Sight.Landlord, *s.Doc.ExternalRef); !ok || r != s {
				t.Errorf("%s isn't found by its reference", s.Doc.ID)
			}
		}
		if n != counts.Spaces {
			t.Errorf("walked %d of %d spaces", n, counts.Spaces)
		}
		for l := range w.Landlords() {
			for s := range w.SpacesOfLandlord(l.Doc.ID) {
				seen += string(s.Sight.Class[:2])
			}
		}
		return fmt.Sprint(seen, w.Digest(), w.Commit())
	}
	want := read(first)

	var all sync.WaitGroup
	for range readers {
		all.Go(func() {
			for !done.Load() {
				read(newest.Load())
				if got := read(first); got != want {
					t.Error("an old World changed")
					return
				}
			}
		})
	}
	w := first
	for i := range commits {
		l := domain.LandlordID(fmt.Sprint("lld_", i%10))
		at := domain.SiteID(fmt.Sprintf("sit_%d_%d", i%10, i%5))
		state := []domain.Publication{domain.PublicationWithdrawn, domain.PublicationPublished}[i/10%2]
		w = h.after(w,
			put(t, landlord(l, func(l *domain.Landlord) { l.State = state })),
			put(t, spaceNamed(fmt.Sprint("spc_new_", i), at)),
			gone(domain.KindSpace, fmt.Sprintf("spc_%d_%d_%d", i%10, i%5, i/10)))
		newest.Store(w)
	}
	done.Store(true)
	all.Wait()
	if got := read(first); got != want {
		t.Error("an old World changed")
	}
}

func spaceNamed(id string, at domain.SiteID) domain.VacantSpace {
	return space(domain.SpaceID(id), at, func(s *domain.VacantSpace) { s.ExternalRef = &id })
}
