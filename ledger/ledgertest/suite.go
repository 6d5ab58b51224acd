// Package ledgertest is the suite that every adapter of ledger.Ledger passes.
package ledgertest

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/palier-hub/palier/ledger"
)

// Store is the storage of one ledger, which outlives the Ledgers opened on it.
type Store struct {
	// Open opens the ledger, creating it the first time. It is called again only
	// when the Ledger before it is closed.
	Open func(t *testing.T) ledger.Ledger
	// Plant puts a commit under its number without the adapter. It makes the
	// holes that a database can hold, and an adapter never makes; nil where the
	// storage can't hold any.
	Plant func(t *testing.T, c ledger.Commit)
	// OpenCopy opens the storage as a copy of the ledger with an id, OpenExisting
	// what is there already; both as Open, otherwise. For RunStorage only.
	OpenCopy     func(t *testing.T, id string) (ledger.Copy, error)
	OpenExisting func(t *testing.T) (ledger.Storage, error)
}

// Run checks the whole contract of ledger.Ledger, with storage that fresh makes
// for each test. The ledgers stay small, at some dozens of commits, for the
// sake of slow databases; one commit is as large as commits may be.
func Run(t *testing.T, fresh func(t *testing.T) Store) {
	runAll(t, fresh, []test{
		{"an empty ledger", testEmpty},
		{"commits come back as they were", testRoundTrip},
		{"a number is taken once", testTaken},
		{"appenders race for numbers", testRace},
		{"a prefix becomes durable", testPrefix},
		{"a run appended again is durable once", testAppendAgain},
		{"a hole is refused", testGap},
		{"a broken chain is refused", testChain},
		{"what is no commit is refused", testNoCommit},
		{"the size of a commit is bounded", testSize},
		{"a newer format is refused", testFormat},
		{"read on from a number", testReadAfter},
		{"append while reading", testAppendWhileReading},
		{"read ends at a hole", testHole},
		{"wait", testWait},
		{"an ended context", testContext},
		{"closed", testClosed},
		{"opened again", testReopen},
	})
}

// RunStorage checks the contracts of ledger.Storage and ledger.Copy beyond that: for
// adapters, whose ledgers outlive the program.
func RunStorage(t *testing.T, fresh func(t *testing.T) Store) {
	runAll(t, fresh, []test{
		{"what is stored", testStored},
		{"a copy is the same history", testCopy},
		{"a copy is one ledger's", testCopyOfAnother},
		{"nothing is created by looking", testExisting},
	})
}

type test struct {
	name string
	run  func(t *testing.T, s Store)
}

func runAll(t *testing.T, fresh func(t *testing.T) Store, tests []test) {
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, fresh(t)) })
	}
}

// open opens the ledger and closes it when the test ends.
func open(t *testing.T, s Store) ledger.Ledger {
	t.Helper()
	l := s.Open(t)
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return l
}

// appended appends n new commits after the head and answers them.
func appended(t *testing.T, l ledger.Ledger, n int) []ledger.Commit {
	t.Helper()
	run := Commits(t, head(t, l), n)
	mustAppend(t, l, run)
	return run
}

func mustAppend(t *testing.T, l ledger.Ledger, run []ledger.Commit) {
	t.Helper()
	if durable, err := l.Append(t.Context(), run); err != nil || durable != len(run) {
		t.Fatalf("Append of %d commits from %d: %d durable, %v", len(run), run[0].Number, durable, err)
	}
}

func head(t *testing.T, l ledger.Ledger) ledger.Head {
	t.Helper()
	h, err := l.Head(t.Context())
	if err != nil {
		t.Fatalf("Head: %v", err)
	}
	return h
}

func read(t *testing.T, l ledger.Ledger, after uint64) []ledger.Commit {
	t.Helper()
	var all []ledger.Commit
	for c, err := range l.Read(t.Context(), after) {
		if err != nil {
			t.Fatalf("Read after %d: %v", after, err)
		}
		all = append(all, c)
	}
	return all
}

