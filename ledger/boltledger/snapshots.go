package boltledger

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/palier-hub/palier/internal/boltfile"
	"github.com/palier-hub/palier/ledger"
)

// SnapshotFolder is where snapshots are in the data folder: a file each, which may
// be removed at any time.
const SnapshotFolder = "snapshots"

// A snapshot's file is its chunks one after the other, then the manifest, its
// length and a mark. It has another name until all of it is on disk.
const (
	completeSuffix = ".snapshot"
	begunSuffix    = ".part"
	snapshotMark   = "palier snapshot\n"
	trailerBytes   = 4 + len(snapshotMark)
)

// Snapshots is a ledger.Snapshots in files of its own: in the ledger's file they
// would be copied and examined with it, and their place never be given back.
type Snapshots struct {
	folder string

	mu sync.Mutex
	// claims made by this process, which alone has the folder: the id of each.
	claims map[string]string
	// begun are the drafts under way, by their ids.
	begun map[string]time.Time
}

var _ ledger.Snapshots = (*Snapshots)(nil)

// OpenSnapshots opens the snapshots of the ledger in a data folder, whose lock the
// caller holds by an open Ledger. What was begun and never completed is removed:
// whoever did has ended.
func OpenSnapshots(folder string) (*Snapshots, error) {
	s := &Snapshots{folder: filepath.Join(folder, SnapshotFolder), claims: map[string]string{}, begun: map[string]time.Time{}}
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return nil, fmt.Errorf("creating the folder of the snapshots: %w", err)
	}
	return s, s.sweepBegun(time.Time{})
}

func (s *Snapshots) complete(id string) string { return filepath.Join(s.folder, id+completeSuffix) }
func (s *Snapshots) part(id string) string     { return filepath.Join(s.folder, id+begunSuffix) }

// ids are those of the files with a suffix.
func (s *Snapshots) ids(suffix string) (ids []string, err error) {
	entries, err := os.ReadDir(s.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("looking for snapshots: %w", err)
	}
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), suffix); ok && e.Type().IsRegular() {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Newest implements ledger.Snapshots.
func (s *Snapshots) Newest(ctx context.Context) iter.Seq2[ledger.Manifest, error] {
	return func(yield func(ledger.Manifest, error) bool) {
		all, broken, err := s.manifests(ctx)
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
		if err != nil {
			yield(ledger.Manifest{}, err)
		}
	}
}

// manifests are those of the complete snapshots, the newest first, and what is
// wrong with the others.
func (s *Snapshots) manifests(ctx context.Context) (all []ledger.Manifest, broken []error, err error) {
	ids, err := s.ids(completeSuffix)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return all, broken, err
		}
		if m, err := s.manifest(id); err != nil {
			broken = append(broken, err)
		} else {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b ledger.Manifest) int {
		return cmp.Or(cmp.Compare(b.Base.Number, a.Base.Number), cmp.Compare(a.ID, b.ID))
	})
	return all, broken, nil
}

// manifest reads the end of a snapshot's file. Errors are *ledger.SnapshotError.
func (s *Snapshots) manifest(id string) (ledger.Manifest, error) {
	refuse := func(what string, err error) (ledger.Manifest, error) {
		return ledger.Manifest{}, &ledger.SnapshotError{ID: id, What: what, Err: err}
	}
	f, err := os.Open(s.complete(id))
	if err != nil {
		return refuse("it can't be opened", err)
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return refuse("it can't be read", err)
	}
	trailer := make([]byte, trailerBytes)
	if size < int64(trailerBytes) {
		return refuse("it is cut short", nil)
	}
	if _, err := f.ReadAt(trailer, size-int64(trailerBytes)); err != nil {
		return refuse("it can't be read", err)
	}
	length := int64(binary.BigEndian.Uint32(trailer))
	if string(trailer[4:]) != snapshotMark || length > size-int64(trailerBytes) {
		return refuse("its end isn't that of a snapshot", nil)
	}
	encoded := make([]byte, length)
	if _, err := f.ReadAt(encoded, size-int64(trailerBytes)-length); err != nil {
		return refuse("it can't be read", err)
	}
	m, err := ledger.DecodeManifest(id, encoded)
	if err == nil && m.Bytes()+length+int64(trailerBytes) != size {
		return refuse("it isn't as long as it should be", nil)
	}
	return m, err
}

