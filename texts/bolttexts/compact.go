package bolttexts

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"github.com/palier-hub/palier/internal/boltfile"
	"github.com/palier-hub/palier/texts"
)

// bbolt leaves what is removed in the pages that it frees, and in those that it
// rewrites, until they are used again. So after something was removed the file
// is written anew, from the records that are left, and put in the place of the
// old one. A crash in between is made good by the next Open:
//
//   - before the removal is on disk, nothing happened;
//   - after it, the file is marked as stale: it is compacted;
//   - with the copy begun or complete, and not in place: the copy is removed,
//     and made again;
//   - with the copy in place: it has no mark. If the file system forgets that it
//     was put there, the old file is back, with its mark.

// copyPath is where a compaction writes. What is found there was cut off.
func (s *Store) copyPath() string { return s.path + ".compact" }

// compact puts a file without stale bytes in place of the store's. It is for
// whoever holds the right to write, which nobody gets meanwhile. Reading goes on
// in the old file, but for the moment of the change.
func (s *Store) compact() error {
	if err := s.replace(); err != nil {
		if damaged, ok := errors.AsType[*texts.DamagedError](err); ok {
			return damaged
		}
		return fmt.Errorf("%w: what was removed isn't shown any more, and is still in the file, which can't be written anew: %w", texts.ErrUnavailable, err)
	}
	s.stale = false
	return nil
}

func (s *Store) replace() (err error) {
	path := s.copyPath()
	if err := s.copyTo(path); err != nil {
		return errors.Join(err, removeIfThere(path))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.fault(); err != nil { // whoever read met it
		return errors.Join(err, removeIfThere(path))
	}
	// Windows renames no file that is open.
	if err := s.db.Close(); err != nil {
		s.breakWith(fmt.Errorf("%w, until the hub is started again: closing %s: %w", texts.ErrUnavailable, s.path, err))
		return errors.Join(err, removeIfThere(path))
	}
	renamed := os.Rename(path, s.path)
	if renamed != nil {
		renamed = errors.Join(renamed, removeIfThere(path))
	}
	db, err := boltfile.Open(s.path, false)
	if err != nil {
		s.breakWith(fmt.Errorf("%w, until the hub is started again: opening %s: %w", texts.ErrUnavailable, s.path, named(s.path, err)))
		return errors.Join(renamed, err)
	}
	s.db = db
	if renamed != nil {
		return renamed
	}
	s.resting = true
	return boltfile.SyncFolder(filepath.Dir(s.path))
}

// chunkBytes is about how much one transaction of a copy holds: memory is for
// others too.
const chunkBytes = 4 << 20

// copyTo writes the records that are left to a new file, and syncs it.
func (s *Store) copyTo(path string) error {
	if err := removeIfThere(path); err != nil {
		return err
	}
	to, err := boltfile.Open(path, false)
	if err != nil {
		return named(path, err)
	}
	to.NoSync = true // once, at the end
	err = s.view(func(from *bbolt.Tx) error {
		for _, name := range buckets {
			if err := copyBucket(to, from, name); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = to.Update(putStamp)
	}
	if err == nil {
		// Both its headers lead to all of it: the file rests.
		err = to.Update(func(*bbolt.Tx) error { return nil })
	}
	if err == nil {
		err = to.Sync()
	}
	if err := errors.Join(err, to.Close()); err != nil {
		return err
	}
	return syncFile(path)
}

// copyBucket copies a bucket, but for the mark that it is stale.
func copyBucket(to *bbolt.DB, from *bbolt.Tx, name []byte) error {
	cursor := from.Bucket(name).Cursor()
	k, v := cursor.First()
	for done := false; !done; {
		err := to.Update(func(tx *bbolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists(name)
			if err != nil {
				return err
			}
			bucket.FillPercent = 1 // keys only grow, and the file is read
			for size := 0; k != nil && size < chunkBytes; k, v = cursor.Next() {
				if _, err := unseal(k, v); err != nil {
					return damagedRecord(from, k, err)
				}
				if bytes.Equal(name, storeBucket) && bytes.Equal(k, staleKey) {
					continue
				}
				if err := bucket.Put(k, v); err != nil {
					return err
				}
				size += len(k) + len(v)
			}
			done = k == nil
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncFile makes a file's contents and size durable.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