// wantAll requires that the ledger holds these commits and no others.
func wantAll(t *testing.T, l ledger.Ledger, want ...[]ledger.Commit) {
	t.Helper()
	var all []ledger.Commit
	for _, w := range want {
		all = append(all, w...)
	}
	equal(t, "the whole ledger", read(t, l, 0), all)
	end := ledger.Genesis(l.ID())
	if len(all) > 0 {
		end = headAt(t, all[len(all)-1])
	}
	if h := head(t, l); h != end {
		t.Errorf("the head is %v, want %v", h, end)
	}
}

func equal(t *testing.T, what string, got, want []ledger.Commit) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d commits, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("%s: commit %d is\n%+v, want\n%+v", what, i+1, got[i], want[i])
		}
	}
}

// wantRefused requires that the ledger answers an error of type E, with only
// the first commits of the run durable.
func wantRefused[E error](t *testing.T, l ledger.Ledger, run []ledger.Commit, wantDurable int) E {
	t.Helper()
	durable, err := l.Append(t.Context(), run)
	refusal, ok := errors.AsType[E](err)
	if !ok {
		t.Fatalf("Append answers %v, want a %T", err, refusal)
	}
	if durable != wantDurable {
		t.Errorf("Append says that %d are durable, want %d", durable, wantDurable)
	}
	return refusal
}

func testEmpty(t *testing.T, s Store) {
	l := open(t, s)
	if l.ID() == "" {
		t.Error("the ledger has no id")
	}
	wantAll(t, l)
	if durable, err := l.Append(t.Context(), nil); durable != 0 || err != nil {
		t.Errorf("Append of nothing: %d durable, %v", durable, err)
	}
	wantAll(t, l)
}

func testRoundTrip(t *testing.T, s Store) {
	l := open(t, s)
	run := Commits(t, head(t, l), 4)
	run[1].Changes = nil
	run[2].Changes = append(run[2].Changes, ledger.Change{Kind: "space", ID: "spc_gone"})
	run[2].Actor = ""
	run[3].Changes[0].Doc = everyType(t)
	run = chain(t, head(t, l), run)
	mustAppend(t, l, run[:1])
	mustAppend(t, l, run[1:])
	wantAll(t, l, run)
}

func testTaken(t *testing.T, s Store) {
	l := open(t, s)
	before := head(t, l)
	first := Commits(t, before, 2)
	mustAppend(t, l, first)
	taken := wantRefused[*ledger.TakenError](t, l, Commits(t, before, 3), 0)
	if taken.Number != 1 || taken.By != first[0].ID {
		t.Errorf("number %d is said to be taken by %s, want 1 by %s", taken.Number, taken.By, first[0].ID)
	}
	wantAll(t, l, first)
}

func testRace(t *testing.T, s Store) {
	const appenders, each = 6, 4
	l := open(t, s)
	acknowledged := make([][]ledger.CommitID, appenders)
	var all sync.WaitGroup
	for i := range appenders {
		all.Go(func() {
			for len(acknowledged[i]) < each {
				h, err := l.Head(t.Context())
				if err != nil {
					t.Errorf("Head: %v", err)
					return
				}
				run := Commits(t, h, 1+len(acknowledged[i])%2)
				durable, err := l.Append(t.Context(), run)
				for _, c := range run[:durable] {
					acknowledged[i] = append(acknowledged[i], c.ID)
				}
				if _, taken := errors.AsType[*ledger.TakenError](err); err != nil && !taken {
					t.Errorf("Append: %v", err)
					return
				}
			}
		})
	}
	all.Wait()
	times := map[ledger.CommitID]int{}
	for _, c := range read(t, l, 0) { // dense and chained, or Read says so
		times[c.ID]++
	}
	total := 0
	for _, ids := range acknowledged {
		total += len(ids)
		for _, id := range ids {
			if times[id] != 1 {
				t.Errorf("commit %s was acknowledged and is there %d times", id, times[id])
			}
		}
	}
	if len(times) != total || head(t, l).Number != uint64(total) {
		t.Errorf("%d commits, the last is number %d; %d were acknowledged", len(times), head(t, l).Number, total)
	}
}

func testPrefix(t *testing.T, s Store) {
	l := open(t, s)
	mine := Commits(t, head(t, l), 3)
	mustAppend(t, l, mine[:1])
	theirs := appended(t, l, 1)
	taken := wantRefused[*ledger.TakenError](t, l, mine, 1)
	if taken.Number != 2 || taken.By != theirs[0].ID {
		t.Errorf("number %d is said to be taken by %s, want 2 by %s", taken.Number, taken.By, theirs[0].ID)
	}
	wantAll(t, l, mine[:1], theirs)
}

