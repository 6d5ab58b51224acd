package moving_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
	"github.com/palier-hub/palier/ledger/mongoledger"
	"github.com/palier-hub/palier/moving"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/texts/bolttexts"
	"github.com/palier-hub/palier/texts/mongotexts"
)

// With these set, the test binary is a process that carries from one place to
// another, and can be killed.
const (
	carryFrom = "PALIER_TEST_CARRY_FROM"
	carryTo   = "PALIER_TEST_CARRY_TO"
)

func TestMain(m *testing.M) {
	if from := os.Getenv(carryFrom); from != "" {
		if _, err := carry(context.Background(), place(from), place(os.Getenv(carryTo)), moving.Options{}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	mongotest.Main(m)
}

// place is a folder or the URI of a database.
type place string

func (p place) db() *mongodb.Database {
	if !strings.HasPrefix(string(p), "mongodb://") {
		return nil
	}
	db, err := mongodb.Connect(string(p))
	if err != nil {
		panic(err)
	}
	return db
}

// open opens both stores, as a hub does.
func (p place) open(ctx context.Context) (l ledger.Storage, t texts.Store, err error) {
	if db := p.db(); db != nil {
		if l, err = mongoledger.Open(ctx, db, 0); err == nil {
			t, err = mongotexts.Open(ctx, db)
		}
		return l, t, err
	}
	if l, err = boltledger.Open(string(p)); err == nil {
		t, err = bolttexts.Open(string(p))
	}
	return l, t, err
}

func (p place) target() moving.Target {
	db := p.db()
	return moving.Target{
		Ledger: func(ctx context.Context, id string) (ledger.Copy, error) {
			if db != nil {
				return mongoledger.OpenCopy(ctx, db, id)
			}
			return boltledger.OpenCopy(string(p), id)
		},
		Texts: func(ctx context.Context, id string, secret [32]byte) (texts.Store, error) {
			if db != nil {
				return mongotexts.OpenCopy(ctx, db, id, secret)
			}
			return bolttexts.OpenCopy(string(p), id, secret)
		},
	}
}

func carry(ctx context.Context, from, to place, o moving.Options) (r moving.Report, err error) {
	l, t, err := from.open(ctx)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, t.Close(), l.Close()) }()
	source, err := moving.FromStores(ctx, l, t)
	if err != nil {
		return r, err
	}
	return moving.Carry(ctx, source, to.target(), o)
}

func mustCarry(t *testing.T, from, to place) moving.Report {
	t.Helper()
	r, err := carry(t.Context(), from, to, moving.Options{})
	if err != nil {
		t.Fatalf("carrying from %s to %s: %v", from, to, err)
	}
	return r
}

// use opens both stores of a place for a moment.
func use(t *testing.T, p place, do func(l ledger.Storage, s texts.Store)) {
	t.Helper()
	l, s, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	do(l, s)
	if err := errors.Join(s.Close(), l.Close()); err != nil {
		t.Fatal(err)
	}
}

var written = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

func textOf(n int, author string) domain.Text {
	return domain.Text{ID: domain.TextID(fmt.Sprintf("txt_%05d", n)), Kind: domain.TextMessage, Body: fmt.Sprintf("Message n° %d", n), Author: author, WrittenAt: written}
}

func personOf(n int) domain.Person {
	return domain.Person{ID: domain.PersonID(fmt.Sprintf("per_%03d", n)), Account: fmt.Sprintf("act_%03d", n), Name: fmt.Sprintf("Personne n° %d", n), UpdatedAt: written}
}

// fill makes a ledger of so many commits more, of which the last erases a person,
// and a personal store of so many texts that has carried that out or not.
func fill(t *testing.T, p place, commits, texts_ int, carriedOut bool) {
	t.Helper()
	use(t, p, func(l ledger.Storage, s texts.Store) {
		appendErasure(t, l, commits, domain.Erasure{ID: "ers_1", Person: "per_001", Texts: []domain.TextID{"txt_00001"}, At: written})
		must(t, s.Claim(t.Context(), l.ID()))
		var list []domain.Text
		for n := range texts_ {
			list = append(list, textOf(n, fmt.Sprintf("act_%03d", n%5)))
		}
		must(t, s.PutTexts(t.Context(), list))
		for n := range 5 {
			must(t, s.PutPerson(t.Context(), personOf(n)))
		}
		if carriedOut {
			must(t, s.Reapply(t.Context(), []domain.Erasure{{Person: "per_001", Texts: []domain.TextID{"txt_00001"}}}))
		}
	})
}