// Chunk implements ledger.Snapshots.
func (s *Snapshots) Chunk(ctx context.Context, m ledger.Manifest, number int) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	refuse := func(err error) ([]byte, error) {
		return nil, &ledger.SnapshotError{ID: m.ID, What: fmt.Sprintf("chunk %d can't be read", number), Err: err}
	}
	if number >= len(m.Chunks) {
		return refuse(errors.New("there is none"))
	}
	f, err := os.Open(s.complete(m.ID))
	if err != nil {
		return refuse(err)
	}
	defer f.Close()
	at := int64(0)
	for _, before := range m.Chunks[:number] {
		at += int64(before.Bytes)
	}
	chunk := make([]byte, m.Chunks[number].Bytes)
	if _, err := f.ReadAt(chunk, at); err != nil {
		return refuse(err)
	}
	return chunk, nil
}

// Begin implements ledger.Snapshots.
func (s *Snapshots) Begin(ctx context.Context, claim string, now time.Time) (ledger.Draft, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.claims[claim]; taken {
		return nil, ledger.ErrClaimed
	}
	id := "snp_" + strings.ToLower(rand.Text())
	f, err := os.OpenFile(s.part(id), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("beginning a snapshot: %w", err)
	}
	s.claims[claim], s.begun[id] = id, now
	return &snapshotDraft{Snapshots: s, id: id, file: f}, nil
}

// snapshotDraft is a ledger.Draft that writes a file.
type snapshotDraft struct {
	*Snapshots
	id   string
	file *os.File
	refs []ledger.ChunkRef
}

// Put implements ledger.Draft. Each chunk is synced: left to the end, hundreds of
// megabytes would stand in the way of the ledger's own next sync.
func (d *snapshotDraft) Put(ctx context.Context, chunk []byte) error {
	if err := cmp.Or(ctx.Err(), ledger.CheckChunk(chunk)); err != nil {
		return err
	}
	if _, err := d.file.Write(chunk); err != nil {
		return fmt.Errorf("writing a snapshot: %w", err)
	}
	if err := d.file.Sync(); err != nil {
		return fmt.Errorf("writing a snapshot: %w", err)
	}
	d.refs = append(d.refs, ledger.RefOf(chunk))
	return nil
}

// Complete implements ledger.Draft.
func (d *snapshotDraft) Complete(ctx context.Context, m ledger.Manifest) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.ID, m.Chunks = d.id, d.refs
	encoded, err := m.Encode()
	if err != nil {
		return err
	}
	end := append(encoded, binary.BigEndian.AppendUint32(nil, uint32(len(encoded)))...)
	if _, err = d.file.Write(append(end, snapshotMark...)); err == nil {
		err = d.file.Sync()
	}
	if err = errors.Join(err, d.file.Close()); err == nil {
		err = os.Rename(d.part(d.id), d.complete(m.ID))
	}
	if err == nil {
		err = boltfile.SyncFolder(d.folder)
	}
	if err != nil {
		return fmt.Errorf("completing a snapshot: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.begun, d.id)
	return nil
}

// Discard implements ledger.Draft.
func (d *snapshotDraft) Discard() {
	_ = d.file.Close()
	_ = os.Remove(d.part(d.id))
	d.forget(d.id)
}

// forget frees a snapshot's claim.
func (s *Snapshots) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.begun, id)
	for claim, of := range s.claims {
		if of == id {
			delete(s.claims, claim)
		}
	}
}

// Sweep implements ledger.Snapshots.
func (s *Snapshots) Sweep(ctx context.Context, keep int, begunBefore time.Time) error {
	all, _, err := s.manifests(ctx)
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	for _, m := range all[:min(keep, len(all))] {
		kept[m.ID] = true
	}
	ids, err := s.ids(completeSuffix)
	for _, id := range ids {
		if !kept[id] {
			err = errors.Join(err, os.Remove(s.complete(id)))
			s.forget(id)
		}
	}
	return errors.Join(err, s.sweepBegun(begunBefore))
}

// sweepBegun removes what nobody is at work on any more, or began before a time.
func (s *Snapshots) sweepBegun(before time.Time) error {
	ids, err := s.ids(begunSuffix)
	for _, id := range ids {
		s.mu.Lock()
		begun, atWork := s.begun[id]
		s.mu.Unlock()
		if !atWork || begun.Before(before) {
			err = errors.Join(err, os.Remove(s.part(id)))
			s.forget(id)
		}
	}
	return err
}
