package world

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
)

// WriteSnapshot makes a snapshot of the World's base (SnapshotBase, which mustn't
// be 0), and answers what it is. It reads the World only, in one goroutine, and
// holds a chunk of it at a time; readers and the writer go on meanwhile. Errors
// are the draft's and the ledger's; what was put is then the caller's to discard.
func (w *World) WriteSnapshot(ctx context.Context, l ledger.Ledger, draft ledger.Draft) (ledger.Manifest, error) {
	base, err := commitAt(ctx, l, w.recent.complete)
	if err != nil {
		return ledger.Manifest{}, err
	}
	hash, err := hashOf(base)
	if err != nil {
		return ledger.Manifest{}, err
	}
	out := chunkWriter{numbers: map[*domain.Sight]uint64{}, put: func(chunk []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return draft.Put(ctx, chunk)
	}}
	for _, k := range snapshotted {
		if err := k.write(w, &out); err != nil {
			return ledger.Manifest{}, fmt.Errorf("writing a snapshot: %w", err)
		}
	}
	m := ledger.Manifest{
		Ledger: w.ledgerID,
		Codec:  w.SnapshotCodec(),
		Base:   ledger.Head{Number: base.Number, Hash: hash, Format: base.Format},
		At:     base.Time, Known: w.head, Documents: w.recent.documents, Digest: out.digest.bytes(),
	}
	return m, draft.Complete(ctx, m)
}

// commitAt reads one commit.
func commitAt(ctx context.Context, l ledger.Ledger, number uint64) (ledger.Commit, error) {
	for c, err := range l.Read(ctx, number-1) {
		if err != nil || c.Number == number {
			return c, err
		}
		break
	}
	return ledger.Commit{}, fmt.Errorf("%w: commit %d isn't there", ledger.ErrUnavailable, number)
}

// holds answers nil when a ledger holds a commit, under its number and with its
// hash.
func holds(ctx context.Context, l ledger.Ledger, h ledger.Head) error {
	c, err := commitAt(ctx, l, h.Number)
	if err != nil {
		return err
	}
	hash, err := hashOf(c)
	if err == nil && (hash != h.Hash || c.Format != h.Format) {
		err = &ledger.ChainError{Number: h.Number, What: "another history is in the ledger"}
	}
	return err
}

// Usable answers nil for a snapshot that this World's like can begin from, as far
// as its manifest says, else a *ledger.SnapshotError.
func (w *World) Usable(m ledger.Manifest) error {
	refuse := func(what string) error { return &ledger.SnapshotError{ID: m.ID, What: what} }
	switch {
	case m.Ledger != w.ledgerID:
		return refuse("it is of another ledger, " + m.Ledger)
	case m.Codec != w.SnapshotCodec():
		return refuse(fmt.Sprintf("another release made it (%s, this one reads %s)", m.Codec, w.SnapshotCodec()))
	case m.Base.Format > ledger.CurrentFormat || m.Known.Format > ledger.CurrentFormat:
		return &ledger.SnapshotError{ID: m.ID, What: "it is from after this release", Err: &ledger.FormatError{Format: m.Known.Format}}
	}
	return nil
}

// making is a World of whose tables a snapshot is being read.
type making struct {
	*World
	// spaces are those read, in the order of their sites; they come into their table
	// at the end.
	spaces []*spaceRow
}

// bySite yields the spaces in the order of their sites.
func (m *making) bySite() iter.Seq2[domain.SpaceID, *spaceRow] {
	return func(yield func(domain.SpaceID, *spaceRow) bool) {
		for _, row := range m.spaces {
			if !yield(row.Doc.ID, row) {
				return
			}
		}
	}
}

// placeSpaces fills their table. The error says that one is there twice.
func (m *making) placeSpaces() error {
	rows := slices.SortedFunc(slices.Values(m.spaces), func(a, b *spaceRow) int { return cmp.Compare(a.Doc.ID, b.Doc.ID) })
	for i, row := range rows {
		if i > 0 && rows[i-1].Doc.ID == row.Doc.ID {
			return fmt.Errorf("space %s is there twice", row.Doc.ID)
		}
		m.World.spaces.rows.Load(row.Doc.ID, row)
	}
	return nil
}

// fromSnapshot is the World of a snapshot, without what went between its base and
// the newest commit that its maker knew of. An error that isn't the context's
// says that it can't be used.
func fromSnapshot(ctx context.Context, s ledger.Snapshots, m ledger.Manifest, atlas *geo.Atlas) (*World, error) {
	w := &making{World: Empty(m.Ledger, atlas)}
	w.head, w.time, w.documents = m.Base, m.At, m.Documents
	w.recent.complete, w.recent.documents = m.Base.Number, m.Documents
	shared := &sharedSights{sights: w.sights}

	type part struct {
		install func(*making) error
		sum     digest
	}
	read := func(s *ledger.Sharing, chunk []byte) (p part, err error) {
		r := &chunkReader{rest: chunk, base: m.Base.Number}
		kind := r.head(shared)
		for _, k := range snapshotted {
			if k.kind == kind {
				p.install, p.sum = k.read(s, r)
				return p, r.err
			}
		}
		return p, fmt.Errorf("%w: %s", ErrUnknownKind, kind)
	}
	for p, err := range ledger.ReadSnapshot(ctx, s, m, read) {
		if err == nil {
			err = p.install(w)
		}
		if err != nil {
			return nil, err
		}
		w.digest = w.digest.plus(p.sum)
	}
	if w.digest.bytes() != m.Digest {
		return nil, &ledger.SnapshotError{ID: m.ID, What: "its documents aren't those of the ledger"}
	}
	return w.World, w.derive()
}

// derive makes of the tables what follows from them: the indexes, the references
// to texts, what requests take of spaces and which placements projects have, and
// the columns.
func (m *making) derive() (err error) {
	first := []func(){func() { err = m.placeSpaces() }, m.fillTextRefs}
	for _, k := range snapshotted {
		if k.kind != domain.KindSpace {
			first = append(first, k.index(m)...)
		}
	}
	if inGoroutines(first); err != nil {
		return err
	}
	occupied := map[domain.SpaceID]bool{}
	for r := range m.Requests() {
		if space, taken := r.Doc.Occupation(); len(taken) > 0 {
			occupied[space] = true
		}
	}
	for id := range occupied {
		if row, ok := m.Space(id); ok {
			row.Doc = m.occupied(row.Doc)
		}
	}
	for p := range m.Placements() {
		if row, ok := m.Project(p.Doc.ProjectID); ok {
			row.Doc = m.hosted(row.Doc)
		}
	}
	inGoroutines(append([]func(){m.fillColumns}, spacesKind.index(m)...))
	return nil
}

// inGoroutines calls functions on all cores, the first ones first.
func inGoroutines(all []func()) {
	next := make(chan func(), len(all))
	for _, f := range all {
		next <- f
	}
	close(next)
	var done sync.WaitGroup
	for range min(len(all), runtime.GOMAXPROCS(0)) {
		done.Go(func() {
			for f := range next {
				f()
			}
		})
	}
	done.Wait()
}

// fillColumns lays out all spaces.
func (m *making) fillColumns() {
	for l := range m.Landlords() {
		m.columns.PutLandlord(l.Doc.ID, l.Doc)
	}
	for _, row := range m.spaces {
		m.layOut(row, 0)
	}
}

// fillTextRefs notes which documents refer to texts.
func (m *making) fillTextRefs() {
	for _, k := range snapshotted {
		if k.texts != nil {
			k.texts(m.World)
		}
	}
}