func appendErasure(t *testing.T, l ledger.Ledger, commits int, e domain.Erasure) {
	t.Helper()
	head, err := l.Head(t.Context())
	must(t, err)
	run := ledgertest.Commits(t, head, commits)
	last := &run[commits-1]
	doc, err := ledger.Marshal(e)
	must(t, err)
	last.Changes = []ledger.Change{{Kind: domain.KindErasure, ID: domain.ID(e.ID), Doc: doc}}
	_, err = l.Append(t.Context(), run)
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// contents is all that a place holds, byte for byte.
func contents(t *testing.T, p place) (all []string) {
	t.Helper()
	use(t, p, func(l ledger.Storage, s texts.Store) {
		secret, err := s.Secret(t.Context())
		must(t, err)
		must(t, s.Claim(t.Context(), l.ID()))
		all = append(all, l.ID(), fmt.Sprintf("%x", secret))
		for stored, err := range l.Stored(t.Context()) {
			must(t, err)
			all = append(all, fmt.Sprintf("%d %x", stored.Number, stored.Encoded))
		}
		for r, err := range s.Records(t.Context()) {
			must(t, err)
			switch {
			case r.Person != nil:
				all = append(all, fmt.Sprint(*r.Person))
			case r.Text != nil:
				all = append(all, fmt.Sprint(r.Text.ID, r.Text.Body, r.Text.Author, r.Text.WrittenAt))
			default:
				all = append(all, fmt.Sprint("erased ", r.Erased))
			}
		}
	})
	return all
}

func sameContents(t *testing.T, what string, got, want []string) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("%s: %.200s, want %.200s", what, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d things, want %d", what, len(got), len(want))
	}
}

// From a folder to MongoDB, there to another database, and back: the same bytes.
func TestThereAndBack(t *testing.T) {
	home := place(t.TempDir())
	fill(t, home, 300, 250, true)
	want := contents(t, home)
	at := home
	for _, next := range []place{place(t.TempDir()), place(mongotest.URI(t)), place(mongotest.URI(t)), place(t.TempDir())} {
		r := mustCarry(t, at, next)
		if r.Head.Number != 300 || r.There != 0 || r.Persons != 4 || r.Words != 200 {
			t.Errorf("%+v", r)
		}
		sameContents(t, string(next), contents(t, next), want)
		at = next
	}
	// Again it does nothing; what came meanwhile follows.
	if r := mustCarry(t, home, at); r.There != 300 {
		t.Errorf("%+v", r)
	}
	use(t, home, func(l ledger.Storage, s texts.Store) {
		appendErasure(t, l, 20, domain.Erasure{ID: "ers_2", Person: "per_002", At: written})
		must(t, s.PutTexts(t.Context(), []domain.Text{textOf(900, "act_003")}))
		swapped, freed := personOf(3), personOf(4)
		freed.Account = ""
		must(t, s.PutPerson(t.Context(), freed))
		swapped.Account = "act_004" // while the copy has it as another's
		must(t, s.PutPerson(t.Context(), swapped))
		freed.Account = "act_003"
		must(t, s.PutPerson(t.Context(), freed))
		_, err := s.Erase(t.Context(), "per_002")
		must(t, err)
	})
	if r := mustCarry(t, home, at); r.There != 300 || r.Head.Number != 320 || r.Persons != 3 || r.Words != 151 {
		t.Errorf("%+v", r)
	}
	sameContents(t, "brought up to date", contents(t, at), contents(t, home))
}

