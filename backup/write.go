package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/boltfile"
	"github.com/palier-hub/palier/moving"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/world"
)

// header is the first entry: what the backup is of.
type header struct {
	Format  int       `json:"format"`
	Ledger  string    `json:"ledger"`
	Created time.Time `json:"createdAt"`
	// Commit is the last one, Hash what the next one would follow.
	Commit       uint64 `json:"commit"`
	Hash         string `json:"hash"`
	LedgerFormat int    `json:"ledgerFormat"`
	// Secret is the personal store's, which hashes in the ledger were made with.
	Secret string `json:"secret"`
}

// manifest is the last entry: what all others are.
type manifest struct {
	Files []file `json:"files"`
	// Digest is the World's, Texts the personal store's.
	Digest  string `json:"digest"`
	Texts   string `json:"texts"`
	Persons int    `json:"persons"`
	Words   int    `json:"words"`
}

type file struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// partBytes is about how large a part of the ledger or of the personal store is: an
// entry's length stands before it, so each is made in memory.
const partBytes = 4 << 20

// Create makes a backup of a source in a new file, for its owner only, since it has
// personal data. The file is whole, synced and read again before it has its name.
// What was erased isn't in it. Errors: *ExistsError, those of the source, and of
// the file system.
func Create(ctx context.Context, path string, from moving.Source, created time.Time) (_ *File, err error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, &ExistsError{Path: path}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	folder := filepath.Dir(path)
	f, err := os.CreateTemp(folder, "."+filepath.Base(path)+".*.part") // for its owner only
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	err = write(ctx, f, from, created)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("writing the backup: %w", err)
	}
	made, err := Open(ctx, f.Name())
	if err != nil {
		return nil, fmt.Errorf("reading the backup again: %w", err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return nil, err
	}
	made.path = path
	return made, boltfile.SyncFolder(folder)
}

func write(ctx context.Context, to io.Writer, from moving.Source, created time.Time) error {
	compressed, err := zstd.NewWriter(to) // with a sum of the contents
	if err != nil {
		return err
	}
	w := &writer{tar: tar.NewWriter(compressed), created: created.UTC().Truncate(time.Second)}
	secret, head := from.Secret(), from.Head()
	err = w.json(headerName, header{
		Format: Format, Ledger: from.LedgerID(), Created: w.created, Commit: head.Number, Hash: head.Hash.String(),
		LedgerFormat: head.Format, Secret: hex.EncodeToString(secret[:]),
	})
	if err != nil {
		return err
	}
	tally, err := w.ledger(ctx, from)
	if err != nil {
		return err
	}
	later, err := from.Later(ctx)
	if err != nil {
		return err
	}
	digest := tally.Digest()
	w.manifest.Digest = hex.EncodeToString(digest[:])
	if err := w.personal(ctx, from, moving.NewSieve(append(tally.Erasures(), later...))); err != nil {
		return err
	}
	if err := w.json(manifestName, w.manifest); err != nil {
		return err
	}
	return errors.Join(w.tar.Close(), compressed.Close())
}

// writer writes the entries, and notes what they are.
type writer struct {
	tar      *tar.Writer
	created  time.Time
	manifest manifest

	// part is that under way, of a folder.
	part   bytes.Buffer
	folder string
	number int
}

func (w *writer) entry(name string, content []byte) error {
	err := w.tar.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o600, ModTime: w.created, Format: tar.FormatPAX})
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	w.manifest.Files = append(w.manifest.Files, file{Name: name, Bytes: int64(len(content)), SHA256: hex.EncodeToString(sum[:])})
	_, err = w.tar.Write(content)
	return err
}

func (w *writer) json(name string, v any) error {
	content, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return w.entry(name, append(content, '\n'))
}

// begin begins the parts of a folder.
func (w *writer) begin(folder string) { w.folder, w.number = folder, 0 }

// flush writes the part under way, when it is large enough or the last one.
func (w *writer) flush(atLeast int) error {
	if w.part.Len() == 0 || w.part.Len() < atLeast {
		return nil
	}
	w.number++
	extension := "jsonl"
	if w.folder == ledgerFolder {
		extension = "bson"
	}
	err := w.entry(fmt.Sprintf("%s%06d.%s", w.folder, w.number, extension), w.part.Bytes())
	w.part.Reset()
	return err
}

// ledger writes the commits, as they are stored, one after another.
func (w *writer) ledger(ctx context.Context, from moving.Source) (*world.Tally, error) {
	w.begin(ledgerFolder)
	tally := world.NewTally()
	for c, err := range from.Commits(ctx) {
		if err == nil {
			err = tally.Add(c)
		}
		if err != nil {
			return nil, err
		}
		encoded, err := c.Encode()
		if err != nil {
			return nil, err
		}
		w.part.Write(encoded)
		if err := w.flush(partBytes); err != nil {
			return nil, err
		}
	}
	return tally, w.flush(0)
}

// personal writes what passes the sieve, and the ids of what doesn't.
func (w *writer) personal(ctx context.Context, from moving.Source, sieve *moving.Sieve) error {
	w.begin(personalFolder)
	told := make(map[domain.ID]bool)
	var digest texts.Digest
	for r, err := range from.Records(ctx) {
		if err != nil {
			return err
		}
		passes := sieve.Passes(r)
		if r.Erased == "" && len(told) == 0 { // the ids of what was erased come first
			if err := w.erased(sieve, told); err != nil {
				return err
			}
		}
		if !passes {
			continue
		}
		if r.Person != nil {
			w.manifest.Persons++
		} else {
			w.manifest.Words++
		}
		if err := errors.Join(digest.Add(r), w.record(r)); err != nil {
			return err
		}
	}
	w.manifest.Texts = digest.String()
	return errors.Join(w.erased(sieve, told), w.flush(0))
}

// erased writes the ids that weren't told yet.
func (w *writer) erased(sieve *moving.Sieve, told map[domain.ID]bool) error {
	tell := func(id domain.ID) error {
		if id == "" || told[id] {
			return nil
		}
		told[id] = true
		return w.record(texts.Record{Erased: id})
	}
	for _, e := range sieve.Erased() {
		if err := tell(domain.ID(e.Person)); err != nil {
			return err
		}
		for _, id := range e.Texts {
			if err := tell(domain.ID(id)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) record(r texts.Record) error {
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encoding a record: %w", err)
	}
	w.part.Write(append(line, '\n'))
	return w.flush(partBytes)
}
