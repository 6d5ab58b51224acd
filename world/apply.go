package world

import (
	"runtime"
	"sync"

	"github.com/palier-hub/palier/ledger"
)

// Apply makes the World after these commits, which follow w's; w stays as it
// is. One goroutine at a time may call it on Worlds of one descent; readers
// need not wait. The commits are those that the ledger holds, or is about to,
// as decoded from their encoded bytes.
//
// Errors, with which there is no World: *ledger.GapError, *ledger.ChainError
// (also for commits of another ledger), *DocumentError, and Commit.Encode's.
func (w *World) Apply(commits []ledger.Commit) (*World, error) {
	ready := make([]prepared, len(commits))
	err := inParallel(len(commits), func(i int) (err error) {
		if ready[i], err = prepareLive(commits[i]); err == nil {
			ready[i].hash, err = hashOf(commits[i])
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	next := w.clone()
	for _, p := range ready {
		if err := next.add(p); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// add takes one more commit into a World that nobody else has seen yet.
func (w *World) add(p prepared) error {
	if err := p.commit.Follows(w.head); err != nil {
		return err
	}
	w.head = ledger.Head{Number: p.commit.Number, Hash: p.hash, Format: p.commit.Format}
	w.time = p.commit.Time
	w.documents += uint64(len(p.steps))
	for _, take := range p.steps {
		take(w)
	}
	bytes := 0
	for _, c := range p.commit.Changes {
		bytes += len(c.Doc)
	}
	w.recent.end(w.head.Number, p.commit.Action, w.time, w.documents, bytes)
	return nil
}

// prepared is a commit with its documents decoded: all that can be done
// without a World, on any core. It can be added once.
type prepared struct {
	commit ledger.Commit
	// hash is left to the caller, who may know it without encoding.
	hash  ledger.Hash
	steps []step
}

// prepare decodes on as many cores as are worth it; with a sharing, which is one
// core's, on that one.
func prepare(s *ledger.Sharing, c ledger.Commit) (prepared, error) {
	p := prepared{commit: c, steps: make([]step, len(c.Changes))}
	read := func(i int) (err error) {
		p.steps[i], err = decode(s, c.Number, c.Changes[i])
		return err
	}
	if s == nil {
		return p, inParallel(len(c.Changes), read)
	}
	for i := range c.Changes {
		if err := read(i); err != nil {
			return p, err
		}
	}
	return p, nil
}

// worthSharing is how many documents of a commit are worth a Sharing, which
// takes some megabytes for a while: those of an import.
const worthSharing = 500

// sharings are left by the last import for the next; nobody's for long.
var sharings = sync.Pool{New: func() any { return new(ledger.Sharing) }}

// prepareLive is prepare for a commit of a hub at work.
func prepareLive(c ledger.Commit) (prepared, error) {
	if len(c.Changes) < worthSharing {
		return prepare(nil, c)
	}
	s := sharings.Get().(*ledger.Sharing)
	defer sharings.Put(s)
	return prepare(s, c)
}

func hashOf(c ledger.Commit) (ledger.Hash, error) {
	encoded, err := c.Encode()
	return ledger.HashOf(encoded), err
}

// worthACore is how many documents it takes for another core to help.
const worthACore = 32

// inParallel calls f with 0 to n-1 on as many cores as are worth it. The error
// is that of the lowest number, as in a loop.
func inParallel(n int, f func(i int) error) error {
	workers := min(runtime.GOMAXPROCS(0), 1+n/worthACore)
	errs := make([]error, workers)
	var all sync.WaitGroup
	for k := range workers {
		all.Go(func() {
			for i := n * k / workers; i < n*(k+1)/workers && errs[k] == nil; i++ {
				errs[k] = f(i)
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
