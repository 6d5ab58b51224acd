package boltledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/palier-hub/palier/ledger"
)

// A few rounds find most; thousands were run when this was written.
var rounds = flag.Uint64("rounds", 150, "how often each random test of damage repeats")

// pageSize is bbolt's.
var pageSize = os.Getpagesize()

// sample is a ledger's file as it was after each of its transactions, copied
// while the ledger was open, and at last after Close; with the commits that it
// held. Some commits fill several pages, some pages hold several commits.
type sample struct {
	files   [][]byte
	commits [][]ledger.Commit
}

func takeSample(t *testing.T) sample {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, FileName)
	l := mustOpen(t, folder)
	var s sample
	var all []ledger.Commit
	for i := range 24 {
		all = append(all, appendCommits(t, l, 1+i*i%40)...)
		s.files = append(s.files, readFile(t, path))
		s.commits = append(s.commits, slices.Clone(all))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	s.files = append(s.files, readFile(t, path))
	s.commits = append(s.commits, all)
	return s
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// outcome opens a file and reads all of it: the number of commits, or -1 when
// it was refused by Open or by Read. It fails the test when what was read isn't
// what was written, and when an error is of no type that says what to do.
func outcome(t *testing.T, folder string, file []byte, written []ledger.Commit) int {
	t.Helper()
	path := filepath.Join(folder, FileName)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	refused := func(err error) int {
		_, damaged := errors.AsType[*ledger.DamagedError](err)
		_, foreign := errors.AsType[*ForeignError](err)
		_, newer := errors.AsType[*ledger.FormatError](err)
		if !damaged && !foreign && !newer {
			t.Errorf("an error of no known type: %v", err)
		}
		return -1
	}
	l, err := Open(folder)
	if err != nil {
		if after := readFile(t, path); !bytes.Equal(after, file) {
			t.Error("a refused file was changed")
		}
		return refused(err)
	}
	defer l.Close()
	n := 0
	for c, err := range l.Read(t.Context(), 0) {
		if err != nil {
			return refused(err)
		}
		if n >= len(written) || c.ID != written[n].ID || !bytes.Equal(encoded(t, c), encoded(t, written[n])) {
			t.Fatalf("commit %d isn't what was written", n+1)
		}
		n++
	}
	if h, err := l.Head(t.Context()); err != nil || h.Number != uint64(n) {
		t.Errorf("%d commits are read, the head is %d (%v)", n, h.Number, err)
	}
	return n
}

func encoded(t *testing.T, c ledger.Commit) []byte {
	t.Helper()
	b, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// spoil damages a file at one place, in one of the ways that disks do.
func spoil(r *rand.Rand, file []byte) (out []byte, how string) {
	out = bytes.Clone(file)
	at := r.IntN(len(out))
	if r.IntN(4) == 0 { // where it hurts: a header, or the front of a page
		at = r.IntN(len(out)/pageSize)*pageSize + r.IntN(80)
	}
	end := min(len(out), at+1+r.IntN(1<<r.IntN(15)))
	switch r.IntN(5) {
	case 0:
		out[at] ^= 1 << r.IntN(8)
		return out, "a bit"
	case 1:
		for i := at; i < end; i++ {
			out[i] = byte(r.Uint32())
		}
		return out, "garbage"
	case 2:
		clear(out[at:end])
		return out, "zeros"
	case 3:
		return out[:at], "cut off"
	default: // a page that went elsewhere
		page := at / pageSize * pageSize
		other := r.IntN(len(out)/pageSize) * pageSize
		copy(out[page:min(len(out), page+pageSize)], file[other:])
		return out, "a page misplaced"
	}
}

// A closed ledger that is damaged at one place is refused, or nothing of it is
// lost.
func TestDamagedAtRest(t *testing.T) {
	s := takeSample(t)
	file, written := s.files[len(s.files)-1], s.commits[len(s.commits)-1]
	folder := t.TempDir()
	if n := outcome(t, folder, file, written); n != len(written) {
		t.Fatalf("undamaged, %d of %d commits are read", n, len(written))
	}
	refused, whole := map[string]int{}, map[string]int{}
	for seed := range *rounds {
		spoilt, how := spoil(rand.New(rand.NewPCG(seed, 0)), file)
		switch n := outcome(t, folder, spoilt, written); n {
		case -1:
			refused[how]++
		case len(written):
			whole[how]++ // a page that isn't in use, or the older header
		case 0:
			if len(spoilt) != 0 { // an empty file becomes an empty ledger
				t.Errorf("seed %d (%s): an empty ledger is read", seed, how)
			}
		default:
			t.Errorf("seed %d (%s): %d of %d commits are read", seed, how, n, len(written))
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	t.Logf("refused %v, whole %v", refused, whole)
}

// A ledger that was running is refused, or is as it was after its last
// transaction or the one before: that one can have been cut off by the crash.
func TestDamagedWhileRunning(t *testing.T) {
	s := takeSample(t)
	folder := t.TempDir()
	for seed := range *rounds {
		r := rand.New(rand.NewPCG(seed, 1))
		i := 1 + r.IntN(len(s.commits)-1)
		spoilt, how := spoil(r, s.files[i])
		n := outcome(t, folder, spoilt, s.commits[i])
		if n != -1 && n != len(s.commits[i]) && n != len(s.commits[i-1]) && len(spoilt) != 0 {
			t.Fatalf("seed %d (%s): %d commits are read, %d or %d were written", seed, how, n, len(s.commits[i]), len(s.commits[i-1]))
		}
	}
}

// Power fails during a transaction: any of its writes may be on the disk, and
// others not. As long as the header isn't, the ledger is as it was before. When
// it is, against the syncs' order, because the disk lied: as it was after, or
// refused.
func TestTornTransaction(t *testing.T) {
	s := takeSample(t)
	folder := t.TempDir()
	for seed := range *rounds {
		r := rand.New(rand.NewPCG(seed, 2))
		i := 1 + r.IntN(len(s.commits)-2)
		before, after := s.files[i-1], s.files[i]
		torn := bytes.Clone(after)
		copy(torn, before)
		headerWritten := r.IntN(2) == 0
		for page := 0; page*pageSize < len(after); page++ {
			if (page < 2 && headerWritten) || (page >= 2 && r.IntN(2) == 0) {
				copy(torn[page*pageSize:(page+1)*pageSize], after[page*pageSize:])
			}
		}
		n := outcome(t, folder, torn, s.commits[i])
		if !headerWritten && n != len(s.commits[i-1]) {
			t.Fatalf("seed %d: without the header %d commits are read, %d were durable", seed, n, len(s.commits[i-1]))
		}
		if headerWritten && n != -1 && n != len(s.commits[i]) {
			t.Fatalf("seed %d: with the header %d commits are read, %d were written", seed, n, len(s.commits[i]))
		}
	}
}

// Damage that random tests hardly meet.
func TestDamageOfOneCommit(t *testing.T) {
	for name, change := range map[string]func(c *ledger.Commit){
		"a number too high": func(c *ledger.Commit) { c.Number++ },
		"a number too low":  func(c *ledger.Commit) { c.Number-- },
		"another action":    func(c *ledger.Commit) { c.Action = "space.withdraw" },
	} {
		folder := t.TempDir()
		l := mustOpen(t, folder)
		commits := appendCommits(t, l, 5)
		changed := commits[2]
		change(&changed)
		if err := l.update(func(tx *bbolt.Tx) error {
			head, _, err := getHead(tx)
			return errors.Join(err, putCommit(tx, 3, encoded(t, changed)), putHead(tx, head))
		}); err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if n := outcome(t, folder, readFile(t, filepath.Join(folder, FileName)), commits); n != -1 {
			t.Errorf("%s: %d commits are read", name, n)
		}
	}
}

// A page that leads to itself: bbolt would go round in it for ever.
func TestPageThatLeadsToItself(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, FileName)
	l := mustOpen(t, folder)
	commits := appendCommits(t, l, 300)
	var root uint64
	if err := l.view(func(tx *bbolt.Tx) error {
		root = uint64(tx.Bucket(commitsBucket).Root())
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	file := readFile(t, path)
	page := file[root*uint64(pageSize):]
	// A page of bolt's version 2: a header of 16 bytes with the flags at 8 and the
	// count at 10, then elements of 16 bytes, a branch's with the page that it
	// leads to at 8.
	order := binary.NativeEndian
	if order.Uint16(page[8:]) != 1 {
		t.Fatal("the root isn't a branch")
	}
	order.PutUint16(page[10:], 1)      // one element…
	order.PutUint64(page[16+8:], root) // …that is the page itself
	order.PutUint32(page[16:], 16)     // its key right behind
	if n := outcome(t, folder, file, commits); n != -1 {
		t.Errorf("%d commits are read", n)
	}
}

// The file loses its end under an open ledger: an error, and no more calls.
func TestCutOffWhileOpen(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows doesn't truncate a mapped file")
	}
	folder := t.TempDir()
	l := mustOpen(t, folder)
	appendCommits(t, l, 200)
	if err := os.Truncate(filepath.Join(folder, FileName), int64(4*pageSize)); err != nil {
		t.Fatal(err)
	}
	var end error
	for _, err := range l.Read(t.Context(), 0) {
		end = err
	}
	if _, damaged := errors.AsType[*ledger.DamagedError](end); !damaged {
		t.Errorf("Read ends with %v", end)
	}
	_, err := l.Head(t.Context())
	if _, damaged := errors.AsType[*ledger.DamagedError](err); !damaged {
		t.Errorf("Head answers %v", err)
	}
	if err := l.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}
