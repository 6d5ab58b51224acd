package ledgertest

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/palier-hub/palier/ledger"
)

// Memory is a ledger.Snapshots that keeps nothing beyond the process, for tests
// of any package: what it holds can be damaged in every way.
type Memory struct {
	mu     sync.Mutex
	begun  int
	claims map[string]string // the id of each claim's snapshot
	times  map[string]time.Time
	// Manifests, encoded, and Chunks, by the id of the snapshot.
	Manifests map[string][]byte
	Chunks    map[string][][]byte
}

var _ ledger.Snapshots = (*Memory)(nil)

// NewMemory is empty.
func NewMemory() *Memory {
	return &Memory{claims: map[string]string{}, times: map[string]time.Time{}, Manifests: map[string][]byte{}, Chunks: map[string][][]byte{}}
}

// Change changes what is kept, while nobody else does.
func (s *Memory) Change(change func(*Memory)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// IDs are those of the complete snapshots that can be read, the newest first.
func (s *Memory) IDs() (ids []string) {
	for m, err := range s.Newest(context.Background()) {
		if err == nil {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// Newest implements ledger.Snapshots.
func (s *Memory) Newest(context.Context) iter.Seq2[ledger.Manifest, error] {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []ledger.Manifest
	var broken []error
	for id, encoded := range s.Manifests {
		if m, err := ledger.DecodeManifest(id, encoded); err != nil {
			broken = append(broken, err)
		} else {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, newestFirst)
	return func(yield func(ledger.Manifest, error) bool) {
		for _, err := range broken {
			if !yield(ledger.Manifest{}, err) {
				return
			}
		}
		for _, m := range all {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func newestFirst(a, b ledger.Manifest) int {
	return cmp.Or(cmp.Compare(b.Base.Number, a.Base.Number), cmp.Compare(a.ID, b.ID))
}

// Chunk implements ledger.Snapshots.
func (s *Memory) Chunk(ctx context.Context, m ledger.Manifest, number int) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if chunks := s.Chunks[m.ID]; number < len(chunks) && chunks[number] != nil {
		return chunks[number], ctx.Err()
	}
	return nil, &ledger.SnapshotError{ID: m.ID, What: fmt.Sprintf("chunk %d is missing", number)}
}

// Begin implements ledger.Snapshots.
func (s *Memory) Begin(ctx context.Context, claim string, now time.Time) (ledger.Draft, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.claims[claim]; taken {
		return nil, ledger.ErrClaimed
	}
	s.begun++
	id := fmt.Sprint("snp_", s.begun)
	s.claims[claim], s.times[id] = id, now
	return &memoryDraft{s, id, nil}, ctx.Err()
}

type memoryDraft struct {
	*Memory
	id   string
	refs []ledger.ChunkRef
}

// Put implements ledger.Draft.
func (d *memoryDraft) Put(ctx context.Context, chunk []byte) error {
	if err := ledger.CheckChunk(chunk); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Chunks[d.id] = append(d.Chunks[d.id], slices.Clone(chunk))
	d.refs = append(d.refs, ledger.RefOf(chunk))
	return ctx.Err()
}

// Complete implements ledger.Draft.
func (d *memoryDraft) Complete(ctx context.Context, m ledger.Manifest) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	m.ID, m.Chunks = d.id, d.refs
	encoded, err := m.Encode()
	if err == nil {
		d.Manifests[d.id] = encoded
	}
	return err
}

// Discard implements ledger.Draft.
func (d *memoryDraft) Discard() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.remove(d.id)
}

// remove takes all of a snapshot away. For holders of mu.
func (s *Memory) remove(id string) {
	delete(s.Manifests, id)
	delete(s.Chunks, id)
	delete(s.times, id)
	for claim, of := range s.claims {
		if of == id {
			delete(s.claims, claim)
		}
	}
}

// Sweep implements ledger.Snapshots.
func (s *Memory) Sweep(ctx context.Context, keep int, begunBefore time.Time) error {
	ids := s.IDs()
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := ids[:min(keep, len(ids))]
	for id, begun := range s.times {
		_, complete := s.Manifests[id]
		if complete && !slices.Contains(kept, id) || !complete && begun.Before(begunBefore) {
			s.remove(id)
		}
	}
	return ctx.Err()
}
