package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/palier-hub/palier/backup"
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
	"github.com/palier-hub/palier/moving"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/texts/bolttexts"
)

var at = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

// open opens both stores of a folder for the rest of the test.
func open(t *testing.T, folder string) (ledger.Ledger, texts.Store) {
	t.Helper()
	l, err := boltledger.Open(folder)
	must(t, err)
	s, err := bolttexts.Open(folder)
	must(t, err)
	t.Cleanup(func() { must(t, errors.Join(s.Close(), l.Close())) })
	return l, s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// source is a ledger with an erasure that isn't carried out, and persons and texts.
func source(t *testing.T, commits, list int) *moving.Stores {
	t.Helper()
	l, s := open(t, t.TempDir())
	run := ledgertest.Commits(t, ledger.Genesis(l.ID()), commits)
	doc, err := ledger.Marshal(domain.Erasure{ID: "ers_1", Person: "per_1", Texts: []domain.TextID{"txt_0001"}, At: at})
	must(t, err)
	run[commits-1].Changes = []ledger.Change{{Kind: domain.KindErasure, ID: "ers_1", Doc: doc}}
	_, err = l.Append(t.Context(), run)
	must(t, err)
	must(t, s.Claim(t.Context(), l.ID()))
	for n := range 3 {
		must(t, s.PutPerson(t.Context(), domain.Person{ID: domain.PersonID(fmt.Sprint("per_", n)), Account: fmt.Sprint("act_", n), Name: fmt.Sprint("Personne n° ", n), UpdatedAt: at}))
	}
	for n := range list {
		must(t, s.PutTexts(t.Context(), []domain.Text{{ID: domain.TextID(fmt.Sprintf("txt_%04d", n)), Kind: domain.TextNote, Body: fmt.Sprintf("Note n° %d.", n), Author: fmt.Sprint("act_", n%3), WrittenAt: at}}))
	}
	from, err := moving.FromStores(t.Context(), l, s)
	must(t, err)
	return from
}

func folderTarget(folder string) moving.Target {
	return moving.Target{
		Ledger: func(_ context.Context, id string) (ledger.Copy, error) { return boltledger.OpenCopy(folder, id) },
		Texts: func(_ context.Context, id string, secret [32]byte) (texts.Store, error) {
			return bolttexts.OpenCopy(folder, id, secret)
		},
	}
}

// unpacked is all that a backup holds, as text.
func unpacked(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	z, err := zstd.NewReader(f)
	must(t, err)
	defer z.Close()
	var all strings.Builder
	for a := tar.NewReader(z); ; {
		entry, err := a.Next()
		if err == io.EOF {
			return all.String()
		}
		must(t, err)
		fmt.Fprintf(&all, "== %s\n", entry.Name)
		_, err = io.Copy(&all, a)
		must(t, err)
	}
}

// ledgerOf is what a backup holds of the ledger, byte for byte.
func ledgerOf(unpacked string) string {
	from, to := strings.Index(unpacked, "== ledger/"), strings.Index(unpacked, "== personal/")
	return unpacked[from:to]
}

// A backup restored is what was backed up, but for what was erased, of which it has
// no byte. It is for its owner only, and isn't written over another file.
func TestRoundTrip(t *testing.T) {
	for _, size := range []int{1, 40, 20_000} { // the last of several parts
		from := source(t, size, min(size, 60))
		path := filepath.Join(t.TempDir(), "palier.tar.zst")
		words := 0 // but for those of the person erased
		for n := range min(size, 60) {
			if n%3 != 1 {
				words++
			}
		}
		made, err := backup.Create(t.Context(), path, from, at)
		must(t, err)
		info, err := os.Stat(path)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("others may read it: %v", info.Mode())
		}
		inside := unpacked(t, path)
		for _, gone := range []string{"Personne n° 1\"", "Note n° 1.", "Note n° 4."} {
			if strings.Contains(inside, gone) {
				t.Errorf("it holds %q", gone)
			}
		}
		if !strings.Contains(inside, "Personne n° 2\"") || !strings.Contains(inside, "== manifest.json") {
			t.Error("it doesn't hold what it should: this test sees nothing")
		}
		if size > 10_000 && !strings.Contains(inside, "== ledger/000002.bson") {
			t.Error("it is of one part: this test is of less than it should be")
		}
		folder := t.TempDir()
		r, err := moving.Carry(t.Context(), made, folderTarget(folder), moving.Options{Fresh: true})
		must(t, err)
		want := made.Report()
		if r != want || r.Head != from.Head() || r.Persons != 2 || r.Words != words {
			t.Errorf("restored is %+v, want %+v", r, want)
		}
		again := filepath.Join(t.TempDir(), "again.tar.zst")
		l, s := open(t, folder)
		restored, err := moving.FromStores(t.Context(), l, s)
		must(t, err)
		twice, err := backup.Create(t.Context(), again, restored, at)
		must(t, err)
		if twice.Report() != want || ledgerOf(unpacked(t, again)) != ledgerOf(inside) {
			t.Error("a backup of what was restored is another")
		}
		erasures, err := twice.Erasures(t.Context())
		if must(t, err); len(erasures) < 2 || erasures[0].Person != "per_1" {
			t.Errorf("it knows of %v", erasures)
		}
		_, err = backup.Create(t.Context(), path, from, at)
		if _, ok := errors.AsType[*backup.ExistsError](err); !ok {
			t.Errorf("over another: %v", err)
		}
		if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
			t.Errorf("it leaves %v", left)
		}
	}
}

