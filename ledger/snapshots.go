package ledger

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Snapshots keep what a history has come to, beside its ledger, so that a boot
// needn't begin at commit 1. Nothing rests on them: one that is missing, damaged
// or of another history is passed over, and a boot begins earlier. A snapshot is
// chunks of bytes, which the one who makes it chooses the meaning of, and a
// manifest that names them by their hashes and is stored last: without it there
// is no snapshot. Neither ever changes. Any method may be called from any
// goroutine.
//
//	draft, err := s.Begin(ctx, "after 4000", now)
//	for … { err = draft.Put(ctx, chunk) }
//	err = draft.Complete(ctx, manifest)
//	err = s.Sweep(ctx, 2, now.Add(-time.Hour))
//
// Errors, beside those named below: ErrUnavailable or the file system's; the
// context's.
type Snapshots interface {
	// Newest yields the manifests of the complete snapshots, those of the latest
	// commits first. One that can't be read yields a *SnapshotError in its place,
	// wherever that is, and the others follow; another error is the last.
	Newest(ctx context.Context) iter.Seq2[Manifest, error]

	// Chunk reads one chunk, which is for ReadSnapshot to prove. It answers a
	// *SnapshotError when there is none.
	Chunk(ctx context.Context, m Manifest, number int) ([]byte, error)

	// Begin begins a snapshot for one of those who give the same claim, and
	// answers ErrClaimed to the others. The claim ends with the snapshot, or when
	// it is swept. The time is now.
	Begin(ctx context.Context, claim string, now time.Time) (Draft, error)

	// Sweep removes all complete snapshots but so many of the newest, and what
	// was begun before a time and never completed. Whoever reads what is removed
	// gets a *SnapshotError.
	Sweep(ctx context.Context, keep int, begunBefore time.Time) error
}

// Draft is a snapshot in the making. It is one goroutine's.
type Draft interface {
	// Put stores the next chunk, of MaxChunkBytes at most.
	Put(ctx context.Context, chunk []byte) error
	// Complete stores the manifest, durably, after all chunks. The draft gives it
	// its id and the list of the chunks.
	Complete(ctx context.Context, m Manifest) error
	// Discard removes what was put, unless Complete was called. What can't be
	// removed is left to Sweep.
	Discard()
}

// ErrClaimed: somebody else makes that snapshot, or has made it.
var ErrClaimed = errors.New("another hub makes that snapshot")

// MaxChunkBytes bounds a chunk: what one MongoDB document holds (16 MiB), less
// what a driver may wrap around it.
const MaxChunkBytes = 15 << 20

// Manifest says what a snapshot is, and of which history.
type Manifest struct {
	// ID is the snapshot's, given by the draft.
	ID string
	// Ledger is the id of the ledger.
	Ledger string
	// Codec says how the chunks are to be understood.
	Codec string
	// Base is the commit after which the snapshot stands, At its time: what
	// follows is to be read from the ledger.
	Base Head
	At   time.Time
	// Known is the newest commit that its maker knew of, Base or a later one. A
	// ledger that doesn't hold both isn't the snapshot's.
	Known Head
	// Documents counts the changes of all commits up to Base.
	Documents uint64
	// Digest is what the contents come to.
	Digest [sha256.Size]byte
	// Chunks are in order, given by the draft.
	Chunks []ChunkRef
}

// ChunkRef is what a manifest says of a chunk.
type ChunkRef struct {
	Bytes int
	Hash  Hash
}

// RefOf is that of a chunk.
func RefOf(chunk []byte) ChunkRef { return ChunkRef{len(chunk), HashOf(chunk)} }

// CheckChunk refuses what can't be a chunk. It is for adapters.
func CheckChunk(chunk []byte) error {
	if len(chunk) == 0 || len(chunk) > MaxChunkBytes {
		return fmt.Errorf("a chunk of %d bytes, the most is %d", len(chunk), MaxChunkBytes)
	}
	return nil
}

// Bytes is what the chunks take.
func (m Manifest) Bytes() (n int64) {
	for _, c := range m.Chunks {
		n += int64(c.Bytes)
	}
	return n
}

// SnapshotError says that a snapshot can't be used. The ledger is as good as it
// was.
type SnapshotError struct {
	// ID is the snapshot's, or what is known of it.
	ID string
	// What was found, for people.
	What string
	// Err is the cause, when there is one.
	Err error
}

func (e *SnapshotError) Error() string {
	s := "snapshot " + e.ID + " can't be used: " + e.What
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *SnapshotError) Unwrap() error { return e.Err }

// manifestLayout counts the ways in which manifests and chunks have been kept.
const manifestLayout = 1

// storedManifest is a manifest as it is kept, behind the hash of its bytes.
type storedManifest struct {
	Layout    int           `bson:"layout"`
	ID        string        `bson:"id"`
	Ledger    string        `bson:"ledger"`
	Codec     string        `bson:"codec"`
	Base      storedHead    `bson:"base"`
	At        time.Time     `bson:"at"`
	Known     storedHead    `bson:"known"`
	Documents int64         `bson:"documents"`
	Digest    []byte        `bson:"digest"`
	Chunks    []storedChunk `bson:"chunks"`
}