func testAppendAgain(t *testing.T, s Store) {
	l := open(t, s)
	run := Commits(t, head(t, l), 5)
	mustAppend(t, l, run[:3])
	mustAppend(t, l, run[:3])
	mustAppend(t, l, run[1:2])
	mustAppend(t, l, run)
	wantAll(t, l, run)
}

func testGap(t *testing.T, s Store) {
	l := open(t, s)
	first := appended(t, l, 2)
	run := Commits(t, head(t, l), 3)
	gap := wantRefused[*ledger.GapError](t, l, run[1:], 0)
	if gap.Number != 4 || gap.Due != 3 {
		t.Errorf("the gap is said to be at %d where %d is due, want 4 and 3", gap.Number, gap.Due)
	}
	wantRefused[*ledger.GapError](t, l, []ledger.Commit{run[0], run[2]}, 0)
	wantRefused[*ledger.GapError](t, l, []ledger.Commit{run[0], run[0]}, 0)
	wantAll(t, l, first)
}

func testChain(t *testing.T, s Store) {
	l := open(t, s)
	wantRefused[*ledger.ChainError](t, l, Commits(t, ledger.Genesis("another ledger"), 1), 0)
	first := appended(t, l, 1)

	wrong := head(t, l)
	wrong.Hash[0]++
	wantRefused[*ledger.ChainError](t, l, Commits(t, wrong, 1), 0)

	run := Commits(t, head(t, l), 3)
	run[2].Prev[31]++
	wantRefused[*ledger.ChainError](t, l, run, 0)
	wantAll(t, l, first)
}

func testNoCommit(t *testing.T, s Store) {
	l := open(t, s)
	for name, spoil := range map[string]func(*ledger.Commit){
		"number 0":              func(c *ledger.Commit) { c.Number = 0 },
		"a number out of reach": func(c *ledger.Commit) { c.Number = 1 << 63 },
		"no format":             func(c *ledger.Commit) { c.Format = 0 },
		"no id":                 func(c *ledger.Commit) { c.ID = ledger.CommitID{} },
		"no action":             func(c *ledger.Commit) { c.Action = "" },
		"a change of no kind":   func(c *ledger.Commit) { c.Changes[0].Kind = "" },
		"a change of no id":     func(c *ledger.Commit) { c.Changes[0].ID = "" },
		"an empty document":     func(c *ledger.Commit) { c.Changes[0].Doc = []byte{} },
		"a broken document":     func(c *ledger.Commit) { c.Changes[0].Doc = c.Changes[0].Doc[:7] },
	} {
		run := Commits(t, head(t, l), 1)
		spoil(&run[0])
		if durable, err := l.Append(t.Context(), run); err == nil || durable != 0 {
			t.Errorf("%s: %d durable, %v", name, durable, err)
		}
	}
	wantAll(t, l)
}

func testSize(t *testing.T, s Store) {
	l := open(t, s)
	largest := sized(t, head(t, l), ledger.MaxCommitBytes)
	mustAppend(t, l, []ledger.Commit{largest})
	end := head(t, l)
	small := Commits(t, end, 1)[0]
	over := sized(t, headAt(t, small), ledger.MaxCommitBytes+1)
	tooLarge := wantRefused[*ledger.TooLargeError](t, l, []ledger.Commit{small, over}, 0)
	if tooLarge.Number != 3 || tooLarge.Bytes != ledger.MaxCommitBytes+1 {
		t.Errorf("commit %d is said to take %d bytes, want 3 and %d", tooLarge.Number, tooLarge.Bytes, ledger.MaxCommitBytes+1)
	}
	wantAll(t, l, []ledger.Commit{largest})
}

func testFormat(t *testing.T, s Store) {
	l := open(t, s)
	run := Commits(t, head(t, l), 1)
	run[0].Format = ledger.CurrentFormat + 1
	wantRefused[*ledger.FormatError](t, l, run, 0)
	wantAll(t, l)
}

