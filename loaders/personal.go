package loaders

import (
	"context"
	"fmt"
	"sync"
)

// batch is what the objects shown refer to of one sort in the personal store. It
// is read when the first is asked for, all that may be asked for by then at once:
// a level of an answer costs one read, whatever its size.
type batch[ID ~string, T any] struct {
	mu     sync.Mutex
	wanted map[ID]bool
	// read has nil for what is missing.
	read map[ID]*T
}

// want notes what may be asked for.
func (b *batch[ID, T]) want(ids ...ID) {
	if len(ids) == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.wanted == nil {
		b.wanted = make(map[ID]bool)
	}
	for _, id := range ids {
		if id != "" {
			b.wanted[id] = true
		}
	}
}

// get answers what is there of some ids, in their order.
func (b *batch[ID, T]) get(ctx context.Context, read func(context.Context, []ID) (map[ID]T, error), ids ...ID) ([]*T, error) {
	b.want(ids...)
	b.mu.Lock()
	defer b.mu.Unlock()
	var missing []ID
	for _, id := range ids {
		if _, known := b.read[id]; !known && id != "" {
			missing = b.unread()
			break
		}
	}
	if len(missing) > 0 {
		found, err := read(ctx, missing)
		if err != nil {
			return nil, fmt.Errorf("reading the personal store: %w", err)
		}
		if b.read == nil {
			b.read = make(map[ID]*T, len(missing))
		}
		for _, id := range missing {
			b.read[id] = nil
			if v, ok := found[id]; ok {
				b.read[id] = &v
			}
		}
	}
	out := make([]*T, 0, len(ids))
	for _, id := range ids {
		if v := b.read[id]; v != nil {
			out = append(out, v)
		}
	}
	return out, nil
}

// unread are those wanted that aren't read yet.
func (b *batch[ID, T]) unread() (ids []ID) {
	for id := range b.wanted {
		if _, known := b.read[id]; !known {
			ids = append(ids, id)
		}
	}
	return ids
}

// forget makes the next one asked for be read anew, because something was changed
// or erased.
func (b *batch[ID, T]) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.read = nil
}

// one is the only item of a list; nil for none.
func one[T any](list []*T, err error) (*T, error) {
	if len(list) == 0 {
		return nil, err
	}
	return list[0], err
}
