package loaders

import (
	"context"
	"slices"
	"sync"
)

// mostCoverages bounds how many coverages are remembered: the public's, the
// network's and the staff's, and those of some organisations.
const mostCoverages = 8

// coverages remembers those that were computed last, each once for all who ask for
// it meanwhile. They hold ids and counts, no World.
type coverages struct {
	mu   sync.Mutex
	kept []*coverageEntry // the last asked for first
}

type coverageEntry struct {
	key  coverageKey
	done chan struct{}
	// Set before done is closed.
	found *covered
	err   error
}

// get answers from memory, or computes in the caller's context. Those who wait for
// another's computation that fails compute for themselves.
func (c *coverages) get(ctx context.Context, key coverageKey, compute func(context.Context) (*covered, error)) (*covered, error) {
	for {
		e, mine := c.entry(key)
		if mine {
			return c.fill(ctx, e, compute)
		}
		select {
		case <-e.done:
			if e.err == nil {
				return e.found, nil
			}
		case <-ctx.Done():
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
}

// entry is the one of a key; mine when it has to be filled.
func (c *coverages) entry(key coverageKey) (e *coverageEntry, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.IndexFunc(c.kept, func(e *coverageEntry) bool { return e.key == key }); i >= 0 {
		e = c.kept[i]
		c.kept = slices.Insert(slices.Delete(c.kept, i, i+1), 0, e)
		return e, false
	}
	e = &coverageEntry{key: key, done: make(chan struct{})}
	c.kept = slices.Insert(c.kept, 0, e)
	if len(c.kept) > mostCoverages {
		c.kept = slices.Delete(c.kept, mostCoverages, len(c.kept))
	}
	return e, true
}

func (c *coverages) fill(ctx context.Context, e *coverageEntry, compute func(context.Context) (*covered, error)) (*covered, error) {
	defer func() { // a panic too leaves nobody waiting
		if e.found == nil {
			if e.err == nil {
				e.err = context.Canceled
			}
			c.forget(e)
		}
		close(e.done)
	}()
	e.found, e.err = compute(ctx)
	return e.found, e.err
}

func (c *coverages) forget(e *coverageEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = slices.DeleteFunc(c.kept, func(other *coverageEntry) bool { return other == e })
}