type storedHead struct {
	Number int64  `bson:"number"`
	Hash   []byte `bson:"hash"`
	Format int    `bson:"format"`
}

type storedChunk struct {
	Bytes int    `bson:"bytes"`
	Hash  []byte `bson:"hash"`
}

// Encode writes a manifest with a hash of its own in front. It is for adapters.
func (m Manifest) Encode() ([]byte, error) {
	s := storedManifest{
		Layout: manifestLayout, ID: m.ID, Ledger: m.Ledger, Codec: m.Codec, Base: storeHead(m.Base), At: m.At, Known: storeHead(m.Known),
		Documents: int64(m.Documents), Digest: m.Digest[:], Chunks: make([]storedChunk, len(m.Chunks)),
	}
	for i, c := range m.Chunks {
		s.Chunks[i] = storedChunk{c.Bytes, c.Hash[:]}
	}
	encoded, err := bson.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encoding the manifest of snapshot %s: %w", m.ID, err)
	}
	hash := HashOf(encoded)
	return append(hash[:], encoded...), nil
}

func storeHead(h Head) storedHead { return storedHead{int64(h.Number), h.Hash[:], h.Format} }

// DecodeManifest reads what Encode wrote. It answers a *SnapshotError, with the
// id under which the manifest was found, for bytes that are none, and for the
// layouts of newer programs.
func DecodeManifest(id string, encoded []byte) (Manifest, error) {
	refuse := func(what string, err error) (Manifest, error) {
		return Manifest{}, &SnapshotError{ID: id, What: what, Err: err}
	}
	if len(encoded) < len(Hash{}) || HashOf(encoded[len(Hash{}):]) != Hash(encoded[:len(Hash{})]) {
		return refuse("its manifest isn't what was written", nil)
	}
	encoded = encoded[len(Hash{}):]
	var of struct {
		Layout int `bson:"layout"`
	}
	if err := bson.Unmarshal(encoded, &of); err != nil {
		return refuse("its manifest can't be read", err)
	}
	if of.Layout != manifestLayout {
		return refuse(fmt.Sprintf("it is of layout %d, this program knows layout %d", of.Layout, manifestLayout), nil)
	}
	var s storedManifest
	if err := bson.Unmarshal(encoded, &s); err != nil {
		return refuse("its manifest can't be read", err)
	}
	m := Manifest{ID: s.ID, Ledger: s.Ledger, Codec: s.Codec, At: s.At.UTC(), Documents: uint64(s.Documents), Chunks: make([]ChunkRef, len(s.Chunks))}
	sound := s.ID == id && len(s.Digest) == len(m.Digest) && s.Base.read(&m.Base) && s.Known.read(&m.Known) &&
		s.Base.Number > 0 && s.Base.Number <= s.Known.Number
	copy(m.Digest[:], s.Digest)
	for i, c := range s.Chunks {
		sound = sound && len(c.Hash) == len(Hash{}) && c.Bytes > 0 && c.Bytes <= MaxChunkBytes
		m.Chunks[i].Bytes = c.Bytes
		copy(m.Chunks[i].Hash[:], c.Hash)
	}
	if !sound {
		return refuse("its manifest says what can't be", nil)
	}
	return m, nil
}

func (s storedHead) read(into *Head) bool {
	into.Number, into.Format = uint64(s.Number), s.Format
	return copy(into.Hash[:], s.Hash) == len(s.Hash) && len(s.Hash) == len(into.Hash)
}

// ReadSnapshot reads the chunks of a snapshot, proves each by its hash, builds
// something of it, on all cores, and yields that in order. Build is called from
// several goroutines at once, each time with a Sharing that is its own meanwhile.
// What it is given it mustn't keep. Errors are Chunk's, build's, and a
// *SnapshotError for a chunk that isn't what was written; nothing comes after
// one.
func ReadSnapshot[T any](ctx context.Context, s Snapshots, m Manifest, build func(*Sharing, []byte) (T, error)) iter.Seq2[T, error] {
	idle := make(chan *Sharing, runtime.GOMAXPROCS(0))
	for range cap(idle) {
		idle <- new(Sharing)
	}
	numbers := func(context.Context) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for i := range m.Chunks {
				if !yield(i, nil) {
					return
				}
			}
		}
	}
	return inOrder(ctx, numbers, func(i int) (t T, err error) {
		chunk, err := s.Chunk(ctx, m, i)
		if err != nil {
			return t, err
		}
		if RefOf(chunk) != m.Chunks[i] {
			return t, &SnapshotError{ID: m.ID, What: fmt.Sprintf("chunk %d isn't what was written", i)}
		}
		sharing := <-idle
		defer func() { idle <- sharing }()
		return build(sharing, chunk)
	})
}
