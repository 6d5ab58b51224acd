package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/ledger/mongoledger"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/texts/bolttexts"
	"github.com/palier-hub/palier/texts/mongotexts"
)

// opensHub opens a hub that remembers so many rows, as the program does but for
// that.
func opensHub(t *testing.T, l ledger.Ledger, s ledger.Snapshots, personal texts.Store, remember int) *hub.Hub {
	t.Helper()
	rules := match.Rulesets()
	h, err := hub.Open(t.Context(), hub.Config{
		Ledger: l, Shared: true, Snapshots: s, Remember: remember, Texts: personal, Atlas: atlas(t), Ruleset: rules[len(rules)-1].Version,
		Clock: time.Now, Entropy: rand.Reader, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	return h
}

// TestStartFromASnapshot: the program starts from the snapshot of a large ledger,
// says so, and answers as without.
func TestStartFromASnapshot(t *testing.T) {
	if testing.Short() {
		t.Skip("it makes a large ledger")
	}
	t.Parallel()
	dir := t.TempDir()
	if err := run(t.Context(), []string{"generate", "--spaces", "22000", "--data", dir}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	l, err := boltledger.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := boltledger.OpenSnapshots(dir)
	if err != nil {
		t.Fatal(err)
	}
	personal, err := bolttexts.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	h := opensHub(t, l, s, personal, 0)
	if err := h.SnapshotDue(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	h.Close()
	if err := personal.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}

	const query = `{
		landlords(first: 20) { totalCount nodes { id name updatedAt sites(first: 3) { totalCount nodes { name } } } }
		vacantSpaces(first: 50, orderBy: SURFACE) { totalCount nodes { id label updatedAt site { name commune { name } } } }
		innovationProjects(first: 5) { nodes { slug needs { nodes { matches(first: 5) { eligibleCount uncertainCount nodes { score space { id } } } } } } }
	}`
	const from = "booting from a snapshot"
	plain := start(t, "--data", dir, "--snapshot-every", "0")
	want := plain.ask(t, "", query)
	plain.stop(t)
	if strings.Contains(plain.log.String(), from) {
		t.Error("it starts from a snapshot though it shouldn't")
	}
	p := start(t, "--data", dir)
	got := p.ask(t, "", query)
	p.stop(t)
	if !strings.Contains(p.log.String(), from) {
		t.Errorf("it doesn't start from the snapshot:\n%s", p.log)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("it answers\n%v\nwant\n%v", got, want)
	}
}

// TestReplicasSnapshotOnMongo: of hubs on one MongoDB that find at once that a
// snapshot is due one makes it, and a further hub starts from it.
func TestReplicasSnapshotOnMongo(t *testing.T) {
	uri := mongotest.URI(t)
	const remember = 8
	open := func() (*hub.Hub, ledger.Snapshots) {
		db, err := mongodb.Connect(uri)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Client().Disconnect(context.Background()) })
		l, err := mongoledger.Open(t.Context(), db, 20*time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		personal, err := mongotexts.Open(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { personal.Close() })
		s := mongoledger.OpenSnapshots(db)
		return opensHub(t, l, s, personal, remember), s
	}
	first, snapshots := open()
	second, _ := open()
	staff := domain.Viewer{Role: domain.RoleStaff, Actor: "staff"}
	for round := range 2 {
		for n := range remember + 6 {
			fields := domain.LandlordFields{Name: fmt.Sprint("Bailleur ", round, n), Kind: domain.LandlordKindEsh}
			if _, err := first.Do(t.Context(), staff, hub.RegisterLandlord{Landlord: fields, Publish: true}, ""); err != nil {
				t.Fatal(err)
			}
		}
		if err := second.Reach(t.Context(), "client", first.World().Commit()); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for _, h := range []*hub.Hub{first, second} {
			all.Go(func() {
				if err := h.SnapshotDue(t.Context(), 4); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		var bases []uint64
		for m, err := range snapshots.Newest(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			bases = append(bases, m.Base.Number)
		}
		base, _ := first.World().SnapshotBase()
		if len(bases) != round+1 || !slices.Contains(bases, base) {
			t.Errorf("there are snapshots %v, of %d", bases, base)
		}
	}
	third, _ := open()
	if w := third.World(); w.Digest() != first.World().Digest() || w.Remembers() != first.World().Remembers() {
		t.Error("a hub that starts from the snapshot comes to another World")
	}
}
