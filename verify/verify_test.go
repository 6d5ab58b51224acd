package verify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/ledger/mongoledger"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/texts/bolttexts"
	"github.com/palier-hub/palier/verify"
	"github.com/palier-hub/palier/world"
)

func TestMain(m *testing.M) { mongotest.Main(m) }

var start = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

// commits makes a run of landlords, each with a name of its own.
func commits(t *testing.T, after ledger.Head, n int) (run []ledger.Commit) {
	t.Helper()
	for i := range n {
		number := after.Number + 1
		id := domain.LandlordID(fmt.Sprintf("lld_%03d", number))
		l := domain.Landlord{ID: id, LandlordFields: domain.LandlordFields{Name: fmt.Sprintf("Bailleur-%03d", number), Kind: domain.LandlordKindOph}}
		l.State = domain.PublicationPublished
		doc, err := ledger.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		c := ledger.Commit{Number: number, Format: 1, ID: ledger.CommitID{1, byte(number)}, Time: start.Add(time.Duration(i) * time.Minute), Action: "landlord.register", Prev: after.Hash,
			Changes: []ledger.Change{{Kind: domain.KindLandlord, ID: domain.ID(id), Doc: doc}}}
		run = append(run, c)
		after = headOf(t, c)
	}
	return run
}

func headOf(t *testing.T, c ledger.Commit) ledger.Head {
	t.Helper()
	encoded, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	head, err := ledger.HeadAt(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return head
}

func check(t *testing.T, l ledger.Storage, want verify.Expected) (verify.Ledger, error) {
	t.Helper()
	atlas, err := geo.Load()
	if err != nil {
		t.Fatal(err)
	}
	return verify.Check(t.Context(), l, atlas, want)
}

// wrong requires that these commits are said to be wrong, with these words, and no
// others.
func wrong(t *testing.T, what string, err error, want map[uint64]string) {
	t.Helper()
	found, ok := errors.AsType[*verify.WrongError](err)
	if !ok {
		t.Errorf("%s: %v", what, err)
		return
	}
	said := map[uint64]string{}
	for _, f := range found.Found {
		said[f.Commit] += f.What
	}
	for n, words := range want {
		if !strings.Contains(said[n], words) {
			t.Errorf("%s: of commit %d it says %q, want %q", what, n, said[n], words)
		}
		delete(said, n)
	}
	if len(said) > 0 {
		t.Errorf("%s: it also says %v", what, said)
	}
	if !strings.Contains(err.Error(), "restore the latest backup") {
		t.Errorf("%s: it doesn't say what to do: %v", what, err)
	}
}

// A whole ledger is whole, and what is noted of it elsewhere is compared.
func TestWhole(t *testing.T) {
	for name, l := range ledgers(t) {
		if r, err := check(t, l, verify.Expected{}); err != nil || r.Head != ledger.Genesis(l.ID()) {
			t.Errorf("%s, empty: %+v, %v", name, r, err)
		}
		run := commits(t, ledger.Genesis(l.ID()), 12)
		if _, err := l.Append(t.Context(), run); err != nil {
			t.Fatal(err)
		}
		r, err := check(t, l, verify.Expected{})
		if err != nil || r.Head != headOf(t, run[11]) || fmt.Sprint(r.Formats) != "[{1 1}]" || r.World.Counts().Landlords != 12 {
			t.Fatalf("%s: %+v, %v", name, r, err)
		}
		at := func(n int) *ledger.Hash { h := headOf(t, run[n-1]).Hash; return &h }
		digest := r.World.Digest()
		for what, want := range map[string]verify.Expected{
			"the head": {Hash: at(12)}, "the head by number": {Hash: at(12), At: 12}, "an earlier one": {Hash: at(5), At: 5}, "the digest": {Digest: &digest},
		} {
			if _, err := check(t, l, want); err != nil {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
		_, err = check(t, l, verify.Expected{Hash: at(5)})
		wrong(t, "another head", err, map[uint64]string{12: "its hash is"})
		_, err = check(t, l, verify.Expected{Hash: at(5), At: 6})
		wrong(t, "another hash", err, map[uint64]string{6: "its hash is"})
		_, err = check(t, l, verify.Expected{Hash: at(12), At: 13})
		wrong(t, "beyond the end", err, map[uint64]string{13: "ends at commit 12"})
		_, err = check(t, l, verify.Expected{Digest: new([32]byte)})
		wrong(t, "another digest", err, map[uint64]string{0: "the digest is"})
	}
}

func ledgers(t *testing.T) map[string]ledger.Storage {
	t.Helper()
	l, err := boltledger.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	all := map[string]ledger.Storage{"bolt": l}
	if os.Getenv(mongotest.Ferret)+os.Getenv(mongotest.Mongo) != "" {
		m, err := mongoledger.Open(t.Context(), mongotest.Database(t), 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { m.Close() })
		all["mongo"] = m
	}
	return all
}

// Bytes changed in the file, wherever, are found, and the commit is named.
func TestTamperedFile(t *testing.T) {
	for n := 1; n <= 9; n++ {
		folder := t.TempDir()
		l, err := boltledger.Open(folder)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Append(t.Context(), commits(t, ledger.Genesis(l.ID()), 9)); err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, boltledger.FileName)
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Appendf(nil, "Bailleur-%03d", n)
		if !bytes.Contains(file, name) {
			t.Fatal("the file doesn't hold what was written: this test sees nothing")
		}
		file = bytes.ReplaceAll(file, name, fmt.Appendf(nil, "Bailleux-%03d", n))
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		l, err = boltledger.Open(folder)
		if n == 9 { // the head, which stands apart, vouches for the newest
			if d, ok := errors.AsType[*ledger.DamagedError](err); !ok || !strings.Contains(d.What, "its newest commit, 9, isn't what was written") {
				t.Errorf("the newest: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		_, err = check(t, l, verify.Expected{})
		wrong(t, fmt.Sprint("commit ", n), err, map[uint64]string{uint64(n): "it was altered"})
		l.Close()
	}
}

// Documents changed in the collection are found, and the commits are named.
func TestTamperedCollection(t *testing.T) {
	db := mongotest.Database(t)
	l, err := mongoledger.Open(t.Context(), db, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	run := commits(t, ledger.Genesis(l.ID()), 9)
	if _, err := l.Append(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	collection := db.Collection(mongoledger.Collection)
	put := func(number uint64, document any) {
		t.Helper()
		if _, err := collection.ReplaceOne(t.Context(), bson.D{{Key: "_id", Value: int64(number)}}, document); err != nil {
			t.Fatal(err)
		}
	}
	encoded := func(c ledger.Commit) bson.Raw {
		t.Helper()
		b, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	altered := func(n int) ledger.Commit { c := run[n-1]; c.Actor = "somebody else"; return c }
	rechained := func(from, to int) (out []ledger.Commit) { // a history written anew
		head := headOf(t, altered(from))
		out = append(out, altered(from))
		for _, c := range run[from:to] {
			c.Prev = head.Hash
			out, head = append(out, c), headOf(t, c)
		}
		return out
	}
	unchained := func(n int) ledger.Commit { c := run[n-1]; c.Prev[0]++; return c }
	for _, c := range []struct {
		what   string
		spoilt []ledger.Commit
		want   map[uint64]string
	}{
		{"one in the middle", []ledger.Commit{altered(4)}, map[uint64]string{4: "commit 5 names the hash of what it was"}},
		{"the first", []ledger.Commit{altered(1)}, map[uint64]string{1: "commit 2 names"}},
		{"two apart", []ledger.Commit{altered(2), altered(6)}, map[uint64]string{2: "altered", 6: "altered"}},
		{"what one follows", []ledger.Commit{unchained(4)}, map[uint64]string{4: "it names another hash"}},
		{"the last but one", []ledger.Commit{altered(8)}, map[uint64]string{8: "or else commit 9, the newest, was"}},
		{"the newest by what it follows", []ledger.Commit{unchained(9)}, map[uint64]string{8: "or else commit 9, the newest, was"}},
		{"another ledger's first", []ledger.Commit{unchained(1)}, map[uint64]string{1: "names another ledger"}},
		{"written anew for a while", rechained(3, 5), map[uint64]string{5: "commit 6 names the hash of what it was"}},
	} {
		for _, s := range c.spoilt {
			put(s.Number, encoded(s))
		}
		_, err := check(t, l, verify.Expected{})
		wrong(t, c.what, err, c.want)
		for _, s := range c.spoilt {
			put(s.Number, encoded(run[s.Number-1]))
		}
	}
	if _, err := check(t, l, verify.Expected{}); err != nil {
		t.Fatal(err)
	}
	put(5, bson.D{{Key: "format", Value: int32(1)}, {Key: "what", Value: "else"}})
	_, err = check(t, l, verify.Expected{})
	wrong(t, "no commit", err, map[uint64]string{5: "it can't be read"})
	put(5, encoded(run[4]))

	// Written anew to the end, it is a history like any other, but for what was noted.
	for _, c := range rechained(3, 9) {
		put(c.Number, encoded(c))
	}
	if _, err := check(t, l, verify.Expected{}); err != nil {
		t.Errorf("written anew: %v", err)
	}
	noted := headOf(t, run[4]).Hash
	_, err = check(t, l, verify.Expected{Hash: &noted, At: 5})
	wrong(t, "written anew", err, map[uint64]string{5: "the history is another"})
	for _, c := range run {
		put(c.Number, encoded(c))
	}
	if _, err := collection.DeleteMany(t.Context(), bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: bson.A{int64(4), int64(7), int64(8)}}}}}); err != nil {
		t.Fatal(err)
	}
	_, err = check(t, l, verify.Expected{})
	wrong(t, "holes", err, map[uint64]string{4: "it is missing", 7: "with all up to commit 8"})
}

// A document that no program of ours wrote is found though its commit is well
// formed.
func TestWhatCannotBeTakenIn(t *testing.T) {
	l, err := boltledger.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	run := commits(t, ledger.Genesis(l.ID()), 3)
	run[2].Changes[0].ID = "lld_other"
	if _, err := l.Append(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	_, err = check(t, l, verify.Expected{})
	wrong(t, "another's id", err, map[uint64]string{3: "lld_other can't be taken in"})
	backwards := commits(t, headOf(t, run[2]), 1)
	backwards[0].Time = start.Add(-time.Second)
	if _, err := l.Append(t.Context(), backwards); err != nil {
		t.Fatal(err)
	}
	_, err = check(t, l, verify.Expected{})
	wrong(t, "a time that runs backwards", err, map[uint64]string{4: "is before that of the commit before it"})
}

// What documents refer to is told from what was erased, what is lost, and what
// nothing refers to.
func TestTexts(t *testing.T) {
	folder := t.TempDir()
	l, err := boltledger.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, err := bolttexts.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	message := func(n int) ledger.Change {
		m := domain.HostingMessage{ID: domain.MessageID(fmt.Sprint("msg_", n)), Body: domain.TextID(fmt.Sprint("txt_", n))}
		doc, err := ledger.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return ledger.Change{Kind: domain.KindMessage, ID: domain.ID(m.ID), Doc: doc}
	}
	erasure, err := ledger.Marshal(domain.Erasure{ID: "ers_1", Person: "per_1", Texts: []domain.TextID{"txt_3"}, At: start})
	if err != nil {
		t.Fatal(err)
	}
	run := commits(t, ledger.Genesis(l.ID()), 1)
	run[0].Changes = append(run[0].Changes, message(1), message(2), message(3), message(4), ledger.Change{Kind: domain.KindErasure, ID: "ers_1", Doc: erasure})
	if _, err := l.Append(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	put := func(id domain.TextID, at time.Time) {
		t.Helper()
		if err := s.PutTexts(t.Context(), []domain.Text{{ID: id, Kind: domain.TextMessage, Body: "x", WrittenAt: at}}); err != nil {
			t.Fatal(err)
		}
	}
	put("txt_1", start)
	put("txt_loose", start)
	put("txt_new", start.Add(2*24*time.Hour))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.PutPerson(t.Context(), domain.Person{ID: "per_1", Name: "Camille Exemple", UpdatedAt: start}))
	must(s.EraseTexts(t.Context(), []domain.TextID{"txt_4"}))
	whole, err := check(t, l, verify.Expected{})
	must(err)
	r, err := verify.CheckTexts(context.Background(), s, whole.World, start.Add(2*24*time.Hour))
	must(err)
	if r.Persons != 1 || r.Texts != 3 || r.Erased != 2 || r.Loose != 1 || r.Due != 1 ||
		len(r.Lost) != 1 || r.Lost[0] != (world.TextReference{Text: "txt_2", Kind: domain.KindMessage, Doc: "msg_2"}) {
		t.Errorf("%+v", r)
	}
	other, err := bolttexts.Open(t.TempDir())
	must(err)
	defer other.Close()
	must(other.Claim(t.Context(), "ldg_other"))
	if _, err := verify.CheckTexts(t.Context(), other, whole.World, start); !isOther(err) {
		t.Errorf("another ledger's store: %v", err)
	}
}

func isOther(err error) bool {
	_, ok := errors.AsType[*texts.OtherLedgerError](err)
	return ok
}
