package world

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// A chunk is of one kind:
//
//	kind: text
//	sights: count, then class, landlord, group, project of each: texts
//	rows: count, then for each
//	  flags: byte (written, summed)
//	  commit: number
//	  sight: number from 1, or 0 for none
//	  standings before: count, then for each, the last first
//	    how many commits before: number; sight twice, + 1 when written: number
//	  digest: 32 bytes, when summed
//	  document: bytes
//
// Numbers and counts are uvarints, texts and bytes have their length before them.
// The documents are written as commits carry them. One that isn't stored as this
// program writes it (an older one wrote it, say) brings the digest of what is
// stored; of all others the digest is worked out again, and so proves them.

const (
	// chunkBytes is when a chunk is full: worth a core's while, and little of the
	// memory of a boot.
	chunkBytes = 4 << 20

	flagWritten = 1 << 0
	flagSummed  = 1 << 1
)

// chunkWriter cuts rows into chunks.
type chunkWriter struct {
	// put takes a chunk, which is its own to keep.
	put  func([]byte) error
	kind domain.Kind
	// sights of the chunk under way, and the numbers of those.
	sights  []*domain.Sight
	numbers map[*domain.Sight]uint64
	count   uint64
	rows    []byte
	// digest of all rows written.
	digest digest
}

// writeRows writes the rows of a kind.
func writeRows[ID ~string, T any](out *chunkWriter, kind domain.Kind, idOf func(*T) ID, rows iter.Seq[*Row[T]]) error {
	out.kind = kind
	for row := range rows {
		doc, err := ledger.Marshal(asStored(row.Doc))
		if err != nil {
			return fmt.Errorf("%s %s: %w", kind, idOf(row.Doc), err)
		}
		var flags byte
		if row.written {
			flags |= flagWritten
		}
		if row.sum != term(ledger.Change{Kind: kind, ID: domain.ID(idOf(row.Doc)), Doc: doc}) {
			flags |= flagSummed
		}
		b := append(out.rows, flags)
		b = binary.AppendUvarint(b, row.commit)
		b = binary.AppendUvarint(b, out.number(row.Sight))
		count := uint64(0)
		for e := row.before; e != nil; e = e.before {
			count++
		}
		b = binary.AppendUvarint(b, count)
		after := row.commit
		for e := row.before; e != nil; e = e.before {
			sight := out.number(e.sight) << 1
			if e.written {
				sight++
			}
			b = binary.AppendUvarint(binary.AppendUvarint(b, after-e.commit), sight)
			after = e.commit
		}
		if flags&flagSummed != 0 {
			sum := row.sum.bytes()
			b = append(b, sum[:]...)
		}
		b = append(binary.AppendUvarint(b, uint64(len(doc))), doc...)
		out.rows, out.digest = b, out.digest.plus(row.sum)
		if out.count++; len(b) >= chunkBytes {
			if err := out.flush(); err != nil {
				return err
			}
		}
	}
	return out.flush()
}

// asStored is a document without what the World has worked out for it: of a
// space, what requests take of it.
func asStored(doc any) any {
	if s, is := doc.(*domain.VacantSpace); is {
		stored := *s
		stored.Commitments = s.Declared()
		return &stored
	}
	return doc // what projects are told of placements isn't stored
}

// number is the sight's in the chunk under way; 0 for none.
func (out *chunkWriter) number(s *domain.Sight) uint64 {
	if s == nil {
		return 0
	}
	n, known := out.numbers[s]
	if !known {
		out.sights = append(out.sights, s)
		n = uint64(len(out.sights))
		out.numbers[s] = n
	}
	return n
}

