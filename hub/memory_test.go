package hub

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"

	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
	"github.com/palier-hub/palier/texts"
)

// memory is a ledger in memory, with faults on demand. It passes the suite of
// ledgers when it has none.
type memory struct {
	id string
	// texts is the personal store beside it, once a hub asked for one.
	texts texts.Store

	mu      sync.Mutex
	encoded [][]byte
	head    ledger.Head
	grown   chan struct{}
	closed  chan struct{}
	// faults are what the next Appends do instead.
	faults []fault
	// unread is how many of the newest commits Read doesn't show yet.
	unread int
	// appends counts the calls of Append.
	appends int
}

// fault is an Append that doesn't go well. It is called without the lock.
type fault func(ctx context.Context, m *memory, run []ledger.Commit) (durable int, err error)

func newMemory() *memory {
	const id = "ldg_memory"
	return &memory{id: id, head: ledger.Genesis(id), grown: make(chan struct{}), closed: make(chan struct{})}
}

func TestMemoryIsALedger(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) ledgertest.Store {
		m := newMemory()
		return ledgertest.Store{Open: func(*testing.T) ledger.Ledger {
			m.closed = make(chan struct{})
			return m
		}}
	})
}

// The faults.

// landed: the run is there, and the answer was lost.
func landed(ctx context.Context, m *memory, run []ledger.Commit) (int, error) {
	if _, err := m.store(ctx, run); err != nil {
		return 0, err
	}
	return 0, fmt.Errorf("the connection broke: %w", ledger.ErrOutcomeUnknown)
}

// lost: the run isn't there, and nobody knows.
func lost(context.Context, *memory, []ledger.Commit) (int, error) {
	return 0, fmt.Errorf("the connection broke: %w", ledger.ErrOutcomeUnknown)
}

// late: the run lands when the next attempt is under way already.
func late(_ context.Context, m *memory, run []ledger.Commit) (int, error) {
	run = slices.Clone(run)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.faults = slices.Insert(m.faults, 0, func(ctx context.Context, m *memory, again []ledger.Commit) (int, error) {
		if _, err := m.store(ctx, run); err != nil {
			return 0, err
		}
		return m.store(ctx, again)
	})
	return 0, fmt.Errorf("the connection broke: %w", ledger.ErrOutcomeUnknown)
}

// away: the ledger can't be reached.
func away(context.Context, *memory, []ledger.Commit) (int, error) {
	return 0, fmt.Errorf("no route: %w", ledger.ErrUnavailable)
}

// broken answers an error, whatever it is.
func broken(err error) fault {
	return func(context.Context, *memory, []ledger.Commit) (int, error) { return 0, err }
}

// prefix stores n commits, then goes on with another fault.
func prefix(n int, then fault) fault {
	return func(ctx context.Context, m *memory, run []ledger.Commit) (int, error) {
		if _, err := m.store(ctx, run[:n]); err != nil {
			return 0, err
		}
		durable, err := then(ctx, m, run[n:])
		return n + durable, err
	}
}

// slow says that it has begun, and stores the run when it is let go.
func slow(begun chan<- struct{}, letGo <-chan struct{}) fault {
	return func(ctx context.Context, m *memory, run []ledger.Commit) (int, error) {
		close(begun)
		select {
		case <-letGo:
			return m.store(ctx, run)
		case <-ctx.Done():
			return 0, fmt.Errorf("%w: %w", ledger.ErrOutcomeUnknown, ctx.Err())
		}
	}
}

func (m *memory) next(faults ...fault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.faults = append(m.faults, faults...)
}

// ID implements ledger.Ledger.
func (m *memory) ID() string { return m.id }

// Append implements ledger.Ledger.
func (m *memory) Append(ctx context.Context, run []ledger.Commit) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	m.appends++
	do := fault(func(ctx context.Context, m *memory, run []ledger.Commit) (int, error) { return m.store(ctx, run) })
	if len(m.faults) > 0 {
		do, m.faults = m.faults[0], m.faults[1:]
	}
	m.mu.Unlock()
	return do(ctx, m, run)
}

func (m *memory) store(_ context.Context, run []ledger.Commit) (durable int, err error) {
	encoded, err := ledger.EncodeRun(run)
	if err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.isClosed() {
		return 0, ledger.ErrClosed
	}
	for i, c := range run {
		if c.Number <= m.head.Number {
			occupant, err := ledger.Decode(m.encoded[c.Number-1])
			if err != nil {
				return i, err
			}
			if occupant.ID != c.ID {
				return i, &ledger.TakenError{Number: c.Number, By: occupant.ID}
			}
			continue
		}
		if err := c.Follows(m.head); err != nil {
			return i, err
		}
		m.encoded = append(m.encoded, encoded[i])
		if m.head, err = ledger.HeadAt(encoded[i]); err != nil {
			return i, err
		}
		close(m.grown)
		m.grown = make(chan struct{})
	}
	return len(run), nil
}

// Read implements ledger.Ledger.
func (m *memory) Read(ctx context.Context, after uint64) iter.Seq2[ledger.Commit, error] {
	chunks := func(context.Context) iter.Seq2[[][]byte, error] {
		return func(yield func([][]byte, error) bool) {
			m.mu.Lock()
			closed, encoded := m.isClosed(), m.encoded[:len(m.encoded)-m.unread]
			m.mu.Unlock()
			if closed {
				yield(nil, ledger.ErrClosed)
			} else if uint64(len(encoded)) > after {
				yield(encoded[after:], nil)
			}
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	head := ledger.Genesis(m.id)
	if after > 0 && after <= uint64(len(m.encoded)) {
		head, _ = ledger.HeadAt(m.encoded[after-1]) // it was appended as a commit
	}
	return ledger.Follow(ctx, head, chunks)
}

// Wait implements ledger.Ledger.
func (m *memory) Wait(ctx context.Context, after uint64) error {
	for {
		m.mu.Lock()
		closed, head, grown, end := m.isClosed(), m.head, m.grown, m.closed
		m.mu.Unlock()
		if closed {
			return ledger.ErrClosed
		}
		if head.Number > after {
			return nil
		}
		select {
		case <-grown:
		case <-end:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Head implements ledger.Ledger.
func (m *memory) Head(context.Context) (ledger.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.isClosed() {
		return ledger.Head{}, ledger.ErrClosed
	}
	return m.head, nil
}

// Close implements ledger.Ledger.
func (m *memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.isClosed() {
		close(m.closed)
	}
	return nil
}

func (m *memory) isClosed() bool { return closed(m.closed) }

// commits are all that the ledger holds.
func (m *memory) commits(t testing.TB) (all []ledger.Commit) {
	t.Helper()
	for c, err := range m.Read(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}