// What the ledger says is erased doesn't arrive, though the source still has it:
// neither the person, nor their texts that the erasure doesn't list.
func TestErasedDoesNotArrive(t *testing.T) {
	for _, to := range []place{place(t.TempDir()), "mongo"} {
		home := place(t.TempDir())
		fill(t, home, 3, 20, false)
		if to == "mongo" {
			to = place(mongotest.URI(t))
		}
		if r := mustCarry(t, home, to); r.Persons != 4 || r.Words != 16 {
			t.Errorf("%+v", r)
		}
		checkErased(t, to, "per_001", "txt_00001", "txt_00006")
		if to.db() == nil && (holds(t, string(to), "Personne n° 1") || holds(t, string(to), "Message n° 6") || !holds(t, string(to), "Message n° 7")) {
			t.Error("the folder holds bytes of what was erased")
		}
	}
	// What was erased after a backup was made is given.
	home, to := place(t.TempDir()), place(t.TempDir())
	fill(t, home, 3, 20, true)
	later := []domain.Erasure{{Person: "per_003"}, {Texts: []domain.TextID{"txt_00004"}}}
	if _, err := carry(t.Context(), home, to, moving.Options{Erasures: later}); err != nil {
		t.Fatal(err)
	}
	checkErased(t, to, "per_003", "txt_00004", "txt_00013")
	for _, gone := range []string{"Personne n° 3", "Message n° 13", "Message n° 4"} {
		if holds(t, string(to), gone) {
			t.Errorf("the folder holds %q", gone)
		}
	}
}

func checkErased(t *testing.T, p place, person domain.PersonID, gone ...domain.TextID) {
	t.Helper()
	use(t, p, func(_ ledger.Storage, s texts.Store) {
		persons, err := s.Persons(t.Context(), []domain.PersonID{person})
		must(t, err)
		found, err := s.Texts(t.Context(), gone)
		must(t, err)
		if len(persons)+len(found) > 0 {
			t.Errorf("%s has %v and %v", p, persons, found)
		}
		for _, id := range gone {
			late := textOf(1, "act_004")
			late.ID = id
			if _, ok := errors.AsType[*texts.ErasedError](s.PutTexts(t.Context(), []domain.Text{late})); !ok {
				t.Errorf("%s can be put again", id)
			}
		}
	})
}

// holds tells whether any file of a folder holds a text.
func holds(t *testing.T, folder, text string) (found bool) {
	t.Helper()
	must(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		found = found || bytes.Contains(content, []byte(text))
		return err
	}))
	return found
}

// Where another ledger is, or the same one that went on by itself, or a store that
// was made apart, nothing is written.
func TestRefused(t *testing.T) {
	for _, kind := range []string{"folder", "mongo"} {
		fresh := func() place {
			if kind == "mongo" {
				return place(mongotest.URI(t))
			}
			return place(t.TempDir())
		}
		home := place(t.TempDir())
		fill(t, home, 10, 10, true)
		refused := func(what string, to place, o moving.Options, is func(error) bool) {
			t.Helper()
			before := contents(t, to)
			_, err := carry(t.Context(), home, to, o)
			if !is(err) {
				t.Errorf("%s, %s: %v", kind, what, err)
			}
			sameContents(t, what, contents(t, to), before) // and it opens
		}
		other := fresh()
		fill(t, other, 5, 5, true)
		refused("another ledger", other, moving.Options{}, as[*ledger.OtherLedgerError])

		ahead := fresh()
		mustCarry(t, home, ahead)
		use(t, ahead, func(l ledger.Storage, _ texts.Store) { appendErasure(t, l, 2, domain.Erasure{ID: "ers_2"}) })
		refused("it is ahead", ahead, moving.Options{}, func(err error) bool {
			d, ok := errors.AsType[*moving.DivergedError](err)
			return ok && d.After == 10
		})
		apart := fresh()
		mustCarry(t, home, apart)
		refused("it isn't empty", apart, moving.Options{Fresh: true}, as[*moving.NotEmptyError])
		use(t, apart, func(l ledger.Storage, _ texts.Store) { appendErasure(t, l, 2, domain.Erasure{ID: "ers_2"}) })
		use(t, home, func(l ledger.Storage, _ texts.Store) { appendErasure(t, l, 4, domain.Erasure{ID: "ers_3"}) })
		refused("it went on by itself", apart, moving.Options{}, func(err error) bool {
			d, ok := errors.AsType[*moving.DivergedError](err)
			return ok && d.After == 10
		})
	}
	home, lost := place(t.TempDir()), place(t.TempDir())
	fill(t, home, 3, 3, true)
	mustCarry(t, home, lost)
	must(t, os.Remove(filepath.Join(string(lost), bolttexts.FileName)))
	use(t, lost, func(l ledger.Storage, s texts.Store) { must(t, s.Claim(t.Context(), l.ID())) }) // made anew
	if _, err := carry(t.Context(), home, lost, moving.Options{}); !as[*texts.SecretError](err) {
		t.Errorf("a store that was made apart: %v", err)
	}
	if _, err := carry(t.Context(), place(t.TempDir()), lost, moving.Options{}); !as[*ledger.OtherLedgerError](err) {
		t.Errorf("an empty ledger: %v", err)
	}
}