// Whatever is cut off or changed is found, and nothing is restored from it.
func TestDamaged(t *testing.T) {
	from := source(t, 60, 60)
	path := filepath.Join(t.TempDir(), "palier.tar.zst")
	_, err := backup.Create(t.Context(), path, from, at)
	must(t, err)
	whole, err := os.ReadFile(path)
	must(t, err)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	try := func(what string, file []byte) {
		t.Helper()
		must(t, os.WriteFile(path, file, 0o600))
		_, err := backup.Open(t.Context(), path)
		_, damaged := errors.AsType[*backup.DamagedError](err)
		_, foreign := errors.AsType[*backup.ForeignError](err)
		if !damaged && !foreign {
			t.Errorf("%s: %v (seed %d)", what, err, seed)
		}
	}
	for _, n := range []int{0, 1, 4, 10, len(whole) / 2, len(whole) - 5, len(whole) - 1} {
		try(fmt.Sprint("cut off at ", n), whole[:n])
	}
	for range 40 {
		try("cut off", whole[:r.IntN(len(whole))])
		spoilt := bytes.Clone(whole)
		i := r.IntN(len(whole))
		spoilt[i] ^= 1 << r.IntN(8)
		must(t, os.WriteFile(path, spoilt, 0o600))
		if f, err := backup.Open(t.Context(), path); err == nil && f.Report().Head != from.Head() { // a bit that says nothing
			t.Errorf("bit %d is unseen (seed %d)", i, seed)
		} else if err != nil {
			try(fmt.Sprint("a bit of byte ", i), spoilt)
		}
	}
	try("something behind", append(bytes.Clone(whole), 0))
	try("twice", append(bytes.Clone(whole), whole...))
}