func testReadAfter(t *testing.T, s Store) {
	l := open(t, s)
	run := appended(t, l, 12)
	for _, after := range []uint64{0, 1, 7, 11, 12, 13, 1 << 62} {
		equal(t, "what follows", read(t, l, after), run[min(after, 12):])
	}
	for stop := range run { // the consumer may stop anywhere
		n := 0
		for _, err := range l.Read(t.Context(), 0) {
			if err != nil {
				t.Fatalf("Read: %v", err)
			}
			if n++; n > stop {
				break
			}
		}
	}
}

func testAppendWhileReading(t *testing.T, s Store) {
	l := open(t, s)
	all := appended(t, l, 3)
	for _, err := range l.Read(t.Context(), 0) {
		if err != nil {
			t.Fatalf("Read: %v", err)
		}
		if len(all) < 9 {
			all = append(all, appended(t, l, 2)...)
		}
	}
	wantAll(t, l, all)
}

func testHole(t *testing.T, s Store) {
	if s.Plant == nil {
		t.Skip("this storage holds no holes")
	}
	l := open(t, s)
	run := Commits(t, head(t, l), 5)
	mustAppend(t, l, run[:2])
	s.Plant(t, run[3])
	equal(t, "up to the hole", read(t, l, 0), run[:2])
	equal(t, "from the hole", read(t, l, 2), nil)
	if h := head(t, l); h != headAt(t, run[1]) {
		t.Errorf("the head is %v, want that of commit 2", h)
	}
	// Filled, by a commit that the one beyond it names, it is no hole any more.
	mustAppend(t, l, run[2:3])
	equal(t, "over the filled hole", read(t, l, 0), run[:4])
}

func testWait(t *testing.T, s Store) {
	l := open(t, s)
	appended(t, l, 2)
	if err := l.Wait(t.Context(), 1); err != nil {
		t.Errorf("Wait for what is there: %v", err)
	}

	woken := make(chan error)
	for range 3 {
		go func() { woken <- l.Wait(t.Context(), 2) }()
	}
	appended(t, l, 1)
	for range 3 {
		if err := <-woken; err != nil {
			t.Errorf("Wait for what comes: %v", err)
		}
	}

	ctx, cancel := context.WithCancel(t.Context())
	go func() { woken <- l.Wait(ctx, 3) }()
	cancel()
	if err := <-woken; !errors.Is(err, context.Canceled) {
		t.Errorf("Wait with an ended context: %v", err)
	}
}

func testContext(t *testing.T, s Store) {
	l := open(t, s)
	first := appended(t, l, 1)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if durable, err := l.Append(ended, Commits(t, head(t, l), 1)); durable != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("Append: %d durable, %v", durable, err)
	}
	var last error
	for _, err := range l.Read(ended, 0) {
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("Read ends with %v", last)
	}
	wantAll(t, l, first)
}

