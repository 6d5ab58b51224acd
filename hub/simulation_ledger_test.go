package hub

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
	"github.com/palier-hub/palier/texts"
)

// cluster is a ledger that several machines keep, with all that can happen to
// one: what the primary holds and no majority yet may be rolled back, inserts
// arrive late or never, and answers get lost. Nothing happens to it by itself:
// the simulation says what, and when.
type cluster struct {
	shelf     *shelf
	snapshots *ledgertest.Memory

	id  string
	log []kept
	// majority is how many commits of the log no failure can take back: what
	// reads give.
	majority int
	// afloat are runs whose inserts may still arrive.
	afloat [][]ledger.Commit
}

// kept is a commit as the ledger has it.
type kept struct {
	ledger.Commit
	head ledger.Head
}

func newCluster(log []kept) *cluster {
	return &cluster{id: "ldg_cluster", shelf: newShelf(), snapshots: ledgertest.NewMemory(), log: slices.Clone(log), majority: len(log)}
}

// errUnsettled: a commit that may still be rolled back holds the number.
var errUnsettled = errors.New("the number is held by a commit that isn't the majority's yet")

// insert puts a prefix of a run at the end of the primary's log, and answers how
// long it is. Every commit follows the one before, or the simulation is wrong.
func (c *cluster) insert(run []ledger.Commit) (n int, err error) {
	for i, one := range run {
		if at := int(one.Number) - 1; at < len(c.log) {
			switch {
			case c.log[at].ID == one.ID:
				continue
			case at < c.majority:
				return i, &ledger.TakenError{Number: one.Number, By: c.log[at].ID}
			}
			return i, errUnsettled
		}
		k, err := keep(c.head(len(c.log)), one)
		if err != nil {
			return i, err
		}
		c.log = append(c.log, k)
	}
	return len(run), nil
}

// keep is a commit as it reads once stored, after a head.
func keep(head ledger.Head, one ledger.Commit) (k kept, err error) {
	if err := one.Follows(head); err != nil {
		return k, err
	}
	encoded, err := one.Encode()
	if err != nil {
		return k, err
	}
	k.Commit, err = ledger.Decode(encoded)
	k.head = ledger.Head{Number: one.Number, Hash: ledger.HashOf(encoded), Format: one.Format}
	return k, err
}

func (c *cluster) head(n int) ledger.Head {
	if n == 0 {
		return ledger.Genesis(c.id)
	}
	return c.log[n-1].head
}

// settle makes all that the primary holds the majority's.
func (c *cluster) settle() { c.majority = len(c.log) }

// rollBack loses what the majority doesn't have.
func (c *cluster) rollBack() { c.log = c.log[:c.majority] }

// has tells whether a commit is the majority's.
func (c *cluster) has(number uint64, id ledger.CommitID) bool {
	return number > 0 && number <= uint64(c.majority) && c.log[number-1].ID == id
}

// line is what one hub reaches the cluster by. Each Append waits on it until the
// simulation says what comes of it.
type line struct {
	*cluster
	// waiting is the Append under way; nil when there is none.
	waiting atomic.Pointer[appending]
	// news ends a Wait.
	news chan struct{}
	// lag is how many of the majority's newest commits reads don't give yet.
	lag int
	// wrong is what a mutation makes of an answer; nil without one.
	wrong func(l *line, run []ledger.Commit, durable int, err error) (int, error)
}

// appending is an Append whose fate is open.
type appending struct {
	run    []ledger.Commit
	answer chan appended
	// given up: nobody waits for the answer any more.
	givenUp atomic.Bool
}

type appended struct {
	durable int
	err     error
}

// ID implements ledger.Ledger.
func (l *line) ID() string { return l.id }

// Append implements ledger.Ledger.
func (l *line) Append(ctx context.Context, run []ledger.Commit) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	a := &appending{run: slices.Clone(run), answer: make(chan appended)}
	l.waiting.Store(a)
	select {
	case got := <-a.answer:
		if l.wrong != nil {
			return l.wrong(l, run, got.durable, got.err)
		}
		return got.durable, got.err
	case <-ctx.Done():
		a.givenUp.Store(true)
		return 0, fmt.Errorf("%w: %w", ledger.ErrOutcomeUnknown, ctx.Err())
	}
}

// letGo leaves an Append that nobody waits for to the sea.
func (l *line) letGo() {
	if a := l.waiting.Load(); a != nil && a.givenUp.Load() {
		l.afloat = append(l.afloat, a.run)
		l.waiting.Store(nil)
	}
}

// decide lets the Append under way come back with an answer.
func (l *line) decide(durable int, err error) {
	a := l.waiting.Swap(nil)
	a.answer <- appended{durable, err}
}

// Read implements ledger.Ledger.
func (l *line) Read(_ context.Context, after uint64) iter.Seq2[ledger.Commit, error] {
	return func(yield func(ledger.Commit, error) bool) {
		for i := int(after); i < l.majority-l.lag; i++ {
			if !yield(l.log[i].Commit, nil) {
				return
			}
		}
	}
}

// Wait implements ledger.Ledger. The simulation says when there is news.
func (l *line) Wait(ctx context.Context, _ uint64) error {
	select {
	case <-l.news:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Head implements ledger.Ledger.
func (l *line) Head(context.Context) (ledger.Head, error) { return l.head(l.majority), nil }

// Close implements ledger.Ledger.
func (l *line) Close() error { return nil }

// shelf is a personal store that all hubs of a cluster share and that never
// fails: what can go wrong with one is told apart, in texts_test.go.
type shelf struct {
	texts.Store
	mu   sync.Mutex
	kept map[domain.TextID]domain.Text
	// people never change while hubs are at work.
	people []domain.Person
}

func newShelf(people ...domain.Person) *shelf {
	return &shelf{kept: make(map[domain.TextID]domain.Text), people: people}
}

func (s *shelf) PersonsOf(_ context.Context, organisation domain.ID) (of []domain.Person, err error) {
	for _, p := range s.people {
		if p.Organisation == organisation {
			of = append(of, p)
		}
	}
	return of, nil
}

func (s *shelf) Persons(_ context.Context, ids []domain.PersonID) (map[domain.PersonID]domain.Person, error) {
	found := make(map[domain.PersonID]domain.Person)
	for _, p := range s.people {
		if slices.Contains(ids, p.ID) {
			found[p.ID] = p
		}
	}
	return found, nil
}

func (*shelf) Claim(context.Context, string) error             { return nil }
func (*shelf) Secret(context.Context) ([32]byte, error)        { return [32]byte{1}, nil }
func (*shelf) Reapply(context.Context, []domain.Erasure) error { return nil }

// PersonOfAccount finds nobody: the simulation's actors are accounts only.
func (*shelf) PersonOfAccount(context.Context, string) (domain.Person, bool, error) {
	return domain.Person{}, false, nil
}

func (s *shelf) PutTexts(_ context.Context, list []domain.Text) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range list {
		s.kept[t.ID] = t
	}
	return nil
}