func as[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// Hubs may write to the source meanwhile: what is carried ends where it ended at
// the start, and what is erased meanwhile doesn't stay.
func TestSourceInUse(t *testing.T) {
	home, to := place(mongotest.URI(t)), place(t.TempDir())
	fill(t, home, 40, 60, true)
	use(t, home, func(l ledger.Storage, s texts.Store) {
		source, err := moving.FromStores(t.Context(), l, s)
		must(t, err)
		appendErasure(t, l, 3, domain.Erasure{ID: "ers_2", Person: "per_002", At: written}) // and not carried out yet
		busy := &busySource{Stores: source, meanwhile: func() {
			appendErasure(t, l, 1, domain.Erasure{ID: "ers_3", Person: "per_003", At: written})
			_, err := s.Erase(t.Context(), "per_003")
			must(t, err)
			must(t, s.PutTexts(t.Context(), []domain.Text{textOf(800, "act_004")}))
		}}
		r, err := moving.Carry(t.Context(), busy, to.target(), moving.Options{})
		must(t, err)
		if now, err := source.Now(t.Context()); err != nil || r.Head.Number != 40 || now.Number != 44 {
			t.Errorf("copied up to %d, it is at %d (%v)", r.Head.Number, now.Number, err)
		}
	})
	checkErased(t, to, "per_002", "txt_00002", "txt_00007")
	checkErased(t, to, "per_003", "txt_00003", "txt_00008")
	for _, gone := range []string{"Personne n° 2", "Personne n° 3", "Message n° 8\"", "Message n° 2\""} {
		if holds(t, string(to), gone) {
			t.Errorf("the folder holds %q", gone)
		}
	}
	if !holds(t, string(to), "Message n° 800") {
		t.Error("what was written meanwhile isn't there")
	}
}

// busySource has something happen in the middle of the personal store.
type busySource struct {
	*moving.Stores
	meanwhile func()
}

func (b *busySource) Records(ctx context.Context) iter.Seq2[texts.Record, error] {
	return func(yield func(texts.Record, error) bool) {
		n := 0
		for r, err := range b.Stores.Records(ctx) {
			if n++; n == 20 && b.meanwhile != nil {
				b.meanwhile()
				b.meanwhile = nil
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// kill -9 at any moment, several times: the next carriage goes on, what is half
// there isn't opened, and in the end it is all there.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for _, c := range []struct {
		to            string
		commits, list int
	}{{"folder", 6000, 1500}, {"mongo", 800, 400}} {
		home, to := place(t.TempDir()), place(t.TempDir())
		if c.to == "mongo" {
			to = place(mongotest.URI(t))
		}
		fill(t, home, c.commits, c.list, true)
		begun := time.Now()
		rehearsal := place(t.TempDir())
		if c.to == "mongo" {
			rehearsal = place(mongotest.URI(t))
		}
		must(t, carrying(home, rehearsal).Run())
		whole := time.Since(begun)
		kills, halfWay := 0, 0
		for done := false; !done; {
			child := carrying(home, to)
			must(t, child.Start())
			ended := make(chan error, 1)
			go func() { ended <- child.Wait() }()
			select {
			case <-time.After(time.Duration(r.Int64N(int64(whole) / 2))):
				must(t, child.Process.Kill())
				kills++
				if err := <-ended; err == nil {
					done = true // it was sooner
				}
			case err := <-ended:
				must(t, err)
				done = true
			}
			if l, s, err := to.open(t.Context()); as[*ledger.IncompleteError](err) {
				halfWay++
			} else if err == nil {
				head, err := l.Head(t.Context())
				must(t, errors.Join(err, s.Close(), l.Close()))
				if head.Number > 0 && head.Number != uint64(c.commits) {
					t.Fatalf("seed %d: a copy of %d commits opens", seed, head.Number)
				}
				if head.Number == 0 { // killed before it began: what opened made a ledger of its own
					to = place(t.TempDir())
					if c.to == "mongo" {
						to = place(mongotest.URI(t))
					}
				}
			}
			done = done || kills == 6
		}
		t.Logf("%s: %d kills, %d of them half-way; %v in one go", c.to, kills, halfWay, whole.Round(time.Millisecond))
		mustCarry(t, home, to)
		sameContents(t, fmt.Sprintf("seed %d", seed), contents(t, to), contents(t, home))
	}
}

func carrying(from, to place) *exec.Cmd {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), carryFrom+"="+string(from), carryTo+"="+string(to))
	child.Stderr = os.Stderr
	return child
}

// What arrives altered, or not at all, is found, and the target stays incomplete.
func TestWhatArrivesIsProven(t *testing.T) {
	home := place(t.TempDir())
	fill(t, home, 20, 20, true)
	for name, spoil := range map[string]func(to *moving.Target){
		"a text that is lost": func(to *moving.Target) {
			open := to.Texts
			to.Texts = func(ctx context.Context, id string, secret [32]byte) (texts.Store, error) {
				s, err := open(ctx, id, secret)
				return &losing{s}, err
			}
		},
		"a commit that is altered": func(to *moving.Target) {
			open := to.Ledger
			to.Ledger = func(ctx context.Context, id string) (ledger.Copy, error) {
				l, err := open(ctx, id)
				return &altering{Copy: l}, err
			}
		},
		"a head that is another": func(to *moving.Target) {
			open := to.Ledger
			to.Ledger = func(ctx context.Context, id string) (ledger.Copy, error) {
				l, err := open(ctx, id)
				return &altering{Copy: l, head: true}, err
			}
		},
	} {
		folder := place(t.TempDir())
		to := folder.target()
		spoil(&to)
		use(t, home, func(l ledger.Storage, s texts.Store) {
			source, err := moving.FromStores(t.Context(), l, s)
			must(t, err)
			if _, err := moving.Carry(t.Context(), source, to, moving.Options{}); !as[*moving.MismatchError](err) {
				t.Errorf("%s: %v", name, err)
			}
		})
		if _, _, err := folder.open(t.Context()); !as[*ledger.IncompleteError](err) {
			t.Errorf("%s: it opens: %v", name, err)
		}
		mustCarry(t, home, folder) // nothing stands in the way of another try
	}
}

// losing is a store that keeps all texts but one.
type losing struct{ texts.Store }

func (l *losing) PutTexts(ctx context.Context, list []domain.Text) error {
	if len(list) > 0 {
		list = list[1:]
	}
	return l.Store.PutTexts(ctx, list)
}

// altering is a ledger that reads otherwise than it was written.
type altering struct {
	ledger.Copy
	head    bool
	written bool
}

func (a *altering) Append(ctx context.Context, run []ledger.Commit) (int, error) {
	a.written = true
	return a.Copy.Append(ctx, run)
}

func (a *altering) Read(ctx context.Context, after uint64) iter.Seq2[ledger.Commit, error] {
	return func(yield func(ledger.Commit, error) bool) {
		for c, err := range a.Copy.Read(ctx, after) {
			if c.Number == 7 && !a.head {
				c.Changes = c.Changes[:0]
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

func (a *altering) Head(ctx context.Context) (ledger.Head, error) {
	h, err := a.Copy.Head(ctx)
	if a.head && a.written {
		h.Hash[0]++
	}
	return h, err
}