// Entries that were changed by somebody who knows how are found, too; what is
// somebody else's is told as such.
func TestForeignAndForged(t *testing.T) {
	from := source(t, 5, 5)
	path := filepath.Join(t.TempDir(), "palier.tar.zst")
	_, err := backup.Create(t.Context(), path, from, at)
	must(t, err)
	type entry struct{ name, content string }
	var entries []entry
	f, err := os.Open(path)
	must(t, err)
	z, err := zstd.NewReader(f)
	must(t, err)
	for a := tar.NewReader(z); ; {
		e, err := a.Next()
		if err == io.EOF {
			break
		}
		content, err := io.ReadAll(a)
		must(t, err)
		entries = append(entries, entry{e.Name, string(content)})
	}
	z.Close()
	must(t, f.Close())
	pack := func(entries []entry) {
		t.Helper()
		var b bytes.Buffer
		z, err := zstd.NewWriter(&b)
		must(t, err)
		a := tar.NewWriter(z)
		for _, e := range entries {
			must(t, a.WriteHeader(&tar.Header{Name: e.name, Size: int64(len(e.content)), Mode: 0o600}))
			_, err := io.WriteString(a, e.content)
			must(t, err)
		}
		must(t, errors.Join(a.Close(), z.Close()))
		must(t, os.WriteFile(path, b.Bytes(), 0o600))
	}
	with := func(name string, change func(string) string) []entry {
		out := append([]entry(nil), entries...)
		for i, e := range out {
			if e.name == name {
				out[i].content = change(e.content)
			}
		}
		return out
	}
	replaced := func(old, new string) func(string) string {
		return func(s string) string {
			if !strings.Contains(s, old) {
				t.Fatalf("no %q in %s", old, s)
			}
			return strings.ReplaceAll(s, old, new)
		}
	}
	pack(entries)
	if _, err := backup.Open(t.Context(), path); err != nil {
		t.Fatalf("packed by another program: %v", err)
	}
	for what, changed := range map[string][]entry{
		"a commit":       with("ledger/000001.bson", replaced("Local n° 3", "Local n° 4")),
		"a text":         with("personal/000001.jsonl", replaced("Note n° 2.", "Note n° 3.")),
		"the secret":     with("palier-backup.json", replaced(`"secret": "`, `"secret": "00`)),
		"no manifest":    entries[:len(entries)-1],
		"no texts":       append(append([]entry(nil), entries[:2]...), entries[3:]...),
		"one more":       append(append([]entry(nil), entries...), entry{"ledger/000002.bson", ""}),
		"a digest":       with("manifest.json", replaced(`"texts": "`, `"texts": "0`)),
		"somebody's":     append([]entry{entries[0], {"../../etc/passwd", "x"}}, entries[1:]...),
		"no manifest's":  with("manifest.json", func(string) string { return "{}" }),
		"half a commit":  with("ledger/000001.bson", func(s string) string { return s[:len(s)-7] }),
		"half a record":  with("personal/000001.jsonl", func(s string) string { return s[:len(s)-7] }),
		"another ledger": with("palier-backup.json", replaced(`"ledger": "ldg_`, `"ledger": "ldg_x`)),
	} {
		pack(changed)
		_, err := backup.Open(t.Context(), path)
		if _, ok := errors.AsType[*backup.DamagedError](err); !ok {
			t.Errorf("%s: %v", what, err)
		}
	}
	pack(with("palier-backup.json", replaced(`"format": 1`, `"format": 2`)))
	_, err = backup.Open(t.Context(), path)
	if _, ok := errors.AsType[*backup.FormatError](err); !ok {
		t.Errorf("a newer format: %v", err)
	}
	pack([]entry{{"holiday.jpg", "x"}})
	_, err = backup.Open(t.Context(), path)
	if _, ok := errors.AsType[*backup.ForeignError](err); !ok {
		t.Errorf("another archive: %v", err)
	}

	// What changes between the proof and the restore is found, and the target isn't
	// whole.
	pack(entries)
	proven, err := backup.Open(t.Context(), path)
	must(t, err)
	pack(with("personal/000001.jsonl", replaced("Note n° 2.", "Note n° 3.")))
	folder := t.TempDir()
	_, err = moving.Carry(t.Context(), proven, folderTarget(folder), moving.Options{Fresh: true})
	if _, ok := errors.AsType[*backup.DamagedError](err); !ok {
		t.Errorf("changed meanwhile: %v", err)
	}
	_, err = boltledger.Open(folder)
	if _, ok := errors.AsType[*ledger.IncompleteError](err); !ok {
		t.Errorf("half restored, it opens: %v", err)
	}
	pack(entries)
	if _, err := moving.Carry(t.Context(), proven, folderTarget(folder), moving.Options{Fresh: true}); err != nil {
		t.Errorf("restored again: %v", err)
	}
}