func testClosed(t *testing.T, s Store) {
	l := s.Open(t)
	appended(t, l, 2)
	run := Commits(t, head(t, l), 1)
	woken := make(chan error)
	go func() { woken <- l.Wait(t.Context(), 2) }()
	for range 2 {
		if err := l.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	check := func(call string, err error) {
		if !errors.Is(err, ledger.ErrClosed) {
			t.Errorf("%s after Close: %v", call, err)
		}
	}
	check("Wait begun before", <-woken)
	check("Wait", l.Wait(t.Context(), 0))
	durable, err := l.Append(t.Context(), run)
	if durable != 0 {
		t.Errorf("Append after Close: %d durable", durable)
	}
	check("Append", err)
	_, err = l.Head(t.Context())
	check("Head", err)
	err = nil
	for _, err = range l.Read(t.Context(), 0) {
	}
	check("Read", err)
}

func testStored(t *testing.T, s Store) {
	l := open(t, s)
	run := Commits(t, head(t, l), 5)
	mustAppend(t, l, run[:2])
	want := run[:2]
	if s.Plant != nil {
		s.Plant(t, run[3])
		want = append(slices.Clone(want), run[3])
	}
	n := 0
	for stored, err := range l.(ledger.Storage).Stored(t.Context()) {
		if err != nil {
			t.Fatalf("Stored: %v", err)
		}
		if n >= len(want) {
			t.Fatalf("%d is stored, too", stored.Number)
		}
		encoded, err := want[n].Encode()
		if err != nil {
			t.Fatal(err)
		}
		if stored.Number != want[n].Number || !bytes.Equal(stored.Encoded, encoded) {
			t.Errorf("under number %d stands %x, want %x under %d", stored.Number, stored.Encoded, encoded, want[n].Number)
		}
		n++
	}
	if n != len(want) {
		t.Errorf("%d are stored, want %d", n, len(want))
	}
	for range l.(ledger.Storage).Stored(t.Context()) { // the consumer may stop
		break
	}
}

func testCopy(t *testing.T, s Store) {
	const id = "ldg_another"
	run := Commits(t, ledger.Genesis(id), 6)
	stillIncomplete := func() {
		t.Helper()
		_, err := s.OpenExisting(t)
		if _, ok := errors.AsType[*ledger.IncompleteError](err); !ok {
			t.Fatalf("opened half-way: %v", err)
		}
	}
	for i := range 3 { // cut off, and gone on with
		c := openCopy(t, s, id)
		if c.ID() != id || !c.Incomplete() {
			t.Errorf("the copy is of %s, incomplete: %v", c.ID(), c.Incomplete())
		}
		wantAll(t, c, run[:2*i])
		if err := c.Begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		mustAppend(t, c, run[2*i:2*i+2])
		if i < 2 {
			mustClose(t, c)
			stillIncomplete()
			continue
		}
		for range 2 {
			if err := c.Complete(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		mustClose(t, c)
	}
	l := s.Open(t)
	wantAll(t, l, run)
	more := Commits(t, head(t, l), 2)
	mustAppend(t, l, more[:1])
	mustClose(t, l)

	// A whole one stays whole until it is begun again.
	c := openCopy(t, s, id)
	if c.Incomplete() {
		t.Error("the copy is incomplete again")
	}
	mustClose(t, c)
	mustClose(t, s.Open(t))
	c = openCopy(t, s, id)
	if err := c.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustClose(t, c)
	stillIncomplete()
	c = openCopy(t, s, id)
	mustAppend(t, c, more[1:])
	if err := c.Complete(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustClose(t, c)
	existing, err := s.OpenExisting(t)
	if err != nil {
		t.Fatal(err)
	}
	wantAll(t, existing, run, more)
	mustClose(t, existing)
}

func openCopy(t *testing.T, s Store, id string) ledger.Copy {
	t.Helper()
	c, err := s.OpenCopy(t, id)
	if err != nil {
		t.Fatalf("opening a copy: %v", err)
	}
	return c
}

func mustClose(t *testing.T, l ledger.Ledger) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
}

func testCopyOfAnother(t *testing.T, s Store) {
	l := s.Open(t)
	run := appended(t, l, 2)
	id := l.ID()
	mustClose(t, l)
	_, err := s.OpenCopy(t, "ldg_another")
	other, ok := errors.AsType[*ledger.OtherLedgerError](err)
	if !ok || other.Stored != id || other.Asked != "ldg_another" {
		t.Fatalf("a copy of another ledger: %v", err)
	}
	l = open(t, s)
	wantAll(t, l, run)
}

func testExisting(t *testing.T, s Store) {
	for range 2 {
		_, err := s.OpenExisting(t)
		if _, ok := errors.AsType[*ledger.MissingError](err); !ok {
			t.Fatalf("where there is none: %v", err)
		}
	}
	l := s.Open(t)
	run := appended(t, l, 1)
	mustClose(t, l)
	existing, err := s.OpenExisting(t)
	if err != nil {
		t.Fatal(err)
	}
	wantAll(t, existing, run)
	mustClose(t, existing)
}

func testReopen(t *testing.T, s Store) {
	var all []ledger.Commit
	var id string
	for range 3 {
		l := s.Open(t)
		if id == "" {
			id = l.ID()
		}
		if l.ID() != id {
			t.Errorf("the id is %s, and was %s", l.ID(), id)
		}
		wantAll(t, l, all)
		all = append(all, appended(t, l, 2)...)
		all = append(all, appended(t, l, 1)...)
		wantAll(t, l, all)
		if err := l.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
	}
}