// flush hands over the chunk under way, if it holds anything.
func (out *chunkWriter) flush() error {
	if out.count == 0 {
		return nil
	}
	text := func(b []byte, s string) []byte { return append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	b := make([]byte, 0, len(out.rows)+64*len(out.sights)+32)
	b = text(b, string(out.kind))
	b = binary.AppendUvarint(b, uint64(len(out.sights)))
	for _, s := range out.sights {
		b = text(text(text(text(b, string(s.Class)), string(s.Landlord)), string(s.Group)), string(s.Project))
	}
	b = binary.AppendUvarint(b, out.count)
	b = append(b, out.rows...)
	out.sights, out.count, out.rows = nil, 0, out.rows[:0]
	clear(out.numbers)
	return out.put(b)
}

// sharedSights are the sights of a World in the making, for all cores.
type sharedSights struct {
	mu sync.Mutex
	sights
}

func (s *sharedSights) share(sight domain.Sight) *domain.Sight {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sights.share(sight)
}

// chunkReader takes what a chunkWriter wrote, one thing after the other; after an
// error it answers zero values.
type chunkReader struct {
	rest []byte
	err  error
	// base is the commit that nothing in the chunk is from after.
	base   uint64
	sights []*domain.Sight
}

var errChunk = errors.New("it isn't what a snapshot holds")

func (r *chunkReader) fail(err error) {
	if r.err == nil {
		r.rest, r.err = nil, err
	}
}

func (r *chunkReader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.fail(errChunk)
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *chunkReader) take(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.fail(errChunk)
		return nil
	}
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *chunkReader) text() string { return string(r.take(r.number())) }

// count is how many things follow, each of some bytes at least.
func (r *chunkReader) count(least uint64) uint64 {
	n := r.number()
	if n > uint64(len(r.rest))/least {
		r.fail(errChunk)
		return 0
	}
	return n
}

// head reads what stands before the rows.
func (r *chunkReader) head(shared *sharedSights) (kind domain.Kind) {
	kind = domain.Kind(r.text())
	r.sights = make([]*domain.Sight, r.count(4))
	for i := range r.sights {
		var s domain.Sight
		s.Class = domain.Visibility(r.text())
		s.Landlord, s.Group, s.Project = domain.LandlordID(r.text()), domain.LandlordID(r.text()), domain.ProjectID(r.text())
		r.sights[i] = shared.share(s)
	}
	return kind
}

func (r *chunkReader) sight(n uint64) *domain.Sight {
	if n > uint64(len(r.sights)) {
		r.fail(errChunk)
	}
	if n == 0 || r.err != nil {
		return nil
	}
	return r.sights[n-1]
}

// readRows reads the rows of a chunk, with their ids and their part in the digest.
func readRows[ID ~string, T any](s *ledger.Sharing, r *chunkReader, kind domain.Kind, idOf func(*T) ID) (rows []*Row[T], ids []ID, sum digest) {
	n := r.count(5)
	rows, ids = make([]*Row[T], 0, n), make([]ID, 0, n)
	for range n {
		flags := r.take(1)
		row := &Row[T]{Doc: new(T), commit: r.number(), Sight: r.sight(r.number())}
		if r.err == nil && row.commit > r.base {
			r.fail(errors.New("a row is of a later commit"))
		}
		link, commit := &row.before, row.commit
		for range r.count(2) {
			ago, sight := r.number(), r.number()
			if ago > commit {
				r.fail(errChunk)
			}
			commit -= ago
			*link = &earlier{commit: commit, sight: r.sight(sight >> 1), written: sight&1 != 0}
			link = &(*link).before
		}
		var stored []byte
		if r.err == nil && flags[0]&flagSummed != 0 {
			stored = r.take(sha256.Size)
		}
		doc := r.take(r.number())
		if r.err != nil {
			return nil, nil, sum
		}
		if err := s.Unmarshal(doc, row.Doc); err != nil {
			r.fail(fmt.Errorf("a %s: %w", kind, err))
			return nil, nil, sum
		}
		row.written = flags[0]&flagWritten != 0
		id := idOf(row.Doc)
		if row.sum = digestOf(stored); stored == nil {
			row.sum = term(ledger.Change{Kind: kind, ID: domain.ID(id), Doc: doc})
		}
		rows, ids, sum = append(rows, row), append(ids, id), sum.plus(row.sum)
	}
	if len(r.rest) > 0 {
		r.fail(errChunk)
	}
	return rows, ids, sum
}
